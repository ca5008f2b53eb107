"""Whoever slept for longer than a lease undoes nothing, sends nothing, and costs nobody anything."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from studio.jobs.job import Job, Reason, State
from studio.jobs.last_error import ProviderError, StepError
from studio.money.ledger import settle
from studio.money.limits import Limits
from studio.money.statements import adds_up
from studio.queue import leases
from studio.queue.fairness import next_due
from studio.queue.job_store import Store
from studio.queue.leases import Claim
from studio.queue.store_part import LEASE
from studio.retention.deletion import Deletion
from studio.sharing.gallery_links import GalleryLinks
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.tables import incidents, jobs, ledger
from studio.worker.worker import Context, Worker
from tests.crash.steps import SteppedMedia, SteppedProvider, SteppedStore
from tests.studio.scripted_provider import completed, generation
from tests.studio.shop import Shop
from tests.studio.strategies import A_VIDEO, NOON, a_job, after
from videoapi import errors as api

ROOT = Path(__file__).resolve().parents[3]
ME, OTHER = "a" * 32, "b" * 32
LOST = ProviderError("NoAnswer")


def booked(database: Database) -> list[tuple[str, int]]:
    with database.read() as connection:
        rows = connection.execute(select(ledger.c.kind, ledger.c.micros).order_by(ledger.c.id)).all()
    return [(kind, micros) for kind, micros in rows]


def claimed(store: Store, now: datetime = NOON) -> Claim:
    claim = store.claim_due(now)
    assert claim is not None
    return claim


# One who stands still at a named step.


class Sleeper:
    """A worker of a shop that stands still at a step of its life, once, while something happens."""

    def __init__(self, shop: Shop, database: Database, folder: Path) -> None:
        self._at: tuple[str, Callable[[], object]] | None = None
        store = SteppedStore(database, self._step, polls_per_s=1e9)
        self.worker = Worker(
            Context(
                store,
                SteppedMedia((folder / "media").as_uri(), self._step),
                SteppedProvider(shop.provider, self._step),
                "aimlapi",
                shop.scratch,
                lambda: shop.now,
                sleep=shop.paused.append,
            )
        )

    def _step(self, step: str, about: str = "") -> None:
        if self._at is not None and self._at[0] == step:
            meanwhile, self._at = self._at[1], None
            meanwhile()

    def tick(self, at: str, meanwhile: Callable[[], object]) -> None:
        """One tick, with that in the middle of it."""
        self._at = at, meanwhile
        assert self.worker.tick()
        assert self._at is None, f"it never came to the step {at}"


@pytest.fixture
def sleeper(any_shop: Shop, database: Database, tmp_path: Path) -> Sleeper:
    return Sleeper(any_shop, database, tmp_path)


def deletion(shop: Shop, database: Database) -> Deletion:
    return Deletion(database, shop.store, shop.media, lambda: shop.now)


@pytest.mark.parametrize("step", ["claimed waiting", "picture read", "before waiting -> submitting"])
def test_an_order_taken_back_while_its_worker_slept_is_never_sent(
    any_shop: Shop, sleeper: Sleeper, database: Database, step: str
) -> None:
    shop = any_shop
    shop.placed()

    def everything_is_deleted() -> None:
        shop.now += LEASE
        deletion(shop, database).everything_of(ME)

    sleeper.tick(step, everything_is_deleted)
    assert shop.provider.sent == []
    assert booked(database) == [("reserved", 650_000), ("released", -650_000)]
    assert adds_up(database) == []


@pytest.mark.parametrize("step", ["claimed waiting", "picture read", "before waiting -> submitting"])
def test_who_slept_before_it_was_written_down_sends_nothing_and_the_order_goes_out_once(
    any_shop: Shop, sleeper: Sleeper, step: str
) -> None:
    shop = any_shop
    job = shop.placed()

    def a_lease_passes() -> None:
        shop.now += LEASE

    sleeper.tick(step, a_lease_passes)
    assert (shop.provider.sent, shop.seen(job).state) == ([], State.WAITING)
    shop.until(job, State.DONE)
    assert [sent for sent, _ in shop.provider.sent] == [f"{job.id}.1"]


def test_who_slept_after_it_was_written_down_sends_nothing_and_the_order_waits_again(
    any_shop: Shop, sleeper: Sleeper
) -> None:
    shop = any_shop
    job = shop.placed()

    def a_lease_passes() -> None:
        shop.now += LEASE

    sleeper.tick("after waiting -> submitting", a_lease_passes)
    assert (shop.provider.sent, shop.seen(job).state) == ([], State.WAITING)
    assert shop.seen(job).last_error == StepError.INTERRUPTED
    shop.until(job, State.DONE)
    assert [sent for sent, _ in shop.provider.sent] == [f"{job.id}.2"]


def another_finds(shop: Shop, job: Job) -> None:
    """The lease is over, and another worker takes the order for lost."""
    shop.now += LEASE
    assert shop.worker.tick()
    assert shop.seen(job).state is State.UNCONFIRMED


def test_an_order_that_was_taken_for_lost_and_certainly_was_not_sent_is_given_back(
    any_shop: Shop, sleeper: Sleeper, database: Database
) -> None:
    shop = any_shop
    job = shop.placed()

    sleeper.tick("after waiting -> submitting", partial(another_finds, shop, job))
    assert shop.provider.sent == []
    assert (shop.seen(job).state, shop.seen(job).reason) == (State.REFUSED, Reason.WITHDRAWN)
    assert booked(database) == [("reserved", 650_000), ("released", -650_000)]


def test_the_answer_to_an_order_that_was_taken_for_lost_is_not_dropped(any_shop: Shop, sleeper: Sleeper) -> None:
    shop = any_shop
    job = shop.placed()

    sleeper.tick("before sending", partial(another_finds, shop, job))
    assert (shop.seen(job).state, shop.seen(job).generation_id) == (State.QUEUED, "gen-1")
    shop.until(job, State.DONE)
    assert len(shop.provider.sent) == 1
    assert shop.provider.searched == [], "nobody had to look for it"


def test_a_refusal_of_an_order_that_was_taken_for_lost_gives_its_money_back(
    any_shop: Shop, sleeper: Sleeper, database: Database
) -> None:
    shop = any_shop
    shop.provider.on_create = [api.OrderInvalid("prompt", status=400)]
    job = shop.placed()

    def another_finds_it() -> None:
        shop.now += LEASE
        assert shop.worker.tick()

    sleeper.tick("before sending", another_finds_it)
    assert (shop.seen(job).state, shop.seen(job).reason) == (State.REFUSED, Reason.ORDER_INVALID)
    assert booked(database) == [("reserved", 650_000), ("released", -650_000)]


def test_an_answer_later_than_what_is_known_changes_nothing(any_shop: Shop, sleeper: Sleeper) -> None:
    shop = any_shop
    job = shop.placed()
    ended: list[Job] = []

    def a_day_passes() -> None:
        shop.now += LEASE
        ended.append(shop.until(job, State.CLOSED))

    sleeper.tick("after the answer", a_day_passes)
    assert [shop.seen(job)] == ended


@pytest.mark.parametrize("step", ["before the download", "download whole, not checked"])
def test_who_lost_the_lease_in_a_download_keeps_nothing(
    any_shop: Shop, sleeper: Sleeper, database: Database, step: str
) -> None:
    """The visitor deletes everything, another ends the job: a file kept after that would be nobody's."""
    shop = any_shop
    shop.provider.on_poll = [completed()]
    job = shop.step(shop.placed())
    shop.now = job.next_at or shop.now

    def a_lease_passes() -> None:
        shop.now += LEASE

    sleeper.tick(step, a_lease_passes)
    assert list(shop.media.keys("videos/")) == []
    assert shop.seen(job).state is State.FETCHING
    assert shop.until(job, State.DONE).video is not None


