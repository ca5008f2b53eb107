"""The provider's account beside our ledger: what does not agree is told, and nothing else is."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from studio import clock
from studio.jobs.job import Job, State
from studio.money.discrepancies import CHARGES_LAND_WITHIN, Booked, Discrepancies, Today, discrepancies, today_of
from studio.money.limits import Limits
from studio.money.reconciliation import EVERY, Hint, Part, Reconciliation, hints_of
from studio.orders.order import MODEL
from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.tables import ledger
from studio.worker.worker import Context, Worker
from tests.studio.shop import Shop
from tests.studio.strategies import NOON, a_job, a_job_in, an_order
from videoapi import (
    Balance,
    Charged,
    KeyInfo,
    KeyLimit,
    KeyRejected,
    LogRow,
    Retention,
    ServiceDown,
    VideoAPI,
    read_log_page,
    sum_up,
)
from videoapi.errors import VideoAPIError
from videoapi.models import MODELS

MIDNIGHT = NOON.replace(hour=0)
YESTERDAY = MIDNIGHT - timedelta(days=1)
EVENING = NOON + timedelta(hours=8)
"""When a table's two sides are compared."""
CENTS_65 = 650_000
A, B, C = "a" * 32, "b" * 32, "c" * 32


def entry(
    job: str | None = A,
    *,
    attempt: int = 1,
    inference: str | None = None,
    credits: object = 1_300_000,
    created: datetime = NOON,
    **changes: object,
) -> dict[str, object]:
    """A row of the provider's log, as it comes over the wire."""
    name = None if job is None else f"{job}.{attempt}"
    return {
        "created": created.isoformat(),
        "status": "succeeded",
        "origin": "api",
        "model": MODEL.id,
        "cost": {"usd": 0.65, "credits": credits},
        "tokens": {"input": 0, "output": 0, "total": 0},
        "request_id": None,
        "inference_id": inference or f"gen-{(job or 'x')[0]}{attempt}",
        "client_request_id": name,
    } | changes


def log_of(*entries: dict[str, object], complete: bool = True) -> Charged:
    """The log as it is read: through the same reader as the provider's own bytes."""
    body = json.dumps({"data": entries, "pagination": {"has_more": False}}).encode()
    return sum_up(read_log_page(200, {}, body).rows, complete=complete)


def sent(
    job: str = A,
    *,
    micros: int | None = CENTS_65,
    at: datetime = NOON,
    ended: datetime | None = NOON + timedelta(minutes=3),
    generation_id: str | None = None,
) -> Booked:
    return Booked(job_id=job, generation_id=generation_id, sent_at=at, ended_at=ended, micros=micros)


def compared(charged: Charged, *booked: Booked, now: datetime = EVENING, since: datetime = YESTERDAY) -> Discrepancies:
    return discrepancies(charged, booked, models=MODELS, since=since, now=now)


def kinds(found: Discrepancies) -> list[tuple[str, str | None, int, int, int]]:
    return [(d.kind.value, d.job_id, d.ours_micros, d.theirs_micros, d.requests) for d in found.found]


# One job and its rows.

