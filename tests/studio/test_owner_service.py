"""What the owner is told: money, orders under way, failures; and that it adds up."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from studio.access.codes import Codes
from studio.jobs.job import Job, Reason, State
from studio.money import statements
from studio.money.ledger import Payer
from studio.money.limits import Limits
from studio.money.statements import Money, export
from studio.owner_service import SHOWN, OwnerService, without_words
from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.tables import budgets, drafts, jobs, ledger
from tests.studio.strategies import NOON, a_job, a_job_in, an_order

VIDEO = 650_000
"""Millionths of a dollar: a video of 5 seconds at 720p."""


class World:
    """The owner's service over a real database, orders that are placed as the visitors' places them, and a clock."""

    def __init__(self, database: Database) -> None:
        self.now = NOON
        self.database = database
        self.store = Store(database, polls_per_s=1e9)
        self.codes = Codes(database, self.clock)
        self.owner_service = OwnerService(database, Limits(day_micros=10_000_000, month_micros=100_000_000), self.clock)

    def clock(self) -> datetime:
        return self.now

    def placed(self, *, payer: str = "p" * 32, code: str | None = None, **changes: Any) -> Job:
        fields = {"created_at": self.now, "next_at": self.now, "price_micros": VIDEO}
        job = a_job(**(fields | changes))
        return self.store.place(job, job.id, Payer(payer, code))

    def moved(self, job: Job, step: Callable[[Job], Job]) -> Job:
        """The job after steps that a worker makes."""
        claim = self.store.claim_due(self.now)
        assert claim is not None
        assert claim.job.id == job.id, "another job is due"
        saved = self.store.save(claim, step(claim.job))
        assert saved is not None
        return saved.job

    def done(self, job: Job, cost: int = VIDEO) -> Job:
        return self.moved(job, lambda job: a_job_in(State.DONE, **self._of(job), cost_micros=cost))

    def ended(self, job: Job, state: State, reason: Reason = Reason.UNKNOWN, detail: str = "") -> Job:
        return self.moved(
            job, lambda job: a_job_in(state, **self._of(job), reason=reason, reason_detail=detail, cost_micros=None)
        )

    def lost(self, job: Job) -> Job:
        """Sent, and the answer got lost."""
        later = self.now + timedelta(hours=1)
        return self.moved(
            job,
            lambda job: job.submit_begun(self.now).answer_lost(self.now, "NoAnswer").not_found_yet(later),
        )

    def _of(self, job: Job) -> dict[str, Any]:
        return {
            "id": job.id, "visitor": job.visitor, "order": job.order, "created_at": job.created_at,
            "price_micros": job.price_micros, "ended_at": self.now,
        }  # fmt: skip


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def test_nothing_ordered_is_all_zeros(world: World) -> None:
    seen = world.owner_service.overview()
    assert seen.statement.today.total == seen.statement.month.total == Money()
    assert seen.statement.today.left_micros == 10_000_000
    assert len(seen.statement.days) == 30
    assert seen.statement.days[-1][0] == date(2026, 11, 22)
    assert seen.visitors_today == seen.under_way_number == seen.unconfirmed_number == 0
    assert seen.failures == ()


def test_money_is_reserved_then_spent_given_back_or_uncertain(world: World) -> None:
    world.done(world.placed(), cost=600_000)
    world.ended(world.placed(), State.FAILED)
    world.ended(world.placed(), State.CLOSED)
    world.placed()
    today = world.owner_service.statement().today
    assert today.total == Money(reserved=VIDEO, spent=600_000, uncertain=VIDEO, orders=4)
    assert today.total.committed == 1_900_000
    assert today.left_micros == 8_100_000
    assert world.owner_service.adds_up() == []


def test_an_order_whose_answer_got_lost_stays_reserved_while_it_is_looked_for(world: World) -> None:
    world.lost(world.placed())
    assert world.owner_service.statement().today.total == Money(reserved=VIDEO, orders=1)


def test_each_code_has_its_own_sums_and_so_have_orders_without_one(world: World) -> None:
    letter, _ = world.codes.make("newsletter", 5_000_000)
    world.done(world.placed(code=letter.id))
    world.placed(code=letter.id)
    world.placed()
    by_code = world.owner_service.statement().today.by_code
    assert by_code == {
        letter.id: Money(reserved=VIDEO, spent=VIDEO, orders=2),
        None: Money(reserved=VIDEO, orders=1),
    }


def test_an_order_counts_on_the_day_it_was_placed_though_it_ends_on_the_next(world: World) -> None:
    world.now = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    job = world.placed()
    world.now = datetime(2026, 12, 1, 0, 3, tzinfo=UTC)
    world.done(job)
    statement = world.owner_service.statement()
    assert statement.today.total == statement.month.total == Money()
    assert statement.days[-2:] == (
        (date(2026, 11, 30), Money(spent=VIDEO, orders=1)),
        (date(2026, 12, 1), Money()),
    )
    assert world.owner_service.adds_up() == []


def test_a_month_of_31_days_counts_from_its_first_day_though_the_chart_shows_30(world: World) -> None:
    world.now = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    world.done(world.placed())
    world.now = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
    statement = world.owner_service.statement()
    assert statement.month.name == "2026-12"
    assert statement.month.total.spent == VIDEO
    assert statement.days[0] == (date(2026, 12, 2), Money())
    assert statement.today.total == Money()


def test_the_chart_reaches_into_the_month_before_and_the_month_does_not(world: World) -> None:
    world.now = datetime(2026, 10, 25, 12, 0, tzinfo=UTC)
    world.done(world.placed())
    world.now = NOON
    statement = world.owner_service.statement()
    assert statement.month.total == Money()
    assert dict(statement.days)[date(2026, 10, 25)].spent == VIDEO


def test_without_a_limit_nothing_is_said_to_be_left(world: World) -> None:
    statement = OwnerService(world.database, Limits(), world.clock).statement()
    assert statement.today.limit_micros is None
    assert statement.today.left_micros is None


def test_what_is_over_the_limit_leaves_nothing_rather_than_less_than_nothing(world: World) -> None:
    world.done(world.placed(price_micros=9_000_000), cost=11_000_000)
    assert world.owner_service.statement().today.left_micros == 0


def test_orders_under_way_are_listed_oldest_first_and_all_are_counted(world: World) -> None:
    placed = []
    for minute in range(SHOWN + 3):
        world.now = NOON + timedelta(minutes=minute)
        placed.append(world.placed(payer=f"{minute:032x}", next_at=NOON + timedelta(days=1)))
    seen = world.owner_service.overview()
    assert seen.under_way_number == SHOWN + 3
    assert [job.id for job in seen.under_way] == [job.id for job in placed[:SHOWN]]
    assert seen.under_way[0].state is State.WAITING
    assert seen.under_way[0].since == NOON


def test_an_unconfirmed_order_is_told_apart_with_what_the_providers_log_knows_it_by(world: World) -> None:
    job = world.lost(world.placed())
    seen = world.owner_service.overview()
    assert (seen.under_way, seen.under_way_number) == ((), 0)
    [unconfirmed] = seen.unconfirmed
    assert unconfirmed.reference == job.client_request_id == f"{job.id}.1"
    assert unconfirmed.since == job.submitted_at
    assert seen.unconfirmed_number == 1


def test_failures_of_the_last_week_are_counted_by_reason(world: World) -> None:
    world.ended(world.placed(), State.REFUSED, Reason.KEY_REJECTED, "too long ago")
    world.now = NOON + timedelta(days=6)
    world.ended(world.placed(), State.FAILED, Reason.WORDS_MODERATED, "older")
    world.now = NOON + timedelta(days=8)
    world.ended(world.placed(), State.FAILED, Reason.WORDS_MODERATED, "newer")
    world.ended(world.placed(), State.EXPIRED, Reason.NEVER_ANSWERED)
    world.done(world.placed())
    failures = world.owner_service.overview().failures
    assert [(each.reason, each.number, each.detail) for each in failures] == [
        (Reason.WORDS_MODERATED, 2, "newer"),
        (Reason.NEVER_ANSWERED, 1, ""),
    ]
    assert failures[0].last_at == world.now


def test_nothing_of_the_overview_shows_what_a_visitor_typed(world: World) -> None:
    order = an_order(prompt="My aunt Berta dances on the table", negative_prompt="no uncle Egon please")
    world.placed(order=order, next_at=NOON + timedelta(days=1))
    world.ended(
        world.placed(order=order),
        State.FAILED,
        Reason.WORDS_MODERATED,
        'Blocked: "my aunt Berta  dances on the table" and No uncle Egon.',
    )
    shown = repr(world.owner_service.overview())
    for word in ("Berta", "table", "Egon", order.picture_key):
        assert word not in shown
    assert "Blocked" in shown


@pytest.mark.parametrize(
    ("detail", "typed", "shown"),
    [
        ("quota exceeded", "", "quota exceeded"),
        ("The prompt 'A cat' is bad", "a cat", "The prompt '…' is bad"),
        ("bad: one two three four", "zero one two three four five", "bad: …"),
        ("One, TWO; three!", "one two three", "…"),
        ("not your words", "other words entirely here", "not your words"),
        ("get https://x.example/v.mp4?Signature=abc now", "", "get … now"),
        ("image data:image/jpeg;base64,AAAA broken", "", "image … broken"),
        ("two\n\nlines\tand\x00more", "", "two lines and\x00more"),
        ("x" * 500, "", "x" * 159 + "…"),
        ("a.c", "a.c", "…"),
        ("abc", "a.c", "abc"),
    ],
)
def test_the_providers_words_are_shown_short_and_without_the_visitors(detail: str, typed: str, shown: str) -> None:
    assert without_words(detail, typed) == shown


def test_who_ordered_or_filled_in_a_form_today_is_one_visitor_of_today(world: World) -> None:
    world.placed(visitor="a" * 32)
    world.placed(visitor="a" * 32)
    with world.database.begin() as connection:
        for visitor, at in (
            ("a" * 32, NOON),
            ("b" * 32, NOON),
            ("c" * 32, NOON - timedelta(hours=13)),
            ("d" * 32, NOON - timedelta(days=1)),
        ):
            connection.execute(insert(drafts).values(visitor=visitor, form="{}", updated_at=at))
    assert world.owner_service.overview().visitors_today == 2


@pytest.mark.parametrize("scope", ["all", "month", "code", "visitor"])
def test_a_purse_that_does_not_hold_what_its_ledger_says_is_found(world: World, scope: str) -> None:
    letter, _ = world.codes.make("newsletter", 5_000_000)
    job = world.placed(code=letter.id, payer="somebody")
    world.done(job, cost=500_000)
    assert world.owner_service.adds_up() == []
    name, period = {
        "all": ("all", "2026-11-22"),
        "month": ("all", "2026-11"),
        "code": (f"code:{letter.id}", "2026-11-22"),
        "visitor": ("visitor:somebody", "2026-11-22"),
    }[scope]
    with world.database.begin() as connection:
        one = update(budgets).where(budgets.c.scope == name, budgets.c.period == period)
        assert connection.execute(one.values(held_micros=500_001)).rowcount == 1
    assert world.owner_service.adds_up() == [f"budget {name[:16]} of {period} holds 0.500001, its ledger says 0.500000"]


def test_a_purse_that_is_missing_or_has_no_ledger_is_found(world: World) -> None:
    with world.database.begin() as connection:
        connection.execute(insert(budgets).values(scope="code:gone", period="2026-11-22", held_micros=1))
        connection.execute(
            insert(ledger).values(
                job_id="j", at=NOON, day="2026-11-22", payer="p", kind="reserved", micros=2, closes=False
            )
        )
    found = world.owner_service.adds_up()
    assert len(found) == 4, found  # the code's; everybody's day and month, and the payer's, of the row without budgets


def exported(world: World, since: datetime = NOON - timedelta(days=1)) -> list[dict[str, str]]:
    return list(csv.DictReader("".join(world.owner_service.export(since)).splitlines(keepends=True)))


def test_the_ledger_comes_as_a_file_whose_sum_is_what_is_held(world: World) -> None:
    letter, _ = world.codes.make("newsletter", 5_000_000)
    job = world.done(world.placed(code=letter.id, payer="0123456789abcdef"), cost=600_000)
    rows = exported(world)
    assert [(row["movement"], row["usd"], row["code name"], row["payer"]) for row in rows] == [
        ("reserved", "0.650000", "newsletter", "01234567"),
        ("settled", "-0.050000", "newsletter", "01234567"),
    ]
    assert {row["job"] for row in rows} == {job.id}
    assert exported(world, since=NOON + timedelta(seconds=1)) == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝"])  # noqa: RUF001
def test_the_name_of_a_code_is_no_formula_in_a_spreadsheet(world: World, start: str) -> None:
    letter, _ = world.codes.make("x", 5_000_000)
    name = f'{start}HYPERLINK("http://x.example","a, ""b""")'
    with world.database.begin() as connection:
        connection.exec_driver_sql("UPDATE codes SET name = " + _quoted(name))
    world.placed(code=letter.id)
    text = "".join(world.owner_service.export(NOON - timedelta(days=1)))
    [row] = csv.DictReader(text.splitlines(keepends=True)) if "\r" not in name else csv.DictReader(_whole(text))
    assert row["code name"] == f"'{name}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _whole(text: str) -> list[str]:
    head, row = text.split("\r\n", 1)
    return [head + "\r\n", row]


def test_a_long_ledger_is_exported_whole_and_in_order(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "ROWS_AT_ONCE", 3)
    placed = [world.placed(next_at=NOON + timedelta(days=1)).id for _ in range(9)]
    assert [row["job"] for row in exported(world)] == placed
    assert len(list(export(world.database, NOON))) == 10


def test_hidden_orders_stay_in_the_books(world: World) -> None:
    job = world.done(world.placed())
    world.store.hide(job.id, job.visitor, world.now)
    with world.database.read() as connection:
        assert connection.execute(jobs.select().where(jobs.c.hidden_at.is_not(None))).first() is not None
    assert world.owner_service.statement().today.total.spent == VIDEO
