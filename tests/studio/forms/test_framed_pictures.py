"""What a person sees before they order is what is ordered, and framed pictures that nobody needs do not pile up."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench.upload_corpus import saved
from studio.forms.sent_files import NotFramed
from studio.jobs.drawn_seed import as_chosen
from studio.jobs.job import State
from studio.orders.drafts import Draft, DraftPicture
from studio.orders.framing import Crop, Fit, Frame, Framing, Shape
from studio.orders.order import OrderIncomplete, Problem
from studio.pictures.framing import FramedPicture
from studio.pictures.prepare import PictureRefused, Refusal
from studio.pictures.samples import SAMPLES
from studio.queue.job_store import Store
from studio.retention.consistency import YOUNG, issues
from studio.retention.deletion import UNUSED_FORMS_KEPT, Deletion
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.media_keys import thumbnail_key
from studio.storage.quota import Ceiling
from tests.studio.front import ME, OTHER, SEEDANCE, Front, keys
from tests.studio.strategies import NOON

RED, BLUE = (220, 30, 30), (30, 30, 220)
LEFT, RIGHT = (Framing(shape=Shape.TALL).with_crop(Crop(x=x)) for x in (0.0, 1.0))


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def photo() -> bytes:
    """The left half red, the right half blue."""
    image = Image.new("RGB", (1280, 720), RED)
    image.paste(BLUE, (640, 0, 1280, 720))
    return saved(image, "JPEG", quality=95)


def colour_of(jpeg: bytes) -> tuple[int, int, int]:
    with Image.open(io.BytesIO(jpeg)) as image:
        assert np.asarray(image).std(axis=(0, 1)).max() < 6, "one colour all over"
        red, green, blue = (round(float(mean)) for mean in np.asarray(image).mean(axis=(0, 1)))
    return red, green, blue


def near(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return max(abs(a - b) for a, b in zip(one, other, strict=True)) < 8


def picture_of(draft: Draft) -> DraftPicture:
    assert draft.picture is not None
    return draft.picture


def sent_key(draft: Draft) -> str:
    assert draft.sent is not None
    return draft.sent.key


@pytest.mark.parametrize(("framing", "colour"), [(LEFT, RED), (RIGHT, BLUE)])
def test_what_was_shown_is_what_is_ordered(
    front: Front, photo: bytes, framing: Framing, colour: tuple[int, int, int]
) -> None:
    shown = front.visitor_service.forms.framed_pictures.frame(ME, replace(front.form(photo), framing=framing))
    before = front.media.read(sent_key(shown))
    job = front.visitor_service.place(ME, shown)
    assert job.order.picture_key == sent_key(shown)
    assert front.media.read(job.order.picture_key) == before
    assert near(colour_of(before), colour)
    assert near(colour_of(front.media.read(thumbnail_key(job.order.picture_key))), colour)


def test_who_orders_before_it_was_shown_orders_it_framed_all_the_same(front: Front, photo: bytes) -> None:
    form = replace(front.form(photo), framing=RIGHT)
    job = front.visitor_service.place(ME, form)
    assert near(colour_of(front.media.read(job.order.picture_key)), BLUE)
    assert front.visitor_service.place(ME, form).id == job.id, "and a second click is the same order"
    shown = front.visitor_service.forms.framed_pictures.frame(ME, form)
    assert front.visitor_service.place(ME, shown).id == job.id, "as it is once it is shown"


def test_a_frame_that_is_chosen_again_is_the_same_order(front: Front, photo: bytes) -> None:
    forms = front.visitor_service.forms
    first = forms.framed_pictures.frame(ME, replace(front.form(photo), framing=RIGHT))
    there = front.media.read(sent_key(first))
    second = forms.framed_pictures.frame(ME, replace(first, framing=RIGHT.with_shape(Shape.SQUARE)))
    back = forms.framed_pictures.frame(ME, replace(second, framing=second.framing.with_shape(Shape.TALL)))
    assert back == first
    assert front.media.read(sent_key(back)) == there


def test_a_framed_picture_goes_when_another_frame_is_chosen(front: Front, photo: bytes) -> None:
    forms = front.visitor_service.forms
    form = front.form(photo)
    unframed = keys(front.media)
    framing = Framing(shape=Shape.TALL)
    for step in range(20):
        form = forms.framed_pictures.frame(ME, replace(form, framing=framing.with_crop(Crop(x=step / 20))))
        assert forms.drafts.of(ME) == form
    assert keys(front.media) == unframed | {sent_key(form), thumbnail_key(sent_key(form))}
    assert near(colour_of(front.media.read(sent_key(form))), BLUE), "what is kept is the last"
    form = forms.framed_pictures.frame(ME, replace(form, framing=Framing()))
    assert keys(front.media) == unframed
    assert form.framed_key == ""


def test_a_picture_taken_off_the_form_takes_its_framed_one_along(front: Front, photo: bytes) -> None:
    forms = front.visitor_service.forms
    form = forms.framed_pictures.frame(ME, replace(front.form(photo), framing=LEFT))
    forms.drafts.keep(ME, form.with_picture(None))
    forms.picture_files.drop(picture_of(form))
    assert keys(front.media) == set()


def test_a_framed_picture_stays_for_the_job_that_is_made_from_it_and_goes_with_it(front: Front, photo: bytes) -> None:
    forms = front.visitor_service.forms
    form = forms.framed_pictures.frame(ME, replace(front.form(photo), framing=LEFT))
    job = front.visitor_service.place(ME, form)
    forms.drafts.keep(ME, form.with_picture(None).renewed())
    forms.picture_files.drop(picture_of(form))
    assert keys(front.media) == {sent_key(form), thumbnail_key(sent_key(form))}
    front.ended(job, State.REFUSED)
    assert front.visitor_service.delete(ME, job.id)
    assert keys(front.media) == set()


def test_used_again_the_framed_picture_is_the_picture(front: Front, photo: bytes) -> None:
    forms = front.visitor_service.forms
    form = forms.framed_pictures.frame(ME, replace(front.form(photo), framing=LEFT))
    job = front.visitor_service.place(ME, form)
    again = forms.filled_in.as_ordered(ME, job.id)
    assert again is not None
    assert again.framing == Framing()
    assert again.sent == again.picture == DraftPicture(key=sent_key(form), width=405, height=720)
    front.now += timedelta(minutes=1)
    assert as_chosen(front.visitor_service.place(ME, again)) == as_chosen(job)
    narrower = forms.framed_pictures.frame(ME, replace(again, framing=Framing(shape=Shape.SQUARE)))
    assert front.visitor_service.place(ME, narrower).order.picture_key not in (sent_key(form), picture_of(form).key)


def test_two_visitors_frame_the_same_sample_and_one_leaves(front: Front) -> None:
    forms = front.visitor_service.forms
    sample = forms.picture_files.add_sample(SAMPLES[0])
    mine, theirs = (forms.framed_pictures.frame(who, Draft(picture=sample, framing=LEFT)) for who in (ME, OTHER))
    front.visitor_service.delete_everything(ME)
    assert front.media.exists(sent_key(theirs)), "the other still has it"
    front.visitor_service.delete_everything(OTHER)
    assert not front.media.exists(sent_key(mine))
    assert front.media.exists(sample.key)


def test_who_deletes_everything_leaves_no_framed_picture(front: Front, photo: bytes) -> None:
    front.visitor_service.forms.framed_pictures.frame(ME, replace(front.form(photo), framing=LEFT))
    front.visitor_service.delete_everything(ME)
    assert keys(front.media) == set()


def test_the_form_of_who_never_ordered_goes_with_its_framed_picture(
    front: Front, database: Database, photo: bytes
) -> None:
    front.visitor_service.forms.framed_pictures.frame(ME, replace(front.form(photo), framing=LEFT))
    front.now += UNUSED_FORMS_KEPT + timedelta(seconds=1)
    Deletion(database, front.store, front.media, front.clock).upkeep()
    assert keys(front.media) == set()


def test_the_check_takes_a_framed_picture_on_a_form_for_needed_and_one_left_over_for_what_it_is(
    front: Front, photo: bytes, tmp_path: Path
) -> None:
    forms = front.visitor_service.forms
    form = forms.framed_pictures.frame(ME, replace(front.form(photo), framing=LEFT))
    later = NOON + timedelta(days=3650) + YOUNG
    assert list(issues(front.store, front.media, tmp_path, later)) == []
    left_over = forms.framed_pictures.framed(replace(form, framing=RIGHT))
    found = {issue.what for issue in issues(front.store, front.media, tmp_path, later)}
    assert found == {f"nothing needs {key}" for key in (sent_key(left_over), thumbnail_key(sent_key(left_over)))}


def test_an_order_whose_picture_is_gone_before_it_was_framed_is_not_taken(front: Front, photo: bytes) -> None:
    form = replace(front.form(photo), framing=LEFT)
    front.media.delete(picture_of(form).key)
    with pytest.raises(OrderIncomplete) as refused:
        front.visitor_service.place(ME, form)
    assert refused.value.problems == (Problem.NO_PICTURE,)
    assert front.visitor_service.jobs(ME) == []


def test_an_order_whose_picture_cannot_be_framed_is_not_taken_and_says_why(
    database: Database, store: Store, media: Media, photo: bytes
) -> None:
    def late(jpeg: bytes, frame: Frame) -> FramedPicture:
        raise PictureRefused(Refusal.TOOK_TOO_LONG, limit=10)

    front = Front(database, store, media, frame=late)
    with pytest.raises(NotFramed) as refused:
        front.visitor_service.place(ME, replace(front.form(photo), framing=LEFT))
    assert refused.value.why.refusal is Refusal.TOOK_TOO_LONG
    assert front.visitor_service.jobs(ME) == []


def test_at_the_owners_ceiling_no_further_frame_is_made(
    database: Database, store: Store, media: Media, photo: bytes, tmp_path: Path
) -> None:
    ceiling = Ceiling(10_000_000, [tmp_path])
    front = Front(database, store, media, ceiling=ceiling)
    ceiling.measure()
    form = front.visitor_service.forms.framed_pictures.frame(ME, replace(front.form(photo), framing=LEFT))
    ceiling.added(10_000_000)
    assert front.visitor_service.forms.framed_pictures.frame(ME, form) == form
    with pytest.raises(PictureRefused) as refused:
        front.visitor_service.forms.framed_pictures.frame(ME, replace(form, framing=RIGHT))
    assert refused.value.refusal is Refusal.NO_ROOM
    assert front.visitor_service.forms.drafts.of(ME) == form


def test_a_picture_that_got_ready_meanwhile_stays_on_the_form_in_the_chosen_shape(front: Front, photo: bytes) -> None:
    forms = front.visitor_service.forms
    form = forms.framed_pictures.frame(ME, replace(front.form(photo), framing=LEFT))
    assert forms.pictures.take(ME, photo).wait(20)
    ready = forms.drafts.of(ME)
    assert picture_of(ready).key != picture_of(form).key
    assert ready.framing == Framing(shape=Shape.TALL), "in its middle"
    # The tab has not heard of it yet.
    forms.framed_pictures.frame(ME, replace(form, framing=RIGHT))
    forms.drafts.keep(ME, replace(form, prompt="The tide comes in."), since=form)
    assert forms.drafts.of(ME).picture == ready.picture
    assert forms.drafts.of(ME).framing.crop == Crop()
    forms.pictures.close()


def test_a_whole_picture_with_a_border_can_be_ordered(front: Front, photo: bytes) -> None:
    form = replace(front.form(photo), framing=Framing(shape=Shape.TALL, fit=Fit.WHOLE_BLURRED))
    job = front.visitor_service.place(ME, form)
    with Image.open(io.BytesIO(front.media.read(job.order.picture_key))) as image:
        assert image.size == (1125, 2000)


def test_first_ending_and_framed_picture_are_each_kept_while_needed_and_deleted_after(
    front: Front, photo: bytes
) -> None:
    service = front.offering(SEEDANCE)
    ending = service.forms.picture_files.add(photo + b"\n")
    form = service.forms.framed_pictures.frame(
        ME, front.form(photo, model=SEEDANCE, ending_picture=ending, framing=LEFT)
    )
    on_form = {picture_of(form).key, ending.key, sent_key(form)}
    assert front.store.files_needed() == on_form
    for key in on_form:
        assert service.forms.file_access.picture_key(ME, Path(key).stem) == key
        assert front.store.is_file_used(key)
    job = service.place(ME, form)
    assert (job.order.picture_key, job.order.ending_picture_key) == (sent_key(form), ending.key)
    service.forms.drafts.keep(ME, form.emptied(front.now.timestamp()))
    for picture in form.pictures:
        service.forms.picture_files.drop(picture)
    assert front.store.files_needed() == {sent_key(form), ending.key}
    assert {key for key, _ in front.media.keys("pictures/")} == {sent_key(form), ending.key}
    front.ended(job, State.REFUSED)
    assert service.delete(ME, job.id)
    assert keys(front.media) == set()


def test_who_deletes_everything_leaves_none_of_the_three(front: Front, photo: bytes) -> None:
    forms = front.visitor_service.forms
    forms.framed_pictures.frame(
        ME, front.form(photo, ending_picture=forms.picture_files.add(photo + b"\n"), framing=LEFT)
    )
    assert len({key for key, _ in front.media.keys("pictures/")}) == 3
    front.visitor_service.delete_everything(ME)
    assert keys(front.media) == set()


def test_a_fresh_start_deletes_the_framed_picture_and_keeps_the_shape(front: Front, photo: bytes) -> None:
    forms = front.visitor_service.forms
    form = forms.framed_pictures.frame(ME, front.form(photo, framing=LEFT))
    forms.drafts.keep(ME, form.emptied(front.now.timestamp()))
    assert not front.media.exists(sent_key(form))
    assert forms.drafts.of(ME).framing == Framing(shape=Shape.TALL)


def test_several_videos_of_one_form_are_made_from_the_one_framed_picture(front: Front, photo: bytes) -> None:
    form = front.form(photo, framing=RIGHT, count=3)
    jobs = front.visitor_service.place_together(ME, form)
    assert len(jobs) == 3
    (key,) = {job.order.picture_key for job in jobs}
    assert key == sent_key(form)
    assert near(colour_of(front.media.read(key)), BLUE)


def test_framing_takes_off_neither_an_ending_picture_that_got_ready_meanwhile_nor_a_fresh_start(
    front: Front, photo: bytes
) -> None:
    forms = front.visitor_service.forms
    form = front.form(photo)
    forms.drafts.keep(ME, form)
    started = front.now.timestamp()
    forms.drafts.keep(ME, replace(form, started_fresh_at=started))
    taken = forms.pictures.take(ME, photo + b"\n", ending=True)
    assert taken.wait(20)
    # The tab has not heard of either.
    forms.framed_pictures.frame(ME, replace(form, framing=LEFT))
    kept = forms.drafts.of(ME)
    assert (kept.framing, kept.ending_picture, kept.started_fresh_at) == (LEFT, taken.outcome, started)
    forms.pictures.close()


def test_a_loop_ends_as_it_begins_in_whatever_shape_that_is_sent(front: Front, photo: bytes) -> None:
    service = front.offering(SEEDANCE)
    form = front.form(photo, model=SEEDANCE)
    loop = replace(form, ending_picture=form.picture)
    assert loop.is_loop
    job = service.place(ME, service.forms.framed_pictures.frame(ME, replace(loop, framing=LEFT)))
    assert job.order.ending_picture_key == job.order.picture_key != picture_of(form).key
    other = service.forms.picture_files.add(photo + b"\n")
    assert not replace(loop, picture=other).is_loop
    assert replace(loop, picture=other).order().ending_picture_key == picture_of(form).key
