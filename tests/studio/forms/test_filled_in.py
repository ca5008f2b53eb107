"""A form is filled in as an order of before was, or as a downloaded video says, with what is still here."""

from __future__ import annotations

import pytest

from studio.orders.order import MODEL
from studio.orders.travelling import travelling
from studio.pictures.prepare import PictureRefused, Refusal
from studio.videos.carried import Tags
from tests.studio.front import ME, SEEDANCE, Front
from tests.studio.strategies import an_order
from tests.studio.videos.test_carried import tagged


def test_a_form_filled_in_again_is_as_it_was_but_a_new_one(front: Front, small_jpeg: bytes) -> None:
    draft = front.form(small_jpeg, seed=7, duration_s=15)
    job = front.visitor_service.place(ME, draft)
    again = front.visitor_service.forms.filled_in.as_ordered(ME, job.id)
    assert again is not None
    assert again.order() == job.order
    assert again.nonce != draft.nonce
    assert again.picture is not None
    assert draft.picture is not None
    assert (again.picture.width, again.picture.height) == (draft.picture.width, draft.picture.height)


def test_a_form_filled_in_again_does_without_a_picture_that_is_gone(front: Front, small_jpeg: bytes) -> None:
    job = front.visitor_service.place(ME, front.form(small_jpeg))
    front.media.delete(job.order.picture_key)
    again = front.visitor_service.forms.filled_in.as_ordered(ME, job.id)
    assert again is not None
    assert (again.picture, again.prompt) == (None, job.order.prompt)


def test_a_downloaded_video_fills_the_form_in_for_a_model_that_is_on_offer(
    front: Front, tiny_mp4: bytes, small_jpeg: bytes
) -> None:
    order = an_order(model=SEEDANCE, resolution="480p", duration_s=5)
    film = tagged(tiny_mp4, Tags(title=order.prompt, text=travelling(order), still=small_jpeg))
    found, still = front.offering(SEEDANCE).forms.filled_in.from_film(film)
    assert (found.form.model, found.form.prompt, found.is_all) == (SEEDANCE, order.prompt, True)
    assert still == small_jpeg
    elsewhere, _ = front.visitor_service.forms.filled_in.from_film(film)
    assert (elsewhere.form.model, elsewhere.form.prompt, elsewhere.is_all) == (MODEL.id, order.prompt, False)


@pytest.mark.parametrize("said", [None, "", "{}"])
def test_a_video_that_is_none_of_ours_fills_nothing_in(front: Front, tiny_mp4: bytes, said: str | None) -> None:
    film = tiny_mp4 if said is None else tagged(tiny_mp4, Tags(title="", text=said, still=b""))
    with pytest.raises(PictureRefused) as refused:
        front.visitor_service.forms.filled_in.from_film(film)
    assert refused.value.refusal is Refusal.FILM_OF_OTHERS
