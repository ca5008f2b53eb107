"""What one connection may cost, below ASGI: how much of a message is taken in, how long a silent one is kept.

A middleware sees a request when its head is complete and a message when it is assembled: too late for both. So the
protocol classes of uvicorn are put in, which Streamlit (1.67.0) offers no option for.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import sys
from contextlib import suppress

import h11
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

log = logging.getLogger(__name__)

DESCRIPTORS = 65_536
"""Asked for where the hard limit is higher: some systems have a billion, and some programs walk through all of them."""

CONNECTIONS = 2_000
"""On one server. Each costs a descriptor and some 10 kB before it has asked for anything."""
OF_A_NETWORK = CONNECTIONS // 2
"""From one public address. A proxy counts as one where it is not on this machine or in a private network."""

HEAD_S = 20.0
"""From the connection, or the last answer, to a complete request head. Browsers open connections ahead of need; they
open another when this one is closed."""
BODY_S = 420.0
"""The longest that a request body may take: the longest upload and its longest wait (middleware/uploads.py). What
watches the pace of its own takes longer (`has_a_pace_of_its_own`)."""
UNREAD_S = 120.0
"""How long an answer may lie unread. A browser that pauses a video for longer asks for the rest again by Range."""
BROKEN_OFF_S = 2.0
"""How long what has been written of an answer without an end of its own may take to be read once the server stops."""

MESSAGE_BYTES = 128 * 1024
"""The largest message from a page. The fullest form is 4,000 characters, 16 kB; what goes to the page is not bounded
by this. 400 sockets (web/middleware/sockets.py) that each leave a message unfinished hold 50 MB."""
MESSAGE_FRAMES = 64
"""Frames that a message may come in. Empty ones add nothing to its size, and each is kept: browsers send one, or
pieces of several kilobytes."""


ENDLESS = "kineograph_endless"


def ends_with_the_server(scope: Scope) -> None:
    """The answer to this request has no end of its own, or a late one: the server's stop breaks it off, and waits for
    all others."""
    scope.setdefault("state", {})[ENDLESS] = True


OWN_PACE = "kineograph_own_pace"


def has_a_pace_of_its_own(scope: Scope) -> None:
    """Whoever reads the body of this request sees to it that it comes in time: it may take longer than others."""
    scope.setdefault("state", {})[OWN_PACE] = True


class Http(H11Protocol):
    """HTTP/1.1 with an end to waiting: for a head, for a body, for an answer to be read."""

    _phase: object = None
    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS or self._is_crowd():
            transport.abort()
            return
        self._watch()

    def _is_crowd(self) -> bool:
        here = network(self.client[0]) if self.client else None
        if here is None or len(self.connections) <= OF_A_NETWORK:
            return False
        peers = (one.client for one in self.connections if isinstance(one, (Http, Socket)))
        return sum(peer is not None and network(peer[0]) == here for peer in peers) > OF_A_NETWORK

    def handle_events(self) -> None:
        super().handle_events()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        super().handle_websocket_upgrade(event)
        self._forget()

    def shutdown(self) -> None:
        super().shutdown()
        if self.cycle is not None and ENDLESS in self.cycle.scope.get("state", ()):
            # A close waits for what was written to be read: nobody may be reading, or stop to.
            self.transport.close()
            self.loop.call_later(BROKEN_OFF_S, self.transport.abort)

    def _should_upgrade(self) -> bool:
        # A handshake has no body. websockets (17.4) refuses one with an error that uvicorn (0.54.0) has no answer for.
        headers = dict(self.headers)
        has_body = b"transfer-encoding" in headers or headers.get(b"content-length", b"0") != b"0"
        return not has_body and super()._should_upgrade()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(UNREAD_S, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _watch(self) -> None:
        phase = self.conn.their_state
        if phase is self._phase or self.transport.get_protocol() is not self:
            return
        self._phase = phase
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        limit_s = {h11.IDLE: HEAD_S, h11.SEND_BODY: BODY_S}.get(phase)
        if limit_s is not None:
            self._deadline = self.loop.call_later(limit_s, self._too_late)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._give_up()

    def _too_late(self) -> None:
        is_body = self._phase is h11.SEND_BODY and self.cycle is not None
        if is_body and OWN_PACE in self.cycle.scope.get("state", ()):
            self._deadline = self.loop.call_later(BODY_S, self._too_late)
            return
        self._give_up()

    def _give_up(self) -> None:
        # What has been written goes out first, if anybody reads it.
        self.transport.close()
        if self._unread is None:
            self._unread = self.loop.call_later(UNREAD_S, self.transport.abort)

    def _forget(self) -> None:
        for timer in (self._deadline, self._unread):
            if timer is not None:
                timer.cancel()
        self._deadline = self._unread = None


class Socket(WebSocketsSansIOProtocol):
    """A WebSocket whose peer cannot make this side hold more and more: by empty frames, or by pings it never reads."""

    _frames_of_message = 0
    _unread: asyncio.TimerHandle | None = None

    def handle_cont(self, event: Frame) -> None:
        self._frames_of_message += 1
        if self._frames_of_message >= MESSAGE_FRAMES:
            self._end(CloseCode.MESSAGE_TOO_BIG, "too many frames")
            return
        super().handle_cont(event)
        if event.fin:
            self._frames_of_message = 0

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # Every ping is answered at once: who sends them without reading would fill the buffer to the peer.
        if not self.writable.is_set() and not self.transport.is_closing():
            self.transport.pause_reading()

    def pause_writing(self) -> None:
        super().pause_writing()
        if not self.transport.is_closing():
            self.transport.pause_reading()
        if self._unread is None:
            self._unread = self.loop.call_later(UNREAD_S, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._forget()
        if not self.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        if self._unread is None:
            self._unread = self.loop.call_later(UNREAD_S, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def _forget(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _end(self, code: int, reason: str) -> None:
        if self.close_sent or self.transport.is_closing():
            return
        self.frames = []
        self.conn.fail(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.transport.close()


class Connections:
    """ASGI middleware, the outermost: at the start of the server it puts the limits above into it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""
        if scope["type"] == "lifespan":
            config = _config_behind(receive)
            if config is None:
                log.warning("this server is not uvicorn: connections are not limited here")
            else:
                _limit(config)
        await self._app(scope, receive, send)


def _config_behind(receive: Receive) -> Config | None:
    # Uvicorn (0.54.0) makes its protocols after the application's start, from the configuration that it then has; and
    # `receive` is a method of the object that holds it. tests/attacks/test_sockets.py fails where this is not so.
    config = getattr(getattr(receive, "__self__", None), "config", None)
    return config if isinstance(config, Config) else None


def _limit(config: Config) -> None:
    config.http_protocol_class = Http
    config.ws_protocol_class = Socket
    config.ws_max_size = MESSAGE_BYTES
    # A compressed message would be measured before it is unpacked, and each socket would keep a window for it.
    config.ws_per_message_deflate = False


def network(address: str) -> str | None:
    """What is one sender by its address: an IPv4 address, the first 64 bits of an IPv6 address.

    None where the address says nothing about who it is: this machine and private networks, where proxies are.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if not parsed.is_global:
        return None
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def raise_descriptor_limit() -> None:
    """As many open files and connections as this process may have without asking anybody; at most DESCRIPTORS."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        # macOS names a hard limit that its kernel does not grant.
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def descriptor_limit() -> int:
    """Files and connections that this process may have open now; DESCRIPTORS where the system sets no limit."""
    if sys.platform == "win32":
        return DESCRIPTORS
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return DESCRIPTORS if soft == resource.RLIM_INFINITY else int(soft)
