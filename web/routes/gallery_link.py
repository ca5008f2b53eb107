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
from web.language import N_, _, ngettext
from web.middleware.visitor_cookie import give_visitor, visitor_of
from web.plain_answers import NEVER_KEPT
from web.plain_page import button, link, plain_page
from web.routes.share_page import away

OPEN_IT = N_("Open this gallery on this device?")
WHAT_IT_MEANS = N_("This device then shows that gallery, and what you make here goes into it.")
ONLY_YOUR_OWN = N_(
    "Go on only if you made this link yourself: anyone with the other device can see and delete your videos here, too."
)
OPEN = N_("Open the gallery")
OPEN_AND_ADD = N_("Open, and add this device's videos to it")
NOT_NOW = N_("Not now")
ALREADY = N_("This gallery is already open on this device")
ALREADY_WHY = N_("The link is still good: open it on the other device.")
TO_THE_GALLERY = N_("To the gallery")
USED = N_("This link does not work any more")
USED_WHY = N_("A link to a gallery works once and expires in 15 minutes.")
USED_WHAT_TO_DO = N_(
    "For a new one, go to the gallery on the device that has it, and choose “Open my gallery on another device”."
)
START = N_("Start without it")
ELSEWHERE = N_("This did not come from the page that asks")
ELSEWHERE_WHAT_TO_DO = N_("Open the link once more and press the button there. It has not been used.")
NO_COOKIES = N_("This browser blocks cookies")
NO_COOKIES_WHAT_TO_DO = N_(
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
        to_it = link(_(TO_THE_GALLERY), urls.GALLERY, first=True)
        return plain_page(_(ALREADY), _(ALREADY_WHY), steps=(to_it,))
    return _question(token, 0 if here is None else await run_in_threadpool(links.count, here))


async def _open(request: Request) -> Response:
    token, here = request.path_params["token"], visitor_of(request.scope)
    if not is_from_our_own_page(request):
        return plain_page(_(ELSEWHERE), _(ELSEWHERE_WHAT_TO_DO), status=403)
    if here is None:
        # The page before gave one; it would not keep the other's either.
        return plain_page(_(NO_COOKIES), _(NO_COOKIES_WHAT_TO_DO), status=400)
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
    there, not_now = urls.open_gallery(token), link(_(NOT_NOW), urls.GALLERY)
    if own == 0:
        yes = button(_(OPEN), there, first=True)
        return plain_page(_(OPEN_IT), _(WHAT_IT_MEANS), _(ONLY_YOUR_OWN), steps=(yes, not_now))
    said = ngettext(
        "This device has one video or order of its own. Going on takes it along, into the other gallery.",
        "This device has {number} videos and orders of its own. Going on takes them along, into the other gallery.",
        own,
    ).format(number=own)
    yes = button(_(OPEN_AND_ADD), f"{there}?bring=yes")
    return plain_page(_(OPEN_IT), _(WHAT_IT_MEANS), said, _(ONLY_YOUR_OWN), steps=(yes, not_now))


def _used() -> Response:
    return plain_page(_(USED), _(USED_WHY), _(USED_WHAT_TO_DO), steps=(link(_(START), urls.HOME),), status=404)


ROUTES = [Route(urls.OPEN_GALLERY, _answer, methods=["GET", "HEAD", "POST"])]
