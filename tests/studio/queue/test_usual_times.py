"""How long videos of a kind usually take here is asked of the finished ones of that kind, and not with every click."""

from __future__ import annotations

from dataclasses import replace

from bench.statements import reads_counted
from studio.jobs.job import State
from studio.jobs.polling import HAND_OVER_S, prior
from studio.jobs.usual import ENOUGH, Usual
from studio.orders.order import OrderSettings
from studio.queue.job_store import Store
from studio.queue.usual_times import FRESH_S, KINDS_MAX, UsualTimes
from tests.studio.strategies import NOON, a_job_in, after, an_order


def finished(store: Store, seconds: float, **order: object) -> None:
    job = a_job_in(State.DONE, order=an_order(**order), accepted_at=NOON, finished_at=after(seconds), price_micros=0)
    store.place(job, job.id)


class Hand:
    """A clock that is moved by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_what_was_seen_of_that_kind_counts_and_nothing_of_another(store: Store) -> None:
    for _ in range(ENOUGH):
        finished(store, 40)
        finished(store, 999, duration_s=10)
        finished(store, 999, resolution="1080p")
    times = UsualTimes(store, "aimlapi")
    assert times.of(an_order()) == Usual(40 + HAND_OVER_S, 40 + HAND_OVER_S)
    assert times.of(replace(an_order(), duration_s=10)).to_s == 999 + HAND_OVER_S


def test_as_long_as_there_are_too_few_the_built_in_expectation_is_told(store: Store) -> None:
    for _ in range(ENOUGH - 1):
        finished(store, 40)
    expected = prior("aimlapi", an_order())
    told = UsualTimes(store, "aimlapi").of(an_order())
    assert told == Usual(expected.earliest_s + HAND_OVER_S, expected.latest_s + HAND_OVER_S)


def test_the_store_is_asked_once_a_minute_for_each_kind(store: Store) -> None:
    hand = Hand()
    times = UsualTimes(store, "aimlapi", hand)
    before = times.of(an_order())
    for _ in range(ENOUGH):
        finished(store, 40)
    hand.now += FRESH_S - 1
    with reads_counted() as reads:
        assert times.of(an_order()) == before
    assert reads.transactions == 0
    hand.now += 2
    assert times.of(an_order()) == Usual(40 + HAND_OVER_S, 40 + HAND_OVER_S)


def test_what_no_model_has_is_not_remembered_for_ever(store: Store) -> None:
    times = UsualTimes(store, "aimlapi")
    for number in range(KINDS_MAX + 5):
        times.of(OrderSettings(duration_s=number))
    assert len(times._known) <= KINDS_MAX
