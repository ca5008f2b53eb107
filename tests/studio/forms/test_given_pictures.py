"""What is given comes onto the kept form by itself, and what is typed meanwhile takes none of it off."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image

from bench.upload_corpus import saved
from studio.orders.drafts import Draft
from studio.orders.lining_up import added
from studio.pictures.prepare import PictureRefused
from tests.studio.front import ME, Front


@pytest.fixture
def small_png() -> bytes:
    """Too small to be sent as it is, and large enough to be enlarged."""
    return saved(Image.new("RGB", (120, 90), "red"), "PNG")


def test_an_ending_picture_gets_ready_beside_the_first_and_typing_takes_neither_off(
    front: Front, small_jpeg: bytes
) -> None:
    forms = front.visitor_service.forms
    taken = [forms.pictures.take(ME, small_jpeg), forms.pictures.take(ME, small_jpeg + b"\n", ending=True)]
    assert forms.pictures.preparation(ME, ending=True) is taken[1]
    for each in taken:
        assert each.wait(20)
    forms.drafts.keep(ME, Draft(prompt="Typed meanwhile."), since=Draft())
    kept = forms.drafts.of(ME)
    assert kept.prompt == "Typed meanwhile."
    assert [kept.picture, kept.ending_picture] == [each.outcome for each in taken]
    forms.pictures.close()


def test_a_further_picture_comes_into_line_by_itself_and_typing_takes_none_out(front: Front, small_jpeg: bytes) -> None:
    forms = front.visitor_service.forms
    form = added(front.form(small_jpeg), forms.picture_files.add(small_jpeg))
    forms.drafts.keep(ME, form)
    ready = forms.pictures.take_further(ME, small_jpeg)
    assert forms.pictures.further(ME) == (ready,)
    assert ready.wait(30)
    forms.drafts.keep(ME, replace(form, prompt="Typed meanwhile."), since=form)
    kept = forms.drafts.of(ME)
    assert kept.prompt == "Typed meanwhile."
    assert kept.later[:-1] == form.later
    assert kept.later[-1].picture == ready.outcome
    assert forms.pictures.further(ME) == (ready,)
    ready.told = True
    assert forms.pictures.further(ME) == ()


def test_a_small_picture_comes_onto_the_form_enlarged_once_that_is_wanted(front: Front, small_png: bytes) -> None:
    forms = front.visitor_service.forms
    refused = forms.pictures.take(ME, small_png)
    assert refused.wait(20)
    assert isinstance(refused.outcome, PictureRefused)
    assert refused.outcome.can_be_enlarged
    assert forms.pictures.enlarge(ME, refused).wait(20)
    picture = forms.drafts.of(ME).picture
    assert picture is not None
    assert (picture.width, picture.height, picture.changes) == (480, 360, ("resized_up", "converted"))
    refused.to_enlarge = b""  # as it is once many others were too small
    with pytest.raises(PictureRefused, match="let_go"):
        forms.pictures.enlarge(ME, refused)
    forms.pictures.close()


def test_a_small_ending_picture_is_enlarged_too_once_that_is_wanted(front: Front, small_png: bytes) -> None:
    forms = front.visitor_service.forms
    assert forms.pictures.take(ME, small_png, ending=True, enlarge=True).wait(20)
    ending = forms.drafts.of(ME).ending_picture
    assert ending is not None
    assert (ending.width, ending.height) == (480, 360)
    assert forms.drafts.of(ME).picture is None
    forms.pictures.close()
