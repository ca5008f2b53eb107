"""Whose turn it is: what is under way goes on when it is due, and new orders take turns by who pays for them.

The place of an order is the moment it was placed (or that of another one of its visitor's, with which it changed
places), or, where that is later, the moment its payer was last served (start-time fair queueing). Who has just come
begins now, behind everybody who has been waiting; who places many alternates with the others. So nobody waits for
more orders than there were payers waiting already, however many come after: a new cookie is a new payer, but it gains
nothing on anybody. An order whose payer, or the address it comes from, has as many being made as the owner allows is
not due yet: those behind it go before it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    RowMapping,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)

from studio.jobs.job import UNDER_WAY, State
from studio.money.limits import Limits
from studio.storage.tables import Instant, jobs


def next_due(connection: Connection, now: datetime, limits: Limits, *, lock: bool) -> RowMapping | None:
    """The row of the job to attend to next; None when none is due. `lock` holds it, where the database has row locks.

    Of what is under way, that which has been due longest. Of what waits to be sent, the order with the earliest place
    among those whose payer may have a further one made; none while `limits.at_once` are being made.
    """
    under_way = _first(connection, _LOCKED_UNDER_WAY if lock else _UNDER_WAY, {"now": now})
    waiting = None
    if limits.at_once is None or _being_made(connection, now) < limits.at_once:
        if limits.visitor_jobs is None:
            waiting = _first(connection, _LOCKED_WAITING if lock else _WAITING, {"now": now})
        else:
            each = {"now": now, "visitor_jobs": limits.visitor_jobs, "address_jobs": limits.address_jobs}
            waiting = _first(connection, _LOCKED_ALLOWED if lock else _ALLOWED, each)
    if under_way is None or waiting is None:
        return under_way or waiting
    return waiting if waiting["next_at"] < under_way["next_at"] else under_way


def _first(connection: Connection, query: Select[Any], given: dict[str, Any]) -> RowMapping | None:
    return connection.execute(query, given).mappings().first()


def _being_made(connection: Connection, now: datetime) -> int:
    return int(connection.execute(_BEING_MADE, {"now": now}).scalar_one())


# The questions, put together once: every worker asks them several times a second, and putting them together takes
# longer than the answers.


def is_made(table: FromClause) -> ColumnElement[bool]:
    """What keeps the provider busy, and what a worker is about to send."""
    is_about_to_be = and_(table.c.state == State.WAITING, table.c.lease_until > NOW)
    return and_(table.c.next_at.is_not(None), or_(table.c.state.in_(UNDER_WAY), is_about_to_be))


def _with_most(whose: str, most: str) -> Select[Any]:
    """Those of whom as many are being made as may be."""
    others = jobs.alias()
    has_most = func.count() >= bindparam(most, type_=Integer)
    return select(others.c[whose]).where(is_made(others)).group_by(others.c[whose]).having(has_most)


def place() -> ColumnElement[datetime]:
    """The place of an order: a moment, the earliest first."""
    others = jobs.alias()
    # Being served right now is an order that a worker has taken and not sent yet.
    taken = and_(others.c.state == State.WAITING, others.c.lease_until > NOW)
    when = case((taken, NOW), else_=others.c.submitted_at)
    served = select(func.max(when)).where(others.c.turn == jobs.c.turn).scalar_subquery()
    since = in_line_since()
    return case((served > since, served), else_=since)


def in_line_since() -> ColumnElement[datetime]:
    """The moment by which an order stands among its payer's own: when it was placed, unless they changed places."""
    return func.coalesce(jobs.c.in_line_since, jobs.c.created_at)


NOW = bindparam("now", type_=Instant)
"""To be given with each of the questions."""
_DUE = and_(jobs.c.next_at <= NOW, or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= NOW))
_UNDER_WAY = select(jobs).where(_DUE, jobs.c.state != State.WAITING).order_by(jobs.c.next_at).limit(1)
_BEING_MADE = select(func.count()).where(is_made(jobs))
_WAITING = (
    select(jobs)
    .where(_DUE, jobs.c.state == State.WAITING)
    .order_by(place(), in_line_since(), jobs.c.seed, jobs.c.next_at)
    .limit(1)
)
_ALLOWED = _WAITING.where(
    jobs.c.payer.not_in(_with_most("payer", "visitor_jobs")),
    # A turn that is a payer's has passed the line above.
    jobs.c.turn.not_in(_with_most("turn", "address_jobs")),
)
_LOCKED_UNDER_WAY, _LOCKED_WAITING, _LOCKED_ALLOWED = (
    query.with_for_update(skip_locked=True, of=jobs) for query in (_UNDER_WAY, _WAITING, _ALLOWED)
)
