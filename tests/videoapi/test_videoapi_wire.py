"""Orders and generations as values: the documented shapes, and the shapes seen in the wild."""

import base64
import json

import pytest

from videoapi import (
    WAN_2_6_I2V,
    Generation,
    GenerationRequest,
    Status,
    UnreadableAnswer,
    jpeg_data_url,
    micros_of_credits,
    mp3_data_url,
    read_generation,
    request_body,
)
from videoapi.wire import NO_AMOUNT

SIGNED = "https://cdn.aimlapi.com/alpaca/1d/1b/20260107/a.mp4?Expires=1767805107&OSSAccessKeyId=L&Signature=W%3D"


def read(answer: object) -> Generation:
    return read_generation(200, {}, encode(answer))


def encode(answer: object) -> bytes:
    return answer if isinstance(answer, bytes) else json.dumps(answer).encode()


def test_the_answers_of_the_providers_own_sample_are_read() -> None:
    queued = read({"id": "V2cdWP9kao8xiofM-OvwG", "status": "queued", "meta": {"usage": {"credits_used": 1575000}}})
    assert (queued.generation_id, queued.status, queued.credits_used) == (
        "V2cdWP9kao8xiofM-OvwG",
        Status.QUEUED,
        1575000,
    )
    assert micros_of_credits(1575000) == 787_500
    done = read({"id": "V2cdWP9kao8xiofM-OvwG", "status": "completed", "video": {"url": SIGNED}})
    assert (done.status, done.video_url, done.credits_used, done.failure) == (Status.COMPLETED, SIGNED, None, None)
    assert "Signature" not in repr(done)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("queued", Status.QUEUED),
        ("waiting", Status.QUEUED),
        ("PENDING", Status.QUEUED),
        ("in-queue", Status.QUEUED),
        ("generating", Status.GENERATING),
        ("active", Status.GENERATING),
        ("RUNNING", Status.GENERATING),
        ("In Progress", Status.GENERATING),
        ("completed", Status.COMPLETED),
        ("succeeded", Status.COMPLETED),
        ("success", Status.COMPLETED),
        ("done", Status.COMPLETED),
        ("ready", Status.COMPLETED),
        ("finished", Status.COMPLETED),
        ("error", Status.ERROR),
        ("failed", Status.ERROR),
        ("FAILED", Status.ERROR),
        ("cancelled", Status.ERROR),
        ("canceled", Status.ERROR),
        ("timeout", Status.ERROR),
        ("timed_out", Status.ERROR),
        ("expired", Status.ERROR),
        ("unknown", Status.UNKNOWN),
        ("", Status.UNKNOWN),
        ("polishing", Status.UNKNOWN),
        ("completed?", Status.UNKNOWN),
        (None, Status.UNKNOWN),
        (7, Status.UNKNOWN),
        (["completed"], Status.UNKNOWN),
    ],
)
def test_every_word_for_a_status_is_known_or_means_keep_polling(word: object, status: Status) -> None:
    generation = read({"id": "a", "status": word, "error": {"name": "stub", "message": ""}, "video": {"url": SIGNED}})
    assert generation.status is status
    assert (generation.video_url is not None) == (status is Status.COMPLETED)
    assert (generation.failure is not None) == (status is Status.ERROR)


@pytest.mark.parametrize(
    ("fields", "generation_id"),
    [
        ({"id": "a"}, "a"),
        ({"generation_id": "b"}, "b"),
        ({"id": None, "generation_id": "b"}, "b"),
        ({"id": "", "generation_id": "b"}, "b"),
        ({"id": "a", "generation_id": "b"}, "a"),
        ({"id": 349865017168125}, "349865017168125"),
        ({"id": "50f3e8ae:kling-video/v1.6/pro/effects"}, "50f3e8ae:kling-video/v1.6/pro/effects"),
        ({"id": "x" * 512}, "x" * 512),
    ],
)
def test_an_id_is_found_under_both_its_names(fields: dict[str, object], generation_id: str) -> None:
    assert read({**fields, "status": "queued"}).generation_id == generation_id


@pytest.mark.parametrize(
    "bad", [None, "", " ", " a", "a\n", "a\x00b", "\ud800", "\u202ea", "x" * 513, True, 1.5, [], {}, ["a"], {"id": "a"}]
)
def test_what_cannot_be_an_id_is_no_answer_to_an_order(bad: object) -> None:
    with pytest.raises(UnreadableAnswer, match="without the id of a generation") as caught:
        read({"id": bad, "status": "queued"})
    assert caught.value.outcome_unknown


