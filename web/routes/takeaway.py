"""GET /takeaway.zip: all videos of the visitor who asks as one file, or with `?ids=a,b,c` those of theirs alone.

It has no length and no ETag: how large each video is with what made it inside is known only once its index has been
read, and one that is deleted meanwhile is left out. So it cannot be asked for in parts either.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from studio import clock, urls
from studio.build import get_studio
from studio.jobs.job import Job
from studio.storage.errors import StorageAway
from web.connections import ends_with_the_server, network
from web.language import N_, _
from web.middleware.places import Holder, Limits, Places
from web.middleware.visitor_cookie import visitor_of
from web.plain_answers import NEVER_KEPT, away, nothing_here
from web.plain_page import link, plain_page

AT_ONCE = Limits(in_all=32, kept=8, of_one=2, of_network=16)
"""Archives under way at the same moment. Each takes its share of the line, and a megabyte or two."""
MEDIA_TYPE = "application/zip"
AGAIN_AFTER_S = 60

ENOUGH = N_("Two of your downloads are still under way")
ENOUGH_WHAT_TO_DO = N_("Let one of them come to its end, or stop it, then press the button once more. Nothing is lost.")
BUSY = N_("Too many downloads are under way")
BUSY_WHAT_TO_DO = N_("Try again in a few minutes. Nothing is lost, and single videos can be downloaded meanwhile.")
TO_THE_GALLERY = N_("To the gallery")

_places = Places(AT_ONCE)


async def _takeaway(request: Request) -> Response:
    visitor = visitor_of(request.scope)
    if visitor is None:
        return nothing_here()
    try:
        jobs = await run_in_threadpool(get_studio().takeaway.videos, visitor, _chosen(request))
    except StorageAway:
        return away()
    if not jobs:
        return nothing_here()
    if request.method == "HEAD":
        return Response(headers=_headers(), media_type=MEDIA_TYPE)
    holder = Holder(visitor, network(request.client.host) if request.client else None)
    if _places.of(visitor) >= AT_ONCE.of_one:
        return _refused(429, _(ENOUGH), _(ENOUGH_WHAT_TO_DO))
    if not _places.take(holder):
        return _refused(503, _(BUSY), _(BUSY_WHAT_TO_DO))
    # It may take an hour, and a restart should not.
    ends_with_the_server(request.scope)
    return _Stream(holder, jobs)


def _chosen(request: Request) -> set[str] | None:
    """The ids in the address; None where it names none, which means all."""
    asked = request.query_params.getlist("ids")
    return {one for part in asked for one in part.split(",")} if asked else None


def _headers() -> dict[str, str]:
    return NEVER_KEPT | {
        "Accept-Ranges": "none",
        "Content-Disposition": f'attachment; filename="kineograph-{clock.now():%Y-%m-%d}.zip"',
        "X-Content-Type-Options": "nosniff",
        # nginx and those who do as it does would write a part of it to a disk first.
        "X-Accel-Buffering": "no",
    }


def _refused(status: int, heading: str, what_to_do: str) -> Response:
    again = NEVER_KEPT | {"Retry-After": str(AGAIN_AFTER_S)}
    return plain_page(
        heading, what_to_do, steps=(link(_(TO_THE_GALLERY), urls.GALLERY, first=True),), status=status, headers=again
    )


class _Stream(StreamingResponse):
    """One archive to one browser. Its place is given back however it ends; where the browser goes away, it ends."""

    media_type = MEDIA_TYPE

    def __init__(self, holder: Holder, jobs: list[Job]) -> None:
        super().__init__(content=(), headers=_headers())
        self._holder = holder
        self._jobs = jobs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with aclosing(get_studio().takeaway.zipped(self._holder.visitor, self._jobs)) as pieces:
                # Before the answer has begun there is still another one to give: nothing is out when this fails.
                first = await anext(pieces)
                self.body_iterator = _joined(first, pieces)
                await super().__call__(scope, receive, send)
        finally:
            _places.give_back(self._holder)


async def _joined(first: bytes, rest: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    yield first
    async for piece in rest:
        yield piece


ROUTE = Route(urls.TAKEAWAY, _takeaway)
