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

from studio.jobs.circuit_breaker import DEMOS_PAUSE, OUTAGES, OWNERS_PAUSE, REST, Stop
from studio.jobs.job import Job, Reason, State
from studio.queue.job_store import Store
from studio.queue.store_part import LEASE
from studio.storage import free_space
from studio.storage.database import Database
from studio.storage.errors import StorageAway
from studio.storage.free_space import is_room
from studio.storage.media import Media
from studio.storage.tables import jobs
from tests.studio.scripted_provider import A_BALANCE, A_KEY, generation
from tests.studio.shop import Shop
from tests.studio.strategies import NOON, an_order
from videoapi import errors as api
from videoapi.billing import Balance
from videoapi.failures import Failure, FailureKind
from videoapi.key_info import KeyInfo
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
    api.Forbidden("blocked", status=403): (State.REFUSED, Reason.BLOCKED),
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


@pytest.mark.parametrize(
    "error",
    [
        api.OrderInvalid("Invalid url", fields=(("audio_url", "Invalid url"),), status=400),
        api.OrderInvalid("no", fields=(("audio_url.0", "Invalid url"),), status=422),
        api.OrderInvalid("request entity too large", status=413),
        api.OrderInvalid("x", failure=Failure(kind=FailureKind.AUDIO_UNREACHABLE, name="", message=""), status=400),
    ],
)
def test_a_refusal_of_a_sound_given_as_a_file_is_told_as_that_and_nothing_is_charged(
    shop: Shop, error: api.OrderInvalid
) -> None:
    shop.media.put("sounds/ab/abcd.mp3", b"x" * 576 * 200)
    shop.provider.on_create = [error]
    job = shop.step(shop.placed(order=an_order(sound_key="sounds/ab/abcd.mp3")))
    assert (job.state, job.reason, job.failed_for_nothing) == (State.REFUSED, Reason.AUDIO_FILE_REFUSED, True)
    shop.provider.on_create = [error]
    without = shop.step(shop.placed(order=an_order(audio_url="https://example.com/a.mp3")))
    assert without.reason is Reason.ORDER_INVALID, "of a link it says what it said"


def test_another_refusal_of_an_order_with_a_sound_is_told_as_what_it_is(shop: Shop) -> None:
    shop.media.put("sounds/ab/abcd.mp3", b"x" * 576 * 200)
    shop.provider.on_create = [api.OrderInvalid("seed", fields=(("seed", "Not a number"),), status=400)]
    job = shop.step(shop.placed(order=an_order(sound_key="sounds/ab/abcd.mp3")))
    assert job.reason is Reason.ORDER_INVALID


def test_an_order_whose_picture_is_gone_is_not_sent(shop: Shop) -> None:
    shop.media.delete("pictures/ab/abcd.jpg")
    job = shop.step(shop.placed())
    assert (job.state, job.reason, shop.provider.sent) == (State.REFUSED, Reason.PICTURE_LOST, [])


