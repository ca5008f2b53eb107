"""All that a screen may ask for. Every question names the visitor who asks, and gets only what is theirs."""

from __future__ import annotations

import copy
import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from studio.access.networks import NOWHERE, Networks
from studio.clock import Clock
from studio.forms import Forms
from studio.jobs.circuit_breaker import Stop
from studio.jobs.job import Job, State
from studio.jobs.progress import Progress, progress_of
from studio.money.ledger import CodeEnded, Payer
from studio.money.limits import Allowance
from studio.money.prices import Price, PriceRisen, Prices
from studio.orders.drafts import Draft
from studio.orders.order import NoRoom, NotTaken, Order, OrderIncomplete, OrderSettings, problems_of, tidy
from studio.queue.job_store import Store
from studio.retention.deletion import Deletion

PAGE_SIZE = 12
"""Videos on a page of the gallery: three or four rows on a desk, a short scroll on a phone."""
JUST_NOW = timedelta(seconds=30)
"""An order like one that the same visitor placed so shortly before is taken for a second click, or a click that came
late over a slow line, until the person says otherwise."""


class NotAdmitted(NotTaken):
    """This visitor may not order."""


class OrdersStopped(NotTaken):
    """No orders can go out until the owner has mended something; `stop` says what."""

    def __init__(self, stop: Stop) -> None:
        super().__init__(stop)
        self.stop = stop


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """One page of a visitor's videos."""

    videos: tuple[Job, ...]
    number: int
    """From 1."""
    pages: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePage:
    """What Create shows a visitor, all of it read at once. What a click does is decided anew, where it is done."""

    may_order: bool
    allowance: Allowance
    """What they may still spend; nothing where they are not let in."""
    stop: Stop | None
    """Why no orders go out at present; None when they do."""
    paused: bool
    """True while the owner takes no new orders."""
    jobs: tuple[Job, ...]
    """Theirs without a video, and those that were asked for by id; newest first."""


