"""All that a screen may ask for. Every question names the visitor who asks, and gets only what is theirs."""

from __future__ import annotations

import copy
import hashlib
import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from studio.access.networks import NOWHERE, Networks
from studio.clock import Clock
from studio.jobs.circuit_breaker import Stop
from studio.jobs.job import Job, State
from studio.jobs.progress import Progress, progress_of
from studio.money.ledger import CodeEnded, Payer
from studio.money.limits import Allowance
from studio.money.prices import Price, PriceRisen, Prices
from studio.orders.drafts import Draft, DraftPicture, draft_of, read_draft
from studio.orders.order import NoRoom, NotTaken, Order, OrderIncomplete, OrderSettings, problems_of, tidy
from studio.pictures.prepare import Picture, PictureRefused, Refusal
from studio.pictures.queue import Preparation, Preparations
from studio.pictures.samples import Sample
from studio.pictures.thumbnails import dimensions, thumbnail_key
from studio.queue.job_store import Store
from studio.retention.deletion import Deletion
from studio.storage.media import Media, MediaMissing
from studio.storage.quota import NO_CEILING, Ceiling

PAGE_SIZE = 12
"""Videos on a page of the gallery: three or four rows on a desk, a short scroll on a phone."""
JUST_NOW = timedelta(seconds=30)
"""An order like one that the same visitor placed so shortly before is taken for a second click, or a click that came
late over a slow line, until the person says otherwise."""


_PICTURE_ID = re.compile("[0-9a-z]{1,32}", re.ASCII)


