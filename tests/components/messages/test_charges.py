"""What is said of the bill of one order: what it may have cost, and what another click would."""

from __future__ import annotations

import pytest

from components.messages.charges import amount, cost, stopping, twice
from studio.jobs.job import ACTIVE, FINAL, State
from tests.studio.strategies import a_job_in

FREE = "Nothing was charged."


@pytest.mark.parametrize("state", sorted(FINAL - {State.DONE}))
def test_every_ending_says_what_itcost(state: State) -> None:
    """Only a provider that said no charges nothing; of what got lost nobody can say so."""
    said = FREE if state in (State.REFUSED, State.FAILED) else "It may have cost about $0.65."
    assert cost(a_job_in(state)) == said
    assert a_job_in(state).may_have_been_charged == (said != FREE), "what asks before it is ordered once more"


@pytest.mark.parametrize("state", sorted(FINAL - {State.DONE}))
def test_in_the_demo_nothing_ever_costs(state: State) -> None:
    job = a_job_in(state, backend="demo")
    assert (cost(job), amount(job)) == (FREE, "")


def test_what_the_provider_charged_is_told_rather_than_what_was_expected() -> None:
    assert cost(a_job_in(State.EXPIRED, cost_micros=640_000)) == "It may have cost about $0.64."


@pytest.mark.parametrize("state", sorted(ACTIVE - {State.UNCONFIRMED}))
def test_what_waiting_no_longer_means_for_the_bill_is_true_in_every_state(state: State) -> None:
    """Taken back is only what was never sent (studio.queue.leases.withdraw); all else is paid."""
    said = stopping(a_job_in(state))
    free = stopping(a_job_in(state, backend="demo"))
    if state is State.WAITING:
        assert said == free == "Not sent yet. “Stop waiting” takes it back, and it costs nothing."
    else:
        assert "made and paid for all the same (about $0.65)" in said
        assert "paid" not in free
        assert "made all the same" in free


def test_a_second_order_says_what_it_would_cost_besides_the_first() -> None:
    assert "you pay for both: this would be about $0.53 more." in twice(530_000)
    assert "pay" not in twice(0)
