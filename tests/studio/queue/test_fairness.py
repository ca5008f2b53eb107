"""Whose turn it is: fair between payers, and never more at once than the owner allows."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from studio.jobs.job import Job, Reason, State
from studio.money.ledger import Payer
from studio.money.limits import LINES_OF_AN_ADDRESS, VISITORS_OF_AN_ADDRESS, Limit, LimitReached, Limits
from studio.queue import leases
from studio.queue.job_store import Store
from studio.queue.leases import Claim
from studio.sharing.gallery_links import GalleryLinks
from studio.storage.database import Database
from tests.studio.strategies import NOON, a_job, a_job_in, after

ANN, BEN, CLEO = "a" * 32, "b" * 32, "c" * 32


class Queue:
    """Orders of several visitors, and a worker that sends one at a time."""

    def __init__(self, database: Database, limits: Limits) -> None:
        self.database = database
        self.store = Store(database, limits=limits, polls_per_s=1_000_000)
        self.now = NOON

    def placed(self, visitor: str, number: int, payer: Payer | None = None) -> None:
        for _ in range(number):
            self.now += timedelta(seconds=1)
            job = a_job(visitor=visitor, created_at=self.now, next_at=self.now)
            self.store.place(job, job.id, payer)

    def sent(self) -> str | None:
        """Whose order goes out next."""
        job = self.sent_job()
        return None if job is None else job.visitor

    def sent_job(self) -> Job | None:
        claim = self.claimed()
        if claim is None:
            return None
        sending = claim.job.submit_begun(self.now)
        self.store.save(claim, replace(sending, state=State.QUEUED, next_at=self.now + timedelta(hours=1)))
        return claim.job

    def claimed(self) -> Claim | None:
        self.now += timedelta(seconds=1)
        return self.store.claim_due(self.now)


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue(database, Limits(at_once=6, visitor_jobs=10, visitor_queue=0, queue=12))


def test_who_orders_many_keeps_nobody_waiting(queue: Queue) -> None:
    queue.placed(ANN, 4)
    queue.placed(BEN, 2)
    queue.placed(CLEO, 1)
    assert [queue.sent() for _ in range(6)] == [ANN, BEN, CLEO, ANN, BEN, ANN]


def test_a_visitors_own_orders_go_out_in_the_order_they_were_placed(queue: Queue) -> None:
    queue.placed(ANN, 3)
    claims = [queue.claimed() for _ in range(3)]
    made = [claim.job.created_at for claim in claims if claim is not None]
    assert made == sorted(made)
    assert len(made) == 3


@pytest.mark.parametrize("first", [State.WAITING, State.QUEUED])
def test_of_what_waits_and_what_is_under_way_that_goes_first_which_has_been_due_longer(
    queue: Queue, first: State
) -> None:
    for state in (State.WAITING, State.QUEUED):
        job = a_job_in(state, visitor=ANN, next_at=after(-10 if state is first else -5))
        queue.store.place(job, job.id)
    for state in (first, *{State.WAITING, State.QUEUED} - {first}):
        claim = queue.claimed()
        assert claim is not None
        assert claim.job.state is state


def test_no_more_are_made_at_once_than_the_owner_allows_and_the_next_goes_when_one_is_done(queue: Queue) -> None:
    queue.placed(ANN, 8)
    assert [queue.sent() for _ in range(7)] == [ANN] * 6 + [None]
    under_way = next(job for job in queue.store.unfinished(ANN) if job.state is State.QUEUED)
    queue.now = under_way.next_at or queue.now
    claim = queue.claimed()
    assert claim is not None
    assert claim.job.state is State.QUEUED, "what is under way goes on while the others wait"
    ended = a_job_in(State.FAILED)
    queue.store.save(
        claim, replace(claim.job, state=State.FAILED, next_at=None, ended_at=queue.now, reason=ended.reason)
    )
    waiting = [job for job in queue.store.unfinished(ANN) if job.state is State.WAITING]
    assert len(waiting) == 2
    queue.now -= timedelta(hours=1)  # before any of the others is due to be looked at
    queue.now = max(queue.now, *(job.created_at for job in waiting))
    assert queue.sent() == ANN


def test_claims_that_are_not_sent_yet_count_as_being_made(queue: Queue) -> None:
    queue.placed(ANN, 8)
    claims = [queue.claimed() for _ in range(7)]
    assert [claim is not None for claim in claims] == [True] * 6 + [False]


def test_a_full_queue_takes_no_further_order_and_says_so(queue: Queue) -> None:
    queue.placed(ANN, 7)
    queue.placed(BEN, 5)
    with pytest.raises(LimitReached) as refused:
        queue.placed(CLEO, 1)
    assert (refused.value.limit, refused.value.opens_at) == (Limit.QUEUE, None)
    assert queue.store.unfinished(CLEO) == []


def test_a_visitor_has_only_so_many_waiting_and_lost_answers_do_not_count_for_a_day(database: Database) -> None:
    queue = Queue(database, Limits(visitor_jobs=1, visitor_queue=1))
    queue.placed(ANN, 2)
    with pytest.raises(LimitReached) as refused:
        queue.placed(ANN, 1)
    assert refused.value.limit is Limit.VISITOR_QUEUE
    claim = queue.claimed()
    assert claim is not None
    lost = claim.job.submit_begun(queue.now).answer_lost(queue.now, "NoAnswer")
    queue.store.save(claim, replace(lost, next_at=after(9_000)))
    queue.placed(ANN, 1)
    queue.placed(BEN, 2)


def test_who_comes_anew_every_second_overtakes_nobody_who_waits(database: Database) -> None:
    """A cookie is thrown away at will. One order goes out every ten seconds, and one comes every second."""
    queue = Queue(database, Limits(queue=40, visitor_jobs=10))
    queue.placed(ANN, 3)
    waited, since = [], 0
    for second in range(1_200):
        queue.now += timedelta(seconds=1)
        job = a_job(visitor=secrets.token_hex(16), created_at=queue.now, next_at=queue.now)
        with suppress(LimitReached):
            queue.store.place(job, job.id)
        if second % 10 == 0:
            since += 1
            if queue.sent() == ANN:
                waited.append(since)
                since = 0
    # Before each of hers go, at most, those that were waiting when hers before it went.
    assert len(waited) == 3, f"of her three only these went, after so many of others: {waited}"
    assert waited[0] == 1
    assert max(waited) <= 40


def test_two_who_order_twenty_each_alternate_whoever_was_first(database: Database) -> None:
    queue = Queue(database, Limits(queue=100, visitor_jobs=20))
    queue.placed(ANN, 20)
    queue.placed(BEN, 20)
    sent = [queue.sent() for _ in range(40)]
    assert sent == [ANN, BEN] * 20


def test_what_is_taken_and_not_sent_yet_counts_as_served(queue: Queue) -> None:
    queue.placed(ANN, 4)
    queue.placed(BEN, 1)
    first, second = queue.claimed(), queue.claimed()
    assert first is not None
    assert second is not None
    assert [first.job.visitor, second.job.visitor] == [ANN, BEN]


def test_all_the_cookies_of_one_account_are_one_payer(queue: Queue) -> None:
    account = Payer("account")
    queue.placed(ANN, 2, account)
    queue.placed(BEN, 2, account)
    queue.placed(CLEO, 1)
    assert [queue.sent() for _ in range(5)] == [ANN, CLEO, ANN, BEN, BEN]


def test_many_cookies_of_one_address_take_turns_as_one_with_everybody_else(database: Database) -> None:
    queue = Queue(database, Limits(queue=100, visitor_jobs=10, visitor_queue=0))
    for _ in range(20):
        fresh = secrets.token_hex(16)
        queue.placed(fresh, 1, Payer(fresh, address="at:flood"))
    queue.placed(ANN, 5)
    sent = [queue.sent() for _ in range(10)]
    assert sent[1::2] == [ANN] * 5
    assert ANN not in sent[::2]


def test_one_address_has_only_so_many_waiting_whatever_the_cookies(database: Database) -> None:
    queue = Queue(database, Limits(visitor_jobs=1, visitor_queue=1))
    for _ in range(VISITORS_OF_AN_ADDRESS + LINES_OF_AN_ADDRESS):
        fresh = secrets.token_hex(16)
        queue.placed(fresh, 1, Payer(fresh, address="at:flood"))
    with pytest.raises(LimitReached) as refused:
        queue.placed(ANN, 1, Payer(ANN, address="at:flood"))
    assert (refused.value.limit, refused.value.opens_at) == (Limit.ADDRESS_QUEUE, None)
    queue.placed(ANN, 1)
    queue.placed(BEN, 1, Payer(BEN, address="at:home"))


def test_a_gallery_that_changes_hands_does_not_make_room_for_more(database: Database) -> None:
    queue = Queue(database, Limits(visitor_jobs=1, visitor_queue=1))
    queue.placed(ANN, 2)
    links = GalleryLinks(database, lambda: queue.now)
    assert links.use(links.make(BEN), here=ANN, bring=True) == BEN
    with pytest.raises(LimitReached) as refused:
        queue.placed(ANN, 1)
    assert refused.value.limit is Limit.VISITOR_QUEUE
    queue.placed(BEN, 2)


def ended(queue: Queue, visitor: str) -> None:
    """One of the visitor's videos that are being made comes to its end."""
    job = next(job for job in queue.store.unfinished(visitor) if job.state is State.QUEUED)
    failed = replace(job, state=State.FAILED, next_at=None, ended_at=queue.now, reason=Reason.UNKNOWN)
    with queue.database.begin() as connection:
        assert leases.move(connection, job, failed)


