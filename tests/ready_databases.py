"""Databases with all migrations applied, without applying them again for each test: that is most of what a test of two
statements takes (0.03 s of processor on SQLite, 0.1 s on PostgreSQL; these, a fifth of it).

A file of SQLite is copied. On PostgreSQL the schema is put aside, with no rows but those that the migrations put in,
and comes back, as long as nobody has changed a table, an index or a constraint since.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from studio.storage.database import Database

# `xmin` is another one when a row of the catalogue was written: whatever was added, changed or taken away.
_LOOKS = """
    WITH ours AS (SELECT oid, xmin FROM pg_class WHERE relnamespace = 'public'::regnamespace),
    rows AS (
        SELECT 'table' AS what, oid AS which, 0 AS part, xmin FROM ours
        UNION ALL SELECT 'column', attrelid, attnum, xmin FROM pg_attribute WHERE attrelid IN (SELECT oid FROM ours)
        UNION ALL SELECT 'constraint', oid, 0, xmin FROM pg_constraint WHERE conrelid IN (SELECT oid FROM ours)
        UNION ALL SELECT 'trigger', oid, 0, xmin FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM ours)
    )
    SELECT coalesce(md5(string_agg(rows::text, ',' ORDER BY what, which, part)), 'empty') FROM rows
"""

_KEEP_ROWS = """
DO $$ DECLARE one record; BEGIN
    CREATE SCHEMA rows_of_migrations;
    FOR one IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
        EXECUTE 'CREATE TABLE rows_of_migrations.' || quote_ident(one.relname) || ' AS TABLE public.'
            || quote_ident(one.relname);
    END LOOP;
END $$
"""

# The strictest lock first: where a test before has left a transaction open, this fails instead of waiting for ever.
_AS_MIGRATED = """
DO $$ DECLARE one record; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
        EXECUTE 'LOCK TABLE public.' || quote_ident(one.relname) || ' IN ACCESS EXCLUSIVE MODE';
        EXECUTE 'DELETE FROM public.' || quote_ident(one.relname);
        EXECUTE 'INSERT INTO public.' || quote_ident(one.relname) || ' OVERRIDING SYSTEM VALUE'
            || ' TABLE rows_of_migrations.' || quote_ident(one.relname);
    END LOOP;
    FOR one IN SELECT seqrelid FROM pg_sequence JOIN pg_class ON pg_class.oid = seqrelid
        WHERE relnamespace = 'public'::regnamespace LOOP
        PERFORM setval(one.seqrelid::regclass, 1, false);
    END LOOP;
END $$
"""


class ReadySchema:
    """The schema `public` of one PostgreSQL: empty, or as the migrations leave it."""

    def __init__(self) -> None:
        self._looks: str | None = None
        """How the schema looked when it was migrated; None: none was, or it is gone."""
        self._aside = False

    def put_away(self, connection: Connection) -> None:
        """From now on `public` is empty. Fails where a test before left a transaction open."""
        connection.exec_driver_sql("SET lock_timeout = '10s'")
        if self._looks is not None and not self._aside and _looks(connection) == self._looks:
            connection.exec_driver_sql(_AS_MIGRATED)
            connection.exec_driver_sql("ALTER SCHEMA public RENAME TO aside")
            self._aside = True
        else:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")

    def bring(self, connection: Connection, url: str) -> None:
        """From now on `public`, which was empty, has all tables."""
        if self._aside:
            connection.exec_driver_sql("DROP SCHEMA public")
            connection.exec_driver_sql("ALTER SCHEMA aside RENAME TO public")
            self._aside = False
            return
        Database(url).close()
        connection.exec_driver_sql("DROP SCHEMA IF EXISTS rows_of_migrations CASCADE")
        connection.exec_driver_sql(_KEEP_ROWS)
        self._looks = _looks(connection)


def _looks(connection: Connection) -> str:
    return str(connection.exec_driver_sql(_LOOKS).scalar_one())


def migrated_file(folder: Path) -> bytes:
    """What a file of SQLite has in it once all migrations were applied."""
    path = folder / "migrated.db"
    Database(f"sqlite:///{path}").close()
    return path.read_bytes()
