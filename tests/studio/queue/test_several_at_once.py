"""Several videos of one form are one order: all of them or none, and as often as it is sent the same ones."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, insert, select

from studio.jobs.job import Job
from studio.money.ledger import CodeEnded, Payer
from studio.money.limits import Limit, LimitReached, Limits
from studio.money.prices import PriceRisen
from studio.money.statements import adds_up
from studio.ordering import JUST_NOW
from studio.orders.drafts import Draft
from studio.orders.order import OrderIncomplete, Problem
from studio.orders.pause import Paused, Switches
from studio.orders.variations import variations
from studio.queue.job_store import Store
from studio.queue.placing import OrderedJustNow
from studio.storage.database import Database
from studio.storage.tables import budgets, codes, jobs, ledger
from tests.studio.front import ME, Front
from tests.studio.strategies import NOON, a_job, an_order

PRICE = 650_000


@pytest.fixture
def form(front: Front, small_jpeg: bytes) -> Draft:
    return front.form(small_jpeg, count=4)


def group(count: int, **changes: Any) -> list[Job]:
    return [a_job(order=order, **changes) for order in variations(an_order(), count)]


def kept(database: Database) -> tuple[int, int, int]:
    """Jobs, rows of the ledger, and what everybody's budget of the day holds."""
    with database.read() as connection:
        of_jobs, of_ledger = (
            connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (jobs, ledger)
        )
        held = select(budgets.c.held_micros).where(budgets.c.scope == "all", budgets.c.period == "2026-11-22")
        return of_jobs, of_ledger, connection.execute(held).scalar() or 0


def seeds(placed: tuple[Job, ...]) -> list[int | None]:
    return [job.order.seed for job in placed]


def test_a_form_that_asks_for_four_becomes_four_jobs_with_seeds_of_their_own(front: Front, form: Draft) -> None:
    placed = front.visitor_service.place_together(ME, form)
    assert len(set(seeds(placed))) == 4
    assert None not in seeds(placed)
    assert {job.price_micros for job in placed} == {PRICE}
    assert front.visitor_service.jobs(ME) == list(placed), "listed in the order of their seeds"
    assert front.rung == 1


def test_with_a_seed_the_others_have_those_that_follow(front: Front, form: Draft) -> None:
    assert seeds(front.visitor_service.place_together(ME, replace(form, seed=7))) == [7, 8, 9, 10]


def test_one_alone_has_a_seed_too_and_its_form_none(front: Front, form: Draft) -> None:
    single = replace(form, count=1)
    [job] = front.visitor_service.place_together(ME, single)
    [same] = front.visitor_service.place_together(ME, single)
    assert same == job, "the same form is the same order, whatever would be drawn"
    assert job.order.seed is not None
    forms = front.visitor_service.forms
    again, varied = forms.filled_in.as_ordered(ME, job.id), forms.filled_in.as_ordered(ME, job.id, with_drawn_seed=True)
    assert again is not None
    assert varied is not None
    assert (again.seed, varied.seed) == (None, job.order.seed)
    # Nothing changed is nothing else: whoever has clicked twice is asked.
    for form_again in (again, varied):
        with pytest.raises(OrderedJustNow):
            front.visitor_service.place(ME, form_again)
    front.now += timedelta(minutes=1)
    assert front.visitor_service.place(ME, again).order.seed != job.order.seed
    assert front.visitor_service.place(ME, varied).order == job.order


def test_of_several_none_is_like_a_single_one(front: Front, form: Draft) -> None:
    front.visitor_service.place_together(ME, replace(form, count=3))
    assert front.visitor_service.place(ME, form.renewed()).order.seed is not None


@pytest.mark.parametrize("count", [0, 5, -1])
def test_more_than_four_and_fewer_than_one_are_not_offered(front: Front, form: Draft, count: int) -> None:
    with pytest.raises(OrderIncomplete) as refused:
        front.visitor_service.place_together(ME, replace(form, count=count))
    assert refused.value.problems == (Problem.COUNT_NOT_OFFERED,)
    assert front.visitor_service.jobs(ME) == []


# One price.


def test_the_price_that_is_shown_is_that_of_all_and_the_most_that_is_reserved(front: Front, form: Draft) -> None:
    assert front.visitor_service.price(form.order(), 4).micros == 4 * PRICE
    with pytest.raises(PriceRisen) as risen:
        front.visitor_service.place_together(ME, form, shown_micros=4 * PRICE - 1)
    assert risen.value.price.micros == 4 * PRICE
    assert front.visitor_service.jobs(ME) == []
    assert len(front.visitor_service.place_together(ME, form, shown_micros=4 * PRICE)) == 4


# Sent again.


def test_the_same_form_sent_again_gives_the_same_jobs_in_the_same_order(front: Front, form: Draft) -> None:
    first = front.visitor_service.place_together(ME, form)
    front.now += timedelta(seconds=1)
    assert front.visitor_service.place_together(ME, form) == first
    assert front.visitor_service.jobs(ME) == list(first)


