"""An error that nobody expected: a sentence and a reference for the person, the trace for the owner's log alone."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio import clock
from studio.access.visitors import COOKIE, Visitors
from studio.diagnostics.incidents import ALPHABET, LENGTH, Incident, Incidents
from studio.storage.database import Database
from studio.storage.errors import StorageAway
from studio.storage.secret_file import secret_in
from tests.app_process import AppProcess, running, wait_until
from tests.kept_videos import keep_videos
from web.middleware.errors import ErrorMiddleware

REFERENCE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")
CANARY = "canary-owner-code"


@pytest.fixture
def incidents(sqlite_url: str) -> Iterator[Incidents]:
    database = Database(sqlite_url)
    yield Incidents(database, lambda: datetime(2026, 11, 22, tzinfo=UTC))
    database.close()


def answered(app: ASGIApp, incidents: Incidents) -> tuple[int, bytes]:
    """What a browser gets of this app behind the middleware."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/v/secret-token", "headers": []}
    asyncio.run(ErrorMiddleware(app, incidents=lambda: incidents)(scope, receive, send))
    if not sent:
        return 0, b""
    return int(sent[0]["status"]), b"".join(message.get("body", b"") for message in sent)


def breaking(error: Exception) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise error

    return app


def test_a_route_that_breaks_answers_with_a_reference_that_the_owner_finds_again(incidents: Incidents) -> None:
    status, body = answered(breaking(ValueError("the words of a visitor")), incidents)
    assert status == 500
    assert b"words" not in body
    [incident] = incidents.latest(9)
    assert incident.reference in body.decode()
    assert REFERENCE.fullmatch(incident.reference)
    assert incident.what.startswith("ValueError")
    assert incident.what.endswith(", /v…")


def test_storage_that_is_away_is_no_incident_but_a_request_to_come_back(incidents: Incidents) -> None:
    status, body = answered(breaking(StorageAway("no such host db.internal")), incidents)
    assert (status, b"internal" in body) == (503, False)
    assert incidents.latest(9) == []


def test_a_browser_that_has_left_is_no_incident(incidents: Incidents) -> None:
    assert answered(breaking(ClientDisconnect()), incidents) == (0, b"")
    assert incidents.latest(9) == []


def test_an_answer_that_breaks_half_way_is_broken_off_not_continued(incidents: Incidents) -> None:
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise OSError("half way")

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    with pytest.raises(OSError, match="half way"):
        asyncio.run(ErrorMiddleware(app, incidents=lambda: incidents)(scope, receive, send))
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert len(incidents.latest(9)) == 1


@pytest.fixture(scope="module")
def broken_video(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[AppProcess, Database, str, dict[str, str]]]:
    """A running app with a row in its database that it cannot read: as after a downgrade."""
    folder = tmp_path_factory.mktemp("broken")
    app = AppProcess(folder, pace=0.2, settings={"STUDIO_OWNER_CODE": CANARY})
    with running(app):
        visitor = secrets.token_hex(16)
        [job] = keep_videos(app, visitor, ["A wish that is nobody's business"], folder)
        database = app.open_database()
        with database.begin() as connection:
            connection.exec_driver_sql(f"UPDATE jobs SET reason = 'from-the-future {CANARY}'")
        yield app, database, job.id, {COOKIE: Visitors(secret_in(app.data_dir)).cookie(visitor)}
        database.close()


def test_on_the_running_app_too_with_every_header_and_the_trace_in_one_line_of_the_log(
    broken_video: tuple[AppProcess, Database, str, dict[str, str]],
) -> None:
    app, database, job_id, cookies = broken_video
    answer = requests.get(f"{app.url}/app/static/videos/{job_id}.mp4", cookies=cookies, timeout=30)
    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer.headers
    assert "future" not in answer.text
    found = REFERENCE.search(answer.text)
    assert found is not None

    def kept() -> list[Incident]:
        return [one for one in Incidents(database, clock.now).latest(9) if one.reference == found.group()]

    wait_until(lambda: len(kept()) == 1, "the incident was kept")
    assert kept()[0].what.startswith("ValueError at studio/")
    assert kept()[0].what.endswith(", /app…")

    lines = [line for line in app.said().splitlines() if found.group() in line]
    assert len(lines) == 1
    event = json.loads(lines[0])
    assert event["message"] == "incident"
    assert event["exc_info"].startswith("Traceback")
    assert "from-the-future" in event["exc_info"]
    assert CANARY not in app.said()
    assert "nobody's business" not in app.said()
    assert job_id not in app.said()


def test_every_line_of_the_apps_log_is_json(broken_video: tuple[AppProcess, Database, str, dict[str, str]]) -> None:
    app, *_ = broken_video
    # Streamlit greets whoever started it, on the standard output.
    greeting = ("", "  You can now view your Streamlit app in your browser.", "  URL: http://localhost")
    lines = [line for line in app.said().splitlines() if line and not line.startswith(greeting[1:])]
    assert lines
    for line in lines:
        assert {"time", "level", "logger", "message"} <= json.loads(line).keys()
