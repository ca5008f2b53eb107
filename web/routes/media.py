"""Videos, what was made of them, posters, thumbnails and sounds, from the media store to whose they are alone."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from studio import urls
from studio.build import get_studio
from studio.file_names import saved_as
from studio.jobs.job import Job
from studio.pictures.samples import SAMPLE_FILM, SAMPLES
from studio.pictures.thumbnails import small_poster, thumbnail
from studio.storage.errors import StorageAway
from studio.storage.media import MediaMissing
from studio.storage.media_keys import thumbnail_key
from studio.videos.carried import Index
from studio.videos.edit import media_type
from web.middleware.visitor_cookie import visitor_of
from web.plain_answers import away, nothing_here
from web.routes.byte_range import RangeOutside, wanted

KEEP = "private, max-age=31536000, immutable"
"""What is under an address never changes; only this visitor's browser may keep it."""


Kept = tuple[str, Job | None]
"""Where a file is kept, and whose video it is of."""
Send = Callable[[Request, str, str, Job | None], Awaitable[Response]]
"""Answers with what is kept there, of that content type."""


async def _video(request: Request) -> Response:
    """A video of the visitor's own: as it is kept for a player, with what made it inside for who saves it."""
    visitor = visitor_of(request.scope)
    if visitor is None:
        return nothing_here()
    try:
        job = await run_in_threadpool(get_studio().visitor_service.job, visitor, request.path_params["id"])
        if job is None or job.video is None:
            return nothing_here()
        key = job.video.video_key
        return await kept_file(request, key, "video/mp4", job, index=await _index(request, key, job))
    except MediaMissing:
        return nothing_here()
    except StorageAway:
        return away()


def _of_the_visitor(
    path: str, content_type: str, find: Callable[[str, str], Kept | None], send: Send | None = None
) -> Route:
    """A file of the visitor's own, as it is kept or as `send` makes it; `find` is asked in a thread, with the visitor
    and the id in the address."""

    async def answer(request: Request) -> Response:
        visitor = visitor_of(request.scope)
        if visitor is None:
            return nothing_here()
        try:
            found = await run_in_threadpool(find, visitor, request.path_params["id"])
            if found is None:
                return nothing_here()
            key, job = found
            return await (send or kept_file)(request, key, content_type, job)
        except MediaMissing:
            return nothing_here()
        except StorageAway:
            return away()

    return Route(path, answer, methods=["GET", "HEAD"])


def _of_a_job(path: str, content_type: str, key_of: Callable[[Job], str | None], send: Send | None = None) -> Route:
    def find(visitor: str, job_id: str) -> Kept | None:
        job = get_studio().visitor_service.job(visitor, job_id)
        key = None if job is None else key_of(job)
        return None if key is None else (key, job)

    return _of_the_visitor(path, content_type, find, send)


def _poster_key(job: Job) -> str | None:
    return job.video.poster_key if job.video else None