AGREES: dict[str, tuple[list[dict[str, object]], list[Booked]]] = {
    "nothing on either side": ([], []),
    "a job and its row": ([entry()], [sent()]),
    "the same row twice, pushed onto the next page": ([entry(), entry()], [sent()]),
    "a row read again when its charge had landed": ([entry(credits=0), entry()], [sent()]),
    "half a millionth, rounded up there": ([entry(credits=1_299_999)], [sent()]),
    "a millionth more": ([entry(credits=1_300_002)], [sent()]),
    "told in dollars only": ([entry(cost={"usd": 0.65})], [sent()]),
    "a failed job that cost nothing": ([entry(status="failed", credits=0)], [sent(micros=0)]),
    "a failed row that leaves its cost out": ([entry(status="failed", cost=None)], [sent(micros=0)]),
    "a refused job that never got there": ([], [sent(micros=0)]),
    "a first attempt that failed": ([entry(attempt=2), entry(status="failed", credits=0)], [sent()]),
    "a row without a name, by the provider's id": ([entry(None, inference="gen-7")], [sent(generation_id="gen-7")]),
    "an id with the model at its end": ([entry(None, inference="gen-7:wan")], [sent(generation_id="gen-7")]),
    "an id without the model at its end": ([entry(None, inference="gen-7")], [sent(generation_id="gen-7:wan")]),
    "a name goes before hearsay": (
        [entry(A, inference="gen-7"), entry(B, inference="gen-8", credits=2)],
        [sent(A, generation_id="gen-8"), sent(B, generation_id="gen-7", micros=1)],
    ),
    "our job under another name of the model": ([entry(model="wan-2.6-i2v-intl")], [sent()]),
    "a job under way, not charged yet": ([entry(credits=0)], [sent(ended=None)]),
    "a job under way that the log does not have yet": ([], [sent(ended=None)]),
    "a job under way that the log has with more": ([entry(credits=9_000_000)], [sent(ended=None)]),
    "a job from before there was a ledger": ([entry()], [sent(micros=None)]),
    "another model with the same key": ([entry(None, model="openai/gpt-5")], []),
    "a stranger's request that cost nothing": ([entry(None, credits=0)], []),
    "a stranger's failed request": ([entry(None, status="failed", cost=None)], []),
    "sent before the window, charged otherwise": ([entry(credits=4)], [sent(at=YESTERDAY - timedelta(minutes=1))]),
    "a stranger before the window": ([entry(None, created=YESTERDAY - timedelta(milliseconds=1))], []),
    "sent before midnight, logged after": (
        [entry(created=MIDNIGHT + timedelta(seconds=1))],
        [sent(at=MIDNIGHT - timedelta(seconds=1))],
    ),
    "sent as the window begins, logged before by their clock": (
        [entry(created=YESTERDAY - timedelta(minutes=1))],
        [sent(at=YESTERDAY)],
    ),
}


@pytest.mark.parametrize("case", AGREES)
def test_where_both_sides_agree_nothing_is_told(case: str) -> None:
    entries, booked = AGREES[case]
    assert kinds(compared(log_of(*entries), *booked)) == []


DIFFERS: dict[str, tuple[list[dict[str, object]], list[Booked], tuple[str, str | None, int, int, int]]] = {
    "charged more": ([entry(credits=1_300_004)], [sent()], ("charged_otherwise", A, CENTS_65, 650_002, 1)),
    "charged less": ([entry(credits=600_000)], [sent()], ("charged_otherwise", A, CENTS_65, 300_000, 1)),
    "never charged": ([entry(credits=0)], [sent()], ("charged_otherwise", A, CENTS_65, 0, 1)),
    "failed there, counted here": (
        [entry(status="failed", credits=0)],
        [sent()],
        ("charged_otherwise", A, CENTS_65, 0, 1),
    ),
    "free here, charged there": ([entry()], [sent(micros=0)], ("charged_otherwise", A, 0, CENTS_65, 1)),
    "failed and charged all the same": (
        [entry(status="failed")],
        [sent(micros=0)],
        ("charged_otherwise", A, 0, CENTS_65, 1),
    ),
    "two attempts, both charged": (
        [entry(attempt=2), entry(attempt=1)],
        [sent()],
        ("charged_twice", A, CENTS_65, 2 * CENTS_65, 2),
    ),
    "one attempt, two inferences, both charged": (
        [entry(inference="gen-1"), entry(inference="gen-2")],
        [sent()],
        ("charged_twice", A, CENTS_65, 2 * CENTS_65, 2),
    ),
    "two attempts, one charged, and too much": (
        [entry(attempt=2, credits=4_000_000), entry(status="failed", credits=0)],
        [sent()],
        ("charged_otherwise", A, CENTS_65, 2_000_000, 2),
    ),
    "two attempts, both charged, and too little": (
        [entry(attempt=2, credits=2), entry(attempt=1, credits=2)],
        [sent()],
        ("charged_otherwise", A, CENTS_65, 2, 2),
    ),
    "not in the log": ([], [sent()], ("not_in_log", A, CENTS_65, 0, 0)),
    "a negative charge": ([entry(credits=-1_300_000)], [sent()], ("charge_unreadable", A, CENTS_65, 0, 1)),
    "a charge beyond reason": (
        [entry(cost={"usd": 1e40, "credits": 10**40})],
        [sent()],
        ("charge_unreadable", A, CENTS_65, 0, 1),
    ),
    "no charge at all": ([entry(cost={})], [sent()], ("charge_unreadable", A, CENTS_65, 0, 1)),
    "a huge charge": ([entry(credits=10**17)], [sent()], ("charged_otherwise", A, CENTS_65, 5 * 10**16, 1)),
    "a job that we do not know": ([entry(B)], [], ("job_unknown", None, 0, CENTS_65, 1)),
    "jobs that we do not know, of another model": (
        [entry(B, model="other/model"), entry(C)],
        [],
        ("job_unknown", None, 0, 2 * CENTS_65, 2),
    ),
    "a stranger without a name": ([entry(None)], [], ("not_ours", None, 0, CENTS_65, 1)),
    "strangers with names of their own": (
        [
            entry(None, inference=f"x-{n}", client_request_id=name)
            for n, name in enumerate(["customer-42", A, f"{A}.", f"{A}.x", f"{A.upper()}.1", f"x{A}.1", f"{A}.1x"])
        ],
        [],
        ("not_ours", None, 0, 7 * CENTS_65, 7),
    ),
    "a stranger by the model's bare name": (
        [entry(None, model="wan-2-6-i2v")],
        [],
        ("not_ours", None, 0, CENTS_65, 1),
    ),
    "a stranger by another of the models that are ordered here": (
        [entry(None, model="alibaba/wan-2-7-i2v"), entry(None, model="openai/gpt-5")],
        [],
        ("not_ours", None, 0, CENTS_65, 1),
    ),
    "a stranger's charge that makes no sense": ([entry(None, credits=-5)], [], ("not_ours", None, 0, 0, 1)),
}


