"""How many pages may be open at once, and that each gets only its own session."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.access.tabs import Tabs
from web.connections import network
from web.middleware.places import Holder, Limits, Places
from web.plain_answers import nothing_here

STREAM = "/_stcore/stream"
"""Streamlit's only socket: one for each open tab."""

AT_ONCE = 400
"""Tabs on one server, where its descriptors reach so far. The bench holds 200 of them."""
OF_ONE = 16
"""Tabs of one visitor."""
DESCRIPTORS_OF_A_TAB = 8
"""Its connection, its line for events, its script's event loop (3), and as much again as the script's for those whose
tab was closed and may come back."""
DESCRIPTORS_OF_THE_REST = 300
"""Databases, videos on their way, page files, and connections that are no sockets."""


def limits(descriptors: int) -> Limits:
    """For a server that may have so many descriptors: at the usual 1,024 there is room for 90 tabs."""
    in_all = min(AT_ONCE, max(OF_ONE, (descriptors - DESCRIPTORS_OF_THE_REST) // DESCRIPTORS_OF_A_TAB))
    return Limits(in_all=in_all, kept=in_all // 4, of_one=min(OF_ONE, in_all // 4), of_network=in_all // 2)


WITHOUT_COOKIE = ""
"""All who send none are one visitor here: who they are cannot be told."""

_PROTOCOLS = "sec-websocket-protocol"


def _knows_its_end(send: Send) -> Send:
    """The same; what is sent once the other side has closed raises OSError, as on any connection that is gone.

    uvicorn (0.54) raises a RuntimeError where the close came just before, which Streamlit logs as a fault of its own.
    """
    is_accepted = False

    async def to_an_open_socket(message: Message) -> None:
        nonlocal is_accepted
        try:
            await send(message)
        except RuntimeError as late:
            if is_accepted and message["type"] == "websocket.send":
                raise OSError("the socket is closed") from late
            raise
        is_accepted = is_accepted or message["type"] == "websocket.accept"

    return to_an_open_socket


class Sockets:
    """ASGI middleware: a tab too many is answered 503, and browsers try again by themselves.

    A handshake that asks for a session by its id gets it only where that session's page was drawn for the same visitor;
    any other gets a new one, as if it had asked for none.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        visitor_of: Callable[[Scope], str | None],
        tabs: Callable[[], Tabs],
        on_closed: Callable[[], None],
        limits: Limits,
    ) -> None:
        self._app = app
        self._visitor_of = visitor_of
        self._tabs = tabs
        self._on_closed = on_closed
        self._places = Places(limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on everything that is no socket."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        if scope["path"] != STREAM:
            await nothing_here()(scope, receive, send)
            return
        visitor = self._visitor_of(scope)
        client = scope.get("client")
        holder = Holder(visitor or WITHOUT_COOKIE, network(client[0]) if client else None)
        if not self._places.take(holder):
            full = PlainTextResponse("Too many pages are open. Close some.", 503, {"Retry-After": "30"})
            await full(scope, receive, send)
            return
        try:
            await self._app(self._with_own_session(scope, visitor), receive, _knows_its_end(send))
        finally:
            self._places.give_back(holder)
            self._on_closed()

    def _with_own_session(self, scope: Scope, visitor: str | None) -> Scope:
        """The handshake as Streamlit may see it. It sends three values: its protocol, a token, and a session's id."""
        # Streamlit reads the first header of this name alone. Written anew, it cannot be read in another way.
        values = [value.strip() for value in Headers(scope=scope).get(_PROTOCOLS, "").split(",")][:3]
        if len(values) == 3 and not self._tabs().is_of(values[2], visitor):
            values.pop()
        if values == [""]:
            return scope
        scope = dict(scope) | {"headers": list(scope["headers"]), "subprotocols": values}
        MutableHeaders(scope=scope)[_PROTOCOLS] = ", ".join(values)
        return scope
