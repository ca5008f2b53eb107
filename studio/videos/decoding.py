"""The frames and the sound of a checked video, as edits want them: by the time that each is shown."""

from __future__ import annotations

import errno
import os
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from PIL import Image

from studio.videos.edit import EditRefusal, EditRefused

THREADS = 4
"""Of one decoder or encoder. Each of them holds frames of its own, and the memory of a child is limited."""
EARLY = Fraction(1, 1000)
"""A moment is given in thousandths of a second; a frame that begins within the same one is meant."""

Progress = Callable[[float], None]
"""Told how much is done, from 0 to 1."""
Samples = npt.NDArray[np.float32]


def unwatched(_share: float) -> None:
    """For who wants no progress."""


@contextmanager
def refusals() -> Iterator[None]:
    """Inside, what FFmpeg raises is EditRefused; but for a disk that is full or failing, which is OSError."""
    try:
        yield
    except av.error.FFmpegError as error:
        if error.errno == errno.EFBIG:  # the child may not write more
            raise EditRefused(EditRefusal.TOO_LARGE) from error
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            raise OSError(error.errno, os.strerror(error.errno)) from error
        raise EditRefused(EditRefusal.UNREADABLE, f"{type(error).__name__}: {error}") from error


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """The file, read as MP4 and nothing else. What FFmpeg says about it is the caller's: see `refusals`."""
    with path.open("rb"):
        pass  # A file that cannot be read raises here. Any error after this is about what is in it.
    with av.open(str(path), format="mov") as container:
        if not container.streams.video:
            raise EditRefused(EditRefusal.UNREADABLE, "no video in it")
        container.streams.video[0].thread_type = "AUTO"
        container.streams.video[0].codec_context.thread_count = THREADS
        yield container


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """When each frame of a video is shown, in units of `time_base` seconds."""

    time_base: Fraction
    shown: tuple[int, ...]
    """Ascending; at least one."""
    end: int
    """When the last one is over."""
    clean_cuts: frozenset[int]
    """Those before which the coded video can be cut: nothing after needs, or is shown among, what comes before."""

    @property
    def length_s(self) -> Fraction:
        """How long it is shown in all."""
        return (self.end - self.shown[0]) * self.time_base

    def seconds(self, at: int) -> Fraction:
        """How long after the start that is."""
        return (at - self.shown[0]) * self.time_base

    def first_from(self, seconds: Fraction) -> int:
        """The number of the first frame that begins then or later; as many as there are, where none does."""
        return bisect_left(self.shown, self.shown[0] + (seconds - EARLY) / self.time_base)

    def at(self, seconds: Fraction) -> int:
        """The number of the frame that is shown then. Raises EditRefused(OUTSIDE)."""
        if not 0 <= seconds <= self.length_s:
            raise EditRefused(EditRefusal.OUTSIDE, f"{float(seconds):.3f} of {float(self.length_s):.3f} s")
        return max(0, bisect_left(self.shown, self.shown[0] + (seconds + EARLY) / self.time_base) - 1)


def timeline(path: Path) -> Timeline:
    """Read off the packets, without decoding one."""
    with opened(path) as container:
        video = container.streams.video[0]
        found = [packet for packet in container.demux(video) if packet.size]
        packets = [
            (packet.pts, packet.duration or 0, packet.is_keyframe)
            for packet in found
            if packet.pts is not None and not packet.is_discard
        ]
        if not packets or len(found) < video.frames or video.time_base is None:
            raise EditRefused(EditRefusal.UNREADABLE, f"{len(found)} of {video.frames} frames could be read")
        time_base = Fraction(video.time_base)
    shown = sorted(pts for pts, _, _ in packets)
    last, duration = max((pts, duration) for pts, duration, _ in packets)
    if duration == 0:
        duration = round((last - shown[0]) / (len(shown) - 1)) if len(shown) > 1 else round(1 / (25 * time_base))
    return Timeline(
        time_base=time_base, shown=tuple(shown), end=last + duration, clean_cuts=frozenset(_clean_cuts(packets))
    )


