"""Does the provider's own account say what we say? Read every ten minutes, kept in memory, shown to the owner only."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from sqlalchemy import func, select, true

from studio.money.discrepancies import (
    Booked,
    Discrepancies,
    Discrepancy,
    DiscrepancyKind,
    Today,
    discrepancies,
    today_of,
)
from studio.money.ledger import EntryKind
from studio.money.limits import Limits
from studio.money.prices import Doubt, Prices
from studio.settings import DAYS_OF_A_MONTH
from studio.storage.database import Database
from studio.storage.errors import StorageAway
from studio.storage.tables import jobs, ledger
from videoapi.billing import Balance, Charged
from videoapi.errors import VideoAPIError
from videoapi.key_info import VIDEO_SCOPE, KeyInfo, Retention
from videoapi.models import MODELS

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)
CLAIMS_SHOWN = 100
CLOCKS_APART = timedelta(minutes=5)
"""How far our clock and the provider's may be apart when its log is asked for."""
SENT_BEFORE = timedelta(hours=2)
"""Jobs sent so much before the window are read too: they may explain a row at its beginning."""


class Hint(StrEnum):
    """Something about the key that its owner may want to change at the provider. The screen has the sentence."""

    KEY_DISABLED = "key_disabled"
    NO_VIDEOS = "no_videos"
    """The key is restricted, and videos are not among what it is for: orders will be refused."""
    NO_LIMIT = "no_limit"
    """The provider limits nothing: should the key leak, all of the balance can be spent."""
    LIMIT_UNCLEAR = "limit_unclear"
    """There is a limit, and it could not be understood."""
    LIMIT_BELOW_BUDGET = "limit_below_budget"
    """The provider will refuse orders before our own budget is used up."""
    LIMIT_ABOVE_BUDGET = "limit_above_budget"
    """The key can spend more than our own budget allows: should it leak, that much."""
    LIMIT_NEVER_RESETS = "limit_never_resets"
    """The limit is for the life of the key: one day it is used up, and orders will be refused."""
    PRICE_TOO_LOW = "price_too_low"
    """The provider's price list says next to nothing: our own table is used."""
    PRICE_TOO_HIGH = "price_too_high"
    """The provider's price list says many times what our own table does: that is used."""


class Part(StrEnum):
    """What is read of the account, each by itself."""

    BALANCE = "balance"
    KEY = "key"
    LOG = "log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The provider's account, and how it agrees with ours."""

    read_at: datetime
    balance: Balance | None = None
    key: KeyInfo | None = None
    """None also where the provider tells only about another key than ours, or wants another kind of key for this."""
    hints: tuple[Hint, ...] = ()
    """The most urgent first."""
    today: Today | None = None
    discrepancy: Discrepancies | None = None
    """What does not agree, of orders sent yesterday and today (UTC)."""
    claims: tuple[Discrepancy, ...] = ()
    """Charges that were reported with a video and are not believed, of whatever day, until the owner corrects them."""
    not_read: frozenset[Part] = frozenset()
    """What could not be read this time: it is as it was before, or None."""


class AccountSource(Protocol):
    """What is needed of videoapi.client.VideoAPI."""

    def balance(self) -> Balance: ...
    def key_info(self) -> KeyInfo: ...
    def charged(self, start: datetime, end: datetime) -> Charged: ...


_Read = TypeVar("_Read")