def test_eight_clicks_at_the_same_moment_are_one_order_of_four(front: Front, form: Draft) -> None:
    placed: list[tuple[str, ...]] = []
    barrier = threading.Barrier(8)

    def send() -> None:
        barrier.wait(10)
        placed.append(tuple(job.id for job in front.visitor_service.place_together(ME, form)))

    clicks = [threading.Thread(target=send) for _ in range(8)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join(30)
    assert len(placed) == 8
    assert len(set(placed)) == 1
    assert len(front.visitor_service.jobs(ME)) == 4


def test_another_number_on_the_same_form_is_another_order(front: Front, form: Draft) -> None:
    for count in (4, 3, 2, 1):
        assert len(front.visitor_service.place_together(ME, replace(form, count=count))) == count
    assert len(front.visitor_service.jobs(ME)) == 10


@pytest.mark.parametrize("seed", [None, 7])
def test_just_the_same_four_within_seconds_are_asked_about(front: Front, form: Draft, seed: int | None) -> None:
    placed = front.visitor_service.place_together(ME, replace(form, seed=seed))
    front.now += JUST_NOW - timedelta(seconds=1)
    with pytest.raises(OrderedJustNow) as asked:
        front.visitor_service.place_together(ME, replace(form.renewed(), seed=seed))
    assert (asked.value.jobs, asked.value.job) == (placed, placed[0])
    assert len(front.visitor_service.jobs(ME)) == 4
    front.now += timedelta(seconds=1)
    assert len(front.visitor_service.place_together(ME, replace(form.renewed(), seed=seed))) == 4


def test_another_number_or_other_seeds_within_seconds_are_not_asked_about(front: Front, form: Draft) -> None:
    front.visitor_service.place_together(ME, form)
    for changes in ({"count": 3}, {"count": 1}, {"seed": 7}, {"seed": 8}, {"with_sound": False}):
        front.visitor_service.place_together(ME, replace(form.renewed(), **changes))  # type: ignore[arg-type]


def test_who_says_that_they_want_four_more_gets_four_more_once(front: Front, form: Draft) -> None:
    first = front.visitor_service.place_together(ME, form)
    others = front.visitor_service.place_together(ME, form.renewed(), another_after=first[0].id)
    assert {job.id for job in others}.isdisjoint(job.id for job in first)
    assert not set(seeds(others)) & set(seeds(first))
    assert front.visitor_service.place_together(ME, form.renewed(), another_after=first[0].id) == others
    assert len(front.visitor_service.jobs(ME)) == 8


# All of them or none.


@pytest.mark.parametrize(
    ("limits", "limit"),
    [
        (Limits(month_micros=4 * PRICE - 1), Limit.MONTH),
        (Limits(day_micros=4 * PRICE - 1), Limit.DAY),
        (Limits(visitor_micros=4 * PRICE - 1), Limit.VISITOR),
        (Limits(queue=3), Limit.QUEUE),
        (Limits(visitor_jobs=2, visitor_queue=1), Limit.VISITOR_QUEUE),
    ],
    ids=lambda value: str(value) if isinstance(value, Limit) else "",
)
def test_four_against_a_limit_that_holds_three_place_none(database: Database, limits: Limits, limit: Limit) -> None:
    store = Store(database, limits=limits)
    with pytest.raises(LimitReached) as refused:
        store.place_together(group(4), "four")
    assert refused.value.limit is limit
    assert kept(database) == (0, 0, 0)
    store.place_together(group(3), "three")
    assert kept(database) == (3, 3, 3 * PRICE)
    assert adds_up(database) == []


@pytest.mark.parametrize(
    "limits", [Limits(day_micros=4 * PRICE), Limits(queue=4), Limits(visitor_jobs=1, visitor_queue=3)]
)
def test_four_against_a_limit_that_holds_four_place_four(database: Database, limits: Limits) -> None:
    Store(database, limits=limits).place_together(group(4), "four")
    assert kept(database) == (4, 4, 4 * PRICE)


def test_four_on_a_code_that_pays_for_three_place_none_and_on_one_that_has_ended_neither(database: Database) -> None:
    store = Store(database)
    with database.begin() as connection:
        three = {"name": "three", "budget_micros": 4 * PRICE - 1, "made_at": NOON}
        connection.execute(insert(codes).values(id="c1", hash="1", **three))
        connection.execute(insert(codes).values(id="c2", hash="2", revoked_at=NOON, **three))
    for code, error in (("c1", LimitReached), ("c2", CodeEnded)):
        with pytest.raises(error):
            store.place_together(group(4), "four", Payer(ME, code))
        assert kept(database) == (0, 0, 0)
    store.place_together(group(3), "three", Payer(ME, "c1"))


def test_none_are_taken_while_the_owner_takes_no_orders(database: Database) -> None:
    Switches(database, lambda: NOON).pause()
    with pytest.raises(Paused):
        Store(database).place_together(group(4), "four")
    assert kept(database) == (0, 0, 0)


class Stopped(BaseException):
    """Stands for whatever ends a transaction in its middle; nothing of ours catches it."""


@contextmanager
def stopped_after(statements: int) -> Iterator[list[str]]:
    """Stop at the statement after so many that write; gives those that were let through."""
    let_through: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        if statement.startswith(("INSERT", "UPDATE")):
            if len(let_through) == statements:
                raise Stopped
            let_through.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield let_through
    finally:
        event.remove(Engine, "before_cursor_execute", count)


def test_wherever_it_is_stopped_nothing_is_left_of_it_and_it_can_be_sent_again(database: Database) -> None:
    store, four = Store(database, limits=Limits(day_micros=4 * PRICE, visitor_micros=4 * PRICE)), group(4)
    for writes in range(100):
        with stopped_after(writes) as let_through:
            try:
                store.place_together(four, "four")
                break
            except Stopped:
                pass
        assert len(let_through) == writes
        assert kept(database) == (0, 0, 0)
    assert writes >= 8, "budgets, ledger and jobs have all been stopped at"
    assert kept(database) == (4, 4, 4 * PRICE)
    assert adds_up(database) == []


def test_an_error_of_the_database_among_the_four_leaves_none_of_them(database: Database) -> None:
    store = Store(database)
    before = store.place(a_job(), "before")
    four = group(4)
    four[2] = replace(four[2], id=before.id)
    with pytest.raises(Exception, match=r"(?i)unique"):
        store.place_together(four, "four")
    assert kept(database) == (1, 1, PRICE)
    assert adds_up(database) == []