def test_a_sixth_order_is_taken_and_waits_until_one_of_the_five_is_done(database: Database) -> None:
    queue = Queue(database, Limits(at_once=10, visitor_jobs=5, visitor_queue=20, queue=100))
    queue.placed(ANN, 7)
    assert [queue.sent() for _ in range(6)] == [ANN] * 5 + [None]
    ended(queue, ANN)
    assert [queue.sent() for _ in range(2)] == [ANN, None]
    ended(queue, ANN)
    assert [queue.sent() for _ in range(2)] == [ANN, None]


def test_who_comes_after_one_that_waits_for_their_own_goes_before_them(database: Database) -> None:
    queue = Queue(database, Limits(at_once=4, visitor_jobs=2, visitor_queue=20))
    queue.placed(ANN, 5)
    assert [queue.sent() for _ in range(3)] == [ANN, ANN, None]
    queue.placed(BEN, 3)
    assert [queue.sent() for _ in range(3)] == [BEN, BEN, None]
    ended(queue, ANN)
    assert [queue.sent() for _ in range(2)] == [ANN, None]


def test_what_a_worker_is_about_to_send_counts_as_being_made(database: Database) -> None:
    queue = Queue(database, Limits(visitor_jobs=2, visitor_queue=20))
    queue.placed(ANN, 3)
    assert [queue.claimed() is not None for _ in range(3)] == [True, True, False]


