"""Money: what is reserved and spent of each budget, and the ledger that says why. Works inside a transaction of the
caller's.

A budget is what one scope (all, a code, a payer) may spend in one day or month. What it holds is the sum of its rows in
the ledger, at every commit. Budgets are always taken in the same order, so that two transactions cannot wait for each
other; and the first of them, everybody's, serializes orders, so that what is counted does not change meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from sqlalchemy import Connection, RowMapping, func, insert, select, tuple_, update

from studio.diagnostics.incidents import WHAT_MAX, new_reference
from studio.diagnostics.logs import short
from studio.jobs.job import UNDER_WAY, Job, State
from studio.money.limits import (
    Allowance,
    Limit,
    LimitReached,
    Limits,
    day_of,
    month_of,
    opens_at,
)
from studio.money.prices import counted_cost
from studio.storage.database import insert_if_new
from studio.storage.tables import budgets, codes, incidents, jobs, ledger

log = logging.getLogger(__name__)

ALL = "all"


class EntryKind(StrEnum):
    """Why the ledger has a row."""

    RESERVED = "reserved"
    """The price, when the order was taken."""
    SETTLED = "settled"
    """What the provider reported, in place of the price."""
    RELEASED = "released"
    """Given back: certainly not charged."""
    UNCERTAIN = "uncertain"
    """Stays counted: nobody knows whether it was charged."""
    CORRECTED = "corrected"
    """What the owner says that it did cost, in place of all before it."""


class CodeEnded(Exception):
    """The access code that was to pay has been revoked: nothing was reserved."""


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose budgets an order is taken from, besides everybody's."""

    key: str
    """The visitor; or the account of who signed in, which a new cookie does not change."""
    code: str | None = None
    """The id of an access code."""
    address: str | None = None
    """Where the order comes from, if that counts (studio.access.networks): without a code or an account."""

    @property
    def fairness_group(self) -> str:
        """Who is served as one, in turn with the others: the payer, or together all who come from one address."""
        return self.address or self.key


def code_scope(code: str) -> str:
    """The budget of an access code."""
    return f"code:{code}"


def payer_scope(key: str) -> str:
    """The budget of one visitor or account."""
    return f"visitor:{key}"


def reserve(connection: Connection, group: Sequence[Job], payer: Payer, limits: Limits) -> None:
    """Reserve the prices of jobs about to be placed at one moment, all or none; raises LimitReached and CodeEnded.

    After an error the caller's transaction must be rolled back: some budgets may have been taken from already.
    """
    now, micros = group[0].created_at, sum(job.price_micros for job in group)
    for budget in _budgets(connection, payer, limits, now):
        insert_if_new(connection, budgets, scope=budget.scope, period=budget.period, held_micros=0)
        take = update(budgets).where(budgets.c.scope == budget.scope, budgets.c.period == budget.period)
        if budget.limit_micros is not None and micros > 0:
            take = take.where(budgets.c.held_micros <= budget.limit_micros - micros)
        if connection.execute(take.values(held_micros=budgets.c.held_micros + micros)).rowcount == 0:
            raise LimitReached(budget.limit, opens_at(budget.limit, now), _left(connection, budget))
    _check_numbers(connection, payer, limits, len(group))
    same = {"at": now, "day": day_of(now), "payer": payer.key, "code": payer.code}
    rows = [
        same | {"job_id": job.id, "kind": EntryKind.RESERVED, "micros": job.price_micros, "closes": False}
        for job in group
    ]
    connection.execute(insert(ledger), rows)


def settle(connection: Connection, job: Job) -> None:
    """Put what an ended job did cost in place of its price, once: the same end told again changes nothing.

    Another end is a mistake of ours and is told to the owner. It never raises, because the caller's transaction may
    hold a video; and the limits count whichever of the two is more.
    """
    if job.ended_at is None:
        raise ValueError("a job that has not ended")
    opened = select(ledger).where(ledger.c.job_id == job.id, ledger.c.closes.is_(False))
    row = connection.execute(opened).mappings().first()
    if row is None:  # placed before there was a ledger
        return
    kind, counted = _outcome(job, row["micros"])
    change = counted - row["micros"]
    same = {name: row[name] for name in ("job_id", "day", "payer", "code")}
    if insert_if_new(connection, ledger, **same, at=job.ended_at, kind=kind, micros=change, closes=True):
        _change_budgets(connection, row, change)
        return
    ended = select(ledger).where(ledger.c.job_id == job.id, ledger.c.closes.is_(True))
    before = connection.execute(ended.with_for_update()).mappings().one()
    if (before["kind"], before["micros"]) == (kind, change):
        return
    _tell_of_two_ends(connection, job, before, kind, change)
    if change > before["micros"]:
        connection.execute(update(ledger).where(ledger.c.id == before["id"]).values(kind=kind, micros=change))
        _change_budgets(connection, row, change - before["micros"])


def _change_budgets(connection: Connection, opened: RowMapping, micros: int) -> None:
    """Change what the budgets of a job have reserved and spent."""
    if micros == 0:
        return
    for scope, period in _scopes(opened):
        budget = update(budgets).where(budgets.c.scope == scope, budgets.c.period == period)
        connection.execute(budget.values(held_micros=budgets.c.held_micros + micros))


def _tell_of_two_ends(connection: Connection, job: Job, before: RowMapping, kind: EntryKind, change: int) -> None:
    assert job.ended_at is not None
    what = f"job {short(job.id)} was {before['kind']} at {before['micros']} and then {kind} at {change} micro-dollars"
    reference = new_reference()
    log.error("settled twice, differently", extra={"job": short(job.id), "what": what, "reference": reference})
    connection.execute(insert(incidents).values(reference=reference, at=job.ended_at, what=what[:WHAT_MAX]))


