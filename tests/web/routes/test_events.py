"""A browser is told when a job of its visitor's has moved: at once, of its own alone, and never so that others wait."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import pytest
import requests

from studio import urls
from studio.access.visitors import COOKIE, Visitors
from studio.jobs.job import Job, State
from studio.orders.order import Order
from studio.pictures.thumbnails import thumbnail
from studio.queue.changes import Line, Moved
from studio.queue.job_store import Store
from studio.storage.media import Media
from studio.storage.media_keys import thumbnail_key
from studio.storage.secret_file import secret_in
from tests.app_process import AppProcess, running, wait_until
from tests.photos import jpeg
from web.connections import descriptor_limit, raise_descriptor_limit
from web.middleware.sockets import limits
from web.routes import events
from web.routes.events import LOOK_EVERY_S, OF_ONE


class Browser:
    """One visitor's browser, with a line open for as long as the block lasts."""

    def __init__(self, app: AppProcess, visitor: str | None = None) -> None:
        self.visitor = visitor or secrets.token_hex(16)
        self.heard: list[dict[str, str]] = []
        self.is_up = True
        self._app = app
        self.cookies = {COOKIE: Visitors(secret_in(app.data_dir)).cookie(self.visitor)}

    def listen(self, method: str = "GET", **headers: str) -> requests.Response:
        address = self._app.url + urls.EVENTS
        return requests.request(method, address, headers=headers, cookies=self.cookies, stream=True, timeout=30)

    def __enter__(self) -> Browser:
        self.answer = self.listen()
        assert self.answer.status_code == 200, self.answer.text
        self._socket: socket.socket = self.answer.raw.connection.sock
        self._lines = self.answer.iter_lines(chunk_size=1)
        assert next(self._lines) == b":", "the line says at once that it is open"
        threading.Thread(target=self._read, daemon=True).start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        # Not by close(), which waits for the thread that reads.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        wait_until(lambda: not self.is_up, "the line is cut")

    def _read(self) -> None:
        try:
            for line in self._lines:
                if line.startswith(b"data: "):
                    said = json.loads(line.removeprefix(b"data: "))
                    assert set(said) == {"changed"}
                    self.heard.append(said["changed"])
        except (requests.RequestException, OSError, AttributeError, ValueError):
            pass
        finally:
            self.is_up = False

    def stages(self, job: Job) -> list[str]:
        return [said[job.id] for said in self.heard if job.id in said]


def order(app: AppProcess, visitor: str, **changes: object) -> Job:
    """An order placed by somebody else than this server, which takes it up."""
    database = app.open_database()
    media, job_id = Media((app.data_dir / "media").as_uri()), secrets.token_hex(16)
    key = f"pictures/{job_id[:2]}/{job_id}.jpg"
    media.put(key, jpeg())
    media.put(thumbnail_key(key), thumbnail(jpeg()))
    now = datetime.now(UTC)
    job = Job(
        id=job_id,
        visitor=visitor,
        order=Order(prompt="Slow zoom", picture_key=key),
        backend="demo",
        state=State.WAITING,
        created_at=now,
        next_at=now,
        price_micros=0,
    )
    try:
        return Store(database).place(replace(job, **changes), job_id)  # type: ignore[arg-type]
    finally:
        database.close()


def test_who_ordered_hears_of_each_step_until_the_video_is_there_and_nobody_else_hears_a_word(app: AppProcess) -> None:
    with Browser(app) as theirs, Browser(app, theirs.visitor) as second_tab, Browser(app) as another:
        job = order(app, theirs.visitor)
        wait_until(lambda: "done" in theirs.stages(job), "the video was told of", 60)
        stages = theirs.stages(job)
        assert stages[-1] == "done"
        assert {"queued", "generating"} <= set(stages)
        assert stages == list(dict.fromkeys(stages)), "each step is told once"
        assert theirs.heard == [{job.id: stage} for stage in stages], "the ids and stages, and nothing else"
        wait_until(lambda: "done" in second_tab.stages(job), "the other tab was told as well", 5)
        assert another.heard == []


def test_what_another_server_writes_is_heard_of_within_seconds(app: AppProcess) -> None:
    with Browser(app) as theirs, Browser(app) as another:
        job = order(app, theirs.visitor, state=State.FAILED, next_at=None, ended_at=datetime.now(UTC))
        wait_until(lambda: theirs.stages(job) == ["failed"], "it was told of", LOOK_EVERY_S + 2)
        assert another.heard == []


