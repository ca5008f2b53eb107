"""A video that goes on from another one: what keeps the link, and what ends it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.jobs.job import Job, State
from studio.orders.drafts import Draft
from studio.orders.framing import Framing, Shape
from studio.storage.media import Media
from tests.studio.front import ME, OTHER, Front

LIMIT_S = 30.0


def made(front: Front, form: Draft) -> Job:
    """The finished video of a form."""
    return front.ended(front.visitor_service.place(ME, form), State.DONE)


def continued(front: Front, job: Job, small_jpeg: bytes, prompt: str = "It lands.") -> Draft:
    """The form as it stands after Continue, once the last frame has got ready, with words for what happens next."""
    forms = front.visitor_service.forms
    again = forms.filled_in.as_ordered(ME, job.id)
    assert again is not None
    forms.drafts.keep(ME, again.continued())
    assert forms.pictures.take(ME, small_jpeg, last_frame_of=job.id).wait(LIMIT_S)
    form = forms.drafts.of(ME)
    forms.drafts.keep(ME, replace(form, prompt=prompt), since=form)
    return forms.drafts.of(ME)


@pytest.fixture
def first(front: Front, small_jpeg: bytes) -> Job:
    return made(front, front.form(small_jpeg))


def test_an_order_from_the_last_frame_goes_on_from_its_video(front: Front, first: Job, small_jpeg: bytes) -> None:
    form = continued(front, first, small_jpeg)
    assert form.continues == first.id
    second = front.visitor_service.place(ME, form)
    assert (first.continues, second.continues) == (None, first.id)
    assert front.store.get(second.id) == second
    assert front.visitor_service.place(ME, form) == second, "the same form sent again"


def test_each_of_several_and_a_framed_one_goes_on_from_it(front: Front, first: Job, small_jpeg: bytes) -> None:
    form = replace(continued(front, first, small_jpeg), framing=Framing(shape=Shape.SQUARE), count=3)
    framed = front.visitor_service.forms.framed_pictures.frame(ME, form)
    several = front.visitor_service.place_together(ME, framed)
    assert [job.continues for job in several] == [first.id] * 3
    again = front.visitor_service.forms.filled_in.as_ordered(ME, several[0].id)
    assert again is not None
    assert (again.continues, again.sent) == (first.id, again.picture)


def test_whatever_is_had_again_of_a_video_goes_on_from_the_same(front: Front, first: Job, small_jpeg: bytes) -> None:
    service = front.visitor_service
    second = made(front, continued(front, first, small_jpeg))
    like = service.another_like(ME, second.id)
    assert like is not None
    assert (like.continues, like.retry_of) == (first.id, second.id)
    failed = front.ended(like, State.FAILED, video=None)
    [retried] = service.retry_failed(ME, [failed.id])
    assert (retried.continues, retried.retry_of) == (first.id, failed.id)
    lost = front.ended(retried, State.CLOSED, video=None)
    asked = service.ask_again(ME, lost.id, may_cost_twice=True)
    assert asked is not None
    assert asked.continues == first.id
    filled = service.forms.filled_in.as_ordered(ME, second.id)
    assert filled is not None
    assert filled.continues == first.id
    of_the_first = service.forms.filled_in.as_ordered(ME, first.id)
    assert of_the_first is not None
    assert of_the_first.continues == "", "another job's settings end it"


def test_another_picture_ends_it_whichever_tab_it_is_given_in(front: Front, first: Job, small_jpeg: bytes) -> None:
    forms = front.visitor_service.forms
    form = continued(front, first, small_jpeg)
    assert forms.pictures.take(ME, small_jpeg).wait(LIMIT_S)
    kept = forms.drafts.of(ME)
    assert (kept.continues, kept.prompt) == ("", form.prompt)
    # The first tab goes on typing, with the last frame still on its form.
    forms.drafts.keep(ME, replace(form, prompt="It flies off."), since=form)
    assert (forms.drafts.of(ME).continues, forms.drafts.of(ME).prompt) == ("", "It flies off.")
    assert front.visitor_service.place(ME, forms.drafts.of(ME)).continues is None


def test_nobody_goes_on_from_somebody_elses_video(front: Front, first: Job, small_jpeg: bytes) -> None:
    assert front.visitor_service.forms.pictures.take(OTHER, small_jpeg, last_frame_of=first.id).wait(LIMIT_S)
    theirs = replace(front.visitor_service.forms.drafts.of(OTHER), prompt="It lands.")
    assert front.visitor_service.place(OTHER, theirs).continues is None


def test_a_video_that_is_deleted_meanwhile_is_gone_on_from_by_nothing(
    front: Front, media: Media, first: Job, small_jpeg: bytes
) -> None:
    form = continued(front, first, small_jpeg)
    front.visitor_service.delete(ME, first.id)
    second = front.visitor_service.place(ME, form)
    assert second.continues is None
    assert media.exists(second.order.picture_key)


def test_what_was_made_of_a_video_is_had_again_as_that_was_ordered(front: Front, first: Job, small_jpeg: bytes) -> None:
    second = made(front, continued(front, first, small_jpeg))
    assert second.video is not None
    cut = front.store.keep_edit(ME, [second.id], "trim-0-2000.mp4", "c" * 32, second.video, front.now)
    further = front.store.keep_edit(ME, [cut.id], "back-and-forth.mp4", "d" * 32, second.video, front.now)
    forms = front.visitor_service.forms
    for job in (second, cut, further):
        again = forms.filled_in.as_ordered(ME, job.id)
        assert again is not None
        assert (again.continues, again.prompt) == (first.id, "It lands.")
    assert front.visitor_service.delete(ME, second.id)
    left = forms.filled_in.as_ordered(ME, cut.id)
    assert left is not None
    assert (left.continues, left.picture is not None) == ("", True)
