"""What the ledger says: sums of days, months and codes, whether the budgets agree with it, and the ledger as a file.

Only reads. studio/money/ledger.py writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import and_, case, false, func, literal, select, true, union_all

from studio.money.amounts import dollars
from studio.money.ledger import ALL, EntryKind, code_scope, payer_scope
from studio.money.limits import day_of, month_of
from studio.spreadsheets import line, no_formula
from studio.storage.database import Database
from studio.storage.tables import budgets, codes, ledger

DAYS_SHOWN = 30
ROWS_AT_ONCE = 1000
"""Rows of a file that are read in one transaction: on SQLite a long reader keeps writers waiting."""
HEADINGS = ("at", "day", "job", "payer", "code", "code name", "movement", "usd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What orders of some time hold, in millionths of a dollar, and how many there were."""

    reserved: int = 0
    """Of orders that are under way."""
    spent: int = 0
    """Of orders that have ended, as the provider reported it."""
    uncertain: int = 0
    """Of orders of which nobody knows whether they were charged. Stays counted."""
    orders: int = 0
    """Orders that were taken, however they ended."""

    @property
    def committed(self) -> int:
        """What counts against a limit."""
        return self.reserved + self.spent + self.uncertain

    def __add__(self, other: Money) -> Money:
        """Both together."""
        return Money(
            reserved=self.reserved + other.reserved,
            spent=self.spent + other.spent,
            uncertain=self.uncertain + other.uncertain,
            orders=self.orders + other.orders,
        )


NOTHING = Money()


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A day or a month, against its limit."""

    name: str
    """2026-11-22, or 2026-11. UTC."""
    total: Money
    limit_micros: int | None
    """None: no limit is set."""
    by_code: Mapping[str | None, Money]
    """By the id of the access code that the orders came by; None: without one. Only those with orders."""

    @property
    def left_micros(self) -> int | None:
        """What may still be spent; None without a limit."""
        return None if self.limit_micros is None else max(0, self.limit_micros - self.total.committed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Today, this month, and the last 30 days one by one, today last."""

    today: Period
    month: Period
    days: tuple[tuple[date, Money], ...]


def statement(database: Database, now: datetime, *, day_limit: int | None, month_limit: int | None) -> Statement:
    """Every sum of the owner's page, in one question to the ledger. Limits: millionths of a dollar."""
    today = now.astimezone(UTC).date()
    shown = [today - timedelta(days=ago) for ago in reversed(range(DAYS_SHOWN))]
    since = min(shown[0], today.replace(day=1)).isoformat()
    sums = list(_sums(database, since, day_of(now)))
    by_day: dict[str, Money] = {}
    for day, _code, money in sums:
        by_day[day] = by_day.get(day, NOTHING) + money
    return Statement(
        today=_period(day_of(now), sums, day_limit),
        month=_period(month_of(now), sums, month_limit),
        days=tuple((day, by_day.get(day.isoformat(), NOTHING)) for day in shown),
    )


_Sum = tuple[str, str | None, Money]


def _sums(database: Database, first_day: str, last_day: str) -> Iterator[_Sum]:
    """What each code holds of each day: a job counts as its end says, and as reserved while it has none."""
    opened, closed = ledger.alias(), ledger.alias()
    corrected = (
        select(ledger.c.job_id, func.sum(ledger.c.micros).label("micros"))
        .where(ledger.c.kind == EntryKind.CORRECTED)
        .group_by(ledger.c.job_id)
        .subquery()
    )
    rows_of_jobs = opened.outerjoin(
        closed, and_(closed.c.job_id == opened.c.job_id, closed.c.closes == true())
    ).outerjoin(corrected, corrected.c.job_id == opened.c.job_id)
    held = func.sum(opened.c.micros + func.coalesce(closed.c.micros, 0) + func.coalesce(corrected.c.micros, 0))
    # Who corrected it knew.
    end = case((corrected.c.job_id.is_not(None), EntryKind.CORRECTED.value), else_=closed.c.kind).label("end")
    sums = (
        select(opened.c.day, opened.c.code, end, held, func.count())
        .select_from(rows_of_jobs)
        .where(opened.c.closes == false(), opened.c.day >= first_day, opened.c.day <= last_day)
        .group_by(opened.c.day, opened.c.code, end)
    )
    with database.read() as connection:
        rows = connection.execute(sums).all()
    for day, code, kind, micros, orders in rows:
        yield day, code, _money(None if kind is None else EntryKind(kind), int(micros), orders)


