"""A finished video cut, mirrored in time, joined to others, or a frame of it as a picture.

A stranger's bytes: outside tests this runs in a process of its own (`edit_in_sandbox`). Each function leaves a whole
file at `out`, or raises EditRefused; what is at `out` then is for the caller to remove. OSError rises as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np

from studio.videos.decoding import (
    EARLY,
    Progress,
    Sound,
    Timeline,
    frames,
    opened,
    picture,
    refusals,
    sound,
    timeline,
    unwatched,
)
from studio.videos.edit import EditRefusal, EditRefused
from studio.videos.mp4_writing import Look, Packets, look_of, write_coded_anew, write_copied

SHORTEST_S = Fraction(1, 10)
"""Less than this nobody sees as a video; and what is cut out by mistake is mostly nothing."""
_HELD_BYTES = 256 * 1024 * 1024
"""Frames held at once to be shown backwards: 80 of 1080p."""
_JPEG_QUALITY = 95


@refusals()
def frame_at(path: Path, out: Path, seconds: float) -> None:
    """The frame that is shown so many seconds after the start, at its full size: JPEG, or PNG by the name of `out`."""
    line = timeline(path)
    number = line.at(_exact(seconds))
    _save(next(frames(path, line.shown[number]), None), out)


@refusals()
def last_frame(path: Path, out: Path) -> None:
    """The last frame at its full size, as a picture to go on from."""
    _save(next(frames(path, timeline(path).shown[-1]), None), out)


def _save(frame: av.VideoFrame | None, out: Path) -> None:
    if frame is None:
        raise EditRefused(EditRefusal.UNREADABLE, "the frame could not be decoded")
    picture(frame).save(out, "PNG" if out.suffix == ".png" else "JPEG", quality=_JPEG_QUALITY)


def _exact(seconds: float) -> Fraction:
    return Fraction(round(seconds * 1000), 1000)


@refusals()
def trim(path: Path, out: Path, start_s: float, end_s: float, progress: Progress = unwatched) -> None:
    """What is shown from one moment up to another, exact to a frame; the sound with it, exact to a sample.

    The coded video is taken over as it is where it can be cut there; else it is coded anew.
    """
    line = timeline(path)
    start, end = _exact(start_s), _exact(end_s)
    if not 0 <= start < end <= line.length_s + EARLY:
        raise EditRefused(EditRefusal.OUTSIDE, f"{start_s} to {end_s} of {float(line.length_s):.3f} s")
    numbers = range(line.first_from(start), line.first_from(end))
    if not numbers or end - start < SHORTEST_S:
        raise EditRefused(EditRefusal.TOO_SHORT, f"{len(numbers)} frames in {float(end - start):.3f} s")
    begin = line.shown[numbers.start]
    over = line.shown[numbers.stop] if numbers.stop < len(line.shown) else line.end
    heard = sound(path)
    if heard is not None:
        heard = heard.between(line.seconds(begin), line.seconds(over))
    if begin in line.clean_cuts and (over in line.clean_cuts or over == line.end) and not _is_turned(path):
        _copy([_Part(path, line, begin, over)], out, heard)
    else:
        look = look_of(path)
        chosen = _between(path, begin, over, moved=-begin)
        write_coded_anew(out, _watched(chosen, len(numbers), progress), look, heard)


def _between(path: Path, begin: int, over: int, *, moved: int) -> Iterator[av.VideoFrame]:
    """The frames that are shown from `begin` up to `over`, each so much later."""
    for frame in frames(path, begin):
        if frame.pts is None or frame.pts >= over:
            break
        frame.pts += moved
        yield frame


def _watched(wanted: Iterator[av.VideoFrame], total: int, progress: Progress) -> Iterator[av.VideoFrame]:
    """The same frames; raises EditRefused where there are not as many as the index promises."""
    number = 0
    for number, frame in enumerate(wanted, 1):
        yield frame
        progress(min(1.0, number / total))
    if number != total:
        raise EditRefused(EditRefusal.UNREADABLE, f"{number} of {total} frames could be decoded")


@refusals()
def back_and_forth(path: Path, out: Path, progress: Progress = unwatched) -> None:
    """Forward and then backward, without sound. Neither the last frame nor the first is shown twice in a row, also
    when it begins anew."""
    line = timeline(path)
    total = 2 * len(line.shown) - 2
    if len(line.shown) < 3:
        raise EditRefused(EditRefusal.TOO_SHORT, f"{len(line.shown)} frames")
    look = look_of(path)
    write_coded_anew(out, _watched(_forward_and_back(path, line, look), total, progress), look, None)


def _forward_and_back(path: Path, line: Timeline, look: Look) -> Iterator[av.VideoFrame]:
    first, last = line.shown[0], line.shown[-1]
    yield from _between(path, first, line.end, moved=-first)
    inner = line.shown[1:-1]
    held = max(1, _HELD_BYTES // (look.width * look.height * 3 // 2))
    for stop in range(len(inner), 0, -held):
        some = inner[max(0, stop - held) : stop]
        decoded = list(_between(path, some[0], some[-1] + 1, moved=0))
        for frame in reversed(decoded):
            # As long after the turn as it was before it.
            frame.pts = 2 * last - first - (frame.pts or 0)
            yield frame


@refusals()
def joined(paths: Sequence[Path], out: Path, progress: Progress = unwatched) -> None:
    """The videos one after the other, without a gap. As the first one is: others are fitted into its size.

    Coded video is taken over as it is where all are coded alike; else it is all coded anew. The sound is coded anew
    in any case: a coded track begins with samples that are left out when it is played, and ends within a block, so
    that tracks put end to end have a gap of some 40 ms at each seam. Where a video has none, it is silent.
    """
    parts = [_Part(path, line, line.shown[0], line.end) for path in paths for line in [timeline(path)]]
    heard = _heard(parts)
    if _are_alike(parts):
        _copy(parts, out, heard)
    else:
        total = sum(len(part.line.shown) for part in parts)
        look = look_of(paths[0])
        # Fine enough for whatever each one counts its time in.
        look = replace(look, time_base=Fraction(1, 90_000))
        write_coded_anew(out, _watched(_fitted(parts, look), total, progress), look, heard)


@dataclass(frozen=True, slots=True)
class _Part:
    """What is taken of a video: from one moment up to another, in the file's own units."""

    path: Path
    line: Timeline
    begin: int
    over: int

    @property
    def length_s(self) -> Fraction:
        return (self.over - self.begin) * self.line.time_base