def test_all_the_cookies_of_one_address_have_only_so_many_made_at_once(database: Database) -> None:
    queue = Queue(database, Limits(visitor_jobs=1, visitor_queue=20))
    for _ in range(VISITORS_OF_AN_ADDRESS + 1):
        fresh = secrets.token_hex(16)
        queue.placed(fresh, 1, Payer(fresh, address="at:flood"))
    queue.placed(ANN, 1)
    sent = [queue.sent() for _ in range(VISITORS_OF_AN_ADDRESS + 2)]
    assert ANN in sent
    assert sent[-1] is None
    assert sent.index(None) == VISITORS_OF_AN_ADDRESS + 1


def test_a_gallery_that_changes_hands_does_not_make_room_for_more_at_once(database: Database) -> None:
    queue = Queue(database, Limits(visitor_jobs=1, visitor_queue=20))
    queue.placed(ANN, 2)
    assert queue.sent() == ANN
    links = GalleryLinks(database, lambda: queue.now)
    assert links.use(links.make(BEN), here=ANN, bring=True) == BEN
    assert queue.sent() is None


def test_a_visitor_has_twenty_waiting_besides_five_and_not_one_more(database: Database) -> None:
    queue = Queue(database, Limits(at_once=10, visitor_jobs=5, visitor_queue=20, queue=100))
    queue.placed(ANN, 4)
    assert [queue.sent() for _ in range(4)] == [ANN] * 4
    queue.placed(ANN, 21)
    with pytest.raises(LimitReached) as refused:
        queue.placed(ANN, 1)
    assert (refused.value.limit, refused.value.opens_at) == (Limit.VISITOR_QUEUE, None)
    ended(queue, ANN)
    queue.placed(ANN, 1)
