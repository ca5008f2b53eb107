"""All that a screen may ask for. Every question names the visitor who asks, and gets only what is theirs."""

from __future__ import annotations

import copy
import hashlib
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta

from studio.access.networks import NOWHERE, Networks
from studio.as_code.programs import Language, as_code
from studio.clock import Clock
from studio.forms import Forms
from studio.jobs.circuit_breaker import Stop
from studio.jobs.job import FINAL, Job, State
from studio.jobs.progress import Progress, progress_of
from studio.jobs.usual import Usual
from studio.money.fitting import Choice, what_fits
from studio.money.ledger import CodeEnded, Payer
from studio.money.limits import Allowance, Coverage
from studio.money.prices import Price, PriceRisen, Prices, PriceUnknown
from studio.orders.drafts import Draft
from studio.orders.lining_up import each
from studio.orders.order import MODEL, NoRoom, NotTaken, Order, OrderIncomplete, OrderSettings, Problem, model_of, tidy
from studio.orders.variations import variations
from studio.queue.job_store import Store
from studio.queue.line import PlaceInLine
from studio.queue.placing import Sent
from studio.queue.usual_times import UsualTimes
from studio.retention.deletion import Deletion

PAGE_SIZE = 12
"""Videos on a page of the gallery: three or four rows on a desk, a short scroll on a phone."""
TODAY = timedelta(hours=24)
"""So long a video stands on Create, where it was asked for: a whole day, whatever midnight says."""
DONE_SHOWN = 24
"""So many finished videos at most, all of one order among them; the rest is in the gallery."""
PROMPTS_AT_HAND = 20
"""So many of a visitor's last descriptions can be written on the form again."""
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
    """Theirs without a video, and the latest of those whose video was ready today; newest first."""
    places: Mapping[str, PlaceInLine]
    """What goes out before each of theirs that waits, by its id."""


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
        self.models = forms.models
        """Those that a visitor may choose from, the first where they do not."""
        self.backend = backend
        self.usual_times = UsualTimes(store, backend)
        """How long the videos take that may be ordered here."""

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

    def price(self, order: Order, count: int = 1) -> Price:
        """What so many videos of the order will cost together; raises studio.money.prices.PriceUnknown."""
        return self._prices.of(order).times(count)

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

    def create_page(self, visitor: str, started_fresh_at: float = 0.0, set_aside: Collection[str] = ()) -> CreatePage:
        """What Create shows the visitor now.

        Videos that were ready before they last started fresh are left out (in seconds since 1970 UTC; see Draft), and
        the jobs that they set aside, unless those came to nothing.
        """
        today = max(self._clock() - TODAY, datetime.fromtimestamp(started_fresh_at, UTC))
        with self._store.at_once():
            payer = self._payer_of(visitor)
            found = self._store.unfinished(visitor, or_done_since=today)
            jobs = _shown([job for job in found if _is_in_sight(job.id, job.state, set_aside)])
            some_wait = any(job.state is State.WAITING for job in jobs)
            return CreatePage(
                may_order=payer is not None,
                allowance=self._allowance(payer),
                stop=self.stopped(),
                paused=self.paused() is not None,
                jobs=jobs,
                places=self._store.places_in_line(visitor, self._clock()) if some_wait else {},
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

        The same form sent again gives the same jobs. Of several of one picture each has a seed of its own: see
        studio.orders.variations. Those of several pictures go out in the order of their line. `shown_micros` is the
        price of all that stood beside the button. `another_after` is the job, the first of several, that the person
        was told of when they were asked whether they want just the same once more, and said yes: once for each such
        job. `address` is where the visitor's browser connects from, where that is known.

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
        self.forms.keep_what_is_sent(form)
        # A line goes out in its order.
        now = self._clock() + timedelta(microseconds=number)
        group = [self._job(visitor, one, price, now, retry_of, form.continues) for one in variations(order, count)]
        return Sent(_form_sent(visitor, nonce, order, count), tuple(group))

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
        return Job(
            id=secrets.token_hex(16),
            visitor=visitor,
            order=order,
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

    def ask_again(self, visitor: str, job_id: str, *, may_cost_twice: bool, address: str | None = None) -> Job | None:
        """Place one of the visitor's jobs once more, as a job of its own; None where there is no such job.

        Where the first may have been charged, or may yet be, only with `may_cost_twice`: a person has ticked that they
        know. However often it is clicked, one further job at a time comes of it: the same one until that has ended.
        Raises what `place` raises.
        """
        job = self._store.get(job_id, visitor)
        again = self.forms.draft_again(visitor, job_id)
        if job is None or again is None:
            return None
        if not self._offers(job.order):
            # In place of another model's video, which may cost another price, nobody has asked for this one.
            raise OrderIncomplete((Problem.MODEL_NOT_OFFERED,))
        if (job.may_have_been_charged or not job.is_final) and not may_cost_twice:
            return None
        round_ = self._store.count_ended_retries(job_id)
        return self.place(visitor, replace(again, nonce=f"again {job_id} {round_}"), retry_of=job_id, address=address)

    def price_of_all(self, jobs: Collection[Job]) -> int:
        """What placing these once more will cost together, in millionths; raises studio.money.prices.PriceUnknown."""
        return sum(self._prices.of(job.order).micros for job in jobs)

    def retry_failed(
        self, visitor: str, job_ids: Collection[str], *, shown_micros: int | None = None, address: str | None = None
    ) -> tuple[Job, ...]:
        """Place all of these that came to nothing for nothing once more, in their place: all of them, or none.

        Those that may have been charged are left out: `ask_again` has its own question. However often it is clicked,
        and in however many tabs, one further job at a time comes of each. Raises what `place` raises.
        """
        found = (self._store.get(job_id, visitor) for job_id in job_ids)
        failed = [job for job in found if job is not None and job.failed_for_nothing]
        forms = [(job, again) for job in failed if (again := self.forms.draft_again(visitor, job.id)) is not None]
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
        """Place just what one of the visitor's jobs was once more, with another seed; None where there is no such job.

        However often it is clicked, one further job at a time comes of it. `shown_micros` is the price that stood
        beside the button. Raises what `place` raises.
        """
        again = self.forms.draft_again(visitor, job_id)
        if again is None:
            return None
        round_ = self._store.count_ended_retries(job_id)
        like = replace(again, seed=None, nonce=f"like {job_id} {round_}")
        return self.place(visitor, like, shown_micros=shown_micros, retry_of=job_id, address=address)

    # What became of it.

    def jobs(self, visitor: str) -> list[Job]:
        """The visitor's jobs that have no video: under way, or ended without one. Newest first."""
        return self._store.unfinished(visitor)

    def stages(self, visitor: str, set_aside: Collection[str] = ()) -> dict[str, tuple[State, str]]:
        """Of those of the same jobs that Create shows: where each stands, and what is in its way, by id. For who asks
        often."""
        found = self._store.stages(visitor)
        return {job_id: stage for job_id, stage in found.items() if _is_in_sight(job_id, stage[0], set_aside)}

    def last_prompts(self, visitor: str) -> list[str]:
        """What the visitor asked for last, each once, newest first."""
        return self._store.last_prompts(visitor, PROMPTS_AT_HAND)

    def job(self, visitor: str, job_id: str) -> Job | None:
        """One of the visitor's jobs."""
        return self._store.get(job_id, visitor)

    def code_of(self, visitor: str, job_id: str, language: Language) -> str | None:
        """A program that orders what one of the visitor's jobs did, with a key of their own; None for no such job."""
        job = self._store.get(job_id, visitor)
        return None if job is None else as_code(job.order, language)

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

    def usual_time(self, job: Job) -> Usual | None:
        """How long a job of its kind usually takes; None for one of before, which somebody else makes."""
        return self.usual_times.of(job.order) if job.backend == self.backend else None

    def take_back(self, visitor: str, job_id: str) -> bool:
        """Take one of the visitor's orders back that has not been sent: it costs nothing, and nothing is left of it.

        False where it has been sent, or is just being sent: it goes on, and is paid for. Or where there is none.
        """
        return self._deletion.unsent(visitor, job_id)

    def delete(self, visitor: str, job_id: str) -> bool:
        """Delete one of the visitor's ended jobs with all its files; False when there is no such job."""
        return self._deletion.job(visitor, job_id)

    def delete_everything(self, visitor: str) -> None:
        """Delete all that the visitor has here; what is being made is deleted when it is done."""
        self._deletion.everything_of(visitor)


def _shown(found: list[Job]) -> tuple[Job, ...]:
    done = [job.id for job in found if job.state is State.DONE]
    left_out = set(done[DONE_SHOWN:])
    return tuple(job for job in found if job.id not in left_out)


def _is_in_sight(job_id: str, state: State, set_aside: Collection[str]) -> bool:
    came_to_nothing = state in FINAL and state is not State.DONE
    return came_to_nothing or job_id not in set_aside


def _form_sent(visitor: str, nonce: str, order: Order, count: int = 1) -> str:
    """Names one sending of one form: two tabs may hold the same form, and each may have changed it since."""
    # In the order in which they have always been written: a form sent before an upgrade is the same form after it.
    names = ["prompt", "picture_key", *(setting.name for setting in fields(OrderSettings) if setting.name != "prompt")]
    names.append("ending_picture_key")
    left_out = {name for name, unsaid in _NAMED_ONLY_WHERE_CHOSEN.items() if getattr(order, name) == unsaid}
    written = ", ".join(f"{name}={getattr(order, name)!r}" for name in names if name not in left_out)
    several = f" {count} times" if count > 1 else ""
    return hashlib.sha256(f"{visitor}\n{nonce}\nOrder({written}){several}".encode()).hexdigest()


_NAMED_ONLY_WHERE_CHOSEN = {"model": MODEL.id, "ending_picture_key": ""}
"""What orders did not have at first, and what it was then."""
