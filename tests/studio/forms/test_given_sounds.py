"""A sound given as a file: kept as long as a form or an order needs it, and sent with each order that has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from studio.forms.given_pictures import TooManyPictures
from studio.forms.given_sounds import clean_name
from studio.jobs.drawn_seed import as_chosen
from studio.jobs.job import State
from studio.orders.drafts import Draft, DraftSound
from studio.orders.lining_up import added
from studio.orders.order import OrderIncomplete, Problem
from studio.queue.placing import OrderedJustNow
from studio.sounds.mp3 import length_s
from studio.sounds.prepare import SoundRefusal, SoundRefused
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.quota import Ceiling
from studio.storage.tables import drafts
from tests import sounds
from tests.studio.front import ME, Front
from tests.studio.installation import a_visitor_service
from tests.studio.strategies import NOON

TONE = sounds.wav(6)


def given(front: Front, small_jpeg: bytes, name: str = "My tune.wav") -> Draft:
    """A form with a picture, words and a sound, as a page keeps it."""
    forms = front.visitor_service.forms
    draft = front.form(small_jpeg).with_sound_file(forms.sounds.take(ME, TONE, name))
    forms.drafts.keep(ME, draft)
    return draft


def kept(media: Media) -> list[str]:
    return [key for key, _ in media.keys("sounds/")]


def key_of(draft: Draft) -> str:
    assert draft.sound is not None
    return draft.sound.key


def test_a_sound_is_kept_with_the_form_and_goes_out_with_its_order(front: Front, small_jpeg: bytes) -> None:
    draft = given(front, small_jpeg)
    assert kept(front.media) == [key_of(draft)]
    assert front.visitor_service.forms.drafts.of(ME) == draft, "there on every device"
    assert draft.sound is not None
    assert (draft.sound.name, round(draft.sound.length_s)) == ("My tune.wav", 6)
    job = front.visitor_service.place(ME, draft)
    assert (job.order.sound_key, job.order.sound_name, job.order.audio_url) == (key_of(draft), "My tune.wav", "")
    assert front.store.get(job.id) == job
    assert front.visitor_service.price(job.order) == front.visitor_service.price(replace(job.order, sound_key=""))


def test_the_same_form_sent_twice_is_one_job_and_another_sound_is_another_order(
    front: Front, small_jpeg: bytes
) -> None:
    draft = given(front, small_jpeg)
    service = front.visitor_service
    job = service.place(ME, draft)
    assert service.place(ME, draft) == job
    with pytest.raises(OrderedJustNow):
        service.place(ME, draft.renewed())
    other = draft.with_sound_file(service.forms.sounds.take(ME, TONE, "other.wav"))
    assert service.place(ME, other).id != job.id


def test_every_video_of_an_order_has_the_same_sound_and_it_is_kept_once(front: Front, small_jpeg: bytes) -> None:
    draft = given(front, small_jpeg)
    second = front.visitor_service.forms.picture_files.add(small_jpeg + b"\n")
    jobs = front.visitor_service.place_together(ME, replace(added(draft, second), count=2))
    assert len(jobs) == 4
    assert {job.order.sound_key for job in jobs} == {key_of(draft)}
    assert len(kept(front.media)) == 1
    front.visitor_service.forms.drafts.keep(ME, Draft())
    for job in jobs[:-1]:
        assert front.visitor_service.take_back(ME, job.id)
    assert kept(front.media) == [key_of(draft)], "one of them still needs it"
    assert front.visitor_service.take_back(ME, jobs[-1].id)
    assert kept(front.media) == []


def test_a_sound_that_another_one_replaces_or_that_is_taken_off_is_deleted(front: Front, small_jpeg: bytes) -> None:
    draft = given(front, small_jpeg)
    forms = front.visitor_service.forms
    other = draft.with_sound_file(forms.sounds.take(ME, TONE, "b.wav"))
    forms.drafts.keep(ME, other)
    assert kept(front.media) == [key_of(other)]
    forms.drafts.keep(ME, other.with_sound_file(None))
    assert kept(front.media) == []


def test_a_sound_taken_off_the_form_stays_for_the_job_that_needs_it(front: Front, small_jpeg: bytes) -> None:
    draft = given(front, small_jpeg)
    job = front.visitor_service.place(ME, draft)
    front.visitor_service.forms.drafts.keep(ME, draft.with_sound_file(None))
    assert kept(front.media) == [key_of(draft)]
    front.ended(job, State.DONE)
    assert front.visitor_service.delete(ME, job.id)
    assert kept(front.media) == []


def test_what_is_typed_in_another_tab_takes_no_sound_off_and_puts_none_back(front: Front, small_jpeg: bytes) -> None:
    forms = front.visitor_service.forms
    before = front.form(small_jpeg)
    forms.drafts.keep(ME, before)
    draft = given(front, small_jpeg)
    forms.drafts.keep(ME, replace(before, prompt="Typed."), since=before)
    assert (forms.drafts.of(ME).sound, forms.drafts.of(ME).prompt) == (draft.sound, "Typed.")
    forms.drafts.keep(ME, draft.with_sound_file(None))
    forms.drafts.keep(ME, replace(draft, prompt="Typed late."), since=draft)
    assert forms.drafts.of(ME).sound is None
    assert kept(front.media) == []


def test_a_sound_that_is_gone_keeps_the_order_from_going_out_without_it(front: Front, small_jpeg: bytes) -> None:
    draft = given(front, small_jpeg)
    job = front.visitor_service.place(ME, draft)
    front.media.delete(key_of(draft))
    for attempt in (
        lambda: front.visitor_service.place(ME, draft.renewed()),
        lambda: front.visitor_service.another_like(ME, job.id),
    ):
        with pytest.raises(OrderIncomplete) as refused:
            attempt()
        assert refused.value.problems == (Problem.SOUND_GONE,)
    again = front.visitor_service.forms.filled_in.as_ordered(ME, job.id)
    assert again is not None
    assert again.sound == DraftSound(key=key_of(draft), name="My tune.wav", length_s=0)
    assert front.visitor_service.place(ME, again.with_sound_file(None)).order.sound_key == ""
    silent = replace(draft.renewed(), model="bytedance/seedance-1-0-pro-i2v", duration_s=5, resolution="720p")
    front.visitor_service.forms.sent_files.keep(silent)


def test_a_form_filled_in_again_has_the_sound_with_name_and_length(front: Front, small_jpeg: bytes) -> None:
    draft = given(front, small_jpeg)
    job = front.visitor_service.place(ME, draft)
    again = front.visitor_service.forms.filled_in.as_ordered(ME, job.id)
    assert again is not None
    assert again.sound == draft.sound
    assert again.sound is not None
    assert again.sound.length_s == length_s(len(front.media.read(key_of(draft))))
    # "Change it": the order is taken back, and the form still has what it was given.
    front.visitor_service.forms.drafts.keep(ME, again)
    assert front.visitor_service.take_back(ME, job.id)
    assert kept(front.media) == [key_of(draft)]
    assert as_chosen(front.visitor_service.place(ME, again)) == as_chosen(job)


def test_what_failed_for_nothing_is_tried_again_with_its_sound(front: Front, small_jpeg: bytes) -> None:
    job = front.visitor_service.place(ME, given(front, small_jpeg))
    front.visitor_service.forms.drafts.keep(ME, Draft())
    front.ended(job, State.FAILED)
    [again] = front.visitor_service.retry_failed(ME, [job.id])
    assert again.order == job.order
    assert kept(front.media) == [job.order.sound_key]


def test_everything_goes_when_its_visitor_deletes_everything(front: Front, small_jpeg: bytes) -> None:
    draft = given(front, small_jpeg)
    job = front.visitor_service.place(ME, draft)
    front.visitor_service.delete_everything(ME)
    assert kept(front.media) == []
    assert front.store.files_needed() == set()
    assert front.store.get(job.id) is None


def test_the_sound_of_a_form_that_nobody_came_back_to_is_deleted_with_it(
    front: Front, database: Database, small_jpeg: bytes
) -> None:
    given(front, small_jpeg)
    with database.begin() as connection:
        connection.execute(update(drafts).values(updated_at=NOON - timedelta(days=8)))
    front.visitor_service._deletion.upkeep()
    assert kept(front.media) == []


def test_what_is_refused_leaves_nothing_behind(front: Front) -> None:
    refused = {b"": "empty", b"not a sound": "not_wav_or_mp3", sounds.wav(1): "too_short"}
    for data, why in refused.items():
        with pytest.raises(SoundRefused, match=why):
            front.visitor_service.forms.sounds.take(ME, data, "x.wav")
    assert kept(front.media) == []


def test_a_sound_counts_as_a_picture_does_and_needs_room_as_one(
    database: Database, front: Front, small_jpeg: bytes
) -> None:
    full = Ceiling(1, [])
    full._measured = 2
    left = [True, True, False, False]
    service = a_visitor_service(database, front.store, front.media, front.clock, may_upload=lambda _: left.pop(0))
    assert service.forms.pictures.take(ME, small_jpeg).wait(20)
    service.forms.sounds.take(ME, TONE, "x.wav")
    with pytest.raises(TooManyPictures):
        service.forms.pictures.take(ME, small_jpeg)
    with pytest.raises(SoundRefused) as refused:
        service.forms.sounds.take(ME, TONE, "x.wav")
    assert refused.value.refusal is SoundRefusal.TOO_MANY
    service.close()
    service = a_visitor_service(database, front.store, front.media, front.clock, ceiling=full)
    with pytest.raises(SoundRefused) as refused:
        service.forms.sounds.take(ME, TONE, "x.wav")
    assert refused.value.refusal is SoundRefusal.NO_ROOM


def test_what_is_kept_counts_towards_the_owners_ceiling(database: Database, front: Front) -> None:
    ceiling = Ceiling(10**9, [])
    ceiling.measure()
    service = a_visitor_service(database, front.store, front.media, front.clock, ceiling=ceiling)
    sound = service.forms.sounds.take(ME, TONE, "x.wav")
    assert ceiling.usage is not None
    assert ceiling.usage.used_bytes == front.media.size(sound.key)


@pytest.mark.parametrize(
    ("named", "shown"),
    [
        ("tune.mp3", "tune.mp3"),
        ("C:\\music\\tune.mp3", "tune.mp3"),
        ("/etc/../tune.mp3", "tune.mp3"),
        ("a\u202egnp.mp3", "agnp.mp3"),
        ("two\nlines.wav", "two lines.wav"),
        ("x" * 500, "x" * 80),
        ("", ""),
        ("\x00", ""),
    ],
)
def test_a_files_name_is_one_line_of_what_can_be_seen(named: str, shown: str) -> None:
    assert clean_name(named) == shown
