"""Which of several jobs is shown large."""

from __future__ import annotations

from datetime import timedelta

from studio.jobs.job import Job, State
from studio.jobs.stage import choice_of, chosen
from tests.studio.strategies import NOON, a_job_in, after


def a_job(name: str, state: State, placed_s: float, ended_s: float | None = None) -> Job:
    ended = {} if ended_s is None else {"ended_at": after(ended_s)}
    return a_job_in(state, id=name, created_at=NOON + timedelta(seconds=placed_s), **ended)


EARLY = a_job("early", State.GENERATING, 0)
LATE = a_job("late", State.GENERATING, 10)
EARLY_DONE = a_job("early", State.DONE, 0, ended_s=200)
LATEST = a_job("latest", State.WAITING, 300)


def test_what_was_ordered_last_is_shown_until_another_has_news() -> None:
    assert chosen([LATE, EARLY], None) is LATE
    assert chosen([LATE, EARLY_DONE], None) is EARLY_DONE
    assert chosen([LATEST, LATE, EARLY_DONE], None) is LATEST


def test_one_that_came_to_nothing_is_news() -> None:
    failed = a_job("early", State.FAILED, 0, ended_s=20)
    assert chosen([LATE, failed], None) is failed


def test_what_a_person_chose_stays_whatever_ends_until_they_order_another() -> None:
    choice = choice_of([LATE, EARLY], "late")
    assert chosen([LATE, EARLY_DONE], choice) is LATE
    assert chosen([LATEST, LATE, EARLY_DONE], choice) is LATEST


def test_a_choice_that_is_gone_is_none() -> None:
    assert chosen([EARLY_DONE], choice_of([LATE, EARLY_DONE], "late")) is EARLY_DONE


def test_of_several_placed_at_once_the_first_in_the_strip_is_shown() -> None:
    one, two = a_job("one", State.WAITING, 0), a_job("two", State.WAITING, 0)
    assert chosen([one, two], None) is one


def test_what_was_made_of_a_video_by_hand_takes_no_stage_unless_it_is_chosen() -> None:
    kept = a_job_in(State.DONE, id="kept", created_at=NOON + timedelta(seconds=900), ended_at=after(900), made_from="x")
    assert chosen([kept, LATE, EARLY], None) is LATE
    assert chosen([kept, EARLY_DONE], choice_of([kept, EARLY_DONE], "kept")) is kept
    choice = choice_of([LATE, EARLY], "early")
    assert chosen([kept, LATE, EARLY], choice) is EARLY, "nothing was ordered since"
    assert chosen([kept], None) is kept
    assert chosen([kept], choice_of([kept], "kept")) is kept