class TooManyPictures(Exception):
    """This visitor has given more pictures than one person looks at in that time."""


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
        media: Media,
        prices: Prices,
        backend: str,
        prepare: Callable[[bytes], Picture],
        payer_of: Callable[[str], Payer | None],
        may_upload: Callable[[str], bool],
        deletion: Deletion,
        clock: Clock,
        wake: Callable[[], None],
        networks: Networks = NOWHERE,
        ceiling: Ceiling = NO_CEILING,
    ) -> None:
        self._store = store
        self._media = media
        self._prices = prices
        self._prepare = prepare
        self._payer_of = payer_of
        self._may_upload = may_upload
        self._deletion = deletion
        self._clock = clock
        self._wake = wake
        self._preparations = Preparations(self._prepared, self._put_on_form, self.drop_picture)
        self._networks = networks
        self._ceiling = ceiling
        self.backend = backend

    def with_payers(self, payer_of: Callable[[str], Payer | None]) -> VisitorService:
        """The same service, where somebody else says who pays: who may order hangs on the browser's rights."""
        theirs = copy.copy(self)
        theirs._payer_of = payer_of
        return theirs

    def close(self) -> None:
        """Take no more pictures; those being prepared come to their end."""
        self._preparations.close()

    @property
    def is_demo(self) -> bool:
        """True where the demo makes the videos."""
        return self.backend == "demo"

    # The form.

    def draft(self, visitor: str) -> Draft:
        """The form as the visitor left it."""
        return read_draft(self._store.draft(visitor))

    def keep_draft(self, visitor: str, draft: Draft, *, with_picture: bool = True) -> None:
        """Keep the form as it stands; without `with_picture` only its words and settings.

        A picture gets ready while a person types: what is typed must not take it off the form again. Where the owner's
        ceiling is reached, only of who has one here already: anybody can be a new visitor, as often as they like.
        Their form stays in their tab.
        """
        if not self._ceiling.has_room and self._store.draft(visitor) is None:
            return

        def changed(before: str | None) -> str:
            return (draft if with_picture else replace(draft, picture=read_draft(before).picture)).to_json()

        self._store.change_draft(visitor, changed, self._clock())

    def take_picture(self, visitor: str, data: bytes) -> Preparation:
        """Take an upload in and prepare it in the background; it comes onto the visitor's kept form by itself.

        Raises PictureRefused (there is no room), TooManyPictures and pictures.queue.TooManyWaiting: then it was
        not taken.
        """
        if not self._ceiling.has_room:
            raise PictureRefused(Refusal.NO_ROOM)
        if not self._may_upload(visitor):
            raise TooManyPictures
        return self._preparations.take(visitor, data)

    def preparation(self, visitor: str) -> Preparation | None:
        """The picture that is being prepared for the visitor, or of whose outcome no page has taken note."""
        return self._preparations.latest(visitor)

    def add_picture(self, visitor: str, data: bytes) -> DraftPicture:
        """Prepare an upload and keep it, while the caller waits; raises TooManyPictures and PictureRefused."""
        if not self._ceiling.has_room:
            raise PictureRefused(Refusal.NO_ROOM)
        if not self._may_upload(visitor):
            raise TooManyPictures
        return self._prepared(data)

    def _prepared(self, data: bytes) -> DraftPicture:
        picture = self._prepare(data)
        key = f"pictures/{secrets.token_hex(1)}/{secrets.token_hex(16)}.jpg"
        self._media.put(thumbnail_key(key), picture.thumbnail)
        self._media.put(key, picture.jpeg)
        self._ceiling.added(len(picture.thumbnail) + len(picture.jpeg))
        return DraftPicture(
            key=key, width=picture.width, height=picture.height, changes=tuple(map(str, picture.changes))
        )

    def _put_on_form(self, visitor: str, picture: DraftPicture) -> None:
        def changed(before: str | None) -> str:
            return replace(read_draft(before), picture=picture).to_json()

        self._store.change_draft(visitor, changed, self._clock())

    def add_sample(self, sample: Sample) -> DraftPicture:
        """One of our own pictures: kept once for all visitors, as the file is fit to send as it is."""
        data = sample.file.read_bytes()
        if not self._media.exists(sample.picture_key):
            picture = self._prepare(data)
            self._media.put(thumbnail_key(sample.picture_key), picture.thumbnail)
            self._media.put(sample.picture_key, picture.jpeg)
        width, height = dimensions(data)
        return DraftPicture(key=sample.picture_key, width=width, height=height)

    def drop_picture(self, picture: DraftPicture) -> None:
        """Forget a picture that was taken off the form, unless a job needs it."""
        self._deletion.picture(picture.key)

    def has_picture(self, picture: DraftPicture) -> bool:
        """True while the prepared picture is kept."""
        return self._media.exists(picture.key)

    def picture_key(self, visitor: str, picture_id: str) -> str | None:
        """Where a picture on the visitor's form, or of one of their orders, is kept; None for anybody else's.

        `picture_id` is what its address has (studio.urls.picture).
        """
        if not _PICTURE_ID.fullmatch(picture_id):
            return None
        on_form = self.draft(visitor).picture
        if on_form is not None and on_form.key.endswith(f"/{picture_id}.jpg"):
            return on_form.key
        return self._store.ordered_picture(visitor, f"/{picture_id}.jpg")

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
        if not self._ceiling.has_room:
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
        again = self.draft_again(visitor, job_id)
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

    def draft_again(self, visitor: str, job_id: str) -> Draft | None:
        """A new form filled in as one of the visitor's jobs was; without its picture where that is gone."""
        job = self._store.get(job_id, visitor)
        if job is None:
            return None
        draft = draft_of(job.order, DraftPicture(key=job.order.picture_key, width=0, height=0))
        try:
            width, height = dimensions(self._media.read(job.order.picture_key))
        except MediaMissing:
            return replace(draft, picture=None)
        return replace(draft, picture=DraftPicture(key=job.order.picture_key, width=width, height=height))


def _form_sent(visitor: str, nonce: str, order: Order) -> str:
    """Names one sending of one form: two tabs may hold the same form, and each may have changed it since."""
    # In the order in which they have always been written: a form sent before an upgrade is the same form after it.
    names = ["prompt", "picture_key", *(setting.name for setting in fields(OrderSettings) if setting.name != "prompt")]
    written = ", ".join(f"{name}={getattr(order, name)!r}" for name in names)
    return hashlib.sha256(f"{visitor}\n{nonce}\nOrder({written})".encode()).hexdigest()
