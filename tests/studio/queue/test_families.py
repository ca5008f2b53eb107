"""Jobs that go on from each other, on SQLite and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace

from bench.statements import reads_counted
from studio.jobs.job import Job, State
from studio.money.ledger import Payer
from studio.queue import families, jobs_of_visitor
from studio.queue.families import RELATIVES_MAX
from studio.queue.job_store import Store
from studio.storage.database import Database
from tests.studio.strategies import NOON, a_job_in, after

ANN, BEN = "a" * 32, "b" * 32


def placed(store: Store, continues: Job | str | None = None, state: State = State.DONE, visitor: str = ANN) -> Job:
    # Placed with nothing to pay: money is not what this is about.
    before = continues.id if isinstance(continues, Job) else continues
    job = replace(a_job_in(state, visitor=visitor, continues=before), price_micros=0)
    return store.place(job, job.id, Payer(visitor))


def found(store: Store, job: Job, *, steps: int = 11, visitor: str = ANN) -> set[str]:
    return {one.id for one in store.relatives(visitor, job.id, steps=steps)}


def ids(*jobs: Job) -> set[str]:
    return {job.id for job in jobs}


def test_a_job_says_what_it_goes_on_from(store: Store) -> None:
    first = placed(store)
    second = placed(store, first)
    assert (first.continues, second.continues) == (None, first.id)
    assert store.get(second.id) == second


def test_what_is_moved_goes_on_from_the_same(store: Store) -> None:
    first = placed(store)
    waiting = placed(store, first, State.WAITING)
    claim = store.claim_due(NOON)
    assert claim is not None
    store.save(claim, claim.job.submit_begun(NOON))
    kept = store.get(waiting.id)
    assert kept is not None
    assert (kept.state, kept.continues) == (State.SUBMITTING, first.id)


def test_nobody_goes_on_from_what_is_not_theirs_not_there_or_deleted(store: Store) -> None:
    mine, his, deleted = placed(store), placed(store, visitor=BEN), placed(store)
    store.hide(deleted.id, ANN, NOON)
    for named in (his, deleted, "c" * 32, "' OR 1=1", "no such", "x" * 400):
        job = placed(store, named)
        assert job.continues is None
        assert store.get(job.id) == job
    together = [replace(a_job_in(State.DONE, continues=named), price_micros=0) for named in (mine.id, his.id, None)]
    kept = store.place_together(together, "a form", Payer(ANN))
    assert [job.continues for job in kept] == [mine.id, None, None]
    assert [store.get(job.id) for job in kept] == list(kept)


def test_an_order_that_goes_on_from_nothing_asks_for_nothing_more(database: Database) -> None:
    with database.begin() as connection, reads_counted() as reads:
        alone = [a_job_in(State.WAITING)]
        assert families.linked(connection, alone) is alone
        assert reads.statements == 0


def test_the_relatives_of_a_video_are_those_before_it_and_all_that_go_on_from_it(store: Store) -> None:
    first = placed(store)
    second, other = placed(store, first), placed(store, first)
    third = placed(store, second)
    stranger = placed(store)
    assert found(store, first) == ids(first, second, other, third)
    assert found(store, second) == ids(first, second, third)
    assert found(store, third) == ids(first, second, third)
    assert found(store, other) == ids(first, other)
    assert found(store, stranger) == ids(stranger)
    assert {job.id: job for job in store.relatives(ANN, third.id, steps=11)}[second.id] == second


def test_relatives_are_finished_kept_and_of_the_same_visitor(store: Store, database: Database) -> None:
    first = placed(store)
    for state in set(State) - {State.DONE}:
        placed(store, first, state)
    second = placed(store, first)
    third = placed(store, second)
    assert found(store, first) == ids(first, second, third)
    assert found(store, first, visitor=BEN) == set()
    assert found(store, replace(first, id="c" * 32)) == set()
    store.hide(second.id, ANN, after(1))
    assert (found(store, first), found(store, second), found(store, third)) == (ids(first), set(), ids(third))
    # Whoever is given the gallery is given the chains.
    following = placed(store, first)
    with database.begin() as connection:
        jobs_of_visitor.hand_over(connection, ANN, BEN)
    assert found(store, first, visitor=BEN) == ids(first, following)


def test_videos_are_read_in_the_order_that_is_asked_for_and_nothing_else(store: Store) -> None:
    one, two, his, failed = placed(store), placed(store), placed(store, visitor=BEN), placed(store, state=State.FAILED)
    gone = placed(store)
    store.hide(gone.id, ANN, after(1))
    with reads_counted() as reads:
        assert store.videos(ANN, [two.id, his.id, failed.id, gone.id, "c" * 32, one.id, two.id]) == [two, one, two]
    assert (reads.transactions, reads.statements) == (1, 1)


def test_a_long_chain_is_read_in_one_statement_and_no_further_than_so_many_steps(store: Store) -> None:
    line = [placed(store)]
    for _ in range(15):
        line.append(placed(store, line[-1]))
    with reads_counted() as reads:
        assert found(store, line[8], steps=3) == ids(*line[5:12])
    assert (reads.transactions, reads.statements) == (1, 1)
    assert found(store, line[0], steps=0) == ids(line[0])


def test_of_very_many_that_go_on_from_one_the_nearest_are_read(store: Store) -> None:
    first = placed(store)
    nearest = [replace(a_job_in(State.DONE, continues=first.id), price_micros=0) for _ in range(RELATIVES_MAX)]
    store.place_together(nearest, "many", Payer(ANN))
    placed(store, nearest[0])
    assert len(found(store, first)) <= RELATIVES_MAX
    assert found(store, first) <= ids(first, *nearest)
