"""POST /bring-in: a file with videos that were taken away, as it is, from a page of our own; its name in a header.

It may be gigabytes, which Streamlit's uploader would hold in memory: here it goes onto the disk as it comes, and what
is in it comes into the gallery afterwards, whoever watches. The answer is a word: empty where it was taken, else why
not.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from studio import urls
from studio.access.sessions import token_in
from studio.bringing_in.bringing_in import FILE_MAX_BYTES, TooMuchWaiting
from studio.build import get_studio
from studio.orders.order import clean_text
from studio.storage.errors import StorageAway
from studio.storage.free_space import is_room_to_spare
from web.connections import ends_with_the_server, has_a_pace_of_its_own, network
from web.middleware.places import Holder, Limits, Places
from web.middleware.visitor_cookie import visitor_of
from web.plain_answers import NEVER_KEPT

AT_ONCE = Limits(in_all=8, kept=2, of_one=1, of_network=4)
"""Files that are taken in at the same moment."""
NAME_HEADER = "x-file-name"
NAME_MAX = 120
"""Characters."""
PAUSE_S = 20.0
"""The longest silence; a phone in a tunnel is back by then."""
SLOWEST_BYTES_PER_S = 125_000
"""On the whole, after a head start: who holds a place has to use it."""
HEAD_START_S = 60.0

_STATUS = {
    "": 202, "empty": 411, "not_let_in": 403, "slow": 408, "large": 413, "busy": 429, "away": 503, "enough": 507,
    "room": 507,
}  # fmt: skip

_places = Places(AT_ONCE)


class _Refused(Exception):
    """It is not taken; the message is the word for it."""


async def _brought(request: Request) -> Response:
    visitor = visitor_of(request.scope)
    try:
        if visitor is None or not await run_in_threadpool(_is_let_in, visitor, token_in(request.cookies)):
            raise _Refused("not_let_in")
        size = _size(request)
        await run_in_threadpool(_check_room, visitor, size)
        client = request.client
        holder = Holder(visitor, network(client.host) if client else None)
        if not _places.take(holder):
            raise _Refused("busy")
        # It may take an hour, and a restart should not.
        has_a_pace_of_its_own(request.scope)
        ends_with_the_server(request.scope)
        try:
            await _take(request, visitor, size)
        finally:
            _places.give_back(holder)
    except _Refused as refused:
        return _said(str(refused))
    except StorageAway:
        return _said("away")
    return _said("")


def _is_let_in(visitor: str, token: str | None) -> bool:
    return get_studio().access.admission.entitlement(visitor, token).payer is not None


def _size(request: Request) -> int:
    told = request.headers.get("content-length", "")
    if not (told.isascii() and told.isdecimal()) or int(told[:18]) == 0:
        raise _Refused("empty")
    if len(told) > 18 or int(told) > FILE_MAX_BYTES:
        raise _Refused("large")
    return int(told)


def _check_room(visitor: str, size: int) -> None:
    studio = get_studio()
    in_use = studio.storage.store.in_use(visitor)
    if in_use.used_bytes >= in_use.at_most_bytes:
        raise _Refused("enough")
    # Once as it comes, and once more as the videos that were in it.
    is_room = is_room_to_spare(studio.storage.scratch, studio.storage.media, 2 * size)
    if not (studio.owner.ceiling.has_room and is_room):
        raise _Refused("room")
    if not studio.bringing_in.has_room_for(visitor, size):
        raise _Refused("busy")


async def _take(request: Request, visitor: str, size: int) -> None:
    bringing_in = get_studio().bringing_in
    path = bringing_in.new_file()
    try:
        await _write(request, path, size)
        try:
            await run_in_threadpool(bringing_in.give, visitor, path, _name(request))
        except TooMuchWaiting:
            raise _Refused("busy") from None
    except BaseException:
        path.unlink(missing_ok=True)
        raise


async def _write(request: Request, path: Path, size: int) -> None:
    """The bytes as they come, in time; no more than were announced, and no less."""
    loop = asyncio.get_running_loop()
    begin, received = loop.time(), 0
    pieces = aiter(request.stream())
    with path.open("wb") as file:
        while True:
            try:
                piece = await asyncio.wait_for(anext(pieces, None), PAUSE_S)
            except (TimeoutError, ClientDisconnect):
                raise _Refused("slow") from None
            if piece is None:
                break
            received += len(piece)
            if received > size or received < (loop.time() - begin - HEAD_START_S) * SLOWEST_BYTES_PER_S:
                raise _Refused("slow")
            try:
                await run_in_threadpool(file.write, piece)
            except OSError:
                raise _Refused("room") from None
    if received != size:
        raise _Refused("slow")


def _name(request: Request) -> str:
    """What its person calls the file, to be shown to them."""
    told = unquote(request.headers.get(NAME_HEADER, ""), errors="replace")
    return " ".join(clean_text(told[: NAME_MAX * 4]).split())[:NAME_MAX]


def _said(word: str) -> Response:
    # Where it is refused, the rest of it is not waited for.
    end = {"Connection": "close"} if word else {}
    return JSONResponse({"refused": word}, _STATUS[word], NEVER_KEPT | end)


ROUTE = Route(urls.BRING_IN, _brought, methods=["POST"])
