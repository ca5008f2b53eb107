"""How much may be uploaded, by one visitor and by all; and that what is refused was never taken in."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from studio.database import Database
from studio.tallies import Tallies
from studio.visitors import COOKIE, Visitors, secret_in
from tests.app_process import AppProcess
from web import uploads
from web.uploads import AT_ONCE, IN_ALL, OF_A_VISITOR, WINDOW, Uploads

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MAX_BYTES = 1000
ANN, BOB = "a" * 32, "b" * 32


async def behind(scope: Scope, receive: Receive, send: Send) -> None:
    """What stands where Streamlit does: takes the whole body in."""
    body = await Request(scope, receive).body()
    await PlainTextResponse(f"{len(body)}", 200)(scope, receive, send)


class Door:
    """The middleware, and visitors who send through it."""

    def __init__(self, database: Database) -> None:
        self.now = NOON
        self.taken = 0
        self.middleware = Uploads(
            behind,
            max_bytes=MAX_BYTES,
            visitor_of=lambda scope: scope.get("visitor"),
            tallies=lambda: Tallies(database),
            clock=lambda: self.now,
        )

    async def send(
        self,
        visitor: str | None,
        *,
        length: str | None = "3",
        body: Callable[[], Awaitable[bytes]] | None = None,
        method: str = "PUT",
        path: str = "/_stcore/upload_file/session/file",
    ) -> int:
        """One upload; the status of the answer."""
        headers = [] if length is None else [(b"content-length", length.encode())]
        answers: list[Message] = []

        async def receive() -> Message:
            self.taken += 1
            return {"type": "http.request", "body": b"abc" if body is None else await body(), "more_body": False}

        async def send(message: Message) -> None:
            answers.append(message)

        scope = {"type": "http", "method": method, "path": path, "headers": headers, "visitor": visitor}
        await self.middleware(scope, receive, send)
        return int(answers[0]["status"])


@pytest.fixture
def door(sqlite_url: str) -> Iterator[Door]:
    database = Database(sqlite_url)
    yield Door(database)
    database.close()


def test_an_upload_goes_through(door: Door) -> None:
    assert asyncio.run(door.send(ANN)) == 200


@pytest.mark.parametrize(
    ("visitor", "length", "status"),
    [
        (ANN, None, 411),
        (None, None, 411),
        (None, "3", 403),
        (None, "9999", 403),
        (ANN, str(MAX_BYTES), 200),
        (ANN, str(MAX_BYTES + 1), 413),
        (ANN, "9" * 5000, 413),
        (ANN, "-1", 413),
        (ANN, "+3", 413),
        (ANN, "3.0", 413),
        (ANN, "\u0663", 413),
        (ANN, "", 413),
    ],
)
def test_what_is_not_an_upload_of_a_visitor_is_refused_before_a_byte_is_read(
    door: Door, visitor: str | None, length: str | None, status: int
) -> None:
    assert asyncio.run(door.send(visitor, length=length)) == status
    assert (door.taken > 0) is (status == 200)


def test_one_visitor_may_send_so_many_in_a_window_and_the_next_window_is_a_new_one(door: Door) -> None:
    async def all_of_it() -> None:
        assert {await door.send(ANN) for _ in range(OF_A_VISITOR)} == {200}
        assert await door.send(ANN) == 429
        assert await door.send(BOB) == 200
        door.now = NOON + WINDOW - timedelta(seconds=1)
        assert await door.send(ANN) == 429
        door.now = NOON + WINDOW
        assert await door.send(ANN) == 200

    asyncio.run(all_of_it())


def test_all_together_may_send_so_many_whatever_cookies_they_make(door: Door) -> None:
    async def all_of_it() -> None:
        assert {await door.send(secrets.token_hex(16)) for _ in range(IN_ALL)} == {200}
        assert await door.send(secrets.token_hex(16)) == 429

    asyncio.run(all_of_it())


def test_a_visitor_who_is_refused_uses_up_nothing_of_the_others(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "OF_A_VISITOR", 1)
    monkeypatch.setattr(uploads, "IN_ALL", 2)

    async def all_of_it() -> None:
        assert [await door.send(ANN) for _ in range(4)] == [200, 429, 429, 429]
        assert await door.send(BOB) == 200

    asyncio.run(all_of_it())


def test_taking_back_and_asking_are_not_counted(door: Door) -> None:
    async def all_of_it() -> None:
        for method in ("DELETE", "OPTIONS"):
            assert {await door.send(None, length=None, method=method) for _ in range(OF_A_VISITOR + 1)} == {200}

    asyncio.run(all_of_it())


def test_other_addresses_are_left_alone(door: Door) -> None:
    assert asyncio.run(door.send(None, length=None, path="/app/static/videos/x.mp4")) == 200


def test_only_so_many_bodies_are_taken_in_at_the_same_moment(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "WAIT_S", 0.1)

    async def all_of_it() -> None:
        arrive = asyncio.Event()

        async def body() -> bytes:
            await arrive.wait()
            return b"abc"

        under_way = [asyncio.create_task(door.send(ANN, body=body)) for _ in range(AT_ONCE)]
        while door.taken < AT_ONCE:
            await asyncio.sleep(0)
        assert await door.send(BOB) == 429
        monkeypatch.setattr(uploads, "WAIT_S", 30)
        waits = asyncio.create_task(door.send(BOB))
        arrive.set()
        assert await asyncio.gather(*under_way) == [200] * AT_ONCE
        assert await waits == 200

    asyncio.run(all_of_it())


@pytest.mark.parametrize("limit", ["PAUSE_S", "WHOLE_S"])
def test_who_stops_sending_gives_the_turn_back(door: Door, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(uploads, limit, 0.05)

    async def never() -> bytes:
        await asyncio.Event().wait()
        return b""

    async def all_of_it() -> None:
        assert await asyncio.gather(*(door.send(ANN, body=never) for _ in range(AT_ONCE + 1))) == [408] * (AT_ONCE + 1)
        monkeypatch.setattr(uploads, limit, 30)
        assert await door.send(BOB) == 200

    asyncio.run(all_of_it())


# The same on the running app.


def put(app: AppProcess, visitor: str | None, data: object, **headers: str) -> requests.Response:
    cookies = {COOKIE: Visitors(secret_in(app.data_dir)).cookie(visitor)} if visitor else {}
    address = f"{app.url}/_stcore/upload_file/{'0' * 8}/{'0' * 8}"
    return requests.put(address, data=data, cookies=cookies, headers=headers, timeout=30)  # type: ignore[arg-type]


def test_the_app_lets_a_visitor_through_to_streamlit(app: AppProcess) -> None:
    answer = put(app, secrets.token_hex(16), b"abc")
    # Streamlit's own check; a browser has its token.
    assert (answer.status_code, "XSRF" in answer.text) == (403, True)


def test_the_app_refuses_strangers_forgers_and_what_has_no_length(app: AppProcess) -> None:
    assert put(app, None, b"abc").text == "Open the page first; it needs cookies."
    forged = requests.put(
        f"{app.url}/_stcore/upload_file/a/b", data=b"abc", cookies={COOKIE: Visitors("other").cookie(ANN)}, timeout=30
    )
    assert forged.text == "Open the page first; it needs cookies."
    assert put(app, ANN, iter([b"abc"])).status_code == 411


def test_the_app_refuses_an_announced_giant_at_once(app: AppProcess) -> None:
    cookie = Visitors(secret_in(app.data_dir)).cookie(ANN)
    port = int(app.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(
            f"PUT /_stcore/upload_file/a/b HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {COOKIE}={cookie}\r\n"
            f"Content-Length: {26 * 2**20}\r\n\r\n".encode()
        )
        answer = line.makefile("rb").read()
    # Not a byte of it was sent, and the connection has ended.
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answer.endswith(b"This is larger than 25 MB.")


def test_the_app_refuses_the_one_too_many(app: AppProcess) -> None:
    visitor = secrets.token_hex(16)
    answers = [put(app, visitor, b"abc") for _ in range(OF_A_VISITOR + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {403}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Try again" in answers[-1].text
