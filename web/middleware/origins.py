"""Whether a page of this app's own is asking: by the Origin that browsers put on every socket and every write.

Streamlit (1.67.0) takes pages of any port of this machine for its own, and for every other Origin it asks a server of
Amazon for this machine's address, while all else waits. So none of another site's ever reaches it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from web.middleware.hosts import host_and_port
from web.plain_answers import NEVER_KEPT

READS = frozenset({"GET", "HEAD", "OPTIONS"})

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PUBLIC = re.compile(r"(https?)://([^/?#]+)/?", re.ASCII)


def public_origin(written: str | None) -> str | None:
    """Scheme, name and port of the address that the owner gives away, as a browser writes an Origin.

    Raises ValueError with a sentence for the owner where it is no such address.
    """
    if written is None:
        return None
    parsed = _PUBLIC.fullmatch(written.strip().lower())
    host = host_and_port(parsed[2]) if parsed else None
    if parsed is None or host is None:
        raise ValueError(f"STUDIO_PUBLIC_URL: {written!r} is not an address like https://example.org")
    name, port = host
    shown = "" if port in (None, _DEFAULT_PORTS[parsed[1]]) else f":{port}"
    return f"{parsed[1]}://{name}{shown}"


def is_our_own(origin: str, *, scheme: str, host: str, public: str | None) -> bool:
    """True for the Origin of a page that came from here, asked for under this Host, or of the public address.

    An https page may reach a server that sees http: the encryption ended in front of it, and nobody said so. Not the
    other way round: a page that came unencrypted may be anybody's.
    """
    if public is not None and origin == public:
        return True
    asked = host_and_port(host)
    theirs, _, rest = origin.partition("://")
    came_from = host_and_port(rest)
    if asked is None or came_from is None or theirs not in _DEFAULT_PORTS:
        return False
    if theirs == scheme:
        default = _DEFAULT_PORTS[scheme]
        return (came_from[0], came_from[1] or default) == (asked[0], asked[1] or default)
    return theirs == "https" and came_from == asked


class Origins:
    """ASGI middleware: sockets and writes from pages of another site are answered 403, before anything looks at them.

    A socket without an Origin is refused as well: every browser sends one. A write without one is let through, unless
    Sec-Fetch-Site says that it came from elsewhere: it is no browser's, and brings no cookies that are not its own.
    """

    def __init__(self, app: ASGIApp, *, public: str | None, from_menus: Collection[str] = ()) -> None:
        """`from_menus`: paths to which a browser's own menus may send, too, as a phone's share menu does."""
        self._app = app
        self._public = public
        self._from_menus = from_menus

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on reads, and what a page of our own sends."""
        is_socket = scope["type"] == "websocket"
        if not is_socket and (scope["type"] != "http" or scope["method"] in READS):
            await self._app(scope, receive, send)
            return
        if not self._may(scope, is_socket):
            refused = PlainTextResponse(
                "This did not come from a page of this site.", 403, NEVER_KEPT | {"Connection": "close"}
            )
            await refused(scope, receive, send)
            return
        await self._app(_under_one_name(scope) if is_socket else scope, receive, send)

    def _may(self, scope: Scope, is_socket: bool) -> bool:
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if scope["path"] in self._from_menus and origin in (None, "null"):
            # Of what comes from no page at all, Chromium says so in these two.
            return headers.get("sec-fetch-site", "none") == "none"
        if origin is None:
            return not is_socket and headers.get("sec-fetch-site", "same-origin") == "same-origin"
        scheme = "https" if scope["scheme"] in ("https", "wss") else "http"
        if len(headers.getlist("origin")) > 1:
            return False
        return is_our_own(origin, scheme=scheme, host=headers.get("host", ""), public=self._public)


def _under_one_name(scope: Scope) -> Scope:
    """The handshake with the Host that its page was asked for under.

    Streamlit compares the two letter by letter; a proxy may have put another name in, or left the usual port out.
    """
    scope = dict(scope) | {"headers": list(scope["headers"])}
    headers = MutableHeaders(scope=scope)
    headers["host"] = urlsplit(headers["origin"]).netloc
    return scope
