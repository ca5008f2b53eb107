"""What one test leaves in a database that was made ready for it, no other finds there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, inspect

from studio.storage.tables import metadata
from tests.ready_databases import ReadySchema


@pytest.fixture
def connection(postgres_url: str) -> Iterator[Connection]:
    """On an empty database."""
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def ready(connection: Connection, postgres_url: str) -> ReadySchema:
    """With all tables, brought once before."""
    connection.exec_driver_sql("DROP SCHEMA IF EXISTS aside CASCADE")
    ready = ReadySchema()
    ready.bring(connection, postgres_url)
    ready.put_away(connection)
    return ready


def of(connection: Connection, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql(sql)]


def test_put_away_nothing_is_there_and_brought_back_everything(
    connection: Connection, ready: ReadySchema, postgres_url: str
) -> None:
    assert inspect(connection).get_table_names() == []
    ready.bring(connection, postgres_url)
    assert {*inspect(connection).get_table_names()} >= {*metadata.tables}
    assert of(connection, "SELECT count(*) FROM alembic_version") == [(1,)]


def test_rows_are_those_that_the_migrations_put_in(
    connection: Connection, ready: ReadySchema, postgres_url: str
) -> None:
    ready.bring(connection, postgres_url)
    before = of(connection, "TABLE switches")
    assert before
    connection.exec_driver_sql("DELETE FROM switches")
    connection.exec_driver_sql("CREATE TEMPORARY TABLE more AS TABLE breakers")
    connection.exec_driver_sql("UPDATE more SET name = 'more'")
    connection.exec_driver_sql("INSERT INTO breakers TABLE more")
    ready.put_away(connection)
    ready.bring(connection, postgres_url)
    assert of(connection, "TABLE switches") == before
    assert of(connection, "SELECT name FROM breakers WHERE name = 'more'") == []


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE jobs ADD COLUMN more int",
        "ALTER TABLE jobs RENAME COLUMN state TO stage",
        "DROP TABLE presets",
        "CREATE TABLE more (one int)",
        "CREATE INDEX more ON jobs (state)",
    ],
)
def test_a_changed_schema_is_made_anew(
    connection: Connection, ready: ReadySchema, postgres_url: str, change: str
) -> None:
    looks = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2"
    indexes = "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
    ready.bring(connection, postgres_url)
    before = of(connection, looks), of(connection, indexes)
    connection.exec_driver_sql(change)
    assert (of(connection, looks), of(connection, indexes)) != before
    ready.put_away(connection)
    ready.bring(connection, postgres_url)
    assert (of(connection, looks), of(connection, indexes)) == before
