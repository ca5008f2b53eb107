"""Sending an order: at most once, and not at all where nothing may be sent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import Connection, select

from studio import room
from studio.breaker import DEMOS_TURN, OUTAGES, OWNERS_TURN, REST, Stop
from studio.database import Database
from studio.jobs import Reason, State
from studio.media import Media
from studio.room import is_room
from studio.storage_errors import StorageAway
from studio.store import LEASE, Store
from studio.tables import jobs
from tests.studio.scripted_provider import generation
from tests.studio.shop import Shop
from tests.studio.strategies import NOON
from videoapi import errors as api
from videoapi.wire import Generation

HOUR = timedelta(hours=1)


# The order could not be sent, or was refused.

ON_CREATE: dict[api.VideoAPIError, tuple[State, Reason | None]] = {
    api.VideoAPIError("?"): (State.REFUSED, Reason.UNKNOWN),
    api.NotReachable("no such host"): (State.WAITING, None),
    api.TooManyRequests("slowly", status=429): (State.WAITING, None),
    api.NoAnswer("reset"): (State.UNCONFIRMED, None),
    api.UnreadableAnswer("<html>"): (State.UNCONFIRMED, None),
    api.ServiceDown("bad gateway", status=502): (State.UNCONFIRMED, None),
    api.KeyRejected("no", status=401): (State.REFUSED, Reason.KEY_REJECTED),
    api.OutOfCredit("no", status=403): (State.REFUSED, Reason.OUT_OF_CREDIT),
    api.OrderInvalid("prompt", status=400): (State.REFUSED, Reason.ORDER_INVALID),
    api.NotFound("no such model", status=404): (State.REFUSED, Reason.NOT_OFFERED),
    # An order never meets these; should it, it is refused rather than sent again.
    api.AddressRefused("x"): (State.REFUSED, Reason.UNKNOWN),
    api.AddressExpired("x"): (State.REFUSED, Reason.UNKNOWN),
    api.DownloadCut("x"): (State.REFUSED, Reason.UNKNOWN),
    api.DownloadTooLarge("x"): (State.REFUSED, Reason.UNKNOWN),
}


def family(error: type[api.VideoAPIError]) -> set[type[api.VideoAPIError]]:
    return {error}.union(*(family(kind) for kind in error.__subclasses__()))


def test_every_error_of_the_provider_is_in_the_table_below() -> None:
    assert {type(error) for error in ON_CREATE} == family(api.VideoAPIError)


@pytest.mark.parametrize("error", ON_CREATE, ids=lambda error: type(error).__name__)
def test_an_error_on_sending_leads_where_it_should_after_exactly_one_request(
    shop: Shop, error: api.VideoAPIError
) -> None:
    state, reason = ON_CREATE[error]
    shop.provider.on_create = [error]
    job = shop.step(shop.placed())
    assert (job.state, job.reason, len(shop.provider.sent)) == (state, reason, 1)
    if state is State.UNCONFIRMED:
        assert error.outcome_unknown
        shop.until(job, State.CLOSED)
    else:
        assert not error.outcome_unknown
        shop.now += LEASE * 2
        for _ in range(3):
            shop.worker.tick()
    ids = [client_request_id for client_request_id, _ in shop.provider.sent]
    assert len(set(ids)) == len(ids), "each attempt goes out under an id of its own"
    assert state is State.WAITING or len(ids) == 1


@pytest.mark.parametrize("error", [api.NotReachable("refused"), api.TooManyRequests("slowly", status=429)])
def test_an_order_that_certainly_was_not_taken_goes_out_again_by_itself(shop: Shop, error: api.VideoAPIError) -> None:
    shop.provider.on_create = [error, error, generation()]
    job = shop.until(shop.placed(), State.DONE)
    assert [sent for sent, _ in shop.provider.sent] == [f"{job.id}.{n}" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("asked_s", "shortest_s", "longest_s"),
    [(None, 5, 60), (0, 1, 60), (0.0, 1, 60), (7, 7, 60), (120, 120, 120), (3_600, 3_600, 3_600), (1e9, 3_600, 3_600)],
)
def test_a_busy_provider_is_asked_again_when_it_said_within_reason(
    shop: Shop, asked_s: float | None, shortest_s: float, longest_s: float
) -> None:
    shop.provider.on_create = [api.TooManyRequests("slowly", status=429, retry_after_s=asked_s)]
    job = shop.step(shop.placed())
    assert job.next_at is not None
    assert shortest_s <= (job.next_at - NOON).total_seconds() <= longest_s


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (api.NotReachable("refused"), Reason.UNREACHABLE),
        (api.TooManyRequests("slowly", status=429), Reason.BUSY),
        (api.TooManyRequests("slowly", status=429, retry_after_s=1e9), Reason.BUSY),
    ],
)
def test_an_order_that_cannot_be_sent_for_an_hour_is_given_back(
    shop: Shop, error: api.VideoAPIError, reason: Reason
) -> None:
    shop.provider.on_create = [error]
    job = shop.until(shop.placed(), State.REFUSED)
    assert job.reason is reason
    assert HOUR <= shop.now - job.created_at <= HOUR + timedelta(minutes=2)


def test_an_order_whose_picture_is_gone_is_not_sent(shop: Shop) -> None:
    shop.media.forget("pictures/ab/abcd.jpg")
    job = shop.step(shop.placed())
    assert (job.state, job.reason, shop.provider.sent) == (State.REFUSED, Reason.PICTURE_LOST, [])


def test_without_room_for_the_video_nothing_is_sent(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(room, "VIDEO_BYTES", 2**62)
        job = shop.step(shop.placed())
        assert (job.state, job.trouble_kind, job.attempt, shop.provider.sent) == (State.WAITING, "storage_full", 0, [])
    assert shop.until(job, State.DONE)


def test_an_order_that_finds_no_room_for_an_hour_is_given_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "VIDEO_BYTES", 2**62)
    job = shop.until(shop.placed(), State.REFUSED)
    assert (job.reason, job.attempt, shop.provider.sent) == (Reason.NO_ROOM, 0, [])
    assert HOUR <= shop.now - job.created_at <= HOUR + timedelta(minutes=2)


def test_the_room_asked_for_is_what_videos_take(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = shutil.disk_usage(tmp_path).free
    in_memory = Media("memory:///")
    assert in_memory.folder is None
    assert is_room(shop.scratch, shop.media)
    # Downloads that come at once fit, ten videos do not: enough for a bucket, not for a folder.
    monkeypatch.setattr(room, "VIDEO_BYTES", free // 8)
    assert not is_room(shop.scratch, shop.media)
    assert is_room(shop.scratch, in_memory)
    monkeypatch.setattr(room, "VIDEO_BYTES", free // 2)
    assert not is_room(shop.scratch, in_memory)


# The breaker.


def test_after_some_failures_in_a_row_nothing_is_sent_for_a_while_and_looking_goes_on(shop: Shop) -> None:
    running = shop.step(shop.placed())
    shop.provider.on_create = [api.NoAnswer("reset")]
    for _ in range(OUTAGES):
        shop.step(shop.placed())
    sent = len(shop.provider.sent)
    held = shop.step(shop.placed())
    assert (held.state, held.trouble_kind, held.attempt) == (State.WAITING, Stop.OUTAGE, 0)
    assert held.next_at == shop.now + REST
    assert len(shop.provider.sent) == sent
    assert shop.until(running, State.DONE)
    shop.provider.on_create = [generation()]
    assert shop.until(held, State.DONE)


@pytest.mark.parametrize(
    ("error", "stop", "reason"),
    [
        (api.OutOfCredit("no", status=403), Stop.OUT_OF_CREDIT, Reason.OUT_OF_CREDIT),
        (api.KeyRejected("no", status=401), Stop.KEY_REJECTED, Reason.KEY_REJECTED),
    ],
)
def test_what_only_the_owner_can_mend_stops_sending_and_waiting_orders_are_given_back_after_an_hour(
    shop: Shop, error: api.VideoAPIError, stop: Stop, reason: Reason
) -> None:
    shop.provider.on_create = [error]
    shop.step(shop.placed())
    waiting = shop.step(shop.placed())
    assert (waiting.state, waiting.trouble_kind, waiting.next_at) == (State.WAITING, stop, shop.now + OWNERS_TURN)
    assert len(shop.provider.sent) == 1
    assert shop.until(waiting, State.REFUSED).reason is reason


def test_in_the_demo_an_owners_trouble_that_somebody_asked_for_soon_passes(
    sqlite_store: Store, tmp_path: Path, small_jpeg: bytes, tiny_mp4: bytes
) -> None:
    shop = Shop(sqlite_store, tmp_path, small_jpeg, tiny_mp4, backend="demo")
    shop.provider.on_create = [api.OutOfCredit("no", status=403), generation()]
    shop.step(shop.placed())
    waiting = shop.step(shop.placed())
    assert (waiting.state, waiting.next_at) == (State.WAITING, shop.now + DEMOS_TURN)
    assert shop.until(waiting, State.DONE).video is not None


# The database goes away.


class GoneAfterSubmitting(Database):
    """A real database that cannot be reached once `submitting` is committed, until somebody has waited for it."""

    gone = False
    refused = 0

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        self._reach()
        with super().begin() as connection:
            yield connection
            states = set(connection.execute(select(jobs.c.state)).scalars())
        self.gone = State.SUBMITTING in states

    @contextmanager
    def read(self) -> Iterator[Connection]:
        self._reach()
        with super().read() as connection:
            yield connection

    def migrate(self) -> None:
        """Done by the fixture."""

    def _reach(self) -> None:
        if self.gone:
            self.refused += 1
            raise StorageAway("gone")


def test_between_the_commit_and_the_post_nothing_is_asked_of_the_database(
    database: Database, database_url: str, tmp_path: Path, small_jpeg: bytes, tiny_mp4: bytes
) -> None:
    away = GoneAfterSubmitting(database_url)
    shop = Shop(Store(away, looks_per_s=1e9), tmp_path, small_jpeg, tiny_mp4)
    job = shop.placed()

    def back_after_the_answer() -> Generation:
        assert away.gone, "committed before the first byte left"
        assert away.refused == 0, "asked for something in between"
        return generation()

    def back(_seconds: float) -> None:
        away.gone = False

    shop.provider.on_create = [back_after_the_answer]
    object.__setattr__(shop.worker._b, "pause", back)
    assert shop.worker.tick()
    queued = shop.seen(job)
    assert (queued.state, queued.generation_id, len(shop.provider.sent)) == (State.QUEUED, "gen-1", 1)
    assert away.refused == 1, "the answer was saved at the second try"
    away.close()


def test_a_breaker_that_cannot_be_told_costs_no_order_its_id(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_store: Store) -> NoReturn:
        raise RuntimeError("the breaker's row is gone")

    job = shop.placed()

    def the_breaker_breaks() -> Generation:
        monkeypatch.setattr(Store, "breaker", breaks)
        return generation()

    shop.provider.on_create = [the_breaker_breaks]
    with pytest.raises(RuntimeError):
        shop.worker.tick()
    monkeypatch.undo()
    assert (shop.seen(job).state, shop.seen(job).generation_id) == (State.QUEUED, "gen-1")
