"""The client against the demo: two readings of the provider's pages, written apart, that must understand each other."""

from __future__ import annotations

import io
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import pytest
from PIL import Image

from demo import process
from videoapi import (
    WAN_2_6_I2V,
    FailureKind,
    Generation,
    GenerationRequest,
    KeyRejected,
    NoAnswer,
    NotFound,
    OrderInvalid,
    OutOfCredit,
    ServiceDown,
    Status,
    VideoAPI,
    VideoAPIError,
    jpeg_data_url,
)


def an_order(prompt: str) -> GenerationRequest:
    picture = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((480, 360)).save(picture, "JPEG")
    return GenerationRequest(
        model=WAN_2_6_I2V.id,
        prompt=prompt,
        image_url=jpeg_data_url(picture.getvalue()),
        resolution="720p",
        duration=5,
        seed=7,
    )


def finished(api: VideoAPI, generation_id: str) -> Generation:
    """What it ends as; asks until then."""
    never, end = threading.Event(), time.monotonic() + 60
    while (seen := api.look_up(generation_id)).status not in (Status.COMPLETED, Status.ERROR):
        assert time.monotonic() < end, "the demo did not end it"
        never.wait(0.05)
    return seen


def test_an_order_becomes_a_video_that_can_be_fetched(api: VideoAPI, tmp_path: Path) -> None:
    ordered = api.create(an_order("slow zoom in"), client_request_id="client-1")
    assert ordered.credits_used == 1_050_000  # $0.105 a second at 720p, 5 s, 2,000,000 credits to the dollar
    done = finished(api, ordered.generation_id)
    assert done.status is Status.COMPLETED
    assert done.video_url is not None
    api.fetch(done.video_url, tmp_path / "part", max_bytes=50_000_000)
    assert (tmp_path / "part").read_bytes()[4:8] == b"ftyp"


def test_a_video_ends_in_the_picture_that_was_ordered(api: VideoAPI, tmp_path: Path) -> None:
    def plain(colour: str) -> str:
        picture = io.BytesIO()
        Image.new("RGB", (480, 360), colour).save(picture, "JPEG")
        return jpeg_data_url(picture.getvalue())

    order = GenerationRequest(
        model="bytedance/seedance-1-0-pro-i2v",
        prompt="slow zoom in",
        image_url=plain("navy"),
        last_image_url=plain("orange"),
        resolution="480p",
        duration=5,
        watermark=False,
    )
    done = finished(api, api.create(order, client_request_id="client-5").generation_id)
    assert done.video_url is not None
    api.fetch(done.video_url, tmp_path / "part", max_bytes=50_000_000)
    with av.open(str(tmp_path / "part"), mode="r") as container:
        seen = [frame.to_image().getpixel((10, 10)) for frame in container.decode(video=0)]
        assert len(container.streams.audio) == 0, "this model makes none"
    assert len(seen) == 150
    assert seen[0] == pytest.approx((0, 0, 128), abs=8)
    assert seen[-1] == pytest.approx((255, 165, 0), abs=8)
    assert any(40 < red < 215 for red, _, _ in seen), "and passes into it"


def test_an_order_whose_answer_got_lost_is_in_the_log(api: VideoAPI) -> None:
    with pytest.raises(NoAnswer, match="the connection broke") as lost:
        api.create(an_order("demo: lost answer"), client_request_id="client-2")
    assert lost.value.outcome_unknown
    now = datetime.now(UTC)
    row = api.find_lost("client-2", since=now - timedelta(minutes=5), until=now + timedelta(minutes=1))
    assert row is not None
    assert finished(api, row.inference_id).status is Status.COMPLETED


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        ("demo: out of credit", OutOfCredit, "run out of credits"),
        ("demo: key rejected", KeyRejected, "requires a valid API key"),
        ("demo: invalid", OrderInvalid, "asked for by its words"),
        ("demo: server error", ServiceDown, "Something wrong with the server"),
    ],
)
def test_what_the_demo_refuses_is_read_as_the_provider_means_it(
    api: VideoAPI, words: str, error: type[VideoAPIError], said: str
) -> None:
    with pytest.raises(error, match=said):
        api.create(an_order(words), client_request_id="client-3")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("demo: picture moderated", FailureKind.PICTURE_MODERATED),
        ("demo: words moderated", FailureKind.WORDS_MODERATED),
        ("demo: result moderated", FailureKind.RESULT_MODERATED),
        ("demo: famous character", FailureKind.FAMOUS_CHARACTER),
        ("demo: audio unreachable", FailureKind.AUDIO_UNREACHABLE),
        ("demo: too busy", FailureKind.BUSY),
    ],
)
def test_what_the_demo_gives_up_on_is_read_as_the_provider_means_it(
    api: VideoAPI, words: str, kind: FailureKind
) -> None:
    ended = finished(api, api.create(an_order(words), client_request_id="client-4").generation_id)
    assert ended.status is Status.ERROR
    assert ended.failure is not None
    assert ended.failure.kind is kind


def test_balance_and_price_are_read(api: VideoAPI) -> None:
    assert api.balance().micros > 0
    assert api.pricing(WAN_2_6_I2V.id).price_micros(resolution="1080p", duration_s=5) == 787_500
    assert api.pricing("alibaba/wan-2-7-i2v").price_micros(resolution="1080p", duration_s=10) == 1_950_000
    assert api.pricing("alibaba/wan2.2-i2v-plus").price_micros(resolution="480P", duration_s=5) == 262_500


def test_an_id_that_was_never_given_out_is_not_found(api: VideoAPI) -> None:
    with pytest.raises(NotFound, match="Inference not found"):
        api.look_up("never-given-out")


def test_another_key_is_rejected(demo: process.DemoProcess) -> None:
    stranger = VideoAPI(demo.base_url, "another-key-altogether")
    with pytest.raises(KeyRejected, match="requires a valid API key"):
        stranger.balance()
    stranger.close()
