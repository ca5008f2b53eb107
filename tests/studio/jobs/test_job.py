"""The states of a job, and the only arrows between them."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studio.jobs.job import ACTIVE, DEADLINE, FINAL, ImpossibleMove, Job, Reason, State
from tests.studio.strategies import A_VIDEO, NOON, a_job_in, after, words

DRAWING = Path(__file__).parents[3] / "docs" / "states.md"
NOW, LATER = after(200), after(260)

MOVES: dict[str, Callable[[Job], Job]] = {
    "submit_begun": lambda job: job.submit_begun(NOW),
    "not_sent": lambda job: job.not_sent(LATER, "NotReachable"),
    "held_back": lambda job: job.held_back(LATER, "outage"),
    "refused": lambda job: job.refused(NOW, Reason.ORDER_INVALID, "said no"),
    "refused_late": lambda job: job.refused_late(NOW, Reason.ORDER_INVALID, "said no"),
    "answer_lost": lambda job: job.answer_lost(NOW, "NoAnswer"),
    "accepted": lambda job: job.accepted(NOW, "gen-2", expected_s=120, poll_at=LATER, cost_micros=5),
    "not_found_yet": lambda job: job.not_found_yet(LATER),
    "found": lambda job: job.found(NOW, "gen-3", expected_s=120, cost_micros=5),
    "closed_unfound": lambda job: job.closed_unfound(NOW),
    "still_queued": lambda job: job.still_queued(LATER),
    "still_generating": lambda job: job.still_generating(LATER),
    "poll_failed": lambda job: job.poll_failed(LATER, "ServiceDown"),
    "finished_there": lambda job: job.finished_there(NOW, cost_micros=5),
    "kept": lambda job: job.kept(NOW, A_VIDEO),
    "failed": lambda job: job.failed(NOW, Reason.TIMED_OUT, "too slow"),
    "expired": lambda job: job.expired(NOW, Reason.NEVER_ANSWERED),
}
"""Every transition there is, asked of a job."""

W, S, Q, G, F, U = (
    State.WAITING,
    State.SUBMITTING,
    State.QUEUED,
    State.GENERATING,
    State.FETCHING,
    State.UNCONFIRMED,
)
ALLOWED: dict[str, dict[State, State]] = {
    "submit_begun": {W: S},
    "not_sent": {S: W},
    "held_back": {W: W},
    "refused": {W: State.REFUSED, S: State.REFUSED},
    "refused_late": {U: State.REFUSED},
    "answer_lost": {S: U},
    "accepted": {S: Q},
    "not_found_yet": {U: U},
    "found": {U: Q},
    "closed_unfound": {U: State.CLOSED},
    "still_queued": {Q: Q, G: G, F: F},
    "still_generating": {Q: G, G: G, F: G},
    "poll_failed": {Q: Q, G: G, F: F, U: U},
    "finished_there": {Q: F, G: F, F: F},
    "kept": {F: State.DONE},
    "failed": {Q: State.FAILED, G: State.FAILED, F: State.FAILED, U: State.FAILED},
    "expired": {Q: State.EXPIRED, G: State.EXPIRED, F: State.EXPIRED},
}
"""From where each transition may start, and where it leads. Every pair that is not here must be refused."""


def test_no_transition_is_missing_from_the_table() -> None:
    makes_a_job = {
        name
        for name, method in inspect.getmembers(Job, inspect.isfunction)
        if not name.startswith("_") and inspect.signature(method).return_annotation in ("Job", Job)
    }
    assert makes_a_job == set(MOVES) == set(ALLOWED)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("name", MOVES)
def test_a_transition_leads_where_it_should_or_is_refused(name: str, state: State) -> None:
    job = a_job_in(state)
    if state not in ALLOWED[name]:
        with pytest.raises(ImpossibleMove):
            MOVES[name](job)
        return
    moved = MOVES[name](job)
    assert moved.state is ALLOWED[name][state]
    assert (moved.next_at is None) == moved.is_final == (moved.ended_at is not None)
    assert (moved.id, moved.visitor, moved.order, moved.created_at) == (job.id, job.visitor, job.order, job.created_at)


@pytest.mark.parametrize("state", State)
def test_a_job_that_has_ended_never_moves_again(state: State) -> None:
    moves = [name for name, starts in ALLOWED.items() if state in starts]
    assert (moves == []) == (state in FINAL) == (state not in ACTIVE)


def test_the_drawing_has_exactly_the_arrows_of_the_code() -> None:
    drawn = re.findall(r"^ +(\w+) --> (\w+): ([\w, ]+)$", DRAWING.read_text("utf-8"), re.MULTILINE)
    tried: dict[tuple[str, str], set[str]] = {}
    for state in State:
        for name, move in MOVES.items():
            try:
                moved = move(a_job_in(state))
            except ImpossibleMove:
                continue
            tried.setdefault((state.value, moved.state.value), set()).add(name)
    assert {(start, end): set(names.split(", ")) for start, end, names in drawn} == tried


def test_the_drawing_ends_in_the_final_states_and_says_a_line_on_every_state() -> None:
    page = DRAWING.read_text("utf-8")
    assert set(re.findall(r"^ +(\w+) --> \[\*\]$", page, re.MULTILINE)) == {state.value for state in FINAL}
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == [state.value for state in State]


def test_each_submit_goes_out_under_an_id_of_its_own() -> None:
    first = a_job_in(State.WAITING).submit_begun(NOW)
    second = first.not_sent(LATER, "NotReachable").submit_begun(LATER)
    assert first.client_request_id == f"{first.id}.1"
    assert second.client_request_id == f"{first.id}.2"
    assert second.submitted_at == LATER


def test_a_submit_that_is_only_held_back_counts_as_none() -> None:
    job = a_job_in(State.WAITING).held_back(LATER, "outage")
    assert (job.attempt, job.consecutive_failures, job.last_error, job.next_at) == (0, 0, "outage", LATER)


def test_waiting_is_not_failing() -> None:
    job = (
        a_job_in(State.QUEUED, consecutive_failures=3, last_error="ServiceDown")
        .still_generating(LATER)
        .still_queued(LATER)
    )
    assert (job.state, job.attempt, job.consecutive_failures, job.last_error, job.polls) == (
        State.GENERATING,
        1,
        0,
        "",
        2,
    )


def test_failures_are_counted_until_a_step_goes_well() -> None:
    job = a_job_in(State.GENERATING).poll_failed(LATER, "NoAnswer").poll_failed(LATER, "ServiceDown")
    assert (job.consecutive_failures, job.last_error, job.polls) == (2, "ServiceDown", 0)


def test_a_job_found_again_is_timed_from_when_it_was_sent() -> None:
    job = a_job_in(State.UNCONFIRMED, submitted_at=NOON).found(LATER, "gen-9", expected_s=120, cost_micros=7)
    assert (job.accepted_at, job.generation_id, job.cost_micros, job.next_at) == (NOON, "gen-9", 7, LATER)


def test_the_time_at_which_the_provider_was_done_is_kept_from_the_first_time_it_was_seen() -> None:
    job = a_job_in(State.QUEUED).finished_there(NOW, cost_micros=None).poll_failed(LATER, "DownloadCut")
    assert job.finished_there(LATER, cost_micros=None).finished_at == NOW


@pytest.mark.parametrize(
    ("known", "told", "cost"), [(None, None, None), (None, 5, 5), (9, None, 9), (9, 5, 5), (9, 0, 0)]
)
def test_a_cost_once_told_is_not_forgotten(known: int | None, told: int | None, cost: int | None) -> None:
    assert a_job_in(State.QUEUED, cost_micros=known).finished_there(NOW, cost_micros=told).cost_micros == cost


def test_a_failed_job_costs_nothing() -> None:
    assert a_job_in(State.GENERATING, cost_micros=650_000).failed(NOW, Reason.BUSY, "").cost_micros == 0


@pytest.mark.parametrize("state", State)
def test_only_what_may_have_been_charged_without_a_video_is_said_to_be(state: State) -> None:
    uncertain = {State.UNCONFIRMED, State.EXPIRED, State.CLOSED}
    assert a_job_in(state).may_have_been_charged == (state in uncertain)


def test_a_day_after_it_was_sent_a_job_is_overdue() -> None:
    job = a_job_in(State.QUEUED, created_at=NOON - timedelta(days=3), submitted_at=NOON)
    assert not job.is_overdue(NOON + DEADLINE - timedelta(microseconds=1))
    assert job.is_overdue(NOON + DEADLINE)


# `st.text(max_size=…)` alone stays far below 500 characters: these are around that and well above it.
LONG = st.lists(st.text(min_size=40, max_size=80), min_size=5, max_size=30).map("".join)


@given(detail=st.text() | words | LONG)
@example(detail="x" * 501)
def test_the_providers_own_words_are_kept_short(detail: str) -> None:
    kept = a_job_in(State.SUBMITTING).refused(NOW, Reason.ORDER_INVALID, detail).reason_detail
    assert len(kept) <= 500
    assert detail.startswith(kept)


@given(names=st.lists(st.sampled_from(sorted(MOVES)), max_size=25))
def test_whatever_happens_a_job_is_due_exactly_while_it_is_under_way(names: list[str]) -> None:
    job = a_job_in(State.WAITING)
    for name in names:
        try:
            job = MOVES[name](job)
        except ImpossibleMove:
            continue
        assert (job.next_at is None) == (job.state in FINAL)
        assert (job.video is not None) == (job.state is State.DONE)
        assert (job.reason is not None) == (job.state in FINAL - {State.DONE})


def test_a_video_that_was_made_of_another_is_as_long_as_it_is_and_an_ordered_one_as_it_was_ordered() -> None:
    done = a_job_in(State.DONE, video=dataclasses.replace(A_VIDEO, duration_s=2.04))
    assert done.length_s == 5.0
    assert dataclasses.replace(done, made_from="a" * 32).length_s == 2.04
