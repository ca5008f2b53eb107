"""Prices and charges that cannot be: the owner's limit holds, the month stays open, and the owner is told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from studio.jobs.job import Job, State
from studio.money.discrepancies import DiscrepancyKind
from studio.money.ledger import EntryKind, NotEnded, Payer, correct
from studio.money.limits import LimitReached, Limits
from studio.money.prices import Price, Prices, counted_cost
from studio.money.reconciliation import Hint, Reconciliation
from studio.money.statements import adds_up, statement
from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.tables import ledger
from tests.studio.strategies import NOON, a_job, a_job_in, an_order
from videoapi.billing import Balance, Charged, Pricing, Rate
from videoapi.key_info import KeyInfo
from videoapi.wire import NO_AMOUNT, read_generation

PRICE = 650_000
A_DOLLAR = Limits(day_micros=1_000_000, month_micros=31_000_000)


class PriceList:
    """A provider whose list says one price a second."""

    def __init__(self, dollars_a_second: str) -> None:
        self._rate = Rate(micros=Decimal(dollars_a_second) * 1_000_000, unit="second", when=())

    def pricing(self, model: str) -> Pricing:
        return Pricing(rates=(self._rate,))


def live(dollars_a_second: str) -> Prices:
    prices = Prices(PriceList(dollars_a_second), free=False)
    prices.refresh(NOON)
    return prices


@pytest.mark.parametrize("dollars_a_second", ["0", "0.000001", "0.03", "2", "100000"])
def test_a_live_price_that_cannot_be_is_not_used_and_does_not_lift_the_limit(
    database: Database, dollars_a_second: str
) -> None:
    prices = live(dollars_a_second)
    assert prices.of(an_order()) == Price(PRICE, exact=False)
    store, taken = Store(database, limits=A_DOLLAR), 0
    for _ in range(20):
        job = a_job(price_micros=prices.of(an_order()).micros)
        try:
            store.place(job, job.id)
        except LimitReached:
            continue
        taken += 1
    assert taken == 1


@pytest.mark.parametrize(("dollars_a_second", "micros"), [("0.06", 300_000), ("0.5", 2_500_000)])
def test_a_live_price_that_can_be_is_used(dollars_a_second: str, micros: int) -> None:
    prices = live(dollars_a_second)
    assert prices.of(an_order()) == Price(micros, exact=True)
    assert prices.doubt is None


class Account:
    """A provider's account in which nothing is wrong."""

    def balance(self) -> Balance:
        return Balance(micros=50_000_000, currency="USD")

    def key_info(self) -> KeyInfo:
        return KeyInfo(
            is_ours=False, name="", created_at=None, disabled=False, scopes=None, limit=None, monthly_usage_micros=None
        )

    def charged(self, start: object, end: object) -> Charged:
        return Charged(rows=(), complete=False)


@pytest.mark.parametrize(
    ("dollars_a_second", "hints"), [("0", (Hint.PRICE_TOO_LOW,)), ("9", (Hint.PRICE_TOO_HIGH,)), ("0.1", ())]
)
def test_the_owner_is_told_of_a_price_list_that_is_not_believed(
    database: Database, dollars_a_second: str, hints: tuple[Hint, ...]
) -> None:
    account = Reconciliation(database, Account(), "aimlapi", A_DOLLAR, live(dollars_a_second)).read(NOON)
    assert account.hints == hints


@pytest.mark.parametrize(
    ("reported", "counts"),
    [
        (None, PRICE),
        (0, PRICE),
        (1, PRICE),
        (NO_AMOUNT, PRICE),
        (10**15, PRICE),
        (PRICE // 4 - 1, PRICE),
        (PRICE // 4 + 1, PRICE // 4 + 1),
        (PRICE * 10, PRICE * 10),
        (PRICE * 10 + 1, PRICE),
    ],
)
def test_a_charge_counts_where_it_can_be_and_the_price_where_it_cannot(reported: int | None, counts: int) -> None:
    assert counted_cost(reported, PRICE) == counts


def test_in_the_demo_nothing_stays_nothing() -> None:
    assert counted_cost(0, 0) == counted_cost(None, 0) == 0


@pytest.mark.parametrize("credits", ["-5", "true", '"NaN"', '"inf"', "[]", '{"a": 1}'])
def test_credits_that_are_no_amount_are_told_from_none(credits: str) -> None:
    body = f'{{"id": "g", "status": "completed", "meta": {{"usage": {{"credits_used": {credits}}}}}}}'
    assert read_generation(200, {}, body.encode()).credits_used == NO_AMOUNT
    assert read_generation(200, {}, b'{"id": "g", "status": "completed"}').credits_used is None


def done(store: Store, cost_micros: int | None) -> Job:
    """An order of $0.65 through the real store, charged so much."""
    job = store.place(a_job(price_micros=PRICE), "n" * 8)
    claim = store.claim_due(NOON)
    assert claim is not None
    ended = a_job_in(State.DONE, id=job.id, price_micros=PRICE, cost_micros=cost_micros)
    store.save(claim, ended)
    return job


@pytest.mark.parametrize("reported", [10**15, 1, NO_AMOUNT])
def test_an_absurd_charge_does_not_close_the_month_and_waits_for_the_owner(database: Database, reported: int) -> None:
    store = Store(database, limits=Limits(day_micros=5_000_000, month_micros=31_000_000), polls_per_s=1e9)
    job = done(store, reported)
    found = statement(database, NOON, day_limit=None, month_limit=None)
    assert found.month.total.spent == PRICE
    assert store.allowance(Payer("b" * 32), NOON).left_micros == 5_000_000 - PRICE
    reconciliation = Reconciliation(database, Account(), "aimlapi", A_DOLLAR)
    [claim] = reconciliation.read(NOON).claims
    assert (claim.kind, claim.job_id) == (DiscrepancyKind.NOT_BELIEVED, job.id)
    assert (claim.ours_micros, claim.theirs_micros) == (PRICE, reported)

    # The owner looks at the provider's account, and corrects it, twice.
    for micros in (700_000, 640_000):
        with database.begin() as connection:
            correct(connection, job.id, micros, NOON)
        assert statement(database, NOON, day_limit=None, month_limit=None).month.total.spent == micros
        assert adds_up(database) == []
    assert reconciliation.read(NOON).claims == ()
    assert store.allowance(Payer("b" * 32), NOON).left_micros == 5_000_000 - 640_000
    with database.read() as connection:
        rows = connection.execute(select(ledger.c.kind, func.count()).group_by(ledger.c.kind)).all()
    assert dict(map(tuple, rows)) == {EntryKind.RESERVED: 1, EntryKind.SETTLED: 1, EntryKind.CORRECTED: 2}


def test_what_is_under_way_cannot_be_corrected(database: Database) -> None:
    job = Store(database).place(a_job(), "n")
    with database.begin() as connection, pytest.raises(NotEnded):
        correct(connection, job.id, 1, NOON)
