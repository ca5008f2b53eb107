"""Answers that break off: the connection closes before or in the middle of what should have been said."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

_Message = MutableMapping[str, Any]


class OpenConnections:
    """Which transport belongs to which client: ASGI itself has no word for hanging up."""

    def __init__(self) -> None:
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        """The HTTP protocol class to give to uvicorn; it reports its connections here."""
        transports = self._transports

        class Reporting(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                self.peer = transport.get_extra_info("peername")
                transports[self.peer] = transport
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                transports.pop(self.peer, None)
                super().connection_lost(exc)

        return Reporting

    def hang_up(self, answer: Response, *, after: float) -> Response:
        """The answer, but the line goes dead after this share of its body; 0 sends nothing at all, not even headers."""
        return _HangUp(bytes(answer.body), answer, after, self._transports)


class _HangUp(Response):
    def __init__(
        self, body: bytes, whole: Response, after: float, transports: dict[tuple[str, int], asyncio.Transport]
    ) -> None:
        self.raw_headers = whole.raw_headers
        self.status_code = whole.status_code
        self.background = None
        self.body = body[: int(len(body) * after)]
        self._transports = transports

    async def __call__(
        self,
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[_Message]],
        send: Callable[[_Message], Awaitable[None]],
    ) -> None:
        if self.body:
            # The headers promise the whole body: a careful client notices that it is short.
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": self.body, "more_body": True})
        # close() sends what is written so far, then ends the connection.
        self._transports[tuple(scope["client"])].close()
        while (await receive())["type"] != "http.disconnect":
            pass
