"""Every way in which an order's answer can get lost, many times over, through the real worker and the real client.

Of each kind: not one second POST in the day that follows, and every order that the provider did accept is found again.
"""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from studio.jobs.circuit_breaker import Breaker
from studio.jobs.job import State
from studio.orders.drafts import Draft
from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.media import Media
from studio.videos.validate_in_sandbox import check_here
from studio.visitor_service import VisitorService
from studio.worker.worker import Context, Worker
from tests.crash.faults import AMBIGUOUS, CALM, CHARGED, PostFault
from tests.crash.films import make_films, read_films
from tests.crash.folders import a_picture, in_memory_folder
from tests.crash.provider import FlakyProvider, read_ledger
from tests.studio.installation import a_visitor_service
from videoapi.client import VideoAPI

VISITOR = "a" * 32
READ_TIMEOUT_S = 0.3
AT_ONCE = 4
"""Orders sent together: one fewer than the failures that make the breaker stop them."""
_APART = timedelta(seconds=61)
"""Between two of those."""
_LATER = tuple(timedelta(minutes=m) for m in (3, 45, 7 * 60, 25 * 60))
"""When the log is searched again; by the last, a day has passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the orders of one kind ended."""

    fault: PostFault
    orders: int
    second_posts: int
    charged: int
    found: int
    """Of those charged: adopted, under the provider's own id for them."""
    closed: int
    """Of those not charged: closed after a day."""

    @property
    def is_clean(self) -> bool:
        """True when nothing was sent twice, and each order ended as it should."""
        should_be_charged = self.orders if self.fault in CHARGED else 0
        return (
            self.second_posts == 0
            and self.charged == should_be_charged == self.found
            and self.closed == self.orders - self.charged
        )


def run_ambiguous(each: int) -> Iterator[Outcome]:
    """Lose the answers of so many orders of each kind, and say how they ended."""
    with in_memory_folder("ambiguous-") as folder:
        make_films(folder)
        noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
        for number, fault in enumerate(AMBIGUOUS):
            home = folder / str(number)
            (home / "scratch").mkdir(parents=True)
            # Days apart, so that no log window holds another kind's orders.
            yield _Trial(home, read_films(folder), fault, noon + timedelta(days=7 * number)).run(each)


class _Trial:
    """One kind of fault."""

    def __init__(self, folder: Path, films: list[bytes], fault: PostFault, begins: datetime) -> None:
        self._folder = folder
        self._films = films
        self._fault = fault
        self._now = begins

    def _clock(self) -> datetime:
        # It never stands still, or the pace of requests would let nobody pass.
        self._now += timedelta(milliseconds=1)
        return self._now

    def run(self, each: int) -> Outcome:
        provider = FlakyProvider(
            ledger=self._folder / "charges",
            films=self._films,
            clock=self._clock,
            chance=random.Random(1),
            odds=CALM,
            forced=self._fault,
            log_lag_s=0,
        )
        database = Database(f"sqlite:///{self._folder / 'kineograph.db'}")
        store, media = Store(database, polls_per_s=1_000_000), Media((self._folder / "media").as_uri())
        with _listening(provider):
            api = VideoAPI(provider.base_url, "any-key", read_timeout_s=READ_TIMEOUT_S, retries=0)
            context = Context(store, media, api, "aimlapi", self._folder / "scratch", self._clock, check=check_here)
            visitor_service = a_visitor_service(database, store, media, self._clock, source=api)
            worker = Worker(context)
            jobs = self._send(visitor_service, store, worker, each)
            charges = {charge.client_request_id: charge for charge in read_ledger(provider.ledger)}
            found = closed = 0
            if self._fault in CHARGED:
                # No further: a found job would be followed to its video, which is not what this is about.
                end = self._now + timedelta(minutes=5)
                while self._now < end and any(job.state is State.UNCONFIRMED for job in visitor_service.jobs(VISITOR)):
                    if not worker.tick():
                        self._now += timedelta(seconds=15)
                for job_id in jobs:
                    job = visitor_service.job(VISITOR, job_id)
                    charge = None if job is None else charges.get(job.client_request_id)
                    found += job is not None and charge is not None and job.generation_id == charge.generation_id
            else:
                for later in _LATER:
                    self._now += later
                    while worker.tick():
                        pass
                closed = sum(job.state is State.CLOSED for job in visitor_service.jobs(VISITOR))
            api.close()
        database.close()
        return Outcome(
            fault=self._fault,
            orders=len(jobs),
            second_posts=provider.posts.total() - len(jobs),
            charged=len(charges),
            found=found,
            closed=closed,
        )

    def _send(self, visitor_service: VisitorService, store: Store, worker: Worker, each: int) -> list[str]:
        """All are placed before the first is sent: the longest due comes first, so that no search comes between."""
        picture = visitor_service.forms.picture_files.add(a_picture())
        jobs = [
            visitor_service.place(VISITOR, Draft(picture=picture, prompt=f"{n:06d} the waves")).id for n in range(each)
        ]
        with ThreadPoolExecutor(AT_ONCE) as hands:
            for _ in range(each):  # far more than are needed, lest one that is sent for ever hold up its own discovery
                if all(job.state is not State.WAITING for job in visitor_service.jobs(VISITOR)):
                    break
                for sent in [hands.submit(worker.tick) for _ in range(AT_ONCE)]:
                    sent.result()
                self._now += _APART
                store.move_breaker(lambda _: Breaker())  # not what this is about
        return jobs


@contextmanager
def _listening(provider: FlakyProvider) -> Iterator[None]:
    """The provider answers, in a thread of its own."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(provider.listen())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
