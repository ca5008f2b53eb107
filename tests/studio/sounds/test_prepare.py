"""Any upload becomes a sound fit to send, or is refused for a reason that the screen has a sentence for."""

from __future__ import annotations

import struct

import pytest

from studio.sounds import prepare as preparing
from studio.sounds.prepare import KEPT_S, SoundRefusal, SoundRefused, kind_of, prepare
from tests import sounds

SECRET = "A song for nobody but Ann"


@pytest.mark.parametrize(
    "given",
    [
        sounds.wav(4, sounds.HIGH),
        sounds.wav(4, sounds.HIGH, rate=8_000),
        sounds.wav(4, sounds.HIGH, rate=96_000, channels=2),
        sounds.wav(4, sounds.HIGH, channels=6),
        sounds.mp3(4, sounds.HIGH),
        sounds.mp3(4, sounds.HIGH, {"title": SECRET}),
    ],
    ids=["wav", "8 kHz", "96 kHz", "six voices", "mp3", "mp3 with tags"],
)
def test_a_wav_or_mp3_becomes_an_mp3_that_sounds_the_same(given: bytes) -> None:
    kept = prepare(given)
    assert kept.length_s == pytest.approx(4, abs=0.1)
    assert sounds.pitch(sounds.heard(kept.mp3)) == pytest.approx(sounds.HIGH, abs=2)


def test_nothing_of_what_a_file_says_of_itself_is_kept() -> None:
    given = sounds.mp3(4, tags={"title": SECRET, "artist": SECRET, "comment": SECRET})
    assert SECRET.encode() in given
    assert given[-128:].startswith(b"TAG")
    kept = prepare(given).mp3
    assert SECRET.encode() not in kept
    assert all(word not in kept[:576] for word in (b"Xing", b"Info"))
    assert not kept.startswith(b"ID3")
    assert b"TAG" not in kept[-128:]
    frames = {kept[at : at + 2] for at in range(0, len(kept), 576)}
    assert frames == {b"\xff\xfb"}, "frames from the first byte to the last"


def test_of_a_song_no_more_is_kept_than_the_model_takes() -> None:
    kept = prepare(sounds.mp3(200, sounds.HIGH))
    assert kept.length_s == KEPT_S
    assert len(kept.mp3) == 720_000


def refusal(given: bytes) -> SoundRefusal:
    with pytest.raises(SoundRefused) as refused:
        prepare(given)
    return refused.value.refusal


def test_three_seconds_are_enough_and_less_is_too_short() -> None:
    assert prepare(sounds.wav(3)).length_s >= 3
    assert prepare(sounds.mp3(3)).length_s >= 3
    assert refusal(sounds.wav(2.9)) is SoundRefusal.TOO_SHORT
    assert refusal(sounds.mp3(1)) is SoundRefusal.TOO_SHORT


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (b"", SoundRefusal.EMPTY),
        (sounds.m4a(5), SoundRefusal.NOT_WAV_OR_MP3),
        (b"#EXTM3U\nhttp://127.0.0.1/a.mp3\n", SoundRefusal.NOT_WAV_OR_MP3),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", SoundRefusal.NOT_WAV_OR_MP3),
        (b"\xff\xf1" + b"\x50" * 3_000, SoundRefusal.NOT_WAV_OR_MP3),
        (b"RIFF\x00\x00\x00\x00AVI LIST", SoundRefusal.NOT_WAV_OR_MP3),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", SoundRefusal.UNREADABLE),
        (b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"words, not sound " * 500, SoundRefusal.UNREADABLE),
        (b"\xff\xfb\x90\x64" + bytes(100), SoundRefusal.UNREADABLE),
        (b"\xff", SoundRefusal.NOT_WAV_OR_MP3),
    ],
    ids=["nothing", "mp4", "list", "concat", "aac", "avi", "wav of nothing", "tag alone", "a frame cut off", "a byte"],
)
def test_what_is_no_wav_or_mp3_is_refused_whatever_it_is_called(given: bytes, why: SoundRefusal) -> None:
    assert refusal(given) is why


def test_a_wav_with_something_else_than_samples_in_it_is_refused() -> None:
    given = bytearray(sounds.wav(5))
    struct.pack_into("<H", given, 20, 0x0161)  # Windows Media Audio
    assert refusal(bytes(given)) in (SoundRefusal.NOT_WAV_OR_MP3, SoundRefusal.UNREADABLE)


def test_what_is_too_large_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "MAX_UPLOAD_BYTES", 1_000)
    assert refusal(sounds.wav(5)) is SoundRefusal.TOO_MANY_BYTES


def test_a_broken_place_in_the_middle_costs_no_more_than_that_place() -> None:
    given = bytearray(sounds.mp3(8, sounds.HIGH))
    middle = len(given) // 2
    given[middle : middle + 600] = b"\x00" * 600
    kept = prepare(bytes(given))
    assert kept.length_s == pytest.approx(8, abs=0.3)
    assert sounds.pitch(sounds.heard(kept.mp3, 5, 7)) == pytest.approx(sounds.HIGH, abs=2)


def test_a_recording_that_breaks_off_is_taken_as_far_as_it_goes() -> None:
    whole = sounds.wav(8)
    kept = prepare(whole[: len(whole) // 2])
    assert kept.length_s == pytest.approx(4, abs=0.1)


@pytest.mark.parametrize(("begins", "kind"), [(b"RIFF1234WAVE", "wav"), (b"RF641234WAVE", "wav"), (b"ID3", "mp3"),
                                              (b"\xff\xfb", "mp3"), (b"\xff\xf3", "mp3"), (b"\xff\xfd", None),
                                              (b"\x1aE\xdf\xa3", None), (b"fLaC", None)])  # fmt: skip
def test_it_is_told_by_how_it_begins(begins: bytes, kind: str | None) -> None:
    assert kind_of(begins + bytes(20)) == kind
