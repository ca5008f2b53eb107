"""Whose turn it is: what is under way goes on when it is due, and visitors' new orders take turns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, or_, select

from studio.jobs import State
from studio.purses import UNDER_WAY
from studio.tables import jobs


def next_due(connection: Connection, now: datetime, at_once: int | None, *, lock: bool) -> RowMapping | None:
    """The row of the job to attend to next; None when none is due. `lock` holds it, where the database has row locks.

    Of what is under way, that which has been due longest. Of what waits to be sent, an order of the visitor who has
    been served least lately, so that who places many keeps nobody waiting; none while `at_once` are being made.
    """
    due = and_(jobs.c.next_at <= now, or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= now))
    under_way = _first(connection, lock, and_(due, jobs.c.state != State.WAITING), jobs.c.next_at)
    waiting = None
    if at_once is None or _being_made(connection, now) < at_once:
        others = jobs.alias()
        served = select(func.max(others.c.submitted_at)).where(others.c.visitor == jobs.c.visitor).scalar_subquery()
        waiting = _first(
            connection,
            lock,
            and_(due, jobs.c.state == State.WAITING),
            served.asc().nulls_first(),
            jobs.c.created_at,
            jobs.c.next_at,
        )
    if under_way is None or waiting is None:
        return under_way or waiting
    return waiting if waiting["next_at"] < under_way["next_at"] else under_way


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
