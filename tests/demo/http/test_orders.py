"""What the stand-in accepts, and how it refuses: the provider's published schema."""

from __future__ import annotations

import base64
import io
import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from PIL import Image

from demo.orders import given_files
from demo.orders.given_files import AudioUnusable, audio_in
from demo.orders.models import MODELS
from demo.orders.schema import Invalid, read_order

MODEL = "alibaba/wan-2-6-i2v"
DURATIONS_S = MODELS[MODEL].durations_s
LINK = "https://example.test/picture.jpg"


def _order(**fields: Any) -> bytes:
    body = {"model": MODEL, "prompt": "zoom in", "image_url": LINK} | fields
    return json.dumps({name: value for name, value in body.items() if value is not ...}).encode()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"model": ...}, "model: Required"),
        ({"model": "alibaba/wan-2-5-i2v"}, "model: Invalid enum value"),
        ({"model": ["alibaba/wan-2-6-i2v"]}, "model: Invalid enum value"),
        ({"prompt": ...}, "prompt: Required"),
        ({"prompt": 7}, "prompt: Expected string, received number"),
        ({"prompt": None}, "prompt: Expected string, received null"),
        ({"prompt": "  \n"}, "prompt: String must contain"),
        ({"image_url": ...}, "image_url: Required"),
        ({"image_url": "picture.jpg"}, "image_url: Invalid url"),
        ({"image_url": "ftp://example.test/a.jpg"}, "image_url: Invalid url"),
        ({"image_url": "file:///etc/hosts"}, "image_url: Invalid url"),
        ({"image_url": "data:text/plain;base64,aGk="}, "image_url: Invalid url"),
        ({"image_url": "http://[broken"}, "image_url: Invalid url"),
        ({"image_url": {"url": LINK}}, "image_url: Expected string, received object"),
        ({"audio_url": "data:audio/mp3;base64,aGk="}, "audio_url: Invalid url"),
        ({"audio_url": "data:audio/ogg;base64,aGk="}, "audio_url: Invalid url"),
        ({"audio_url": "data:audio/mpeg,aGk="}, "audio_url: Invalid url"),
        ({"audio_url": "data:image/jpeg;base64,aGk="}, "audio_url: Invalid url"),
        ({"audio_url": "aGk="}, "audio_url: Invalid url"),
        ({"audio_url": 1}, "audio_url: Expected string"),
        ({"resolution": "1080P"}, "resolution: Invalid enum value"),
        ({"resolution": "480p"}, "resolution: Invalid enum value"),
        ({"duration": 6}, "duration: Invalid literal value"),
        ({"duration": "6"}, "duration: Invalid literal value"),
        ({"duration": 5.0}, "duration: Invalid literal value"),
        ({"duration": True}, "duration: Invalid literal value"),
        ({"duration": None}, "duration: Invalid literal value"),
        ({"duration": "5s"}, "duration: Invalid literal value"),
        ({"negative_prompt": ["blur"]}, "negative_prompt: Expected string, received array"),
        ({"shot_type": "customize"}, "shot_type: Invalid enum value"),
        ({"generate_audio": "false"}, "generate_audio: Expected boolean, received string"),
        ({"generate_audio": 0}, "generate_audio: Expected boolean"),
        ({"seed": "7"}, "seed: Expected integer, received string"),
        ({"seed": 1.5}, "seed: Expected integer"),
        ({"seed": False}, "seed: Expected integer, received boolean"),
        ({"enhance_prompt": 1}, "enhance_prompt: Expected boolean"),
    ],
)
def test_a_field_that_breaks_the_schema_is_named(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_order(_order(**fields))
    assert len(refused.value.messages) == 1
    assert refused.value.messages[0].startswith(named)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"", "Body is not valid JSON"),
        (b"{", "Body is not valid JSON"),
        (b"\xff\xfe", "Body is not valid JSON"),
        (b"[" * 100_000, "Body is not valid JSON"),
        (b"[]", "Expected object"),
        (b'"text"', "Expected object"),
        (b"null", "Expected object"),
    ],
)
def test_a_body_that_is_no_object_is_refused(body: bytes, named: str) -> None:
    with pytest.raises(Invalid, match=named):
        read_order(body)


