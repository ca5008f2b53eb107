"""Whose turn it is: what is under way goes on when it is due, and new orders take turns by who pays for them.

The place of an order is the moment it was placed, or, where that is later, the moment its payer was last served
(start-time fair queueing). Who has just come begins now, behind everybody who has been waiting; who places many
alternates with the others. So nobody waits for more orders than there were payers waiting already, however many come
after: a new cookie is a new payer, but it gains nothing on anybody.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, case, func, literal, or_, select

from studio.jobs.job import UNDER_WAY, State
from studio.storage.tables import Instant, jobs


def next_due(connection: Connection, now: datetime, at_once: int | None, *, lock: bool) -> RowMapping | None:
    """The row of the job to attend to next; None when none is due. `lock` holds it, where the database has row locks.

    Of what is under way, that which has been due longest. Of what waits to be sent, the order with the earliest place;
    none while `at_once` are being made.
    """
    due = and_(jobs.c.next_at <= now, or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= now))
    under_way = _first(connection, lock, and_(due, jobs.c.state != State.WAITING), jobs.c.next_at)
    waiting = None
    if at_once is None or _being_made(connection, now) < at_once:
        to_be_sent = and_(due, jobs.c.state == State.WAITING)
        waiting = _first(connection, lock, to_be_sent, _place(now), jobs.c.created_at, jobs.c.next_at)
    if under_way is None or waiting is None:
        return under_way or waiting
    return waiting if waiting["next_at"] < under_way["next_at"] else under_way


def _place(now: datetime) -> Any:
    others = jobs.alias()
    # Being served right now is an order that a worker has taken and not sent yet.
    taken = and_(others.c.state == State.WAITING, others.c.lease_until > now)
    when = case((taken, literal(now, Instant)), else_=others.c.submitted_at)
    served = select(func.max(when)).where(others.c.turn == jobs.c.turn).scalar_subquery()
    return case((served > jobs.c.created_at, served), else_=jobs.c.created_at)


def _first(connection: Connection, lock: bool, which: Any, *order: Any) -> RowMapping | None:
    query = select(jobs).where(which).order_by(*order).limit(1)
    if lock:
        query = query.with_for_update(skip_locked=True, of=jobs)
    return connection.execute(query).mappings().first()


def _being_made(connection: Connection, now: datetime) -> int:
    """Jobs that keep the provider busy, and those that a worker is about to send."""
    about_to_be = and_(jobs.c.state == State.WAITING, jobs.c.lease_until > now)
    busy = or_(jobs.c.state.in_(UNDER_WAY), about_to_be)
    return int(connection.execute(select(func.count()).where(jobs.c.next_at.is_not(None), busy)).scalar_one())
