"""Settings under a name: they come back as they were, and whatever else was kept breaks no form."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.orders.drafts import Draft
from studio.orders.framing import Fit, Shape
from studio.orders.order import WORDS_KEPT_MAX
from studio.orders.presets import (
    NAME_MAX,
    PresetSettings,
    clean_name,
    free_name,
    read_settings,
    settings_of,
)
from studio.orders.variations import COUNT_MAX
from tests.studio.orders.test_drafts import drafts, json_values
from videoapi.models import MODELS

EVERY = sorted(MODELS)
names = st.text(max_size=NAME_MAX + 20)
anything = st.builds(
    PresetSettings,
    prompt=st.text(max_size=40),
    negative_prompt=st.text(max_size=40),
    model=st.sampled_from([*EVERY, "no/such-model", ""]),
    duration_s=st.integers(-10, 10**12),
    resolution=st.sampled_from(["480p", "720p", "1080p", "4k", ""]),
    with_sound=st.booleans(),
    several_shots=st.booleans(),
    improve_prompt=st.booleans(),
    count=st.integers(-3, 10**12),
    shape=st.sampled_from(Shape),
    fit=st.sampled_from(Fit),
)


@given(drafts, drafts)
def test_what_stood_on_one_form_stands_on_another_and_its_pictures_and_seed_stay(saved: Draft, form: Draft) -> None:
    settings = settings_of(saved)
    put = settings.on(form, EVERY)
    assert settings.is_on(put)
    assert replace(settings_of(put), prompt="") == replace(settings, prompt="")
    assert put.prompt == (saved.prompt or form.prompt)
    stays = ("picture", "ending_picture", "sound", "seed", "audio_url", "nonce", "set_aside", "started_fresh_at")
    assert [getattr(put, name) for name in stays] == [getattr(form, name) for name in stays]
    assert put.framing.crops == form.framing.crops


@given(drafts, anything, st.sets(st.sampled_from(EVERY)))
def test_whatever_was_saved_the_form_can_be_drawn_and_is_for_a_model_that_is_offered(
    form: Draft, settings: PresetSettings, offered: set[str]
) -> None:
    put = settings.on(form, offered)
    assert put.can_be_drawn
    assert put.model in offered | {form.model}
    assert 1 <= put.count <= COUNT_MAX
    assert put.improve_prompt or not put.several_shots


@given(anything)
def test_settings_are_read_as_they_were_kept(settings: PresetSettings) -> None:
    assert read_settings(settings.to_json()) == settings


@given(st.dictionaries(st.sampled_from([*asdict(PresetSettings()), "newer"]), json_values), drafts)
def test_text_of_any_kind_is_settings_or_none_and_breaks_nothing(said: dict[str, Any], form: Draft) -> None:
    settings = read_settings(json.dumps(said))
    if settings is not None:
        assert settings.on(form, EVERY).can_be_drawn


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '"x"', "[" * 100_000, '{"prompt": 1}', '{"count": true}',
                                  '{"shape": "2:1"}', '{"prompt": "\\ud800"}'])  # fmt: skip
def test_what_is_no_settings_is_none(text: str) -> None:
    assert read_settings(text) is None


def test_other_versions_are_read_for_what_is_known_here() -> None:
    newer = {**asdict(PresetSettings(prompt="Waves")), "weather": "windy"}
    assert read_settings(json.dumps(newer)) == PresetSettings(prompt="Waves")
    assert read_settings('{"prompt": "Waves"}') == PresetSettings(prompt="Waves")


def test_the_nearest_stands_for_what_the_model_of_the_moment_does_not_have() -> None:
    [first, *_] = EVERY
    form = Draft().with_model(first)
    put = PresetSettings(model="gone/for-good", duration_s=9999, resolution="8k").on(form, EVERY)
    assert (put.model, put.duration_s) == (first, max(MODELS[first].durations_s))


def test_a_book_is_not_put_on_the_form() -> None:
    put = PresetSettings(prompt="w" * 99_999, negative_prompt="w" * 99_999).on(Draft(), EVERY)
    assert (len(put.prompt), len(put.negative_prompt)) == (WORDS_KEPT_MAX, WORDS_KEPT_MAX)


@given(names)
def test_a_name_is_one_short_line_and_clean_for_good(typed: str) -> None:
    name = clean_name(typed)
    assert len(name) <= NAME_MAX
    assert "\n" not in name
    assert name == name.strip() == clean_name(name)


@given(st.sets(names.map(clean_name), max_size=5), names.map(clean_name))
def test_a_free_name_is_new_short_and_the_name_itself_where_it_can_be(taken: set[str], name: str) -> None:
    crowd = taken | {name} | {f"{name[: NAME_MAX - 4]} ({number})" for number in range(2, 12)}
    free = free_name(name, crowd)
    assert free not in crowd
    assert len(free) <= NAME_MAX
    assert free_name(name, taken - {name}) == name
