"""Requests whose end two servers could see at different places, and those whose address is not one of ours."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from web.plain_answers import NEVER_KEPT


class Framing:
    """ASGI middleware: answers 400 and ends the connection, so that nothing that follows on it is taken for a request.

    h11 (0.16.0) refuses by itself: unequal Content-Lengths, any coding but chunked, a space before a colon, two Hosts.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what has one meaning."""
        if scope["type"] == "http" and _is_ambiguous(scope):
            refused = PlainTextResponse(
                "This request can be read in two ways.", 400, NEVER_KEPT | {"Connection": "close"}
            )
            await refused(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_ambiguous(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    chunked = "transfer-encoding" in headers
    # RFC 9112, 6.1 and 6.3: a proxy in front may go by the length; HTTP/1.0 knows no chunks.
    if chunked and ("content-length" in headers or scope.get("http_version") == "1.0"):
        return True
    # An address with a host of its own (RFC 9112, 3.2.2) would go before the Host that is checked.
    return not scope["path"].startswith("/")
