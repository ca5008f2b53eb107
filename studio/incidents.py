"""What went wrong in front of a person: a reference to quote, when it was, and where in the program."""

from __future__ import annotations

import logging
import re
import secrets
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, select

from studio.clock import Clock
from studio.database import Database
from studio.tables import incidents

log = logging.getLogger(__name__)

ALPHABET = "23456789CDFHJKMNPRTWXY"
"""No letter that looks like a digit or like another one, no vowels that would make words, and of letters that sound
alike (B, P, G; S, F; Q, K; V, W; Z, C) one."""
LENGTH = 8
"""Characters: 22^8 is five hundred times a hundred million."""
WHAT_MAX = 200

_FIRST_PART = re.compile(r"/(?:[a-z_]{1,20}(?=/|$))?", re.ASCII)
_ROOT = Path(__file__).parents[1]
_ROOMS = ("app.py", "pages", "components", "web", "studio", "videoapi")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One thing that went wrong."""

    reference: str
    at: datetime
    what: str
    """The kind of error and where, never its words: those may hold what a person typed."""


class Incidents:
    """Kept in the database, so that the owner finds what a person quotes, whichever server it was."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    def keep(self, reference: str, what: str) -> None:
        """Keep that this happened now. Raises StorageAway."""
        with self._db.begin() as connection:
            connection.execute(insert(incidents).values(reference=reference, at=self._clock(), what=what[:WHAT_MAX]))

    def latest(self, limit: int) -> list[Incident]:
        """The last ones, the newest first. Raises StorageAway."""
        newest = select(incidents).order_by(incidents.c.at.desc(), incidents.c.reference).limit(limit)
        with self._db.read() as connection:
            return [Incident(reference=r.reference, at=r.at, what=r.what) for r in connection.execute(newest)]


def new_reference() -> str:
    """A reference that a person can read out over the telephone: 8 characters."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def what_happened(error: BaseException, path: str) -> str:
    """The kind of an error, the line of ours that it came through last, and the page: "KeyError at web/x.py:7, /open…".

    Nothing of the error's own words.
    """
    files = ((Path(frame.f_code.co_filename), number) for frame, number in traceback.walk_tb(error.__traceback__))
    ours = [(file.relative_to(_ROOT), number) for file, number in files if file.is_relative_to(_ROOT)]
    lines = [f"{file.as_posix()}:{number}" for file, number in ours if file.parts[0] in _ROOMS]
    place = lines[-1] if lines else ""
    at = f" at {place}" if place else ""
    return f"{type(error).__name__}{at}, {shown(path)}"[:WHAT_MAX]


def note(error: Exception, path: str, incidents: Callable[[], Incidents]) -> str:
    """Log an error with its trace and keep it for the owner; gives the reference that the person may quote.

    Never raises: the database may be what is broken.
    """
    reference, what = new_reference(), what_happened(error, path)
    log.error("incident", exc_info=error, extra={"reference": reference, "what": what})
    try:
        incidents().keep(reference, what)
    except Exception as worse:  # noqa: BLE001 (the log has the incident; a second error must not hide the first)
        log.error("incident not kept", extra={"reference": reference, "trouble": type(worse).__name__})
    return reference


def shown(path: str) -> str:
    """As much of a path as may be kept: its first part, which is ours, and neither ids nor what strangers write."""
    first = _FIRST_PART.match(path)
    rest = "" if first is None or first.end() == len(path) else "…"
    return (first.group() if first else "") + rest
