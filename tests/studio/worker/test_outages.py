"""What an outage may cost: simulated half hours of a provider that is down, with four workers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from studio.jobs.circuit_breaker import AMONG, LONGEST_REST, OUTAGES, REST, Breaker, Stop
from studio.jobs.job import State
from studio.storage.database import Database
from tests.studio.outage import FAST_5XX, HANGS, WORKERS, Outage, simulate
from tests.studio.strategies import NOON

HALF_AN_HOUR = timedelta(minutes=30)
PROBES = 6
"""After rests of 1, 2, 4, 8 and 10 minutes, and one that is still out."""


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    opened.close()


@pytest.mark.parametrize("outage", [HANGS, FAST_5XX], ids=lambda outage: outage.name)
def test_an_outage_costs_a_handful_of_orders_however_slowly_it_answers(
    sqlite: Database, tmp_path: Path, outage: Outage
) -> None:
    outcome = simulate(sqlite, tmp_path, outage, lasts=HALF_AN_HOUR, watched=HALF_AN_HOUR)
    assert outcome.orders == 150
    assert OUTAGES <= outcome.unconfirmed <= OUTAGES + (WORKERS - 1) + PROBES
    assert outcome.states[State.REFUSED] == 0


def test_when_it_is_over_every_order_that_waited_goes_out_once(sqlite: Database, tmp_path: Path) -> None:
    lasts = timedelta(minutes=10)
    outcome = simulate(sqlite, tmp_path, FAST_5XX, lasts=lasts, watched=lasts + timedelta(minutes=15))
    assert outcome.orders == 50
    assert outcome.posts == outcome.orders, "none twice, none left"
    assert outcome.states[State.WAITING] == outcome.states[State.REFUSED] == 0
    assert outcome.unconfirmed <= OUTAGES + (WORKERS - 1) + PROBES


# The breaker itself.


def opened() -> Breaker:
    breaker = Breaker()
    for _ in range(OUTAGES):
        breaker = breaker.after_outage(NOON)
    return breaker


def test_failures_count_however_far_apart_they_are() -> None:
    breaker = Breaker()
    for number in range(OUTAGES):
        assert breaker.why is None
        breaker = breaker.after_outage(NOON + number * timedelta(hours=3))
    assert breaker.why is Stop.OUTAGE


def test_a_provider_that_fails_half_the_time_is_down_and_one_that_fails_now_and_then_is_not() -> None:
    half = seldom = Breaker()
    for number in range(AMONG * 3):
        if half.why is None:
            half = half.after_outage(NOON).after_success()
        seldom = seldom.after_outage(NOON) if number % 4 == 0 else seldom.after_success()
    assert half.why is Stop.OUTAGE
    assert seldom.why is None


def test_when_all_goes_well_nothing_is_written() -> None:
    assert Breaker().after_success() == Breaker()
    healed = Breaker().after_outage(NOON)
    for _ in range(AMONG):
        healed = healed.after_success()
    assert healed == Breaker()


def test_what_was_on_its_way_when_it_opened_neither_closes_nor_lengthens_it() -> None:
    breaker = opened()
    assert breaker.after_success("late") == breaker.after_outage(NOON, "late") == breaker


def test_rests_grow_to_a_ceiling_and_one_success_forgets_them() -> None:
    breaker, rests, now = opened(), [], NOON
    for _ in range(8):
        assert breaker.open_until is not None
        rests.append(breaker.open_until - now)
        now = breaker.open_until
        breaker = breaker.let_out(now, "probe").after_outage(now, "probe")
    minutes = [rest / REST for rest in rests]
    assert minutes == [1, 2, 4, 8, 10, 10, 10, 10]
    assert rests[-1] == LONGEST_REST
    assert breaker.let_out(now, "probe").after_success("probe") == Breaker()


def test_a_probe_without_a_verdict_makes_room_for_the_next_one() -> None:
    now = NOON + REST
    breaker = opened().let_out(now, "one")
    assert breaker.stopped(now) is Stop.OUTAGE
    assert breaker.after_no_verdict("other") == breaker
    assert breaker.after_no_verdict("one").stopped(now) is None
    assert breaker.after_no_verdict("one").why is Stop.OUTAGE
