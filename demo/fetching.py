"""Fetches what an order only links to, with the limits the model's maker documents."""

from __future__ import annotations

import io
import urllib.error
import urllib.request
from http.client import HTTPException

import av
import numpy as np

from demo.sound import RATE_HZ, Wave

PICTURE_LIMIT_BYTES = 20 * 1024 * 1024
AUDIO_LIMIT_BYTES = 15 * 1024 * 1024
AUDIO_FORMATS = ("wav", "mp3")

_TIMEOUT_S = 10.0
"""For the connection and for each read: a slow host is reported as one that cannot be reached."""


class Unreachable(Exception):
    """The link gave nothing usable in time."""


class TooLarge(Exception):
    """More bytes than allowed."""


class NotPlayable(Exception):
    """The bytes are no sound of an accepted format."""


class _WebOnly(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        if not newurl.lower().startswith(("http://", "https://")):
            raise Unreachable(f"redirected to {newurl}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(url: str, limit_bytes: int) -> bytes:
    """What an http(s) link holds. Raises Unreachable or TooLarge."""
    opener = urllib.request.build_opener(_WebOnly)
    try:
        with opener.open(url, timeout=_TIMEOUT_S) as answer:
            data: bytes = answer.read(limit_bytes + 1)
    except (urllib.error.URLError, HTTPException, OSError, ValueError) as failed:
        raise Unreachable(str(failed)) from failed
    if len(data) > limit_bytes:
        raise TooLarge(f"larger than {limit_bytes // 1024 // 1024} MB")
    return data


def decoded_audio(data: bytes, samples: int) -> Wave:
    """Exactly `samples` samples of stereo at 48 kHz: longer sound is cut, shorter is followed by silence.

    Raises NotPlayable.
    """
    wave = np.zeros((2, samples), dtype=np.float32)
    filled = 0
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE_HZ)
    try:
        with av.open(io.BytesIO(data), mode="r") as container:
            if not container.streams.audio or container.format.name not in AUDIO_FORMATS:
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
