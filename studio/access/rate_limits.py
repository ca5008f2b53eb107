"""Counts how often something was tried, for all servers together, so that it can be slowed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, literal, not_, or_, select, update

from studio.clock import Clock
from studio.storage.database import Database, insert_if_new
from studio.storage.tables import Instant, rate_limits

PICTURES = 40
PICTURES_PER = timedelta(minutes=10)
"""Pictures that one visitor may have prepared in a time: each keeps a core busy for up to a second."""


class RateLimits:
    """Fixed windows: so many in a minute, then the next minute. Kept in the database."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def count(self, scope: str, now: datetime, *, limit: int, per: timedelta) -> bool:
        """Count one more, if the present window has room for it; False where it has none."""
        over = _over(now, per)
        change = (
            update(rate_limits)
            .where(rate_limits.c.scope == scope, or_(over, rate_limits.c.number < limit))
            .values(
                number=case((over, 1), else_=rate_limits.c.number + 1),
                since=case((over, literal(now, Instant)), else_=rate_limits.c.since),
            )
        )
        with self._db.begin() as connection:
            insert_if_new(connection, rate_limits, scope=scope, since=now, number=0)
            return connection.execute(change).rowcount > 0

    def reserve(self, scope: str, now: datetime, *, per: timedelta) -> int:
        """Count one more, and say how many that makes in the present window: each caller gets a number of its own."""
        over = _over(now, per)
        change = (
            update(rate_limits)
            .where(rate_limits.c.scope == scope)
            .values(
                number=case((over, 1), else_=rate_limits.c.number + 1),
                since=case((over, literal(now, Instant)), else_=rate_limits.c.since),
            )
            .returning(rate_limits.c.number)
        )
        with self._db.begin() as connection:
            insert_if_new(connection, rate_limits, scope=scope, since=now, number=0)
            return int(connection.execute(change).scalar_one())

    def give_back(self, scope: str) -> None:
        """Take back one that should not have counted."""
        less = update(rate_limits).where(rate_limits.c.scope == scope, rate_limits.c.number > 0)
        with self._db.begin() as connection:
            connection.execute(less.values(number=rate_limits.c.number - 1))

    def is_full(self, scope: str, now: datetime, *, limit: int, per: timedelta) -> bool:
        """True where the present window has no room for one more."""
        present = select(rate_limits.c.number).where(rate_limits.c.scope == scope, not_(_over(now, per)))
        with self._db.read() as connection:
            number = connection.execute(present).scalar()
        return number is not None and number >= limit


def _over(now: datetime, per: timedelta) -> ColumnElement[bool]:
    """The present window has ended, or began so far ahead that the clock must have been set back since.

    Not merely ahead: of two who read the clock and then wait for each other, the one whose window it is may be the
    later, and a window begun anew would let in what it had counted.
    """
    return or_(rate_limits.c.since <= now - per, rate_limits.c.since > now + per)


class Uploads:
    """Whether a visitor may have one more picture prepared now."""

    def __init__(self, rate_limits: RateLimits, clock: Clock) -> None:
        self._rate_limits = rate_limits
        self._clock = clock

    def may(self, visitor: str) -> bool:
        """Count one picture of the visitor's; False where there have been too many."""
        return self._rate_limits.count(f"picture:{visitor}", self._clock(), limit=PICTURES, per=PICTURES_PER)
