"""What an MP4 says about itself: a title, a text, a still picture. Put in without touching a coded byte; read back.

The tags are those that players know (iTunes' list in moov/udta/meta/ilst). A film with tags is the same file but for
its index, which grows: only that is ever in memory, and the rest is sent on from where it is kept. Only lengths, names
and places are read here, each held against what is there; nothing is decoded. Boxes: ISO 14496-12.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

STILL_MAX_BYTES = 500_000
"""A larger still is left out: a film of five seconds would be a third larger for it."""
TEXT_MAX_BYTES = 200_000
"""More text than that is not read: ours has a twentieth."""
_INDEX_MAX_BYTES = 16 * 1024 * 1024
_BOXES_MAX = 10_000
_TITLE, _TEXT, _WRITER, _STILL = b"\xa9nam", b"\xa9cmt", b"\xa9too", b"covr"
_UTF8, _JPEG = 1, 13
_WITH_BOXES = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}

Read = Callable[[int, int], bytes]
"""The bytes of a file from one place up to another."""


class NotReadable(Exception):
    """No MP4, or none whose boxes hold what they say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What a film says about itself."""

    title: str
    text: str
    still: bytes = b""
    """A JPEG; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Index:
    """Where the index of a file is, and what is to stand there instead."""

    start: int
    stop: int
    content: bytes

    def size(self, before: int) -> int:
        """How large the file is then."""
        return before - (self.stop - self.start) + len(self.content)


def with_tags(read: Read, size: int, tags: Tags) -> Index | None:
    """The index of an MP4 of so many bytes with these tags in place of its own; the rest of the file stays as it is.

    None where it cannot be had so: a fragmented file, or one whose index is unusual. Raises NotReadable.
    """
    boxes = list(top_level(read, size))
    found = [(start, stop) for kind, start, stop in boxes if kind == b"moov"]
    if len(found) != 1 or any(kind == b"moof" for kind, _, _ in boxes):
        return None
    [(start, stop)] = found
    if stop - start > _INDEX_MAX_BYTES:
        return None
    box = read(start, stop)
    _, begins, _ = _header(box[:16], len(box))
    kept = b"".join(_box(kind, body) for kind, body in _boxes(box[begins:]) if kind != b"udta")
    new = _box(b"moov", kept + _box(b"udta", _list_of(tags)))
    moved = len(new) - (stop - start)
    # What lies behind the index moves with its end.
    return Index(start, stop, _shifted(new, stop, moved))


def tags_in(read: Read, size: int) -> Tags | None:
    """What an MP4 says about itself in the way in which `with_tags` puts it; None where it says nothing so.

    Raises NotReadable.
    """
    for kind, start, stop in top_level(read, size):
        if kind == b"moov":
            if stop - start > _INDEX_MAX_BYTES:
                raise NotReadable("an index of that size")
            box = read(start, stop)
            _, begins, _ = _header(box[:16], len(box))
            listed = _within(box[begins:], b"udta", b"meta")
            return None if listed is None else _tags(listed[4:])
    raise NotReadable("no index")


def is_mp4(head: bytes) -> bool:
    """True for what begins like an MP4 with video; HEIC and AVIF pictures have the same boxes and other brands."""
    return head[4:8] == b"ftyp" and head[8:12] not in _PICTURES


_PICTURES = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis", b"jpeg"}


def top_level(read: Read, size: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes that a file is made of: of what kind, where each begins, and where it ends. Raises NotReadable."""
    at = 0
    for _ in range(_BOXES_MAX):
        if at >= size:
            return
        head = read(at, min(at + 16, size))
        kind, _, end = _header(head, size - at)
        yield kind, at, at + end
        at += end
    raise NotReadable("too many boxes")


def _header(head: bytes, room: int) -> tuple[bytes, int, int]:
    """A box's kind, where its content begins, and where it ends, from its own beginning on."""
    if len(head) < 8:
        raise NotReadable("a box ends early")
    length, kind = struct.unpack_from(">I4s", head)
    begins = 8
    if length == 1 and len(head) >= 16:
        (length,) = struct.unpack_from(">Q", head, 8)
        begins = 16
    elif length == 0:
        length = room
    if length < begins or length > room:
        raise NotReadable("a box reaches beyond its end")
    return kind, begins, length


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    for _ in range(_BOXES_MAX):
        if len(content) - at < 8:
            return  # QuickTime ends some lists with four zero bytes.
        kind, begins, length = _header(content[at : at + 16], len(content) - at)
        yield kind, content[at + begins : at + length]
        at += length
    raise NotReadable("too many boxes")


def _within(content: bytes, *kinds: bytes) -> bytes | None:
    for wanted in kinds:
        inner = next((body for kind, body in _boxes(content) if kind == wanted), None)
        if inner is None:
            return None
        content = inner
    return content


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def _list_of(tags: Tags) -> bytes:
    def entry(name: bytes, kind: int, value: bytes) -> bytes:
        return _box(name, _box(b"data", struct.pack(">II", kind, 0) + value))

    listed = entry(_TITLE, _UTF8, tags.title.encode()) + entry(_TEXT, _UTF8, tags.text.encode())
    listed += entry(_WRITER, _UTF8, b"Kineograph")
    if tags.still:
        listed += entry(_STILL, _JPEG, tags.still)
    handler = _box(b"hdlr", bytes(8) + b"mdirappl" + bytes(9))
    return _box(b"meta", bytes(4) + handler + _box(b"ilst", listed))


def _tags(meta: bytes) -> Tags | None:
    listed = _within(meta, b"ilst")
    if listed is None:
        return None
    found: dict[bytes, bytes] = {}
    for name, body in _boxes(listed):
        value = _within(body, b"data")
        if value is not None and len(value) >= 8:
            found.setdefault(name, value[8:])
    text = found.get(_TEXT, b"")
    if not text or len(text) > TEXT_MAX_BYTES:
        return None
    try:
        return Tags(title=found.get(_TITLE, b"").decode(), text=text.decode(), still=found.get(_STILL, b""))
    except UnicodeDecodeError:
        return None


def _shifted(box: bytes, behind: int, by: int) -> bytes:
    """The index with the places of all chunks that lie from `behind` on moved by so many bytes."""
    moved = bytearray(box)
    _shift(moved, 0, len(moved), behind, by)
    return bytes(moved)


def _shift(content: bytearray, start: int, stop: int, behind: int, by: int) -> None:
    at = start
    while stop - at >= 8:
        kind, begins, length = _header(bytes(content[at : at + 16]), stop - at)
        inner = at + begins
        if kind in _WITH_BOXES:
            _shift(content, inner, at + length, behind, by)
        elif kind in (b"stco", b"co64"):
            _shift_table(content, inner, at + length, "I" if kind == b"stco" else "Q", behind, by)
        at += length


def _shift_table(content: bytearray, inner: int, stop: int, letter: str, behind: int, by: int) -> None:
    width = struct.calcsize(f">{letter}")
    (rows,) = struct.unpack_from(">I", content, inner + 4) if stop - inner >= 8 else (0,)
    if inner + 8 + rows * width > stop:
        raise NotReadable("a table ends early")
    places = struct.unpack_from(f">{rows}{letter}", content, inner + 8)
    try:
        struct.pack_into(
            f">{rows}{letter}", content, inner + 8, *(place + by if place >= behind else place for place in places)
        )
    except struct.error:
        raise NotReadable("a place beyond what its table can say") from None
