"""How much may be uploaded, by one visitor and by all, and to whose pages.

Streamlit (1.67.0) limits the size of one upload, and nothing else: anybody could send file after file, to any page
whose session id they know.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.access.rate_limits import RateLimits
from studio.access.tabs import Tabs
from studio.storage.errors import StorageAway
from web.connections import network
from web.middleware.held_uploads import HeldUploads
from web.middleware.places import Holder, Limits, Places
from web.plain_answers import NEVER_KEPT

UPLOADS = "/_stcore/upload_file/"

WINDOW = timedelta(minutes=10)
OF_A_VISITOR = 60
"""Uploads accepted in a window. Above what the page takes (rate_limits.PICTURES): it says so in words, and is met
first. There is no such number for all together: whoever used it up would shut out everybody. What all take up is
bounded in bytes instead, which come back."""
AT_ONCE = Limits(in_all=64, kept=16, of_one=4, of_network=32)
"""Uploads that one server takes in, or lets wait, at the same moment. A page sends one at a time."""
WAIT_S = 60.0
"""How long an upload waits for room before it is refused. Nothing of it is read meanwhile."""
PAUSE_S = 20.0
"""The longest silence within an upload; a phone in a tunnel is back by then."""
WHOLE_S = 300.0
"""The longest that one may take: 20 MB at half a megabit a second."""
HEAD_START_S = 30.0
"""So far behind a pace that ends in time an upload may fall. Who holds room has to use it."""


class Uploads:
    """ASGI middleware on the address that Streamlit's uploader and camera send to. Never reads a body itself."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        max_bytes: int,
        visitor_of: Callable[[Scope], str | None],
        tabs: Callable[[], Tabs],
        held: HeldUploads,
        rate_limits: Callable[[], RateLimits],
        clock: Callable[[], datetime],
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._visitor_of = visitor_of
        self._tabs = tabs
        self._held = held
        self._rate_limits = rate_limits
        self._clock = clock
        self._slots = Places(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an upload on, or say why not: 403, 408, 411, 413 or 429."""
        changes = scope["type"] == "http" and scope["method"] in ("PUT", "DELETE") and scope["path"].startswith(UPLOADS)
        if not changes:
            await self._app(scope, receive, send)
            return
        session, _, file = scope["path"].removeprefix(UPLOADS).partition("/")
        visitor = self._visitor_of(scope)
        if visitor is None:
            await _said(403, "Open the page first; it needs cookies.")(scope, receive, send)
        elif not self._tabs().is_of(session, visitor):
            await _said(403, "This is not your page. Load it again.")(scope, receive, send)
        elif scope["method"] == "DELETE":
            await self._app(scope, receive, send)
        else:
            await self._put(session, file, visitor, scope, receive, send)

    async def _put(self, session: str, file: str, visitor: str, scope: Scope, receive: Receive, send: Send) -> None:
        length = self._length(scope)
        if isinstance(length, PlainTextResponse):
            await length(scope, receive, send)
            return
        client = scope.get("client")
        holder = Holder(visitor, network(client[0]) if client else None)
        if await run_in_threadpool(self._has_had_enough, visitor) or not self._slots.take(holder):
            await _busy()(scope, receive, send)
            return
        try:
            if not await self._held.room_for(holder, length, WAIT_S):
                await _busy()(scope, receive, send)
                return
            is_accepted = False

            async def accept() -> None:
                nonlocal is_accepted
                is_accepted = True
                self._held.came(session, file, holder, length)
                # That it is not counted while the database is away costs nothing that is not bounded.
                with suppress(StorageAway):
                    await run_in_threadpool(self._count, visitor)

            try:
                await self._take_in(length, accept, scope, receive, send)
            finally:
                if not is_accepted:
                    self._held.never_came(holder, length)
        finally:
            self._slots.give_back(holder)

    def _length(self, scope: Scope) -> int | PlainTextResponse:
        told = Headers(scope=scope).get("content-length")
        if told is None:
            return _said(411, "An upload has to say how long it is.")
        if not (told.isascii() and told.isdecimal()) or len(told) > 18 or int(told) > self._max_bytes:
            return _said(413, f"This is larger than {self._max_bytes // 2**20} MB.")
        return int(told)

    def _has_had_enough(self, visitor: str) -> bool:
        return self._rate_limits().is_full(_scope(visitor), self._clock(), limit=OF_A_VISITOR, per=WINDOW)

    def _count(self, visitor: str) -> None:
        self._rate_limits().count(_scope(visitor), self._clock(), limit=OF_A_VISITOR, per=WINDOW)

    async def _take_in(
        self, length: int, accept: Callable[[], Awaitable[None]], scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Let Streamlit have it; where it takes it, `accept` comes before its answer."""
        loop = asyncio.get_running_loop()
        begin = loop.time()
        received = status = 0
        is_late = False

        async def receive_in_time() -> Message:
            nonlocal is_late, received
            passed = loop.time() - begin
            is_late = received < length * (passed - HEAD_START_S) / WHOLE_S
            if not is_late:
                try:
                    message = await asyncio.wait_for(receive(), max(0.0, min(PAUSE_S, WHOLE_S - passed)))
                except TimeoutError:
                    is_late = True
                else:
                    received += len(message.get("body", b""))
                    return message
            return {"type": "http.disconnect"}

        async def send_noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if 200 <= status < 300:
                    await accept()
            await send(message)

        try:
            await self._app(scope, receive_in_time, send_noting)
        except ClientDisconnect:
            # Gone, or given up on. Neither is an error of ours.
            if is_late and status == 0:
                await _said(408, "This upload took too long.")(scope, receive, send)


def _scope(visitor: str) -> str:
    return f"upload:{visitor}"


def _said(status: int, sentence: str, **headers: str) -> PlainTextResponse:
    # The connection ends with the answer, so that the rest of the body need not be taken in.
    return PlainTextResponse(sentence, status, headers={**NEVER_KEPT, "Connection": "close", **headers})


def _busy() -> PlainTextResponse:
    return _said(429, "There are too many uploads right now. Try again in a few minutes.", **{"Retry-After": "60"})
