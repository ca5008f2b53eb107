"""What helps an order that came to nothing."""

from __future__ import annotations

import pytest

from studio.jobs.job import Reason, State
from studio.jobs.remedy import Remedy, remedy_of
from tests.studio.strategies import a_job_in


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_remedy(reason: Reason) -> None:
    assert remedy_of(a_job_in(State.FAILED, reason=reason)) in Remedy


@pytest.mark.parametrize("state", [State.EXPIRED, State.CLOSED])
@pytest.mark.parametrize("reason", Reason)
def test_what_may_have_been_charged_is_never_ordered_again_without_a_question(state: State, reason: Reason) -> None:
    assert remedy_of(a_job_in(state, reason=reason)) is Remedy.ORDER_TWICE


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        (Reason.BUSY, Remedy.ORDER_AGAIN),
        (Reason.TIMED_OUT, Remedy.ORDER_AGAIN),
        (Reason.UNKNOWN, Remedy.ORDER_AGAIN),
        (None, Remedy.ORDER_AGAIN),
        (Reason.PICTURE_MODERATED, Remedy.OTHER_PICTURE),
        (Reason.FAMOUS_CHARACTER, Remedy.OTHER_PICTURE),
        (Reason.WORDS_MODERATED, Remedy.OTHER_WORDS),
        (Reason.AUDIO_UNREACHABLE, Remedy.OTHER_SETTINGS),
    ],
)
def test_what_would_end_in_the_same_way_again_is_changed_first(reason: Reason | None, remedy: Remedy) -> None:
    assert remedy_of(a_job_in(State.FAILED, reason=reason)) is remedy