def _starts_s(parts: Sequence[_Part]) -> list[Fraction]:
    """When each part begins, and when all is over."""
    starts = [Fraction(0)]
    for part in parts:
        starts.append(starts[-1] + part.length_s)
    return starts


def _heard(parts: Sequence[_Part]) -> Sound | None:
    """The sound of all parts, each as long as its pictures are; None where none has any."""
    first = next((heard for part in parts if (heard := sound(part.path)) is not None), None)
    if first is None:
        return None
    # Rounded once from the start of all: a rounding for each would add up.
    edges = [round(start * first.rate) for start in _starts_s(parts)]
    silence = Sound(first.rate, first.layout, first.samples[:, :0])
    pieces = []
    for part, (start, end) in zip(parts, pairwise(edges), strict=True):
        own = sound(part.path, first.rate, first.layout) or silence
        pieces.append(own.between(Fraction(0), Fraction(end - start, first.rate)).samples)
    return Sound(first.rate, first.layout, np.concatenate(pieces, axis=1))


def _are_alike(parts: Sequence[_Part]) -> bool:
    """True where one decoder plays all parts through, and the times of their packets follow each other."""
    if len({_coded_as(part.path) for part in parts}) != 1 or any(_is_turned(part.path) for part in parts):
        return False
    if any(part.line.clean_cuts.isdisjoint({part.begin}) for part in parts):
        return False
    with ExitStack() as stack:
        due = [packet.dts for packet in _packets(parts, stack)]
    return all(one is not None and other is not None and one < other for one, other in pairwise(due))


def _coded_as(path: Path) -> tuple[object, ...]:
    with opened(path) as container:
        video = container.streams.video[0]
        coded = video.codec_context
        return coded.name, coded.width, coded.height, coded.pix_fmt, coded.extradata, video.time_base


def _is_turned(path: Path) -> bool:
    with opened(path) as container:
        return bool(next(container.decode(video=0)).rotation)


def _copy(parts: Sequence[_Part], out: Path, heard: Sound | None) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(opened(parts[0].path))
        packets = _packets(parts, stack)
        write_copied(out, first.streams.video[0], packets, dict(first.metadata), heard)


def _packets(parts: Sequence[_Part], stack: ExitStack) -> Packets:
    """The coded video of all parts, which count their time alike; the files stay open as long as the stack."""
    at = 0
    for part in parts:
        container = stack.enter_context(opened(part.path))
        video = container.streams.video[0]
        container.seek(part.begin, stream=video, backward=True)
        for packet in container.demux(video):
            if not packet.size or packet.pts is None or packet.dts is None or packet.is_discard:
                continue
            if part.begin <= packet.pts < part.over:
                packet.pts += at - part.begin
                packet.dts += at - part.begin
                yield packet
        at += part.over - part.begin


def _fitted(parts: Sequence[_Part], look: Look) -> Iterator[av.VideoFrame]:
    for part, start_s in zip(parts, _starts_s(parts), strict=False):
        fit: _Fitting | None = None
        for frame in _between(part.path, part.begin, part.over, moved=-part.begin):
            shown_s = start_s + (frame.pts or 0) * part.line.time_base
            fit = fit or _Fitting(frame, look)
            fitted = fit(frame)
            fitted.pts, fitted.time_base = round(shown_s / look.time_base), look.time_base
            yield fitted


class _Fitting:
    """Makes frames as large as a look wants them: nothing is cut off or stretched, what is left over is black."""

    def __init__(self, first: av.VideoFrame, look: Look) -> None:
        self._plain = (first.width, first.height) == (look.width, look.height)
        size = f"{look.width}:{look.height}"
        graph = av.filter.Graph()
        nodes: list[Any] = [
            graph.add_buffer(
                width=first.width, height=first.height, format=first.format, time_base=Fraction(1, 90_000)
            ),
            graph.add("scale", f"{size}:force_original_aspect_ratio=decrease:flags=lanczos"),
            graph.add("pad", f"{size}:(ow-iw)/2:(oh-ih)/2"),
            graph.add("setsar", "1"),
            graph.add("format", "yuv420p"),
            graph.add("buffersink"),
        ]
        for node, following in pairwise(nodes):
            node.link_to(following)
        graph.configure()
        self._graph = graph

    def __call__(self, frame: av.VideoFrame) -> av.VideoFrame:
        """The frame, fitted; its time is the caller's."""
        if self._plain:
            return frame
        self._graph.vpush(frame)
        return self._graph.vpull()
