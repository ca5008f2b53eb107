"""The threads of a server: leases are held whatever else takes long, and a stop waits for as long as it says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from studio import clock
from studio.jobs.job import State
from studio.queue.job_store import Store
from studio.queue.leases import Claim
from studio.storage.database import Database
from studio.storage.errors import StorageAway
from studio.storage.tables import jobs
from studio.worker import pool as worker_pool
from studio.worker.pool import (
    AFTER_ERROR_S,
    RENEW_AGAIN_S,
    RENEW_EVERY_S,
    UPKEEP_EVERY_S,
    Hourly,
    WorkerPool,
)
from studio.worker.worker import Worker
from tests.app_process import wait_until
from tests.studio.scripted_provider import generation
from tests.studio.shop import Shop
from videoapi.wire import Generation

LEASE = timedelta(seconds=1)
"""Short, by the real clock."""


class Busy:
    """A shop whose provider takes an order and says nothing until told."""

    def __init__(self, store: Store, folder: Path, picture: bytes, video: bytes) -> None:
        self.shop = Shop(store, folder, picture, video)
        self.answering = threading.Event()
        self.at_the_provider = threading.Semaphore(0)
        self.shop.provider.on_create = [self._answer]
        # With the real clock: leases run out while nobody moves one by hand.
        self.worker = self.shop.new_worker(clock=clock.now)

    def _answer(self) -> Generation:
        self.at_the_provider.release()
        assert self.answering.wait(30)
        return generation()

    def order(self) -> str:
        job = self.shop.placed(created_at=clock.now(), next_at=clock.now())
        return job.id

    def state(self, job_id: str) -> State:
        found = self.shop.store.get(job_id)
        assert found is not None
        return found.state

    def end(self) -> None:
        """Let everything come to its end, also what a stop has given up waiting for."""
        self.answering.set()
        for thread in threading.enumerate():
            if thread.name.startswith("worker-"):
                thread.join(30)

    def lease_until(self, job_id: str) -> datetime | None:
        with self.shop.store._db.read() as connection:
            until: datetime | None = connection.execute(
                select(jobs.c.lease_until).where(jobs.c.id == job_id)
            ).scalar_one()
        return until


@contextmanager
def running(pool: WorkerPool, *let_go: Callable[[], None]) -> Iterator[WorkerPool]:
    pool.start()
    try:
        yield pool
    finally:
        for release in let_go:
            release()
        pool.stop()


@pytest.fixture
def busy(database: Database, tmp_path: Path, small_jpeg: bytes, tiny_mp4: bytes) -> Iterator[Busy]:
    made = Busy(Store(database, polls_per_s=1e9, lease=LEASE), tmp_path, small_jpeg, tiny_mp4)
    yield made
    made.end()


def test_a_periodic_task_that_takes_long_costs_no_lease(busy: Busy) -> None:
    """Prices are read from a provider that does not answer; meanwhile a POST is under way for longer than a lease."""
    over, begun = threading.Event(), threading.Event()

    def reads_prices() -> None:
        begun.set()
        over.wait(30)

    job = busy.order()
    pool = WorkerPool(busy.worker, threads=1, upkeep=[reads_prices], renew_every_s=LEASE.total_seconds() / 3)
    with running(pool, over.set, busy.answering.set):
        assert begun.wait(10)
        assert busy.at_the_provider.acquire(timeout=10)
        first = busy.lease_until(job)
        assert first is not None
        wait_until(lambda: clock.now() > first + LEASE, "a lease and more have passed")
        until = busy.lease_until(job)
        assert until is not None
        assert until > clock.now(), "nobody held it"
        assert not busy.shop.new_worker().tick()
        busy.answering.set()
        wait_until(lambda: busy.state(job) is not State.SUBMITTING, "the answer has come")
        assert busy.state(job) in (State.QUEUED, State.GENERATING)


def test_what_comes_due_is_taken_at_that_moment(busy: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.worker.pool.IDLE_S", 30.0)
    busy.answering.set()
    due_at = clock.now() + timedelta(seconds=1.5)
    job = busy.shop.placed(created_at=clock.now(), next_at=due_at).id
    with running(WorkerPool(busy.worker, threads=2)):
        # A pool that does not know what comes due looks again after IDLE_S.
        wait_until(lambda: busy.state(job) is not State.WAITING, "it was taken", 15)
        assert clock.now() >= due_at


class Away(Store):
    """A real store whose database is away for the next renewals."""

    away_for = 3

    def renew(self, claims: list[Claim], now: datetime) -> list[Claim]:  # type: ignore[override]
        if claims and self.away_for:
            self.away_for -= 1
            raise StorageAway("gone")
        return super().renew(claims, now)


def test_leases_are_held_again_once_a_database_that_was_away_is_back(
    database: Database, tmp_path: Path, small_jpeg: bytes, tiny_mp4: bytes
) -> None:
    busy = Busy(Away(database, polls_per_s=1e9, lease=LEASE), tmp_path, small_jpeg, tiny_mp4)
    job = busy.order()
    pool = WorkerPool(busy.worker, threads=1, renew_every_s=LEASE.total_seconds() / 5)
    with running(pool, busy.answering.set):
        assert busy.at_the_provider.acquire(timeout=10)
        first = busy.lease_until(job)
        assert first is not None
        wait_until(lambda: (busy.lease_until(job) or first) > first + LEASE, "it is held on and on")
        assert pool.is_alive
    busy.end()


def test_a_stop_waits_its_whole_grace_for_an_answer_that_is_on_its_way(busy: Busy) -> None:
    """However many threads there are: the one that is busy may be the first of them."""
    job = busy.order()
    pool = WorkerPool(busy.worker, threads=4, grace_s=6)
    pool.start()
    assert busy.at_the_provider.acquire(timeout=10)
    answers = threading.Timer(2.5, busy.answering.set)
    answers.start()
    pool.stop()
    assert busy.answering.is_set(), "given up before its time"
    assert busy.state(job) is State.QUEUED
    answers.join()


def test_a_stop_waits_no_longer_than_its_grace_however_many_are_busy(busy: Busy) -> None:
    for _ in range(4):
        busy.order()
    pool = WorkerPool(busy.worker, threads=4, grace_s=1)
    pool.start()
    for _ in range(4):
        assert busy.at_the_provider.acquire(timeout=10)
    begun = time.monotonic()
    pool.stop()
    assert 1 <= time.monotonic() - begun < 2.5


def test_leases_are_held_until_the_last_tick_has_ended(busy: Busy) -> None:
    job = busy.order()
    pool = WorkerPool(busy.worker, threads=2, renew_every_s=LEASE.total_seconds() / 3, grace_s=10)
    pool.start()
    assert busy.at_the_provider.acquire(timeout=10)
    stopping = threading.Thread(target=pool.stop)
    stopping.start()
    first = busy.lease_until(job)
    assert first is not None
    wait_until(lambda: (busy.lease_until(job) or first) > first + LEASE, "it is held while the stop waits")
    busy.answering.set()
    stopping.join(10)
    assert busy.state(job) is State.QUEUED


def test_what_is_still_being_looked_at_when_the_grace_is_over_is_anothers_at_once(busy: Busy) -> None:
    asked, answering = threading.Event(), threading.Event()

    def does_not_answer() -> Generation:
        asked.set()
        assert answering.wait(30)
        return generation()

    busy.shop.provider.on_poll = [does_not_answer, generation()]
    lasting = Store(busy.shop.store._db, polls_per_s=1e9, lease=timedelta(hours=1))
    job = busy.shop.placed(created_at=clock.now(), next_at=clock.now())
    claim = lasting.claim_due(clock.now())
    assert claim is not None
    sent = claim.job.submit_begun(clock.now())
    lasting.save(claim, sent.accepted(clock.now(), "gen-1", expected_s=100, poll_at=clock.now(), cost_micros=None))
    pool = WorkerPool(busy.shop.new_worker(lasting, clock.now), threads=1, grace_s=0)
    pool.start()
    assert asked.wait(10)
    assert lasting.claim_due(clock.now()) is None
    pool.stop()
    free = lasting.claim_due(clock.now())
    answering.set()
    assert free is not None, "it would have been nobody's for an hour"
    assert free.job.id == job.id


# What breaks.


class Breaking(Worker):
    """Breaks at every call, so many times; then has nothing to do."""

    def __init__(self, ticks: int = 0, renewals: int = 0) -> None:
        self.left = {"tick": ticks, "renew": renewals}
        self.idle, self.renewed, self.given_back = threading.Event(), threading.Event(), threading.Event()

    def _once(self, what: str) -> None:
        if self.left[what]:
            self.left[what] -= 1
            raise KeyError(what)

    def tick(self) -> bool:
        self._once("tick")
        self.idle.set()
        return False

    def idle_s(self, longest_s: float) -> float:
        return longest_s

    def renew(self) -> None:
        self._once("renew")
        self.renewed.set()

    def give_back(self) -> None:
        self.given_back.set()


class Pauses(threading.Event):
    """Passes over every pause, and remembers whose it was and how long it would have been."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[tuple[str, float | None]] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.taken.append((threading.current_thread().name, timeout))
        return super().wait(0.001)

    def of(self, thread: str) -> list[float | None]:
        return [seconds for name, seconds in self.taken if name == thread]