def _money(end: EntryKind | None, micros: int, orders: int) -> Money:
    match end:
        case None:
            return Money(reserved=micros, orders=orders)
        case EntryKind.UNCERTAIN:
            return Money(uncertain=micros, orders=orders)
        case _:  # settled or corrected; released holds nothing
            return Money(spent=micros, orders=orders)


def _period(name: str, sums: Iterable[_Sum], limit: int | None) -> Period:
    by_code: dict[str | None, Money] = {}
    for day, code, money in sums:
        if day.startswith(name):
            by_code[code] = by_code.get(code, NOTHING) + money
    return Period(name=name, total=sum(by_code.values(), NOTHING), limit_micros=limit, by_code=by_code)


def adds_up(database: Database) -> list[str]:
    """Every budget that does not hold the sum of its rows in the ledger, one line each; empty when all is right.

    One statement, so that what is placed meanwhile is in both or in neither.
    """
    moved = func.sum(ledger.c.micros)
    month = func.substr(ledger.c.day, 1, 7)
    nothing = literal(0)
    both = union_all(
        select(budgets.c.scope, budgets.c.period, budgets.c.held_micros.label("held"), nothing.label("moved")),
        select(literal(ALL), ledger.c.day, nothing, moved).group_by(ledger.c.day),
        select(literal(ALL), month, nothing, moved).group_by(month),
        select(literal(code_scope("")) + ledger.c.code, ledger.c.day, nothing, moved)
        .where(ledger.c.code.is_not(None))
        .group_by(ledger.c.code, ledger.c.day),
        select(literal(payer_scope("")) + ledger.c.payer, ledger.c.day, nothing, moved).group_by(
            ledger.c.payer, ledger.c.day
        ),
    ).subquery()
    held, summed = func.sum(both.c.held), func.sum(both.c.moved)
    wrong = (
        select(both.c.scope, both.c.period, held, summed)
        .group_by(both.c.scope, both.c.period)
        .having(held != summed)
        .order_by(both.c.scope, both.c.period)
    )
    with database.read() as connection:
        rows = connection.execute(wrong).all()
    return [
        f"budget {scope[:16]} of {period} holds {exact_usd(int(holds))}, its ledger says {exact_usd(int(says))}"
        for scope, period, holds, says in rows
    ]


def export(database: Database, since: datetime) -> Iterator[str]:
    """The ledger as CSV, a line at a time, oldest first: what was booked since then.

    Payers are cut to what tells them apart. The name of a code is the only cell that a person typed: where a
    spreadsheet would calculate it, an apostrophe goes before it.
    """
    yield line(HEADINGS)
    last = 0
    rows = (
        select(ledger, codes.c.name)
        .select_from(ledger.outerjoin(codes, codes.c.id == ledger.c.code))
        .where(ledger.c.at >= since)
        .order_by(ledger.c.id)
        .limit(ROWS_AT_ONCE)
    )
    while True:
        with database.read() as connection:
            page = connection.execute(rows.where(ledger.c.id > last)).mappings().all()
        for row in page:
            yield line(
                (
                    row["at"].isoformat(timespec="seconds"),
                    row["day"],
                    row["job_id"],
                    row["payer"][:8],
                    row["code"] or "",
                    no_formula(row["name"] or ""),
                    row["kind"],
                    exact_usd(row["micros"]),
                )
            )
        if len(page) < ROWS_AT_ONCE:
            return
        last = page[-1]["id"]


def exact_usd(micros: int) -> str:
    """Millionths of a dollar as dollars, exactly: 0.650000."""
    return f"{dollars(micros):.6f}"
