"""The named steps of a job's life, as seen from outside the code under test.

The real store, media and provider, each of which says where it is before and after every step. Whoever listens may kill
the process there, or do worse.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from studio.clock import Clock
from studio.jobs.circuit_breaker import Breaker
from studio.jobs.job import Job
from studio.queue.job_store import Store
from studio.queue.leases import Claim
from studio.queue.store_part import LEASE
from studio.storage.database import Database
from studio.storage.media import Media
from studio.worker.context import Provider
from videoapi.billing import Balance, LogRow
from videoapi.key_info import KeyInfo
from videoapi.wire import Generation, GenerationRequest

CHARGED_UNREAD = "charged, answer not read"
WITHIN_DOWNLOAD = "within the download"
POSTER_BESIDE, VIDEO_BESIDE = "poster written beside its place", "video written beside its place"

_SAVES = (
    "waiting -> submitting", "submitting -> queued", "submitting -> waiting", "submitting -> unconfirmed",
    "submitting -> refused", "unconfirmed -> unconfirmed", "unconfirmed -> queued", "queued -> queued",
    "queued -> generating", "generating -> generating", "generating -> fetching", "queued -> fetching",
    "fetching -> fetching", "fetching -> done", "generating -> failed",
)  # fmt: skip
_CLAIMS = ("waiting", "submitting", "unconfirmed", "queued", "generating", "fetching")

STEPS = (
    *(f"claimed {state}" for state in _CLAIMS),
    *(f"{when} {save}" for save in _SAVES for when in ("before", "after")),
    "picture read", "before sending", CHARGED_UNREAD, "after the answer", "after an error instead of an answer",
    "before the breaker moves", "after the breaker moved", "before polling", "after polling", "before searching",
    "after searching", "before the download", WITHIN_DOWNLOAD, "download whole, not checked",
    "checked, poster not kept", POSTER_BESIDE, "poster kept", VIDEO_BESIDE, "video kept, not said",
)  # fmt: skip
"""Every step that a run must hit while orders come in."""
LAST_STEPS = ("before unconfirmed -> closed", "after unconfirmed -> closed")
"""Those that come when a day has passed."""

UNSENT_STEPS = ("claimed waiting", "picture read", "before waiting -> submitting", "after waiting -> submitting")
"""Those at which nothing has left yet."""
STALL_STEPS = (
    *UNSENT_STEPS, "before sending", "after the answer", "after an error instead of an answer",
    "before submitting -> queued", "claimed queued", "after polling", "before searching", "after searching",
    "before the download", "download whole, not checked", "poster kept", "video kept, not said",
)  # fmt: skip
"""Where a worker stands still for longer than its lease."""


class Listener(Protocol):
    """Hears of every step; `about` is what the step is about, where that helps to lie in wait."""

    def __call__(self, step: str, about: str = "") -> None: ...


class SteppedStore(Store):
    """The real store."""

    def __init__(self, database: Database, at: Listener, *, polls_per_s: float, lease: timedelta = LEASE) -> None:
        super().__init__(database, polls_per_s=polls_per_s, lease=lease)
        self._at = at

    def claim_due(self, now: datetime) -> Claim | None:
        """As in Store."""
        claim = super().claim_due(now)
        if claim is not None:
            self._at(f"claimed {claim.job.state}")
        return claim

    def save(self, claim: Claim, job: Job, *, release: bool = True) -> Claim | None:
        """As in Store."""
        self._at(f"before {claim.job.state} -> {job.state}")
        saved = super().save(claim, job, release=release)
        self._at(f"after {claim.job.state} -> {job.state}")
        return saved

    def begin_submit(self, claim: Claim, clock: Clock) -> Claim | None:
        """As in Store."""
        self._at("before waiting -> submitting")
        sending = super().begin_submit(claim, clock)
        self._at("after waiting -> submitting")
        return sending

    def move_breaker(self, move: BreakerMove) -> None:
        """As in Store."""
        self._at("before the breaker moves")
        super().move_breaker(move)
        self._at("after the breaker moved")


class BreakerMove(Protocol):
    """A pure change of the breaker."""

    def __call__(self, breaker: Breaker, /) -> Breaker: ...


class SteppedMedia(Media):
    """The real media store."""

    def __init__(self, url: str, at: Listener) -> None:
        super().__init__(url)
        self._at = at

    def read(self, key: str) -> bytes:
        """As in Media."""
        data = super().read(key)
        if key.startswith("pictures/"):
            self._at("picture read")
        return data

    def put(self, key: str, data: bytes) -> None:
        """As in Media; only posters are steps of a job."""
        self._at("checked, poster not kept")
        super().put(key, data)
        self._at("poster kept")

    def put_file(self, key: str, path: Path) -> None:
        """As in Media."""
        super().put_file(key, path)
        self._at("video kept, not said")


class SteppedProvider:
    """Any provider."""

    def __init__(self, provider: Provider, at: Listener) -> None:
        self._provider = provider
        self._at = at

    def create(self, request: GenerationRequest, *, client_request_id: str) -> Generation:
        """One order."""
        self._at("before sending")
        self._at(CHARGED_UNREAD, client_request_id)
        try:
            answer = self._provider.create(request, client_request_id=client_request_id)
        except Exception:  # whatever it is goes on as it came
            self._at("after an error instead of an answer")
            raise
        self._at("after the answer")
        return answer

    def look_up(self, generation_id: str) -> Generation:
        """One poll."""
        self._at("before polling")
        answer = self._provider.look_up(generation_id)
        self._at("after polling")
        return answer

    def find_lost(self, client_request_id: str, *, since: datetime, until: datetime) -> LogRow | None:
        """One search of the log."""
        self._at("before searching")
        row = self._provider.find_lost(client_request_id, since=since, until=until)
        self._at("after searching")
        return row

    def fetch(self, url: str, part: Path, *, max_bytes: int) -> None:
        """One download."""
        self._at("before the download")
        self._at(WITHIN_DOWNLOAD, f"{url}\n{part}")
        self._provider.fetch(url, part, max_bytes=max_bytes)
        self._at("download whole, not checked")

    def key_info(self) -> KeyInfo:
        """One question about the key."""
        return self._provider.key_info()

    def balance(self) -> Balance:
        """One question about the account."""
        return self._provider.balance()
