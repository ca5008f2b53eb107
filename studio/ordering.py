"""Orders taken: what they cost, who pays, and each once however often it is asked for."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Self

from studio.access.networks import NOWHERE, Networks
from studio.clock import Clock
from studio.forms.forms import Forms
from studio.jobs.circuit_breaker import Stop
from studio.jobs.drawn_seed import with_seed
from studio.jobs.job import Job, State
from studio.money.fitting import Choice, what_fits
from studio.money.ledger import CodeEnded, Payer
from studio.money.limits import Allowance, Coverage
from studio.money.prices import Price, PriceRisen, Prices, PriceUnknown
from studio.orders.drafts import Draft
from studio.orders.lining_up import each
from studio.orders.order import NoRoom, NotTaken, Order, OrderIncomplete, Problem, model_of, tidy
from studio.orders.sending import name_of_sending
from studio.orders.variations import variations
from studio.queue.job_store import Store
from studio.queue.placing import Sent
from studio.queue.usual_times import UsualTimes
from studio.retention.deletion import Deletion

JUST_NOW = timedelta(seconds=30)
"""An order like one that the same visitor placed so shortly before is taken for a second click, or a click that came
late over a slow line, until the person says otherwise."""


class NotAdmitted(NotTaken):
    """This visitor may not order."""


class OrdersStopped(NotTaken):
    """No orders can go out until the owner has fixed something; `stop` says what."""

    def __init__(self, stop: Stop) -> None:
        super().__init__(stop)
        self.stop = stop


class Ordering:
    """Takes orders of visitors, while any are taken and somebody can pay for them."""

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
        self.models = forms.drafts.models
        """Those that a visitor may choose from, the first where they do not."""
        self.backend = backend
        self.usual_times = UsualTimes(store, backend)
        """How long the videos take that may be ordered here."""

    def with_payers(self, payer_of: Callable[[str], Payer | None]) -> Self:
        """The same service, where somebody else says who pays: who may order hangs on the browser's rights."""
        theirs = copy.copy(self)
        theirs._payer_of = payer_of
        return theirs

    @property
    def is_demo(self) -> bool:
        """True where the demo makes the videos."""
        return self.backend == "demo"

    def price(self, order: Order, count: int = 1) -> Price:
        """What so many videos of the order will cost together; raises studio.money.prices.PriceUnknown."""
        return self._prices.of(order).times(count)

    def price_of_all(self, jobs: Collection[Job]) -> int:
        """What placing these once more will cost together, in millionths; raises studio.money.prices.PriceUnknown."""
        return sum(self._prices.of(job.order).micros for job in jobs)

    def what_fits(self, draft: Draft, allowance: Allowance) -> tuple[Choice, ...]:
        """What could be ordered instead of the form as it stands, where the allowance does not cover that; best first.

        Empty where it does, and where nothing would fit.
        """
        order, left = draft.order(), allowance.left_micros
        if left is None or not draft.can_be_drawn:
            return ()
        try:
            coverage = allowance.covers(self.price(order, draft.video_count).micros)
        except PriceUnknown:
            return ()
        if coverage is Coverage.ENOUGH:
            return ()
        pictures = draft.video_count // draft.count

        def price_of(one: Order) -> Price:
            return self._prices.of(one).times(pictures)

        return what_fits(order, draft.count, left, model=model_of(order), price_of=price_of)

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
        """Take the order that the form stands for, one video of it: as `place_together` for a count of one."""
        return self.place_together(
            visitor,
            replace(draft, count=1),
            shown_micros=shown_micros,
            another_after=another_after,
            retry_of=retry_of,
            address=address,
        )[0]

    def place_together(
        self,
        visitor: str,
        draft: Draft,
        *,
        shown_micros: int | None = None,
        another_after: str | None = None,
        retry_of: str | None = None,
        address: str | None = None,
    ) -> tuple[Job, ...]:
        """Take the order that the form stands for, as many videos of each picture as the form's count: all, or none.

        The same form sent again gives the same jobs. Each has a seed that is known: of several of one picture one of
        its own (studio.orders.variations), of a single one without any a drawn one (studio.jobs.drawn_seed). Those of
        several pictures go out in the order of their line. `shown_micros` is the price of all that stood beside the
        button. `another_after` is the job, the first of several, that the person was told of when they were asked
        whether they want just the same once more, and said yes: once for each such job. `address` is where the
        visitor's browser connects from, where that is known.

        Raises one of the family of NotTaken: OrderIncomplete, OrdersStopped, NoRoom, Paused, NotAdmitted,
        NotFramed, PriceUnknown, PriceRisen, OrderedJustNow, LimitReached.
        """
        forms = each(draft)
        payer = self._taker(visitor, *forms)
        nonce = draft.nonce if another_after is None else f"another after {another_after}"
        sent = [self._sent(visitor, form, nonce, number, retry_of) for number, form in enumerate(forms)]
        asked = another_after is not None or retry_of is not None
        return self._place(visitor, sent, payer, shown_micros, address, just_now=None if asked else JUST_NOW)

    def _sent(self, visitor: str, form: Draft, nonce: str, number: int, retry_of: str | None) -> Sent:
        """What comes of the form of one picture, the so-manieth that is sent now."""
        order, count = tidy(form.order()), form.count
        price = self._prices.of(order)
        self.forms.sent_files.keep(form)
        # A line goes out in its order.
        now = self._clock() + timedelta(microseconds=number)
        group = [self._job(visitor, one, price, now, retry_of, form.continues) for one in variations(order, count)]
        return Sent(name_of_sending(visitor, nonce, order, count), tuple(group))

    def _place(
        self,
        visitor: str,
        sent: Sequence[Sent],
        payer: Payer,
        shown_micros: int | None,
        address: str | None,
        just_now: timedelta | None = None,
    ) -> tuple[Job, ...]:
        price = Price(sum(job.price_micros for one in sent for job in one.jobs), exact=False)
        if shown_micros is not None and price.micros > shown_micros:
            raise PriceRisen(price)
        try:
            payer = self._networks.reckoned(payer, visitor, address)
            placed = self._store.place_forms(sent, payer, just_now=just_now)
        except CodeEnded:
            raise NotAdmitted from None
        self._wake()
        return placed

    def _taker(self, visitor: str, *drafts: Draft) -> Payer:
        """Who pays for what these forms stand for, where orders are taken at all; raises as `place_together` says."""
        for draft in drafts:
            problems = draft.problems
            if not problems and not self._offers(tidy(draft.order())):
                problems = (Problem.MODEL_NOT_OFFERED,)
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
        return payer

    def _job(
        self, visitor: str, order: Order, price: Price, now: datetime, retry_of: str | None, continues: str
    ) -> Job:
        job_id = secrets.token_hex(16)
        return Job(
            id=job_id,
            visitor=visitor,
            order=with_seed(order, job_id),
            backend=self.backend,
            state=State.WAITING,
            created_at=now,
            next_at=now,
            price_micros=price.micros,
            retry_of=retry_of,
            continues=continues or None,
        )

    def _offers(self, order: Order) -> bool:
        return any(order.model == model.id for model in self.models)

    def stopped(self) -> Stop | None:
        """Why no orders go out at present; None when they do. In an outage orders are taken, and wait."""
        return self._store.breaker().stopped(self._clock())

    def paused(self) -> datetime | None:
        """Since when the owner takes no new orders; None while they are taken."""
        return self._store.paused()

    def ask_again(
        self,
        visitor: str,
        job_id: str,
        *,
        may_cost_twice: bool,
        shown_micros: int | None = None,
        address: str | None = None,
    ) -> Job | None:
        """Place one of the visitor's jobs once more, as a job of its own; None where there is no such job, or it was
        never ordered.

        Where the first may have been charged, or may yet be, only with `may_cost_twice`: a person has ticked that they
        know. However often it is clicked, one further job at a time comes of it: the same one until that has ended.
        `shown_micros` is the price that stood beside the button. Raises what `place` raises.
        """
        job = self._store.get(job_id, visitor)
        again = self.forms.filled_in.as_ordered(visitor, job_id, with_drawn_seed=True)
        if job is None or again is None or job.made_from is not None:
            return None
        if not self._offers(job.order):
            # In place of another model's video, which may cost another price, nobody has asked for this one.
            raise OrderIncomplete((Problem.MODEL_NOT_OFFERED,))
        if (job.may_have_been_charged or not job.is_final) and not may_cost_twice:
            return None
        round_ = self._store.count_ended_retries(job_id)
        asked = replace(again, nonce=f"again {job_id} {round_}")
        return self.place(visitor, asked, shown_micros=shown_micros, retry_of=job_id, address=address)

    def retry_failed(
        self, visitor: str, job_ids: Collection[str], *, shown_micros: int | None = None, address: str | None = None
    ) -> tuple[Job, ...]:
        """Place all of these that came to nothing for nothing once more, in their place: all of them, or none.

        Those that may have been charged are left out: `ask_again` has its own question. However often it is clicked,
        and in however many tabs, one further job at a time comes of each. Raises what `place` raises.
        """
        found = (self._store.get(job_id, visitor) for job_id in job_ids)
        failed = [job for job in found if job is not None and job.failed_for_nothing]
        drafts = ((job, self.forms.filled_in.as_ordered(visitor, job.id, with_drawn_seed=True)) for job in failed)
        forms = [(job, again) for job, again in drafts if again is not None]
        if not forms:
            return ()
        if any(not self._offers(job.order) for job in failed):
            raise OrderIncomplete((Problem.MODEL_NOT_OFFERED,))
        payer = self._taker(visitor, *(again for _, again in forms))
        sent = [
            self._sent(visitor, again, f"again {job.id} {self._store.count_ended_retries(job.id)}", number, job.id)
            for number, (job, again) in enumerate(forms)
        ]
        placed = self._place(visitor, sent, payer, shown_micros, address)
        for job in placed:
            if job.retry_of is not None:
                self._deletion.job(visitor, job.retry_of)
        return placed

    def another_like(
        self, visitor: str, job_id: str, *, shown_micros: int | None = None, address: str | None = None
    ) -> Job | None:
        """Place just what one of the visitor's jobs was once more, with another seed; None where there is no such job,
        or it was never ordered.

        However often it is clicked, one further job at a time comes of it. `shown_micros` is the price that stood
        beside the button. Raises what `place` raises.
        """
        job = self._store.get(job_id, visitor)
        again = self.forms.filled_in.as_ordered(visitor, job_id)
        if job is None or again is None or job.made_from is not None:
            return None
        round_ = self._store.count_ended_retries(job_id)
        like = replace(again, seed=None, nonce=f"like {job_id} {round_}")
        return self.place(visitor, like, shown_micros=shown_micros, retry_of=job_id, address=address)
