"""A date on a page is that of where its reader is; what leaves the page, and the ledger, are in UTC and say so."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest

from components import language
from studio.file_names import saved_as
from tests.studio.strategies import a_job

ROOT = Path(__file__).resolve().parents[2]

BEFORE_MIDNIGHT = datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 11, 23, 0, 0, 1, tzinfo=UTC)

See = Callable[..., None]


@pytest.fixture
def reader_in(monkeypatch: pytest.MonkeyPatch) -> See:
    """Puts the reader of the page into a zone, as a browser names it."""

    def put(zone: str | None, locale: str = "en-US") -> None:
        monkeypatch.setattr(
            language.st,
            "context",
            SimpleNamespace(timezone=zone, locale=locale, cookies=SimpleNamespace(to_dict=dict), headers={}),
        )

    return put


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("UTC", "Nov 22, 2026", "Nov 23, 2026"),
        ("Pacific/Auckland", "Nov 23, 2026", "Nov 23, 2026"),
        ("America/Los_Angeles", "Nov 22, 2026", "Nov 22, 2026"),
        (None, "Nov 22, 2026", "Nov 23, 2026"),
        ("Nowhere/AtAll", "Nov 22, 2026", "Nov 23, 2026"),
    ],
)
def test_a_day_on_a_page_is_the_readers(reader_in: See, zone: str | None, before: str, after: str) -> None:
    reader_in(zone)
    assert (language.day(BEFORE_MIDNIGHT), language.day(AFTER_MIDNIGHT)) == (before, after)
    for when in (BEFORE_MIDNIGHT, AFTER_MIDNIGHT):
        assert language.moment(when).startswith(language.day(when)), "no page says two things of one moment"


@pytest.mark.parametrize(
    ("locale", "moment", "opening"),
    [
        ("de-DE", "22.11.2026, 23:59", "um 23:59"),
        ("en-US", "Nov 22, 2026, 11:59\u202fPM", "at 11:59\u202fPM"),
        ("en-GB", "22 Nov 2026, 23:59", "at 23:59"),
        ("ja-JP", "2026/11/22 23:59", "23:59に"),
        ("no language", "Nov 22, 2026, 11:59\u202fPM", "at 11:59\u202fPM"),
    ],
)
def test_dates_are_written_as_the_reader_writes_them_and_without_seconds(
    reader_in: See, locale: str, moment: str, opening: str
) -> None:
    reader_in("UTC", locale)
    assert language.moment(BEFORE_MIDNIGHT) == moment
    assert language.opening(BEFORE_MIDNIGHT, BEFORE_MIDNIGHT - timedelta(hours=3)) == opening


def test_a_day_of_the_books_is_the_same_for_everybody(reader_in: See) -> None:
    for zone in ("Pacific/Auckland", "America/Los_Angeles"):
        reader_in(zone)
        assert language.budget_day(date(2026, 11, 22)) == "Nov 22, 2026"


def test_a_file_is_named_by_the_day_of_utc(reader_in: See) -> None:
    reader_in("Pacific/Auckland")
    for when, day in ((BEFORE_MIDNIGHT, "2026-11-22"), (AFTER_MIDNIGHT, "2026-11-23")):
        east = when.astimezone(timezone(timedelta(hours=13)))
        for created_at in (when, east):
            assert saved_as(replace(a_job(), created_at=created_at)).startswith(f"kineograph-{day}-")


def test_pages_write_dates_in_one_place_alone() -> None:
    found = set()
    for folder in ("pages", "components", "web"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                names = {alias.name for alias in node.names} if isinstance(node, ast.ImportFrom) else set()
                if names & {"format_date", "format_datetime", "format_time"}:
                    found.add(file.relative_to(ROOT).as_posix())
    assert found == {"components/language.py"}


@pytest.mark.parametrize(
    ("size_bytes", "written"),
    [(40_000, "40 kB"), (3_210_000, "3.2 MB"), (999_000_000, "999 MB"), (1_400_000_000, "1.4 GB")],
)
def test_a_file_of_any_size_has_a_size_that_one_can_read(reader_in: See, size_bytes: int, written: str) -> None:
    reader_in("UTC")
    assert language.file_size(size_bytes) == written


@pytest.mark.parametrize(
    ("zone", "in_words"),
    [
        ("UTC", ["Today", "Yesterday", "Saturday, November 21, 2026"]),
        ("America/Los_Angeles", ["Today", "Today", "Yesterday"]),
        ("Pacific/Auckland", ["Today", "Today", "Yesterday"]),
    ],
)
def test_a_day_in_words_is_the_readers(reader_in: See, zone: str, in_words: list[str]) -> None:
    reader_in(zone)
    moments = (AFTER_MIDNIGHT, BEFORE_MIDNIGHT, BEFORE_MIDNIGHT - timedelta(days=1))
    assert [language.day_in_words(when, AFTER_MIDNIGHT) for when in moments] == in_words