class Reconciliation:
    """Compares the provider's account with the ledger. Asking for the latest never waits."""

    def __init__(
        self,
        database: Database,
        provider: AccountSource,
        backend: str,
        limits: Limits,
        prices: Prices | None = None,
    ) -> None:
        """In the demo (`backend` "demo") nothing is ever asked: its money is none, and our ledger counts it as none."""
        self._db = database
        self._provider = provider
        self._backend = backend
        self._limits = limits
        self._prices = prices
        self._latest: Account | None = None
        self._next: datetime | None = None
        self._reading: threading.Thread | None = None
        self._lock = threading.Lock()

    def latest(self) -> Account | None:
        """What was read last; None before the first time, and in the demo."""
        return self._latest

    def refresh(self, now: datetime) -> None:
        """Begin to read again if ten minutes have passed; returns at once.

        The reading has a thread of its own, because two dozen slow answers would hold up every other periodic task. One
        reading at a time.
        """
        with self._lock:
            busy = self._reading is not None and self._reading.is_alive()
            if self._backend == "demo" or busy or (self._next is not None and now < self._next):
                return
            self._next = now + EVERY
            self._reading = threading.Thread(target=self._read_aside, args=(now,), name="reconciliation", daemon=True)
            self._reading.start()

    def wait(self, timeout_s: float) -> bool:
        """Let a reading that is going on come to its end; False where it did not within so many seconds."""
        with self._lock:
            reading = self._reading
        if reading is None:
            return True
        reading.join(timeout_s)
        return not reading.is_alive()

    def read(self, now: datetime) -> Account:
        """Read everything now, and wait for it. What cannot be read stays as it was, and is named in `not_read`."""
        before = self._latest or Account(read_at=now)
        not_read: set[Part] = set()
        balance = _or_none(self._provider.balance, Part.BALANCE, not_read)
        key = _or_none(self._provider.key_info, Part.KEY, not_read)
        account = replace(before, read_at=now)
        if balance is not None:
            account = replace(account, balance=balance)
        if key is not None:
            known = key if key.is_ours else None
            account = replace(account, key=known)
        account = replace(account, hints=(*self._price_hints(), *hints_of(account.key, self._limits)))
        claims = _or_none(self._claims, Part.LOG, not_read)
        if claims is not None:
            account = replace(account, claims=claims)
        compared = _or_none(lambda: self._compared(now.astimezone(UTC), account.key), Part.LOG, not_read)
        if compared is not None:
            today, discrepancy = compared
            _tell(discrepancy, before.discrepancy)
            account = replace(account, today=today, discrepancy=discrepancy)
        self._latest = replace(account, not_read=frozenset(not_read))
        return self._latest

    def _read_aside(self, now: datetime) -> None:
        try:
            self.read(now)
        except Exception:  # at the top of a thread: else it would only be printed, and the log would not have it
            log.exception("the provider's account was not read")

    def _compared(self, now: datetime, key: KeyInfo | None) -> tuple[Today, Discrepancies]:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        # Yesterday too: its last jobs could not be judged before the day was over.
        since = midnight - timedelta(days=1)
        # The log is of this key alone: what was sent with the one before it is not there.
        if key is not None and key.created_at is not None and key.created_at <= now:
            since = max(since, key.created_at)
        charged = self._provider.charged(since - CLOCKS_APART, now + CLOCKS_APART)
        # After the log: whatever stands there of ours was in the database before it was sent.
        booked = self._booked(since - SENT_BEFORE)
        today = today_of(charged, booked, day=midnight.date())
        return today, discrepancies(charged, booked, models=MODELS, since=since, now=now)

    def _price_hints(self) -> tuple[Hint, ...]:
        doubt = None if self._prices is None else self._prices.doubt
        return () if doubt is None else (_PRICE_HINTS[doubt],)

    def _claims(self) -> tuple[Discrepancy, ...]:
        """Settled otherwise than the provider reported, and not corrected: its report was not believed."""
        opened, closed, corrected = ledger.alias(), ledger.alias(), ledger.alias()
        counted = opened.c.micros + closed.c.micros
        corrections = select(corrected.c.id).where(
            corrected.c.job_id == jobs.c.id, corrected.c.kind == EntryKind.CORRECTED
        )
        wanted = (
            select(jobs.c.id, counted, jobs.c.cost_micros)
            .join(closed, (closed.c.job_id == jobs.c.id) & (closed.c.closes == true()))
            .join(opened, (opened.c.job_id == jobs.c.id) & (opened.c.kind == EntryKind.RESERVED))
            .where(
                jobs.c.backend == self._backend,
                closed.c.kind == EntryKind.SETTLED,
                jobs.c.cost_micros != counted,
                ~corrections.exists(),
            )
            .order_by(jobs.c.created_at.desc())
            .limit(CLAIMS_SHOWN)
        )
        with self._db.read() as connection:
            rows = connection.execute(wanted).all()
        return tuple(
            Discrepancy(kind=DiscrepancyKind.NOT_BELIEVED, job_id=job_id, ours_micros=int(ours), theirs_micros=theirs)
            for job_id, ours, theirs in rows
        )

    def _booked(self, since: datetime) -> list[Booked]:
        wanted = (jobs.c.id, jobs.c.generation_id, jobs.c.submitted_at, jobs.c.ended_at)
        sums = (
            select(*wanted, func.sum(ledger.c.micros))
            .select_from(jobs.outerjoin(ledger, ledger.c.job_id == jobs.c.id))
            .where(jobs.c.backend == self._backend, jobs.c.submitted_at >= since)
            .group_by(*wanted)
        )
        with self._db.read() as connection:
            rows = connection.execute(sums).all()
        return [
            Booked(
                job_id=job_id,
                generation_id=generation_id,
                sent_at=sent_at,
                ended_at=ended_at,
                # PostgreSQL sums whole numbers into a decimal.
                micros=None if micros is None else int(micros),
            )
            for job_id, generation_id, sent_at, ended_at, micros in rows
        ]


