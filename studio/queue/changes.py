"""Tells whoever listens that a visitor's jobs have moved: after the commit, from whatever thread wrote it.

Within this process alone. Where another server writes the same database nothing is heard here, and nothing is kept for
who does not listen: a page that was told is a page sooner, and every page still looks by itself now and then.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import Connection

from studio.jobs.job import Job, State
from studio.storage import database
from studio.storage.database import Database

GONE = "gone"
"""Instead of a stage: deleted, or given to another visitor."""
NAMED = 32
"""Jobs that are named to a slow listener at once; it is told of the latest. One that reads what it is told of anew, as
pages do, misses nothing."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One job that looks different to its visitor from now on."""

    visitor: str
    job: str
    stage: str


def is_seen(before: Job, after: Job) -> bool:
    """True where a visitor sees the difference; a poll that found nothing new makes none."""
    return (before.state, before.last_error) != (after.state, after.last_error)


def moved(connection: Connection, visitor: str, job_id: str, state: State) -> None:
    """Note that a job has come to stand there. Told when the caller's transaction is committed."""
    database.note(connection, Moved(visitor, job_id, state.value))


def gone(connection: Connection, visitor: str, job_id: str) -> None:
    """Note that a job is the visitor's no more."""
    database.note(connection, Moved(visitor, job_id, GONE))


class Line:
    """What one listener has not heard of yet. Belongs to the event loop that opened it."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rings = asyncio.Event()
        self._lock = threading.Lock()
        self._stages: dict[str, str] = {}
        self._is_ended = False

    async def next(self) -> Mapping[str, str] | None:
        """Wait for jobs that moved, and give the latest stage of each by its id; None when the line has ended."""
        await self._rings.wait()
        with self._lock:
            self._rings.clear()
            stages, self._stages = self._stages, {}
            return None if self._is_ended else stages

    def tell(self, moves: Sequence[Moved]) -> None:
        """Add what happened. From any thread."""
        with self._lock:
            for move in moves:
                self._stages.pop(move.job, None)
                self._stages[move.job] = move.stage
                if len(self._stages) > NAMED:
                    del self._stages[next(iter(self._stages))]
        self._ring()

    def end(self) -> None:
        """Nothing more will be told. From any thread."""
        with self._lock:
            self._is_ended = True
        self._ring()

    def _ring(self) -> None:
        # The loop of a server that has ended is closed, and nobody waits in it.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._rings.set)


class Changes:
    """Who listens for which visitor."""

    def __init__(self, database: Database) -> None:
        self._lock = threading.Lock()
        self._lines: dict[str, list[Line]] = {}
        database.tell(self._hear)

    @contextmanager
    def listening(self, visitor: str) -> Iterator[Line]:
        """A line for this visitor, for as long as the block lasts; inside an event loop."""
        line = Line()
        with self._lock:
            self._lines.setdefault(visitor, []).append(line)
        try:
            yield line
        finally:
            with self._lock:
                lines = self._lines[visitor]
                lines.remove(line)
                if not lines:
                    del self._lines[visitor]

    def end(self, visitor: str) -> None:
        """End the lines of a visitor: a browser that listened for them is somebody else's by now."""
        for line in self._of(visitor):
            line.end()

    def _hear(self, facts: Sequence[object]) -> None:
        moves = [fact for fact in facts if isinstance(fact, Moved)]
        for visitor in {move.visitor for move in moves}:
            theirs = [move for move in moves if move.visitor == visitor]
            for line in self._of(visitor):
                line.tell(theirs)

    def _of(self, visitor: str) -> list[Line]:
        with self._lock:
            return list(self._lines.get(visitor, ()))
