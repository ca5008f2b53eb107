"""A visitor is given the files on their form and of their orders, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from studio.orders.drafts import Draft
from studio.orders.framing import Framing, Shape
from studio.orders.lining_up import added, in_line
from studio.queue import jobs_of_visitor
from studio.storage.database import Database
from tests import sounds
from tests.studio.front import ME, OTHER, Front


@pytest.fixture
def with_sound(front: Front, small_jpeg: bytes) -> Draft:
    """A form with a picture, words and a sound, as a page keeps it."""
    forms = front.visitor_service.forms
    draft = front.form(small_jpeg).with_sound_file(forms.sounds.take(ME, sounds.wav(6), "My tune.wav"))
    forms.drafts.keep(ME, draft)
    return draft


def test_a_visitor_sees_the_picture_on_their_form_unframed_and_framed_and_nobody_else_does(
    front: Front, small_jpeg: bytes
) -> None:
    forms = front.visitor_service.forms
    filled = replace(front.form(small_jpeg), framing=Framing(shape=Shape.TALL))
    form = forms.framed_pictures.frame(ME, filled)
    assert form.picture is not None
    assert form.sent is not None
    assert form.sent.key != form.picture.key
    for key in (form.picture.key, form.sent.key):
        assert forms.file_access.picture_key(ME, PurePosixPath(key).stem) == key
        assert forms.file_access.picture_key(OTHER, PurePosixPath(key).stem) is None


def test_pictures_in_line_are_the_visitors_alone_and_go_with_the_form(front: Front, small_jpeg: bytes) -> None:
    forms, form = front.visitor_service.forms, front.form(small_jpeg)
    for _another in range(2):
        form = added(form, forms.picture_files.add(small_jpeg))
    keys = [one.picture.key for one in in_line(form)]
    assert len(keys) == 3
    forms.drafts.keep(ME, form)
    for key in keys:
        assert forms.file_access.picture_key(ME, PurePosixPath(key).stem) == key
        assert forms.file_access.picture_key(OTHER, PurePosixPath(key).stem) is None
    assert set(keys) <= front.store.files_needed()
    front.visitor_service.delete_everything(ME)
    assert not any(front.media.exists(key) for key in keys)


def test_an_order_that_moves_to_another_gallery_takes_its_sound_along(
    front: Front, database: Database, with_sound: Draft
) -> None:
    job = front.visitor_service.place(ME, with_sound)
    forms, key = front.visitor_service.forms, with_sound.sound_key
    sound_id = PurePosixPath(key).stem
    assert forms.file_access.sound_key(ME, sound_id) == key
    assert forms.file_access.sound_key(OTHER, sound_id) is None
    with database.begin() as connection:
        jobs_of_visitor.hand_over(connection, ME, OTHER)
    assert forms.file_access.sound_key(OTHER, sound_id) == key
    forms.drafts.keep(ME, Draft())
    again = forms.filled_in.as_ordered(OTHER, job.id)
    assert again is not None
    assert again.sound == with_sound.sound


@pytest.mark.parametrize("sound_id", ["", "..", "%", "_" * 32, "A" * 32, "a" * 31, "a" * 33, "٣" * 32])
def test_no_other_id_opens_a_sound(front: Front, with_sound: Draft, sound_id: str) -> None:
    assert with_sound.sound_key
    assert front.visitor_service.forms.file_access.sound_key(ME, sound_id) is None
