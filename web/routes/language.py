"""POST /language/{code}: the browser keeps which language was chosen, for its next visit and for the plain pages."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from languages.spoken import COOKIE, language_of
from studio import urls
from studio.access.visitors import COOKIE_LIFE_S
from web.plain_answers import NEVER_KEPT, nothing_here


async def _choose(request: Request) -> Response:
    language = language_of(request.path_params["code"])
    if language is None:
        return nothing_here()
    answer = Response(status_code=204, headers=NEVER_KEPT)
    # By one name everywhere: it names nobody and opens nothing, so that whoever could forge it would gain nothing.
    answer.set_cookie(
        COOKIE, language.code, COOKIE_LIFE_S, path="/", secure=request.url.scheme == "https", httponly=True,
        samesite="lax",
    )  # fmt: skip
    return answer


ROUTE = Route(urls.LANGUAGE, _choose, methods=["POST"])
