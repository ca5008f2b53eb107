"""The form is kept as its visitor left it, whatever tab it is changed in, for a model that is on offer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.orders.drafts import Draft
from studio.orders.order import MODEL
from tests.studio.front import ME, OTHER, SEEDANCE, WAN_2_7, Front
from tests.studio.strategies import NOON


def test_the_form_is_there_again_for_the_same_visitor_only(front: Front, small_jpeg: bytes) -> None:
    draft = front.form(small_jpeg, prompt="half a sen", seed=3)
    front.visitor_service.forms.drafts.keep(ME, draft)
    assert front.visitor_service.forms.drafts.of(ME) == draft
    assert front.visitor_service.forms.drafts.of(OTHER).prompt == ""


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"picture": {"key": 1}}', '{"picture": null, "duration_s": 99}'])
def test_a_kept_form_that_makes_no_sense_does_not_break_the_page(front: Front, kept: str) -> None:
    front.store.keep_draft(ME, kept, NOON)
    draft = front.visitor_service.forms.drafts.of(ME)
    assert (draft.picture, draft.prompt) == (None, "")
    assert front.visitor_service.price(draft.order()).micros == 650_000


def test_a_form_that_is_typed_on_keeps_the_picture_that_came_meanwhile(front: Front, small_jpeg: bytes) -> None:
    draft = front.form(small_jpeg)
    typed = replace(draft, picture=None, prompt="Typed in a tab that has not seen the picture yet")
    front.visitor_service.forms.drafts.keep(ME, draft)
    front.visitor_service.forms.drafts.keep(ME, typed, since=replace(typed, prompt=""))
    assert front.visitor_service.forms.drafts.of(ME) == replace(typed, picture=draft.picture)


def test_what_one_tab_sets_aside_stays_so_when_another_keeps_its_form(front: Front) -> None:
    forms = front.visitor_service.forms
    one, other = Draft(prompt="one"), Draft(prompt="other")
    forms.drafts.keep(ME, one.waiting_no_longer(["a"]))
    forms.drafts.keep(ME, other)
    forms.drafts.keep(ME, other.waiting_no_longer(["b", "a"]))
    assert forms.drafts.of(ME).set_aside == ("a", "b")


def test_a_new_form_is_for_the_first_model_and_one_of_before_keeps_its_own(front: Front) -> None:
    front.visitor_service.forms.drafts.keep(ME, Draft(prompt="Of before."))
    service = front.offering(WAN_2_7, MODEL.id)
    assert [model.id for model in service.models] == [WAN_2_7, MODEL.id]
    assert service.forms.drafts.of(OTHER).model == WAN_2_7
    assert (service.forms.drafts.of(ME).prompt, service.forms.drafts.of(ME).model) == ("Of before.", MODEL.id)


def test_a_form_for_a_model_that_is_no_longer_offered_is_for_the_first(front: Front) -> None:
    before = front.offering(MODEL.id, SEEDANCE)
    before.forms.drafts.keep(ME, Draft(prompt="Sharp.", model=SEEDANCE, resolution="480p"))
    assert before.forms.drafts.of(ME).resolution == "480p"
    form = front.offering(WAN_2_7).forms.drafts.of(ME)
    assert (form.model, form.resolution, form.prompt) == (WAN_2_7, "720p", "Sharp.")