def test_a_poll_that_comes_back_after_another_has_polled_changes_nothing(any_shop: Shop, sleeper: Sleeper) -> None:
    shop = any_shop
    shop.provider.on_poll = [generation(), completed()]
    job = shop.step(shop.placed())
    shop.now = job.next_at or shop.now

    def another_polls() -> None:
        shop.now += LEASE
        assert shop.worker.tick()
        assert shop.seen(job).state is State.DONE

    sleeper.tick("after polling", another_polls)
    assert shop.seen(job).state is State.DONE


# The fence.


def test_a_save_is_fenced_by_what_was_read_and_not_by_the_token_alone(store: Store) -> None:
    store.place(a_job(), nonce="n")
    claim = claimed(store)
    sending = store.save(claim, claim.job.submit_begun(NOON), release=False)
    assert sending is not None
    assert store.save(claim, claim.job.refused(NOON, Reason.PICTURE_LOST)) is None, "another state"
    waiting = store.save(sending, sending.job.not_sent(NOON, LOST), release=False)
    assert waiting is not None
    assert store.save(claim, claim.job.refused(NOON, Reason.PICTURE_LOST)) is None, "another attempt"
    assert store.get(claim.job.id) == waiting.job


def test_a_job_that_has_ended_is_nobodys(store: Store, database: Database) -> None:
    store.place(a_job(), nonce="n")
    claim = claimed(store)
    ended = claim.job.refused(NOON, Reason.PICTURE_LOST)
    assert store.save(claim, ended, release=False) is not None
    with database.read() as connection:
        assert connection.execute(select(jobs.c.lease_token, jobs.c.lease_until)).one() == (None, None)


