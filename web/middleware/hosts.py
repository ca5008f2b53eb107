"""Which hosts this app answers to, which sites may frame it, and which of Streamlit's paths are blocked."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from studio import urls
from web.language import N_, _
from web.plain_answers import nothing_here
from web.plain_page import templated_page

ASKED_BY_ANY_NAME = ("/healthz", urls.PLAIN_STYLE, urls.ICON)
"""Answered whatever the Host. Probes of containers and load balancers ask by an address that nobody can list, and the
answer says nothing about anybody; the other two are what the page below looks like."""

BLOCKED_PATHS = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
"""Streamlit answers these to everybody: figures about its sessions, a description of how to drive the app without a
browser, and a check that runs the whole script."""

WRONG_NAME = N_("This address is not set up yet")
FOR_VISITORS = N_(
    "If somebody gave you this link, tell them that it shows this page. There is nothing you can do here."
)
FOR_THE_OWNER = N_(
    "If the site is yours: it answers only to names that you have told it, so that no other site can pretend to be "
    "yours. Add this line to the settings (the file .env), then start again:"
)
MORE_NAMES = N_("With several names, list them all in STUDIO_ALLOWED_HOSTS, divided by commas.")

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL})*"
_ORIGIN = re.compile(rf"https://{_HOST}(?::[0-9]{{1,5}})?", re.ASCII)
_ALLOWED_HOST = re.compile(rf"(?:\*\.)?{_HOST}", re.ASCII)
# A name with an underscore is none for the DNS, but Docker makes them.
_HOST_HEADER = re.compile(r"(?P<name>[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?", re.ASCII)


def embed_origins(written: Sequence[str]) -> tuple[str, ...]:
    """The sites that may show this app in a frame, fit to stand in a header.

    Raises ValueError with a sentence for the owner where one is anything but https://host or https://host:port.
    """
    for one in written:
        if not _ORIGIN.fullmatch(one):
            raise ValueError(f"STUDIO_EMBED_ORIGINS: {one!r} is not an address like https://example.org")
    return tuple(written)


def allowed_hosts(written: Sequence[str]) -> tuple[str, ...]:
    """The host names that an owner has listed.

    Raises ValueError with a sentence for the owner where one is not a name: it would match no request at all.
    """
    for one in written:
        if not _ALLOWED_HOST.fullmatch(one):
            raise ValueError(
                f"STUDIO_ALLOWED_HOSTS: {one!r} is not a name like example.org or *.example.org (no https://, no port)"
            )
    return tuple(written)


@dataclass(frozen=True, slots=True)
class Names:
    """The hosts that are answered to."""

    listed: tuple[str, ...]
    """By the owner: names, and `*.name` for all below one."""
    numbers: bool
    """Addresses written as numbers, too. No name of somebody else's leads to them, so that no other site's page can
    get here by having its name point to this machine (DNS rebinding)."""

    def include(self, host: str) -> bool:
        """True for a Host header that names one of them, with any port."""
        parsed = host_and_port(host)
        if parsed is None:
            return False
        name, _port = parsed
        if self.numbers and _is_number(name):
            return True
        return any(name.endswith(one[1:]) if one.startswith("*.") else name == one for one in self.listed)


def names(allowed: Sequence[str], public_name: str | None) -> Names:
    """What an owner's settings come to: what is listed, or else this machine; and the public address in any case."""
    public = () if public_name is None else (public_name,)
    if allowed:
        return Names((*allowed, *public), numbers=False)
    return Names(("localhost", "*.localhost", *_own_names(), *public), numbers=True)


def _own_names() -> tuple[str, ...]:
    own = socket.gethostname().lower()
    short = own.partition(".")[0]
    # By mDNS, as phones in the same network find it.
    return tuple(name for name in dict.fromkeys((own, short, f"{short}.local")) if _ALLOWED_HOST.fullmatch(name))


def host_and_port(written: str) -> tuple[str, int | None] | None:
    """A Host header's two parts, the name in lower case and without a dot at the end; None where it is neither."""
    parsed = _HOST_HEADER.fullmatch(written.lower())
    if parsed is None:
        return None
    port = parsed["port"]
    if port is not None and not 0 < int(port) < 2**16:
        return None
    return parsed["name"].removesuffix("."), None if port is None else int(port)


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


class AllowedHosts:
    """ASGI middleware: over HTTP and WebSocket, another Host is answered 400 with a page that says what to set."""

    def __init__(self, app: ASGIApp, *, answered: Names) -> None:
        self._app = app
        self._answered = answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what came for us."""
        if scope["type"] not in ("http", "websocket") or scope["path"] in ASKED_BY_ANY_NAME:
            await self._app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")
        if self._answered.include(host):
            await self._app(scope, receive, send)
            return
        await _refusal(host)(scope, receive, send)


def _refusal(host: str) -> Response:
    parsed = host_and_port(host)
    name = "films.example.org" if parsed is None else parsed[0]
    # A tunnel or a proxy speaks https to the world; where it does not, the owner sees what to change.
    setting = f"STUDIO_PUBLIC_URL=https://{name}"
    said = (_(FOR_VISITORS), _(FOR_THE_OWNER))
    return templated_page("wrong_name.html", _(WRONG_NAME), said=said, setting=setting, more=_(MORE_NAMES), status=400)


class BlockedPaths:
    """ASGI middleware: what is only for the inside is not there, for anybody."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on everything else."""
        path = scope.get("path", "")
        if scope["type"] == "http" and any(path == each or path.startswith(f"{each}/") for each in BLOCKED_PATHS):
            await nothing_here()(scope, receive, send)
            return
        await self._app(scope, receive, send)
