"""Somebody who makes things go wrong as often as a machine can: the log and the database grow by so much and no more.

`python -m pytest tests/attacks/test_floods.py -s` prints what each flood writes.
"""

from __future__ import annotations

import math
import re
import secrets
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import func, select
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection

from studio import clock
from studio.access.visitors import COOKIE, Visitors
from studio.diagnostics.incidents import Incidents
from studio.storage.database import Database
from studio.storage.secret_file import secret_in
from studio.storage.tables import incidents
from tests.app_process import AppProcess, running, wait_until
from tests.attacks.raw_tab import Tab, connected, sorry
from tests.kept_videos import keep_videos

MESSAGES = 1_000
ROWS_AT_MOST = 3
LOG_AT_MOST = 60_000
"""Bytes that one flood may write: a trace of each of a few kinds, and ten lines a minute of each."""

FORGED: dict[str, list[Any]] = {
    "double_value": [math.nan, math.inf, -math.inf, 1e300, -5.0, 0.5],
    "int_value": [-1, 2**62],
    "bool_value": [True],
    "trigger_value": [True],
    "string_value": ["x" * 100_000, "a\x00b", "none of the choices"],
    "bytes_value": [b"\xff"],
    "json_value": ["{cut", "[1]", '"text"', "5", '{"picked": 5}', '{"picked": {"a": NaN}}', '{"picked": "\\ud800"}'],
    "json_trigger_value": ["{cut", "5", '[{"event": "picked", "value": [1]}]'],
    "double_array_value": [[math.nan], []],
    "int_array_value": [[1, 2]],
    "string_array_value": [["a"]],
    "string_trigger_value": ["q"],
    "file_uploader_state_value": ["no such file"],
}
"""For each field that a widget's value can come in, values that no page sends."""


class Flooded:
    """A running app, and what it has written."""

    def __init__(self, app: AppProcess, database: Database) -> None:
        self.app = app
        self.database = database

    @property
    def log_bytes(self) -> int:
        return self.app.log.stat().st_size

    @property
    def rows(self) -> int:
        with self.database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(incidents)).scalar_one())

    def visitor(self) -> str:
        """The Cookie header of a new visitor."""
        return f"{COOKIE}={Visitors(secret_in(self.app.data_dir)).cookie(secrets.token_hex(16))}"

    def connected(self, **headers: str) -> ClientConnection:
        return connected(self.app.url, **headers)

    def many(self, once: Callable[[int], object], times: int) -> None:
        """Do something so many times, eight at a time; whatever is answered, if anything."""

        def tried(number: int) -> None:
            # The server may refuse, close the connection or break off: that is its right.
            with suppress(requests.RequestException, WebSocketException, OSError, EOFError):
                once(number)

        with ThreadPoolExecutor(8) as pool:
            for _ in pool.map(tried, range(times)):
                pass


@pytest.fixture(scope="module")
def flooded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flooded]:
    app = AppProcess(tmp_path_factory.mktemp("flooded"), pace=0)
    with running(app):
        database = app.open_database()
        yield Flooded(app, database)
        database.close()


def test_no_value_of_a_widget_breaks_a_session_or_is_anybodys_incident(flooded: Flooded) -> None:
    rows, log, sent = flooded.rows, flooded.log_bytes, 0
    with flooded.connected(Cookie=flooded.visitor()) as socket:
        tab = Tab(socket)
        tab.run()
        widgets = tab.widgets()
    assert {"number_input", "text_area", "radio", "checkbox", "file_uploader", "bidi_component"} <= set(
        widgets.values()
    )
    broken = []
    for widget_id, kind in widgets.items():
        with flooded.connected(Cookie=flooded.visitor()) as socket:
            tab = Tab(socket)
            tab.run()
            for field, values in FORGED.items():
                for value in values:
                    now, later = tab.run((widget_id, field, value)), tab.run()
                    sent += 1
                    if sorry(now) or sorry(later):
                        broken.append((kind, field, repr(value)[:40], sorry(now), sorry(later)))
    assert broken == []
    assert flooded.rows == rows
    print(f"\n{sent} forged values: {flooded.rows - rows} incidents, {flooded.log_bytes - log} bytes of log")
    assert flooded.log_bytes - log <= LOG_AT_MOST


def test_a_thousand_seeds_that_are_no_number_write_nothing(flooded: Flooded) -> None:
    rows, log = flooded.rows, flooded.log_bytes
    with flooded.connected(Cookie=flooded.visitor()) as socket:
        tab = Tab(socket)
        tab.run()
        [seed] = [widget_id for widget_id, kind in tab.widgets().items() if kind == "number_input"]
        for _ in range(MESSAGES):
            tab.run((seed, "double_value", math.nan))
        shown = sorry(tab.run((seed, "double_value", 7.0)))
    print(f"\n{MESSAGES} NaN seeds: {flooded.rows - rows} incidents, {flooded.log_bytes - log} bytes of log")
    assert shown == []
    assert flooded.rows == rows
    assert flooded.log_bytes - log <= 2_000


