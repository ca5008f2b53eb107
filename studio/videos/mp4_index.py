"""What the index of an MP4 promises, read box by box (ISO 14496-12) and held against itself and the file. Nothing is
decoded here."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

_MAX_INDEX_BYTES = 64 * 1024 * 1024
"""A minute of video has an index of some 50 KB; this much would be a day of it."""


class IndexBroken(Exception):
    """The boxes do not hold what they say, or do not agree with each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One track as the index describes it."""

    handler: str
    """"vide", "soun", or another four letters."""
    samples: int
    """How many pieces of video or sound there are to read."""
    sample_bytes: int
    """What they take in the file, together."""


@dataclass(slots=True)
class _Parts:
    """A track while it is being read."""

    handler: str = ""
    duration: int = 0
    tables: dict[str, bytes] = field(default_factory=dict)


def read_index(path: Path) -> tuple[Track, ...]:
    """The tracks that the file's index promises, after checking that every promised byte lies within the file.

    Raises IndexBroken where a box reaches beyond the file or its parent, a part of the index is missing, its tables
    contradict each other, or samples share bytes or lie outside the boxes that hold media. A fragmented file (with moof
    boxes) has its samples counted only. OSError rises as it is.
    """
    with path.open("rb") as file:
        index = _read_top_level(file, path.stat().st_size)
    chunks: list[tuple[int, int]] = []
    if not any(name == "trak" for name, _ in _boxes(index.moov)):
        raise IndexBroken("no tracks in the index")
    tracks = [_track(parts, chunks, counted_elsewhere=bool(index.fragments)) for parts in _tracks(index.moov)]
    _check_places(sorted(chunks), index.held)
    if index.fragments:
        tracks = _with_fragments(tracks, index.moov, index.fragments)
    return tuple(tracks)


@dataclass(frozen=True, slots=True, kw_only=True)
class _TopLevel:
    """What of a file tells where its samples are."""

    moov: bytes
    fragments: list[bytes]
    """The contents of its moof boxes."""
    held: list[tuple[int, int]]
    """Where its media are: from the first byte to behind the last."""


def _read_top_level(file: BinaryIO, size: int) -> _TopLevel:
    moov: bytes | None = None
    held: list[tuple[int, int]] = []
    fragments: list[bytes] = []
    kinds: list[str] = []
    for kind, start, end in _top_level(file, size):
        kinds.append(kind)
        if kind == "mdat":
            held.append((start, end))
        elif kind == "moof":
            fragments.append(_content(file, kind, start, end))
        elif kind == "moov":
            if moov is not None:
                raise IndexBroken("two indexes")
            moov = _content(file, kind, start, end)
    if "ftyp" not in kinds:
        raise IndexBroken("no ftyp box: not an MP4")
    if moov is None:
        raise IndexBroken("no moov box: the index is missing")
    return _TopLevel(moov=moov, fragments=fragments, held=held)


def _content(file: BinaryIO, kind: str, start: int, end: int) -> bytes:
    if end - start > _MAX_INDEX_BYTES:
        raise IndexBroken(f"{kind} of {end - start} bytes")
    file.seek(start)
    return file.read(end - start)


def _top_level(file: BinaryIO, size: int) -> Iterator[tuple[str, int, int]]:
    """Each top-level box as (kind, where its content starts, where it ends)."""
    at = 0
    while at < size:
        file.seek(at)
        head = file.read(16)
        kind, content, end = _box(head, at, size)
        yield kind, at + content, end
        at = end


def _box(head: bytes, at: int, limit: int) -> tuple[str, int, int]:
    """A box's kind, the length of its header, and its end."""
    if len(head) < 8:
        raise IndexBroken(f"{limit - at} stray bytes at {at}")
    length, kind = struct.unpack_from(">I4s", head)
    header = 8
    if length == 1 and len(head) >= 16:
        (length,) = struct.unpack_from(">Q", head, 8)
        header = 16
    elif length == 0:  # "Up to the end of the file": whoever wrote it did not know how long it would get.
        length = limit - at
    if not kind.isascii() or not kind.strip().isalnum():
        raise IndexBroken(f"no box at {at}")
    if length < header or at + length > limit:
        raise IndexBroken(f"box {kind.decode()} at {at} says {length} bytes, {limit - at} are there")
    return kind.decode(), header, at + length


