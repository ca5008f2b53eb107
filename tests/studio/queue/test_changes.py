"""Who listens for a visitor hears at once of that visitor's jobs that moved, and of nothing else."""

from __future__ import annotations

import ast
import asyncio
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

import pytest

from studio.jobs.job import Job, Reason, State
from studio.jobs.last_error import ProviderError
from studio.orders.variations import variations
from studio.queue import jobs_of_visitor, leases, soft_deletion
from studio.queue.changes import GONE, NAMED, Changes, Line, Moved
from studio.queue.job_store import Store
from studio.storage.database import Database
from tests.arrows import ROOT
from tests.studio.queue.test_who_writes_jobs import writes
from tests.studio.strategies import NOON, a_job, a_job_in, after, an_order

ANN, BEN = "a" * 32, "b" * 32

UNSEEN = {
    "claim_due",  # who attends to a job
    "extend",
    "give_back",
    "check_begun",  # a count
    "check_ended",
    "recall_held",  # when it is looked at
    "erase_words",  # of what has gone from every list
    "erase_addresses",  # whose turn it is
    "let_go",  # gone when they were put into the bin
    "let_go_before",
}
"""Functions that write the rows of jobs, and change nothing that a visitor sees where jobs are followed."""


@pytest.fixture
def changes(database: Database) -> Changes:
    return Changes(database)


def heard(changes: Changes, act: Callable[[], object], visitor: str = ANN) -> Mapping[str, str] | None:
    """What a listener of the visitor's has heard once `act` has run in another thread; None where it was nothing."""

    async def listen() -> Mapping[str, str] | None:
        with changes.listening(visitor) as line:
            await asyncio.to_thread(act)
            return await told(line)

    return asyncio.run(listen())


async def told(line: Line) -> Mapping[str, str] | None:
    try:
        return await asyncio.wait_for(line.next(), 0.05)
    except TimeoutError:
        return None


def placed(store: Store, visitor: str = ANN, state: State = State.WAITING) -> Job:
    job = replace(a_job_in(state, visitor=visitor), price_micros=0)
    return store.place(job, job.id)


def test_a_job_is_heard_of_when_it_is_placed_at_each_step_and_when_it_is_deleted(
    changes: Changes, store: Store
) -> None:
    job = replace(a_job(visitor=ANN), price_micros=0)
    assert heard(changes, lambda: store.place(job, job.id)) == {job.id: "waiting"}
    claim = store.claim_due(NOON)
    assert claim is not None

    def refuse() -> None:
        store.save(claim, claim.job.refused(NOON, Reason.BUSY))

    assert heard(changes, lambda: store.begin_submit(claim, lambda: NOON)) == {job.id: "submitting"}
    claim = leases.Claim(claim.job.submit_begun(NOON), claim.lease)
    assert heard(changes, refuse) == {job.id: "refused"}
    assert heard(changes, lambda: store.hide(job.id, ANN, NOON)) == {job.id: GONE}


def test_each_of_several_jobs_of_one_form_is_heard_of_when_they_are_placed(changes: Changes, store: Store) -> None:
    group = [replace(a_job(visitor=ANN, order=order), price_micros=0) for order in variations(an_order(), 4)]
    heard_of = heard(changes, lambda: store.place_together(group, "a form"))
    assert heard_of == {job.id: "waiting" for job in group}
    assert heard(changes, lambda: store.place_together(group, "a form")) is None, "the same form sent again"


def test_a_poll_that_found_nothing_new_is_not_heard_of_and_a_new_error_is(changes: Changes, store: Store) -> None:
    placed(store, state=State.GENERATING)
    claim = store.claim_due(NOON)
    assert claim is not None
    assert heard(changes, lambda: store.save(claim, claim.job.still_generating(after(1)), release=False)) is None
    failed = claim.job.poll_failed(after(1), ProviderError("NoAnswer"))
    assert heard(changes, lambda: store.save(claim, failed)) == {claim.job.id: "generating"}


def test_another_visitor_hears_nothing(changes: Changes, store: Store) -> None:
    assert heard(changes, lambda: placed(store, BEN)) is None


def test_what_is_not_committed_is_not_heard_of(changes: Changes, database: Database, store: Store) -> None:
    placed(store)

    def broken() -> None:
        with suppress(ZeroDivisionError), database.begin() as connection:
            soft_deletion.hide_all(connection, ANN, NOON)
            raise ZeroDivisionError

    assert heard(changes, broken) is None


