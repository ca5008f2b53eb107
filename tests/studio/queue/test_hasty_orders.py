"""A second click is no second order, on both databases, however it reaches us; who is asked and says yes gets one."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from studio.jobs.job import Job
from studio.money.prices import PriceRisen
from studio.ordering import JUST_NOW
from studio.queue.job_store import Store
from studio.queue.placing import OrderedJustNow
from tests.studio.front import ME, Front
from tests.studio.strategies import NOON, a_job


def ordered_again(front: Front, job: Job, draft_words: str | None = None) -> Job:
    """Just what the job was made of, from a form that was renewed since."""
    draft = front.visitor_service.forms.filled_in.as_ordered(ME, job.id)
    assert draft is not None
    return front.visitor_service.place(ME, draft if draft_words is None else replace(draft, prompt=draft_words))


@pytest.mark.parametrize("seconds", [0.0, 0.2, 3.0, 29.9])
def test_just_the_same_order_within_seconds_is_asked_about(front: Front, small_jpeg: bytes, seconds: float) -> None:
    job = front.visitor_service.place(ME, front.form(small_jpeg))
    front.now = NOON + timedelta(seconds=seconds)
    with pytest.raises(OrderedJustNow) as asked:
        ordered_again(front, job)
    assert asked.value.job == job
    assert front.visitor_service.jobs(ME) == [job]


def test_just_the_same_order_later_is_an_order(front: Front, small_jpeg: bytes) -> None:
    job = front.visitor_service.place(ME, front.form(small_jpeg))
    front.now = NOON + JUST_NOW
    assert ordered_again(front, job).id != job.id


def test_anything_else_is_an_order_at_once(front: Front, small_jpeg: bytes) -> None:
    job = front.visitor_service.place(ME, front.form(small_jpeg))
    assert ordered_again(front, job, "Other words").id != job.id
    for changed in ({"seed": 7}, {"duration_s": 10}, {"with_sound": False}):
        draft = front.visitor_service.forms.filled_in.as_ordered(ME, job.id)
        assert draft is not None
        front.visitor_service.place(ME, replace(draft, **changed))
    assert len(front.visitor_service.jobs(ME)) == 5


def test_an_order_without_a_seed_is_like_one_without_and_unlike_one_with(front: Front, small_jpeg: bytes) -> None:
    seeded = front.visitor_service.place(ME, front.form(small_jpeg, seed=0))
    with pytest.raises(OrderedJustNow) as asked:
        ordered_again(front, seeded)
    assert asked.value.job == seeded
    draft = front.visitor_service.forms.filled_in.as_ordered(ME, seeded.id)
    assert draft is not None
    front.visitor_service.place(ME, replace(draft, seed=None))


def test_who_is_asked_and_says_yes_gets_one_more_however_often_they_say_so(front: Front, small_jpeg: bytes) -> None:
    job = front.visitor_service.place(ME, front.form(small_jpeg))
    draft = front.visitor_service.forms.filled_in.as_ordered(ME, job.id)
    assert draft is not None
    front.now = NOON + timedelta(seconds=1)
    another = front.visitor_service.place(ME, draft, another_after=job.id)
    assert another.id != job.id
    assert front.visitor_service.place(ME, draft.renewed(), another_after=job.id) == another
    with pytest.raises(OrderedJustNow) as asked:
        ordered_again(front, job)
    assert asked.value.job == another, "asked about the latest"
    assert front.visitor_service.place(ME, draft.renewed(), another_after=another.id).id not in (job.id, another.id)


def test_another_visitor_is_not_asked(front: Front, small_jpeg: bytes) -> None:
    draft = front.form(small_jpeg)
    front.visitor_service.place(ME, draft)
    assert front.visitor_service.place("b" * 32, draft.renewed()).visitor == "b" * 32


def test_many_at_the_same_moment_from_forms_of_their_own_are_one_order(store: Store) -> None:
    placed: list[str] = []
    asked: list[OrderedJustNow] = []
    barrier = threading.Barrier(8)

    def send(number: int) -> None:
        job = a_job(id=f"{number:032x}", created_at=NOON, next_at=NOON)
        barrier.wait(10)
        try:
            placed.append(store.place(job, nonce=f"form {number}", just_now=JUST_NOW).id)
        except OrderedJustNow as just_now:
            asked.append(just_now)

    senders = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(30)
    assert len(placed) == 1
    assert {one.job.id for one in asked} == set(placed)
    assert len(asked) == 7


def test_an_order_is_not_taken_at_a_price_above_the_one_that_was_shown(front: Front, small_jpeg: bytes) -> None:
    draft = front.form(small_jpeg, duration_s=10)
    with pytest.raises(PriceRisen) as risen:
        front.visitor_service.place(ME, draft, shown_micros=650_000)
    assert risen.value.price.micros == 1_300_000
    assert front.visitor_service.jobs(ME) == []
    assert front.visitor_service.place(ME, draft, shown_micros=1_300_000).price_micros == 1_300_000


def test_a_price_that_has_fallen_since_is_the_one_that_counts(front: Front, small_jpeg: bytes) -> None:
    assert front.visitor_service.place(ME, front.form(small_jpeg), shown_micros=1_000_000).price_micros == 650_000


def test_forms_changed_at_once_lose_nothing_of_each_other(store: Store) -> None:
    barrier = threading.Barrier(8)

    def add(number: int) -> None:
        barrier.wait(10)
        store.change_draft(ME, lambda before: f"{before or ''}[{number}]", NOON)

    tabs = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(30)
    kept = store.draft(ME)
    assert kept is not None
    assert all(f"[{number}]" in kept for number in range(8))
