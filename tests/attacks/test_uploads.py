"""Uploads: what few can do to all, and whether people on slow lines come through. `pytest -s` prints the figures."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from studio.access.visitors import COOKIE
from tests.app_process import AppProcess, running_app, wait_until
from tests.attacks.tab import Tab, as_sent, memory_mb

MB = 2**20
ONE_BYTE = as_sent(b"x")
PHOTO = as_sent(bytes(3 * MB))


@pytest.fixture
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """An app of each test's own: what is used up in one would be missing in the next."""
    with running_app(tmp_path_factory.mktemp("app")) as app:
        yield app


def slowly(body: bytes, pieces: int, takes_s: float) -> Iterator[bytes]:
    """A body as a slow line brings it."""
    line = threading.Event()
    step = -(-len(body) // pieces)
    for begin in range(0, len(body), step):
        # Not a wait for a state: this is how fast the line is.
        line.wait(takes_s / pieces)
        yield body[begin : begin + step]


def test_uploads_that_are_refused_shut_nobody_out(app: AppProcess) -> None:
    for number in range(5):
        attacker = Tab(app)
        for _ in range(60):
            assert attacker.put(ONE_BYTE, session=f"{number}").status_code in (403, 429)
    honest = Tab(app).open()
    status = honest.put(PHOTO).status_code
    print(f"\nafter 300 refused uploads of one byte: a photo is answered {status}")
    assert status == 204
    honest.close()


def test_nor_do_those_that_are_accepted(app: AppProcess) -> None:
    statuses: Counter[int] = Counter()
    for _ in range(6):
        attacker = Tab(app).open()
        for number in range(60):
            statuses[attacker.put(ONE_BYTE, str(number)).status_code] += 1
        # Of their own there are no more now.
        assert attacker.put(ONE_BYTE).status_code == 429
        attacker.close()
    honest = Tab(app).open()
    status = honest.put(PHOTO).status_code
    print(f"\nafter {statuses[204]} accepted uploads of one byte: a photo is answered {status}")
    assert status == 204
    honest.close()


def test_a_visitor_whose_uploads_were_refused_has_used_up_nothing(app: AppProcess) -> None:
    tab = Tab(app).open()
    without_token = {name: value for name, value in tab.cookies.items() if name == COOKIE}
    forger = Tab(app, without_token)
    assert {forger.put(ONE_BYTE, session=tab.session).status_code for _ in range(70)} == {403}
    assert tab.put(PHOTO).status_code == 204
    tab.close()


def test_six_phones_on_a_slow_line_all_come_through(app: AppProcess) -> None:
    phones = [Tab(app).open() for _ in range(6)]
    began = time.monotonic()
    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(lambda phone: phone.put_in_pieces(slowly(PHOTO, 30, 15.0), len(PHOTO)), phones))
    print(f"\nsix phones at 200 kB/s: {statuses} in {time.monotonic() - began:.0f} s")
    assert statuses == [204] * 6
    for phone in phones:
        phone.close()


def test_those_who_hold_room_without_using_it_lose_it(app: AppProcess) -> None:
    # Eleven new visitors announce 24 MB each, more than there is for all, and then send a byte now and then.
    large = as_sent(bytes(17 * MB))
    attackers = [Tab(app).open() for _ in range(11)]
    stop = threading.Event()

    def drip() -> Iterator[bytes]:
        yield ONE_BYTE[:40]
        while not stop.wait(5.0):
            yield b"x"

    with ThreadPoolExecutor(len(attackers)) as pool:
        dripping = [pool.submit(attacker.put_in_pieces, drip(), 24 * MB) for attacker in attackers]
        honest = Tab(app).open()
        began = time.monotonic()
        status = honest.put(large).status_code
        took_s = time.monotonic() - began
        stop.set()
        ended = Counter(one.result() for one in dripping)
    print(f"\nbeside 11 visitors who drip: a photo is answered {status} after {took_s:.0f} s; they got {dict(ended)}")
    assert status == 204
    for tab in [*attackers, honest]:
        tab.close()


def test_what_one_visitor_has_held_is_bounded_and_goes_with_the_tab(app: AppProcess) -> None:
    tab = Tab(app).open()
    assert tab.put(PHOTO, "warm").status_code == 204
    before = memory_mb(app)
    body = as_sent(bytes(range(256)) * (24 * MB // 256))
    statuses: list[int] = []
    with ThreadPoolExecutor(12) as pool:
        for number in range(12):
            pool.submit(lambda file: statuses.append(tab.put(body, file).status_code), f"large-{number}")
        # Two may be waiting for room until the tab is gone.
        wait_until(lambda: len(statuses) >= 10, "the uploads were answered", 90)
        held = memory_mb(app) - before
        tab.close()
        began = time.monotonic()
        wait_until(lambda: memory_mb(app) - before < 40, "what was held is free again", 60)
        took_s = time.monotonic() - began
    print(
        f"\n12 uploads of 24 MB: {dict(Counter(statuses))}, {held:.0f} MB held, free {took_s:.0f} s after the tab went"
    )
    assert held < 100
    assert statuses.count(204) <= 2
