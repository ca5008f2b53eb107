"""What is deleted is in no list and says nothing any more; what was spent, and by whom, stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from studio.jobs.job import FINAL, Job, State
from studio.money.ledger import Payer
from studio.queue import soft_deletion
from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.tables import jobs
from tests.studio.strategies import NOON, a_job_in, after

ANN, BEN = "a" * 32, "b" * 32


def placed(store: Store, visitor: str = ANN, state: State = State.DONE, address: str | None = None) -> Job:
    # Placed with nothing to pay: money is not what this is about.
    job = replace(a_job_in(state, visitor=visitor), price_micros=0)
    return store.place(job, job.id, Payer(visitor, address=address))


def hidden(database: Database) -> dict[str, datetime]:
    """When what is hidden was hidden, by id."""
    with database.read() as connection:
        rows = connection.execute(select(jobs.c.id, jobs.c.hidden_at).where(jobs.c.hidden_at.is_not(None)))
        return {job_id: hidden_at for job_id, hidden_at in rows}


def test_all_of_a_visitor_is_hidden_in_whatever_state_and_nothing_of_another(database: Database, store: Store) -> None:
    earlier = placed(store)
    store.hide(earlier.id, ANN, NOON)
    theirs = [placed(store, state=state) for state in State]
    placed(store, BEN)
    with database.begin() as connection:
        soft_deletion.hide_all(connection, ANN, after(9))
    assert hidden(database) == {earlier.id: NOON} | {job.id: after(9) for job in theirs}


def test_what_had_ended_before_is_hidden_and_nothing_that_is_under_way(database: Database, store: Store) -> None:
    every = [placed(store, state=state) for state in State]
    with database.begin() as connection:
        soft_deletion.hide_ended_before(connection, after(180), after(999))
    assert hidden(database) == {}, "they ended at that very moment"
    with database.begin() as connection:
        soft_deletion.hide_ended_before(connection, after(180.000001), after(999))
    assert hidden(database) == {job.id: after(999) for job in every if job.state in FINAL}


def test_traces_are_left_of_what_has_ended_and_is_hidden_until_its_words_are_forgotten(
    database: Database, store: Store
) -> None:
    theirs = {job.id: job for job in (placed(store, state=state) for state in State)}
    other, seen = placed(store, BEN), placed(store, "c" * 32)
    with database.begin() as connection:
        for visitor in (ANN, BEN):
            soft_deletion.hide_all(connection, visitor, NOON)
        left = {job.id: job for job in soft_deletion.with_traces(connection, ANN)}
        assert left == {job_id: job for job_id, job in theirs.items() if job.state in FINAL}
        assert {job.id for job in soft_deletion.with_traces(connection)} == {*left, other.id}
        soft_deletion.erase_words(connection, other.id)
        assert {job.id for job in soft_deletion.with_traces(connection)} == {*left}
        forgotten = connection.execute(select(jobs).where(jobs.c.id == other.id)).mappings().one()
        assert {name: forgotten[name] for name in soft_deletion.NO_WORDS} == soft_deletion.NO_WORDS
    assert store.get(seen.id) == seen


def test_an_address_is_forgotten_once_its_order_has_ended_for_long_enough(database: Database, store: Store) -> None:
    placed(store, state=State.DONE, address="at:home")
    placed(store, state=State.QUEUED, address="at:work")

    def turns() -> set[str]:
        with database.read() as connection:
            return set(connection.execute(select(jobs.c.turn)).scalars())

    with database.begin() as connection:
        soft_deletion.erase_addresses(connection, after(180))
    assert turns() == {"at:home", "at:work"}
    with database.begin() as connection:
        soft_deletion.erase_addresses(connection, after(180.000001))
    assert turns() == {ANN, "at:work"}