def hurried(pool: WorkerPool) -> tuple[Pauses, Pauses]:
    """The pool's pauses passed over: those of its workers and its upkeep, and those between renewals."""
    pool._stopping, pool._all_ended = pauses = Pauses(), Pauses()
    return pauses


def test_a_tick_that_breaks_ends_no_thread_and_is_followed_by_a_pause(caplog: pytest.LogCaptureFixture) -> None:
    worker = Breaking(ticks=3)
    pool = WorkerPool(worker, threads=1)
    pauses, _ = hurried(pool)
    with running(pool):
        assert worker.idle.wait(10)
        assert pool.is_alive
    assert pauses.of("worker-1") == [AFTER_ERROR_S] * 3, "without it a full disk would be asked without end"
    assert caplog.text.count("a tick broke") == 3


def test_a_renewal_that_breaks_ends_no_thread_and_is_tried_again_soon(caplog: pytest.LogCaptureFixture) -> None:
    worker = Breaking(renewals=2)
    pool = WorkerPool(worker, threads=1)
    _, pauses = hurried(pool)
    with running(pool):
        assert worker.renewed.wait(10)
        wait_until(lambda: len(pauses.taken) >= 3, "it goes on")
        assert pool.is_alive
    assert pauses.of("worker-leases")[:3] == [RENEW_AGAIN_S, RENEW_AGAIN_S, RENEW_EVERY_S]
    assert caplog.text.count("leases not renewed") == 2


