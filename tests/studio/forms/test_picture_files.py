"""Pictures are kept with a small version for as long as something needs them."""

from __future__ import annotations

from typing import Any

import pytest

from studio.orders.drafts import Draft
from studio.pictures.prepare import PictureRefused, Refusal
from studio.pictures.samples import SAMPLES
from studio.storage.media_keys import thumbnail_key
from tests.studio.front import ME, Front, keys


def test_an_upload_is_kept_prepared_with_a_small_version(front: Front, small_jpeg: bytes) -> None:
    picture = front.visitor_service.forms.picture_files.add(small_jpeg)
    assert front.media.read(picture.key).startswith(b"\xff\xd8")
    assert keys(front.media) == {picture.key, thumbnail_key(picture.key)}
    front.visitor_service.forms.picture_files.drop(picture)
    assert keys(front.media) == set()


def test_a_picture_taken_off_the_form_stays_for_the_job_that_needs_it(front: Front, small_jpeg: bytes) -> None:
    draft = front.form(small_jpeg)
    front.visitor_service.place(ME, draft)
    assert draft.picture is not None
    front.visitor_service.forms.picture_files.drop(draft.picture)
    assert front.visitor_service.forms.picture_files.has(draft.picture)


def test_what_is_no_picture_is_refused_and_nothing_is_kept(front: Front) -> None:
    with pytest.raises(PictureRefused) as refused:
        front.visitor_service.forms.picture_files.add(b"GIF89a is how another kind begins")
    assert refused.value.refusal is Refusal.UNSUPPORTED_KIND
    assert keys(front.media) == set()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_can_be_ordered_at_once(front: Front, sample: Any) -> None:
    draft = Draft(picture=front.visitor_service.forms.picture_files.add_sample(sample), prompt=sample.prompt)
    assert front.visitor_service.place(ME, draft).order.prompt == sample.prompt


def test_samples_are_kept_once_for_all_and_never_deleted(front: Front) -> None:
    picture = front.visitor_service.forms.picture_files.add_sample(SAMPLES[0])
    kept = keys(front.media)
    assert kept == {picture.key, thumbnail_key(picture.key)}
    front.visitor_service.forms.picture_files.drop(picture)
    assert front.visitor_service.forms.picture_files.add_sample(SAMPLES[0]) == picture
    assert keys(front.media) == kept
