"""The progress bar: told from the clock, and never going back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.jobs.job import ImpossibleMove, Job, State
from studio.jobs.progress import progress_of
from tests.studio.jobs.test_job import MOVES
from tests.studio.strategies import NOON, a_job, a_job_in, after

steps = st.lists(
    st.tuples(st.sampled_from(sorted(MOVES)), st.floats(0, 3_600), st.floats(0.1, 5_000)), min_size=1, max_size=30
)


@given(steps, st.sampled_from(["demo", "aimlapi"]), st.sampled_from([0, 2]))
def test_the_bar_never_goes_back_whatever_happens_to_the_job(
    steps: list[tuple[str, float, float]], who: str, usual: int
) -> None:
    job, now = a_job(backend=who), NOON
    shown = 0.0
    # The usual beginning more often than chance would have it.
    for name, wait_s, expected_s in [("submit_begun", 1.0, 1.0), ("accepted", 2.0, 900.0), *steps][usual:]:
        for _ in range(10):
            now += timedelta(seconds=wait_s / 10)
            before = progress_of(job, now).fraction
            assert shown <= before < 0.97
            shown = before
        try:
            job = _moved(job, name, now, expected_s)
        except ImpossibleMove:
            continue
        shown = progress_of(job, now).fraction
        assert before <= shown < 0.97


def _moved(job: Job, name: str, now: object, expected_s: float) -> Job:
    assert isinstance(now, type(NOON))
    match name:
        case "submit_begun":
            return job.submit_begun(now)
        case "accepted":
            return job.accepted(now, "gen-1", expected_s=expected_s, poll_at=now, cost_micros=None)
        case "found":
            return job.found(now, "gen-1", expected_s=expected_s, cost_micros=None)
        case "finished_there":
            return job.finished_there(now, cost_micros=None)
        case _:
            return MOVES[name](job)


def test_until_the_provider_has_the_job_the_bar_stays_in_its_first_tenth() -> None:
    assert progress_of(a_job(), NOON).fraction == 0
    assert 0 < progress_of(a_job(), after(60)).fraction < 0.1
    assert 0 < progress_of(a_job_in(State.UNCONFIRMED), after(10 * 3600)).fraction < 0.1
    assert progress_of(a_job_in(State.QUEUED, accepted_at=after(60)), after(60)).fraction == pytest.approx(0.1)


@given(st.floats(0, 900), st.floats(0, 900), st.booleans())
def test_a_bar_that_goes_on_by_itself_stands_where_the_next_poll_finds_it(
    now_s: float, more_s: float, accepted: bool
) -> None:
    job = a_job_in(State.GENERATING, expected_s=172.0) if accepted else a_job()
    later = progress_of(job, after(now_s + more_s)).fraction
    # Times are kept in whole microseconds.
    assert progress_of(job, after(now_s)).course.at(more_s) == pytest.approx(later, abs=1e-6)


def test_the_time_left_counts_down_and_is_not_told_once_it_is_up() -> None:
    job = a_job_in(State.GENERATING, accepted_at=after(10), expected_s=100.0)
    assert progress_of(job, after(60)).remaining_s == pytest.approx(51)
    assert progress_of(job, after(60)).elapsed_s == pytest.approx(60)
    assert progress_of(job, after(111)).remaining_s is None


def test_a_clock_that_was_set_back_draws_no_bar_below_nothing() -> None:
    assert progress_of(a_job(), after(-3600)).fraction == 0
    assert progress_of(a_job_in(State.QUEUED), after(-3600)).fraction == pytest.approx(0.1)
