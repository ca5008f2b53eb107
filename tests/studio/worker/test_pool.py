"""The threads of a server: leases are held whatever else takes long, and a stop waits for as long as it says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from studio.worker.pool import WorkerPool
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
        self.worker = self.shop.new_worker()
        # With the real clock: leases run out while nobody moves one by hand.
        object.__setattr__(self.worker._context, "clock", clock.now)

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