@pytest.mark.parametrize("case", DIFFERS)
def test_where_the_two_sides_differ_it_is_told_once_and_with_both_figures(case: str) -> None:
    entries, booked, told = DIFFERS[case]
    assert kinds(compared(log_of(*entries), *booked)) == [told]


@pytest.mark.parametrize("case", [case for case, (_, booked, _) in DIFFERS.items() if booked])
def test_a_job_is_judged_an_hour_after_its_end_and_not_before(case: str) -> None:
    entries, booked, _ = DIFFERS[case]
    (ended,) = {job.ended_at for job in booked}
    assert ended is not None
    due = ended + CHARGES_LAND_WITHIN
    assert kinds(compared(log_of(*entries), *booked, now=due - timedelta(microseconds=1))) == []
    assert len(compared(log_of(*entries), *booked, now=due).found) == 1


@pytest.mark.parametrize("case", DIFFERS)
def test_a_log_that_was_cut_off_hides_no_difference_but_what_may_be_behind_the_cut(case: str) -> None:
    entries, booked, told = DIFFERS[case]
    found = kinds(compared(log_of(*entries, complete=False), *booked))
    assert found == ([] if told[0] == "not_in_log" else [told])


def test_what_differs_is_told_in_the_order_in_which_it_was_sent() -> None:
    found = compared(
        log_of(entry(None), entry(C, credits=2), entry("d" * 32)),
        sent(B, at=NOON),
        sent(A, at=NOON),
        sent(C, at=NOON - timedelta(hours=1)),
    )
    assert [(discrepancy.kind.value, discrepancy.job_id) for discrepancy in found.found] == [
        ("charged_otherwise", C),
        ("not_in_log", A),
        ("not_in_log", B),
        ("job_unknown", None),
        ("not_ours", None),
    ]


@pytest.mark.parametrize(
    ("entries", "booked", "more"),
    [
        ([], [], False),
        ([entry()], [sent()], False),
        ([], [sent()], False),
        ([entry(credits=2_600_000)], [sent()], False),
        ([entry(credits=2_600_002)], [sent()], True),
        ([], [sent(), sent(B, micros=1)], True),
        ([], [sent(), sent(B, micros=1), sent(C, micros=2_000_000, ended=None)], False),
        ([entry(A, credits=0), entry(B)], [sent(A), sent(B, micros=0)], True),
        ([entry(B)], [], True),
        ([entry(B)], [sent(C, ended=None)], False),
        ([entry(B), entry("d" * 32)], [sent(C, ended=None)], True),
    ],
)
def test_more_than_a_job_is_more_than_the_dearest_one_and_nothing_makes_up_for_it(
    entries: list[dict[str, object]], booked: list[Booked], more: bool
) -> None:
    assert compared(log_of(*entries), *booked).is_more_than_a_job is more


def test_the_totals_are_those_of_what_differs() -> None:
    found = compared(log_of(entry(A), entry(B, credits=2_000_000), entry(None)), sent(A), sent(B), sent(C))
    assert (found.ours_micros, found.theirs_micros) == (2 * CENTS_65, 1_000_000 + CENTS_65)