def test_deleting_everything_leaves_no_lease_to_write_under(store: Store, database: Database, tmp_path: Path) -> None:
    moments = [NOON]
    store.place(a_job(), nonce="n")
    claim = claimed(store)
    moments[0] = NOON + LEASE
    Deletion(database, store, Media((tmp_path / "media").as_uri()), lambda: moments[0]).everything_of(ME)
    with database.read() as connection:
        row = connection.execute(select(jobs.c.state, jobs.c.lease_token, jobs.c.lease_until)).one()
    assert row == (State.REFUSED, None, None)
    assert store.renew([claim], moments[0]) == [claim]
    assert claim.lease.lost


def test_a_lease_that_has_ended_lets_nothing_be_sent_even_where_nobody_took_the_job(store: Store) -> None:
    job = store.place(a_job(), nonce="n")
    claim = claimed(store)
    assert store.begin_submit(claim, lambda: NOON + LEASE) is None
    assert store.get(job.id) == job
    assert claimed(store, NOON + LEASE).job == job


def test_the_lease_is_looked_at_by_the_clock_as_it_is_once_the_row_is_ours(store: Store, database: Database) -> None:
    """A transaction may wait for another for half a minute: what the clock said before it says nothing."""
    job = store.place(a_job(), nonce="n")
    claim = claimed(store)
    read = threading.Event()
    result: list[Claim | None] = []

    def clock() -> datetime:
        read.set()
        return after(1)

    with database.begin() as connection:
        connection.execute(select(jobs).where(jobs.c.id == job.id).with_for_update())
        thread = threading.Thread(target=lambda: result.append(store.begin_submit(claim, clock)))
        thread.start()
        assert not read.wait(0.3), "the clock was read while another had the row"
    thread.join(10)
    assert read.is_set()
    assert result[0] is not None


def test_an_order_goes_out_with_a_whole_lease(store: Store) -> None:
    store.place(a_job(), nonce="n")
    claim = claimed(store)
    late = NOON + LEASE - timedelta(seconds=1)
    sending = store.begin_submit(claim, lambda: late)
    assert sending is not None
    assert store.claim_due(late + LEASE - timedelta(seconds=1)) is None
    assert sending.is_ours(late + LEASE - timedelta(seconds=1))
    assert not sending.is_ours(late + LEASE)


