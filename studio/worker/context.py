"""What every step of a job is done with: stores, provider, clock; and saving what came of it."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from studio.clock import Clock
from studio.diagnostics.logs import short
from studio.jobs.job import Job, Reason, State
from studio.jobs.last_error import Why
from studio.jobs.polling import MEMORY, Expectation, after_failed_poll, learn, prior
from studio.queue.job_store import Store
from studio.queue.leases import Claim
from studio.storage.errors import StorageAway
from studio.storage.media import Media
from studio.videos.validate_in_sandbox import WholeVideo, check_apart
from videoapi.billing import Balance, LogRow, micros_of_credits
from videoapi.key_info import KeyInfo
from videoapi.wire import NO_AMOUNT, Generation, GenerationRequest

log = logging.getLogger(__name__)

SURE_AFTER = 10
"""Failed polls in a row that close an overdue job: one failure after a day of being off says nothing of the video."""
PATIENCE_WITH_LOG = timedelta(days=2)
"""How long after a job's deadline the provider's log is still waited for."""
SAVE_TRIES, SAVE_PAUSE_S = 61, 1.0
"""A minute of a database that is away. After that the provider's log has to tell."""


class Provider(Protocol):
    """What the worker needs of videoapi.client.VideoAPI."""

    def create(self, request: GenerationRequest, *, client_request_id: str) -> Generation: ...
    def look_up(self, generation_id: str) -> Generation: ...
    def find_lost(self, client_request_id: str, *, since: datetime, until: datetime) -> LogRow | None: ...
    def fetch(self, url: str, part: Path, *, max_bytes: int) -> None: ...
    def key_info(self) -> KeyInfo: ...
    def balance(self) -> Balance: ...


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a worker works with."""

    store: Store
    media: Media
    provider: Provider
    backend: str
    scratch: Path
    """A local folder for downloads that are not whole yet."""
    clock: Clock
    jitter: Callable[[], float] = random.random
    sleep: Callable[[float], None] = time.sleep
    check: Callable[[Path], WholeVideo] = check_apart
    """Raises studio.videos.validate.VideoBroken and studio.videos.validate_in_sandbox.CheckDied."""
    warm_up: Callable[[], None] = lambda: None
    """Called while a video is awaited, so that its check need not wait for a start. Returns at once."""

    def save(self, claim: Claim, job: Job) -> None:
        """Write the moved job and let go of it; where another worker has taken it over, leave it alone."""
        saved = self.store.save(claim, job)
        self._tell(claim, None if saved is None else saved.job)

    def save_outcome(self, claim: Claim, job: Job) -> None:
        """Save how the one POST ended, trying again while the database is away: the provider's id is only here.

        It is written also where another worker has taken the job for lost meanwhile. Should this process die, the job
        is found `submitting` and looked for in the provider's log.
        """
        for left in reversed(range(SAVE_TRIES)):
            try:
                written = self.store.save_outcome(claim, job, self.clock())
            except StorageAway as error:
                log.error("not saved yet", extra={"job": short(job.id), "error": error.word})
                if not left:
                    raise
                self.sleep(SAVE_PAUSE_S)
            else:
                self._tell(claim, written)
                return

    def _tell(self, claim: Claim, job: Job | None) -> None:
        if job is None:
            log.warning("taken over by another worker, left alone", extra={"job": short(claim.job.id)})
            return
        moved: dict[str, object] = {"job": short(job.id), "before": claim.job.state, "now": job.state}
        if why := job.reason or job.last_error:
            moved["why"] = why
        log.info("job moved", extra=moved)

    def after(self, seconds: float) -> datetime:
        """The moment so many seconds from now."""
        return self.clock() + timedelta(seconds=seconds)

    def not_now(self, job: Job, why: Why) -> Job:
        """An error while polling, searching or fetching: later again, until the provider has forgotten the job."""
        now = self.clock()
        if job.state is State.UNCONFIRMED:
            # A log that cannot be read does not say that the order is not in it.
            if job.is_overdue(now - PATIENCE_WITH_LOG):
                return job.closed_unfound(now)
        elif job.is_overdue(now) and job.consecutive_failures >= SURE_AFTER:
            return job.expired(now, Reason.NEVER_FETCHED if job.finished_at else Reason.NEVER_ANSWERED)
        return job.poll_failed(
            now + timedelta(seconds=after_failed_poll(job.consecutive_failures + 1, self.jitter())), why
        )

    def expected(self, job: Job) -> Expectation:
        """How long the provider takes for jobs of this kind, as far as is known."""
        took = self.store.recent_durations_s(job.backend, job.order, limit=MEMORY)
        return learn(prior(job.backend, job.order), took)

    def cost(self, credits: int | None) -> int | None:
        """What the provider reported, in millionths of a dollar; nothing in the demo.

        None where it reported nothing, or nothing yet: its log shows a video before the charge for it. NO_AMOUNT where
        what it reported is none. What can be believed of it is decided where it is counted: money.prices.counted_cost.
        """
        if self.backend == "demo":
            return 0
        if credits == NO_AMOUNT:
            log.error("a charge was reported that is no amount")
            return NO_AMOUNT
        return micros_of_credits(credits) if credits else None
