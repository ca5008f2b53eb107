"""SQLite and PostgreSQL: brought up to date at the start, safe to open by several servers at once."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Row, Table, create_engine, insert, inspect, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import make_url

from studio.jobs.job import Job, State
from studio.jobs.rows import row_of
from studio.queue.job_store import Store
from studio.queue.searching import Search
from studio.storage.database import MIGRATIONS, Database, journal_mode
from studio.storage.errors import StorageAway, StorageReadOnly
from studio.storage.tables import Instant, drafts, gallery_links, incidents, jobs, metadata, successions
from tests.studio.strategies import NOON, a_job, a_job_in, an_order

ROOT = Path(__file__).parents[3]

OPEN_ON_COMMAND = """
import sys
from studio.storage.database import Database
print("ready", flush=True)
sys.stdin.readline()
Database(sys.argv[1]).close()
"""


def test_a_new_database_has_all_tables_and_stands_at_the_newest_migration(database: Database) -> None:
    with database.read() as connection:
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}
        at = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    assert at == ScriptDirectory(str(MIGRATIONS)).get_heads()


def test_the_migrations_make_exactly_the_tables_that_the_code_uses(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_opening_a_database_again_changes_nothing_in_it(database: Database, database_url: str) -> None:
    job = a_job()
    Store(database).place(job, "n1")
    database.migrate()
    again = Database(database_url)
    assert Store(again).get(job.id) == job
    again.close()


def test_servers_that_open_a_new_database_at_once_all_get_it(database_url: str) -> None:
    servers = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", OPEN_ON_COMMAND, database_url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for server in servers:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
    said = []
    for server in servers:
        assert server.stdin is not None
        server.stdin.write("go\n")
        server.stdin.flush()
    for server in servers:
        said.append(server.communicate(timeout=60)[1])
    assert ([server.returncode for server in servers], said) == ([0, 0, 0], ["", "", ""])
    opened = Database(database_url)
    assert Store(opened).claim_due(NOON) is None
    opened.close()


def test_what_broke_half_way_is_not_kept(database: Database) -> None:
    def keep_two_of_one() -> None:
        with database.begin() as connection:
            connection.execute(insert(drafts).values(visitor="v", form="{}", updated_at=NOON))
            raise KeyError("half way")

    with pytest.raises(KeyError, match="half way"):
        keep_two_of_one()
    with database.read() as connection:
        assert connection.execute(select(drafts)).all() == []


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(Exception, match="without a zone"), database.begin() as connection:
        connection.execute(insert(drafts).values(visitor="v", form="{}", updated_at=naive))


def test_who_reads_before_writing_never_writes_on_what_another_has_changed(database: Database) -> None:
    """Sixteen writers add one to a number each: none of the additions is lost."""
    with database.begin() as connection:
        connection.execute(insert(drafts).values(visitor="sum", form="0", updated_at=NOON))

    def add_one() -> None:
        with database.begin() as connection:
            wanted = drafts.c.visitor == "sum"
            before = connection.execute(select(drafts.c.form).where(wanted).with_for_update()).scalar_one()
            connection.execute(drafts.update().where(wanted).values(form=str(int(before) + 1)))

    threads = [threading.Thread(target=add_one) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with database.read() as connection:
        assert connection.execute(select(drafts.c.form)).scalar_one() == "16"


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 7, 0), "DELETE"),
        ((3, 40, 1), "DELETE"),
        ((3, 44, 5), "DELETE"),
        ((3, 44, 6), "WAL"),
        ((3, 44, 9), "WAL"),
        ((3, 45, 0), "DELETE"),
        ((3, 46, 1), "DELETE"),
        ((3, 50, 6), "DELETE"),
        ((3, 50, 7), "WAL"),
        ((3, 50, 99), "WAL"),
        ((3, 51), "DELETE"),
        ((3, 51, 0), "DELETE"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "DELETE"),
        ((3, 52, 0, 1), "DELETE"),
        ((3, 52, 1), "WAL"),
        ((3, 100, 0), "WAL"),
        ((4, 0, 0), "WAL"),
        ((2, 99, 99), "DELETE"),
        ((), "DELETE"),
    ],
)
def test_the_log_ahead_of_writing_is_used_only_where_it_cannot_lose_a_commit(
    version: tuple[int, ...], mode: str
) -> None:
    assert journal_mode(version) == mode


def test_every_connection_to_sqlite_keeps_what_it_committed(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    for transaction in (database.begin, database.read):
        with transaction() as connection:
            assert connection.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL
            assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 30_000
    database.close()


def test_a_folder_that_is_not_there_is_storage_that_is_away(tmp_path: Path) -> None:
    with pytest.raises(StorageAway, match="SQLITE_CANTOPEN"):
        Database(f"sqlite:///{tmp_path}/no/such/folder/kineograph.db")


def test_a_database_that_may_not_be_written_says_so(sqlite_url: str) -> None:
    Database(sqlite_url).close()
    database = Database(sqlite_url)
    with database.begin() as connection:
        connection.execute(text("PRAGMA query_only = ON"))
    with pytest.raises(StorageReadOnly, match="SQLITE_READONLY"), database.begin() as connection:
        connection.execute(insert(drafts).values(visitor="v", form="{}", updated_at=NOON))
    database.close()


def test_a_database_that_does_not_exist_is_storage_that_is_away(postgres_url: str) -> None:
    with pytest.raises(StorageAway) as away:
        Database(make_url(postgres_url).set(database="no_such").render_as_string(hide_password=False))
    # A server that is not there is away as well, and names no database.
    assert "no_such" in str(away.value.__cause__)


def test_jobs_and_incidents_of_before_are_brought_along(database_url: str) -> None:
    """Who pays is read from the ledger; what went wrong several times becomes one row."""
    engine = create_engine(database_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    row = {name: value for name, value in row_of(a_job()).items() if name != "id"}
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        before = Table("jobs", MetaData(), autoload_with=connection)
        encoded = {name: _encoded(value) for name, value in row.items() if name in before.columns}
        connection.execute(insert(before).values(id="1", nonce="1", **encoded))
        connection.execute(insert(before).values(id="2", nonce="2", **encoded))
        connection.exec_driver_sql(
            "INSERT INTO ledger (job_id, at, day, payer, kind, micros, closes) VALUES"
            " ('1', 1, '2026-11-22', 'account', 'reserved', 1, false),"
            " ('1', 2, '2026-11-22', 'account', 'settled', 0, true)"
        )
        connection.exec_driver_sql(
            "INSERT INTO incidents (reference, at, what)"
            " VALUES ('A', 1, 'x'), ('B', 3, 'x'), ('C', 3, 'x'), ('D', 2, 'y')"
        )
    engine.dispose()
    opened = Database(database_url)
    with opened.read() as connection:
        paid = connection.execute(select(jobs.c.id, jobs.c.payer, jobs.c.turn).order_by(jobs.c.id)).all()
        wrong = connection.execute(select(incidents.c.reference, incidents.c.number).order_by(incidents.c.what)).all()
    opened.close()
    assert [tuple(one) for one in paid] == [("1", "account", "account"), ("2", "a" * 32, "a" * 32)]
    assert [tuple(one) for one in wrong] == [("C", 3), ("D", 1)]


def test_who_took_whose_place_before_is_brought_along_and_links_stay_links(database_url: str) -> None:
    engine = create_engine(database_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    giver, taker, link, used = "a" * 32, "b" * 32, "c" * 64, "f" * 64
    before = [
        (f"from:{giver}", taker, 7_000_000, 1_000_000),
        ("from:d", "e", 9_000_000, 2_000_000),
        (link, giver, 8_000_000, None),
        (used, taker, 6_000_000, 5_000_000),
    ]
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        table = Table("gallery_links", MetaData(), autoload_with=connection)
        names = ("hash", "visitor", "expires_at", "used_at")
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in before])
    Database(database_url).close()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        places = connection.execute(select(successions)).all()
        links = connection.execute(select(gallery_links.c.hash, gallery_links.c.visitor)).all()
        command.downgrade(config, "0007")
        again = connection.execute(select(table.c.hash, table.c.visitor, table.c.expires_at)).all()
    engine.dispose()
    assert {tuple(place) for place in places} == {(giver, taker, _second(7)), ("d", "e", _second(9))}
    assert {tuple(one) for one in links} == {(link, giver), (used, taker)}
    assert {tuple(one) for one in again} == {row[:3] for row in before}


def _with_a_job_of(connection: Connection, config: Config, revision: str, job: Job) -> tuple[Table, Sequence[Row[Any]]]:
    """Brings the database to that revision, with a job as it was kept then; the table and its rows."""
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    table = Table("jobs", MetaData(), autoload_with=connection)
    row = {name: _encoded(value) for name, value in row_of(job).items() if name in table.columns}
    connection.execute(insert(table).values(nonce="1", **row))
    return table, connection.execute(select(table)).all()


def test_orders_of_before_are_of_the_one_model_that_there_was_and_go_back_as_they_came(database_url: str) -> None:
    engine = create_engine(database_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    job = a_job()
    with engine.begin() as connection:
        table, before = _with_a_job_of(connection, config, "0008", job)
    opened = Database(database_url)
    kept = Store(opened).get(job.id)
    opened.close()
    assert kept == job
    assert (kept.order.model, kept.order.ending_picture_key) == ("alibaba/wan-2-6-i2v", "")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0008")
        assert "model" not in {column["name"] for column in inspect(connection).get_columns("jobs")}
        assert connection.execute(select(table)).all() == before
    engine.dispose()


def test_orders_of_before_go_on_from_nothing_and_go_back_as_they_came(database_url: str) -> None:
    engine = create_engine(database_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    job = a_job()
    with engine.begin() as connection:
        table, before = _with_a_job_of(connection, config, "0009", job)
    opened = Database(database_url)
    store = Store(opened)
    assert store.get(job.id) == job
    following = store.place(a_job(continues=job.id), "2")
    assert following.continues == job.id
    opened.close()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0009")
        assert "continues" not in {column["name"] for column in inspect(connection).get_columns("jobs")}
        assert "jobs_continuing" not in {index["name"] for index in inspect(connection).get_indexes("jobs")}
        assert connection.execute(select(table).where(table.c.id == job.id)).all() == before
    engine.dispose()


def test_presets_are_a_table_of_their_own_which_comes_and_goes_without_touching_anything(database_url: str) -> None:
    engine = create_engine(database_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
        assert not inspect(connection).has_table("presets")
    opened = Database(database_url)
    store = Store(opened)
    store.keep_draft("ann", "{}", _second(1))
    store.save_preset("ann", "Waves", "{}", _second(1), at_most=1)
    opened.close()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0009")
        assert not inspect(connection).has_table("presets")
    engine.dispose()
    opened = Database(database_url)
    assert (Store(opened).draft("ann"), Store(opened).presets("ann")) == ("{}", {})
    opened.close()


def test_videos_of_before_are_found_by_their_words_and_go_back_as_they_came(database_url: str) -> None:
    engine = create_engine(database_url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    job = a_job_in(State.DONE, order=an_order(prompt="Crème brûlée, 東京"))
    with engine.begin() as connection:
        table, _rows = _with_a_job_of(connection, config, "0014", job)
        # More than are filled in at once, and one of which the words are gone.
        other = {**connection.execute(select(table)).mappings().one()}
        rows = [other | {"id": f"{n:032}", "nonce": str(n + 2), "prompt": f"Video {n}"} for n in range(1200)]
        connection.execute(insert(table), [*rows, other | {"id": "f" * 32, "nonce": "f", "prompt": ""}])
        before = connection.execute(select(table).order_by(table.c.id)).all()
    opened = Database(database_url)
    store = Store(opened)
    assert store.get(job.id) == job
    for query, number in (("creme 東京", 1), ("video", 1200), ("video 1199", 1), ("absent", 0), ("", 1202)):
        assert store.count_finished(job.visitor, Search(query)) == number, query
    opened.close()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0014")
        assert connection.execute(select(table).order_by(table.c.id)).all() == before
    engine.dispose()


def _second(number: int) -> datetime:
    return datetime.fromtimestamp(number, UTC)


def _encoded(value: object) -> object:
    return Instant().process_bind_param(value, sqlite.dialect()) if isinstance(value, datetime) else value
