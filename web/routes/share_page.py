"""What a share link shows: to chat programs and search engines its tags, to people the video's page."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from studio import urls
from studio.build import get_studio
from studio.jobs.job import Job, KeptVideo
from studio.storage.errors import StorageAway
from studio.storage.media import MediaMissing
from web import plain_answers
from web.language import N_, _
from web.plain_page import link, plain_page, templated_page
from web.routes.media import kept_file

MADE_SO = N_("A video from a picture and a sentence")
MADE_SO_OF = N_("A video from a picture and a sentence: {sentence}")
WATCH = N_("Watch the video")
MAKE_YOUR_OWN = N_("Make your own")
GONE = N_("This link does not work any more")
GONE_WHY = N_("This video was deleted, or the link is wrong or no longer shared.")
AWAY = N_("This cannot be reached right now")
AWAY_WHAT_TO_DO = N_("Nothing is lost. Try again in a moment.")

TITLE_LETTERS = 70
"""What previews show of a title before they cut it."""
DESCRIPTION_LETTERS = 200
POSTER_WIDTH = 640
"""Pixels: what studio.videos.validate.poster makes."""
CACHE = "private, no-cache"
"""Asked after each time it is used: a link that was ended shows nothing from then on."""

_PLAIN_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?", re.I | re.A)


async def _page(request: Request) -> Response:
    token = request.path_params["token"]
    try:
        job = await run_in_threadpool(get_studio().sharing.shares.shared, token)
    except StorageAway:
        return away()
    if job is None or job.video is None:
        make = link(_(MAKE_YOUR_OWN), urls.HOME, first=True)
        return plain_page(_(GONE), _(GONE_WHY), steps=(make,), status=404)
    return _preview(origin(request), token, job, job.video)


def _preview(at: str, token: str, job: Job, video: KeptVideo) -> Response:
    """The page with its tags, for the address where this app is found."""
    prompt, there = job.order.prompt, urls.watch(token)
    return templated_page(
        "share_page.html",
        _(MADE_SO),
        title=_cut(prompt, TITLE_LETTERS),
        description=_(MADE_SO_OF).format(sentence=_cut(prompt, DESCRIPTION_LETTERS)),
        words=prompt,
        steps=(link(_(WATCH), there, first=True), link(_(MAKE_YOUR_OWN), urls.HOME)),
        watch=there,
        origin=at,
        page=urls.share(token),
        film=urls.shared_video(token),
        poster=urls.shared_poster(token),
        poster_width=POSTER_WIDTH,
        poster_height=max(1, round(video.height * POSTER_WIDTH / video.width)),
        video=video,
    )


def origin(request: Request) -> str:
    """Where visitors find this app, as https://example.org; empty, for relative addresses, where nobody can tell."""
    public = get_studio().settings.public_url
    if public:
        return public.rstrip("/")
    host = request.headers.get("host", "")
    # A Host header is whatever somebody sent: nothing else than a plain name may come back in a page.
    return f"{request.url.scheme}://{host}" if _PLAIN_HOST.fullmatch(host) else ""


def away() -> Response:
    """The page for when what we keep cannot be reached."""
    return plain_page(_(AWAY), _(AWAY_WHAT_TO_DO), status=503, headers=plain_answers.TRY_AGAIN)


def _cut(text: str, letters: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= letters else line[: letters - 1].rstrip() + "…"


def _file(path: str, media_type: str, key_of: Callable[[KeptVideo], str]) -> Route:
    async def answer(request: Request) -> Response:
        try:
            job = await run_in_threadpool(get_studio().sharing.shares.shared, request.path_params["token"])
            if job is None or job.video is None:
                return plain_answers.nothing_here()
            answer = await kept_file(request, key_of(job.video), media_type, job, cache=CACHE)
        except MediaMissing:
            return plain_answers.nothing_here()
        except StorageAway:
            return plain_answers.away()
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer

    return Route(path, answer, methods=["GET", "HEAD"])


ROUTES = [
    Route(urls.SHARE, _page, methods=["GET", "HEAD"]),
    _file(urls.SHARED_VIDEO, "video/mp4", lambda video: video.video_key),
    _file(urls.SHARED_POSTER, "image/jpeg", lambda video: video.poster_key),
]
