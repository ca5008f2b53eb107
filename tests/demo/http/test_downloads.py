"""The addresses of finished videos, and what can be fetched from them."""

from __future__ import annotations

import base64
import io
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import av
import pytest
import requests

from demo import process
from demo.http.signed_urls import Addresses, secret_in
from tests import sounds


def _get(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers=headers, timeout=30)


@pytest.fixture(scope="module")
def url(finished: dict[str, Any]) -> str:
    assert finished["status"] == "completed", finished
    return str(finished["video"]["url"])


@pytest.fixture(scope="module")
def whole(url: str) -> bytes:
    return _get(url).content


def test_a_video_is_fetched_without_a_key(url: str) -> None:
    answer = _get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "video/mp4")
    assert int(answer.headers["content-length"]) == len(answer.content) > 10_000


def test_a_download_is_the_whole_film_and_plays_to_its_end(provider: Any) -> None:
    answer = _get(provider.ended(provider.place("static", generate_audio=True))["video"]["url"])
    assert int(answer.headers["content-length"]) == len(answer.content)
    with av.open(io.BytesIO(answer.content), mode="r") as container:
        (video,), (audio,) = container.streams.video, container.streams.audio
        assert (video.frames, float(video.duration * video.time_base)) == (150, 5)
        shown = heard = 0
        for packet in container.demux(video, audio):
            assert not packet.is_corrupt
            for frame in packet.decode():
                assert not frame.is_corrupt
                if isinstance(frame, av.AudioFrame):
                    heard += frame.samples
                else:
                    shown += 1
    # Sound is coded in blocks of 1024, and the last one need not be full.
    assert (shown, heard // 1024) == (150, 5 * 48_000 // 1024 + 1)


@pytest.mark.parametrize(("kind", "given"), [("mpeg", sounds.mp3(7, sounds.HIGH)), ("wav", sounds.wav(3, sounds.HIGH))])
def test_a_sound_that_came_along_is_the_films_as_far_as_it_goes(provider: Any, kind: str, given: bytes) -> None:
    address = f"data:audio/{kind};base64,{base64.b64encode(given).decode()}"
    film = _get(provider.ended(provider.place("static", audio_url=address))["video"]["url"]).content
    assert len(sounds.heard(film)) / 48_000 == pytest.approx(5, abs=0.03), "as long as the film"
    assert sounds.pitch(sounds.heard(film, 0.5, 2.5)) == pytest.approx(sounds.HIGH, abs=2)
    rest = sounds.heard(film, 3.5, 4.9)
    assert (sounds.loudness(rest) > 0.1) is (kind == "mpeg"), "cut, or followed by silence"


def test_the_same_order_with_the_same_seed_is_the_same_film_again(provider: Any) -> None:
    placed = [provider.place("zoom in", seed=seed) for seed in (0, 0, 1)]
    first, again, other = (_get(provider.ended(one)["video"]["url"]).content for one in placed)
    assert first == again != other


def test_head_tells_the_length_without_the_bytes(url: str, whole: bytes) -> None:
    answer = requests.head(url, timeout=10)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) == len(whole)
    assert answer.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize(
    ("wanted", "part"),
    [("bytes=0-99", slice(0, 100)), ("bytes=500-", slice(500, None)), ("bytes=-10", slice(-10, None))],
)
def test_a_part_can_be_fetched(url: str, whole: bytes, wanted: str, part: slice) -> None:
    answer = _get(url, Range=wanted)
    assert answer.status_code == 206
    assert answer.content == whole[part]


def test_a_part_behind_the_end_is_refused(url: str, whole: bytes) -> None:
    assert _get(url, Range=f"bytes={len(whole)}-").status_code == 416


def test_a_download_can_be_resumed_only_on_the_same_file(url: str, whole: bytes) -> None:
    tag = _get(url).headers["etag"]
    assert _get(url, Range="bytes=100-", **{"If-Range": tag}).content == whole[100:]
    assert _get(url, Range="bytes=100-", **{"If-Range": '"another"'}).status_code == 200


@pytest.mark.parametrize(
    "change",
    [("Signature=", "Signature=x"), ("Expires=", "Expires=9"), ("/files/", "/files/0"), ("Expires=", "Expired=")],
)
def test_an_address_that_was_tampered_with_is_refused_in_xml(url: str, change: tuple[str, str]) -> None:
    answer = _get(url.replace(*change))
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("application/xml")
    assert "<Code>SignatureDoesNotMatch</Code>" in answer.text


def test_an_address_works_for_a_day(finished: dict[str, Any], url: str) -> None:
    expires = int(parse_qs(urlsplit(url).query)["Expires"][0])
    answer = requests.head(url, timeout=10)
    assert abs(expires - 86_400 - parsedate_to_datetime(answer.headers["date"]).timestamp()) < 120


def test_signing_is_bound_to_the_file_and_to_its_end() -> None:
    addresses = Addresses(secret=b"secret", life_s=10)
    query = parse_qs(urlsplit(addresses.sign("a.mp4", 1000)).query)
    expires, signature = query["Expires"][0], query["Signature"][0]
    assert expires == "1010"
    assert addresses.is_genuine("a.mp4", expires, signature)
    assert not addresses.is_genuine("b.mp4", expires, signature)
    assert not addresses.is_genuine("a.mp4", "1011", signature)
    assert not Addresses(secret=b"other", life_s=10).is_genuine("a.mp4", expires, signature)
    assert not addresses.is_genuine("a.mp4", expires, "é")


def test_the_signing_secret_is_kept_and_private(tmp_path: Any) -> None:
    assert secret_in(tmp_path) == secret_in(tmp_path)
    assert (tmp_path / "address-secret").stat().st_mode & 0o077 == 0


def test_an_expired_address_is_refused_and_a_fresh_look_up_gives_a_good_one(provider: Any) -> None:
    generation_id = provider.place("static, demo: expired address")
    first = provider.ended(generation_id)["video"]["url"]
    refused = _get(first)
    assert refused.status_code == 403
    assert "<Code>AccessDenied</Code>" in refused.text
    assert _get(provider.look(generation_id).json()["video"]["url"]).status_code == 200


def test_a_damaged_video_is_cut_then_half_then_whole(provider: Any) -> None:
    url = provider.ended(provider.place("static, demo: damaged video"))["video"]["url"]
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        _get(url)
    half, whole = _get(url), _get(url)
    assert half.status_code == whole.status_code == 200
    assert half.content == whole.content[: len(whole.content) // 2]
    assert _get(url).content == whole.content


def test_the_life_of_an_address_can_be_set(tmp_path: Any, provider: Any) -> None:
    short = process.start(tmp_path, key="k", pace=0, address_life_s=0, draft=True)
    try:
        caller = type(provider)(base_url=short.base_url, key="k")
        assert _get(caller.ended(caller.place())["video"]["url"]).status_code == 403
    finally:
        short.stop()
