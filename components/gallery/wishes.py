"""What a person asks for in the grid, as the browser tells it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

JOBS_MAX = 500
"""More are not chosen at once: an address with the numbers of 200 is what servers take at the most."""

_ID = re.compile("[0-9a-f]{32}")


class Wish(StrEnum):
    """What can be done with one video, or with those that are chosen."""

    OPEN = "open"
    OPEN_ORIGIN = "origin"
    USE_AGAIN = "use"
    SHARE = "share"
    LABEL = "label"
    DELETE = "delete"
    """Into the bin."""
    RESTORE = "restore"
    REEL = "reel"
    ALBUM = "album"
    TAKE_OUT = "take_out"
    """Of the album that is looked at."""
    ERASE = "erase"
    """Out of the bin, for good."""
    # Of an order that has no video.
    SHOW = "show"
    """On Create."""
    STOP = "stop"
    """Wait for it no longer."""
    TRY_AGAIN = "again"
    CHANGE = "change"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish, and the hearts that were pressed."""

    wish: Wish | None = None
    jobs: tuple[str, ...] = ()
    """Which videos it is about, by their ids: nobody knows yet whose they are."""
    favourites: Mapping[str, bool] = field(default_factory=dict)
    """Which videos are to be favourites, and which no longer. All that the browser has not seen done yet: Streamlit
    (1.67.0) keeps the last of several triggers that come while it is busy."""


def read(told: object) -> Asked:
    """What the browser told; nothing where no page of ours could have told that."""
    if not isinstance(told, dict):
        return Asked()
    jobs, favourites = told.get("jobs"), told.get("favourites")
    return Asked(
        wish=next((wish for wish in Wish if wish == told.get("wish")), None),
        jobs=tuple(filter(_is_id, jobs[:JOBS_MAX])) if isinstance(jobs, list) else (),
        favourites=_hearts(favourites) if isinstance(favourites, dict) else {},
    )


def _hearts(told: dict[object, object]) -> dict[str, bool]:
    pairs = list(told.items())[:JOBS_MAX]
    return {str(job): is_one for job, is_one in pairs if _is_id(job) and isinstance(is_one, bool)}


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None
