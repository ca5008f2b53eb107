"""What the owner can switch off while the app runs, for all servers together: new orders."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from studio.clock import Clock
from studio.orders.order import NotTaken
from studio.storage.database import Database
from studio.storage.tables import switches


class Paused(NotTaken):
    """The owner takes no new orders at present; what is under way goes on."""


class Switches:
    """The switch for new orders."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    def paused(self) -> datetime | None:
        """Since when no new orders are taken; None while they are."""
        with self._db.read() as connection:
            return paused_since(connection)

    def pause(self) -> None:
        """Take no new orders from now on. A second call leaves the time of the first."""
        self._switch(self._clock())

    def resume(self) -> None:
        """Take orders again."""
        self._switch(None)

    def cookies_dated_since(self) -> datetime | None:
        """When an app that had visitors before began to date their cookies; None where it always did."""
        with self._db.read() as connection:
            return _since(connection, "undated_cookies")

    def _switch(self, since: datetime | None) -> None:
        change = update(switches).where(switches.c.name == "paused")
        if since is not None:
            change = change.where(switches.c.since.is_(None))
        with self._db.begin() as connection:
            connection.execute(change.values(since=since))


def paused_since(connection: Connection) -> datetime | None:
    """The same inside a transaction of the caller's."""
    return _since(connection, "paused")


def _since(connection: Connection, name: str) -> datetime | None:
    since: datetime | None = connection.execute(_SINCE, {"switch": name}).scalar()
    return since


_SINCE = select(switches.c.since).where(switches.c.name == bindparam("switch"))
PAUSED_SINCE = select(switches.c.since).where(switches.c.name == "paused").scalar_subquery()
"""Since when no new orders are taken, as a column of a query of the caller's."""
"""Put together once: every rerun of Create asks it."""