def test_a_worker_hears_that_it_lost_a_job(store: Store) -> None:
    store.place(a_job(), nonce="n")
    first = claimed(store)
    assert store.renew([first], after(20)) == []
    assert first.is_ours(after(20) + LEASE - timedelta(seconds=1))
    second = claimed(store, after(20) + LEASE)
    assert store.renew([first, second], after(81)) == [first]
    assert not first.is_ours(after(0))
    assert second.is_ours(after(82))


def test_what_is_being_sent_is_not_given_back(store: Store) -> None:
    store.place(a_job(), nonce="n")
    claim = claimed(store)
    sending = store.begin_submit(claim, lambda: NOON)
    assert sending is not None
    store.give_back(claim)
    assert store.claim_due(after(1)) is None, "its answer may yet come"
    assert sending.is_ours(after(1))


def test_an_order_is_either_sent_or_taken_back_never_both(store: Store, database: Database, tmp_path: Path) -> None:
    """At the same moment, on two threads, many times."""
    forget = Deletion(database, store, Media((tmp_path / "media").as_uri()), lambda: NOON)
    sent = 0
    for number in range(40):
        visitor = f"{number:032x}"
        job = store.place(a_job(visitor=visitor), nonce=f"{number}")
        claim = claimed(store)
        store.renew([claim], NOON - LEASE)  # it is over at this very moment
        barrier = threading.Barrier(2)
        begun: list[Claim | None] = []

        def begin(
            claim: Claim = claim, barrier: threading.Barrier = barrier, begun: list[Claim | None] = begun
        ) -> None:
            barrier.wait(10)
            begun.append(store.begin_submit(claim, lambda: NOON - timedelta(seconds=1)))

        thread = threading.Thread(target=begin)
        thread.start()
        barrier.wait(10)
        forget.everything_of(visitor)
        thread.join(30)
        with database.read() as connection:
            state = connection.execute(select(jobs.c.state).where(jobs.c.id == job.id)).scalar_one()
            ends = connection.execute(
                select(ledger.c.kind).where(ledger.c.job_id == job.id, ledger.c.closes.is_(True))
            ).scalars()
            assert (state, list(ends)) == (
                (State.REFUSED, ["released"]) if begun[0] is None else (State.SUBMITTING, [])
            )
        sent += begun[0] is not None
    print(f"{sent} of 40 sent")
    assert adds_up(database) == []


@pytest.mark.parametrize("state", [State.WAITING, State.SUBMITTING])
def test_an_order_that_a_worker_holds_is_not_taken_back(
    store: Store, database: Database, tmp_path: Path, state: State
) -> None:
    """It may be sent this very moment, or have been sent: its money is given back by whoever knows that it was not."""
    store.place(a_job(), nonce="n")
    claim = claimed(store)
    if state is State.SUBMITTING:
        assert store.begin_submit(claim, lambda: NOON) is not None
    # What was being sent may have arrived, also where its worker has died since.
    latest = NOON + LEASE - timedelta(microseconds=1) if state is State.WAITING else NOON + 2 * LEASE
    Deletion(database, store, Media((tmp_path / "media").as_uri()), lambda: latest).everything_of(ME)
    with database.read() as connection:
        assert connection.execute(select(jobs.c.state, jobs.c.lease_token)).one() == (state, claim.token)
    assert booked(database) == [("reserved", 650_000)]


def test_a_job_that_was_handed_over_meanwhile_stays_with_whom_it_was_given_to(store: Store, database: Database) -> None:
    job = store.place(a_job(), nonce="n")
    claim = claimed(store)
    links = GalleryLinks(database, lambda: NOON)
    assert links.use(links.make(OTHER), here=ME, bring=True) == OTHER
    assert store.save(claim, claim.job.submit_begun(NOON)) is not None
    assert store.get(job.id, ME) is None
    theirs = store.get(job.id, OTHER)
    assert theirs is not None
    assert theirs.state is State.SUBMITTING


