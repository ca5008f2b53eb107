"""Opening a gallery in another browser: GET asks, and uses nothing up; POST does it."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from studio import urls
from studio.build import get_studio
from studio.sharing.gallery_links import OwnVideosHere
from studio.storage.errors import StorageAway
from web.middleware.visitor_cookie import give_visitor, visitor_of
from web.plain_answers import NEVER_KEPT
from web.plain_page import button, link, plain_page
from web.routes.share_page import away

OPEN_IT = "Open this gallery on this device?"
WHAT_IT_MEANS = "This device then shows that gallery, and what you make here goes into it."
ONLY_YOUR_OWN = (
    "Go on only if you made this link yourself: anyone with the other device can see and delete your videos here, too."
)
OWN_ONE = "This device has one video or order of its own. Going on takes it along, into the other gallery."
OWN_MANY = "This device has {number} videos and orders of its own. Going on takes them along, into the other gallery."
OPEN = "Open the gallery"
OPEN_AND_ADD = "Open, and add this device's videos to it"
NOT_NOW = "Not now"
ALREADY = "This gallery is already open on this device"
ALREADY_WHY = "The link is still good: open it on the other device."
TO_THE_GALLERY = "To the gallery"
USED = "This link does not work any more"
USED_WHY = "A link to a gallery works once and expires in 15 minutes."
USED_WHAT_TO_DO = (
    "For a new one, go to the gallery on the device that has it, and choose “Open my gallery on another device”."
)
START = "Start without it"
ELSEWHERE = "This did not come from the page that asks"
ELSEWHERE_WHAT_TO_DO = "Open the link once more and press the button there. It has not been used."
NO_COOKIES = "This browser blocks cookies"
NO_COOKIES_WHAT_TO_DO = (
    "We need a cookie to find your gallery. Allow cookies for this site, then open the link once more: it is still "
    "good."
)


async def _answer(request: Request) -> Response:
    try:
        return await (_open(request) if request.method == "POST" else _ask(request))
    except StorageAway:
        return away()


async def _ask(request: Request) -> Response:
    links, token, here = get_studio().sharing.gallery_links, request.path_params["token"], visitor_of(request.scope)
    theirs = await run_in_threadpool(links.leads_to, token)
    if theirs is None:
        return _used()
    if theirs == here:
        to_it = link(TO_THE_GALLERY, urls.GALLERY, first=True)
        return plain_page(ALREADY, ALREADY_WHY, steps=(to_it,))
    return _question(token, 0 if here is None else await run_in_threadpool(links.count, here))


async def _open(request: Request) -> Response:
    token, here = request.path_params["token"], visitor_of(request.scope)
    if not is_from_our_own_page(request):
        return plain_page(ELSEWHERE, ELSEWHERE_WHAT_TO_DO, status=403)
    if here is None:
        # The page before gave one; it would not keep the other's either.
        return plain_page(NO_COOKIES, NO_COOKIES_WHAT_TO_DO, status=400)
    bring = request.query_params.get("bring") == "yes"
    try:
        visitor = await run_in_threadpool(get_studio().sharing.gallery_links.use, token, here=here, bring=bring)
    except OwnVideosHere as own:
        # Something was made here since the question was asked.
        return _question(token, own.number)
    if visitor is None:
        return _used()
    get_studio().changes.end(here)
    answer = RedirectResponse(urls.GALLERY, 303, NEVER_KEPT)
    # The gallery alone: what this browser may do stays with it, and what the other one may does not come along.
    give_visitor(answer, visitor, request.scope)
    return answer


def is_from_our_own_page(request: Request) -> bool:
    """True for a form that was sent from a page of this app.

    By Sec-Fetch-Site (Fetch Metadata, W3C), which no page can forge; over plain http in a local network, and in old
    browsers, by Origin. What says neither is no browser's form.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    came_from = _host(request.headers.get("origin", ""))
    public = get_studio().settings.public_url
    return came_from != "" and came_from in {request.headers.get("host", "").lower(), _host(public or "")}


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def _question(token: str, own: int) -> Response:
    there, not_now = urls.open_gallery(token), link(NOT_NOW, urls.GALLERY)
    if own == 0:
        yes = button(OPEN, there, first=True)
        return plain_page(OPEN_IT, WHAT_IT_MEANS, ONLY_YOUR_OWN, steps=(yes, not_now))
    said = OWN_ONE if own == 1 else OWN_MANY.format(number=own)
    yes = button(OPEN_AND_ADD, f"{there}?bring=yes")
    return plain_page(OPEN_IT, WHAT_IT_MEANS, said, ONLY_YOUR_OWN, steps=(yes, not_now))


def _used() -> Response:
    return plain_page(USED, USED_WHY, USED_WHAT_TO_DO, steps=(link(START, urls.HOME),), status=404)


ROUTES = [Route(urls.OPEN_GALLERY, _answer, methods=["GET", "HEAD", "POST"])]