HEX = st.integers(0, 3).map(lambda n: f"{n:032x}")
WHEN = st.integers(-2_000, 3_000).map(lambda minutes: MIDNIGHT + timedelta(minutes=minutes))
ROWS = st.builds(
    LogRow,
    created=WHEN,
    succeeded=st.booleans(),
    model=st.sampled_from([MODEL.id, "wan-2-6-i2v", "openai/gpt-5", ""]),
    credits=st.integers(0, 10**18),
    inference_id=st.sampled_from(["gen-0", "gen-1", "gen-2:x", ":", "x"]),
    client_request_id=st.none() | st.text(max_size=5) | HEX.map(lambda job: f"{job}.1"),
    request_id=st.none(),
    is_charge_told=st.booleans(),
)
BOOKED = st.lists(
    st.builds(
        Booked,
        job_id=HEX,
        generation_id=st.none() | st.sampled_from(["gen-0", "gen-1", "gen-2", ""]),
        sent_at=WHEN,
        ended_at=st.none() | WHEN,
        micros=st.none() | st.integers(0, 10**9),
    ),
    max_size=4,
    unique_by=lambda job: job.job_id,
)


@settings(max_examples=300, deadline=None, database=None)
@given(st.lists(ROWS, max_size=6), BOOKED, st.booleans())
def test_whatever_the_log_says_each_row_counts_at_most_once(
    rows: list[LogRow], booked: list[Booked], complete: bool
) -> None:
    charged = sum_up(rows, complete=complete)
    found = compared(charged, *booked)
    assert found.theirs_micros <= charged.micros
    assert sum(discrepancy.requests for discrepancy in found.found) <= len(charged.rows)
    today = today_of(charged, booked, day=MIDNIGHT.date())
    assert today.charged_micros + today.others_micros <= charged.micros


@settings(max_examples=200, deadline=None, database=None)
@given(BOOKED)
def test_a_log_with_just_what_we_count_never_differs(booked: list[Booked]) -> None:
    rows = [
        entry(job.job_id, inference=f"only-{job.job_id}", created=job.sent_at, credits=job.micros * 2)
        for job in booked
        if job.micros
    ]
    assert compared(log_of(*rows), *booked).found == ()


# A day.


def test_a_day_is_told_of_ours_and_of_others_and_orders_count_when_they_were_sent() -> None:
    charged = log_of(
        entry(A, created=MIDNIGHT - timedelta(seconds=1)),
        entry(B, credits=2_000_000),
        entry(C, credits=0),
        entry("d" * 32, created=MIDNIGHT + timedelta(seconds=1)),
        entry(None, inference="x-1"),
        entry(None, inference="x-2", model="openai/gpt-5", credits=4),
        entry(None, inference="x-3", created=MIDNIGHT - timedelta(milliseconds=1)),
        entry(None, inference="x-4", credits=0),
    )
    booked = [
        sent(A, at=MIDNIGHT),
        sent(B, at=MIDNIGHT + timedelta(days=1) - timedelta(microseconds=1)),
        sent(C, ended=None),
        sent("d" * 32, at=MIDNIGHT - timedelta(microseconds=1)),
        sent("e" * 32, micros=0),
        sent("f" * 32, micros=None),
    ]
    assert today_of(charged, booked, day=MIDNIGHT.date()) == Today(
        charged_micros=CENTS_65 + 1_000_000, others_micros=CENTS_65 + 2
    )


# The key.


def a_key(**changes: Any) -> KeyInfo:
    fields: dict[str, Any] = {
        "is_ours": True,
        "name": "videos",
        "created_at": NOON - timedelta(days=30),
        "disabled": False,
        "scopes": None,
        "limit": KeyLimit(micros=5_000_000, retention=Retention.DAY),
        "monthly_usage_micros": 0,
    }
    return KeyInfo(**(fields | changes))


FIVE_A_DAY = Limits(day_micros=5_000_000, month_micros=100_000_000)


def limit(micros: int | None, retention: Retention | None) -> KeyInfo:
    return a_key(limit=KeyLimit(micros=micros, retention=retention))


