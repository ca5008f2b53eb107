"""Whose turn it is: fair between visitors, and never more at once than the owner allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from studio.caps import Cap, CapReached, Caps
from studio.database import Database
from studio.jobs import State
from studio.leases import Claim
from studio.store import Store
from tests.studio.strategies import NOON, a_job, a_job_in, after

ANN, BEN, CLEO = "a" * 32, "b" * 32, "c" * 32


class Queue:
    """Orders of several visitors, and a worker that sends one at a time."""

    def __init__(self, database: Database, caps: Caps) -> None:
        self.store = Store(database, caps=caps, looks_per_s=1_000_000)
        self.now = NOON

    def placed(self, visitor: str, number: int) -> None:
        for _ in range(number):
            self.now += timedelta(seconds=1)
            job = a_job(visitor=visitor, created_at=self.now, next_at=self.now)
            self.store.place(job, job.id)

    def sent(self) -> str | None:
        """Whose order goes out next."""
        self.now += timedelta(seconds=1)
        claim = self.store.claim_due(self.now)
        if claim is None:
            return None
        sending = claim.job.submit_begun(self.now)
        self.store.save(claim, replace(sending, state=State.QUEUED, next_at=self.now + timedelta(hours=1)))
        return claim.job.visitor

    def claimed(self) -> Claim | None:
        self.now += timedelta(seconds=1)
        return self.store.claim_due(self.now)


@pytest.fixture
def queue(database: Database) -> Queue:
    return Queue(database, Caps(at_once=6, visitor_jobs=10, queue=12))


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
    with pytest.raises(CapReached) as refused:
        queue.placed(CLEO, 1)
    assert (refused.value.cap, refused.value.opens_at) == (Cap.QUEUE, None)
    assert queue.store.unfinished(CLEO) == []


def test_a_visitor_has_only_so_many_under_way_and_lost_answers_do_not_count_for_a_day(database: Database) -> None:
    queue = Queue(database, Caps(visitor_jobs=2))
    queue.placed(ANN, 2)
    with pytest.raises(CapReached) as refused:
        queue.placed(ANN, 1)
    assert refused.value.cap is Cap.VISITOR_JOBS
    claim = queue.claimed()
    assert claim is not None
    lost = claim.job.submit_begun(queue.now).answer_lost(queue.now, "NoAnswer")
    queue.store.save(claim, replace(lost, next_at=after(9_000)))
    queue.placed(ANN, 1)
    queue.placed(BEN, 2)
