"""A model is one entry of `videoapi/models.py`: what it can do, and how it is sent, follows from that.

The rows below are read from the provider's reference, and so is the demo's own table, apart from each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest

from demo.orders import models as demos
from demo.orders.schema import Invalid, read_order
from studio.jobs.polling import prior
from studio.money.prices import Prices
from studio.orders.drafts import Draft, DraftPicture
from studio.orders.order import Order, Problem, problems_of, tidy
from studio.queue.job_store import Store
from studio.settings import Settings
from studio.storage.database import Database
from studio.storage.media import Media
from studio.worker.provider_mapping import request_of
from tests.studio.installation import NO_PRICES, a_visitor_service
from tests.studio.strategies import NOON, an_order
from videoapi.models import MODELS, Quality, Sound, Strength, Timing, VideoModel
from videoapi.wire import request_body

AUDIO = "https://example.com/a.mp3"
ME = "a" * 32
PICTURE = b"\xff\xd8 a picture"


@dataclass(frozen=True, slots=True)
class Row:
    """What an order of the model is on the wire, where everything is asked for, in the longest and sharpest video."""

    resolution: str
    usd: float
    """While no live price is known."""
    says: dict[str, Any]
    """Besides model, prompt, resolution and picture."""


WAN_2_6 = {
    "duration": 15, "audio_url": AUDIO, "negative_prompt": "blur", "shot_type": "multi", "generate_audio": False,
    "seed": 7, "enhance_prompt": True,
}  # fmt: skip
ROWS = {
    "alibaba/wan-2-6-i2v": Row("1080p", 2.925, WAN_2_6),
    "alibaba/wan-2-6-image-to-video-flash": Row("1080p", 2.925, WAN_2_6),
    "alibaba/wan-2-7-i2v": Row(
        "1080p",
        2.925,
        {
            "duration": 15, "audio_url": AUDIO, "negative_prompt": "blur", "seed": 7, "enhance_prompt": False,
            "enable_prompt_expansion": False, "watermark": False,
        },
    ),
    "alibaba/wan2.5-i2v-preview": Row(
        "1080p", 1.95, {"duration": 10, "negative_prompt": "blur", "seed": 7, "enhance_prompt": False}
    ),
    "alibaba/wan2.2-i2v-plus": Row(
        "1080P", 0.975, {"negative_prompt": "blur", "seed": 7, "enhance_prompt": False, "watermark": False}
    ),
    "bytedance/seedance-1-0-pro-i2v": Row(
        "1080p", 1.95, {"duration": 10, "seed": 7, "watermark": False, "last_image_url": "the ending picture"}
    ),
}  # fmt: skip


def everything(model: VideoModel, **changes: Any) -> Order:
    """An order that asks for all that there is."""
    order = an_order(
        model=model.id, duration_s=model.durations_s[-1], resolution=model.resolutions[-1], with_sound=False,
        several_shots=True, improve_prompt=False, negative_prompt="blur", seed=7, audio_url=AUDIO,
        ending_picture_key="pictures/cd/cdef.jpg", **changes,
    )  # fmt: skip
    return tidy(order)


def sent(order: Order) -> dict[str, Any]:
    ending = b"\xff\xd8 another" if order.ending_picture_key else None
    return request_body(request_of(order, PICTURE, ending))


def check(model: VideoModel, row: Row) -> None:
    """What holds of every model."""
    order = everything(model)
    assert problems_of(order) == ()
    body = sent(order)
    assert (body.pop("model"), body.pop("prompt"), body.pop("resolution")) == (model.id, order.prompt, row.resolution)
    assert body.pop("image_url").startswith("data:image/jpeg;base64,")
    if "last_image_url" in body:
        assert body["last_image_url"] != sent(order)["image_url"]
        body["last_image_url"] = "the ending picture"
    assert body == row.says
    assert Prices(NO_PRICES, free=False, models=[model]).of(order).micros == round(row.usd * 1_000_000)
    assert prior("aimlapi", order).typical_s > prior("demo", order).typical_s > 0
    # What the stand-in makes of it, which has read the same pages by itself.
    taken = read_order(json.dumps(sent(order)).encode())
    assert (taken.model, taken.resolution, taken.duration) == (model.id, row.resolution, order.duration_s)
    for seconds in model.durations_s:
        for quality in model.resolutions:
            other = replace(order, duration_s=seconds, resolution=quality)
            assert problems_of(other) == ()
            assert read_order(json.dumps(sent(other)).encode()).duration == seconds


def test_every_model_has_a_row_and_every_row_is_a_model() -> None:
    assert ROWS.keys() == MODELS.keys() == demos.MODELS.keys()


@pytest.mark.parametrize("model_id", MODELS)
def test_an_order_of_each_model_is_sent_in_that_models_own_words_at_its_own_price(model_id: str) -> None:
    check(MODELS[model_id], ROWS[model_id])


def check_what_is_left_out(model: VideoModel) -> None:
    """What a model has no field for is not ordered."""
    order = everything(model)
    assert bool(order.audio_url) is model.has_audio_link
    assert order.several_shots is model.has_several_shots
    assert bool(order.negative_prompt) is model.has_negative_prompt
    assert (order.seed is not None) is model.has_seed
    assert bool(order.ending_picture_key) is model.has_ending_picture
    assert order.with_sound is (model.sound is not Sound.CHOSEN)
    assert tidy(order) == order


@pytest.mark.parametrize("model_id", MODELS)
def test_what_a_model_has_no_field_for_is_not_ordered_and_not_missed(model_id: str) -> None:
    check_what_is_left_out(MODELS[model_id])


@pytest.mark.parametrize("model_id", MODELS)
def test_a_length_or_a_quality_that_a_model_does_not_have_is_told_and_never_changed(model_id: str) -> None:
    order = tidy(an_order(model=model_id, duration_s=7, resolution="900p"))
    assert (order.duration_s, order.resolution) == (7, "900p")
    assert problems_of(order) == (Problem.LENGTH_NOT_OFFERED, Problem.QUALITY_NOT_OFFERED)


@pytest.mark.parametrize("before", MODELS)
@pytest.mark.parametrize("after", MODELS)
def test_a_form_goes_from_any_model_to_any_other_and_keeps_its_words(before: str, after: str) -> None:
    for seconds in MODELS[before].durations_s:
        for quality in MODELS[before].resolutions:
            form = Draft(model=before, duration_s=seconds, resolution=quality, prompt="waves", negative_prompt="blur")
            there = form.with_model(after)
            assert there.model == after
            assert there.can_be_drawn
            assert (there.prompt, there.negative_prompt, there.nonce) == ("waves", "blur", form.nonce)
            if quality in MODELS[after].resolutions:
                assert there.resolution == quality


def test_the_nearest_length_and_quality_are_taken_and_of_two_the_cheaper() -> None:
    form = Draft(duration_s=15, resolution="720p")
    assert form.with_model("alibaba/wan2.5-i2v-preview").duration_s == 10
    assert form.with_model("alibaba/wan2.2-i2v-plus").resolution == "480P"
    sharp = Draft(resolution="1080p").with_model("alibaba/wan2.2-i2v-plus")
    assert sharp.resolution == "1080P"
    assert sharp.with_model("alibaba/wan-2-6-i2v").resolution == "1080p"


SEVENTH = VideoModel(
    id="minimax/hailuo-02",
    name="Hailuo 02",
    strength=Strength.ENDING_PICTURE,
    fields=frozenset(("duration", "last_image_url", "enhance_prompt")),
    durations_s=(6, 10),
    qualities=(
        Quality(name="768P", short_side_px=768, micros_per_s=130_000),
        Quality(name="1080P", short_side_px=1080, micros_per_s=195_000),
    ),
    sound=Sound.NEVER,
    prompt_max=2000,
    timings=(Timing(duration_s=6, short_side_px=768, earliest_s=60, typical_s=120, latest_s=240),),
)
ITS_ROW = Row("1080P", 1.95, {"duration": 10, "enhance_prompt": False, "last_image_url": "the ending picture"})
DEMOS_SEVENTH = demos.Model(
    name="Hailuo 02",
    takes=frozenset(("duration", "last_image_url", "enhance_prompt")),
    credits_per_second={"768P": 200_000, "1080P": 300_000},
    usual_resolution="768P",
    durations_s=(6, 10),
    usual_duration_s=6,
    has_sound=False,
)


@pytest.fixture
def seventh(monkeypatch: pytest.MonkeyPatch) -> VideoModel:
    """One entry more, here and in the demo's own table."""
    monkeypatch.setitem(cast(dict[str, VideoModel], MODELS), SEVENTH.id, SEVENTH)
    monkeypatch.setitem(cast(dict[str, demos.Model], demos.MODELS), SEVENTH.id, DEMOS_SEVENTH)
    return SEVENTH


