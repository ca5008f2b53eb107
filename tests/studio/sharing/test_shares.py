"""Links to single videos: who may make and end them, what they show, and what they never show."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from studio.jobs.job import BROUGHT_IN, Job, State
from studio.queue.job_store import Store
from studio.sharing.shares import Shares
from studio.storage.database import Database
from tests.studio.strategies import NOON, a_job_in, after

ANN, BOB = "a" * 32, "b" * 32


@pytest.fixture
def shares(database: Database) -> Shares:
    return Shares(database, lambda: NOON)


def kept(store: Store, state: State = State.DONE, visitor: str = ANN) -> Job:
    job = a_job_in(state, visitor=visitor)
    # Placed with nothing to pay: money is not what this is about.
    return store.place(replace(job, price_micros=0), nonce=job.id)


def shared_by(shares: Shares, job: Job) -> str:
    token = shares.share(job.visitor, job.id)
    assert token is not None
    return token


def test_whoever_has_the_link_finds_the_video_and_its_words(store: Store, shares: Shares) -> None:
    job = kept(store)
    assert shares.shared(shared_by(shares, job)) == job


def test_sharing_again_gives_the_same_link(store: Store, shares: Shares) -> None:
    job = kept(store)
    assert shared_by(shares, job) == shared_by(shares, job) == shares.token_of(ANN, job.id)


def test_what_was_brought_in_is_given_to_nobody_where_anybody_is_let_in(database: Database, store: Store) -> None:
    closed, anybody = Shares(database, lambda: NOON), Shares(database, lambda: NOON, is_open=True)
    job = replace(a_job_in(State.DONE, visitor=ANN, backend=BROUGHT_IN), price_micros=0)
    store.place(job, job.id)
    assert anybody.share(ANN, job.id) is None
    token = shared_by(closed, job)
    assert closed.shared(token) == job
    assert anybody.shared(token) is None
    own = kept(store)
    assert anybody.shared(shared_by(anybody, own)) == own
    # Nor what is made of it, be it only a part.
    assert job.video is not None
    reel = store.keep_edit(ANN, [own.id, job.id], "joined-2-0123456789abcdef.mp4", "c" * 32, job.video, NOON)
    assert anybody.share(ANN, reel.id) is None


def test_those_who_share_at_once_get_the_same_link(store: Store, shares: Shares) -> None:
    jobs = [kept(store) for _ in range(25)]
    barrier, tokens = threading.Barrier(4), {job.id: set[str | None]() for job in jobs}

    def share() -> None:
        for job in jobs:
            barrier.wait(30)
            tokens[job.id].add(shares.share(ANN, job.id))

    threads = [threading.Thread(target=share) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {len(same) for same in tokens.values()} == {1}


def test_a_link_that_was_ended_shows_nothing_for_good(store: Store, shares: Shares) -> None:
    job = kept(store)
    old = shared_by(shares, job)
    assert shares.revoke(ANN, job.id)
    assert shares.shared(old) is None
    assert shares.token_of(ANN, job.id) is None
    assert not shares.revoke(ANN, job.id)

    new = shared_by(shares, job)
    assert new != old
    assert shares.shared(new) == job
    assert shares.shared(old) is None


def test_ending_one_link_leaves_the_others(store: Store, shares: Shares) -> None:
    one, other = kept(store), kept(store)
    token = shared_by(shares, other)
    shared_by(shares, one)
    shares.revoke(ANN, one.id)
    assert shares.shared(token) == other


def test_deleting_a_video_ends_its_link(store: Store, shares: Shares) -> None:
    job = kept(store)
    token = shared_by(shares, job)
    assert store.hide(job.id, ANN, after(60)) is not None
    assert shares.shared(token) is None
    assert shares.token_of(ANN, job.id) is None
    assert shares.share(ANN, job.id) is None


@pytest.mark.parametrize("state", sorted(set(State) - {State.DONE}))
def test_only_a_finished_video_can_be_shared(sqlite_store: Store, sqlite_url: str, state: State) -> None:
    database = Database(sqlite_url)
    assert Shares(database, lambda: NOON).share(ANN, kept(sqlite_store, state).id) is None
    database.close()


def test_nobody_shares_or_ends_what_is_anothers(store: Store, shares: Shares) -> None:
    job = kept(store)
    assert shares.share(BOB, job.id) is None
    token = shared_by(shares, job)
    assert shares.token_of(BOB, job.id) is None
    assert not shares.revoke(BOB, job.id)
    assert shares.shared(token) == job


@pytest.mark.parametrize(
    "token", ["", "x", "a" * 17, "a" * 16, "a" * 18, "a" * 16 + "\n", "a" * 16 + "%", "\x00" * 17, "é" * 17, "٣" * 17,
              "' OR 1=1 --     ", "a" * 1_000_000, "../../../../../.."]
)  # fmt: skip
def test_what_is_no_token_of_ours_shows_nothing(store: Store, shares: Shares, token: str) -> None:
    shared_by(shares, kept(store))
    assert shares.shared(token) is None


def test_the_number_of_a_video_is_no_link_to_it(store: Store, shares: Shares) -> None:
    job = kept(store)
    shared_by(shares, job)
    assert shares.shared(job.id) is None


def test_a_link_cannot_be_guessed_and_survives_a_chat_program(store: Store, shares: Shares) -> None:
    tokens = {shared_by(shares, kept(store)) for _ in range(50)}
    assert len(tokens) == 50
    assert all(token.isascii() and token.isalnum() for token in tokens)
    assert 62 ** min(map(len, tokens)) > 2**96
