"""The index of an MP4 at its edges, to the byte: a file that is just whole, and the same with one number one off."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from studio.videos.mp4_index import _MAX_INDEX_BYTES, IndexBroken, Track, read_index


def box(kind: bytes, *content: bytes, wide: bool = False) -> bytes:
    """A box; with `wide` its length stands in 64 bits behind its kind (ISO 14496-12, 4.2)."""
    inside = b"".join(content)
    if wide:
        return struct.pack(">I4sQ", 1, kind, 16 + len(inside)) + inside
    return struct.pack(">I4s", 8 + len(inside), kind) + inside


def table(kind: bytes, columns: str, rows: Iterable[tuple[int, ...]], *, missing: int = 0) -> bytes:
    """A counted table, the last `missing` bytes of which are not there."""
    packed = [struct.pack(">" + columns, *row) for row in rows]
    content = bytes(4) + struct.pack(">I", len(packed)) + b"".join(packed)
    return box(kind, content[: len(content) - missing])


FTYP = box(b"ftyp", b"isom", bytes(4))
MEDIA = bytes(range(100))
HEADERS = {"usual": 8, "wide": 16, "to the end": 8}
"""How the length of the media is told, and how long the head of their box is then."""


def film(
    *,
    media: str = "usual",
    places: tuple[int, ...] = (0, 60),
    co64: bool = False,
    sizes: tuple[int, ...] = (30, 30, 40),
    one_size: int = 0,
    chunks: tuple[tuple[int, int, int], ...] = ((1, 2, 1), (2, 1, 1)),
    times: tuple[tuple[int, int], ...] = ((3, 10),),
    shown: tuple[tuple[int, int], ...] | None = None,
    duration: int = 30,
    long_times: bool = False,
    wide_index: bool = False,
    index_end: bytes = b"",
    missing: str = "",
    fragments: bytes = b"",
    track_header: bytes = b"",
) -> bytes:
    """A film of three samples in two chunks. Its last byte is the last of its media, as of a film made for the web.

    `places` count from the first byte of the media. `missing` names a table that ends one byte early.
    """

    def moov(start: int) -> bytes:
        short = {name: int(name == missing) for name in ("stsz", "stco", "stsc", "stts")}
        told = b"" if one_size else struct.pack(f">{len(sizes)}I", *sizes)
        stsz = bytes(4) + struct.pack(">II", one_size, len(sizes)) + told
        at = [(start + place,) for place in places]
        stbl = box(
            b"stbl",
            box(b"stsz", stsz[: len(stsz) - short["stsz"]]),
            table(b"co64", "Q", at) if co64 else table(b"stco", "I", at, missing=short["stco"]),
            table(b"stsc", "III", chunks, missing=short["stsc"]),
            table(b"stts", "II", times, missing=short["stts"]),
            b"" if shown is None else table(b"ctts", "II", shown),
        )
        mdhd = (
            struct.pack(">IQQIQ", 1 << 24, 0, 0, 24, duration)
            if long_times
            else struct.pack(">IIIII", 0, 0, 0, 24, duration)
        )
        mdia = box(b"mdia", box(b"mdhd", mdhd), box(b"hdlr", bytes(8), b"vide"), box(b"minf", stbl))
        return box(b"moov", box(b"trak", track_header, mdia), index_end, wide=wide_index)

    start = len(FTYP) + len(moov(len(FTYP))) + len(fragments) + HEADERS[media]
    mdat = bytes(4) + b"mdat" + MEDIA if media == "to the end" else box(b"mdat", MEDIA, wide=media == "wide")
    return FTYP + moov(start) + fragments + mdat


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "film.mp4"


WHOLE: dict[str, dict[str, Any]] = {
    "the last sample ends with the file": {},
    "the media's length is of 64 bits": {"media": "wide"},
    "the media go on to the end of the file": {"media": "to the end"},
    "the index's length is of 64 bits": {"wide_index": True},
    "the places are of 64 bits": {"co64": True},
    "the duration is of 64 bits": {"long_times": True},
    "all samples are of one size": {"one_size": 30, "sizes": (30, 30, 30), "places": (0, 70)},
    "the first chunk lies behind the second": {"places": (40, 0)},
    "there is a free byte between the chunks": {"sizes": (30, 29, 40)},
    "the samples last as much longer as two of the last": {"duration": 10},
    "the samples last as much shorter as two of the last": {"duration": 50},
    "each sample has its time to be shown": {"shown": ((1, 0), (2, 5))},
    "there are no samples at all": {"sizes": (), "places": (), "chunks": (), "times": (), "duration": 0},
    "a box of nothing but its head is in it": {"index_end": box(b"free")},
    "a box of nothing but its wide head is in it": {"index_end": box(b"free", wide=True)},
    "a list ends with four zero bytes, as QuickTime writes it": {"index_end": bytes(4)},
}


@pytest.mark.parametrize("how", WHOLE)
def test_a_film_that_is_just_whole_is_read(how: str, path: Path) -> None:
    path.write_bytes(film(**WHOLE[how]))
    sizes = WHOLE[how].get("sizes", (30, 30, 40))
    assert read_index(path) == (Track(handler="vide", samples=len(sizes), sample_bytes=sum(sizes)),)


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "the last sample ends a byte behind the file": ({"places": (0, 61)}, "outside the media data"),
    "and so where the media's length is of 64 bits": ({"places": (0, 61), "media": "wide"}, "outside the media data"),
    "and so where they go on to the end": ({"places": (0, 61), "media": "to the end"}, "outside the media data"),
    "the first sample begins in the head of its box": ({"places": (-1, 60)}, "outside the media data"),
    "or in the wide head of its box": ({"places": (-1, 60), "media": "wide"}, "outside the media data"),
    "two chunks share a byte": ({"places": (0, 59)}, "two chunks share the bytes"),
    "a place of 64 bits is a byte too far": ({"places": (0, 61), "co64": True}, "outside the media data"),
    "a place is right but for its upper 32 bits": ({"places": (0, 60 + 2**32), "co64": True}, "outside the media data"),
    "a sample has no time": ({"times": ((2, 10),)}, "as many times as samples"),
    "a time has no sample": ({"times": ((4, 10),)}, "as many times as samples"),
    "a sample has no time to be shown": ({"shown": ((2, 0),)}, "as many display times"),
    "a time to be shown has no sample": ({"shown": ((4, 0),)}, "as many display times"),
    "the samples last too long": ({"duration": 9}, "do not last as long"),
    "the samples do not last long enough": ({"duration": 51}, "do not last as long"),
    "and so where the duration is of 64 bits": ({"duration": 51, "long_times": True}, "do not last as long"),
    "the chunks hold a sample too few": ({"chunks": ((1, 1, 1),)}, "the chunks hold 2 samples, the index 3"),
    "the chunks hold a sample too many": ({"chunks": ((1, 2, 1),)}, "the chunks hold 4 samples, the index 3"),
    "the first chunk is of no run": ({"chunks": ((2, 3, 1),)}, "out of order"),
    "a run begins behind the last chunk": ({"chunks": ((1, 2, 1), (2, 1, 1), (3, 1, 1))}, "out of order"),
    "two runs begin at one chunk": ({"chunks": ((1, 2, 1), (2, 0, 1), (2, 1, 1))}, "out of order"),
    "there are samples and no run": ({"chunks": ()}, "out of order"),
    "the sizes end a byte early": ({"missing": "stsz"}, "stsz says 3 samples and ends early"),
    "the places end a byte early": ({"missing": "stco"}, "stco says 2 rows and ends early"),
    "the runs end a byte early": ({"missing": "stsc"}, "stsc says 2 rows and ends early"),
    "the times end a byte early": ({"missing": "stts"}, "stts says 1 rows and ends early"),
    "a box is a byte shorter than its head": ({"index_end": b"\0\0\0\x07free"}, "says 7 bytes, 8 are there"),
    "a box is a byte longer than what it is in": ({"index_end": b"\0\0\0\x09free"}, "says 9 bytes, 8 are there"),
    "a box is a byte shorter than its wide head": (
        {"index_end": struct.pack(">I4sQ", 1, b"free", 15)},
        "says 15 bytes, 16 are there",
    ),
    "the length of 64 bits is cut off": ({"index_end": b"\0\0\0\x01free"}, "says 1 bytes, 8 are there"),
    "a list ends with eight zero bytes": ({"index_end": bytes(8)}, "no box at"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_film_of_which_one_number_is_one_off_is_refused(how: str, path: Path) -> None:
    changes, why = BROKEN[how]
    path.write_bytes(film(**changes))
    with pytest.raises(IndexBroken, match=why):
        read_index(path)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (b"\0\0\0\x08free", ""),
        (b"\0\0\0\x09free", "says 9 bytes, 8 are there"),
        (b"\0\0\0\x08fre", "7 stray bytes"),
        (struct.pack(">I4sQ", 1, b"free", 16), ""),
        (struct.pack(">I4sQ", 1, b"free", 17), "says 17 bytes, 16 are there"),
    ],
)
def test_what_follows_the_media_ends_with_the_file(more: bytes, why: str, path: Path) -> None:
    path.write_bytes(film() + more)
    if why:
        with pytest.raises(IndexBroken, match=why):
            read_index(path)
    else:
        assert read_index(path)[0].samples == 3


@pytest.mark.parametrize(
    ("size", "why"),
    # The first one is read, and found to be nothing but zeros.
    [(_MAX_INDEX_BYTES, "no box at 0"), (_MAX_INDEX_BYTES + 1, f"moov of {_MAX_INDEX_BYTES + 1} bytes")],
)
def test_an_index_longer_than_any_film_has_is_not_read_into_memory(size: int, why: str, path: Path) -> None:
    """A file of a few bytes on the disk can say that its index is gigabytes long."""
    path.write_bytes(FTYP + struct.pack(">I4s", 8 + size, b"moov"))
    os.truncate(path, len(FTYP) + 8 + size)
    with pytest.raises(IndexBroken, match=why):
        read_index(path)


def test_samples_of_one_size_are_counted_only_up_to_a_bound(path: Path) -> None:
    """They take no room in the index: four bytes could promise four thousand million of them."""
    stsz = box(b"stsz", bytes(4), struct.pack(">II", 1, 3))
    endless = box(b"stsz", bytes(4), struct.pack(">II", 1, 2**32 - 1))
    whole = film(one_size=1, sizes=(1, 1, 1))
    assert whole.count(stsz) == 1
    path.write_bytes(whole.replace(stsz, endless))
    with pytest.raises(IndexBroken, match="4294967295 samples"):
        read_index(path)


def fragment(track_id: int, *counts: int) -> bytes:
    runs = [box(b"trun", bytes(4), struct.pack(">I", count)) for count in counts]
    return box(b"moof", box(b"traf", box(b"tfhd", bytes(4), struct.pack(">I", track_id)), *runs))


TRACK_7 = {
    "of 32 bits": box(b"tkhd", struct.pack(">IIII", 0, 0, 0, 7)),
    "of 64 bits": box(b"tkhd", struct.pack(">IQQI", 1 << 24, 0, 0, 7)),
}
"""The head of a track, by how its times are written."""


@pytest.mark.parametrize("times", TRACK_7)
def test_the_samples_of_fragments_count_beside_those_of_the_index(times: str, path: Path) -> None:
    path.write_bytes(film(track_header=TRACK_7[times], fragments=fragment(7, 2, 3) + fragment(7, 4)))
    assert read_index(path) == (Track(handler="vide", samples=3 + 9, sample_bytes=100),)


def test_a_fragment_of_a_track_that_is_not_there_is_refused(path: Path) -> None:
    path.write_bytes(film(track_header=TRACK_7["of 32 bits"], fragments=fragment(8, 2)))
    with pytest.raises(IndexBroken, match="a fragment of an unknown track 8"):
        read_index(path)
