"""What went wrong in front of a person: a reference to quote, when it was, how often, and where in the program.

The same thing again is the same incident, with the same reference: however often somebody makes it happen, it is one
row, one trace in the log, and a number.
"""

from __future__ import annotations

import logging
import re
import secrets
import threading
import traceback
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from studio.clock import Clock
from studio.storage.database import Database
from studio.storage.errors import StorageAway
from studio.storage.tables import incidents

log = logging.getLogger(__name__)

ALPHABET = "23456789CDFHJKMNPRTWXY"
"""No letter that looks like a digit or like another one, no vowels that would make words, and of letters that sound
alike (B, P, G; S, F; Q, K; V, W; Z, C) one."""
LENGTH = 8
"""Characters: 22^8 is five hundred times a hundred million."""
WHAT_MAX = 200
WRITTEN_EVERY = timedelta(seconds=10)
"""How often the row of one incident is written; in between it is counted in memory."""
NEW_A_MINUTE = 10
"""Rows that one server begins in a minute. The page is in what an incident is known by, and a stranger writes it."""
OTHERS = "Other errors, too many kinds in a minute to tell apart"
REMEMBERED = 200
ROWS_KEPT = 1_000
"""The newest. The owner's page shows five, and whoever quotes a reference does so within days."""

_FIRST_PART = re.compile(r"/(?:[a-z_]{1,20}(?=/|$))?", re.ASCII)
_ROOT = Path(__file__).parents[2]
_ROOMS = ("app.py", "pages", "components", "web", "studio", "videoapi")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One thing that goes wrong, whoever it happens to."""

    reference: str
    at: datetime
    """The last time."""
    what: str
    """The kind of error and where, never its words: those may hold what a person typed."""
    number: int = 1
    """How often it has happened."""


@dataclass(slots=True)
class _Counted:
    """What this server knows of an incident that it has seen lately."""

    reference: str
    written: datetime
    more: int = 0
    """How often it has happened since it was written."""


class Incidents:
    """Kept in the database, so that the owner finds what a person quotes, whichever server it was."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock
        self._seen: OrderedDict[str, _Counted] = OrderedDict()
        self._window, self._begun = clock(), 0
        self._lock = threading.Lock()

    def keep(self, reference: str, what: str) -> str:
        """Keep that this happened now; gives the reference that it is known by: another one where it has one already.

        Raises StorageAway.
        """
        what, now = what[:WHAT_MAX], self._clock()
        with self._lock:
            seen = self._seen.get(what)
            if seen is None and not self._may_begin(now):
                what = OTHERS
                seen = self._seen.get(what)
            if seen is not None and timedelta(0) <= now - seen.written < WRITTEN_EVERY:
                seen.more += 1
                return seen.reference
            times = 1
            if seen is not None:
                times += seen.more
                seen.more, seen.written = 0, now
                reference = seen.reference
        try:
            reference = self._write(reference, what, now, times)
        except StorageAway:
            self._count_again(what, times)
            raise
        self._remember(what, reference, now)
        return reference

    def latest(self, limit: int) -> list[Incident]:
        """The last ones, the newest first. Raises StorageAway."""
        self._write_what_was_counted()
        newest = select(incidents).order_by(incidents.c.at.desc(), incidents.c.reference).limit(limit)
        with self._db.read() as connection:
            return [
                Incident(reference=r.reference, at=r.at, what=r.what, number=r.number)
                for r in connection.execute(newest)
            ]

    def _write(self, reference: str, what: str, now: datetime, times: int) -> str:
        with self._db.begin() as connection:
            insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
            row = insert(incidents).values(reference=reference, at=now, what=what, number=times)
            again = row.on_conflict_do_update(
                index_elements=[incidents.c.what],
                set_={"at": now, "number": incidents.c.number + times},
            )
            return str(connection.execute(again.returning(incidents.c.reference)).scalar_one())

    def _write_what_was_counted(self) -> None:
        now, due = self._clock(), []
        with self._lock:
            for what, seen in self._seen.items():
                if seen.more:
                    due.append((seen.reference, what, now, seen.more))
                    seen.more, seen.written = 0, now
        for reference, what, at, times in due:
            self._write(reference, what, at, times)

    def _may_begin(self, now: datetime) -> bool:
        if not timedelta(0) <= now - self._window < timedelta(minutes=1):
            self._window, self._begun = now, 0
        self._begun += 1
        return self._begun <= NEW_A_MINUTE

    def _remember(self, what: str, reference: str, now: datetime) -> None:
        with self._lock:
            seen = self._seen.setdefault(what, _Counted(reference, now))
            seen.reference = reference
            self._seen.move_to_end(what)
            if len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)

    def _count_again(self, what: str, times: int) -> None:
        with self._lock:
            if what in self._seen:
                self._seen[what].more += times


def forget_old(connection: Connection, before: datetime) -> None:
    """Delete those that last happened before a moment, and all but the newest thousand."""
    newest = select(incidents.c.reference).order_by(incidents.c.at.desc(), incidents.c.reference).limit(ROWS_KEPT)
    connection.execute(delete(incidents).where(incidents.c.at < before))
    connection.execute(delete(incidents).where(incidents.c.reference.not_in(newest)))


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
    worse: Exception | None = None
    try:
        reference = incidents().keep(reference, what)
    except Exception as second:  # noqa: BLE001 (the log has the incident; a second error must not hide the first)
        worse = second
    log.error("incident", exc_info=error, extra={"reference": reference, "what": what})
    if worse is not None:
        log.error("incident not kept", extra={"reference": reference, "error": type(worse).__name__})
    return reference


def shown(path: str) -> str:
    """As much of a path as may be kept: its first part, which is ours, and neither ids nor what strangers write."""
    first = _FIRST_PART.match(path)
    rest = "" if first is None or first.end() == len(path) else "…"
    return (first.group() if first else "") + rest
