"""How much may be uploaded, by one visitor and by all: what Streamlit takes in stays in memory until the tab is gone.

Streamlit (1.67.0) limits the size of one upload, and nothing else: anybody could send file after file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.tallies import Tallies

UPLOADS = "/_stcore/upload_file/"

WINDOW = timedelta(minutes=10)
OF_A_VISITOR = 60
"""Uploads in a window. Above what the page takes (studio.tallies.PICTURES): it says so in words, and is met first."""
IN_ALL = 300
"""Uploads in a window, on all servers together: at the 25 MB that one may have, 7.5 GB, if none were let go of."""
AT_ONCE = 4
"""Bodies that one server takes in at the same moment."""
WAIT_S = 10.0
"""How long an upload waits for its turn before it is refused. Four ordinary photos are through in a second."""
PAUSE_S = 20.0
"""The longest silence within an upload; a phone in a tunnel is back by then."""
WHOLE_S = 300.0
"""The longest that one may take: 20 MB at half a megabit a second."""


class Uploads:
    """ASGI middleware on the address that Streamlit's uploader and camera send to. Never reads a body itself."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_bytes: int,
        visitor_of: Callable[[Scope], str | None],
        tallies: Callable[[], Tallies],
        clock: Callable[[], datetime],
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._visitor_of = visitor_of
        self._tallies = tallies
        self._clock = clock
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an upload on, or say why not: 403, 408, 411, 413 or 429."""
        is_upload = scope["type"] == "http" and scope["method"] == "PUT" and scope["path"].startswith(UPLOADS)
        if not is_upload:
            await self._app(scope, receive, send)
            return
        refused = await self._refusal(scope)
        if refused is not None:
            await refused(scope, receive, send)
            return
        try:
            await asyncio.wait_for(self._turns.acquire(), WAIT_S)
        except TimeoutError:
            await _busy()(scope, receive, send)
            return
        try:
            await self._take_in(scope, receive, send)
        finally:
            self._turns.release()

    async def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        length = headers.get("content-length")
        if length is None:
            return _said(411, "An upload has to say how long it is.")
        # Counted before it is weighed: refusing costs something too.
        visitor = self._visitor_of(scope)
        if visitor is None:
            return _said(403, "Open the page first; it needs cookies.")
        if not (length.isascii() and length.isdecimal()) or len(length) > 18 or int(length) > self._max_bytes:
            return _said(413, f"This is larger than {self._max_bytes // 2**20} MB.")
        if not await run_in_threadpool(self._has_room, visitor):
            return _busy()
        return None

    def _has_room(self, visitor: str) -> bool:
        tallies, now = self._tallies(), self._clock()
        # The visitor's own first: what it refuses must not use up what is there for all.
        return tallies.count(f"upload:{visitor}", now, limit=OF_A_VISITOR, per=WINDOW) and tallies.count(
            "upload", now, limit=IN_ALL, per=WINDOW
        )

    async def _take_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + WHOLE_S
        is_late = is_answered = False

        async def receive_in_time() -> Message:
            nonlocal is_late
            try:
                return await asyncio.wait_for(receive(), max(0.0, min(PAUSE_S, end - loop.time())))
            except TimeoutError:
                is_late = True
                return {"type": "http.disconnect"}

        async def send_noting(message: Message) -> None:
            nonlocal is_answered
            is_answered = True
            await send(message)

        try:
            await self._app(scope, receive_in_time, send_noting)
        except ClientDisconnect:
            # Gone, or given up on. Neither is an error of ours.
            if is_late and not is_answered:
                await _said(408, "This upload took too long.")(scope, receive, send)


def _said(status: int, sentence: str, **headers: str) -> PlainTextResponse:
    # The connection ends with the answer, so that the rest of the body need not be taken in.
    return PlainTextResponse(sentence, status, headers={"Cache-Control": "no-store", "Connection": "close", **headers})


def _busy() -> PlainTextResponse:
    return _said(429, "There are too many uploads right now. Try again in a few minutes.", **{"Retry-After": "60"})