def test_no_proxy_and_no_browser_holds_an_event_back_or_keeps_it(app: AppProcess) -> None:
    with Browser(app) as browser:
        headers = browser.answer.headers
        assert headers["Content-Type"].startswith("text/event-stream")
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Accel-Buffering"] == "no"
        assert "Content-Encoding" not in headers
        assert "Set-Cookie" not in headers


def test_without_a_cookie_of_ours_or_from_another_site_there_is_nothing_to_hear(app: AppProcess) -> None:
    browser = Browser(app)
    assert browser.listen(**{"Sec-Fetch-Site": "cross-site"}).status_code == 404
    assert browser.listen(**{"Sec-Fetch-Site": "same-site"}).status_code == 404
    browser.cookies[COOKIE] = browser.visitor
    assert browser.listen().status_code == 404
    browser.cookies = {}
    assert browser.listen().status_code == 404


def test_a_question_for_the_head_alone_is_answered_and_holds_no_line(app: AppProcess) -> None:
    browser = Browser(app)
    for _ in range(2 * OF_ONE):
        assert browser.listen("HEAD").status_code == 200


def test_the_ninth_line_of_a_visitor_is_refused_and_another_visitor_is_not(app: AppProcess) -> None:
    with ExitStack() as open_lines:
        first = open_lines.enter_context(Browser(app))
        last = [open_lines.enter_context(Browser(app, first.visitor)) for _ in range(OF_ONE - 1)][-1]
        refused = first.listen()
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 0
        open_lines.enter_context(Browser(app))
        last.__exit__(None, None, None)
        wait_until(lambda: _is_let_in(first), "a line that has closed makes room")


def _is_let_in(browser: Browser) -> bool:
    with browser.listen() as answer:
        return answer.status_code == 200


def test_a_server_that_is_full_of_listeners_says_so_and_still_shows_pages(app: AppProcess) -> None:
    raise_descriptor_limit()
    room = limits(descriptor_limit()).in_all
    with ExitStack() as open_lines:
        answers = [open_lines.enter_context(Browser(app).listen()) for _ in range(room)]
        assert {answer.status_code for answer in answers} == {200}
        refused = Browser(app).listen()
        assert refused.status_code == 503
        assert int(refused.headers["Retry-After"]) > 0
        assert requests.get(app.url, timeout=30).status_code == 200
    wait_until(lambda: _is_let_in(Browser(app)), "there is room again")


def test_a_line_ends_when_its_browser_becomes_another_visitor(app: AppProcess) -> None:
    with Browser(app) as browser, Browser(app) as another:
        left = requests.post(
            app.url + urls.begin_anew(keep=True),
            cookies=browser.cookies,
            headers={"Origin": app.url, "Sec-Fetch-Site": "same-origin"},
            timeout=30,
        )
        assert left.status_code == 200
        wait_until(lambda: not browser.is_up, "the line has ended", 5)
        assert another.is_up


def test_a_stop_of_the_server_waits_for_no_line_and_after_it_a_line_can_be_had_again(tmp_path: Path) -> None:
    app = AppProcess(tmp_path, pace=0.2)
    with running(app):
        bare_s = _stop_s(app)
        app.start()
        with Browser(app) as one, Browser(app) as other:
            assert _stop_s(app) < bare_s + 2
            wait_until(lambda: not one.is_up and not other.is_up, "both lines have ended", 5)
            app.start()
        with Browser(app, one.visitor) as again:
            job = order(app, again.visitor)
            wait_until(lambda: again.stages(job) != [], "the new line is told of")
    assert "Traceback" not in app.said()


def _stop_s(app: AppProcess) -> float:
    begin = time.monotonic()
    app.stop()
    return time.monotonic() - begin


# In this process.


async def nothing_new() -> events.Stages:
    return {}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.02)
    monkeypatch.setattr(events, "LIFE_S", 0.3)


@pytest.mark.usefixtures("impatient")
def test_a_silent_line_says_now_and_then_that_it_is_there_and_ends_after_its_life() -> None:
    async def listen() -> list[str]:
        return [said async for said in events._said(Line(), nothing_new)]

    said = asyncio.run(listen())
    assert set(said) == {":\n\n"}
    assert len(said) > 3


def test_what_follows_closely_is_told_together() -> None:
    async def listen() -> list[str]:
        line = Line()
        said = events._said(line, nothing_new)
        await anext(said)
        line.tell([Moved("", "one", "queued")])
        first = await anext(said)
        for stage in ("fetching", "done"):
            line.tell([Moved("", "one", stage)])
        second = await anext(said)
        line.end()
        return [first, second, *[rest async for rest in said]]

    assert asyncio.run(listen()) == [events.event({"one": "queued"}), events.event({"one": "done"})]
