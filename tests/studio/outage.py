"""Hours of a provider that is down, in simulated time: four workers, a real database, an order every few seconds.

`python -m tests.studio.outage` prints how many orders were lost track of, that is, may have been charged.
"""

from __future__ import annotations

import heapq
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from studio.jobs.job import Job, Reason, State
from studio.queue.job_store import Store
from studio.queue.store_part import LEASE
from studio.storage.database import Database
from studio.storage.media import Media
from studio.worker.worker import Context, Worker
from tests.studio.scripted_provider import ScriptedProvider, completed, generation
from tests.studio.strategies import NOON, a_job
from videoapi.errors import NoAnswer, ServiceDown

WORKERS = 4
IDLE_S = 15.0


class SimulatedTime:
    """A clock that jumps to the next moment at which somebody has something to do. One thread runs at a time."""

    def __init__(self) -> None:
        self.now = NOON
        self._turn = threading.Condition()
        self._waiting: list[tuple[datetime, int]] = []
        self._awake: int | None = None
        self._number = 0

    def run(self, *lives: Callable[[], None]) -> None:
        """Live all of them side by side, to their ends. The first error of any is raised."""
        errors: list[BaseException] = []

        def lived(life: Callable[[], None], number: int) -> None:
            self._until_it_is_the_turn_of(number)
            try:
                life()
            except BaseException as error:  # noqa: BLE001 - raised below, in the thread that a test runs in
                errors.append(error)
            with self._turn:
                self._next()

        threads = []
        for life in lives:
            self._number += 1
            heapq.heappush(self._waiting, (self.now, self._number))
            threads.append(threading.Thread(target=lived, args=(life, self._number), daemon=True))
        for thread in threads:
            thread.start()
        with self._turn:
            self._next()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]

    def pass_(self, seconds: float) -> None:
        """Let so much time go by, in which the others live on."""
        with self._turn:
            self._number += 1
            number = self._number
            heapq.heappush(self._waiting, (self.now + timedelta(seconds=seconds), number))
            self._next()
        self._until_it_is_the_turn_of(number)

    def _until_it_is_the_turn_of(self, number: int) -> None:
        with self._turn:
            self._turn.wait_for(lambda: self._awake == number)

    def _next(self) -> None:
        if self._waiting:
            moment, self._awake = heapq.heappop(self._waiting)
            self.now = max(self.now, moment)
            self._turn.notify_all()


@dataclass(frozen=True, slots=True)
class Outage:
    """What a provider does to orders while it is down, and how long each takes."""

    name: str
    error: Callable[[], Exception]
    takes_s: float


HANGS = Outage("hangs for 60 s", lambda: NoAnswer("no answer in time"), 60.0)
FAST_5XX = Outage("answers 503 at once", lambda: ServiceDown("down", status=503), 0.2)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the orders ended."""

    orders: int
    posts: int
    unconfirmed: int
    """May have been charged, and hold their price for a day."""
    states: Counter[State]
    reasons: Counter[Reason | None]


def simulate(
    database: Database, folder: Path, outage: Outage, *, lasts: timedelta, watched: timedelta, every_s: float = 12.0
) -> Outcome:
    """An order every few seconds while the provider is down, and what had become of them all when the watching ends."""
    time = SimulatedTime()
    end, well_again = time.now + watched, time.now + lasts
    store, media, provider = Store(database, polls_per_s=1e9), Media((folder / "media").as_uri()), ScriptedProvider()
    media.put("pictures/ab/abcd.jpg", b"a picture")
    # What is found is not brought home: this is about what goes out.
    provider.on_poll = [completed(None)]

    def create() -> object:
        if time.now >= well_again:
            time.pass_(1.0)
            return generation()
        time.pass_(outage.takes_s)
        raise outage.error()

    provider.on_create = [create]  # type: ignore[list-item]
    worker = Worker(Context(store, media, provider, "aimlapi", folder, lambda: time.now, jitter=lambda: 1.0))
    placed: list[Job] = []

    def work() -> None:
        while time.now < end:
            if not worker.tick():
                time.pass_(IDLE_S)

    def renew() -> None:
        while time.now < end:
            time.pass_(LEASE.total_seconds() / 3)
            worker.renew()

    def order() -> None:
        while time.now < min(end, well_again):
            job = a_job(created_at=time.now, next_at=time.now, visitor=f"{len(placed):032x}")
            placed.append(store.place(job, nonce=job.id))
            time.pass_(every_s)

    time.run(*[work] * WORKERS, renew, order)
    jobs = [job for job in (store.get(job.id) for job in placed) if job is not None]
    states = Counter(job.state for job in jobs)
    return Outcome(
        orders=len(placed),
        posts=len(provider.sent),
        unconfirmed=states[State.UNCONFIRMED],
        states=states,
        reasons=Counter(job.reason for job in jobs),
    )


if __name__ == "__main__":
    for what in (HANGS, FAST_5XX):
        for minutes in (30, 60):
            with tempfile.TemporaryDirectory() as name:
                opened = Database(f"sqlite:///{name}/kineograph.db")
                lasts = timedelta(minutes=minutes)
                found = simulate(opened, Path(name), what, lasts=lasts, watched=lasts)
                opened.close()
            print(f"{what.name}, {minutes} minutes: {found.unconfirmed} of {found.orders} orders unconfirmed")
