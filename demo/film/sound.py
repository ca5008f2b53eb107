"""A soft soundscape chosen from the words of a prompt: wind, sea, rain, fire, a room, and a quiet chord under it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RATE_HZ = 48_000

PEAK = 10 ** (-9 / 20)
"""-9 dBFS at the loudest moment: AAC may overshoot a little, and the promise is -6."""

_FADE_IN_S = 0.7
_FADE_OUT_S = 1.1

Wave = npt.NDArray[np.float32]
_Double = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layer:
    words: re.Pattern[str]
    low_hz: float
    high_hz: float
    tilt: float
    """How steeply the noise falls with pitch: 0 hisses, 2 rumbles."""
    swell_s: float
    """Length of one swell; a wave rolls in about seven seconds."""
    depth: float
    """0 even, 1 falls silent between swells."""
    level: float


def _words(*stems: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(stems) + ")", re.IGNORECASE)


_LAYERS = (
    _Layer(
        words=_words("sea", "ocean", "wave", "beach", "surf", "coast", "shore", "lake", "river", "water"),
        low_hz=90,
        high_hz=5200,
        tilt=1.0,
        swell_s=6.5,
        depth=0.75,
        level=1.0,
    ),
    _Layer(
        words=_words("rain", "storm", "drizzle", "waterfall", "shower"),
        low_hz=900,
        high_hz=11000,
        tilt=0.5,
        swell_s=9.0,
        depth=0.2,
        level=0.75,
    ),
    _Layer(
        words=_words("fire", "candle", "flame", "campfire", "hearth"),
        low_hz=60,
        high_hz=900,
        tilt=1.3,
        swell_s=2.3,
        depth=0.35,
        level=0.8,
    ),
    _Layer(
        words=_words("city", "street", "traffic", "crowd", "market", "cafe", "café", "train", "car"),
        low_hz=50,
        high_hz=700,
        tilt=1.5,
        swell_s=8.0,
        depth=0.4,
        level=0.8,
    ),
    _Layer(
        words=_words(
            "wind",
            "mountain",
            "forest",
            "tree",
            "leaves",
            "field",
            "grass",
            "desert",
            "snow",
            "sky",
            "cloud",
            "hair",
            "hill",
            "flower",
            "garden",
            "fly",
        ),
        low_hz=120,
        high_hz=1600,
        tilt=1.1,
        swell_s=5.0,
        depth=0.6,
        level=0.85,
    ),
)

_AIR = _Layer(words=_words("air"), low_hz=80, high_hz=1100, tilt=1.4, swell_s=7.0, depth=0.45, level=0.6)
"""When no word says where we are: air, barely moving."""

_DARK = _words("night", "dark", "sad", "lonely", "fog", "mist", "rain", "moon", "ghost", "melanchol")

_ROOTS_HZ = (110.0, 123.47, 130.81, 146.83, 98.0)
_OPEN_CHORD = (1.0, 1.5, 2.0, 2.5, 3.0)
_DARK_CHORD = (1.0, 1.5, 2.0, 2.4, 3.0)
"""Root, fifth, octave, the third above it (major or minor), fifth: nothing that can clash with a picture."""


def soundscape(prompt: str, *, seed: int, samples: int) -> Wave:
    """Two channels of `samples` samples at 48 kHz, from silence to silence, never above -9 dBFS.

    The same arguments give the same samples.
    """
    rng = np.random.default_rng(abs(seed))
    layers = [layer for layer in _LAYERS if layer.words.search(prompt)][:2] or [_AIR]
    mix = 0.5 * _chord(rng, samples, dark=_DARK.search(prompt) is not None)
    for layer in layers:
        mix += layer.level * _noise(rng, layer, samples)
    return faded(_limited(mix))


def faded(wave: Wave) -> Wave:
    """The wave with a soft start and a soft end: no clicks."""
    samples = wave.shape[1]
    envelope = np.ones(samples)
    for seconds, place in ((_FADE_IN_S, slice(None)), (_FADE_OUT_S, slice(None, None, -1))):
        length = min(samples // 2, round(seconds * RATE_HZ))
        envelope[place][:length] *= np.sin(np.linspace(0, np.pi / 2, length)) ** 2
    return (wave * envelope).astype(np.float32)


def _limited(mix: _Double) -> Wave:
    peak = float(np.abs(mix).max())
    return (mix * (PEAK / peak) if peak > 0 else mix).astype(np.float32)


def _noise(rng: np.random.Generator, layer: _Layer, samples: int) -> _Double:
    """Noise of the layer's colour that swells and sinks; left and right are different noise, so it sounds wide."""
    pitch = np.fft.rfftfreq(samples, 1 / RATE_HZ)
    band = 1 / (1 + (layer.low_hz / np.maximum(pitch, 1)) ** 4) / (1 + (pitch / layer.high_hz) ** 4)
    colour = band / np.maximum(pitch, 20) ** (layer.tilt / 2)
    white = rng.standard_normal((2, samples))
    shaped = np.fft.irfft(np.fft.rfft(white) * colour, samples)
    shaped /= np.sqrt((shaped**2).mean()) * 4
    return np.asarray(shaped * (1 - layer.depth * _swell(rng, samples, layer.swell_s)), dtype=np.float64)


def _swell(rng: np.random.Generator, samples: int, length_s: float) -> _Double:
    """0 to 1 and back in slow waves that never repeat exactly."""
    time = np.arange(samples) / RATE_HZ
    start, other = rng.uniform(0, 2 * np.pi, 2)
    wave = 0.7 * np.sin(2 * np.pi * time / length_s + start)
    wave += 0.3 * np.sin(2 * np.pi * time / (length_s * 0.43) + other)
    return np.asarray((1 + wave) / 2, dtype=np.float64)


def _chord(rng: np.random.Generator, samples: int, *, dark: bool) -> _Double:
    """A chord of soft tones, each a little off between left and right, coming and going on its own."""
    time = np.arange(samples) / RATE_HZ
    root = _ROOTS_HZ[int(rng.integers(len(_ROOTS_HZ)))] * (0.75 if dark else 1.0)
    sides = np.zeros((2, samples))
    tone: Callable[[float, float], _Double] = lambda hertz, phase: np.sin(2 * np.pi * hertz * time + phase)  # noqa: E731
    for number, ratio in enumerate(_DARK_CHORD if dark else _OPEN_CHORD):
        loud = 0.16 / (1 + 0.75 * number) * (0.55 + 0.45 * _swell(rng, samples, 8.0 + 1.7 * number))
        for side, cents in ((0, -2.5), (1, 2.5)):
            hertz = root * ratio * 2 ** (cents / 1200)
            phase, overtone = rng.uniform(0, 2 * np.pi, 2)
            sides[side] += loud * (tone(hertz, phase) + 0.12 * tone(2 * hertz, overtone))
    return sides
