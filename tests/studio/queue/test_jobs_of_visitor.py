"""Whose jobs are whose: counted, handed over, and held on to while something is made of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import literal, select

from studio.jobs.job import Job, State
from studio.money.ledger import Payer
from studio.queue import jobs_of_visitor
from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.tables import jobs
from tests.studio.strategies import NOON, a_job_in, after

ANN, BEN = "a" * 32, "b" * 32


def placed(store: Store, visitor: str = ANN, state: State = State.DONE) -> Job:
    # Placed with nothing to pay: money is not what this is about.
    job = replace(a_job_in(state, visitor=visitor), price_micros=0)
    return store.place(job, job.id, Payer(visitor))


def test_a_visitors_jobs_are_counted_whatever_became_of_them_and_no_deleted_ones(
    database: Database, store: Store
) -> None:
    every = [placed(store, state=state) for state in State]
    placed(store, BEN)
    deleted = placed(store)
    store.hide(deleted.id, ANN, NOON)
    with database.read() as connection:
        assert jobs_of_visitor.count(connection, ANN) == len(every)
        assert jobs_of_visitor.count(connection, "c" * 32) == 0


def test_who_has_deleted_everything_has_none(database: Database, store: Store) -> None:
    job = placed(store)
    with database.read() as connection:
        has_any = [connection.execute(select(jobs_of_visitor.has_any(literal(who)))).scalar() for who in (ANN, BEN)]
    assert list(map(bool, has_any)) == [True, False]
    store.hide(job.id, ANN, NOON)
    with database.read() as connection:
        assert not connection.execute(select(jobs_of_visitor.has_any(literal(ANN)))).scalar()


def test_handed_over_jobs_are_the_takers_and_were_paid_for_by_the_giver(database: Database, store: Store) -> None:
    given, deleted, others = placed(store), placed(store), placed(store, "c" * 32)
    store.hide(deleted.id, ANN, NOON)
    with database.begin() as connection:
        jobs_of_visitor.hand_over(connection, ANN, BEN)
    with database.read() as connection:
        rows = connection.execute(select(jobs.c.id, jobs.c.visitor, jobs.c.payer)).all()
    assert {tuple(row) for row in rows} == {
        (given.id, BEN, ANN), (deleted.id, BEN, ANN), (others.id, "c" * 32, "c" * 32)
    }  # fmt: skip


def test_what_broke_afterwards_in_the_callers_transaction_takes_the_handing_over_back(
    database: Database, store: Store
) -> None:
    job = placed(store)

    def hand_over_and_break() -> None:
        with database.begin() as connection:
            jobs_of_visitor.hand_over(connection, ANN, BEN)
            raise KeyError("afterwards")

    with pytest.raises(KeyError, match="afterwards"):
        hand_over_and_break()
    assert store.get(job.id, ANN) == job


@pytest.mark.parametrize("state", State)
def test_a_video_is_what_is_done_and_not_deleted(database: Database, store: Store, state: State) -> None:
    job, is_video = placed(store, state=state), state is State.DONE
    with database.begin() as connection:
        assert jobs_of_visitor.hold_video(connection, job.id, ANN) is is_video
        assert jobs_of_visitor.hold(connection, job.id, ANN)
        assert jobs_of_visitor.video(connection, job.id) == (job if is_video else None)
    store.hide(job.id, ANN, after(1))
    with database.begin() as connection:
        assert not jobs_of_visitor.hold_video(connection, job.id, ANN)
        assert jobs_of_visitor.hold(connection, job.id, ANN), "a link to it can still be ended"
        assert jobs_of_visitor.video(connection, job.id) is None


def test_a_done_job_without_a_file_is_no_video(database: Database, store: Store) -> None:
    job = replace(a_job_in(State.DONE, visitor=ANN), price_micros=0, video=None)
    store.place(job, job.id)
    with database.begin() as connection:
        assert not jobs_of_visitor.hold_video(connection, job.id, ANN)
        assert jobs_of_visitor.video(connection, job.id) is None


def test_anothers_video_is_nobodys_who_asks_for_their_own(database: Database, store: Store) -> None:
    job = placed(store)
    with database.begin() as connection:
        assert not jobs_of_visitor.hold(connection, job.id, BEN)
        assert not jobs_of_visitor.hold_video(connection, job.id, BEN)
        assert jobs_of_visitor.video(connection, job.id, BEN) is None
        assert jobs_of_visitor.video(connection, job.id, ANN) == job
        assert jobs_of_visitor.video(connection, job.id) == job
