"""Memory and descriptors by WebSocket: what one, or many, can make the server hold. `pytest -s` prints the figures."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO

import pytest
import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.app_process import AppProcess, running, wait_until
from tests.attacks.tab import (
    Tab,
    cookies_of_a_new_visitor,
    descriptors,
    frame,
    handshake,
    memory_mb,
    port_of,
    raw,
    status_of,
)
from web.connections import HEAD_S, MESSAGE_BYTES
from web.middleware.sockets import OF_ONE, limits

ATTACK_MB = 40
"""Sent by each of two sockets. As filed it was 190."""
A_FEW_MB = 8.0
"""What measuring itself moves: threads that answer, pages of code touched for the first time."""


@pytest.fixture(scope="module")
def warm(app: AppProcess) -> AppProcess:
    """The app after its first pages: what it loads once it has loaded."""
    for _ in range(3):
        Tab(app).open().close()
    return app


def grown_mb(app: AppProcess, what: str, pieces: Iterator[bytes], sockets: int = 2) -> float:
    """By how much the server has grown while so many sockets have sent this and stay open."""
    before = memory_mb(app)
    everything = list(pieces)
    with ExitStack() as stack:
        lines = []
        for _ in range(sockets):
            line = stack.enter_context(raw(app, handshake(cookies_of_a_new_visitor(app), f"127.0.0.1:{port_of(app)}")))
            assert status_of(line) == 101
            lines.append(line)
        for line in lines:
            line.settimeout(3)
            try:
                for piece in everything:
                    line.sendall(piece)
            except (ConnectionError, TimeoutError):
                pass  # closed, or not read any more: both are refusals
        # The server is past all of it once it answers something that came later.
        assert requests.get(f"{app.url}/healthz", timeout=60).status_code == 200
        grown = memory_mb(app) - before
    print(f"\n{what}: the server grew by {grown:.1f} MB")
    return grown


def test_an_unfinished_message_is_not_held(warm: AppProcess) -> None:
    def one_frame() -> Iterator[bytes]:
        yield frame(2, b"", fin=False, announced=ATTACK_MB * 2**20)
        for _ in range(ATTACK_MB):
            yield bytes(2**20)

    assert grown_mb(warm, f"2 sockets, one frame of {ATTACK_MB} MB each", one_frame()) < A_FEW_MB


def test_nor_one_in_many_frames(warm: AppProcess) -> None:
    def fragments() -> Iterator[bytes]:
        yield frame(2, bytes(2**20), fin=False)
        for _ in range(ATTACK_MB - 1):
            yield frame(0, bytes(2**20), fin=False)

    assert grown_mb(warm, f"2 sockets, {ATTACK_MB} frames of 1 MB each", fragments()) < A_FEW_MB


def test_nor_one_in_frames_that_are_empty(warm: AppProcess) -> None:
    def empty() -> Iterator[bytes]:
        yield frame(2, b"", fin=False)
        for _ in range(16):
            yield frame(0, b"", fin=False) * 40_000

    assert grown_mb(warm, "2 sockets, 640,000 empty frames each", empty()) < A_FEW_MB


def test_pings_whose_answers_are_not_read_are_not_answered_without_end(warm: AppProcess) -> None:
    def pings() -> Iterator[bytes]:
        for _ in range(ATTACK_MB):
            yield frame(9, bytes(125), fin=True) * 8_000

    # The kernel takes some megabytes of answers before anybody notices.
    assert grown_mb(warm, f"2 sockets, {ATTACK_MB} MB of pings each", pings()) < A_FEW_MB


def test_the_largest_message_of_an_honest_page_comes_through(warm: AppProcess) -> None:
    tab = Tab(warm).open()
    asked = BackMsg()
    asked.rerun_script.query_string = "x" * (MESSAGE_BYTES - 100)
    tab.draw(asked=asked)
    with pytest.raises(ConnectionClosed, match="1009"):
        tab.say(bytes(MESSAGE_BYTES + 1))
    tab.close()


def test_a_visitor_has_so_many_tabs_and_closing_one_makes_room(warm: AppProcess) -> None:
    cookies = cookies_of_a_new_visitor(warm)
    tabs = [Tab(warm, cookies).open() for _ in range(OF_ONE)]
    with pytest.raises(InvalidStatus) as refused:
        Tab(warm, cookies).open()
    assert refused.value.response.status_code == 503
    # Somebody else's is opened all the same.
    Tab(warm).open().close()
    tabs.pop().close()
    again: list[Tab] = []

    def has_room() -> bool:
        try:
            again.append(Tab(warm, cookies).open())
        except InvalidStatus:
            return False
        return True

    wait_until(has_room, "a closed tab makes room")
    for tab in [*tabs, *again]:
        tab.close()


def test_who_sends_no_cookie_shares_the_places_of_one(warm: AppProcess) -> None:
    with ExitStack() as stack:
        statuses = [
            status_of(stack.enter_context(raw(warm, handshake({}, f"127.0.0.1:{port_of(warm)}"))))
            for _ in range(OF_ONE + 4)
        ]
        assert statuses == [101] * OF_ONE + [503] * 4


class SmallApp(AppProcess):
    """The app where the system lets it have 1,024 descriptors and no more, as many do."""

    def _spawn(self, command: list[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
        return super()._spawn(["/bin/sh", "-c", 'ulimit -n 1024; exec "$@"', "sh", *command], log)


@pytest.fixture
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    app = SmallApp(tmp_path_factory.mktemp("small"), pace=0.2)
    with running(app):
        yield app


def test_a_crowd_of_tabs_leaves_descriptors_for_everybody_else(small: AppProcess) -> None:
    room = limits(1024)
    with ExitStack() as stack:
        statuses: list[int] = []
        for _ in range(160 // 16):
            cookies = cookies_of_a_new_visitor(small)
            for _ in range(16):
                line = stack.enter_context(raw(small, handshake(cookies, f"127.0.0.1:{port_of(small)}")))
                statuses.append(status_of(line))
        used = descriptors(small)
        print(f"\n160 handshakes of 10 visitors: {statuses.count(101)} opened, {used} of 1,024 descriptors used")
        assert room.in_all - room.kept <= statuses.count(101) < room.in_all
        # And somebody new still comes in, and gets the page.
        tab = Tab(small).open()
        tab.draw()
        tab.close()
        assert requests.get(small.url, timeout=30).status_code == 200
    assert "Too many open files" not in small.said()


def test_silent_and_half_sent_connections_are_closed(app: AppProcess) -> None:
    host = f"127.0.0.1:{port_of(app)}"
    began = {
        "silent": b"",
        "half a head": f"GET / HTTP/1.1\r\nHost: {host}\r\n".encode(),
        "half a second head": f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\nGET / HTT".encode(),
        "half a handshake": handshake({}, host)[:-2],
    }
    lines = {what: raw(app, data) for what, data in began.items()}
    dripping = lines["half a head"]
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(1.0):
            try:
                dripping.sendall(b"X: y\r\n")
            except OSError:
                return

    dripper = threading.Thread(target=drip)
    dripper.start()
    try:
        for what, line in lines.items():
            line.settimeout(HEAD_S + 10)
            try:
                while line.recv(65536):
                    pass
            except ConnectionResetError:
                pass
            print(f"\n{what}: closed")
    finally:
        stop.set()
        dripper.join()
        for line in lines.values():
            line.close()
