"""GET /events: tells a visitor's browser, as server-sent events, that a job of theirs has moved.

It says which jobs and where they stand now, and nothing else: what the page shows of them it reads itself. What this
server writes is told at once; for what others write the store is asked every few seconds, once for all tabs of a
browser.
"""

from __future__ import annotations

import asyncio
import functools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from studio import urls
from studio.build import get_studio
from studio.jobs.job import State
from studio.queue.changes import GONE, Line
from studio.storage.errors import StorageAway
from web.connections import descriptor_limit, ends_with_the_server, network
from web.middleware import sockets
from web.middleware.places import Holder, Limits, Places
from web.middleware.visitor_cookie import visitor_of
from web.plain_answers import NEVER_KEPT, nothing_here

OF_ONE = 8
"""Lines of one visitor: a browser has one, or one for each window that is in view."""
LOOK_EVERY_S = 5.0
"""How often a line with nothing to say asks the store whether another server has moved a job."""
HEARTBEAT_S = 20.0
"""How often a line with nothing to say says so: proxies cut a silent one after half a minute or more."""
SPACE_S = 0.1
"""Between two events of one line. The first goes out at once; what follows it this closely goes out together."""
LIFE_S = 3600.0
"""After which the browser opens another one, with the cookie that it has by then."""
AGAIN_AFTER_S = 30

HEADERS = NEVER_KEPT | {"X-Accel-Buffering": "no"}
"""nginx and those who do as it does pass on each event as it comes."""


async def _answer(request: Request) -> Response:
    visitor = visitor_of(request.scope)
    # No other site's page can read this, but it could keep the visitor's lines busy.
    if visitor is None or request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return nothing_here()
    if request.method == "HEAD":
        return Response(headers=HEADERS, media_type=_Stream.media_type)
    holder = Holder(visitor, network(request.client.host) if request.client else None)
    if _places().of(visitor) >= OF_ONE:
        return _refused(429)
    if not _places().take(holder):
        return _refused(503)
    ends_with_the_server(request.scope)
    return _Stream(holder)


def _refused(status: int) -> Response:
    return PlainTextResponse(
        "Too many pages are listening.", status, headers=NEVER_KEPT | {"Retry-After": str(AGAIN_AFTER_S)}
    )


@functools.cache
def _places() -> Places:
    in_all = sockets.limits(descriptor_limit()).in_all
    return Places(Limits(in_all=in_all, kept=in_all // 4, of_one=OF_ONE, of_network=in_all // 2))


class _Stream(StreamingResponse):
    """One line to one browser. Its place is given back however it ends."""

    media_type = "text/event-stream"

    def __init__(self, holder: Holder) -> None:
        super().__init__(content=(), headers=HEADERS)
        self._holder = holder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with get_studio().changes.listening(self._holder.visitor) as line:
                self.body_iterator = _said(line, partial(_stages, self._holder.visitor))
                await super().__call__(scope, receive, send)
        finally:
            _places().give_back(self._holder)


Stages = Mapping[str, tuple[State, str]]
Look = Callable[[], Awaitable[Stages | None]]


async def _stages(visitor: str) -> Stages | None:
    """Where a visitor's jobs stand; None where it cannot be read now."""
    try:
        return await run_in_threadpool(get_studio().visitor_service.stages, visitor)
    except StorageAway:
        return None


async def _said(line: Line, look: Look) -> AsyncIterator[str]:
    yield _NOTHING
    time = asyncio.get_running_loop().time
    end, said_at, known = time() + LIFE_S, time(), await look()
    while time() < end:
        try:
            async with asyncio.timeout(LOOK_EVERY_S):
                moved = await line.next()
        except TimeoutError:
            before, known = known, await look()
            moved = {} if before is None or known is None else _differences(before, known)
        else:
            # Told by now: what is read next is no news.
            known = None
        if moved is None:
            return
        if moved or time() - said_at >= HEARTBEAT_S:
            yield event(moved) if moved else _NOTHING
            said_at = time()
            await asyncio.sleep(SPACE_S)


def _differences(before: Stages, now: Stages) -> dict[str, str]:
    gone = dict.fromkeys(before.keys() - now.keys(), GONE)
    return gone | {job: state.value for job, (state, why) in now.items() if before.get(job) != (state, why)}


_NOTHING = ":\n\n"
"""A comment, which browsers take no notice of."""


def event(stages: Mapping[str, str]) -> str:
    """One event: the jobs that moved and the stage of each, by their ids."""
    return f"data: {json.dumps({'changed': dict(stages)})}\n\n"


ROUTE = Route(urls.EVENTS, _answer)