def test_a_thousand_times_the_same_error_of_ours_is_one_row_with_a_number_and_one_trace(
    flooded: Flooded, tmp_path: Path
) -> None:
    """A row that cannot be read, as after a downgrade: a real error, which every request for it meets."""
    visitor = secrets.token_hex(16)
    [job] = keep_videos(flooded.app, visitor, ["A wish"], tmp_path)
    with flooded.database.begin() as connection:
        connection.exec_driver_sql(f"UPDATE jobs SET reason = 'from-the-future' WHERE id = '{job.id}'")
    cookie = {"Cookie": f"{COOKIE}={Visitors(secret_in(flooded.app.data_dir)).cookie(visitor)}"}
    rows, log = flooded.rows, flooded.log_bytes
    address, references = f"{flooded.app.url}/app/static/videos/{job.id}.mp4", set()

    def once(_number: int) -> None:
        answer = requests.get(address, headers=cookie, timeout=60)
        assert answer.status_code == 500
        references.update(re.findall(r"[2-9A-Z]{8}", answer.text))

    flooded.many(once, MESSAGES)
    said = flooded.app.said().encode()[log:].decode()
    print(f"\n{MESSAGES} times the same error: {flooded.rows - rows} rows, {flooded.log_bytes - log} bytes of log")
    assert flooded.rows - rows <= ROWS_AT_MOST
    assert len(references) <= ROWS_AT_MOST, "everybody quotes what the owner finds"
    assert said.count("Traceback") <= 2
    assert flooded.log_bytes - log <= LOG_AT_MOST
    kept = Incidents(flooded.database, clock.now)
    # Written every ten seconds, and the next time it happens.
    wait_until(lambda: _happened(once, kept) >= MESSAGES, "the number says how often", 60)


def _happened(once: Callable[[int], None], kept: Incidents) -> int:
    once(0)
    return max(one.number for one in kept.latest(9))


def _upload(flooded: Flooded, number: int) -> None:
    requests.put(f"{flooded.app.url}/_stcore/upload_file/none/{number}", data=b"x", timeout=30)


def _raw(flooded: Flooded, sent: bytes) -> None:
    host, port = flooded.app.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(sent)
        line.recv(1_000)


def _frame(flooded: Flooded, frame: str | bytes) -> None:
    with flooded.connected(Cookie=flooded.visitor()) as tab:
        tab.send(frame)
        while True:
            tab.recv(timeout=2)


def _no_run(flooded: Flooded, message: BackMsg) -> None:
    with flooded.connected() as tab:
        for _ in range(5):
            tab.send(message.SerializeToString())


def _fragment() -> BackMsg:
    message = BackMsg()
    message.rerun_script.fragment_id = "there is none"
    return message


def _get(path: str, **headers: str) -> Callable[[Flooded, int], object]:
    return lambda flooded, n: requests.get(
        flooded.app.url + path.format(n), headers={name: value.format(n) for name, value in headers.items()}, timeout=30
    )


FLOODS: dict[str, Callable[[Flooded, int], object]] = {
    "addresses that do not exist": _get("/app/static/videos/{:032x}.mp4"),
    "paths of all kinds": _get("/%00{}/../..%2f" + "a" * 500),
    "cookies that nobody signed": _get("/", Accept="text/html", Cookie=COOKIE + "={}.x"),
    "uploads that are refused": _upload,
    "requests that are no HTTP": lambda f, n: _raw(f, b"\x16\x03\x01 nonsense\r\n\r\n"),
    "upgrades to nothing": lambda f, n: _raw(
        f, b"GET /_stcore/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    ),
    "sockets from other sites": lambda f, n: f.connected(Origin=f"https://site{n}.example").close(),
    "text where bytes belong": lambda f, n: _frame(f, "text"),
    "bytes that are no message": lambda f, n: _frame(f, b"\xff\xff\xff"),
    "messages of no kind": lambda f, n: _no_run(f, BackMsg()),
    "fragments that do not exist": lambda f, n: _no_run(f, _fragment()),
    "methods that do not exist": lambda f, n: requests.request(f"M{n}", f.app.url, timeout=30),
}


@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_writes_so_much_and_no_more(flooded: Flooded, kind: str) -> None:
    times = 150
    rows, log = flooded.rows, flooded.log_bytes
    flooded.many(lambda number: FLOODS[kind](flooded, number), times)
    assert requests.get(f"{flooded.app.url}/healthz", timeout=30).ok
    print(f"\n{times} {kind}: {flooded.rows - rows} rows, {flooded.log_bytes - log} bytes of log")
    assert flooded.rows - rows <= ROWS_AT_MOST
    assert flooded.log_bytes - log <= LOG_AT_MOST
