"""Engines for SQLite and PostgreSQL, and migrations applied at the start.

Every write transaction begins with the right to write: `BEGIN IMMEDIATE` on SQLite, row locks on PostgreSQL. Without
it, 16 writers against a limit of 10.00 spent 21.33 (measured), because each had read before another wrote.

No transaction, reading ones included, spans other I/O: on SQLite without WAL a reader that waits for a bucket keeps
every writer waiting. `transactions_open` is what a test watches that with; each transaction raises the audit event
`studio.storage.database` before it begins.
"""

from __future__ import annotations

import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, Table, create_engine, event, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url

from studio.storage.errors import database_errors

BUSY_TIMEOUT_S = 30.0
"""How long a writer waits for another. Writes here take milliseconds; 30 s is a sick disk."""

CONNECT_TIMEOUT_S = 5
"""A person waits for the page meanwhile."""

MIGRATIONS = Path(__file__).parent / "migrations"

Told = Callable[[Sequence[object]], None]
_FACTS = "kineograph facts"
"""Where a connection keeps what its transaction will tell."""


class Database:
    """A database that is up to date: `begin()` for writing, `read()` for reading."""

    def __init__(self, url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._reading = threading.local()
        self._told: Told | None = None
        if self.is_sqlite:
            self._writer = _sqlite_engine(url, "BEGIN IMMEDIATE", busy_timeout_s)
            self._reader = _sqlite_engine(url, "BEGIN", busy_timeout_s)
        else:
            self._writer = self._reader = create_engine(
                url, hide_parameters=True, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_TIMEOUT_S}
            )
        self.migrate()

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction that may write; an error rolls it back. Raises StorageAway.

        What was noted in it (`note`) is told once it is committed, in the same thread.
        """
        facts = list[object]()
        with _counted(), database_errors(), self._writer.begin() as connection:
            connection.info[_FACTS] = facts
            yield connection
        if facts and self._told is not None:
            self._told(facts)

    def tell(self, told: Told) -> None:
        """From now on `told` is given what transactions have noted, after their commit. It neither waits nor raises."""
        self._told = told

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads; inside another one of the same thread, a part of that. Raises StorageAway."""
        outer: Connection | None = getattr(self._reading, "connection", None)
        if outer is not None:
            yield outer
            return
        with _counted(), database_errors(), self._reader.begin() as connection:
            self._reading.connection = connection
            try:
                yield connection
            finally:
                self._reading.connection = None

    def migrate(self) -> None:
        """Bring the tables up to date. Harmless when they are; two servers starting together are serialized."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.begin() as connection:
            if not self.is_sqlite:
                # Any number will do, as long as every server uses the same one.
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7205759)")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Give all connections back."""
        self._writer.dispose()
        self._reader.dispose()


class _Open(threading.local):
    """The transactions that this thread has open."""

    def __init__(self) -> None:
        self.marks: list[object] = []


_open = _Open()


def transactions_open() -> int:
    """How many transactions this thread has open."""
    return len(_open.marks)


@contextmanager
def _counted() -> Iterator[None]:
    sys.audit("studio.storage.database")
    # The list is held on to: a generator may be closed by another thread than the one that began it.
    marks, mark = _open.marks, object()
    marks.append(mark)
    try:
        yield
    finally:
        marks.remove(mark)


def note(connection: Connection, fact: object) -> None:
    """Have a fact told once this transaction is committed; nobody hears of one that is not."""
    facts: list[object] | None = connection.info.get(_FACTS)
    if facts is not None:
        facts.append(fact)


def lock_name(connection: Connection, name: str) -> None:
    """Until this transaction ends, no other one that names the same goes beyond this line.

    On SQLite nothing is to be done: BEGIN IMMEDIATE lets one writer in at a time.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def insert_if_new(connection: Connection, table: Table, **values: Any) -> bool:
    """Insert a row unless one with the same key is there; True where it was inserted."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    # Not by its row count: psycopg reports none where SQLAlchemy asks for the new key.
    added = insert(table).values(**values).on_conflict_do_nothing().returning(literal(1))
    return connection.execute(added).first() is not None


def _sqlite_engine(url: str, begin: str, busy_timeout_s: float) -> Engine:
    engine = create_engine(url, hide_parameters=True)  # they hold what people typed

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        connection.execute(f"PRAGMA busy_timeout = {round(busy_timeout_s * 1000)}")
        connection.execute(f"PRAGMA journal_mode = {journal_mode(sqlite3.sqlite_version_info)}")
        connection.execute("PRAGMA synchronous = FULL")  # a lost `submitting` row would be a second payment
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what a person deletes is not left in the file

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def journal_mode(version: tuple[int, ...]) -> str:
    """WAL only where SQLite has the fix of the WAL-reset bug, which can lose commits; the rollback journal elsewhere.

    Fixed in 3.51.3, 3.50.7 and 3.44.6 (sqlite.org/changes.html); 3.52.0 was withdrawn.
    """
    fixed = (
        (version >= (3, 51, 3) and version[:3] != (3, 52, 0))
        or ((3, 50, 7) <= version < (3, 51))
        or ((3, 44, 6) <= version < (3, 45))
    )
    return "WAL" if fixed else "DELETE"
