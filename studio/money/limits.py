"""What may be spent, by whom and when, and when a budget that is empty opens again. Pure.

All amounts are whole millionths of a dollar, all days and months are UTC: the provider's own limits turn over then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from studio.money.amounts import micros_of
from studio.orders.order import NotTaken
from studio.settings import DAYS_OF_A_MONTH, Settings

CENT = 10_000
"""Millionths of a dollar: the least that a screen shows."""
SHARE_OF_A_VISITOR = 4
"""A visitor may spend a quarter of the day's budget unless the owner says otherwise: four of them can empty it."""

VISITORS_OF_AN_ADDRESS = 4
"""Behind one address may be a family or an office: together they may have made at once what so many visitors may."""
LINES_OF_AN_ADDRESS = 2
"""And waiting what so many visitors may: one address alone must not fill everybody's queue."""


class Limit(StrEnum):
    """What keeps an order from being taken. The screen has the sentence for each."""

    MONTH = "month"
    DAY = "day"
    CODE = "code"
    VISITOR = "visitor"
    VISITOR_QUEUE = "visitor_queue"
    ADDRESS_QUEUE = "address_queue"
    QUEUE = "queue"


class Coverage(StrEnum):
    """Whether what is left is enough for an order. The screen has a sentence for each."""

    ENOUGH = "enough"
    NOT_ENOUGH = "not_enough"
    """There is something left, but not so much."""
    NOTHING_LEFT = "nothing_left"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a visitor may still spend now."""

    left_micros: int | None
    """None: nothing limits it."""
    limit: Limit | None = None
    """The limit that is nearest."""
    opens_at: datetime | None = None
    """When that limit is lifted."""

    @property
    def nothing_left(self) -> bool:
        """True where it is used up: below a cent, which no screen shows."""
        return self.left_micros is not None and self.left_micros < CENT

    def covers(self, price_micros: int) -> Coverage:
        """Whether it is enough for an order of that price, all of its videos together."""
        if self.left_micros is None or price_micros <= self.left_micros:
            return Coverage.ENOUGH
        return Coverage.NOTHING_LEFT if self.nothing_left else Coverage.NOT_ENOUGH


class LimitReached(NotTaken):
    """The order was not taken: nothing was reserved. `opens_at` says when it can be; None: when a video is done.

    `left_micros` is what was left of a limit of money, too little for this order; None for a limit of numbers.
    """

    def __init__(self, limit: Limit, opens_at: datetime | None = None, left_micros: int | None = None) -> None:
        super().__init__(limit)
        self.limit = limit
        self.opens_at = opens_at
        self.left_micros = left_micros

    @property
    def allowance(self) -> Allowance:
        """The same as what may still be spent by this limit; another may have less left."""
        return Allowance(self.left_micros, self.limit, self.opens_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every limit of this installation; None: no such limit. What a code may spend is in its own row."""

    day_micros: int | None = None
    month_micros: int | None = None
    visitor_micros: int | None = None
    """A visitor's, for a day."""
    visitor_jobs: int | None = None
    """Videos of a visitor that are being made at once; further orders of theirs wait."""
    visitor_queue: int | None = None
    """Orders of a visitor that wait besides those."""
    at_once: int | None = None
    """Videos that are being made at once for all together; further orders wait."""
    queue: int | None = None
    """Orders that wait."""

    @property
    def address_jobs(self) -> int | None:
        """Videos that are being made at once for all visitors of one address."""
        return None if self.visitor_jobs is None else VISITORS_OF_AN_ADDRESS * self.visitor_jobs

    @property
    def visitor_orders(self) -> int | None:
        """Orders of a visitor, being made or waiting: how soon the first of them go out must not matter."""
        if self.visitor_jobs is None or self.visitor_queue is None:
            return None
        return self.visitor_jobs + self.visitor_queue

    @property
    def address_orders(self) -> int | None:
        """The same for all visitors of one address."""
        if self.address_jobs is None or self.visitor_queue is None:
            return None
        return self.address_jobs + LINES_OF_AN_ADDRESS * self.visitor_queue


def limits_of(settings: Settings, dearest_micros: int) -> Limits:
    """The limits that the settings stand for; what is not set is derived from the daily budget.

    `dearest_micros` is the price of the dearest video: a visitor's default share is never too small for one.
    """
    day = _micros(settings.daily_budget_usd)
    month = _micros(settings.monthly_budget_usd)
    visitor = _micros(settings.visitor_budget_usd)
    if day is not None:
        month = DAYS_OF_A_MONTH * day if month is None else month
        visitor = min(day, max(day // SHARE_OF_A_VISITOR, dearest_micros)) if visitor is None else visitor
    return Limits(
        day_micros=day,
        month_micros=month,
        visitor_micros=visitor,
        visitor_jobs=settings.visitor_jobs,
        visitor_queue=settings.visitor_queue_length,
        at_once=settings.jobs_at_once,
        queue=settings.queue_length,
    )


def day_of(now: datetime) -> str:
    """The UTC day, as 2026-11-22."""
    return now.astimezone(UTC).strftime("%Y-%m-%d")


def month_of(now: datetime) -> str:
    """The UTC month, as 2026-11."""
    return now.astimezone(UTC).strftime("%Y-%m")


def opens_at(limit: Limit, now: datetime) -> datetime | None:
    """When a limit that is reached now is lifted; None where a video that gets done lifts it."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    match limit:
        case Limit.DAY | Limit.CODE | Limit.VISITOR:
            return today + timedelta(days=1)
        case Limit.MONTH:
            return (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        case Limit.VISITOR_QUEUE | Limit.ADDRESS_QUEUE | Limit.QUEUE:
            return None


def _micros(usd: Decimal | None) -> int | None:
    return None if usd is None else micros_of(usd)