def _clean_cuts(packets: list[tuple[int, int, bool]]) -> Iterator[int]:
    earliest_after = [0] * len(packets)
    earliest = packets[-1][0]
    for number in reversed(range(len(packets))):
        earliest = earliest_after[number] = min(earliest, packets[number][0])
    latest = packets[0][0] - 1
    for (pts, _, is_key), first in zip(packets, earliest_after, strict=True):
        if is_key and first == pts > latest:
            yield pts
        latest = max(latest, pts)


def frames(path: Path, first: int | None = None) -> Iterator[av.VideoFrame]:
    """The frames as they are shown, upright; from the one on that is shown at `first`, in the file's own units."""
    with opened(path) as container:
        video = container.streams.video[0]
        if first is not None:
            container.seek(first, stream=video, backward=True)
        for frame in container.decode(video):
            if frame.is_corrupt:
                raise EditRefused(EditRefusal.UNREADABLE, f"the frame at {frame.time} s is damaged")
            if frame.pts is not None and (first is None or frame.pts >= first):
                yield upright(frame)


def upright(frame: av.VideoFrame) -> av.VideoFrame:
    """The frame as it is to be seen: one that is stored turned, turned back."""
    if not frame.rotation:
        return frame
    turned: av.VideoFrame = av.VideoFrame.from_image(picture(frame))  # type: ignore[no-untyped-call]
    turned.pts, turned.time_base, turned.duration = frame.pts, frame.time_base, frame.duration
    return turned


def picture(frame: av.VideoFrame) -> Image.Image:
    """A frame as a picture, upright."""
    image: Image.Image = frame.to_image()  # type: ignore[no-untyped-call] # PyAV gives this one no types.
    return image.rotate(frame.rotation, expand=True) if frame.rotation else image


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """All that is heard, from the moment on that the first frame is shown."""

    rate: int
    """Samples a second."""
    layout: str
    samples: Samples
    """By channel, then time; from -1 to 1."""

    def between(self, start_s: Fraction, end_s: Fraction) -> Sound:
        """What is heard in that time, to a sample; silence where there is none."""
        start, end = round(start_s * self.rate), round(end_s * self.rate)
        heard = self.samples[:, start:end]
        missing = end - start - heard.shape[1]
        return Sound(self.rate, self.layout, np.pad(heard, ((0, 0), (0, missing))))


def sound(path: Path, rate: int | None = None, layout: str | None = None) -> Sound | None:
    """The sound of a video, as mono or stereo; None where it has none. At its own rate unless another is given."""
    with opened(path) as container:
        if not container.streams.audio:
            return None
        track, video = container.streams.audio[0], container.streams.video[0]
        rate = rate or track.rate
        layout = layout or ("mono" if track.channels == 1 else "stereo")
        began_s = Fraction(video.start_time or 0) * Fraction(video.time_base or 1)
        pieces = list(_resampled(container, track, rate, layout, began_s))
    length = max((start + piece.shape[1] for start, piece in pieces), default=0)
    samples = np.zeros((1 if layout == "mono" else 2, max(0, length)), np.float32)
    for start, piece in pieces:
        skipped = max(0, -start)
        samples[:, start + skipped : start + piece.shape[1]] = piece[:, skipped:]
    return Sound(rate, layout, samples)


def _resampled(
    container: InputContainer, track: av.AudioStream, rate: int, layout: str, began_s: Fraction
) -> Iterator[tuple[int, Samples]]:
    """Pieces of sound, each with the number of its first sample."""
    resampler = av.AudioResampler(format="fltp", layout=layout, rate=rate)
    at: int | None = None
    for frame in [*container.decode(track), None]:
        if at is None and frame is not None and frame.pts is not None and frame.time_base is not None:
            at = round((frame.pts * frame.time_base - began_s) * rate)
        for piece in resampler.resample(frame):
            samples: npt.NDArray[Any] = piece.to_ndarray()
            yield at or 0, samples.astype(np.float32, copy=False)
            at = (at or 0) + samples.shape[1]
