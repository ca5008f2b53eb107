"""The bin: in no list but its own, nothing lost, nobody else's, and gone for good after a while."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from studio.jobs.job import Job, State
from studio.queue.binning import KEPT_IN_BIN
from studio.queue.changes import GONE, Changes
from studio.queue.job_store import Store
from studio.queue.kept_edits import NotKept
from studio.queue.searching import Search
from studio.retention.deletion import Deletion
from studio.sharing.shares import Shares
from studio.storage.database import Database
from studio.storage.media import Media
from tests.studio.queue.test_changes import heard
from tests.studio.strategies import A_VIDEO, NOON, a_job_in, after, an_order

ANN, BEN = "a" * 32, "b" * 32
BINNED = Search(in_bin=True)
_numbers = count()


def keep(store: Store, visitor: str = ANN, state: State = State.DONE, **others: object) -> Job:
    """A job of the visitor's, newer than all before."""
    order = an_order(prompt=f"Video {next(_numbers)}")
    job = a_job_in(state, visitor=visitor, order=order, created_at=after(next(_numbers)), price_micros=0, **others)
    return store.place(job, nonce=job.id)


def deletion(database: Database, store: Store, folder: Path, at: timedelta, kept: timedelta | None = None) -> Deletion:
    return Deletion(database, store, Media((folder / "media").as_uri()), lambda: NOON + at, kept)


def test_one_in_the_bin_is_in_no_list_but_the_bins_and_comes_back_as_it_was(store: Store, database: Database) -> None:
    job, other = keep(store), keep(store)
    assert store.label(job.id, ANN, "Title", "Notes")
    assert store.set_favourite(job.id, ANN, True)
    job = store.finished(ANN, limit=9)[1]
    shares = Shares(database, lambda: NOON)
    token = shares.share(ANN, job.id)
    assert token is not None

    assert store.put_in_bin([job.id], ANN, NOON) == [job.id]
    assert [one.id for one in store.finished(ANN, limit=9)] == [other.id]
    assert [one.id for one in store.all_finished(ANN)] == [other.id]
    assert [one.id for one in store.unfinished(ANN, or_done_since=NOON - timedelta(days=99))] == [other.id]
    assert store.in_use(ANN).videos == store.count_finished(ANN) == 1
    assert store.relatives(ANN, job.id, steps=9) == store.videos(ANN, [job.id]) == []
    assert shares.shared(token) is None
    assert not store.set_favourite(job.id, ANN, False)
    with pytest.raises(NotKept):
        store.keep_edit(ANN, [job.id], "boomerang", "e" * 32, A_VIDEO, NOON)
    [binned] = store.finished(ANN, limit=9, search=BINNED)
    assert binned.binned_at == NOON
    assert store.finished(ANN, limit=9, search=Search("title", in_bin=True)) == [binned]
    assert store.get(job.id, ANN) == binned

    assert store.take_out_of_bin([job.id], ANN) == [job.id]
    assert store.finished(ANN, limit=9)[1] == job
    assert store.finished(ANN, limit=9, search=BINNED) == []
    assert shares.shared(token) == job


@pytest.mark.parametrize("state", State)
def test_only_a_video_goes_into_the_bin(store: Store, state: State) -> None:
    job = keep(store, state=state)
    assert store.put_in_bin([job.id], ANN, NOON) == ([job.id] if state is State.DONE else [])


def test_nobody_puts_anything_into_anothers_bin_or_takes_it_out(store: Store) -> None:
    job = keep(store)
    assert store.put_in_bin([job.id], BEN, NOON) == []
    assert store.finished(ANN, limit=9) == [job]
    store.put_in_bin([job.id], ANN, NOON)
    assert store.take_out_of_bin([job.id], BEN) == []
    assert store.finished(BEN, limit=9, search=BINNED) == []
    assert store.count_finished(ANN, BINNED) == 1


def test_twice_is_once_and_the_first_time_counts(store: Store) -> None:
    job = keep(store)
    assert store.put_in_bin([job.id, job.id, "0" * 32], ANN, NOON) == [job.id]
    assert store.put_in_bin([job.id], ANN, after(9)) == []
    assert [one.binned_at for one in store.finished(ANN, limit=9, search=BINNED)] == [NOON]
    assert store.take_out_of_bin([job.id], ANN) == [job.id]
    assert store.take_out_of_bin([job.id], ANN) == []
    assert store.put_in_bin([], ANN, NOON) == store.take_out_of_bin([], ANN) == []


def test_the_visitors_pages_hear_of_it(store: Store, database: Database) -> None:
    job, changes = keep(store), Changes(database)
    assert heard(changes, lambda: store.put_in_bin([job.id], ANN, NOON)) == {job.id: GONE}
    assert heard(changes, lambda: store.take_out_of_bin([job.id], ANN)) == {job.id: State.DONE.value}


def test_after_a_month_it_is_gone_for_good_and_not_a_moment_before(
    store: Store, database: Database, tmp_path: Path
) -> None:
    job, back, _kept = keep(store), keep(store), keep(store)
    store.put_in_bin([job.id, back.id], ANN, NOON)
    store.take_out_of_bin([back.id], ANN)
    deletion(database, store, tmp_path, KEPT_IN_BIN).upkeep()
    assert store.count_finished(ANN, BINNED) == 1
    deletion(database, store, tmp_path, KEPT_IN_BIN + timedelta(seconds=1)).upkeep()
    assert store.get(job.id) is None
    assert store.count_finished(ANN) == 2
    assert job.order.prompt not in rows(database)


def test_the_bin_is_emptied_of_what_is_theirs_alone(store: Store, database: Database, tmp_path: Path) -> None:
    mine, kept, theirs = keep(store), keep(store), keep(store, BEN)
    store.put_in_bin([mine.id], ANN, NOON)
    store.put_in_bin([theirs.id], BEN, NOON)
    deletion(database, store, tmp_path, timedelta()).bin_of(ANN)
    assert mine.order.prompt not in rows(database)
    assert store.finished(ANN, limit=9) == [kept]
    assert store.count_finished(BEN, BINNED) == 1
    assert store.take_out_of_bin([mine.id], ANN) == []


def test_it_is_told_when_it_is_gone(store: Store, database: Database, tmp_path: Path) -> None:
    job = keep(store)
    assert deletion(database, store, tmp_path, timedelta()).gone_at(job) is None
    store.put_in_bin([job.id], ANN, NOON)
    [binned] = store.finished(ANN, limit=9, search=BINNED)
    assert deletion(database, store, tmp_path, timedelta()).gone_at(binned) == NOON + KEPT_IN_BIN
    assert binned.ended_at is not None
    # Where the owner keeps nothing for longer, that ends it.
    for days in (7, 400):
        ends = deletion(database, store, tmp_path, timedelta(), timedelta(days=days)).gone_at(binned)
        assert ends == min(NOON + KEPT_IN_BIN, binned.ended_at + timedelta(days=days))


def rows(database: Database) -> str:
    """All that the jobs' rows say."""
    with database.read() as connection:
        return str(connection.exec_driver_sql("SELECT * FROM jobs").all())
