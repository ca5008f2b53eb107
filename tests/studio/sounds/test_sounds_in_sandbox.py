"""What a sound does to its decoder, it does to a process of its own."""

from __future__ import annotations

from collections.abc import Iterator

import psutil
import pytest

from studio.sounds.prepare import SoundRefusal, SoundRefused, prepare
from studio.sounds.prepare_in_sandbox import SoundProcesses
from tests import sounds


@pytest.fixture
def processes() -> Iterator[SoundProcesses]:
    before = set(psutil.Process().children())
    made = SoundProcesses()
    yield made
    made.close()
    assert set(psutil.Process().children()) <= before, "no child is left, not even as a zombie"


@pytest.mark.parametrize("given", [sounds.wav(12), sounds.mp3(12, tags={"title": "x"})], ids=["wav", "mp3"])
def test_what_is_prepared_apart_is_what_is_prepared_here(processes: SoundProcesses, given: bytes) -> None:
    assert processes.prepare(given) == prepare(given)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (b"", SoundRefusal.EMPTY),
        (sounds.wav(2), SoundRefusal.TOO_SHORT),
        (sounds.m4a(5), SoundRefusal.NOT_WAV_OR_MP3),
        (b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"words, not sound " * 500, SoundRefusal.UNREADABLE),
    ],
    ids=["nothing", "too short", "an MP4 called .mp3", "broken"],
)
def test_a_refusal_comes_through_with_its_numbers(processes: SoundProcesses, given: bytes, why: SoundRefusal) -> None:
    with pytest.raises(SoundRefused) as apart:
        processes.prepare(given)
    with pytest.raises(SoundRefused) as here:
        prepare(given)
    assert (apart.value.refusal, dict(apart.value.facts)) == (why, dict(here.value.facts))


def test_a_child_that_wants_more_memory_than_it_may_have_is_a_refusal() -> None:
    small = SoundProcesses(memory_limit_bytes=64 * 2**20)
    with pytest.raises(SoundRefused) as refused:
        small.prepare(sounds.wav(20, rate=192_000, channels=2))
    assert refused.value.refusal is SoundRefusal.UNREADABLE
    small.close()


def test_what_takes_too_long_is_refused(processes: SoundProcesses) -> None:
    with pytest.raises(SoundRefused) as refused:
        processes.prepare(sounds.wav(30), timeout_s=0.01)
    assert refused.value.refusal is SoundRefusal.TOOK_TOO_LONG
    assert processes.prepare(sounds.wav(3)).length_s >= 3, "the next one is none the worse"


def test_after_the_end_none_is_prepared(processes: SoundProcesses) -> None:
    processes.close()
    with pytest.raises(RuntimeError, match="after close"):
        processes.prepare(sounds.wav(3))
