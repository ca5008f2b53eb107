"""Is this a whole, playable MP4? Its first picture for the gallery, and its last one to go on from.

Magic bytes, the first frame and the length in seconds are right in half a file too, if it is a faststart one: only
reading and decoding everything the index promises tells (seen with a cut file and with a zero-filled tail).
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from PIL import Image, ImageStat

from studio.videos.mp4_index import IndexBroken, Track, read_index

_CODECS = frozenset({"h264", "hevc", "vp9", "av1", "libdav1d"})
"""What browsers play in an MP4; libdav1d is FFmpeg's decoder for AV1."""

_NEVER_ENDING_ZEROS = bytes(256)
"""No stretch of coded H.264 or H.265 has three zero bytes in a row (ITU-T H.264, 7.4.1.1: 00 00 03 is put instead), so
a stretch this long is a hole that was never written."""

_DARKEST, _PLAINEST = 20.0, 6.0
"""Mean and spread of a grey picture (0 to 255) under which it shows nothing: a fade-in, or a blank first frame."""
_POSTER_LOOKS_S = 2.0
"""A fade-in is over by then; a video that is dark for longer is dark."""


Coded = av.VideoStream | av.AudioStream
"""What is decoded of a file."""


class VideoBroken(Exception):
    """The file is not a whole, playable video. The message is for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFacts:
    """What a whole video turned out to be, by decoding all of it."""

    width: int
    """As it is shown: a video stored turned counts as turned back."""
    height: int
    duration_s: float
    frames: int
    fps: float
    has_sound: bool
    bytes: int


def check_whole(path: Path) -> VideoFacts:
    """The facts about a video of which everything that its index promises is there and decodes.

    Raises VideoBroken for anything else: a part of a file, holes, an error page with a video's name, no video in it, a
    codec that browsers do not play. OSError rises as it is: a disk that cannot be read says nothing about the video.
    """
    try:
        tracks = read_index(path)
    except IndexBroken as broken:
        raise VideoBroken(str(broken)) from broken
    # An edit list says which samples to leave out when showing. Here all of them are wanted.
    with _opened(path, ignore_editlist="1") as container:
        return _decode_all(container, tracks, path.stat().st_size)


@dataclass(slots=True, kw_only=True)
class _Met:
    """What has been met so far on the way through a file."""

    packets: list[int]
    """Of each stream."""
    frames: int = 0
    turned: bool = False
    start_s: float = math.inf
    end_s: float = 0.0

    def packet(self, packet: av.Packet[Any], *, escapes_zeros: bool) -> None:
        """Count a packet. Raises VideoBroken where it is not whole."""
        self.packets[packet.stream_index] += 1
        number = self.packets[packet.stream_index]
        if packet.is_corrupt:
            raise VideoBroken(f"packet {number} of stream {packet.stream_index} is cut short")
        if escapes_zeros and _NEVER_ENDING_ZEROS in bytes(packet):
            raise VideoBroken(f"packet {number} has a hole in it")

    def frame(self, frame: av.VideoFrame) -> None:
        """Count a frame of the video, and the time that it is shown."""
        self.frames += 1
        self.turned = frame.rotation % 180 != 0
        shown_s = frame.time or 0.0
        self.start_s = min(self.start_s, shown_s)
        self.end_s = max(self.end_s, shown_s + float((frame.duration or 0) * (frame.time_base or 0)))


def _decode_all(container: InputContainer, tracks: tuple[Track, ...], size: int) -> VideoFacts:
    coded = _coded_streams(container, tracks)
    video = _playable(coded)
    escapes_zeros = video.codec_context.name in ("h264", "hevc")
    met = _Met(packets=[0] * len(container.streams))
    for stream in coded:
        stream.codec_context.thread_type = "AUTO"
    for packet in container.demux():
        if packet.size:
            met.packet(packet, escapes_zeros=escapes_zeros and packet.stream is video)
        if packet.stream not in coded:
            continue
        for frame in packet.decode():
            if not isinstance(frame, av.VideoFrame):
                continue
            if frame.is_corrupt:
                raise VideoBroken(f"frame {met.frames + 1} is damaged")
            if packet.stream is video:
                met.frame(frame)
    _check_against_index(met, coded, video, tracks)
    return _facts(met, video, has_sound=bool(container.streams.audio), size=size)


def _coded_streams(container: InputContainer, tracks: tuple[Track, ...]) -> list[Coded]:
    # A cover picture is a stream without a track; it comes after the others.
    if len(container.streams) < len(tracks):
        raise VideoBroken(f"{len(tracks)} tracks in the index, {len(container.streams)} streams found")
    streams: tuple[Coded, ...] = (*container.streams.video, *container.streams.audio)
    return [stream for stream in streams if stream.index < len(tracks)]


def _playable(coded: Sequence[Coded]) -> av.VideoStream:
    if not coded or not isinstance(coded[0], av.VideoStream):
        raise VideoBroken("no video in it")
    name = coded[0].codec_context.name
    if name not in _CODECS:
        raise VideoBroken(f"coded as {name}")
    return coded[0]


def _check_against_index(
    met: _Met,
    coded: Sequence[Coded],
    video: av.VideoStream,
    tracks: tuple[Track, ...],
) -> None:
    for stream in coded:
        track = tracks[stream.index]
        if met.packets[stream.index] != track.samples:
            read = met.packets[stream.index]
            raise VideoBroken(f"{track.handler}: {read} of {track.samples} samples could be read")
    promised = tracks[video.index].samples
    if met.frames == 0 or met.frames != promised:
        raise VideoBroken(f"{met.frames} of {promised} frames could be decoded")


def _facts(met: _Met, video: av.VideoStream, *, has_sound: bool, size: int) -> VideoFacts:
    duration_s = met.end_s - met.start_s
    width, height = video.codec_context.width, video.codec_context.height
    return VideoFacts(
        width=height if met.turned else width,
        height=width if met.turned else height,
        duration_s=round(duration_s, 3),
        frames=met.frames,
        fps=round(float(video.average_rate or 0) or (met.frames / duration_s if duration_s else 0.0), 3),
        has_sound=has_sound,
        bytes=size,
    )


def poster(path: Path, *, width: int = 640) -> bytes:
    """A JPEG, `width` pixels wide, of the first frame that shows something; upright. Raises VideoBroken."""
    with _opened(path) as container:
        chosen: av.VideoFrame | None = None
        most = -1.0
        for frame in _frames(container):
            grey = ImageStat.Stat(_grey(frame))
            mean, spread = grey.mean[0], grey.stddev[0]
            if spread > most:
                chosen, most = frame, spread
            if mean >= _DARKEST and spread >= _PLAINEST:
                chosen = frame
                break
            if (frame.time or 0.0) > _POSTER_LOOKS_S:
                break
        if chosen is None:
            raise VideoBroken("no frame could be decoded")
        picture = _upright(chosen)
        height = max(1, round(picture.height * width / picture.width))
        return _jpeg(picture.resize((width, height), Image.Resampling.LANCZOS), quality=85)


@contextmanager
def _opened(path: Path, **options: str) -> Iterator[InputContainer]:
    """The file, read as MP4 or QuickTime and nothing else. What FFmpeg raises about it is VideoBroken."""
    with path.open("rb"):
        pass  # A file that cannot be read raises here. Any error after this is about what is in it.
    try:
        # The format is named, so that no bytes can choose another of FFmpeg's hundred readers.
        with av.open(str(path), format="mov", container_options=options) as container:
            yield container
    except av.error.FFmpegError as error:  # Of any kind: a decoder says "not permitted" of damaged sound.
        raise VideoBroken(f"{type(error).__name__}: {error}") from error


def _frames(container: InputContainer) -> Iterator[av.VideoFrame]:
    if not container.streams.video:
        raise VideoBroken("no video in it")
    video = container.streams.video[0]
    video.thread_type = "AUTO"
    yield from container.decode(video)


def _upright(frame: av.VideoFrame) -> Image.Image:
    picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call] # PyAV gives this one no types.
    return picture.rotate(frame.rotation, expand=True) if frame.rotation else picture


def _grey(frame: av.VideoFrame) -> Image.Image:
    """A small grey picture of the frame, to judge whether it shows anything."""
    picture: Image.Image = frame.reformat(width=64, height=64, format="gray").to_image()  # type: ignore[no-untyped-call]
    return picture.convert("L")


def _jpeg(picture: Image.Image, *, quality: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
