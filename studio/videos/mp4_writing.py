"""An MP4 as browsers like it: H.264 (or the coded video as it was) and AAC side by side, the index in front."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.frame import PictureType
from av.video.stream import VideoStream

from studio.videos.decoding import THREADS, Sound, opened

_X264 = {"preset": "veryfast", "crf": "17", "profile": "high"}
"""As good as the original to the eye, at a third of the time of the default. Other edits may follow on this one."""
_AAC_BITS_PER_SECOND = 192_000
_AAC_BLOCK = 1024

Packets = Iterator["av.Packet[Any]"]  # in quotes: PyAV says so for type checkers only


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How frames are to be coded."""

    width: int
    height: int
    """Even, both: a colour stands for two by two pixels."""
    rate: Fraction
    """Frames a second, about: what the encoder reckons with. When each is shown, it says itself."""
    time_base: Fraction
    colours: tuple[int, int, int, int]
    """Space, range, primaries and transfer, as numbers of ISO/IEC 23091-2."""
    about: dict[str, str]
    """What the file says about itself."""


def look_of(path: Path) -> Look:
    """That of a video, upright."""
    with opened(path) as container:
        video = container.streams.video[0]
        coded = video.codec_context
        first = next(container.decode(video))
        width, height = first.width, first.height
        if first.rotation % 180:
            width, height = height, width
        return Look(
            width=width - width % 2,
            height=height - height % 2,
            rate=Fraction(video.average_rate or 25),
            time_base=Fraction(video.time_base or Fraction(1, 90_000)),
            colours=(
                int(coded.colorspace),
                int(coded.color_range),
                int(coded.color_primaries),
                int(coded.color_trc),
            ),
            about=dict(container.metadata),
        )


def write_coded_anew(out: Path, frames: Iterable[av.VideoFrame], look: Look, sound: Sound | None) -> None:
    """The frames, each shown from its `pts` on in units of the look's time base, with this sound."""
    with _mp4(out, look.about) as container:
        stream = container.add_stream("libx264", rate=look.rate, options=_X264)
        stream.width, stream.height, stream.pix_fmt = look.width, look.height, "yuv420p"
        context = stream.codec_context
        context.time_base = look.time_base
        context.thread_count = THREADS
        context.colorspace, context.color_range, context.color_primaries, context.color_trc = look.colours
        _mux(container, _encoded(stream, frames, look), sound)


def write_copied(
    out: Path, template: VideoStream, packets: Packets, about: dict[str, str], sound: Sound | None
) -> None:
    """The packets of coded video as they are, with this sound. The template's container must still be open."""
    with _mp4(out, about) as container:
        stream = container.add_stream_from_template(template)
        stream.time_base = template.time_base

        def of_this_file() -> Packets:
            for packet in packets:
                packet.stream = stream
                yield packet

        _mux(container, of_this_file(), sound)


def _mp4(out: Path, about: dict[str, str]) -> OutputContainer:
    container = av.open(str(out), "w", format="mp4", options={"movflags": "+faststart"})
    container.metadata.update(about)
    return container


def _encoded(stream: VideoStream, frames: Iterable[av.VideoFrame], look: Look) -> Packets:
    for frame in frames:
        plain = frame.reformat(width=look.width, height=look.height, format="yuv420p")
        plain.pts, plain.time_base = frame.pts, look.time_base
        plain.pict_type = PictureType.NONE  # Else x264 would code each as what it was, and keyframes at will.
        yield from stream.encode(plain)
    yield from stream.encode(None)


def _mux(container: OutputContainer, video: Packets, sound: Sound | None) -> None:
    """Video and sound in the order of their times: a player that loads piece by piece needs both."""
    streams = [video]
    if sound is not None and sound.samples.shape[1]:
        audio = container.add_stream("aac", rate=sound.rate, layout=sound.layout)
        audio.bit_rate = _AAC_BITS_PER_SECOND
        streams.append(_spoken(audio, sound))
    for packet in heapq.merge(*streams, key=_begins):
        container.mux(packet)


def _spoken(stream: AudioStream, sound: Sound) -> Packets:
    for start in range(0, sound.samples.shape[1], _AAC_BLOCK):
        block = np.ascontiguousarray(sound.samples[:, start : start + _AAC_BLOCK])
        frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=sound.layout)
        frame.sample_rate, frame.pts, frame.time_base = sound.rate, start, Fraction(1, sound.rate)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _begins(packet: av.Packet[Any]) -> Fraction:
    return (packet.dts or 0) * Fraction(packet.time_base or 1)
