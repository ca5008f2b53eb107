"""What a card says of a job that ended without a video: above all, what it may have cost."""

from __future__ import annotations

import pytest

from components.result.job_card import _amount, _cost
from studio.jobs.job import FINAL, State
from tests.studio.strategies import a_job_in

FREE = "Nothing was charged."


@pytest.mark.parametrize("state", sorted(FINAL - {State.DONE}))
def test_every_ending_says_what_it_cost(state: State) -> None:
    """Only a provider that said no charges nothing; of what got lost nobody can say so."""
    said = FREE if state in (State.REFUSED, State.FAILED) else "It may have cost about $0.65."
    assert _cost(a_job_in(state)) == said
    assert a_job_in(state).may_have_been_charged == (said != FREE), "what asks before it is ordered once more"


@pytest.mark.parametrize("state", sorted(FINAL - {State.DONE}))
def test_in_the_demo_nothing_ever_costs(state: State) -> None:
    job = a_job_in(state, backend="demo")
    assert (_cost(job), _amount(job)) == (FREE, "")


def test_what_the_provider_charged_is_told_rather_than_what_was_expected() -> None:
    assert _cost(a_job_in(State.EXPIRED, cost_micros=640_000)) == "It may have cost about $0.64."
