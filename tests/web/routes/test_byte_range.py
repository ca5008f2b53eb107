"""Which bytes a Range header asks for: RFC 9110, section 14, and what strangers send instead."""

from __future__ import annotations

import pytest

from web.routes.byte_range import RangeOutside, wanted

SIZE = 1000
WHOLE = None


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-499", range(0, 500)),
        ("bytes=500-999", range(500, 1000)),
        ("bytes=500-", range(500, 1000)),
        ("bytes=0-", range(0, 1000)),
        ("bytes=0-0", range(0, 1)),
        ("bytes=999-999", range(999, 1000)),
        ("bytes=-500", range(500, 1000)),
        ("bytes=-1", range(999, 1000)),
        # A suffix longer than the file is the whole file; an end behind the file is its end.
        ("bytes=-5000", range(0, 1000)),
        ("bytes=990-5000", range(990, 1000)),
        ("bytes=0-999999999999999999", range(0, 1000)),
        ("bytes=00-09", range(0, 10)),
        (" bytes=0-9 ", range(0, 10)),
    ],
)
def test_a_range_gives_exactly_its_bytes(header: str, expected: range) -> None:
    assert wanted(header, SIZE) == expected


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=1.5-2",
        "bytes=0x10-0x20",
        "bytes=+1-2",
        "bytes=--5",
        "bytes=5-2",
        "bytes=0-1,5-6",
        "bytes=0-" + ",0-" * 10_000,
        "bytes=" + "9" * 10_000 + "-",
        "bytes=0-1\r\nX-Injected: 1",
        "bytes=\u0661-\u0662",
        "items=0-5",
        "0-5",
    ],
)
def test_what_is_no_single_range_of_bytes_gives_the_whole_file(header: str | None) -> None:
    assert wanted(header, SIZE) is WHOLE


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-1001", "bytes=5000-6000", "bytes=-0"])
def test_a_range_outside_the_file_is_refused(header: str) -> None:
    with pytest.raises(RangeOutside):
        wanted(header, SIZE)


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=0-0", "bytes=-1"])
def test_no_range_lies_inside_an_empty_file(header: str) -> None:
    with pytest.raises(RangeOutside):
        wanted(header, 0)