def test_a_periodic_task_that_breaks_ends_no_thread_and_keeps_none_from_its_turn(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rounds: list[str] = []

    def breaks() -> None:
        rounds.append("breaks")
        raise KeyError

    pool = WorkerPool(Breaking(), threads=1, upkeep=[breaks, lambda: rounds.append("works")])
    pauses, _ = hurried(pool)
    with running(pool):
        wait_until(lambda: len(rounds) >= 6, "every task has had three turns")
        assert pool.is_alive
    assert rounds[:6] == ["breaks", "works"] * 3
    assert set(pauses.of("worker-upkeep")) == {UPKEEP_EVERY_S}
    assert "upkeep broke" in caplog.text


def test_a_pool_of_which_one_thread_does_not_run_says_so() -> None:
    """What the health check asks: such a pool does not work as it should, however many of its threads go on."""
    pool = WorkerPool(Breaking(), threads=1)
    assert not pool.is_alive
    for thread in pool._keepers:
        thread.start()
    assert not pool.is_alive
    pool.stop()


def test_a_pool_that_was_never_started_stops_and_gives_back() -> None:
    worker = Breaking()
    WorkerPool(worker, threads=1).stop()
    assert worker.given_back.is_set()


# Hourly.


class ByHand:
    """A clock that shows the seconds it is set to."""

    def __init__(self, now: float) -> None:
        self.now = now

    def monotonic(self) -> float:
        return self.now


@pytest.mark.parametrize("up_for", [0.0, 0.5, 5e6])
def test_hourly_is_at_once_and_then_once_an_hour(monkeypatch: pytest.MonkeyPatch, up_for: float) -> None:
    """However long the machine has been up: its clock counts from its start."""
    time_ = ByHand(up_for)
    monkeypatch.setattr(worker_pool, "time", time_)
    ran: list[float] = []
    hourly = Hourly(lambda: ran.append(time_.now - up_for))
    for second in range(0, 3 * 3600, 20):
        time_.now = up_for + second
        hourly()
    assert ran == [0, 3600, 7200]


def test_an_hourly_task_that_broke_waits_for_the_next_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    time_ = ByHand(100.0)
    monkeypatch.setattr(worker_pool, "time", time_)
    tries: list[float] = []

    def breaks() -> None:
        tries.append(time_.now)
        raise KeyError("a price list that is none")

    hourly = Hourly(breaks)
    for now, outcome in ((100.0, pytest.raises(KeyError, match="price list")), (3699.0, nullcontext())):
        time_.now = now
        with outcome:
            hourly()
    assert tries == [100.0]
