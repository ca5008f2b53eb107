"""Everything the stand-in remembers: orders, how they ended, and how often someone asked. It survives kill -9."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from demo.orders.failures import Failure

_SCHEMA = """
CREATE TABLE IF NOT EXISTS generation (
    id TEXT PRIMARY KEY,
    request_id TEXT NOT NULL,
    client_request_id TEXT,
    created REAL NOT NULL,      -- seconds since 1970, as all times here
    due REAL,                   -- no end is shown before this; NULL: never ends
    started REAL,
    outcome TEXT,               -- completed | error; NULL while it is being worked on
    error TEXT,                 -- JSON, with outcome error
    model TEXT NOT NULL,
    settings TEXT NOT NULL,     -- JSON: the order without its picture
    image_url TEXT,             -- a link; NULL when the picture came along
    failure TEXT,
    credits INTEGER NOT NULL,
    file_name TEXT NOT NULL UNIQUE,
    looks INTEGER NOT NULL DEFAULT 0,
    downloads INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS generation_created ON generation (created);
CREATE TABLE IF NOT EXISTS attempt (what TEXT PRIMARY KEY, count INTEGER NOT NULL);
"""


class Outcome(StrEnum):
    """How the work on a generation ended."""

    COMPLETED = "completed"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One accepted order, as it stands."""

    id: str
    request_id: str
    client_request_id: str | None
    created: float
    due: float | None
    """No end is shown before this moment; None: it never ends."""
    started: float | None
    outcome: Outcome | None
    error: dict[str, Any] | None
    model: str
    settings: dict[str, Any]
    image_url: str | None
    failure: Failure | None
    credits: int
    file_name: str
    polls: int
    """How often its status was asked for."""
    downloads: int
    """How often its file was fetched."""

    def end_at(self, now: float) -> Outcome | None:
        """How it ended as far as anyone may know at `now`; None while it is under way."""
        return self.outcome if self.due is not None and now >= self.due else None


class Ledger:
    """The orders, in one SQLite file. Every method is one transaction, and may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        # The rollback journal with FULL: what was answered is still known after a power cut, on any SQLite version.
        self._db.execute("PRAGMA journal_mode = DELETE")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Nothing may be called afterwards."""
        with self._lock:
            self._db.close()

    def add(self, generation: Generation) -> None:
        """From here on the id is known, also after a crash."""
        with self._transaction() as db:
            db.execute(
                "INSERT INTO generation (id, request_id, client_request_id, created, due, started, outcome, error,"
                " model, settings, image_url, failure, credits, file_name)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    generation.id,
                    generation.request_id,
                    generation.client_request_id,
                    generation.created,
                    generation.due,
                    generation.started,
                    generation.outcome,
                    None if generation.error is None else json.dumps(generation.error),
                    generation.model,
                    json.dumps(generation.settings),
                    generation.image_url,
                    generation.failure,
                    generation.credits,
                    generation.file_name,
                ),
            )

    def get(self, generation_id: str) -> Generation | None:
        """The generation, or None for an id that was never given out."""
        with self._transaction() as db:
            row = db.execute("SELECT * FROM generation WHERE id = ?", (generation_id,)).fetchone()
        return None if row is None else _generation(row)

    def look_up(self, generation_id: str) -> Generation | None:
        """As get, and counts the poll; `polls` includes this one."""
        return self._counted("UPDATE generation SET looks = looks + 1 WHERE id = ? RETURNING *", generation_id)

    def download(self, file_name: str) -> Generation | None:
        """The generation whose file this is, with the download counted; `downloads` includes this one."""
        statement = "UPDATE generation SET downloads = downloads + 1 WHERE file_name = ? RETURNING *"
        return self._counted(statement, file_name)

    def start(self, generation_id: str, now: float) -> None:
        """A worker has taken it up."""
        with self._transaction() as db:
            db.execute("UPDATE generation SET started = ? WHERE id = ?", (now, generation_id))

    def end(self, generation_id: str, outcome: Outcome, *, error: dict[str, Any] | None = None) -> None:
        """The work is over. Said once; a second saying changes nothing."""
        with self._transaction() as db:
            db.execute(
                "UPDATE generation SET outcome = ?, error = ? WHERE id = ? AND outcome IS NULL",
                (outcome, None if error is None else json.dumps(error), generation_id),
            )

    def unfinished(self) -> list[Generation]:
        """What still has to be rendered, oldest first."""
        with self._transaction() as db:
            rows = db.execute(
                "SELECT * FROM generation WHERE outcome IS NULL AND due IS NOT NULL ORDER BY created"
            ).fetchall()
        return [_generation(row) for row in rows]

    def older_than(self, moment: float) -> list[Generation]:
        """Generations accepted before `moment`: their files may go."""
        with self._transaction() as db:
            rows = db.execute("SELECT * FROM generation WHERE created < ?", (moment,)).fetchall()
        return [_generation(row) for row in rows]

    def spent(self, now: float, *, since: float = 0.0) -> int:
        """Credits charged by `now` for orders accepted at or after `since`, as the log shows them.

        Each completed generation counts once its end could be seen, a failed one never.
        """
        with self._transaction() as db:
            row = db.execute(
                "SELECT coalesce(sum(credits), 0) FROM generation WHERE outcome = ? AND due <= ? AND created >= ?",
                (Outcome.COMPLETED, now, since),
            ).fetchone()
        return int(row[0])

    def accepted_between(self, start: float, end: float) -> list[Generation]:
        """The log of a window, newest first; both ends belong to it."""
        with self._transaction() as db:
            rows = db.execute(
                "SELECT * FROM generation WHERE created BETWEEN ? AND ? ORDER BY created DESC, rowid DESC", (start, end)
            ).fetchall()
        return [_generation(row) for row in rows]

    def attempt(self, what: str) -> int:
        """How often this was called with the same `what`, this time included."""
        with self._transaction() as db:
            row = db.execute(
                "INSERT INTO attempt VALUES (?, 1) ON CONFLICT (what) DO UPDATE SET count = count + 1 RETURNING count",
                (what,),
            ).fetchone()
        return int(row[0])

    def _counted(self, statement: str, name: str) -> Generation | None:
        with self._transaction() as db:
            rows: Sequence[sqlite3.Row] = db.execute(statement, (name,)).fetchall()
        return _generation(rows[0]) if rows else None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                # Whatever went wrong, also an interrupt: nothing half-written may stay.
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def _generation(row: sqlite3.Row) -> Generation:
    return Generation(
        id=row["id"],
        request_id=row["request_id"],
        client_request_id=row["client_request_id"],
        created=row["created"],
        due=row["due"],
        started=row["started"],
        outcome=None if row["outcome"] is None else Outcome(row["outcome"]),
        error=None if row["error"] is None else json.loads(row["error"]),
        model=row["model"],
        settings=json.loads(row["settings"]),
        image_url=row["image_url"],
        failure=None if row["failure"] is None else Failure(row["failure"]),
        credits=row["credits"],
        file_name=row["file_name"],
        polls=row["looks"],
        downloads=row["downloads"],
    )
