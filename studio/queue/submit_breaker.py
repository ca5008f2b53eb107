"""The breaker in the database, one for all servers, and the orders that it keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import Connection, RowMapping, and_, select, update

from studio.jobs.circuit_breaker import Breaker, Stop
from studio.jobs.job import State
from studio.orders.pause import PAUSED_SINCE
from studio.queue.store_part import StorePart
from studio.storage.tables import breakers, jobs

_SUBMIT_BREAKER = select(breakers).where(breakers.c.name == "submit")
_WITH_PAUSE = _SUBMIT_BREAKER.add_columns(PAUSED_SINCE.label("paused_since"))


class SubmitBreaker(StorePart):
    """Says whether orders may go out, and remembers what speaks against it."""

    def breaker(self) -> Breaker:
        """Whether orders may go out."""
        with self._db.read() as connection:
            return _breaker(connection.execute(_SUBMIT_BREAKER).mappings().one())

    def breaker_and_pause(self) -> tuple[Breaker, datetime | None]:
        """The same, and since when the owner takes no new orders: one question, for a page that asks each time."""
        with self._db.read() as connection:
            row = connection.execute(_WITH_PAUSE).mappings().one()
            return _breaker(row), row["paused_since"]

    def let_out(self, job_id: str, now: datetime) -> Breaker:
        """The breaker for one order: where it does not keep it, that may go out; while half-open, as the one probe."""
        breaker = self.breaker()
        if breaker.held_until(now, job_id) is not None or breaker.why is None:
            return breaker  # as nearly always, without having kept a writer waiting
        with self._db.begin() as connection:
            breaker = _breaker(connection.execute(_SUBMIT_BREAKER.with_for_update()).mappings().one())
            if breaker.held_until(now, job_id) is None:
                breaker = breaker.let_out(now, job_id)
                _write_breaker(connection, breaker)
        return breaker

    def move_breaker(self, move: Callable[[Breaker], Breaker]) -> None:
        """Change the breaker; two servers that do so at once are serialized."""
        with self._db.begin() as connection:
            before = _breaker(connection.execute(_SUBMIT_BREAKER.with_for_update()).mappings().one())
            after = move(before)
            if after != before:
                _write_breaker(connection, after)

    def recall_held(self, at: datetime, *, all_of_them: bool) -> None:
        """Have the orders that the breaker keeps tried at this moment, where they would be later; or the oldest one."""
        held = and_(
            jobs.c.next_at > at,
            jobs.c.state == State.WAITING,
            jobs.c.trouble_kind.in_(tuple(Stop)),
            jobs.c.lease_token.is_(None),
        )
        oldest = select(jobs.c.id).where(held).order_by(jobs.c.created_at).limit(1)
        wanted = held if all_of_them else and_(held, jobs.c.id == oldest.scalar_subquery())
        with self._db.begin() as connection:
            connection.execute(update(jobs).where(wanted).values(next_at=at))


def _breaker(row: RowMapping) -> Breaker:
    values = {field.name: row[field.name] for field in fields(Breaker)}
    return Breaker(**values | {"why": None if row["why"] is None else Stop(row["why"])})


def _write_breaker(connection: Connection, breaker: Breaker) -> None:
    connection.execute(update(breakers).where(breakers.c.name == "submit").values(**asdict(breaker)))