def test_nobody_is_told_before_the_commit(changes: Changes, database: Database, store: Store) -> None:
    job = placed(store)
    about_to_commit = threading.Event()

    def slow() -> None:
        with database.begin() as connection:
            soft_deletion.hide_all(connection, ANN, NOON)
            about_to_commit.wait(5)

    async def listen() -> None:
        with changes.listening(ANN) as line:
            writing = asyncio.create_task(asyncio.to_thread(slow))
            assert await told(line) is None
            about_to_commit.set()
            assert await asyncio.wait_for(line.next(), 5) == {job.id: GONE}
            assert store.get(job.id) is None, "whoever looks at once sees what they were told of"
            await writing

    asyncio.run(listen())


def test_who_gives_a_gallery_away_hears_that_it_is_gone_and_who_takes_it_what_came(
    changes: Changes, database: Database, store: Store
) -> None:
    job = placed(store, state=State.GENERATING)

    def hand(giver: str, taker: str) -> None:
        with database.begin() as connection:
            jobs_of_visitor.hand_over(connection, giver, taker)

    assert heard(changes, lambda: hand(ANN, BEN), ANN) == {job.id: GONE}
    assert heard(changes, lambda: hand(BEN, ANN), ANN) == {job.id: "generating"}


def test_what_runs_out_or_goes_with_everything_is_heard_of(changes: Changes, database: Database, store: Store) -> None:
    old, new = placed(store, state=State.DONE), placed(store)

    def hide(how: Callable[..., object], *arguments: object) -> None:
        with database.begin() as connection:
            how(connection, *arguments)

    assert heard(changes, lambda: hide(soft_deletion.hide_ended_before, after(999), NOON)) == {old.id: GONE}
    assert heard(changes, lambda: hide(soft_deletion.hide_all, ANN, NOON)) == {new.id: GONE}


def test_a_hidden_job_goes_on_in_silence(changes: Changes, database: Database, store: Store) -> None:
    job = placed(store)
    with database.begin() as connection:
        soft_deletion.hide_all(connection, ANN, NOON)

    def move() -> None:
        with database.begin() as connection:
            assert leases.move(connection, job, job.refused(NOON, Reason.WITHDRAWN))

    assert heard(changes, move) is None


def test_a_slow_listener_hears_the_latest_of_each_job_and_of_no_more_than_so_many(
    changes: Changes, database: Database
) -> None:
    async def listen() -> None:
        with changes.listening(ANN) as line:
            line.tell([Moved(ANN, str(number), "queued") for number in range(3 * NAMED)])
            line.tell([Moved(ANN, str(2 * NAMED), "done")])
            stages = await told(line)
            assert stages is not None
            assert list(stages) == [*map(str, range(2 * NAMED + 1, 3 * NAMED)), str(2 * NAMED)]
            assert stages[str(2 * NAMED)] == "done"
            assert await told(line) is None

    asyncio.run(listen())


def test_every_tab_of_a_visitor_hears_and_nothing_is_kept_for_who_does_not_listen(
    changes: Changes, store: Store
) -> None:
    placed(store)

    async def listen() -> None:
        with changes.listening(ANN) as one, changes.listening(ANN) as other:
            assert await told(one) is None
            job = await asyncio.to_thread(placed, store)
            assert await told(one) == await told(other) == {job.id: "waiting"}

    asyncio.run(listen())
    assert changes._lines == {}


def test_a_line_can_be_ended_from_outside(changes: Changes) -> None:
    async def listen() -> None:
        with changes.listening(ANN) as theirs, changes.listening(BEN) as others:
            await asyncio.to_thread(changes.end, ANN)
            assert await asyncio.wait_for(theirs.next(), 5) is None
            assert await told(others) is None

    asyncio.run(listen())


def test_a_listener_whose_server_has_ended_holds_nobody_up(changes: Changes, store: Store) -> None:
    async def leave() -> Line:
        return Line()

    line = asyncio.run(leave())
    changes._lines[ANN] = [line]
    assert placed(store).state is State.WAITING


def test_whoever_writes_what_a_visitor_sees_notes_it() -> None:
    silent = set()
    for path in sorted((ROOT / "studio/queue").glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef) and writes(source := ast.unparse(function)):
                notes = any(call in source for call in ("changes.moved(", "changes.gone("))
                silent |= set() if notes else {function.name}
    assert silent == UNSEEN
