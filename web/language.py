"""Words in the language of whoever sends a request: every sentence of a route or its middleware goes through `_`."""

from __future__ import annotations

from contextvars import ContextVar

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from languages.catalogues import N_, translations
from languages.spoken import WRITTEN_IN, Language, chosen, wanted

__all__ = ["N_", "SpeaksLanguage", "_", "language", "ngettext"]

_speaks: ContextVar[Language] = ContextVar("speaks", default=WRITTEN_IN)


class SpeaksLanguage:
    """ASGI middleware: what is said further in is said in the language that was chosen here, or else asked for."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http":
            asked = Headers(scope=scope).get("accept-language")
            _speaks.set(chosen(HTTPConnection(scope).cookies) or wanted(asked))
        await self._app(scope, receive, send)


def language() -> Language:
    """The language of whoever sends this request."""
    return _speaks.get()


def _(message: str) -> str:
    """The message in that language."""
    return translations(language().code).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """The message for so many things, in that language."""
    return translations(language().code).ngettext(one, many, number)
