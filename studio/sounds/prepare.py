"""Any upload becomes a sound fit to send, or is refused for a reason that the screen has a sentence for.

What is sent is an MP3 written here, with nothing in it but the sound: no tags, no cover. Uploads of strangers go
through `prepare_in_sandbox.SoundProcesses`, which runs this in a process of its own.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

import av
from av.audio.frame import AudioFrame
from av.container import InputContainer

from studio.sounds.mp3 import BITS_PER_S, FRAME_S, RATE_HZ, beginning, length_s

MAX_UPLOAD_BYTES = 15 * 1024 * 1024
"""As much as the model takes behind a link (Model Studio, image-to-video API reference)."""
MIN_S, KEPT_S = 3, 30
"""The least that the model takes, and the most, which is kept of what is longer: no video is as long."""

_PCM, _MP3 = "pcm_", ("mp3", "mp3float")
"""Codecs that are decoded. A WAV may hold a hundred others."""


class SoundRefusal(StrEnum):
    """Why an upload cannot be used. The member says which sentence is shown; `SoundRefused.facts` fills it in."""

    EMPTY = "empty"
    """No bytes at all."""
    NOT_WAV_OR_MP3 = "not_wav_or_mp3"
    """Neither, whatever it is called; or a WAV with something else than plain samples or MP3 in it."""
    TOO_MANY_BYTES = "too_many_bytes"
    """Facts: limit (MiB)."""
    TOO_SHORT = "too_short"
    """Facts: limit (seconds)."""
    UNREADABLE = "unreadable"
    """The decoder found nothing to play, gave up or died."""
    TOOK_TOO_LONG = "took_too_long"
    """Decoding did not end in time, or others were at it for too long."""
    NO_ROOM = "no_room"
    """Nothing is wrong with it: the owner's ceiling for what is kept is reached."""
    TOO_MANY = "too_many"
    """Nothing is wrong with it: this visitor has given more files than one person listens to in that time."""


class SoundRefused(Exception):
    """The upload cannot be used. Says why, and with what numbers; the sentence is the screen's."""

    def __init__(self, refusal: SoundRefusal, **facts: int) -> None:
        super().__init__(f"{refusal.value} {facts}" if facts else refusal.value)
        self.refusal = refusal
        self.facts: Mapping[str, int] = facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A sound fit to send."""

    mp3: bytes = field(repr=False)
    """Frames as studio.sounds.mp3 counts them, at most KEPT_S of them, in stereo."""

    @property
    def length_s(self) -> float:
        """How long it is."""
        return length_s(len(self.mp3))


def prepare(data: bytes) -> Sound:
    """The sound of a WAV or MP3, written anew; of what is longer than KEPT_S, its beginning. Raises SoundRefused."""
    if not data:
        raise SoundRefused(SoundRefusal.EMPTY)
    if len(data) > MAX_UPLOAD_BYTES:
        raise SoundRefused(SoundRefusal.TOO_MANY_BYTES, limit=MAX_UPLOAD_BYTES // 2**20)
    kind = kind_of(data)
    if kind is None:
        raise SoundRefused(SoundRefusal.NOT_WAV_OR_MP3)
    try:
        return _written_anew(data, kind)
    except (av.error.FFmpegError, ValueError) as broken:
        raise SoundRefused(SoundRefusal.UNREADABLE) from broken


def kind_of(data: bytes) -> str | None:
    """What FFmpeg calls it, by how it begins; None for everything else. Nothing is guessed by decoding: of the formats
    that FFmpeg would try, some open other files."""
    if data[:4] in (b"RIFF", b"RF64") and data[8:12] == b"WAVE":
        return "wav"
    # A tag, or the first frame: eleven bits, and the layer (ISO/IEC 11172-3, 2.4.2.3).
    is_frame = len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2
    return "mp3" if data[:3] == b"ID3" or is_frame else None


def _written_anew(data: bytes, kind: str) -> Sound:
    # Without the frame that tells of the encoder, which would be one of silence; and without tags.
    plain = {"write_xing": "0", "id3v2_version": "0", "write_id3v1": "0"}
    out, samples = io.BytesIO(), 0
    with (
        av.open(io.BytesIO(data), "r", format=kind) as given,
        av.open(out, "w", format="mp3", options=plain) as written,
    ):
        stream = written.add_stream("libmp3lame", rate=RATE_HZ, layout="stereo")
        stream.bit_rate = BITS_PER_S
        for frame in _resampled(_decoded(given)):
            # Counted anew: where something broken was left out, what follows would be said to come later.
            frame.pts, frame.time_base = samples, Fraction(1, RATE_HZ)
            samples += frame.samples
            written.mux(stream.encode(frame))
            if samples >= KEPT_S * RATE_HZ:
                break
        if samples == 0:
            raise SoundRefused(SoundRefusal.UNREADABLE)
        # An MP3 of just so long may tell of a few samples less.
        if samples < (MIN_S - FRAME_S) * RATE_HZ:
            raise SoundRefused(SoundRefusal.TOO_SHORT, limit=MIN_S)
        written.mux(stream.encode(None))
    return Sound(mp3=beginning(out.getvalue(), KEPT_S))


def _decoded(given: InputContainer) -> Iterator[AudioFrame]:
    """What is heard; single packets that are broken are left out, as players do."""
    if not given.streams.audio:
        raise SoundRefused(SoundRefusal.UNREADABLE)
    stream = given.streams.audio[0]
    if not stream.codec_context.name.startswith(_PCM) and stream.codec_context.name not in _MP3:
        raise SoundRefused(SoundRefusal.NOT_WAV_OR_MP3)
    for packet in given.demux(stream):
        with suppress(av.error.InvalidDataError):
            yield from packet.decode()


def _resampled(frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE_HZ)
    for frame in frames:
        frame.pts = None
        yield from resampler.resample(frame)
    yield from resampler.resample(None)
