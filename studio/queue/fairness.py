"""Whose turn it is: what is under way goes on when it is due, and new orders take turns by who pays for them.

The place of an order is the moment it was placed, or, where that is later, the moment its payer was last served
(start-time fair queueing). Who has just come begins now, behind everybody who has been waiting; who places many
alternates with the others. So nobody waits for more orders than there were payers waiting already, however many come
after: a new cookie is a new payer, but it gains nothing on anybody.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, bindparam, case, func, or_, select

from studio.jobs.job import UNDER_WAY, State
from studio.storage.tables import Instant, jobs


def next_due(connection: Connection, now: datetime, at_once: int | None, *, lock: bool) -> RowMapping | None:
    """The row of the job to attend to next; None when none is due. `lock` holds it, where the database has row locks.

    Of what is under way, that which has been due longest. Of what waits to be sent, the order with the earliest place;
    none while `at_once` are being made.
    """
    under_way = _first(connection, now, _LOCKED_UNDER_WAY if lock else _UNDER_WAY)
    waiting = None
    if at_once is None or _being_made(connection, now) < at_once:
        waiting = _first(connection, now, _LOCKED_WAITING if lock else _WAITING)
    if under_way is None or waiting is None:
        return under_way or waiting
    return waiting if waiting["next_at"] < under_way["next_at"] else under_way


def _first(connection: Connection, now: datetime, query: Select[Any]) -> RowMapping | None:
    return connection.execute(query, {"now": now}).mappings().first()


def _being_made(connection: Connection, now: datetime) -> int:
    return int(connection.execute(_BEING_MADE, {"now": now}).scalar_one())


# The questions, put together once: every worker asks them several times a second, and putting them together takes
# longer than the answers.


def _place() -> Any:
    others = jobs.alias()
    # Being served right now is an order that a worker has taken and not sent yet.
    taken = and_(others.c.state == State.WAITING, others.c.lease_until > _NOW)
    when = case((taken, _NOW), else_=others.c.submitted_at)
    served = select(func.max(when)).where(others.c.turn == jobs.c.turn).scalar_subquery()
    return case((served > jobs.c.created_at, served), else_=jobs.c.created_at)


_NOW = bindparam("now", type_=Instant)
_DUE = and_(jobs.c.next_at <= _NOW, or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= _NOW))
_UNDER_WAY = select(jobs).where(_DUE, jobs.c.state != State.WAITING).order_by(jobs.c.next_at).limit(1)
_WAITING = (
    select(jobs)
    .where(_DUE, jobs.c.state == State.WAITING)
    .order_by(_place(), jobs.c.created_at, jobs.c.next_at)
    .limit(1)
)
_LOCKED_UNDER_WAY, _LOCKED_WAITING = (
    query.with_for_update(skip_locked=True, of=jobs) for query in (_UNDER_WAY, _WAITING)
)
_ABOUT_TO_BE = and_(jobs.c.state == State.WAITING, jobs.c.lease_until > _NOW)
_BEING_MADE = select(func.count()).where(jobs.c.next_at.is_not(None), or_(jobs.c.state.in_(UNDER_WAY), _ABOUT_TO_BE))
"""Jobs that keep the provider busy, and those that a worker is about to send."""
