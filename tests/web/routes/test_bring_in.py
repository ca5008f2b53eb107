"""A file with videos is taken from its visitor's own page, onto the disk as it comes; from nobody else."""

from __future__ import annotations

import http.client
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from studio import clock, urls
from studio.access.admission import Admission
from studio.access.codes import Codes
from studio.access.visitors import COOKIE, Visitors
from studio.bringing_in.bringing_in import FILE_MAX_BYTES
from studio.jobs.job import Job, State
from studio.money.ledger import Payer
from studio.orders.order import Order
from studio.orders.travelling import travelling
from studio.queue.job_store import Store
from studio.settings import Settings
from studio.storage.secret_file import secret_in
from studio.videos.carried import Tags, with_tags
from tests.app_process import AppProcess, running_app, wait_until
from tests.kept_videos import write_video
from tests.studio.strategies import A_VIDEO, a_job_in


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """As it is downloaded."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    write_video(path)
    data = path.read_bytes()
    said = Tags(title="Waves", text=travelling(Order(prompt="Waves", picture_key="x")))
    index = with_tags(lambda start, stop: data[start:stop], len(data), said)
    assert index is not None
    return data[: index.start] + index.content + data[index.stop :]


OWN = {"Sec-Fetch-Site": "same-origin"}


class Person:
    """A visitor, what they send, and what they have."""

    def __init__(self, app: AppProcess) -> None:
        self.app = app
        self.visitor = secrets.token_hex(16)
        self.cookies = {COOKIE: Visitors(secret_in(app.data_dir)).cookie(self.visitor)}

    def send(self, data: bytes, cookies: dict[str, str] | None = None, **headers: str) -> tuple[int, str]:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = requests.post(
            self.app.url + urls.BRING_IN,
            data=data,
            headers=said,
            cookies=self.cookies if cookies is None else cookies,
            timeout=60,
        )
        assert answer.headers["Cache-Control"] == "no-store"
        is_said = answer.headers["Content-Type"] == "application/json"
        return answer.status_code, answer.json()["refused"] if is_said else ""

    def in_store(self, act: Callable[[Store], list[Job]]) -> list[Job]:
        database = self.app.open_database()
        try:
            return act(Store(database))
        finally:
            database.close()

    def videos(self) -> list[Job]:
        return self.in_store(lambda store: store.all_finished(self.visitor))

    def left_over(self) -> list[Path]:
        return list((self.app.data_dir / "scratch").glob("*.given"))


@pytest.fixture
def person(app: AppProcess) -> Person:
    return Person(app)


def test_a_film_comes_into_the_gallery_of_who_sends_it(person: Person, film: bytes) -> None:
    assert person.send(film, X_File_Name="waves%20%F0%9F%8C%8A.mp4") == (202, "")
    wait_until(lambda: len(person.videos()) == 1, "it is in the gallery", 30)
    assert person.videos()[0].order.prompt == "Waves"
    assert person.left_over() == []


def test_from_who_has_no_page_here_and_from_other_sites_nothing_is_taken(person: Person, film: bytes) -> None:
    assert person.send(film, cookies={}) == (403, "not_let_in")
    assert person.send(film, cookies={COOKIE: "forged"}) == (403, "not_let_in")
    assert person.send(film, Origin="https://evil.example")[0] == 403
    assert person.send(film, Sec_Fetch_Site="cross-site")[0] == 403
    assert person.send(b"") == (411, "empty")
    assert person.videos() == []
    assert person.left_over() == []


@pytest.mark.parametrize("said", [str(FILE_MAX_BYTES + 1), "9" * 18])
def test_what_is_too_large_is_not_even_read(person: Person, said: str) -> None:
    line = http.client.HTTPConnection("127.0.0.1", int(person.app.url.rpartition(":")[2]), timeout=30)
    line.putrequest("POST", urls.BRING_IN)
    line.putheader("Cookie", f"{COOKIE}={person.cookies[COOKIE]}")
    line.putheader("Content-Length", said)
    line.endheaders()
    answer = line.getresponse()
    assert (answer.status, answer.read()) == (413, b'{"refused":"large"}')
    line.close()


def test_what_breaks_off_leaves_nothing_behind_and_its_place_is_free_again(person: Person, film: bytes) -> None:
    line = http.client.HTTPConnection("127.0.0.1", int(person.app.url.rpartition(":")[2]), timeout=30)
    line.putrequest("POST", urls.BRING_IN)
    line.putheader("Cookie", f"{COOKIE}={person.cookies[COOKIE]}")
    line.putheader("Content-Length", str(len(film)))
    line.endheaders()
    line.send(film[: len(film) // 2])
    wait_until(lambda: len(person.left_over()) == 1, "it is on its way", 30)
    assert person.send(film) == (429, "busy"), "one at a time"
    line.close()
    wait_until(lambda: person.left_over() == [], "what came of it is gone", 30)
    assert person.send(film) == (202, "")
    wait_until(lambda: len(person.videos()) == 1, "it is in the gallery", 30)


@pytest.fixture(scope="module")
def closed_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """One that wants a code of its visitors."""
    settings = {
        "STUDIO_ACCESS": "code", "AIMLAPI_KEY": "k" * 20,
        "AIMLAPI_BASE_URL": "http://127.0.0.1:9", "STUDIO_OWNER_CODE": "a-code-of-the-owner",
    }  # fmt: skip
    with running_app(tmp_path_factory.mktemp("closed"), settings=settings) as app:
        yield app


def test_who_is_not_let_in_brings_nothing(closed_app: AppProcess, film: bytes) -> None:
    assert Person(closed_app).send(film) == (403, "not_let_in")


def test_who_was_let_in_by_a_code_brings_what_they_like(closed_app: AppProcess, film: bytes) -> None:
    person = Person(closed_app)
    with closing(closed_app.open_database()) as database:
        codes = Codes(database, clock.now)
        _, words = codes.make("Ann", 1_000_000)
        tried = Admission(database, codes, Settings(access="code"), clock.now).try_code(person.visitor, words)
    assert tried.ticket is not None
    address = closed_app.url + urls.admitted(tried.ticket)
    let_in = requests.post(address, cookies=person.cookies, headers=OWN, timeout=30)
    assert let_in.status_code == 204
    assert person.send(film, person.cookies | let_in.cookies.get_dict()) == (202, "")
    wait_until(lambda: len(person.videos()) == 1, "it is in the gallery", 30)


def test_who_has_all_that_they_may_have_is_told_before_it_is_sent(app: AppProcess, film: bytes) -> None:
    person = Person(app)
    video = replace(A_VIDEO, size_bytes=5_000 * 10**6)
    job = replace(a_job_in(State.DONE, visitor=person.visitor, id=secrets.token_hex(16), video=video), price_micros=0)
    person.in_store(lambda store: [store.place(job, job.id, Payer(person.visitor))])
    assert person.send(film) == (507, "enough")