@pytest.mark.parametrize(
    ("key", "limits", "told"),
    [
        (None, FIVE_A_DAY, []),
        (a_key(), FIVE_A_DAY, []),
        (a_key(limit=None), FIVE_A_DAY, [Hint.NO_LIMIT]),
        (a_key(limit=None), Limits(), [Hint.NO_LIMIT]),
        (limit(4_999_999, Retention.DAY), FIVE_A_DAY, [Hint.LIMIT_BELOW_BUDGET]),
        (limit(5_000_001, Retention.DAY), FIVE_A_DAY, [Hint.LIMIT_ABOVE_BUDGET]),
        (limit(0, Retention.DAY), FIVE_A_DAY, [Hint.LIMIT_BELOW_BUDGET]),
        (limit(5_000_000, Retention.DAY), Limits(), []),
        (limit(34_999_999, Retention.WEEK), FIVE_A_DAY, [Hint.LIMIT_BELOW_BUDGET]),
        (limit(35_000_000, Retention.WEEK), FIVE_A_DAY, []),
        (limit(100_000_000, Retention.MONTH), FIVE_A_DAY, []),
        (limit(155_000_000, Retention.MONTH), FIVE_A_DAY, [Hint.LIMIT_ABOVE_BUDGET]),
        (limit(155_000_000, Retention.MONTH), Limits(day_micros=5_000_000), []),
        (limit(1, Retention.MONTH), Limits(), []),
        (limit(1_000_000_000, Retention.NO_RESET), FIVE_A_DAY, [Hint.LIMIT_NEVER_RESETS]),
        (limit(1, Retention.NO_RESET), FIVE_A_DAY, [Hint.LIMIT_NEVER_RESETS, Hint.LIMIT_BELOW_BUDGET]),
        (limit(1, Retention.NO_RESET), Limits(), [Hint.LIMIT_NEVER_RESETS]),
        (limit(None, Retention.DAY), FIVE_A_DAY, [Hint.LIMIT_UNCLEAR]),
        (limit(5_000_000, None), FIVE_A_DAY, [Hint.LIMIT_UNCLEAR]),
        (a_key(scopes=frozenset({"model:video", "model:chat"})), FIVE_A_DAY, []),
        (a_key(scopes=frozenset({"model:chat"})), FIVE_A_DAY, [Hint.NO_VIDEOS]),
        (
            a_key(disabled=True, scopes=frozenset(), limit=None),
            FIVE_A_DAY,
            [Hint.KEY_DISABLED, Hint.NO_VIDEOS, Hint.NO_LIMIT],
        ),
    ],
)
def test_the_owner_is_told_how_the_keys_limit_stands_to_the_budget(
    key: KeyInfo | None, limits: Limits, told: list[Hint]
) -> None:
    assert list(hints_of(key, limits)) == told


# The audit, over a real database.


class Provider:
    """Gives what a test put there, and remembers what it was asked."""

    def __init__(self) -> None:
        self.on_balance: Balance | VideoAPIError = Balance(micros=10_000_000, currency="USD")
        self.on_key: KeyInfo | VideoAPIError = a_key()
        self.on_log: Charged | VideoAPIError = log_of()
        self.meanwhile: Callable[[], object] = lambda: None
        self.asked: list[tuple[datetime, datetime]] = []

    def balance(self) -> Balance:
        if isinstance(self.on_balance, VideoAPIError):
            raise self.on_balance
        return self.on_balance

    def key_info(self) -> KeyInfo:
        if isinstance(self.on_key, VideoAPIError):
            raise self.on_key
        return self.on_key

    def charged(self, start: datetime, end: datetime) -> Charged:
        self.asked.append((start, end))
        self.meanwhile()
        if isinstance(self.on_log, VideoAPIError):
            raise self.on_log
        return self.on_log


@pytest.fixture
def provider() -> Provider:
    return Provider()


def in_two_hours(shop: Shop) -> datetime:
    return shop.now + timedelta(hours=2)


def finished(shop: Shop, **changes: object) -> Job:
    return shop.until(shop.placed(price_micros=CENTS_65, **changes), State.DONE)


def row_of(job: Job, **changes: Any) -> dict[str, object]:
    return entry(client_request_id=job.client_request_id, created=NOON, inference=f"of-{job.id}", **changes)


