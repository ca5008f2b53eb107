"""Which hosts this app answers to, which sites may frame it, and what of Streamlit is shut from outside."""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

ASKED_BY_ADDRESS = "/healthz"
"""Answered whatever the Host: probes of containers and load balancers ask by an address that nobody can list, and the
answer says nothing about anybody."""

SHUT = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
"""Streamlit answers these to everybody: figures about its sessions, a description of how to drive the app without a
browser, and a check that runs the whole script."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL})*"
_ORIGIN = re.compile(rf"https://{_HOST}(?::[0-9]{{1,5}})?", re.ASCII)
_ALLOWED_HOST = re.compile(rf"(?:\*\.)?{_HOST}", re.ASCII)


def embed_origins(written: Sequence[str]) -> tuple[str, ...]:
    """The sites that may show this app in a frame, fit to stand in a header.

    Raises ValueError with a sentence for the owner where one is anything but https://host or https://host:port.
    """
    for one in written:
        if not _ORIGIN.fullmatch(one):
            raise ValueError(f"STUDIO_EMBED_ORIGINS: {one!r} is not an address like https://example.org")
    return tuple(written)


def allowed_hosts(written: Sequence[str]) -> tuple[str, ...]:
    """The host names that are answered to; none: any.

    Raises ValueError with a sentence for the owner where one is not a name: it would match no request at all.
    """
    for one in written:
        if not _ALLOWED_HOST.fullmatch(one):
            raise ValueError(
                f"STUDIO_ALLOWED_HOSTS: {one!r} is not a name like example.org or *.example.org (no https://, no port)"
            )
    return tuple(written)


class Hosts:
    """ASGI middleware: over HTTP and WebSocket, another Host than the allowed ones is answered 400."""

    def __init__(self, app: ASGIApp, *, allowed: Sequence[str]) -> None:
        self._app = app
        self._checked = TrustedHostMiddleware(app, allowed_hosts=list(allowed), www_redirect=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what came for us."""
        inside = self._app if scope.get("path") == ASKED_BY_ADDRESS else self._checked
        await inside(scope, receive, send)


class Shut:
    """ASGI middleware: what is only for the inside is not there, for anybody."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on everything else."""
        path = scope.get("path", "")
        if scope["type"] == "http" and any(path == shut or path.startswith(f"{shut}/") for shut in SHUT):
            nothing = PlainTextResponse("There is nothing here.", 404, headers={"Cache-Control": "no-store"})
            await nothing(scope, receive, send)
            return
        await self._app(scope, receive, send)