_PRICE_HINTS = {Doubt.TOO_LOW: Hint.PRICE_TOO_LOW, Doubt.TOO_HIGH: Hint.PRICE_TOO_HIGH}


def hints_of(key: KeyInfo | None, limits: Limits) -> tuple[Hint, ...]:
    """What the owner may want to change about the key, the most urgent first; nothing where it is not known."""
    if key is None:
        return ()
    found = []
    if key.disabled:
        found.append(Hint.KEY_DISABLED)
    if key.scopes is not None and VIDEO_SCOPE not in key.scopes:
        found.append(Hint.NO_VIDEOS)
    if key.limit is None:
        found.append(Hint.NO_LIMIT)
    elif key.limit.micros is None or key.limit.retention is None:
        found.append(Hint.LIMIT_UNCLEAR)
    else:
        found += _beside_the_budget(key.limit.micros, key.limit.retention, limits)
    return tuple(found)


def _beside_the_budget(limit: int, retention: Retention, limits: Limits) -> list[Hint]:
    """The limit and what our budget allows in the same time."""
    day = limits.day_micros
    month = limits.month_micros if limits.month_micros is not None or day is None else DAYS_OF_A_MONTH * day
    budget: int | None
    match retention:
        case Retention.DAY:
            budget = day
        case Retention.WEEK:
            budget = None if day is None else 7 * day
        case Retention.MONTH:
            budget = month
        case Retention.NO_RESET:
            # However large, it ends; what is left of it is not told.
            below = day is not None and limit < day
            return [Hint.LIMIT_NEVER_RESETS, *([Hint.LIMIT_BELOW_BUDGET] if below else [])]
    if budget is None or limit == budget:
        return []
    return [Hint.LIMIT_BELOW_BUDGET if limit < budget else Hint.LIMIT_ABOVE_BUDGET]


def _or_none(read: Callable[[], _Read], part: Part, not_read: set[Part]) -> _Read | None:
    try:
        return read()
    except (VideoAPIError, StorageAway) as error:
        log.warning("the account's %s not read: %s", part, type(error).__name__)
        not_read.add(part)
        return None


def _tell(discrepancy: Discrepancies, before: Discrepancies | None) -> None:
    """Into the log, once for each disagreement: an owner who never opens the page may still read that."""
    for found in discrepancy.found:
        if before is None or found not in before.found:
            log.warning(
                "the provider's account differs: %s, job %s: we count %d micro-dollars, it says %d (%d requests)",
                found.kind,
                (found.job_id or "-")[:8],
                found.ours_micros,
                found.theirs_micros,
                found.requests,
            )
