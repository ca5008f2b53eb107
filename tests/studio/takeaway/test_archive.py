"""A ZIP that is made while it is sent is one that Python's own reader finds no fault with."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zipstream import ng

from studio.takeaway.archive import Archive


class Gone(Exception):
    """A file that is taken away while it is read."""


async def in_pieces(pieces: Sequence[bytes], *, then: type[Exception] | None = None) -> AsyncIterator[bytes]:
    for piece in pieces:
        await asyncio.sleep(0)
        yield piece
    if then is not None:
        raise then


def zipped(files: dict[str, Sequence[bytes]], breaks: Sequence[str] = ()) -> bytes:
    async def made() -> bytes:
        archive, out = Archive(), bytearray()
        for name, pieces in files.items():
            size = sum(map(len, pieces))
            try:
                async for piece in archive.file(name, size, in_pieces(pieces, then=Gone if name in breaks else None)):
                    out += piece
            except Gone:
                continue
        for piece in archive.text("end.txt", b"the end"):
            out += piece
        for piece in archive.end():
            out += piece
        return bytes(out)

    return asyncio.run(made())


def opened(data: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


@given(
    st.dictionaries(
        st.text("abcé海-.", min_size=1, max_size=8), st.lists(st.binary(max_size=40), max_size=4), max_size=5
    )
)
def test_what_goes_in_comes_out(files: dict[str, Sequence[bytes]]) -> None:
    archive = opened(zipped(files))
    assert archive.namelist() == [*files, "end.txt"]
    for name, pieces in files.items():
        assert archive.read(name) == b"".join(pieces)
        assert archive.getinfo(name).compress_type == zipfile.ZIP_STORED


@pytest.mark.parametrize("before", [[], [b"a beginning"]])
def test_a_file_that_breaks_off_is_not_named_and_the_others_are_whole(before: list[bytes]) -> None:
    archive = opened(zipped({"a": [b"first"], "b": before, "c": [b"last"]}, breaks=["b"]))
    assert archive.namelist() == ["a", "c", "end.txt"]
    assert (archive.read("a"), archive.read("c")) == (b"first", b"last")


def test_a_piece_goes_out_before_the_next_one_is_read() -> None:
    read = list[int]()

    async def pieces() -> AsyncIterator[bytes]:
        for number in range(5):
            read.append(number)
            yield b"x"

    async def ahead() -> list[int]:
        out = archive.file("a", 5, pieces())
        return [len(read) async for piece in out if piece == b"x"]

    archive = Archive()
    assert asyncio.run(ahead()) == [1, 2, 3, 4, 5]


def test_beyond_what_a_zip_of_old_can_say_it_is_a_zip64(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {name: [bytes([number]) * 600] for number, name in enumerate("abc")}
    assert b"PK\x06\x06" not in zipped(files)
    # Four gigabytes, made small.
    monkeypatch.setattr(ng, "ZIP64_LIMIT", 500)
    data = zipped(files)
    assert b"PK\x06\x06" in data, "the directory's end is the larger kind"
    archive = opened(data)
    for name, pieces in files.items():
        assert archive.read(name) == pieces[0]
