"""A worker with everything real around it but the provider, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from studio.clock import Clock
from studio.jobs.job import DEADLINE, Job, State
from studio.queue.job_store import Store
from studio.queue.store_part import LEASE
from studio.storage.media import Media
from studio.videos.validate_in_sandbox import WholeVideo, check_here
from studio.worker.worker import Context, Worker
from tests.studio.scripted_provider import ScriptedProvider
from tests.studio.strategies import NOON, a_job
from videoapi.billing import LogRow


class Killed(BaseException):
    """Stands for `kill -9`: nothing of ours runs after it."""


class Shop:
    """A worker with a real store and real media, a clock that is moved by hand, and a scripted provider."""

    def __init__(self, store: Store, folder: Path, picture: bytes, video: bytes, *, backend: str = "aimlapi") -> None:
        self.now = NOON
        self.paused: list[float] = []
        self.backend = backend
        self.store, self.media = store, Media((folder / "media").as_uri())
        self.picture = picture
        self.check: Callable[[Path], WholeVideo] = check_here
        self.warmed_up: list[datetime] = []
        self.provider = ScriptedProvider()
        self.provider.on_fetch = [video]
        self.scratch = folder / "scratch"
        self.scratch.mkdir()
        self.media.put("pictures/ab/abcd.jpg", picture)
        self.worker = self.new_worker()

    def new_worker(self, store: Store | None = None, clock: Clock | None = None) -> Worker:
        """As after a restart, or on another server; by the shop's own clock unless another is given."""
        return Worker(
            Context(
                store or self.store,
                self.media,
                self.provider,
                self.backend,
                self.scratch,
                clock or (lambda: self.now),
                jitter=lambda: 1.0,
                sleep=self.paused.append,
                # In this process: a child for each of a thousand videos would take minutes. Those of the crash runs, of
                # the app and of test_validate_in_sandbox have theirs.
                check=self.check,
                warm_up=lambda: self.warmed_up.append(self.now),
            )
        )

    def placed(self, **changes: object) -> Job:
        job = a_job(**({"backend": self.backend, "created_at": self.now, "next_at": self.now} | changes))
        return self.store.place(job, nonce=job.id)

    def seen(self, job: Job) -> Job:
        found = self.store.get(job.id)
        assert found is not None
        return found

    def step(self, job: Job) -> Job:
        """The job after its next step, taken at the moment it is due; others that are due before it take theirs."""
        before = after = self.seen(job)
        assert before.next_at is not None, "the job has ended"
        self.now = max(self.now, before.next_at)
        while after == before:
            assert self.worker.tick(), "nothing was due"
            after = self.seen(job)
        return after

    def until(self, job: Job, *states: State) -> Job:
        """The job once it stands in one of the states."""
        job = self.seen(job)
        for _ in range(1_000):
            if job.state in states:
                return job
            job = self.step(job)
        raise AssertionError(f"still {job.state}")

    def nearly_a_day_passes(self) -> None:
        """What would happen meanwhile is a thousand times the same."""
        self.now += DEADLINE - timedelta(minutes=20)

    def killed(self, job: Job) -> None:
        """The server is killed in the job's next step, and another one starts after the lease."""
        self.now = max(self.now, self.seen(job).next_at or self.now)
        with pytest.raises(Killed):
            self.worker.tick()
        self.worker = self.new_worker()
        assert not self.worker.tick(), "the lease still lasts"
        self.now += LEASE


def log_row(job: Job, *, succeeded: bool = True) -> LogRow:
    return LogRow(
        created=NOON,
        succeeded=succeeded,
        model="alibaba/wan-2-6-i2v",
        credits=1_300_000 if succeeded else 0,
        inference_id="gen-from-log",
        client_request_id=job.client_request_id,
        request_id=None,
    )