async def _small(request: Request, poster_key: str, content_type: str, _job: Job | None) -> Response:
    """A poster, small: made as it is asked for, and kept by the browser."""
    media = get_studio().storage.media
    etag = f'"{(await media.head(poster_key)).etag}-small"'
    headers = {"ETag": etag, "Cache-Control": KEEP, "X-Content-Type-Options": "nosniff"}
    if _has_already(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    jpeg = await run_in_threadpool(lambda: small_poster(media.read(poster_key)))
    return Response(jpeg, headers=headers, media_type=content_type)


async def _edit(request: Request) -> Response:
    """What a visitor made of one of their videos, by its name."""
    visitor, name = visitor_of(request.scope), request.path_params["name"]
    if visitor is None:
        return nothing_here()
    try:
        found = await run_in_threadpool(get_studio().edits.kept_key, visitor, request.path_params["id"], name)
        if found is None:
            return nothing_here()
        key, job = found
        # A chain says what its first part was ordered with: with that it begins again.
        index = await _index(request, key, job) if media_type(name) == "video/mp4" else None
        return await kept_file(request, key, media_type(name), job, made=name, index=index)
    except MediaMissing:
        return nothing_here()
    except StorageAway:
        return away()


async def _index(request: Request, key: str, job: Job) -> Index | None:
    """What stands in place of the index of a video that is saved; None for a player, who gets it as it is kept."""
    if "download" not in request.query_params:
        return None
    studio = get_studio()
    size = (await studio.storage.media.head(key)).size
    return await run_in_threadpool(studio.downloads.index, job, key, size)


def _picture(visitor: str, picture: str) -> Kept | None:
    """The picture on the visitor's form, as it will be sent."""
    key = get_studio().visitor_service.forms.file_access.picture_key(visitor, picture)
    return None if key is None else (key, None)


def _small_picture(visitor: str, picture: str) -> Kept | None:
    key = get_studio().visitor_service.forms.file_access.picture_key(visitor, picture)
    return None if key is None else (thumbnail_key(key), None)


def _sound(visitor: str, sound: str) -> Kept | None:
    """The sound on the visitor's form."""
    key = get_studio().visitor_service.forms.file_access.sound_key(visitor, sound)
    return None if key is None else (key, None)


async def kept_file(
    request: Request,
    key: str,
    content_type: str,
    job: Job | None = None,
    *,
    made: str | None = None,
    cache: str = KEEP,
    index: Index | None = None,
) -> Response:
    """A kept file, or the part of it that the request asks for; who may have it is the caller's question.

    Only a file of a job has a name to be saved under; `made` is what was made of its video. With `index`, a video goes
    out with that in place of its own. Raises MediaMissing and StorageAway.
    """
    kept = await get_studio().storage.media.head(key)
    size = kept.size if index is None else index.size(kept.size)
    etag = f'"{kept.etag}"' if index is None else f'"{kept.etag}-{size}"'
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Cache-Control": cache,
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'attachment; filename="{saved_as(job, made)}"'
        if job is not None and "download" in request.query_params
        else "inline",
    }
    if _has_already(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    asked = request.headers.get("range")
    if request.headers.get("if-range", etag) != etag:
        asked = None
    try:
        part = wanted(asked, size)
    except RangeOutside:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    span = part or range(size)
    headers["Content-Length"] = str(len(span))
    if part is not None:
        headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{size}"
    status = 200 if part is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=content_type)
    body = get_studio().downloads.stream(key, span.start, span.stop, index)
    # It may have been deleted since it was looked for, as a frame is that another one replaces: before the answer has
    # begun there is still another answer to give.
    first = await anext(body, b"")
    return StreamingResponse(_joined(first, body), status, headers, content_type)


async def _joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def _has_already(if_none_match: str | None, etag: str) -> bool:
    """True where the browser names our tag, alone or in a list, strong or made weak on the way (RFC 9110, 13.1.2)."""
    tags = [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
    return etag in tags or tags == ["*"]


@functools.cache
def _sample_thumbnail(name: str) -> bytes | None:
    return next((thumbnail(sample.file.read_bytes()) for sample in SAMPLES if sample.name == name), None)


async def _sample(request: Request) -> Response:
    """One of our own pictures, small. The same for everybody."""
    jpeg = await run_in_threadpool(_sample_thumbnail, request.path_params["name"])
    if jpeg is None:
        return nothing_here()
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "public, max-age=86400"})


async def _sample_film(_request: Request) -> Response:
    """The film on "How it works". The same for everybody."""
    return FileResponse(SAMPLE_FILM.file, media_type="video/mp4", headers={"Cache-Control": "public, max-age=86400"})


ROUTES = [
    Route(urls.SAMPLE, _sample),
    Route(urls.SAMPLE_FILM, _sample_film, methods=["GET", "HEAD"]),
    _of_the_visitor(urls.PICTURE, "image/jpeg", _picture),
    _of_the_visitor(urls.SMALL_PICTURE, "image/jpeg", _small_picture),
    _of_the_visitor(urls.SOUND, "audio/mpeg", _sound),
    Route(urls.VIDEO, _video, methods=["GET", "HEAD"]),
    Route(urls.EDIT, _edit, methods=["GET", "HEAD"]),
    _of_a_job(urls.POSTER, "image/jpeg", _poster_key),
    _of_a_job(urls.SMALL_POSTER, "image/jpeg", _poster_key, _small),
    _of_a_job(urls.THUMBNAIL, "image/jpeg", lambda job: thumbnail_key(job.order.picture_key)),
]
