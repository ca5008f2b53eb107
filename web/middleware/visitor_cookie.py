"""Gives every browser a visitor cookie with its first page, and renews it while it is used."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.access.visitors import COOKIE, COOKIE_LIFE_S, HOST_PREFIX, Known
from studio.build import get_studio


class VisitorCookie:
    """ASGI middleware: a page document takes a cookie home where the browser has none, or one that is due.

    Nothing else does: what proxies and browsers may keep for others, and what scripts fetch, names nobody.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add the cookie to the answer where it is due."""
        known = None
        if scope["type"] != "http" or not _asks_for_page(scope) or ((known := known_of(scope)) and not known.is_due):
            await self._app(scope, receive, send)
            return
        visitor = known.visitor if known else get_studio().access.visitors.new()

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if _is_page(headers):
                    give_visitor(headers, visitor, scope)
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(_unconditional(scope), receive, send_with_cookie)


def visitor_of(scope: Scope) -> str | None:
    """The visitor who sends this request; None without a cookie signed by us."""
    known = known_of(scope)
    return None if known is None else known.visitor


def known_of(scope: Scope) -> Known | None:
    """The same, and whether the cookie is due to be set anew."""
    # Starlette's reading, as browsers mean it: SimpleCookie gives up at the first odd cookie of somebody else's.
    return get_studio().access.visitors.of(HTTPConnection(scope).cookies, secure=_is_secure(scope))


def give_visitor(answer: Response | MutableHeaders, visitor: str, scope: Scope) -> None:
    """Make the browser behind this request that visitor's."""
    name = name_for(COOKIE, scope)
    value = get_studio().access.visitors.cookie(visitor, name=name)
    give(answer, scope, COOKIE, value, same_site="lax")


def give(answer: Response | MutableHeaders, scope: Scope, cookie: str, value: str | None, *, same_site: str) -> None:
    """Set one of our cookies for as long as browsers allow, or end it; under https by the name that is ours alone."""
    headers = answer.headers if isinstance(answer, Response) else answer
    secure = _is_secure(scope)
    name = name_for(cookie, scope)
    headers.append("Set-Cookie", _header(name, value, same_site, secure=secure))
    if secure and HTTPConnection(scope).cookies.get(cookie) is not None:
        # Of before, or a neighbour's.
        headers.append("Set-Cookie", _header(cookie, None, same_site, secure=secure))


def name_for(cookie: str, scope: Scope) -> str:
    """What a cookie is called where the request came from."""
    return HOST_PREFIX + cookie if _is_secure(scope) else cookie


def _header(name: str, value: str | None, same_site: str, *, secure: bool) -> str:
    answer = Response()
    answer.set_cookie(
        name,
        value or "",
        max_age=COOKIE_LIFE_S if value else 0,
        path="/",
        secure=secure,
        httponly=True,
        samesite=same_site,  # type: ignore[arg-type]
    )
    return answer.headers["set-cookie"]


def _is_secure(scope: Scope) -> bool:
    return scope.get("scheme") in ("https", "wss")


def _asks_for_page(scope: Scope) -> bool:
    return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")


def _unconditional(scope: Scope) -> Scope:
    """The same request without what lets it be answered by 304: a browser that kept the page, and not the cookie, would
    get none."""
    conditions = (b"if-none-match", b"if-modified-since")
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name.lower() not in conditions]}


def _is_page(headers: MutableHeaders) -> bool:
    kept = headers.get("cache-control", "").lower()
    return headers.get("content-type", "").startswith("text/html") and not ("public" in kept or "immutable" in kept)
