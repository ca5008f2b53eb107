"""Sentences without a page, for programs and players: what is not there, and what cannot be reached just now."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response

from web.language import _

NEVER_KEPT = {"Cache-Control": "no-store"}
"""No browser and no proxy keeps what is true of this visitor, or of this moment, alone."""
TRY_AGAIN = NEVER_KEPT | {"Retry-After": "5"}


def nothing_here() -> Response:
    """404: the same for what does not exist and for what is somebody else's."""
    return PlainTextResponse(_("There is nothing here."), 404, headers=NEVER_KEPT)


def away() -> Response:
    """503: what we keep cannot be reached."""
    return PlainTextResponse(_("This cannot be reached right now. Try again."), 503, headers=TRY_AGAIN)
