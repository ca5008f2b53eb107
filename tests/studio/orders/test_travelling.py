"""What travels with a video fills the form as it was, and whatever else stands there does no harm."""

from __future__ import annotations

import json
from dataclasses import asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.orders.drafts import Draft
from studio.orders.order import AUDIO_LINK_MAX, Order, OrderSettings
from studio.orders.travelling import arrived, travelling
from tests.studio.strategies import an_order
from videoapi.models import MODELS

NAMES = [setting.name for setting in fields(OrderSettings)]
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
ORDERS = st.builds(
    an_order,
    prompt=WORDS,
    negative_prompt=WORDS,
    duration_s=st.sampled_from([5, 10, 15]),
    resolution=st.sampled_from(["720p", "1080p"]),
    with_sound=st.booleans(),
    several_shots=st.booleans(),
    improve_prompt=st.booleans(),
    seed=st.none() | st.integers(0, 2**31 - 1),
    audio_url=st.sampled_from(["", "https://example.com/a.mp3"]),
)


@given(ORDERS)
def test_every_order_arrives_as_it_left(order: Order) -> None:
    found = arrived(travelling(order))
    assert found is not None
    assert found.is_all
    assert {name: getattr(found.form, name) for name in NAMES} == {name: getattr(order, name) for name in NAMES}


def test_a_second_picture_does_not_travel_and_that_is_known() -> None:
    found = arrived(travelling(an_order(ending_picture_key="pictures/ab/abcd.jpg")))
    assert found is not None
    assert not found.is_all


def test_a_sound_does_not_travel_and_that_is_known() -> None:
    order = an_order(sound_key="sounds/ab/abcd.mp3", sound_name="my wedding.mp3")
    assert "sounds/" not in travelling(order)
    assert "wedding" not in travelling(order)
    found = arrived(travelling(order))
    assert found is not None
    assert not found.is_all
    assert (found.form.sound, found.form.audio_url, found.form.prompt) == (None, "", order.prompt)


def test_words_and_choices_travel_and_nothing_else() -> None:
    said = json.loads(travelling(an_order(picture_key="pictures/se/secret.jpg")))
    assert set(said) == {"kineograph", *NAMES}


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "null", "{}", '{"kineograph": "1"}', '{"kineograph": true}', "[" * 5000, '{"prompt": "x"}',
        '{"kineograph": 1, "prompt": 5}', '{"kineograph": 1, "duration_s": "5"}', '{"kineograph": 1, "seed": 1.5}',
        '{"kineograph": 1, "with_sound": 1}',
    ],
)  # fmt: skip
def test_what_is_nothing_of_ours_fills_nothing(text: str) -> None:
    assert arrived(text) is None


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_any_value_anywhere_fills_nothing_or_what_can_be_drawn(value: object) -> None:
    for name in NAMES:
        found = arrived(json.dumps({"kineograph": 1, name: value}))
        assert found is None or found.form.can_be_drawn


def test_a_newer_version_is_understood_as_far_as_it_can_be_and_the_nearest_taken() -> None:
    text = {"kineograph": 9, "prompt": "She waves", "model": "maker/of-tomorrow", "duration_s": 12, "resolution": "8K",
            "seed": -4, "of_tomorrow": [1]}  # fmt: skip
    found = arrived(json.dumps(text))
    assert found is not None
    assert not found.is_all
    form = found.form
    assert (form.prompt, form.model, form.duration_s, form.seed) == ("She waves", Draft().model, 10, None)
    assert form.resolution in MODELS[form.model].resolutions


def test_books_are_cut_and_no_key_of_a_picture_is_taken() -> None:
    text = {"kineograph": 1, "prompt": "x" * 100_000, "audio_url": "https://a/" + "x" * AUDIO_LINK_MAX,
            "picture_key": "pictures/ab/abc.jpg"}  # fmt: skip
    found = arrived(json.dumps(text))
    assert found is not None
    assert not found.is_all
    form = found.form
    assert (len(form.prompt), form.audio_url, form.picture) == (20_000, "", None)
    assert asdict(form)["set_aside"] == ()