@pytest.fixture
def postgresql(postgres_url: str) -> Iterator[Database]:
    opened = Database(postgres_url)
    yield opened
    opened.close()


def test_who_claims_while_everything_is_deleted_gets_nothing_that_is_being_taken_back(postgresql: Database) -> None:
    """SQLite has one writer at a time; on PostgreSQL both are in the middle of it."""
    store = Store(postgresql, polls_per_s=1e9)
    store.place(a_job(), nonce="n")
    got: list[Claim | None] = []
    claiming = threading.Thread(target=lambda: got.append(store.claim_due(NOON)))
    with postgresql.begin() as connection:
        leases.withdraw(connection, ME, NOON)
        claiming.start()
        claiming.join(10)
        assert got == [None], "it passes over what another holds, and does not wait for it"
    assert booked(postgresql) == [("reserved", 650_000), ("released", -650_000)]
    assert store.claim_due(after(3600)) is None


def test_who_deletes_everything_while_an_order_is_claimed_leaves_it_to_its_worker(postgresql: Database) -> None:
    store = Store(postgresql, polls_per_s=1e9)
    job = store.place(a_job(), nonce="n")
    done = threading.Event()

    def deletes() -> None:
        with postgresql.begin() as connection:
            leases.withdraw(connection, ME, NOON)
        done.set()

    deleting = threading.Thread(target=deletes)
    with postgresql.begin() as connection:
        row = next_due(connection, NOON, Limits(), lock=True)
        assert row is not None
        deleting.start()
        assert done.wait(10), "it passes over what another holds, and does not wait for it"
    deleting.join(10)
    assert store.get(job.id) == job
    assert booked(postgresql) == [("reserved", 650_000)]


def test_one_place_alone_moves_a_jobs_row() -> None:
    moves = {
        path.relative_to(ROOT / "studio").as_posix()
        for path in (ROOT / "studio").rglob("*.py")
        if re.search(r"\brow_of\(|lease_token=", path.read_text("utf-8")) and path.name != "rows.py"
    }
    begins = {f"queue/{file}.py" for file in ("placing", "claiming", "kept_edits", "brought_in")}
    assert moves == begins | {"queue/leases.py"}, (
        "an order is placed and claimed, what nobody ordered is placed at its end; all else goes through leases.move"
    )


# Two ends.


def ended_both_ways(database: Database, store: Store, first: State, second: State) -> None:
    job = store.place(a_job(), nonce="n")
    ends = {
        State.REFUSED: replace(job, state=State.REFUSED, ended_at=after(1), next_at=None),
        State.DONE: replace(job, state=State.DONE, ended_at=after(2), next_at=None, video=A_VIDEO, cost_micros=640_000),
    }
    for state in (first, second):
        with database.begin() as connection:
            settle(connection, ends[state])


@pytest.mark.parametrize(("first", "second"), [(State.REFUSED, State.DONE), (State.DONE, State.REFUSED)])
def test_a_second_and_different_end_is_told_and_the_limits_count_the_dearer_of_the_two(
    store: Store, database: Database, caplog: pytest.LogCaptureFixture, first: State, second: State
) -> None:
    caplog.set_level(logging.ERROR)
    ended_both_ways(database, store, first, second)
    assert booked(database) == [("reserved", 650_000), ("settled", -10_000)]
    assert adds_up(database) == []
    assert "settled twice, differently" in caplog.text
    with database.read() as connection:
        (what,) = connection.execute(select(incidents.c.what)).scalars()
    assert "released at -650000" in what
    assert "settled at -10000" in what


@pytest.mark.parametrize("state", [State.DONE, State.REFUSED])
def test_the_same_end_told_twice_is_booked_once_and_silently(
    store: Store, database: Database, caplog: pytest.LogCaptureFixture, state: State
) -> None:
    ended_both_ways(database, store, state, state)
    assert len(booked(database)) == 2
    assert adds_up(database) == []
    assert caplog.text == ""
