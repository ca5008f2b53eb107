"""The form as far as it is filled in: kept, read back, and never a way to break the page."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.orders.drafts import Draft, DraftPicture, DraftSound, draft_of, read_draft
from studio.orders.framing import Crop, Fit, Framing, Shape
from studio.orders.order import MODEL, tidy
from studio.orders.variations import COUNT_MAX
from tests.studio.orders.test_framing import framings
from tests.studio.strategies import hex_ids, orders
from videoapi.models import MODELS

pictures = st.builds(
    DraftPicture,
    key=st.text(max_size=60),
    width=st.integers(1, 9999),
    height=st.integers(1, 9999),
    changes=st.lists(st.text(max_size=10), max_size=3).map(tuple),
    last_frame_of=st.just("") | hex_ids,
)
sounds = st.builds(DraftSound, key=st.text(max_size=60), name=st.text(max_size=80), length_s=st.floats(0, 30))
drafts = st.builds(
    Draft,
    sound=st.none() | sounds,
    picture=st.none() | pictures,
    ending_picture=st.none() | pictures,
    framing=framings(),
    framed_key=st.text(max_size=60),
    prompt=st.text(max_size=200),
    duration_s=st.sampled_from(MODEL.durations_s),
    resolution=st.sampled_from(MODEL.resolutions),
    with_sound=st.booleans(),
    several_shots=st.booleans(),
    improve_prompt=st.booleans(),
    negative_prompt=st.text(max_size=50),
    seed=st.none() | st.integers(0, MODEL.seed_max),
    audio_url=st.text(max_size=50),
    count=st.integers(1, COUNT_MAX),
    nonce=st.text(min_size=1, max_size=32),
)
PICTURE = {"key": "pictures/ab/abcd.jpg", "width": 640, "height": 480, "changes": []}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@given(drafts)
def test_a_form_comes_back_as_it_was_left(draft: Draft) -> None:
    assert read_draft(draft.to_json()) == draft


def test_a_form_with_a_sound_sends_it_and_not_the_link_that_stood_there() -> None:
    sound = DraftSound(key="sounds/ab/abcd.mp3", name="tune.wav", length_s=12.024)
    link = Draft(audio_url="https://example.com/a.mp3")
    draft = link.with_sound_file(sound)
    assert (draft.sound, draft.audio_url) == (sound, "")
    assert read_draft(draft.to_json()) == draft
    assert (draft.order().sound_key, draft.order().sound_name) == (sound.key, sound.name)
    assert draft.given_keys == (sound.key,)
    assert draft.picture_keys == ()
    assert replace(link, sound=None).with_sound_file(None) == link, "no file leaves a link where it is"
    again = draft_of(draft.order(), None, None, sound)
    assert again.order() == draft.order()


def test_a_sound_stays_on_the_form_for_who_changes_back_to_a_model_that_takes_one() -> None:
    draft = Draft(sound=DraftSound(key="sounds/ab/abcd.mp3", name="tune.wav", length_s=12.024))
    silent = draft.with_model("bytedance/seedance-1-0-pro-i2v")
    assert tidy(silent.order()).sound_key == ""
    assert tidy(silent.with_model(MODEL.id).order()).sound_key == "sounds/ab/abcd.mp3"
    assert draft.emptied(7.0).sound is None


@given(orders, pictures)
def test_a_form_filled_in_from_an_order_stands_for_the_same_order(order: Any, picture: DraftPicture) -> None:
    draft = draft_of(order, picture)
    assert draft.order() == Draft(**{**_values(draft), "picture": picture}).order()
    assert (draft.order().prompt, draft.order().seed) == (order.prompt, order.seed)
    assert draft.order().picture_key == picture.key


def _values(draft: Draft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in Draft.__dataclass_fields__}


def test_a_form_that_an_earlier_version_kept_is_read() -> None:
    kept = {
        "picture": PICTURE, "prompt": "again", "duration_s": 10, "resolution": "1080p", "with_sound": False,
        "several_shots": True, "improve_prompt": True, "negative_prompt": "text", "seed": 7,
        "audio_url": "https://example.org/a.mp3", "nonce": "ab" * 16,
    }  # fmt: skip
    read = read_draft(json.dumps(kept))
    assert json.loads(read.to_json()) == kept
    assert (read.order().picture_key, read.order().seed, read.nonce) == (PICTURE["key"], 7, "ab" * 16)


def test_a_form_for_another_model_names_it_and_its_ending_picture() -> None:
    ending = DraftPicture(key="pictures/cd/cdef.jpg", width=640, height=480)
    draft = Draft(model="bytedance/seedance-1-0-pro-i2v", ending_picture=ending)
    assert read_draft(draft.to_json()) == draft
    assert draft.order().ending_picture_key == ending.key
    assert draft.pictures == (ending,)


FRAME = DraftPicture(key="pictures/ef/efgh.jpg", width=1280, height=720, last_frame_of="a" * 32)


def test_a_form_goes_on_from_the_video_whose_last_frame_is_its_picture_and_from_none_with_another() -> None:
    other = DraftPicture(key=PICTURE["key"], width=640, height=480)
    draft = Draft(picture=FRAME, prompt="on", framing=Framing(shape=Shape.TALL))
    assert draft.continues == draft.renewed().continues == replace(draft, prompt="off").continues == "a" * 32
    assert draft.sent is not None
    assert draft.sent.key != FRAME.key, "framed, it is still that frame"
    for without in (
        draft.with_picture(other),
        draft.with_picture(None),
        draft.emptied(7.0),
        draft.continued(),
        Draft(),
    ):
        assert without.continues == ""
    assert Draft(picture=other, ending_picture=FRAME).continues == ""


def test_what_a_form_goes_on_from_is_written_down_only_where_it_goes_on() -> None:
    draft = Draft(picture=FRAME, ending_picture=replace(FRAME, last_frame_of=""))
    kept = json.loads(draft.to_json())
    assert kept["picture"]["last_frame_of"] == "a" * 32
    assert "last_frame_of" not in kept["ending_picture"]
    assert "last_frame_of" not in draft.with_picture(draft.ending_picture).to_json()
    assert read_draft(draft.to_json()) == draft


def test_a_loop_is_one_whichever_way_its_picture_came() -> None:
    """An order that is filled in again has the first picture as that of a chain, and the last one as it is."""
    assert Draft(picture=FRAME, ending_picture=replace(FRAME, last_frame_of="")).is_loop


def test_a_form_without_a_picture_stands_for_an_order_without_one() -> None:
    assert Draft().order().picture_key == ""


def test_each_filling_in_of_the_form_has_a_name_of_its_own() -> None:
    first = Draft(prompt="again")
    assert len({first.nonce, first.renewed().nonce, Draft().nonce}) == 3
    assert first.renewed().prompt == "again"


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "{",
        "null",
        "[]",
        '"words"',
        "5",
        "NaN",
        "[" * 5_000,
        json.dumps({"picture": None, "colour": "a field of another version"}),
        json.dumps({"picture": "a.jpg"}),
        json.dumps({"picture": {"key": "a"}}),
        json.dumps({"picture": PICTURE | {"changes": None}}),
        json.dumps({"picture": PICTURE | {"changes": [1, 2]}}),
        json.dumps({"picture": PICTURE | {"key": ["a"]}}),
        json.dumps({"picture": PICTURE | {"width": "640"}}),
        json.dumps({"picture": PICTURE | {"more": 1}}),
        json.dumps({"picture": None, "prompt": 5}),
        json.dumps({"picture": None, "prompt": None}),
        json.dumps({"picture": None, "duration_s": "5"}),
        json.dumps({"picture": None, "duration_s": 5.5}),
        json.dumps({"picture": None, "duration_s": True}),
        json.dumps({"picture": None, "duration_s": 7}),
        json.dumps({"picture": None, "resolution": "4k"}),
        json.dumps({"picture": None, "with_sound": "yes"}),
        json.dumps({"picture": None, "model": "maker/of-tomorrow"}),
        json.dumps({"picture": None, "model": "alibaba/wan2.2-i2v-plus", "duration_s": 10, "resolution": "480P"}),
        json.dumps({"picture": None, "model": "alibaba/wan2.2-i2v-plus", "resolution": "480p"}),
        json.dumps({"picture": None, "ending_picture": "a.jpg"}),
        json.dumps({"picture": None, "seed": "1"}),
        json.dumps({"picture": None, "seed": 1.5}),
        json.dumps({"picture": None, "seed": -1}),
        json.dumps({"picture": None, "count": 0}),
        json.dumps({"picture": None, "count": 5}),
        json.dumps({"picture": None, "count": "2"}),
        json.dumps({"picture": None, "count": True}),
        json.dumps({"picture": None, "prompt": "\ud800"}),
        json.dumps({"picture": None, "framing": None}),
        json.dumps({"picture": None, "framing": {"shape": "21:9"}}),
        json.dumps({"picture": None, "framing": {"shape": "WIDE"}}),
        json.dumps({"picture": None, "framing": {"fit": 1}}),
        json.dumps({"picture": None, "framing": {"zoom": 1}}),
        json.dumps({"picture": None, "framing": {"crops": {"16:9": {"x": 0.5}}}}),
        json.dumps({"picture": None, "framing": {"crops": [["16:9", {"x": 1.5}]]}}),
        json.dumps({"picture": None, "framing": {"crops": [["16:9", {"x": float("nan")}]]}}),
        json.dumps({"picture": None, "framing": {"crops": [["16:9", {"x": "0.5"}]]}}),
        json.dumps({"picture": None, "framing": {"crops": [["16:9", {"zoom": 1e9}]]}}),
        json.dumps({"picture": None, "framed_key": None}),
        json.dumps({"picture": None, "nonce": None}),
        json.dumps({"picture": None, "nonce": {"a": 1}}),
    ],
)
def test_a_kept_form_that_makes_no_sense_is_an_empty_form(text: str | None) -> None:
    read = read_draft(text)
    assert read == Draft(nonce=read.nonce)


@given(st.dictionaries(st.sampled_from(sorted(Draft.__dataclass_fields__)), json_values))
def test_whatever_is_kept_the_form_can_be_drawn_and_its_order_checked(values: dict[str, Any]) -> None:
    draft = read_draft(json.dumps({"picture": None} | values))
    order = draft.order()
    assert order.model in MODELS
    assert order.duration_s in MODELS[order.model].durations_s
    assert order.resolution in MODELS[order.model].resolutions
    assert isinstance(order.prompt + order.negative_prompt + order.audio_url + order.picture_key + draft.nonce, str)
    assert order.seed is None or type(order.seed) is int
    assert type(draft.count) is int


WIDE_PICTURE = DraftPicture(key="pictures/ab/abcd.jpg", width=1280, height=720, changes=("converted",))
OTHER_PICTURE = DraftPicture(key="pictures/cd/cdef.jpg", width=1280, height=720)
TALL = Framing(shape=Shape.TALL)


def test_a_picture_that_is_not_framed_is_sent_itself() -> None:
    for framing in (Framing(), Framing(fit=Fit.WHOLE_BLURRED), Framing(shape=Shape.WIDE)):
        draft = Draft(picture=WIDE_PICTURE, framing=framing)
        assert draft.sent == WIDE_PICTURE
        assert draft.is_framed
        assert draft.order().picture_key == WIDE_PICTURE.key


def test_a_framed_picture_is_ordered_under_a_key_of_its_own() -> None:
    draft = Draft(picture=WIDE_PICTURE, framing=TALL)
    assert draft.sent is not None
    assert (draft.sent.width, draft.sent.height, draft.sent.changes) == (405, 720, ("converted",))
    assert draft.order().picture_key == draft.sent.key != WIDE_PICTURE.key
    assert not draft.is_framed
    assert replace(draft, framed_key=draft.sent.key).is_framed


@given(pictures, pictures, framings(), framings())
def test_the_same_choice_is_the_same_order_and_another_choice_another(
    one: DraftPicture, other: DraftPicture, framing: Framing, another: Framing
) -> None:
    first, second = Draft(picture=one, framing=framing), Draft(picture=other, framing=another)
    assert first.sent is not None
    assert second.sent is not None
    # What is seen of the picture names it, not how one got there.
    same = one.key == other.key and (first.frame == second.frame)
    assert (first.sent.key == second.sent.key) == same
    assert replace(second, framing=framing, picture=one).order() == first.order()


def test_another_picture_keeps_the_shape_and_not_the_crop() -> None:
    chosen = TALL.with_crop(Crop(x=0.1))
    draft = Draft(picture=WIDE_PICTURE, framing=chosen)
    assert draft.with_picture(OTHER_PICTURE).framing == TALL
    assert draft.with_picture(replace(WIDE_PICTURE, changes=())).framing == chosen
    assert draft.with_picture(None).framing == TALL


def test_a_form_names_no_framed_picture_but_the_one_that_it_sends() -> None:
    draft = Draft(picture=WIDE_PICTURE, framing=TALL)
    assert draft.sent is not None
    made = replace(draft, framed_key=draft.sent.key)
    assert made.without_stale_frame() == made
    assert made.picture_keys == (WIDE_PICTURE.key, draft.sent.key)
    both = replace(made, ending_picture=OTHER_PICTURE)
    assert both.picture_keys == (WIDE_PICTURE.key, OTHER_PICTURE.key, draft.sent.key)
    for stale in (
        made.with_picture(OTHER_PICTURE),
        made.with_picture(None),
        replace(made, framing=Framing()),
        replace(made, framing=TALL.with_crop(Crop(x=0))),
    ):
        assert stale.without_stale_frame() == replace(stale, framed_key="")


def test_a_fresh_start_keeps_the_shape_and_forgets_crop_and_framed_picture() -> None:
    chosen = TALL.with_fit(Fit.CROP).with_crop(Crop(x=0.1))
    draft = Draft(picture=WIDE_PICTURE, ending_picture=OTHER_PICTURE, framing=chosen)
    assert draft.sent is not None
    emptied = replace(draft, framed_key=draft.sent.key).emptied(7.0)
    assert emptied.framing == draft.continued().framing == TALL
    assert emptied.picture_keys == ()
    assert (emptied.sent, emptied.order().picture_key, emptied.order().ending_picture_key) == (None, "", "")


@given(drafts)
def test_what_was_chosen_comes_back_on_a_fresh_form_and_what_was_said_does_not(draft: Draft) -> None:
    """Kept with the visitor, in the store: so on every device of theirs."""
    fresh = read_draft(replace(draft, framed_key="").emptied(7.0).to_json())
    chosen = (
        "model",
        "duration_s",
        "resolution",
        "with_sound",
        "audio_url",
        "several_shots",
        "improve_prompt",
        "count",
    )
    assert [getattr(fresh, name) for name in chosen] == [getattr(draft, name) for name in chosen]
    assert fresh.framing.shape == draft.framing.shape
    assert (fresh.picture_keys, fresh.prompt, fresh.negative_prompt, fresh.seed) == ((), "", "", None)


def test_the_frame_is_written_down_only_where_one_was_chosen() -> None:
    unframed, framed = Draft(picture=WIDE_PICTURE), Draft(picture=WIDE_PICTURE, framing=TALL)
    assert not {"framing", "framed_key"} & set(json.loads(unframed.to_json()))
    assert json.loads(framed.to_json())["framing"]["shape"] == "9:16"
    assert read_draft(framed.to_json()) == framed


@pytest.mark.parametrize(
    ("model", "resolution", "size"),
    [
        (MODEL.id, "720p", (720, 1280)),
        (MODEL.id, "1080p", (1080, 1920)),
        ("alibaba/wan2.2-i2v-plus", "480P", (480, 854)),
        ("bytedance/seedance-1-0-pro-i2v", "480p", (480, 854)),
    ],
)
def test_a_form_tells_the_size_of_its_video_in_each_models_qualities(
    model: str, resolution: str, size: tuple[int, int]
) -> None:
    draft = Draft(picture=WIDE_PICTURE, framing=TALL, model=model, resolution=resolution)
    assert draft.video_size == size
    assert draft.with_picture(None).video_size is None
