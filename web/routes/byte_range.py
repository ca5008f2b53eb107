"""Which bytes of a file a request asks for (RFC 9110, section 14). Pure."""

from __future__ import annotations

import re

_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class RangeOutside(Exception):
    """The range lies outside the file: answer 416."""


def wanted(header: str | None, size: int) -> range | None:
    """The bytes asked for, as a non-empty range; None for the whole file.

    Several ranges at once, and what is not a range of bytes, give the whole file: a server may ignore them.
    """
    match = _ONE_RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= stop:
        raise RangeOutside
    return range(start, stop)