def test_every_fault_is_named_not_only_the_first() -> None:
    with pytest.raises(Invalid) as refused:
        read_order(b'{"duration": 7, "seed": "x"}')
    fields = [message.partition(":")[0] for message in refused.value.messages]
    assert fields == ["model", "prompt", "image_url", "duration", "seed"]


def test_an_order_with_only_what_is_required_gets_the_documented_defaults() -> None:
    order = read_order(_order())
    assert (order.resolution, order.duration, order.shot_type) == ("1080p", 10, "single")
    assert (order.generate_audio, order.enhance_prompt, order.seed) == (True, True, None)


@pytest.mark.parametrize("duration", [*DURATIONS_S, *map(str, DURATIONS_S)])
def test_a_duration_may_be_an_integer_or_its_text(duration: int | str) -> None:
    assert read_order(_order(duration=duration)).duration == int(duration)


ONLY_SOME_HAVE = {
    "audio_url": "https://example.test/a.mp3",
    "aspect_ratio": "1:1",
    "shot_type": "multi",
    "generate_audio": False,
    "negative_prompt": "blur",
    "enhance_prompt": False,
    "enable_prompt_expansion": False,
    "watermark": False,
    "camerafixed": False,
    "last_image_url": LINK,
    "duration": 5,
    "tail_image_url": LINK,
    "size": "1280*720",
}


@pytest.mark.parametrize("kind", ["mpeg", "wav", "x-wav", "MPEG"])
def test_a_sound_may_come_along_where_the_model_takes_one(kind: str) -> None:
    address = f"data:audio/{kind};base64,aGk="
    order = read_order(_order(audio_url=address))
    assert audio_in(address) == b"hi"
    assert order.audio_url == address
    settings = order.without_files()
    assert (settings["audio_url"], settings["has_audio"]) == (None, True), "not in the ledger, which has its own limits"
    assert "aGk=" not in json.dumps(settings)
    with pytest.raises(Invalid, match="Unrecognized key"):
        read_order(_order(model="alibaba/wan2.2-i2v-plus", resolution="480P", audio_url=address))


def test_a_sound_that_is_too_large_or_broken_on_its_way_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AudioUnusable, match="Base64"):
        audio_in("data:audio/mpeg;base64,aG")
    monkeypatch.setattr(given_files, "AUDIO_LIMIT_BYTES", 1)
    with pytest.raises(AudioUnusable, match="15MB"):
        audio_in("data:audio/mpeg;base64,aGk=")


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("field", ONLY_SOME_HAVE)
def test_a_field_is_taken_where_the_model_has_it_and_refused_elsewhere(model: str, field: str) -> None:
    body = _order(model=model, **{field: ONLY_SOME_HAVE[field]})
    if field in MODELS[model].takes:
        assert read_order(body).model == model
        return
    with pytest.raises(Invalid) as refused:
        read_order(body)
    assert refused.value.messages == [f"Unrecognized key(s) in object: '{field}'"]


