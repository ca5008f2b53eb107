"""Small real MP4s that the flaky provider hands out: every order's is its own, so that a mix-up is seen."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np

FILMS = 5
"""Different ones that are drawn; beyond that, a tag inside tells them apart."""
FRAMES = 12
_RATE, _SOUND_RATE = 12, 44_100
_TAG = "order-%026d"
_PLACEHOLDER = b"order-" + b"-" * 26


def make_films(folder: Path) -> None:
    """Draw the films: a second of moving H.264, 160 × 90, with AAC, the index in front."""
    for number in range(FILMS):
        _draw(folder / f"film-{number}.mp4", number)


def film_of(films: list[bytes], order: int) -> bytes:
    """The one and only file for an order. `films` as `read_films` gives them."""
    return films[order % FILMS].replace(_PLACEHOLDER, (_TAG % order).encode())


def read_films(folder: Path) -> list[bytes]:
    """The films as they were drawn."""
    films = [(folder / f"film-{number}.mp4").read_bytes() for number in range(FILMS)]
    assert all(film.count(_PLACEHOLDER) == 1 for film in films), "the tag is not in the file once"
    return films


def plays_whole(data: bytes) -> bool:
    """True when all frames and the sound decode; independent of the check under test."""
    try:
        with av.open(io.BytesIO(data), mode="r", format="mov") as container:
            frames = sum(1 for _ in container.decode(video=0))
            container.seek(0)
            sounds = sum(1 for _ in container.decode(audio=0))
    except av.error.FFmpegError:
        return False
    return frames == FRAMES and sounds > 0


def _draw(path: Path, number: int) -> None:
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        container.metadata["comment"] = _PLACEHOLDER.decode()
        video = container.add_stream("libx264", rate=_RATE)
        video.width, video.height, video.pix_fmt = 160, 90, "yuv420p"
        sound = container.add_stream("aac", rate=_SOUND_RATE)
        sound.layout = "mono"
        random = np.random.default_rng(number)
        # Some noise, so that the coded frames have a size to be cut and zeroed in.
        ground = random.integers(0, 120, (90, 160, 3), dtype=np.uint8)
        for frame in range(FRAMES):
            pixels = np.roll(ground, frame * (number + 2), axis=1)
            pixels[:, frame * 10 : frame * 10 + 30] = 40 * number + 60
            container.mux(video.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(video.encode())
        wave = np.sin(np.arange(_SOUND_RATE) * (0.03 + 0.01 * number)).astype(np.float32)
        for start in range(0, _SOUND_RATE, 1024):
            piece = av.AudioFrame.from_ndarray(wave[None, start : start + 1024], format="fltp", layout="mono")
            piece.sample_rate, piece.pts = _SOUND_RATE, start
            container.mux(sound.encode(piece))
        container.mux(sound.encode())
