"""A body has to come in time; but one whose reader watches its pace may take longer. On a real server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from tests.app_process import wait_until
from web import connections
from web.connections import Connections, Http, has_a_pace_of_its_own


async def reads_all(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers once the body is there."""
    if scope["type"] == "lifespan":
        for _ in range(2):
            await send({"type": f"{(await receive())['type']}.complete"})
        return
    if scope["path"] == "/own":
        has_a_pace_of_its_own(scope)
    while (message := await receive()).get("more_body"):
        pass
    if message["type"] == "http.request":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Grows each time that a body is late, which is soon."""
    seen = list[None]()
    before = Http._too_late

    def noted(self: Http) -> None:
        seen.append(None)
        before(self)

    monkeypatch.setattr(connections, "BODY_S", 0.05)
    monkeypatch.setattr(Http, "_too_late", noted)
    return seen


@pytest.fixture
def line(late: list[None]) -> Iterator[socket.socket]:
    server = uvicorn.Server(uvicorn.Config(Connections(reads_all), port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_until(lambda: server.started, "it has started")
    with socket.create_connection(server.servers[0].sockets[0].getsockname(), timeout=30) as line:
        yield line
    server.should_exit = True
    thread.join()


def head(path: str) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n".encode()


def test_a_body_that_is_late_ends_its_connection(line: socket.socket, late: list[None]) -> None:
    line.sendall(head("/") + b"ab")
    assert line.recv(1_000) == b""
    assert len(late) == 1


def test_one_with_a_pace_of_its_own_goes_on(line: socket.socket, late: list[None]) -> None:
    line.sendall(head("/own") + b"ab")
    wait_until(lambda: len(late) >= 3, "it is late several times over")
    line.sendall(b"cd")
    assert line.recv(1_000).startswith(b"HTTP/1.1 200 ")