@pytest.mark.parametrize(
    ("video", "address"),
    [
        ({"url": SIGNED}, SIGNED),
        ([{"url": SIGNED}, {"url": "https://b"}], SIGNED),
        ([None, {}, {"url": None}, {"url": SIGNED}], SIGNED),
        ([SIGNED], SIGNED),
        (SIGNED, SIGNED),
        (None, None),
        ({}, None),
        ([], None),
        ({"url": None}, None),
        ({"url": ""}, None),
        ({"url": 5}, None),
        ({"url": ["a"]}, None),
        ({"url": "https://a\nb"}, None),
        ({"url": "https://" + "a" * 9000}, None),
        (True, None),
    ],
)
def test_a_video_is_an_object_a_list_or_a_text_and_may_still_be_missing(video: object, address: str | None) -> None:
    generation = read({"id": "a", "status": "completed", "video": video})
    assert (generation.status, generation.video_url) == (Status.COMPLETED, address)


@pytest.mark.parametrize(
    ("used", "header", "credits"),
    [
        (1575000, None, 1575000),
        (2480.2, None, 2481),
        ("1575000", None, 1575000),
        (0, "5", 0),
        (None, "1575000", 1575000),
        (None, "1.5e3", 1500),
        (-1, None, NO_AMOUNT),
        (True, None, NO_AMOUNT),
        ({}, "x", NO_AMOUNT),
        (10**30, None, None),
        (None, None, None),
    ],
)
def test_credits_come_from_the_body_or_else_from_the_headers(
    used: object, header: str | None, credits: int | None
) -> None:
    headers = {"X-AIMLAPI-Credits-Used": header} if header is not None else {}
    body = json.dumps({"id": "a", "status": "queued", "meta": {"usage": {"credits_used": used}}}).encode()
    assert read_generation(200, headers, body).credits_used == credits


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": "a", "status": "queued", "n": NaN, "i": -Infinity}',
        b'{"id": "a", "status": "queued", "n": ' + b"9" * 100_000 + b"}",
        b'{"id": "a", "status": "queued", "n": 1e999999999999999999999}',
        b'{"id": "a", "status": "queued", "n": 1E-999999999999999999999, "m": 0.' + b"1" * 100_000 + b"}",
        b'\xef\xbb\xbf{"id": "a", "status": "queued"}',
        b'{"id": "a", "status": "queued", "x": "\xff\xfe"}',
        b'{"id": "a", "status": "queued", "x": "\x01\n\x00"}',
        b'{"id": "a", "status": "queued", "x": "\\ud800"}',
        b' \r\n{"id": "z", "id": "a", "status": "queued"}\n',
    ],
    ids=range(9),
)
def test_an_id_is_not_lost_to_nonsense_beside_it(body: bytes) -> None:
    assert read_generation(200, {}, body).generation_id == "a"


@pytest.mark.parametrize(
    "body", [b"[" * 200_000, b'{"a":' * 100_000, b'{"id": "a"', b"", b"\x00", b"\xff" * 99, b"1" * 9999]
)
def test_what_is_not_json_is_an_unreadable_answer(body: bytes) -> None:
    with pytest.raises(UnreadableAnswer, match="without the id of a generation"):
        read_generation(200, {}, body)


def test_only_what_is_set_is_sent_and_the_length_is_a_whole_number() -> None:
    full = GenerationRequest(
        model=WAN_2_6_I2V.id,
        prompt="p",
        image_url=jpeg_data_url(b"\xff\xd8"),
        resolution="1080p",
        duration=10,
        audio_url=mp3_data_url(b"\xff\xfb"),
        negative_prompt="n",
        shot_type="multi",
        generate_audio=False,
        seed=0,
        enhance_prompt=False,
    )
    body = request_body(full)
    assert list(body) == [
        *("model", "prompt", "image_url", "resolution", "duration", "audio_url", "negative_prompt"),
        *("shot_type", "generate_audio", "seed", "enhance_prompt"),
    ]
    assert (body["generate_audio"], body["seed"], body["enhance_prompt"]) == (False, 0, False)
    assert type(body["duration"]) is int
    assert body["image_url"] == "data:image/jpeg;base64," + base64.b64encode(b"\xff\xd8").decode()
    assert body["audio_url"] == "data:audio/mpeg;base64," + base64.b64encode(b"\xff\xfb").decode()
    assert "base64" not in repr(full)