def _boxes(content: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while at < len(content):
        if not any(content[at : at + 4]) and len(content) - at < 8:
            return  # QuickTime ends some lists with four zero bytes.
        kind, header, end = _box(content[at : at + 16], at, len(content))
        yield kind, content[at + header : end]
        at = end


def _find(content: bytes, *kinds: str) -> bytes:
    for kind in kinds:
        for name, inner in _boxes(content):
            if name == kind:
                content = inner
                break
        else:
            raise IndexBroken(f"no {kind} box")
    return content


def _tracks(moov: bytes) -> Iterator[_Parts]:
    for name, trak in _boxes(moov):
        if name == "trak":
            media = _find(trak, "mdia")
            header = _find(media, "mdhd")
            wide = header[:1] == b"\x01"
            yield _Parts(
                handler=_find(media, "hdlr")[8:12].decode("latin-1"),
                duration=_unpack(">Q" if wide else ">I", header, 24 if wide else 16)[0],
                tables=dict(_boxes(_find(media, "minf", "stbl"))),
            )


def _unpack(layout: str, content: bytes, at: int) -> tuple[int, ...]:
    try:
        return struct.unpack_from(layout, content, at)
    except struct.error:
        raise IndexBroken("a table ends early") from None


def _table(parts: _Parts, name: str, columns: str) -> list[tuple[int, ...]]:
    """The rows of a counted table; `columns` in the letters of struct."""
    content = parts.tables.get(name)
    if content is None:
        raise IndexBroken(f"no {name} table")
    (count,) = _unpack(">I", content, 4)
    row = struct.Struct(">" + columns)
    if 8 + count * row.size > len(content):
        raise IndexBroken(f"{name} says {count} rows and ends early")
    return [row.unpack_from(content, 8 + index * row.size) for index in range(count)]


def _track(parts: _Parts, chunks: list[tuple[int, int]], *, counted_elsewhere: bool) -> Track:
    """The track, after checking its tables; the start and end of its chunks are added to `chunks`."""
    sizes = _sizes(parts)
    if not sizes and counted_elsewhere:
        return Track(handler=parts.handler, samples=0, sample_bytes=0)
    timing = _table(parts, "stts", "II")
    if sum(count for count, _ in timing) != len(sizes):
        raise IndexBroken("as many times as samples are wanted")
    if "ctts" in parts.tables and sum(row[0] for row in _table(parts, "ctts", "II")) != len(sizes):
        raise IndexBroken("as many display times as samples are wanted")
    # Writers differ in how long the last sample lasts, and round once a track.
    slack = 2 * max((ticks for _, ticks in timing), default=0)
    if not counted_elsewhere and abs(sum(count * ticks for count, ticks in timing) - parts.duration) > slack:
        raise IndexBroken("the samples do not last as long as the track says")
    chunks += _chunks(parts, sizes)
    return Track(handler=parts.handler, samples=len(sizes), sample_bytes=sum(sizes))


def _sizes(parts: _Parts) -> list[int]:
    content = parts.tables.get("stsz")
    if content is None:
        raise IndexBroken("no stsz table")
    one_size, count = _unpack(">II", content, 4)
    if one_size:
        # Nothing bounds this count but the media data, and no sample is smaller than a byte.
        if count > _MAX_INDEX_BYTES:
            raise IndexBroken(f"{count} samples")
        return [one_size] * count
    if 12 + 4 * count > len(content):
        raise IndexBroken(f"stsz says {count} samples and ends early")
    return list(struct.unpack_from(f">{count}I", content, 12))


def _chunks(parts: _Parts, sizes: list[int]) -> Iterator[tuple[int, int]]:
    """Where each chunk starts and ends: it has a place (stco), and so many samples follow each other in it (stsc)."""
    places = _table(parts, "co64", "Q") if "co64" in parts.tables else _table(parts, "stco", "I")
    runs = _table(parts, "stsc", "III")
    firsts = [run[0] for run in runs]
    if not runs and not sizes:
        return
    if not runs or (firsts[0] != 1 or firsts[-1] > len(places) or sorted(set(firsts)) != firsts):
        raise IndexBroken("the chunks are out of order")
    sample = 0
    ends = [*firsts[1:], len(places) + 1]
    for (first, in_chunk, _), end in zip(runs, ends, strict=True):
        for (at,) in places[first - 1 : end - 1]:
            yield at, at + sum(sizes[sample : sample + in_chunk])
            sample += in_chunk
    if sample != len(sizes):
        raise IndexBroken(f"the chunks hold {sample} samples, the index {len(sizes)}")


def _check_places(chunks: list[tuple[int, int]], held: list[tuple[int, int]]) -> None:
    """Every chunk lies within the media data, and no two of any tracks share a byte."""
    reached = 0
    for start, end in chunks:
        if start < reached:
            raise IndexBroken(f"two chunks share the bytes from {start} to {reached}")
        if not any(first <= start and end <= last for first, last in held):
            raise IndexBroken(f"a chunk from {start} to {end} lies outside the media data")
        reached = end


def _with_fragments(tracks: list[Track], moov: bytes, fragments: list[bytes]) -> list[Track]:
    """The tracks with the samples of their fragments added."""
    ids = []
    for name, trak in _boxes(moov):
        if name == "trak":
            header = _find(trak, "tkhd")
            ids.append(_unpack(">I", header, 20 if header[:1] == b"\x01" else 12)[0])
    counted = dict.fromkeys(ids, 0)
    for fragment in fragments:
        for name, traf in _boxes(fragment):
            if name == "traf":
                (track_id,) = _unpack(">I", _find(traf, "tfhd"), 4)
                runs = [_unpack(">I", run, 4)[0] for kind, run in _boxes(traf) if kind == "trun"]
                if track_id not in counted:
                    raise IndexBroken(f"a fragment of an unknown track {track_id}")
                counted[track_id] += sum(runs)
    return [
        Track(handler=track.handler, samples=track.samples + counted[track_id], sample_bytes=track.sample_bytes)
        for track, track_id in zip(tracks, ids, strict=True)
    ]
