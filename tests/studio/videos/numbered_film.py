"""Films whose frames carry their number, and whose sound is heard at known moments: an edit can be read off."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

RATE = 25
SOUND_RATE = 48_000
BEEP_S = 0.04
"""How long the sound lasts: one frame."""
_BITS = 8
Pixels = npt.NDArray[np.uint8]


def draw(
    path: Path,
    *,
    frames: int = 40,
    size: tuple[int, int] = (160, 96),
    first: int = 0,
    beeps: Iterable[int] | None = (),
    keyframes: int = 10,
    noise: bool = False,
) -> Path:
    """H.264 with B-frames, a keyframe every so many, AAC with a beep at these frames; None: without a sound track."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        options = {
            "g": str(keyframes),
            "bf": "2",
            "crf": "16",
            "preset": "veryfast",
            "x264-params": "scenecut=0:open-gop=0",
        }
        video = container.add_stream("libx264", rate=RATE, options=options)
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        audio = None if beeps is None else container.add_stream("aac", rate=SOUND_RATE, layout="mono")
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(picture_of(first + number, size, noise=noise), format="rgb24")
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if audio is not None and beeps is not None:
            wave = _beeping(frames, beeps)
            for start in range(0, wave.size, 1024):
                piece = av.AudioFrame.from_ndarray(wave[None, start : start + 1024], format="fltp", layout="mono")
                piece.sample_rate, piece.pts = SOUND_RATE, start
                container.mux(audio.encode(piece))
            container.mux(audio.encode(None))
    return path


def picture_of(number: int, size: tuple[int, int], *, noise: bool = False) -> Pixels:
    """The number in eight light or dark fields; below them something that moves."""
    width, height = size
    pixels = np.full((height, width, 3), 30, np.uint8)
    if noise:
        pixels[:] = np.random.default_rng(number).integers(0, 255, pixels.shape, dtype=np.uint8)
    for bit in range(_BITS):
        field = slice(bit * width // _BITS, (bit + 1) * width // _BITS)
        pixels[: height // 2, field] = 220 if number >> bit & 1 else 20
    at = number * 3 % width
    pixels[height // 2 :, at : at + width // 8] = (220, 120, 40)
    return pixels


def number_in(pixels: Pixels) -> int:
    """The number that a picture of a frame carries."""
    height, width = pixels.shape[:2]
    fields = np.array_split(pixels[height // 8 : height * 3 // 8, :width], _BITS, axis=1)
    return sum((float(field.mean()) > 120) << bit for bit, field in enumerate(fields))


def shown(path: Path) -> list[tuple[float, Pixels]]:
    """Every frame with the second at which it is shown."""
    with av.open(str(path)) as container:
        frames = container.decode(video=0)
        return [(float(frame.time or 0), np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)) for frame in frames]


def numbers(path: Path) -> list[int]:
    """The numbers of the frames, as they are shown."""
    return [number_in(pixels) for _, pixels in shown(path)]


def beeps_s(path: Path) -> list[float]:
    """When a beep is heard: the second at which each begins."""
    with av.open(str(path)) as container:
        heard: list[tuple[float, npt.NDArray[np.float32]]] = [
            (float(frame.time or 0), frame.to_ndarray()[0]) for frame in container.decode(audio=0)
        ]
    times = np.concatenate([start + np.arange(samples.size) / SOUND_RATE for start, samples in heard])
    loud = times[np.abs(np.concatenate([samples for _, samples in heard])) > 0.2]
    begins = loud[np.diff(loud, prepend=-1.0) > BEEP_S / 2]
    return [float(begin) for begin in begins]


def _beeping(frames: int, beeps: Iterable[int]) -> npt.NDArray[np.float32]:
    wave = np.zeros(frames * SOUND_RATE // RATE, np.float32)
    length = int(BEEP_S * SOUND_RATE)
    tone = 0.6 * np.sin(np.arange(length) * (2 * np.pi * 1000 / SOUND_RATE))
    for number in beeps:
        start = number * SOUND_RATE // RATE
        wave[start : start + length] = tone[: wave.size - start]
    return wave
