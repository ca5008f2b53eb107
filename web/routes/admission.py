"""Where a browser is given the cookies that say what it may do. Each is asked for by a page of ours, and by POST."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from studio import urls
from studio.access.sessions import COOKIE, token_in
from studio.build import get_studio
from studio.storage.errors import StorageAway
from web.language import N_, _
from web.middleware.visitor_cookie import give, give_visitor, visitor_of
from web.plain_answers import NEVER_KEPT
from web.plain_page import button, link, plain_page
from web.routes.gallery_link import is_from_our_own_page
from web.routes.share_page import away

OPEN_IT = N_("Open the owner's page in this browser?")
WHAT_IT_MEANS = N_("It stays open for 12 hours. Go on only if you asked for this link yourself, at the command line.")
OPEN = N_("Open the owner's page")
NOT_NOW = N_("Not now")
USED = N_("This link does not work any more")
USED_WHY = N_(
    "A link to the owner's page works once and expires in 15 minutes. For a new one: python -m studio owner-link"
)
START = N_("To the start")
ELSEWHERE = N_("This did not come from the page that asks")
ELSEWHERE_WHAT_TO_DO = N_("Open the link once more and press the button there. It has not been used.")
NOTHING_DONE = N_("Nothing was done.")
DELETED = N_("It is gone")
DELETED_WHAT = N_("Everything is deleted. This browser starts again as a new visitor.")
OUT = N_("You are signed out everywhere")
OUT_WHY = N_(
    "Other devices and browsers can no longer see your gallery, and each of them needs its code or account again. "
    "Your gallery is here."
)
TO_THE_GALLERY = N_("To the gallery")


async def _admitted(request: Request) -> Response:
    """Change a ticket for a cookie: for the visitor whom it was made for, on a page of ours."""
    visitor = visitor_of(request.scope)
    if visitor is None or not is_from_our_own_page(request):
        return Response(status_code=403, headers=NEVER_KEPT)
    try:
        token = await run_in_threadpool(
            get_studio().access.admission.redeem, request.path_params["token"], visitor, token_in(request.cookies)
        )
    except StorageAway:
        return Response(status_code=503, headers=NEVER_KEPT)
    if token is None:
        return Response(status_code=404, headers=NEVER_KEPT)
    answer = Response(status_code=204, headers=NEVER_KEPT)
    give_rights(answer, token, request)
    return answer


def give_rights(answer: Response, token: str | None, request: Request) -> None:
    """The token that the browser keeps from now on; None takes it away.

    Not sent along by any other site's page (SameSite=Strict), nor by a gallery link.
    """
    give(answer, request.scope, COOKIE, token, same_site="strict")


async def _begin_anew(request: Request) -> Response:
    """Make a new visitor of this browser, without rights; all that its account or owner's code opened is shut."""
    visitor = visitor_of(request.scope)
    if visitor is None or not is_from_our_own_page(request):
        return plain_page(_(ELSEWHERE), _(NOTHING_DONE), status=403)
    studio, new, keep = get_studio(), get_studio().access.visitors.new(), request.query_params.get("keep") == "yes"
    try:
        leave = studio.access.admission.leave_everywhere if keep else studio.access.admission.leave
        await run_in_threadpool(leave, token_in(request.cookies))
        await run_in_threadpool(studio.sharing.successions.begin_anew, visitor, new, keep=keep)
    except StorageAway:
        return away()
    studio.changes.end(visitor)
    answer = _out() if keep else _deleted()
    give_visitor(answer, new, request.scope)
    give_rights(answer, None, request)
    return answer


def _out() -> Response:
    to_it = link(_(TO_THE_GALLERY), urls.GALLERY, first=True)
    return plain_page(_(OUT), _(OUT_WHY), steps=(to_it,))


def _deleted() -> Response:
    return plain_page(_(DELETED), _(DELETED_WHAT), steps=(link(_(START), urls.HOME, first=True),))


async def _owner_link(request: Request) -> Response:
    ticket, admission = request.path_params["token"], get_studio().access.admission
    try:
        if request.method != "POST":
            # Asking uses nothing up: chats and mail programs look at links by themselves.
            return _question(ticket) if await run_in_threadpool(admission.look, ticket) else _used()
        if not is_from_our_own_page(request):
            return plain_page(_(ELSEWHERE), _(ELSEWHERE_WHAT_TO_DO), status=403)
        token = await run_in_threadpool(admission.redeem, ticket, None, token_in(request.cookies))
    except StorageAway:
        return away()
    if token is None:
        return _used()
    answer = RedirectResponse(urls.OWNER, 303, NEVER_KEPT)
    give_rights(answer, token, request)
    return answer


def _question(ticket: str) -> Response:
    yes = button(_(OPEN), urls.owner_link(ticket), first=True)
    return plain_page(_(OPEN_IT), _(WHAT_IT_MEANS), steps=(yes, link(_(NOT_NOW), urls.HOME)))


def _used() -> Response:
    return plain_page(_(USED), _(USED_WHY), steps=(link(_(START), urls.HOME),), status=404)


ROUTES = [
    Route(urls.ADMITTED, _admitted, methods=["POST"]),
    Route(urls.BEGIN_ANEW, _begin_anew, methods=["POST"]),
    Route(urls.OWNER_LINK, _owner_link, methods=["GET", "HEAD", "POST"]),
]
