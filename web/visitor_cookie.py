"""Gives every browser a visitor cookie before its first page runs."""

from __future__ import annotations

from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.build import the_studio
from studio.visitors import COOKIE, COOKIE_LIFE_S


class VisitorCookie:
    """ASGI middleware: a page that is fetched without a valid cookie takes one home. Touches nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add the cookie to the answer where it is due."""
        if scope["type"] != "http" or not _is_page(scope) or visitor_of(scope) is not None:
            await self._app(scope, receive, send)
            return
        cookie = cookie_of(the_studio().visitors.new(), scope)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def visitor_of(scope: Scope) -> str | None:
    """The visitor who sends this request; None without a cookie signed by us."""
    # Starlette's reading, as browsers mean it: SimpleCookie gives up at the first odd cookie of somebody else's.
    return the_studio().visitors.read(HTTPConnection(scope).cookies.get(COOKIE))


def cookie_of(visitor: str, scope: Scope) -> str:
    """The Set-Cookie header that makes the browser behind this request that visitor's."""
    cookie = SimpleCookie()
    cookie[COOKIE] = the_studio().visitors.cookie(visitor)
    settled = {"path": "/", "max-age": COOKIE_LIFE_S, "httponly": True, "samesite": "Lax"}
    for name, value in (settled | {"secure": scope.get("scheme") == "https"}).items():
        cookie[COOKIE][name] = value
    return cookie[COOKIE].OutputString()


def _is_page(scope: Scope) -> bool:
    return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")