def test_a_job_that_was_made_settled_and_charged_alike_agrees(any_shop: Shop, provider: Provider) -> None:
    job = finished(any_shop)
    provider.on_log = log_of(row_of(job))
    account = Reconciliation(any_shop.store._db, provider, "aimlapi", FIVE_A_DAY).read(in_two_hours(any_shop))
    assert account.discrepancy == Discrepancies(found=(), dearest_micros=CENTS_65)
    assert account.today == Today(charged_micros=CENTS_65, others_micros=0)
    assert (account.balance, account.key, account.hints) == (provider.on_balance, provider.on_key, ())
    assert account.not_read == frozenset()


def test_what_differs_is_found_by_what_the_ledger_counts(any_shop: Shop, provider: Provider) -> None:
    agreed, dearer, missed = finished(any_shop), finished(any_shop), finished(any_shop)
    under_way = any_shop.until(any_shop.placed(price_micros=CENTS_65), State.QUEUED)
    provider.on_log = log_of(row_of(agreed), row_of(dearer, credits=4_000_000), entry(C))
    account = Reconciliation(any_shop.store._db, provider, "aimlapi", FIVE_A_DAY).read(in_two_hours(any_shop))
    assert account.discrepancy is not None
    assert kinds(account.discrepancy) == [
        ("charged_otherwise", dearer.id, CENTS_65, 2_000_000, 1),
        ("not_in_log", missed.id, CENTS_65, 0, 0),
        ("job_unknown", None, 0, CENTS_65, 1),
    ]
    assert account.discrepancy.is_more_than_a_job
    assert under_way.id not in {discrepancy.job_id for discrepancy in account.discrepancy.found}


def test_a_job_that_its_visitor_deleted_is_still_accounted_for(any_shop: Shop, provider: Provider) -> None:
    job = finished(any_shop)
    assert any_shop.store.hide(job.id, job.visitor, any_shop.now) is not None
    provider.on_log = log_of(row_of(job))
    account = Reconciliation(any_shop.store._db, provider, "aimlapi", FIVE_A_DAY).read(in_two_hours(any_shop))
    assert account.discrepancy is not None
    assert kinds(account.discrepancy) == []


def test_jobs_of_the_demo_and_jobs_that_wait_are_not_missed(shop: Shop, provider: Provider) -> None:
    shop.store.place(a_job_in(State.QUEUED, backend="demo", price_micros=0), nonce="demo")
    shop.placed(price_micros=CENTS_65, next_at=shop.now + timedelta(hours=9))
    account = Reconciliation(shop.store._db, provider, "aimlapi", FIVE_A_DAY).read(in_two_hours(shop))
    assert account.discrepancy == Discrepancies()


def test_a_job_from_before_there_was_a_ledger_is_neither_judged_nor_a_strangers(
    any_shop: Shop, provider: Provider
) -> None:
    job = finished(any_shop)
    provider.on_log = log_of(row_of(job, credits=4))
    database = any_shop.store._db
    with database.begin() as connection:
        connection.execute(delete(ledger))
    account = Reconciliation(database, provider, "aimlapi", FIVE_A_DAY).read(in_two_hours(any_shop))
    assert account.discrepancy == Discrepancies()


def test_an_order_that_is_placed_while_the_log_is_read_is_no_strangers(shop: Shop, provider: Provider) -> None:
    job = a_job(price_micros=CENTS_65)
    provider.on_log = log_of(row_of(job) | {"client_request_id": f"{job.id}.1"})

    def order_now() -> None:
        shop.store.place(job, nonce=job.id)
        shop.until(job, State.QUEUED)

    provider.meanwhile = order_now
    account = Reconciliation(shop.store._db, provider, "aimlapi", FIVE_A_DAY).read(in_two_hours(shop))
    assert account.discrepancy is not None
    assert account.discrepancy.found == ()


def test_yesterday_is_compared_too_with_room_for_clocks_that_differ(shop: Shop, provider: Provider) -> None:
    just_after_midnight = MIDNIGHT + timedelta(minutes=10)
    Reconciliation(shop.store._db, provider, "aimlapi", FIVE_A_DAY).read(just_after_midnight)
    assert provider.asked == [(YESTERDAY - timedelta(minutes=5), just_after_midnight + timedelta(minutes=5))]


def test_a_day_is_the_providers_day_wherever_our_clock_stands(shop: Shop, provider: Provider) -> None:
    late_in_honolulu = NOON.astimezone(timezone(timedelta(hours=-10))) + timedelta(hours=13)
    provider.on_log = log_of(
        entry(None, inference="x-1", created=MIDNIGHT + timedelta(days=1), credits=4),
        entry(None, inference="x-2", created=MIDNIGHT + timedelta(hours=23)),
    )
    account = Reconciliation(shop.store._db, provider, "aimlapi", FIVE_A_DAY).read(late_in_honolulu)
    assert account.today == Today(charged_micros=0, others_micros=2)


