"""What went wrong in front of a person: kept for the owner, found by its reference, and without anybody's words."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from studio.diagnostics import incidents
from studio.diagnostics.incidents import (
    ALPHABET,
    LENGTH,
    NEW_A_MINUTE,
    OTHERS,
    ROWS_KEPT,
    WHAT_MAX,
    Incident,
    Incidents,
    forget_old,
    new_reference,
    note,
    shown,
    what_happened,
)
from studio.orders.order import tidy
from studio.storage.database import Database
from studio.storage.errors import StorageAway
from studio.storage.tables import incidents as rows

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_incidents_come_back_as_they_were_kept_the_newest_first(database: Database) -> None:
    now = NOON
    kept = Incidents(database, lambda: now)
    for number in range(4):
        now = NOON + timedelta(minutes=number)
        kept.keep(f"REF{number}", f"Error {number}")
    assert kept.latest(2) == [
        Incident(reference="REF3", at=NOON + timedelta(minutes=3), what="Error 3"),
        Incident(reference="REF2", at=NOON + timedelta(minutes=2), what="Error 2"),
    ]


def test_something_long_is_kept_as_far_as_there_is_room(database: Database) -> None:
    kept = Incidents(database, lambda: NOON)
    kept.keep("LONG", "x" * 5000)
    assert kept.latest(1)[0].what == "x" * WHAT_MAX


def test_a_reference_can_be_read_out_over_the_telephone() -> None:
    references = {new_reference() for _ in range(2000)}
    assert len(references) == 2000
    assert all(len(one) == LENGTH == 8 and set(one) <= set(ALPHABET) for one in references)
    assert set("01OIL8B5SUVEA").intersection(ALPHABET) <= {"5", "8"}


def failing() -> Exception:
    """An error whose words are a visitor's, risen in a line of ours."""
    try:
        tidy("my secret wish")  # type: ignore[arg-type]
    except AttributeError as error:
        error.args = ("my secret wish",)
        return error
    raise AssertionError


def test_the_owner_learns_the_kind_of_error_the_line_and_the_page_and_nobodys_words() -> None:
    what = what_happened(failing(), "/gallery")
    assert what.startswith("AttributeError at studio/orders/order.py:")
    assert what.endswith(", /gallery")
    assert "wish" not in what


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", "/"),
        ("/gallery", "/gallery"),
        ("/app/static/videos/0123.mp4", "/app…"),
        ("/open/token", "/open…"),
        ("/v/token", "/v…"),
        ("", ""),
        ("/<script>alert(1)</script>", "/…"),
        ("/my%20words", "/…"),
        ("/my words", "/…"),
        ("/0123456789abcdef", "/…"),
        ("/" + "a" * 500, "/…"),
        ("/\nX", "/…"),
    ],
)
def test_of_a_path_only_what_is_ours_is_kept(path: str, kept: str) -> None:
    assert shown(path) == kept


def test_an_incident_is_logged_and_kept_under_the_same_reference(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    kept = Incidents(database, lambda: NOON)
    reference = note(failing(), "/", lambda: kept)
    assert [one.reference for one in kept.latest(9)] == [reference]
    [record] = [record for record in caplog.records if record.name == incidents.__name__]
    assert record.levelno == logging.ERROR
    assert vars(record)["reference"] == reference
    assert record.exc_info is not None


def test_without_a_database_there_is_still_a_reference_and_a_log(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    def gone() -> Incidents:
        raise RuntimeError("the studio could not be opened")

    assert len(note(failing(), "/", gone)) == LENGTH
    assert [record.message for record in caplog.records] == ["incident", "incident not kept"]


def test_the_same_thing_again_is_the_same_incident_with_a_number(database: Database) -> None:
    now = NOON
    kept, elsewhere = Incidents(database, lambda: now), Incidents(database, lambda: now)
    references = set()
    for second in range(1_000):
        now = NOON + timedelta(seconds=second / 10)
        server = kept if second % 3 else elsewhere
        references.add(server.keep(new_reference(), "KeyError at web/x.py:7, /gallery"))
    elsewhere.latest(1)
    [one] = kept.latest(9)
    assert references == {one.reference}
    assert (one.number, one.at) == (1_000, now)


def test_a_flood_of_kinds_begins_ten_rows_a_minute_and_every_reference_is_found(database: Database) -> None:
    now = NOON
    kept = Incidents(database, lambda: now)
    references = {kept.keep(new_reference(), f"KeyError, /{number}") for number in range(500)}
    found = kept.latest(999)
    assert {one.reference for one in found} == references
    assert len(found) == NEW_A_MINUTE + 1
    assert [one.number for one in found if one.what == OTHERS] == [500 - NEW_A_MINUTE]
    now += timedelta(minutes=1)
    assert kept.keep("NEXT", "ValueError") == "NEXT"


def test_what_could_not_be_written_is_counted_the_next_time(sqlite_url: str) -> None:
    now, database = NOON, Database(sqlite_url, busy_timeout_s=0)
    kept = Incidents(database, lambda: now)
    for _ in range(3):
        kept.keep("FIRST", "KeyError")
    now += timedelta(minutes=1)
    # Another process's lock: a transaction of this one would be waiting within a transaction.
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageAway, match="SQLITE_BUSY"):
            kept.keep("LATER", "KeyError")
    now += timedelta(minutes=1)
    assert kept.keep("LATER", "KeyError") == "FIRST"
    assert [one.number for one in kept.latest(9)] == [5]
    database.close()


def test_no_more_than_a_thousand_are_kept_the_newest_of_them(database: Database) -> None:
    with database.begin() as connection:
        for number in range(ROWS_KEPT + 5):
            at = NOON + timedelta(seconds=number)
            connection.execute(insert(rows).values(reference=f"R{number}", at=at, what=f"Error {number}"))
        forget_old(connection, NOON - timedelta(days=30))
    found = Incidents(database, lambda: NOON).latest(9_999)
    assert len(found) == ROWS_KEPT
    assert found[-1].reference == "R5"
