"""Frames and sound become an MP4: H.264 High and AAC, ready to play from the first bytes on."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream

from demo.film.camera import FRAMES_PER_SECOND
from demo.film.render import Frame
from demo.film.sound import RATE_HZ, Wave

# "faster" keeps slow gradients clean and leaves half of the time to the frames themselves. No B-frames: with them,
# libx264's look-ahead gave different bytes for the same small frames from run to run (seen at 320x180 with the library
# inside PyAV 18.1). The number of threads is part of the bytes too, so it is fixed and not the machine's.
_X264 = {"preset": "faster", "crf": "18", "profile": "high", "g": "60", "bf": "0"}
_X264_THREADS = 4

_AAC = {"aac_coder": "fast"}
"""Its search for the smallest error takes as long as the frames of a draft, and nobody hears it in soft noise."""
_AAC_BITS_PER_SECOND = 128_000
_AAC_BLOCK = 1024

_BT709 = 1
_LIMITED_RANGE = 1
"""Numbers of ISO/IEC 23091-2, for players that trust the tags of the stream."""


def write_mp4(path: Path, frames: Iterable[Frame], size: tuple[int, int], sound: Wave | None) -> int:
    """Writes the whole file and returns how many frames it has. The same input gives the same bytes.

    Without `sound` the file has no audio stream at all. The index comes first, so that a browser can start at once.
    """
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}) as container:
        video = _video_stream(container.add_stream("libx264", rate=FRAMES_PER_SECOND, options=_X264), size)
        audio = None if sound is None else _audio_stream(container)
        written = 0
        heard = 0
        for frame in frames:
            container.mux(video.encode(_video_frame(frame, size, written)))
            written += 1
            if audio is not None and sound is not None:
                # Sound goes in beside its pictures: a player that loads piece by piece needs both.
                due = min(sound.shape[1], written * RATE_HZ // FRAMES_PER_SECOND)
                while heard + _AAC_BLOCK <= due:
                    container.mux(audio.encode(_audio_frame(sound[:, heard : heard + _AAC_BLOCK], heard)))
                    heard += _AAC_BLOCK
        if audio is not None and sound is not None:
            end = written * RATE_HZ // FRAMES_PER_SECOND
            if heard < end:
                container.mux(audio.encode(_audio_frame(sound[:, heard:end], heard)))
            container.mux(audio.encode(None))
        container.mux(video.encode(None))
    return written


def _video_stream(stream: VideoStream, size: tuple[int, int]) -> VideoStream:
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.time_base = Fraction(1, FRAMES_PER_SECOND)
    context = stream.codec_context
    context.thread_count = _X264_THREADS
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    context.color_range = _LIMITED_RANGE
    return stream


def _audio_stream(container: OutputContainer) -> AudioStream:
    stream = container.add_stream("aac", rate=RATE_HZ, layout="stereo", options=_AAC)
    stream.bit_rate = _AAC_BITS_PER_SECOND
    return stream


def _video_frame(frame: Frame, size: tuple[int, int], number: int) -> av.VideoFrame:
    video_frame = av.VideoFrame(*size, "yuv420p")
    for plane, data in zip(video_frame.planes, (frame.y, frame.cb, frame.cr), strict=True):
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
        rows[:, : plane.width] = data
    video_frame.colorspace, video_frame.color_range = Colorspace.ITU709, ColorRange.MPEG
    video_frame.color_primaries, video_frame.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
    video_frame.pts, video_frame.time_base = number, Fraction(1, FRAMES_PER_SECOND)
    return video_frame


def _audio_frame(samples: npt.NDArray[np.float32], start: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout="stereo")
    frame.sample_rate = RATE_HZ
    frame.pts, frame.time_base = start, Fraction(1, RATE_HZ)
    return frame