def test_jobs_from_before_the_key_was_made_are_not_looked_for_in_its_log(shop: Shop, provider: Provider) -> None:
    job = finished(shop)
    reconciliation = Reconciliation(shop.store._db, provider, "aimlapi", FIVE_A_DAY)
    now = in_two_hours(shop)

    def missed(created_at: datetime | None) -> list[str | None]:
        provider.on_key = a_key(created_at=created_at)
        discrepancy = reconciliation.read(now).discrepancy
        assert discrepancy is not None
        return [found.job_id for found in discrepancy.found]

    assert missed(NOON + timedelta(minutes=30)) == []
    assert missed(NOON - timedelta(days=3)) == [job.id]
    assert missed(None) == [job.id]
    assert missed(now + timedelta(days=1)) == [job.id], "a key cannot be made tomorrow"


def test_what_is_told_about_another_key_is_not_shown(shop: Shop, provider: Provider) -> None:
    provider.on_key = a_key(is_ours=False, disabled=True, limit=None)
    account = Reconciliation(shop.store._db, provider, "aimlapi", FIVE_A_DAY).read(NOON)
    assert (account.key, account.hints, account.not_read) == (None, (), frozenset())


def test_a_part_that_cannot_be_read_stays_as_it_was_and_is_named(shop: Shop, provider: Provider) -> None:
    reconciliation = Reconciliation(shop.store._db, provider, "aimlapi", FIVE_A_DAY)
    provider.on_key = KeyRejected("a management key is required")
    first = reconciliation.read(NOON)
    assert (first.key, first.hints, first.not_read) == (None, (), frozenset({Part.KEY}))
    assert first.balance is not None
    assert first.discrepancy is not None
    provider.on_key = a_key(limit=None)
    assert reconciliation.read(NOON).hints == (Hint.NO_LIMIT,)
    provider.on_balance = provider.on_key = provider.on_log = ServiceDown("no")
    last = reconciliation.read(NOON + EVERY)
    assert last.not_read == frozenset(Part)
    assert (last.balance, last.discrepancy, last.hints) == (first.balance, first.discrepancy, (Hint.NO_LIMIT,))
    assert last.read_at == NOON + EVERY


def test_a_database_that_is_away_leaves_the_balance_readable(provider: Provider, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'kineograph.db'}")
    reconciliation = Reconciliation(database, provider, "aimlapi", FIVE_A_DAY)
    database.close()
    (tmp_path / "kineograph.db").unlink()
    (tmp_path / "kineograph.db").mkdir()
    account = reconciliation.read(NOON)
    assert (account.balance, account.not_read) == (provider.on_balance, frozenset({Part.LOG}))


