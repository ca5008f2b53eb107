"""A person whose order waits is told how many go out before it, and how many of these are their own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.statements import reads_counted
from studio.jobs.job import Job
from studio.money.ledger import Payer
from studio.money.limits import Limits
from studio.orders.variations import variations
from studio.queue.line import BeingMade, PlaceInLine, Waiting, in_order
from studio.storage.database import Database
from studio.storage.media import Media
from tests.studio.front import ME, Front
from tests.studio.queue.test_fairness import ANN, BEN, CLEO, Queue
from tests.studio.strategies import NOON, a_job, an_order

USUAL = Limits(at_once=10, visitor_jobs=5, visitor_queue=20, queue=100)


def places(queue: Queue, visitor: str) -> list[PlaceInLine]:
    """Of the visitor's orders that wait, the earliest first."""
    found = queue.store.places_in_line(visitor, queue.now)
    return sorted(found.values(), key=lambda place: place.ahead)


def test_orders_of_several_visitors_stand_in_turns(database: Database) -> None:
    queue = Queue(database, USUAL)
    queue.placed(ANN, 3)
    queue.placed(BEN, 2)
    queue.placed(CLEO, 1)
    # ANN BEN CLEO ANN BEN ANN
    assert places(queue, ANN) == [PlaceInLine(0, 0, 0), PlaceInLine(3, 1, 0), PlaceInLine(5, 2, 0)]
    assert places(queue, BEN) == [PlaceInLine(1, 0, 0), PlaceInLine(4, 1, 0)]
    assert places(queue, CLEO) == [PlaceInLine(2, 0, 0)]


def test_who_has_five_being_made_comes_after_all_others_and_is_told_why(database: Database) -> None:
    queue = Queue(database, USUAL)
    queue.placed(ANN, 7)
    assert [queue.sent() for _ in range(5)] == [ANN] * 5
    queue.placed(BEN, 2)
    assert places(queue, ANN) == [PlaceInLine(2, 0, 5), PlaceInLine(3, 1, 5)]
    assert places(queue, BEN) == [PlaceInLine(0, 0, 0), PlaceInLine(1, 1, 0)]


def test_what_a_worker_is_about_to_send_waits_no_more(database: Database) -> None:
    queue = Queue(database, USUAL)
    queue.placed(ANN, 2)
    assert queue.claimed() is not None
    assert places(queue, ANN) == [PlaceInLine(0, 0, 1)]


def test_several_of_one_form_stand_in_the_order_of_their_seeds(database: Database) -> None:
    queue = Queue(database, USUAL)
    group = [a_job(visitor=ANN, order=order) for order in variations(an_order(), 4)]
    queue.store.place_together(group, "four")
    found = queue.store.places_in_line(ANN, queue.now)
    assert [found[job.id].ahead for job in group] == [0, 1, 2, 3]
    claims = [queue.claimed() for _ in group]
    assert [claim.job.id for claim in claims if claim is not None] == [job.id for job in group]


@pytest.mark.parametrize(
    "limits",
    [Limits(), Limits(visitor_jobs=3, visitor_queue=20), Limits(visitor_jobs=1, visitor_queue=20)],
    ids=["no limits", "three each", "one each"],
)
def test_orders_go_out_as_their_visitors_were_told(database: Database, limits: Limits) -> None:
    queue = Queue(database, limits)
    placed: dict[str, Job] = {}
    for number, who in enumerate((ANN, ANN, BEN, CLEO, ANN, BEN, CLEO, ANN, CLEO)):
        queue.now += timedelta(seconds=1)
        job = a_job(visitor=who, created_at=queue.now, next_at=queue.now)
        queue.store.place(job, job.id, Payer(who, address=None if who == ANN else "at:home"))
        placed[job.id] = job
        if number == 3:
            assert queue.sent() is not None
    told = {
        place.ahead: job_id
        for visitor in (ANN, BEN, CLEO)
        for job_id, place in queue.store.places_in_line(visitor, queue.now).items()
    }
    assert sorted(told) == list(range(len(placed) - 1)), "each stands in one place"
    sent = []
    while (job := queue.sent_job()) is not None:
        sent.append(job.id)
    assert sent, "nothing went out"
    assert sent == [told[ahead] for ahead in range(len(sent))]
    assert limits.visitor_jobs is not None or len(sent) == len(told)


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xy"), st.integers(0, 5)), max_size=30),
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xy")), max_size=6),
    st.none() | st.integers(1, 4),
)
def test_everybody_has_one_place_whatever_waits(
    waiting: list[tuple[str, str, int]], made: list[tuple[str, str]], at_once: int | None
) -> None:
    line = [Waiting(str(n), payer, payer, turn, (place, n)) for n, (payer, turn, place) in enumerate(waiting)]
    busy = [BeingMade(payer, payer, turn) for payer, turn in made]
    found = list(in_order(line, busy, Limits(visitor_jobs=at_once)))
    assert sorted(one.id for one in found) == sorted(one.id for one in line)


def test_create_tells_the_places_of_what_waits_in_one_question_more(
    database: Database, media: Media, small_jpeg: bytes
) -> None:
    queue = Queue(database, USUAL)
    front = Front(database, queue.store, media)
    with reads_counted() as without:
        assert front.visitor_service.create_page(ME).places == {}
    [first, second] = front.visitor_service.place_together(ME, front.form(small_jpeg, count=2))
    with reads_counted() as reads:
        page = front.visitor_service.create_page(ME)
    assert page.places == {first.id: PlaceInLine(0, 0, 0), second.id: PlaceInLine(1, 1, 0)}
    assert (reads.transactions, reads.statements) == (without.transactions, without.statements + 1)
    assert front.visitor_service.create_page("b" * 32).places == {}
    assert front.now == NOON