class VisitorService:
    """Takes orders and shows what became of them."""

    def __init__(
        self,
        *,
        store: Store,
        forms: Forms,
        prices: Prices,
        backend: str,
        payer_of: Callable[[str], Payer | None],
        deletion: Deletion,
        clock: Clock,
        wake: Callable[[], None],
        networks: Networks = NOWHERE,
    ) -> None:
        self._store = store
        self._prices = prices
        self._payer_of = payer_of
        self._deletion = deletion
        self._clock = clock
        self._wake = wake
        self._networks = networks
        self.forms = forms
        self.backend = backend

    def with_payers(self, payer_of: Callable[[str], Payer | None]) -> VisitorService:
        """The same service, where somebody else says who pays: who may order hangs on the browser's rights."""
        theirs = copy.copy(self)
        theirs._payer_of = payer_of
        return theirs

    def close(self) -> None:
        """Take no more pictures; those being prepared come to their end."""
        self.forms.close()

    @property
    def is_demo(self) -> bool:
        """True where the demo makes the videos."""
        return self.backend == "demo"

    def price(self, order: Order) -> Price:
        """What the order will cost; raises studio.money.prices.PriceUnknown."""
        return self._prices.of(order)

    def create_page(self, visitor: str, followed: Collection[str] = ()) -> CreatePage:
        """What Create shows the visitor now; with those of their jobs that have these ids."""
        with self._store.at_once():
            payer = self._payer_of(visitor)
            return CreatePage(
                may_order=payer is not None,
                allowance=self._allowance(payer),
                stop=self.stopped(),
                paused=self.paused() is not None,
                jobs=tuple(self._store.unfinished(visitor, followed)),
            )

    def _allowance(self, payer: Payer | None) -> Allowance:
        if payer is None:
            return Allowance(0)
        try:
            return self._store.allowance(payer, self._clock())
        except CodeEnded:
            return Allowance(0)

    def place(
        self,
        visitor: str,
        draft: Draft,
        *,
        shown_micros: int | None = None,
        another_after: str | None = None,
        retry_of: str | None = None,
        address: str | None = None,
    ) -> Job:
        """Take the order that the form stands for; the same form sent again gives the same job.

        `shown_micros` is the price that stood beside the button. `another_after` is the job that the person was told
        of when they were asked whether they want just the same once more, and said yes: once for each such job.
        `address` is where the visitor's browser connects from, where that is known.

        Raises one of the family of NotTaken: OrderIncomplete, OrdersStopped, NoRoom, Paused, NotAdmitted,
        PriceUnknown, PriceRisen, OrderedJustNow, LimitReached.
        """
        order = tidy(draft.order())
        problems = problems_of(order)
        if problems:
            raise OrderIncomplete(problems)
        stop = self.stopped()
        if stop is not None and stop is not Stop.OUTAGE:
            raise OrdersStopped(stop)
        if not self.forms.has_room:
            raise NoRoom
        payer = self._payer_of(visitor)
        if payer is None:
            raise NotAdmitted
        price = self._prices.of(order)
        if shown_micros is not None and price.micros > shown_micros:
            raise PriceRisen(price)
        now = self._clock()
        placed = Job(
            id=secrets.token_hex(16),
            visitor=visitor,
            order=order,
            backend=self.backend,
            state=State.WAITING,
            created_at=now,
            next_at=now,
            price_micros=price.micros,
            retry_of=retry_of,
        )
        asked = another_after is not None or retry_of is not None
        nonce = draft.nonce if another_after is None else f"another after {another_after}"
        try:
            payer = self._networks.reckoned(payer, visitor, address)
            job = self._store.place(
                placed, _form_sent(visitor, nonce, order), payer, just_now=None if asked else JUST_NOW
            )
        except CodeEnded:
            raise NotAdmitted from None
        self._wake()
        return job

    def stopped(self) -> Stop | None:
        """Why no orders go out at present; None when they do. In an outage orders are taken, and wait."""
        return self._store.breaker().stopped(self._clock())

    def paused(self) -> datetime | None:
        """Since when the owner takes no new orders; None while they are taken."""
        return self._store.paused()

    def ask_again(self, visitor: str, job_id: str, *, may_cost_twice: bool, address: str | None = None) -> Job | None:
        """Place one of the visitor's jobs once more, as a job of its own; None where there is no such job.

        Where the first may have been charged, or may yet be, only with `may_cost_twice`: a person has ticked that they
        know. However often it is clicked, one further job at a time comes of it: the same one until that has ended.
        """
        job = self._store.get(job_id, visitor)
        again = self.forms.draft_again(visitor, job_id)
        if job is None or again is None:
            return None
        if (job.may_have_been_charged or not job.is_final) and not may_cost_twice:
            return None
        round_ = self._store.count_ended_retries(job_id)
        return self.place(visitor, replace(again, nonce=f"again {job_id} {round_}"), retry_of=job_id, address=address)

    # What became of it.

    def jobs(self, visitor: str) -> list[Job]:
        """The visitor's jobs that have no video: under way, or ended without one. Newest first."""
        return self._store.unfinished(visitor)

    def stages(self, visitor: str) -> dict[str, tuple[State, str]]:
        """Of the same jobs: where each stands, and what is in its way, by id. For who asks often."""
        return self._store.stages(visitor)

    def job(self, visitor: str, job_id: str) -> Job | None:
        """One of the visitor's jobs."""
        return self._store.get(job_id, visitor)

    def gallery(self, visitor: str, page: int) -> GalleryPage:
        """A page of the visitor's videos, newest first; the nearest page where that number does not exist."""
        total = self._store.count_finished(visitor)
        pages = max(1, -(-total // PAGE_SIZE))
        number = min(max(page, 1), pages)
        videos = self._store.finished(visitor, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE)
        return GalleryPage(tuple(videos), number, pages, total)

    def progress(self, job: Job) -> Progress:
        """How far a job under way is, by the clock."""
        return progress_of(job, self._clock())

    def delete(self, visitor: str, job_id: str) -> bool:
        """Delete one of the visitor's ended jobs with all its files; False when there is no such job."""
        return self._deletion.job(visitor, job_id)

    def delete_everything(self, visitor: str) -> None:
        """Delete all that the visitor has here; what is being made is deleted when it is done."""
        self._deletion.everything_of(visitor)


def _form_sent(visitor: str, nonce: str, order: Order) -> str:
    """Names one sending of one form: two tabs may hold the same form, and each may have changed it since."""
    # In the order in which they have always been written: a form sent before an upgrade is the same form after it.
    names = ["prompt", "picture_key", *(setting.name for setting in fields(OrderSettings) if setting.name != "prompt")]
    written = ", ".join(f"{name}={getattr(order, name)!r}" for name in names)
    return hashlib.sha256(f"{visitor}\n{nonce}\nOrder({written})".encode()).hexdigest()
