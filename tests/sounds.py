"""Sounds to give: a tone of a known pitch, in files as programs write them, and what pitch is heard in one."""

from __future__ import annotations

import io
import wave
from collections.abc import Mapping
from typing import Any

import av
import numpy as np

A, HIGH = 440.0, 1_000.0
"""Hz. Where the pitch is not what a test is about, and one that nothing in the demo's own soundscape is like."""


def tone(seconds: float, hz: float = A, rate: int = 44_100) -> Any:
    """Samples from -1 to 1 of one voice."""
    return 0.4 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)


def wav(seconds: float, hz: float = A, rate: int = 44_100, channels: int = 1) -> bytes:
    """As a recorder writes it."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat((tone(seconds, hz, rate) * 32_767).astype("<i2"), channels).tobytes())
    return out.getvalue()


def mp3(seconds: float, hz: float = A, tags: Mapping[str, str] | None = None) -> bytes:
    """As a music program writes it, with tags at both ends where some are given."""
    return _encoded("mp3", "libmp3lame", seconds, hz, tags or {}, {"write_id3v1": "1"} if tags else {})


def m4a(seconds: float, hz: float = A) -> bytes:
    """An MP4 with nothing but sound in it, as a phone's recorder writes it."""
    return _encoded("mp4", "aac", seconds, hz, {}, {})


def _encoded(
    kind: str, codec: str, seconds: float, hz: float, tags: Mapping[str, str], options: dict[str, str]
) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=kind, options=options) as container:
        container.metadata.update(tags)
        stream = container.add_stream(codec, rate=44_100)
        assert isinstance(stream, av.AudioStream)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(tone(seconds, hz)[None].astype(np.float32), format="fltp", layout="mono")
        frame.rate = 44_100
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


def heard(file: bytes, begin_s: float = 0.0, end_s: float | None = None, rate: int = 48_000) -> Any:
    """The left voice of a file's sound, from one moment to another, at that rate."""
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=rate)
    with av.open(io.BytesIO(file), "r") as container:
        pieces = [piece for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
        pieces += resampler.resample(None)
    voice = np.concatenate([piece.to_ndarray()[0] for piece in pieces])
    return voice[round(begin_s * rate) : None if end_s is None else round(end_s * rate)]


def pitch(voice: Any, rate: int = 48_000) -> float:
    """The loudest frequency, in Hz."""
    spectrum = np.abs(np.fft.rfft(voice * np.hanning(len(voice))))
    return float(np.argmax(spectrum) * rate / len(voice))


def loudness(voice: Any) -> float:
    """How loud, from 0 for silence."""
    return float(np.sqrt(np.mean(np.square(voice))))
