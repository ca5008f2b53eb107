"""What the settings allow, and when what is used up opens again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from studio.money.limits import Limit, Limits, day_of, limits_of, month_of, opens_at
from studio.settings import Settings

DEAREST = 2_925_000


def limits(**changes: Any) -> Limits:
    return limits_of(Settings.model_construct(**(Settings().model_dump() | changes)), DEAREST)


def test_without_a_budget_nothing_limits_the_money_and_numbers_still_do() -> None:
    found = limits()
    assert (found.day_micros, found.month_micros, found.visitor_micros) == (None, None, None)
    assert (found.visitor_jobs, found.visitor_queue, found.at_once, found.queue) == (5, 20, 10, 100)


@pytest.mark.parametrize(
    ("found", "of_visitor", "of_address"),
    [
        (Limits(visitor_jobs=5, visitor_queue=20), 25, 60),
        (Limits(visitor_jobs=1, visitor_queue=0), 1, 4),
        (Limits(visitor_jobs=5), None, None),
        (Limits(visitor_queue=20), None, None),
    ],
)
def test_what_may_be_under_way_is_what_is_made_at_once_and_what_waits(
    found: Limits, of_visitor: int | None, of_address: int | None
) -> None:
    assert (found.visitor_orders, found.address_orders) == (of_visitor, of_address)


@pytest.mark.parametrize(
    ("budget", "day", "visitor"),
    [
        ("0", 0, 0),
        ("1", 1_000_000, 1_000_000),
        ("5", 5_000_000, DEAREST),
        ("40", 40_000_000, 10_000_000),
        ("0.0000019", 1, 1),
    ],
)
def test_a_daily_budget_is_enough_the_other_limits_follow_from_it(budget: str, day: int, visitor: int) -> None:
    found = limits(daily_budget_usd=Decimal(budget))
    assert (found.day_micros, found.month_micros, found.visitor_micros) == (day, 31 * day, visitor)


def test_what_the_owner_sets_goes_before_what_follows_from_the_daily_budget() -> None:
    found = limits(
        daily_budget_usd=Decimal(10), monthly_budget_usd=Decimal("50.5"), visitor_budget_usd=Decimal("0.7"),
        visitor_jobs=1, visitor_queue_length=2,
    )  # fmt: skip
    assert (found.month_micros, found.visitor_micros) == (50_500_000, 700_000)
    assert (found.visitor_jobs, found.visitor_queue) == (1, 2)


@pytest.mark.parametrize(
    ("limit", "now", "opens"),
    [
        (Limit.DAY, "2026-11-22T23:59:59+00:00", "2026-11-23T00:00:00+00:00"),
        (Limit.VISITOR, "2026-12-31T00:00:00+00:00", "2027-01-01T00:00:00+00:00"),
        (Limit.CODE, "2026-11-22T23:30:00-05:00", "2026-11-24T00:00:00+00:00"),
        (Limit.MONTH, "2026-12-31T23:59:59+00:00", "2027-01-01T00:00:00+00:00"),
        (Limit.MONTH, "2028-02-01T00:00:00+00:00", "2028-03-01T00:00:00+00:00"),
        (Limit.QUEUE, "2026-11-22T12:00:00+00:00", None),
        (Limit.VISITOR_QUEUE, "2026-11-22T12:00:00+00:00", None),
    ],
)
def test_what_is_used_up_opens_when_the_day_or_month_turns_in_utc(limit: Limit, now: str, opens: str | None) -> None:
    expected = None if opens is None else datetime.fromisoformat(opens)
    assert opens_at(limit, datetime.fromisoformat(now)) == expected


def test_days_and_months_are_utc_wherever_the_clock_is() -> None:
    late = datetime(2026, 11, 30, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert (day_of(late), month_of(late)) == ("2026-12-01", "2026-12")
    assert day_of(late) == day_of(late.astimezone(UTC))