def test_without_room_for_the_video_nothing_is_sent(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(free_space, "VIDEO_BYTES", 2**62)
        job = shop.step(shop.placed())
        assert (job.state, job.last_error, job.attempt, shop.provider.sent) == (State.WAITING, "storage_full", 0, [])
    assert shop.until(job, State.DONE)


def test_an_order_that_finds_no_room_for_an_hour_is_given_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(free_space, "VIDEO_BYTES", 2**62)
    job = shop.until(shop.placed(), State.REFUSED)
    assert (job.reason, job.attempt, shop.provider.sent) == (Reason.NO_ROOM, 0, [])
    assert HOUR <= shop.now - job.created_at <= HOUR + timedelta(minutes=2)


def test_the_room_asked_for_is_what_videos_take(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = shutil.disk_usage(tmp_path).free
    in_memory = Media("memory:///")
    assert in_memory.folder is None
    assert is_room(shop.scratch, shop.media)
    # Downloads that come at once fit, ten videos do not: enough for a bucket, not for a folder.
    monkeypatch.setattr(free_space, "VIDEO_BYTES", free // 8)
    assert not is_room(shop.scratch, shop.media)
    assert is_room(shop.scratch, in_memory)
    monkeypatch.setattr(free_space, "VIDEO_BYTES", free // 2)
    assert not is_room(shop.scratch, in_memory)


# The breaker.


@pytest.mark.parametrize("error", [api.NoAnswer("reset"), api.NotReachable("connection refused")], ids=repr)
def test_after_some_failures_in_a_row_nothing_is_sent_for_a_while_and_polling_goes_on(
    shop: Shop, error: api.VideoAPIError
) -> None:
    running = shop.step(shop.placed())
    shop.provider.on_create = [error]
    for _ in range(OUTAGES):
        shop.step(shop.placed())
    sent = len(shop.provider.sent)
    held = shop.step(shop.placed())
    assert (held.state, held.last_error, held.attempt) == (State.WAITING, Stop.OUTAGE, 0)
    assert held.next_at == shop.now + REST
    assert len(shop.provider.sent) == sent
    assert shop.until(running, State.DONE)
    shop.provider.on_create = [generation()]
    assert shop.until(held, State.DONE)


OWNERS = [
    (api.OutOfCredit("no", status=403), Stop.OUT_OF_CREDIT, Reason.OUT_OF_CREDIT),
    (api.KeyRejected("no", status=401), Stop.KEY_REJECTED, Reason.KEY_REJECTED),
]


@pytest.mark.parametrize(("error", "stop", "reason"), OWNERS)
def test_what_only_the_owner_can_fix_stops_sending_and_waiting_orders_are_given_back_after_an_hour(
    shop: Shop, error: api.VideoAPIError, stop: Stop, reason: Reason
) -> None:
    shop.provider.on_create = [error]
    shop.step(shop.placed())
    waiting = shop.step(shop.placed())
    assert (waiting.state, waiting.last_error, waiting.next_at) == (State.WAITING, stop, shop.now + OWNERS_PAUSE)
    assert len(shop.provider.sent) == 1
    others = [shop.placed() for _ in range(3)]
    ended = [shop.until(job, State.REFUSED) for job in (waiting, *others)]
    for job in ended:
        assert job.reason is reason
        assert job.ended_at == job.created_at + HOUR, "given back when its hour is over, and no earlier"
    # One probe at the end of each rest of ten minutes, whichever order it is, and none at the end of the hour.
    assert len(shop.provider.sent) == 1 + 5
    assert len({sent for sent, _ in shop.provider.sent}) == 6


@pytest.mark.parametrize(("error", "stop", "reason"), OWNERS)
def test_after_the_owner_has_fixed_it_one_order_is_the_probe_and_the_others_follow_at_once(
    shop: Shop, error: api.VideoAPIError, stop: Stop, reason: Reason
) -> None:
    shop.provider.on_create = [error]
    shop.step(shop.placed())
    waiting = [shop.step(shop.placed()) for _ in range(3)]
    shop.now += OWNERS_PAUSE
    stopped_meanwhile: list[Job] = []

    def probe() -> Generation:
        # Another worker's ticks, while the probe is on its way.
        while shop.worker.tick():
            pass
        stopped_meanwhile.extend(map(shop.seen, (job for job in waiting)))
        return generation()

    shop.provider.on_create = [probe, generation()]
    assert shop.worker.tick()
    assert len(shop.provider.sent) == 2
    assert sorted(job.state for job in stopped_meanwhile) == ["submitting", "waiting", "waiting"]
    moment = shop.now
    for _ in waiting:
        shop.worker.tick()
    assert all(shop.seen(job).state is not State.WAITING for job in waiting)
    assert shop.now == moment


def test_an_order_that_had_queued_long_before_a_stop_is_not_given_back_because_of_it(shop: Shop) -> None:
    queued = shop.placed(created_at=NOON - 2 * HOUR)
    shop.store.move_breaker(lambda breaker: breaker.after_stop(NOON, Stop.KEY_REJECTED))
    assert shop.step(queued).next_at == NOON + OWNERS_PAUSE
    assert shop.until(queued, State.DONE)


# A refusal that may be about the key, the account, everything, or one order.

A_WAFS_PAGE = api.Forbidden("Request blocked", status=403)
OUR_KEY = {"is_ours": True, "name": "", "created_at": None, "limit": None, "monthly_usage_micros": None}


@pytest.mark.parametrize(
    ("refusal", "key", "balance", "reason", "stop"),
    [
        (A_WAFS_PAGE, A_KEY, A_BALANCE, Reason.BLOCKED, None),
        (A_WAFS_PAGE, A_KEY, api.NoAnswer("reset"), Reason.BLOCKED, None),
        (A_WAFS_PAGE, api.Forbidden("a management key", status=403), A_BALANCE, Reason.BLOCKED, None),
        (A_WAFS_PAGE, A_KEY, Balance(micros=0, currency="USD"), Reason.BLOCKED, None),
        (
            api.Forbidden("You've run out of credits", status=403), A_KEY, Balance(micros=1, currency="USD"),
            Reason.OUT_OF_CREDIT, Stop.OUT_OF_CREDIT,
        ),
        (api.Forbidden("a sign says: out of credit", status=403), A_KEY, A_BALANCE, Reason.BLOCKED, None),
        (A_WAFS_PAGE, api.KeyRejected("no", status=401), api.KeyRejected("no", status=401),
         Reason.KEY_REJECTED, Stop.KEY_REJECTED),
        (A_WAFS_PAGE, KeyInfo(disabled=True, scopes=None, **OUR_KEY), A_BALANCE,
         Reason.KEY_REJECTED, Stop.KEY_REJECTED),
        (A_WAFS_PAGE, KeyInfo(disabled=False, scopes=frozenset({"model:text"}), **OUR_KEY), A_BALANCE,
         Reason.KEY_REJECTED, Stop.KEY_REJECTED),
    ],
)  # fmt: skip
def test_a_refusal_that_is_not_the_providers_own_stops_all_only_where_the_account_says_so(
    shop: Shop,
    refusal: api.Forbidden,
    key: KeyInfo | BaseException,
    balance: Balance | BaseException,
    reason: Reason,
    stop: Stop | None,
) -> None:
    shop.provider.on_create = [refusal, generation()]
    shop.provider.on_key, shop.provider.on_balance = key, balance
    blocked = shop.step(shop.placed())
    assert (blocked.state, blocked.reason) == (State.REFUSED, reason)
    assert shop.store.breaker().stopped(shop.now) is stop
    if stop is None:
        assert shop.until(shop.placed(), State.DONE)


def test_where_a_firewall_lets_nothing_through_no_order_is_given_up_and_it_counts_as_an_outage(shop: Shop) -> None:
    shop.provider.on_create = [A_WAFS_PAGE]
    shop.provider.on_key = shop.provider.on_balance = A_WAFS_PAGE
    orders = [shop.step(shop.placed()) for _ in range(OUTAGES)]
    assert {order.state for order in orders} == {State.WAITING}
    assert shop.store.breaker().stopped(shop.now) is Stop.OUTAGE
    shop.provider.on_create = [generation()]
    for order in orders:
        assert shop.until(order, State.DONE)


def test_in_the_demo_an_owners_stop_that_somebody_asked_for_soon_passes(
    sqlite_store: Store, tmp_path: Path, small_jpeg: bytes, tiny_mp4: bytes
) -> None:
    shop = Shop(sqlite_store, tmp_path, small_jpeg, tiny_mp4, backend="demo")
    shop.provider.on_create = [api.OutOfCredit("no", status=403), generation()]
    shop.step(shop.placed())
    waiting = shop.step(shop.placed())
    assert (waiting.state, waiting.next_at) == (State.WAITING, shop.now + DEMOS_PAUSE)
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
    shop = Shop(Store(away, polls_per_s=1e9), tmp_path, small_jpeg, tiny_mp4)
    job = shop.placed()

    def back_after_the_answer() -> Generation:
        assert away.gone, "committed before the first byte left"
        assert away.refused == 0, "asked for something in between"
        return generation()

    def back(_seconds: float) -> None:
        away.gone = False

    shop.provider.on_create = [back_after_the_answer]
    object.__setattr__(shop.worker._context, "sleep", back)
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
    with pytest.raises(RuntimeError, match="the breaker's row is gone"):
        shop.worker.tick()
    monkeypatch.undo()
    assert (shop.seen(job).state, shop.seen(job).generation_id) == (State.QUEUED, "gen-1")
