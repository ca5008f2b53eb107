"""A photo from a phone's share menu: it comes onto the form, as an upload does, and Create opens.

The phone sends what a form would, from no page at all. A page of another site could send the same; but only a browser's
own menus, and our own pages, do so with a visitor's cookie (SameSite) and without Sec-Fetch-Site saying otherwise. The
worst that a forged one may do is what an upload does: put a picture on a form that its person sees before they pay.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import replace

from python_multipart.exceptions import MultipartParseError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from studio import urls
from studio.build import get_studio
from studio.forms.given_pictures import TooManyPictures
from studio.pictures.prepare import MAX_UPLOAD_BYTES, PictureRefused
from studio.pictures.queue import TooManyWaiting
from studio.storage.errors import StorageAway
from web.connections import network
from web.middleware.places import Holder, Limits, Places
from web.middleware.visitor_cookie import visitor_of
from web.plain_answers import NEVER_KEPT
from web.routes.installed import FILE_FIELD, TEXT_FIELD, TITLE_FIELD

AT_ONCE = Limits(in_all=8, kept=4, of_one=1, of_network=4)
"""Photos taken in at the same moment: 160 MB at the most, on the disk where they are large."""
AROUND_BYTES = 64 * 1024
"""What a form takes beside its file."""
WHOLE_S = 120.0
"""The longest that one may take to come: 20 MB at 1.4 megabit a second."""
WORDS_MAX = 1_500
"""Characters of a text that is shared with the photo."""
_FROM_NOWHERE_ELSE = ("none", "same-origin")

_places = Places(AT_ONCE)


async def _shared(request: Request) -> Response:
    visitor = visitor_of(request.scope)
    if visitor is None or request.headers.get("sec-fetch-site", "none") not in _FROM_NOWHERE_ELSE:
        # Without a cookie there is no form yet; Create gives one.
        return _to_create("again" if visitor is None else "")
    told = request.headers.get("content-length", "")
    if not (told.isascii() and told.isdecimal()):
        return _to_create("none")
    if len(told) > 18 or int(told) > MAX_UPLOAD_BYTES + AROUND_BYTES:
        return _to_create("large")
    client = request.client
    holder = Holder(visitor, network(client.host) if client else None)
    if not _places.take(holder):
        return _to_create("busy")
    try:
        async with asyncio.timeout(WHOLE_S):
            given, words = await _read(request, int(told))
    except (TimeoutError, ClientDisconnect):
        return _to_create("slow")
    except (MultiPartException, MultipartParseError):
        return _to_create("none")
    finally:
        _places.give_back(holder)
    return _to_create(await run_in_threadpool(_onto_the_form, visitor, given, words))


async def _read(request: Request, length: int) -> tuple[bytes, str]:
    """The photo and the words; no more is read than was announced."""

    async def no_more_than_said() -> AsyncGenerator[bytes, None]:
        left = length
        async for piece in request.stream():
            left -= len(piece)
            if left < 0:
                raise MultiPartException("more than was said")
            yield piece

    parser = MultiPartParser(
        request.headers, no_more_than_said(), max_files=1, max_fields=8, max_part_size=AROUND_BYTES
    )
    form = await parser.parse()
    try:
        file = form.get(FILE_FIELD)
        given = await file.read() if isinstance(file, UploadFile) else b""
        texts = [text.strip() for name in (TITLE_FIELD, TEXT_FIELD) if isinstance(text := form.get(name), str)]
        return given, " ".join(filter(None, texts))[:WORDS_MAX]
    finally:
        await form.close()


def _onto_the_form(visitor: str, given: bytes, words: str) -> str:
    """The outcome, in a word; empty where all is well."""
    forms = get_studio().visitor_service.forms
    if not given:
        return "none"
    try:
        forms.pictures.take(visitor, given)
    except TooManyPictures:
        return "many"
    except TooManyWaiting:
        return "busy"
    except PictureRefused:
        return "room"
    except StorageAway:
        return "away"
    with suppress(StorageAway):
        draft = forms.drafts.of(visitor)
        if words and not draft.prompt.strip():
            forms.drafts.keep(visitor, replace(draft, prompt=words), since=draft)
    return ""


def _to_create(word: str) -> Response:
    address = f"{urls.HOME}?shared={word}" if word else urls.HOME
    # Ends the line with the answer: what was not read of the photo is not waited for.
    return RedirectResponse(address, 303, NEVER_KEPT | {"Connection": "close"})


ROUTE = Route(urls.SHARE_TARGET, _shared, methods=["POST"])
