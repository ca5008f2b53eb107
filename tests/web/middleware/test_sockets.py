"""A socket that has closed is a connection that is gone, whoever was the quicker."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect

from web.middleware.sockets import _knows_its_end

ACCEPT: Message = {"type": "websocket.accept"}
NEWS: Message = {"type": "websocket.send", "bytes": b"news"}


class Server:
    """What uvicorn does with messages: none is taken after the close."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.is_closed = False

    async def send(self, message: Message) -> None:
        if self.is_closed:
            raise RuntimeError(f"Unexpected ASGI message '{message['type']}', after sending 'websocket.close'.")
        self.taken.append(message["type"])


def test_news_for_a_page_that_closed_just_now_is_a_disconnect_and_no_fault() -> None:
    server = Server()

    async def connect() -> Message:
        return {"type": "websocket.connect"}

    async def tab() -> None:
        socket = WebSocket({"type": "websocket", "headers": []}, connect, _knows_its_end(server.send))
        await socket.accept()
        await socket.send_bytes(b"news")
        server.is_closed = True
        with pytest.raises(WebSocketDisconnect):
            await socket.send_bytes(b"news")

    asyncio.run(tab())
    assert server.taken == ["websocket.accept", "websocket.send"]


def test_any_other_message_out_of_place_stays_a_fault() -> None:
    server = Server()
    server.is_closed = True
    with pytest.raises(RuntimeError, match="after sending"):
        asyncio.run(_knows_its_end(server.send)(NEWS))
    server.is_closed = False
    send = _knows_its_end(server.send)
    asyncio.run(send(ACCEPT))
    server.is_closed = True
    with pytest.raises(RuntimeError, match="after sending"):
        asyncio.run(send(ACCEPT))
