"""No transaction, reading ones included, spans other I/O. Every test is watched for it; here is the watch itself."""

from __future__ import annotations

import ast
import http.client
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from studio.storage.database import Database, transactions_open
from studio.storage.media import Media
from tests.transaction_watch import TransactionHeld

STUDIO = Path(__file__).resolve().parents[3] / "studio"

Begin = Callable[[Database], AbstractContextManager[Connection]]


def reads_media(media: Media, _database: Database) -> None:
    media.exists("videos/ab/one.mp4")


def keeps_media(media: Media, _database: Database) -> None:
    media.put("videos/ab/one.mp4", b"x")


def lists_media(media: Media, _database: Database) -> None:
    list(media.keys("videos/"))


def asks_a_server(_media: Media, _database: Database) -> None:
    http.client.HTTPConnection("127.0.0.1", 9, timeout=1).request("GET", "/")


def starts_a_child(_media: Media, _database: Database) -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)


def begins_another(_media: Media, database: Database) -> None:
    with database.begin():
        pass


@pytest.mark.parametrize("begin", [Database.read, Database.begin])
@pytest.mark.parametrize(
    ("wait", "waited_for"),
    [
        (reads_media, r"studio\.storage\.media .*one\.mp4"),
        (keeps_media, r"studio\.storage\.media .*one\.mp4"),
        (lists_media, r"studio\.storage\.media .*videos/'"),
        (asks_a_server, r"socket\.getaddrinfo"),
        (starts_a_child, r"subprocess\.Popen"),
        (begins_another, r"studio\.storage\.database"),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_what_waits_within_a_transaction_is_noticed(
    sqlite_url: str,
    media: Media,
    held_transactions: list[str],
    begin: Begin,
    wait: Callable[[Media, Database], None],
    waited_for: str,
) -> None:
    database = Database(sqlite_url)
    with begin(database), pytest.raises(TransactionHeld, match=waited_for):
        wait(media, database)
    assert len(held_transactions) == 1
    held_transactions.clear()
    database.close()


def test_a_read_within_a_read_is_part_of_it_and_within_a_writing_one_is_noticed(
    sqlite_url: str, held_transactions: list[str]
) -> None:
    database = Database(sqlite_url)
    with database.read() as outer:
        with database.read() as inner:
            assert inner is outer
        assert transactions_open() == 1
    assert transactions_open() == 0
    with database.begin(), pytest.raises(TransactionHeld, match=r"studio\.storage\.database"), database.read():
        pass
    assert len(held_transactions) == 1
    held_transactions.clear()
    database.close()


def test_a_transaction_counts_in_its_own_thread_until_its_end(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    seen: list[int] = []

    def halfway() -> Iterator[None]:
        with database.read():
            yield

    reading = halfway()
    next(reading)
    assert transactions_open() == 1
    for _ in range(2):
        thread = threading.Thread(target=lambda: seen.append(transactions_open()))
        thread.start()
        thread.join()
    closer = threading.Thread(target=lambda: reading.close())  # type: ignore[attr-defined]
    closer.start()
    closer.join()
    assert (seen, transactions_open()) == ([0, 0], 0)
    with pytest.raises(ZeroDivisionError), database.begin():
        _ = 1 / 0
    assert transactions_open() == 0
    database.close()


def test_no_generator_hands_anything_out_while_its_transaction_is_open() -> None:
    """What the caller does meanwhile may take as long as a bucket does."""
    found = []
    for file in sorted(STUDIO.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.With) and any(_begins(item.context_expr) for item in node.items):
                found += [f"{file.name}:{y.lineno}" for y in ast.walk(node) if isinstance(y, ast.Yield | ast.YieldFrom)]
    own = [place for place in found if place.startswith("database.py:")]
    assert found == own
    assert len(own) == 2, "the two context managers themselves, or this test sees nothing"


def _begins(call: ast.expr) -> bool:
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ("begin", "read")