class NotEnded(Exception):
    """The job has no end in the ledger yet: there is nothing to correct."""


def correct(connection: Connection, job_id: str, micros: int, now: datetime) -> int:
    """Have an ended job count for what the owner says, from now on; gives what it counted for before.

    A row of its own, however often, so that the ledger still tells all that happened. Raises NotEnded.
    """
    mine = select(ledger).where(ledger.c.job_id == job_id)
    rows = connection.execute(mine.order_by(ledger.c.id)).mappings().all()
    if not any(row["closes"] for row in rows):
        raise NotEnded(job_id)
    before: int = sum(row["micros"] for row in rows)
    same = {name: rows[0][name] for name in ("job_id", "day", "payer", "code")}
    # The budgets first: their locks serialize two corrections of one job.
    _change_budgets(connection, rows[0], micros - before)
    connection.execute(
        insert(ledger).values(**same, at=now, kind=EntryKind.CORRECTED, micros=micros - before, closes=None)
    )
    return before


def _scopes(row: RowMapping) -> Iterator[tuple[str, str]]:
    """The budgets that a job's price was taken from, in the order in which they are always taken."""
    yield ALL, row["day"][:7]
    yield ALL, row["day"]
    if row["code"] is not None:
        yield code_scope(row["code"]), row["day"]
    yield payer_scope(row["payer"]), row["day"]


def allowance(connection: Connection, payer: Payer, limits: Limits, now: datetime) -> Allowance:
    """What the payer may still spend, by the budget that has least left; raises CodeEnded."""
    least = Allowance(None)
    limited = [budget for budget in _budgets(connection, payer, limits, now) if budget.limit_micros is not None]
    if not limited:
        return least
    of_these = tuple_(budgets.c.scope, budgets.c.period).in_([(budget.scope, budget.period) for budget in limited])
    rows = connection.execute(select(budgets.c.scope, budgets.c.period, budgets.c.held_micros).where(of_these))
    held = {(scope, period): micros for scope, period, micros in rows}
    for budget in limited:
        left = max(0, (budget.limit_micros or 0) - held.get((budget.scope, budget.period), 0))
        if least.left_micros is None or left < least.left_micros:
            least = Allowance(left, budget.limit, opens_at(budget.limit, now))
    return least


@dataclass(frozen=True, slots=True)
class _Budget:
    limit: Limit
    scope: str
    period: str
    limit_micros: int | None


def _left(connection: Connection, budget: _Budget) -> int:
    of_it = select(budgets.c.held_micros).where(budgets.c.scope == budget.scope, budgets.c.period == budget.period)
    return max(0, (budget.limit_micros or 0) - int(connection.execute(of_it).scalar_one()))


def _budgets(connection: Connection, payer: Payer, limits: Limits, now: datetime) -> Iterator[_Budget]:
    yield _Budget(Limit.MONTH, ALL, month_of(now), limits.month_micros)
    yield _Budget(Limit.DAY, ALL, day_of(now), limits.day_micros)
    if payer.code is not None:
        living = select(codes.c.budget_micros).where(codes.c.id == payer.code, codes.c.revoked_at.is_(None))
        budget = connection.execute(living).scalar()
        if budget is None:
            raise CodeEnded
        yield _Budget(Limit.CODE, code_scope(payer.code), day_of(now), budget)
    yield _Budget(Limit.VISITOR, payer_scope(payer.key), day_of(now), limits.visitor_micros)


def _check_numbers(connection: Connection, payer: Payer, limits: Limits, new: int) -> None:
    waiting = select(func.count()).where(jobs.c.state == State.WAITING, jobs.c.next_at.is_not(None))
    if limits.queue is not None and connection.execute(waiting).scalar_one() + new > limits.queue:
        raise LimitReached(Limit.QUEUE)
    if limits.visitor_orders is None:
        return
    under_way = select(func.count()).where(jobs.c.next_at.is_not(None), jobs.c.state.in_((State.WAITING, *UNDER_WAY)))
    # By who pays: the gallery of a visitor may have come from, or gone to, another.
    if connection.execute(under_way.where(jobs.c.payer == payer.key)).scalar_one() + new > limits.visitor_orders:
        raise LimitReached(Limit.VISITOR_QUEUE)
    if payer.address is None or limits.address_orders is None:
        return
    from_there = connection.execute(under_way.where(jobs.c.turn == payer.address)).scalar_one()
    if from_there + new > limits.address_orders:
        raise LimitReached(Limit.ADDRESS_QUEUE)


def _outcome(job: Job, reserved: int) -> tuple[EntryKind, int]:
    """How an ended job is booked, and what it counts for."""
    match job.state:
        case State.REFUSED | State.FAILED:
            return EntryKind.RELEASED, 0
        case State.DONE:
            return EntryKind.SETTLED, counted_cost(job.cost_micros, reserved)
        case State.EXPIRED | State.CLOSED:
            # What came with a first answer was what the provider held back, not what it charged in the end.
            if job.finished_at is not None and job.cost_micros is not None:
                return EntryKind.SETTLED, counted_cost(job.cost_micros, reserved)
            return EntryKind.UNCERTAIN, reserved
        case State.WAITING | State.SUBMITTING | State.QUEUED | State.GENERATING | State.FETCHING | State.UNCONFIRMED:
            raise ValueError("a job that has not ended")
        case unreachable:
            assert_never(unreachable)
