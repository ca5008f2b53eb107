"""A kept sound is measured and cut by counting, and any beginning of it plays."""

from __future__ import annotations

import pytest

from studio.sounds.mp3 import FRAME_BYTES, FRAME_S, beginning, length_s
from studio.sounds.prepare import prepare
from tests import sounds


def test_a_frame_is_a_whole_number_of_bytes_and_forty_and_some_make_a_second() -> None:
    assert (FRAME_BYTES, FRAME_S) == (576, 0.024)


@pytest.mark.parametrize("seconds", [3, 5, 7.5, 12, 30])
def test_the_counted_length_is_what_is_heard(seconds: float) -> None:
    kept = prepare(sounds.wav(seconds)).mp3
    assert len(kept) % FRAME_BYTES == 0
    assert length_s(len(kept)) == pytest.approx(len(sounds.heard(kept)) / 48_000, abs=0.002)
    assert seconds <= length_s(len(kept)) + 0.001
    assert length_s(len(kept)) <= min(30, seconds + 0.05)


@pytest.mark.parametrize("most_s", [5, 10, 15])
def test_a_beginning_is_as_long_as_the_video_to_a_frame_and_plays_as_the_whole_does(most_s: int) -> None:
    kept = prepare(sounds.mp3(20, sounds.HIGH)).mp3
    begin = beginning(kept, most_s)
    assert kept.startswith(begin)
    assert most_s <= length_s(len(begin)) < most_s + FRAME_S
    heard = sounds.heard(begin)
    assert len(heard) / 48_000 == pytest.approx(length_s(len(begin)), abs=0.002)
    assert sounds.pitch(heard[-48_000:]) == pytest.approx(sounds.HIGH, abs=2), "to its end"


def test_a_sound_that_is_shorter_than_the_video_is_sent_whole() -> None:
    kept = prepare(sounds.wav(4)).mp3
    assert beginning(kept, 5) == kept
    assert beginning(b"", 5) == b""
