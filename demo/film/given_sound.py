"""Sound that came with an order, in place of made-up sound."""

from __future__ import annotations

import io

import av
import numpy as np

from demo.film.sound import RATE_HZ, Wave

FORMATS = ("wav", "mp3")


class NotPlayable(Exception):
    """The bytes are no sound of an accepted format."""


def decoded_audio(data: bytes, samples: int) -> Wave:
    """Exactly `samples` samples of stereo at 48 kHz: longer sound is cut, shorter is followed by silence.

    Raises NotPlayable.
    """
    wave = np.zeros((2, samples), dtype=np.float32)
    filled = 0
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE_HZ)
    try:
        with av.open(io.BytesIO(data), mode="r") as container:
            if not container.streams.audio or container.format.name not in FORMATS:
                raise NotPlayable("Allowed types are: .wav, .mp3.")
            for frame in container.decode(audio=0):
                for piece in resampler.resample(frame):
                    block = piece.to_ndarray()[:, : samples - filled]
                    wave[:, filled : filled + block.shape[1]] = block
                    filled += block.shape[1]
                if filled == samples:
                    break
    except (av.error.FFmpegError, ValueError) as broken:
        raise NotPlayable(str(broken)) from broken
    return wave