def test_a_difference_is_said_in_the_log_once_and_without_anything_private(
    shop: Shop, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    job = finished(shop)
    reconciliation = Reconciliation(shop.store._db, provider, "aimlapi", FIVE_A_DAY)
    with caplog.at_level(logging.WARNING, "studio.money.reconciliation"):
        for _ in range(3):
            reconciliation.read(in_two_hours(shop))
    assert [record.getMessage() for record in caplog.records] == [
        f"the provider's account differs: not_in_log, job {job.id[:8]}: we count 650000 micro-dollars, it says 0"
        " (0 requests)"
    ]


# When it is read.


def test_nobody_is_asked_in_the_demo(shop: Shop, provider: Provider) -> None:
    reconciliation = Reconciliation(shop.store._db, provider, "demo", FIVE_A_DAY)
    reconciliation.refresh(NOON)
    assert reconciliation.wait(10)
    assert (reconciliation.latest(), provider.asked) == (None, [])


def test_it_is_read_every_ten_minutes_and_not_more_often(shop: Shop, provider: Provider) -> None:
    reconciliation = Reconciliation(shop.store._db, provider, "aimlapi", FIVE_A_DAY)
    assert reconciliation.latest() is None
    for seconds in (0, 20, 300, 599, 600, 620, 1_199, 1_200):
        reconciliation.refresh(NOON + timedelta(seconds=seconds))
        assert reconciliation.wait(10)
    assert len(provider.asked) == 3
    latest = reconciliation.latest()
    assert latest is not None
    assert latest.read_at == NOON + timedelta(seconds=1_200)


def test_neither_the_page_nor_the_worker_waits_for_a_provider_that_does_not_answer(
    shop: Shop, provider: Provider
) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def hang() -> None:
        entered.set()
        assert go_on.wait(10)

    provider.meanwhile = hang
    reconciliation = Reconciliation(shop.store._db, provider, "aimlapi", FIVE_A_DAY)
    reconciliation.refresh(NOON)
    assert entered.wait(10)
    assert reconciliation.latest() is None
    reconciliation.refresh(NOON + 2 * EVERY)
    assert not reconciliation.wait(0)
    assert len(provider.asked) == 1, "one reading at a time"
    go_on.set()
    assert reconciliation.wait(10)
    assert reconciliation.latest() is not None


def test_a_mistake_in_one_reading_is_logged_and_does_not_end_the_next(
    shop: Shop, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    def break_once() -> None:
        provider.meanwhile = lambda: None
        raise ZeroDivisionError

    provider.meanwhile = break_once
    reconciliation = Reconciliation(shop.store._db, provider, "aimlapi", FIVE_A_DAY)
    reconciliation.refresh(NOON)
    assert reconciliation.wait(10)
    assert "the provider's account was not read" in caplog.text
    reconciliation.refresh(NOON + EVERY)
    assert reconciliation.wait(10)
    assert reconciliation.latest() is not None


# Everything real: the demo over loopback stands for the provider, and real jobs are made and settled.


class RealShop:
    """Real jobs over the demo's real HTTP, with a clock that runs ahead to the next thing to do."""

    def __init__(self, store: Store, shop: Shop, api: VideoAPI) -> None:
        self.store = store
        self.ahead = timedelta(0)
        self.worker = Worker(Context(store, shop.media, api, "aimlapi", shop.scratch, self.now, jitter=lambda: 0.0))

    def now(self) -> datetime:
        return clock.now() + self.ahead

    def made(self, *prompts: str) -> dict[str, State]:
        """How an order for each of the prompts ended."""
        placed = {prompt: self._placed(prompt) for prompt in prompts}
        never, end = threading.Event(), time.monotonic() + 60
        while under_way := [job for job in map(self._seen, placed.values()) if not job.is_final]:
            assert time.monotonic() < end, [job.state for job in under_way]
            if not self.worker.tick():
                # The demo needs its real seconds all the same.
                never.wait(0.05)
                self.ahead += max(timedelta(0), min(job.next_at or self.now() for job in under_way) - self.now())
        return {prompt: self._seen(job).state for prompt, job in placed.items()}

    def _placed(self, prompt: str) -> Job:
        job = a_job(created_at=self.now(), next_at=self.now(), price_micros=CENTS_65, order=an_order(prompt=prompt))
        return self.store.place(job, nonce=job.id)

    def _seen(self, job: Job) -> Job:
        found = self.store.get(job.id)
        assert found is not None
        return found


def test_the_account_of_real_jobs_agrees_until_somebody_else_uses_the_key(
    sqlite_store: Store, api: VideoAPI, shop: Shop, tmp_path: Path
) -> None:
    ours = RealShop(sqlite_store, shop, api)
    ended = ours.made("static", "demo: result moderated", "demo: lost answer")
    assert list(ended.values()) == [State.DONE, State.FAILED, State.DONE]
    reconciliation = Reconciliation(sqlite_store._db, api, "aimlapi", Limits(day_micros=5_000_000))
    later = ours.now() + CHARGES_LAND_WITHIN
    account = reconciliation.read(later)
    assert account.not_read == frozenset()
    assert account.discrepancy is not None
    assert kinds(account.discrepancy) == []
    assert account.discrepancy.dearest_micros == 525_000, "what it did cost, and not what was expected"
    assert account.hints == (Hint.NO_LIMIT,)
    assert account.balance is not None
    assert account.balance.micros == 50_000_000 - 2 * 525_000
    assert account.key is not None
    assert account.key.monthly_usage_micros == 2 * 525_000

    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    RealShop(Store(other, polls_per_s=1e9), shop, api).made("static")
    other.close()
    found = reconciliation.read(later).discrepancy
    assert found is not None
    assert kinds(found) == [("job_unknown", None, 0, 525_000, 1)]
