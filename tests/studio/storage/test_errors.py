"""Full, locked, read-only, away: no half state, and it goes on by itself when the outage ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url

from studio.jobs.job import State
from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.errors import StorageAway, StorageFull, StorageReadOnly
from tests.studio.scripted_provider import generation
from tests.studio.shop import Shop
from videoapi.wire import Generation


@pytest.fixture
def impatient(sqlite_url: str) -> Iterator[Database]:
    """SQLite that waits for another writer for a moment only."""
    opened = Database(sqlite_url, busy_timeout_s=0.05)
    yield opened
    opened.close()


@pytest.fixture
def impatient_shop(impatient: Database, tmp_path: Path, small_jpeg: bytes, tiny_mp4: bytes) -> Shop:
    return Shop(Store(impatient, polls_per_s=1e9), tmp_path, small_jpeg, tiny_mp4)


def meanwhile(happens: Callable[[], object]) -> Callable[[], Generation]:
    """The provider takes the order, and something happens before its answer is here."""

    def answer() -> Generation:
        happens()
        return generation()

    return answer


def test_an_id_is_not_lost_while_another_holds_the_database(impatient: Database, impatient_shop: Shop) -> None:
    shop = impatient_shop
    job = shop.placed()
    with closing(sqlite3.connect(str(impatient.url.database), isolation_level=None)) as other:

        class Pauses(list[float]):
            def append(self, seconds: float) -> None:
                super().append(seconds)
                if len(self) == 3:
                    other.execute("ROLLBACK")

        shop.paused = Pauses()
        shop.provider.on_create = [meanwhile(lambda: other.execute("BEGIN IMMEDIATE"))]
        shop.worker = shop.new_worker()
        shop.worker.tick()
    assert len(shop.paused) == 3
    assert shop.seen(job).state is State.QUEUED
    assert len(shop.provider.sent) == 1


def test_nothing_is_sent_while_the_database_is_full_and_it_goes_on_afterwards(
    impatient: Database, impatient_shop: Shop
) -> None:
    shop = impatient_shop
    job = shop.placed()
    limit = {"pages": 1}
    for engine in (impatient._writer, impatient._reader):
        engine.dispose()

        @event.listens_for(engine, "connect")
        def full(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute(f"PRAGMA max_page_count = {limit['pages']}")

    def fill_up() -> None:
        for number in range(2_000):  # the free pages that are left are used up long before
            shop.store.keep_draft(f"visitor-{number}", "x" * 5_000, shop.now)

    with pytest.raises(StorageFull, match="SQLITE_FULL"):
        fill_up()
    assert shop.seen(job).state is State.WAITING
    assert shop.provider.sent == []
    limit["pages"] = 1_000_000
    impatient._writer.dispose()
    impatient._reader.dispose()
    assert shop.until(job, State.DONE).video is not None
    assert len(shop.provider.sent) == 1


def test_a_postgresql_that_only_reads_stops_nothing_for_good(
    postgres_url: str, tmp_path: Path, small_jpeg: bytes, tiny_mp4: bytes
) -> None:
    database = Database(postgres_url)
    shop = Shop(Store(database, polls_per_s=1e9), tmp_path, small_jpeg, tiny_mp4)
    job = shop.placed()
    name = make_url(postgres_url).database
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    database.close()
    with pytest.raises(StorageReadOnly, match="ReadOnlySqlTransaction"):
        shop.worker.tick()
    assert shop.provider.sent == []
    with admin.connect() as connection:
        connection.exec_driver_sql("SET default_transaction_read_only = off")
        connection.exec_driver_sql(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    database.close()
    assert shop.until(job, State.DONE).video is not None
    admin.dispose()
    database.close()


def test_a_postgresql_that_hangs_up_is_asked_again(
    postgres_url: str, tmp_path: Path, small_jpeg: bytes, tiny_mp4: bytes
) -> None:
    database = Database(postgres_url)
    shop = Shop(Store(database, polls_per_s=1e9), tmp_path, small_jpeg, tiny_mp4)
    job = shop.placed()
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")

    def hang_up() -> None:
        with admin.connect() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    shop.provider.on_create = [meanwhile(hang_up)]
    shop.worker.tick()
    assert shop.seen(job).state is State.QUEUED
    assert shop.until(job, State.DONE).video is not None
    assert len(shop.provider.sent) == 1
    admin.dispose()
    database.close()


def test_media_that_are_away_cost_nothing_and_come_back(impatient_shop: Shop, tmp_path: Path) -> None:
    shop = impatient_shop
    job = shop.placed()
    folder, aside = tmp_path / "media", tmp_path / "aside"
    folder.rename(aside)
    folder.write_text("not a folder")
    waiting = shop.step(job)
    assert (waiting.state, waiting.last_error) == (State.WAITING, StorageAway.word)
    assert shop.provider.sent == []
    folder.unlink()
    aside.rename(folder)
    assert shop.until(job, State.DONE).video is not None


def test_a_video_that_cannot_be_kept_yet_is_fetched_again(impatient_shop: Shop, tmp_path: Path) -> None:
    shop = impatient_shop
    job = shop.until(shop.placed(), State.QUEUED)
    folder, aside = tmp_path / "media", tmp_path / "aside"
    folder.rename(aside)
    folder.write_text("not a folder")
    held_up = shop.until(job, State.FETCHING)
    assert held_up.last_error == StorageAway.word
    folder.unlink()
    aside.rename(folder)
    assert shop.until(job, State.DONE).video is not None