@pytest.mark.parametrize(
    ("model", "fields", "named"),
    [
        (
            "alibaba/wan2.2-i2v-plus",
            {"resolution": "480p"},
            "resolution: Invalid enum value. Expected '480P' | '1080P'",
        ),
        ("alibaba/wan2.2-i2v-plus", {"resolution": "720P"}, "resolution: Invalid enum value"),
        ("alibaba/wan2.5-i2v-preview", {"resolution": "480P"}, "resolution: Invalid enum value"),
        ("alibaba/wan2.5-i2v-preview", {"duration": 15}, "duration: Invalid literal value. Expected 5 | 10, received"),
        ("alibaba/wan2.5-i2v-preview", {"aspect_ratio": "4:3"}, "aspect_ratio: Invalid enum value"),
        ("alibaba/wan-2-7-i2v", {"negative_prompt": "x" * 501}, "negative_prompt: String must contain at most 500"),
        ("alibaba/wan-2-7-i2v", {"watermark": "no"}, "watermark: Expected boolean"),
        ("bytedance/seedance-1-0-pro-i2v", {"last_image_url": "b.jpg"}, "last_image_url: Invalid url"),
    ],
)
def test_each_model_has_a_schema_of_its_own(model: str, fields: dict[str, Any], named: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_order(_order(model=model, **fields))
    assert len(refused.value.messages) == 1
    assert refused.value.messages[0].startswith(named)


@pytest.mark.parametrize(
    ("model", "resolution", "duration", "sound"),
    [
        ("alibaba/wan-2-6-image-to-video-flash", "720p", 10, True),
        ("alibaba/wan-2-7-i2v", "1080p", 10, True),
        ("alibaba/wan2.5-i2v-preview", "1080p", 10, True),
        ("alibaba/wan2.2-i2v-plus", "1080P", 5, False),
        ("bytedance/seedance-1-0-pro-i2v", "1080p", 5, False),
    ],
)
def test_each_model_has_defaults_of_its_own(model: str, resolution: str, duration: int, sound: bool) -> None:
    order = read_order(_order(model=model))
    assert (order.resolution, order.duration, order.generate_audio) == (resolution, duration, sound)


def test_each_model_has_a_price_in_the_log_and_in_the_catalogue(provider: Any) -> None:
    order = provider.order("demo: stuck", model="alibaba/wan-2-7-i2v", generate_audio=..., resolution="1080p")
    answer = provider.post(order)
    assert answer.json()["meta"]["usage"] == {"credits_used": 5 * 390_000, "usd_spent": 0.975}
    row = next(row for row in provider.log_rows() if row["inference_id"] == answer.json()["id"])
    assert row["model"] == "alibaba/wan-2-7-i2v"
    listed = provider.get("/v1/models?include=pricing").json()["data"]
    assert [entry["id"] for entry in listed] == list(MODELS)
    (entry,) = provider.get("/v1/models?id=alibaba/wan2.2-i2v-plus&include=pricing").json()["data"]
    assert [rate["when"]["resolution"] for rate in entry["pricing"]["variants"]] == ["480P", "1080P"]


def test_an_ending_picture_that_is_none_is_refused(provider: Any) -> None:
    broken = provider.order(
        model="bytedance/seedance-1-0-pro-i2v", generate_audio=..., last_image_url="data:image/jpeg;base64,aGk="
    )
    answer = provider.post(broken)
    assert answer.status_code == 400
    assert answer.json()["message"][0].startswith("last_image_url: Failed to decode the image")


def test_texts_that_are_too_long_are_cut_not_refused() -> None:
    order = read_order(_order(prompt="a" * 1600, negative_prompt="é" * 600))
    assert (len(order.prompt), len(order.negative_prompt)) == (1500, 500)


def test_an_accepted_order_is_answered_as_documented(provider: Any) -> None:
    answer = provider.post(provider.order("demo: stuck", resolution="1080p"), client_request_id="job-1.a_b:c")
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "queued"
    assert body["video"] is None
    assert body["meta"]["usage"]["credits_used"] == 1_575_000
    assert answer.headers["x-inference-id"] == body["id"]
    assert answer.headers["x-client-request-id"] == "job-1.a_b:c"
    assert answer.headers["x-aimlapi-credits-used"] == "1575000"


def test_a_client_request_id_that_breaks_the_rules_is_dropped_without_a_word(provider: Any) -> None:
    answer = provider.post(provider.order("demo: stuck"), client_request_id="two words")
    assert answer.status_code == 200
    assert "x-client-request-id" not in answer.headers


def test_a_refused_order_answers_400_with_a_list_of_messages(provider: Any) -> None:
    answer = provider.post(provider.order(duration=7))
    assert answer.status_code == 400
    body = answer.json()
    assert body["message"] == ["duration: Invalid literal value. Expected 5 | 10 | 15, received 7"]
    assert body["error"]["name"] == "BadRequestException"


def test_a_sound_that_came_along_broken_is_refused_as_the_provider_refuses(provider: Any) -> None:
    answer = provider.post(provider.order(audio_url="data:audio/mpeg;base64,!!!"))
    assert answer.status_code == 400
    assert answer.json()["message"][0].startswith("audio_url: Failed to decode the audio")
    end = provider.ended(provider.place(audio_url="data:audio/wav;base64,aGk="))
    assert (end["status"], end["error"]["name"]) == ("error", "InvalidFile.Format")
    assert end["meta"]["usage"]["credits_used"] == 0


def test_a_sound_is_refused_where_the_words_want_it_and_only_where_one_came_along(provider: Any) -> None:
    wanted = provider.order("static demo: audio refused", audio_url="data:audio/mpeg;base64,aGk=")
    answer = provider.post(wanted)
    assert (answer.status_code, answer.json()["message"]) == (400, ["audio_url: Invalid url"])
    assert provider.post(provider.order("static demo: audio refused")).status_code == 200


@pytest.mark.parametrize(
    "payload",
    [
        "data:image/jpeg;base64,!!!!",
        "data:image/jpeg;base64,",
        "data:image/jpeg,plain",
        "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"0" * 50).decode(),
        "data:image/svg+xml;base64," + base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode(),
    ],
)
def test_a_data_url_without_a_real_picture_is_refused(provider: Any, payload: str) -> None:
    answer = provider.post(provider.order(image_url=payload))
    assert answer.status_code == 400
    assert answer.json()["message"][0].startswith("image_url: Failed to decode the image")


def test_a_picture_cut_off_in_the_middle_is_refused(provider: Any) -> None:
    whole = base64.b64decode(provider.order()["image_url"].partition(",")[2])
    half = "data:image/jpeg;base64," + base64.b64encode(whole[: len(whole) // 2]).decode()
    assert provider.post(provider.order(image_url=half)).status_code == 400


def test_a_format_outside_the_list_is_refused_whatever_it_calls_itself(provider: Any) -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 300)).save(out, "TIFF")
    disguised = "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()
    assert provider.post(provider.order(image_url=disguised)).status_code == 400


def test_a_picture_smaller_than_the_model_takes_fails_without_a_charge(provider: Any) -> None:
    out = io.BytesIO()
    Image.new("RGB", (239, 300)).save(out, "PNG")
    small = "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
    end = provider.ended(provider.place(image_url=small))
    assert (end["status"], end["error"]["name"]) == ("error", "InvalidFile.Resolution")
    assert end["meta"]["usage"]["credits_used"] == 0


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic a-key-for-tests"])
@pytest.mark.parametrize(
    "path", ["/v2/video/generations?generation_id=x", "/v2/billing", "/v2/logs?period=1h", "/v1/key"]
)
def test_nothing_is_told_without_the_right_key(provider: Any, path: str, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = requests.get(provider.base_url + path, headers=headers, timeout=10)
    assert answer.status_code == 401
    assert answer.json()["statusCode"] == 401


def test_an_order_without_the_key_is_refused(provider: Any) -> None:
    answer = requests.post(provider.base_url + "/v2/video/generations", json=provider.order(), timeout=10)
    assert answer.status_code == 401


@pytest.mark.parametrize("query", ["?generation_id=unknown", "?generation_id=", ""])
def test_an_unknown_id_is_not_found(provider: Any, query: str) -> None:
    answer = provider.get(f"/v2/video/generations{query}")
    assert answer.status_code == 404
    assert answer.json()["message"] == "Inference not found"


def test_a_body_over_32_mb_is_refused(provider: Any) -> None:
    huge = provider.order(negative_prompt="a" * (32 * 1024 * 1024))
    assert provider.post(huge).status_code == 413


def test_it_listens_on_this_computer_only(provider: Any) -> None:
    port = urlsplit(provider.base_url).port
    with socket.socket() as other, pytest.raises(OSError, match=r"refused|unreachable"):
        # 127.0.0.2 is this computer too, but not the address it is bound to.
        other.connect(("127.0.0.2", port))


def test_an_unknown_path_is_answered_in_json(provider: Any) -> None:
    answer = provider.get("/v2/nothing")
    assert answer.status_code == 404
    assert answer.json()["path"] == "/v2/nothing"
