"""A video as an animated picture for chats: GIF, which everything shows, or WebP, a fraction of the bytes.

A stranger's bytes, as in `editing`, and the same promises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.video.reformatter import Interpolation

from studio.videos.decoding import Progress, frames, picture, refusals, timeline, unwatched
from studio.videos.edit import EditRefusal, EditRefused

MAX_BYTES = 8 * 1024 * 1024
"""What the strictest of the large messengers take without an account that is paid for (10 MB), and some room."""
_FRAMES_MAX = 480
"""The palette is found with all of them in memory: 250 MB of the largest."""
_WEBP_QUALITY = 75


@dataclass(frozen=True, slots=True)
class _Size:
    """One way to make it: the next one is tried where it comes out too large."""

    longest_px: int
    hundredths: int
    """How long each frame is shown, in hundredths of a second: what a GIF counts in."""

    @property
    def weight(self) -> Fraction:
        """Bytes grow with this, about."""
        return Fraction(self.longest_px**2, self.hundredths)


_SIZES = (
    _Size(480, 8),  # 12.5 frames a second
    _Size(400, 8),
    _Size(400, 10),
    _Size(320, 10),
    _Size(320, 12),
    _Size(240, 12),
    _Size(240, 16),
    _Size(160, 16),
)


@refusals()
def save_gif(path: Path, out: Path, progress: Progress = unwatched, *, max_bytes: int = MAX_BYTES) -> None:
    """A GIF that plays for ever, in 256 colours chosen for this video; smaller and slower until it fits."""
    _fit(path, out, _write_gif, progress, max_bytes)


@refusals()
def save_webp(path: Path, out: Path, progress: Progress = unwatched, *, max_bytes: int = MAX_BYTES) -> None:
    """The same as an animated WebP, in all colours."""
    _fit(path, out, _write_webp, progress, max_bytes)


def _fit(
    path: Path,
    out: Path,
    write: Callable[[list[av.VideoFrame], Path, list[int]], None],
    progress: Progress,
    max_bytes: int,
) -> None:
    length = timeline(path).length_s
    # Rounded up to a whole frame; beyond that it is no animation for a chat any more.
    left = [size for size in _SIZES if length * 100 / size.hundredths <= _FRAMES_MAX]
    while left:
        size = left[0]
        shown = list(_sampled(path, size))
        # The last one fills up what no whole tick is left of: it is as long as the video.
        last = round(length * 100) - size.hundredths * (len(shown) - 1)
        write(shown, out, [size.hundredths] * (len(shown) - 1) + [max(1, last)])
        written = out.stat().st_size
        if written <= max_bytes:
            progress(1.0)
            return
        # Those that would come out too large as well are not tried; the smallest is in any case.
        light = [one for one in left[1:] if written * one.weight / size.weight <= max_bytes]
        left = light or left[1:][-1:]
        progress(1 - len(left) / len(_SIZES))
    raise EditRefused(EditRefusal.TOO_LARGE, f"{float(length):.1f} s do not fit {max_bytes} bytes")


def _sampled(path: Path, size: _Size) -> Iterator[av.VideoFrame]:
    """What is shown at each tick, made small."""
    line, step = timeline(path), Fraction(size.hundredths, 100)
    count = max(1, round(line.length_s / step))
    wanted = {line.shown[line.at(min(number * step, line.length_s))] for number in range(count)}
    number = 0
    small: av.VideoFrame | None = None
    for frame in frames(path):
        if frame.pts not in wanted:
            continue
        small = _small(frame, size)
        while number < count and line.shown[line.at(min(number * step, line.length_s))] == frame.pts:
            # Each a frame of its own: it is given its own time.
            again = small if number == count - 1 else _small(frame, size)
            again.pts, again.time_base = number * size.hundredths, Fraction(1, 100)
            number += 1
            yield again
    if number != count:
        raise EditRefused(EditRefusal.UNREADABLE, f"{number} of {count} frames could be decoded")


def _small(frame: av.VideoFrame, size: _Size) -> av.VideoFrame:
    shrunk = min(Fraction(1), Fraction(size.longest_px, max(frame.width, frame.height)))
    width, height = (max(2, round(side * shrunk / 2) * 2) for side in (frame.width, frame.height))
    return frame.reformat(width=width, height=height, format="rgb24", interpolation=Interpolation.LANCZOS)


def _write_gif(shown: list[av.VideoFrame], out: Path, hundredths: list[int]) -> None:
    """Each is shown for so many hundredths of a second."""
    graph = _in_few_colours(shown[0])
    # What follows the last one is nowhere in the packets' times.
    options = {"loop": "0", "final_delay": str(hundredths[-1])}
    with av.open(str(out), "w", format="gif", options=options) as container:
        stream = container.add_stream("gif", rate=Fraction(100, hundredths[0]))
        stream.width, stream.height, stream.pix_fmt = shown[0].width, shown[0].height, "pal8"
        stream.codec_context.time_base = Fraction(1, 100)
        for frame in shown:
            graph.vpush(frame)
        graph.vpush(None)
        begin = 0
        for each in hundredths:
            frame = graph.vpull()
            frame.pts, frame.time_base, frame.duration = begin, Fraction(1, 100), each
            container.mux(stream.encode(frame))
            begin += each
        container.mux(stream.encode(None))


def _in_few_colours(first: av.VideoFrame) -> Any:
    """Takes all frames, then gives them in the 256 colours that suit them best together."""
    graph = av.filter.Graph()
    source = graph.add_buffer(width=first.width, height=first.height, format=first.format, time_base=Fraction(1, 100))
    split = graph.add("split")
    # Ordered dithering: the pattern of error diffusion moves with each frame, and costs twice the bytes.
    palette, use = graph.add("palettegen"), graph.add("paletteuse", "dither=bayer:bayer_scale=4:diff_mode=rectangle")
    source.link_to(split)
    split.link_to(use, 0, 0)
    split.link_to(palette, 1, 0)
    palette.link_to(use, 0, 1)
    use.link_to(graph.add("buffersink"))
    graph.configure()
    return graph


def _write_webp(shown: list[av.VideoFrame], out: Path, hundredths: list[int]) -> None:
    first, *others = map(picture, shown)
    first.save(
        out,
        "WEBP",
        save_all=True,
        append_images=others,
        duration=[each * 10 for each in hundredths],
        loop=0,
        quality=_WEBP_QUALITY,
        method=3,
    )