def test_a_seventh_model_is_one_entry_and_one_row(seventh: VideoModel) -> None:
    check(seventh, ITS_ROW)
    check_what_is_left_out(seventh)


def test_a_seventh_model_can_be_offered_ordered_and_kept(
    seventh: VideoModel, database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STUDIO_MODELS", f"{seventh.id},alibaba/wan-2-6-i2v")
    offered = [MODELS[model] for model in Settings().models]
    store, media = Store(database), Media((tmp_path / "media").as_uri())
    service = a_visitor_service(database, store, media, lambda: NOON, models=offered)
    form = service.forms.drafts.of(ME)
    assert (form.model, form.duration_s, form.resolution) == (seventh.id, 6, "768P"), "the first is on the form"
    pictures = [DraftPicture(key=f"pictures/aa/{name}.jpg", width=400, height=400) for name in ("a", "b")]
    form = replace(form, prompt="waves", picture=pictures[0], ending_picture=pictures[1], audio_url=AUDIO)
    service.forms.drafts.keep(ME, form)
    assert service.forms.drafts.of(ME) == form
    job = service.place(ME, form)
    kept = store.get(job.id)
    assert kept is not None
    assert (kept.order, kept.price_micros) == (tidy(form.order()), 6 * 130_000)
    assert (kept.order.model, kept.order.ending_picture_key) == (seventh.id, "pictures/aa/b.jpg")
    assert service.forms.file_access.picture_key(ME, "b") == "pictures/aa/b.jpg"
    assert service.progress(kept).remaining_s == 120


def test_without_its_entry_the_seventh_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert problems_of(tidy(an_order(model=SEVENTH.id))) == (Problem.MODEL_NOT_OFFERED,)
    assert not Draft(model=SEVENTH.id).can_be_drawn
    with pytest.raises(Invalid, match="model"):
        read_order(json.dumps({"model": SEVENTH.id, "prompt": "x", "image_url": "https://example.com/a.jpg"}).encode())


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    opened.close()
