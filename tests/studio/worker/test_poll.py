"""Polling, fetching and searching: at least once, and nothing that is paid for is lost."""

from __future__ import annotations

import fcntl
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from studio.jobs.job import DEADLINE, Reason, State
from studio.jobs.polling import prior
from tests.studio.scripted_provider import ADDRESS, completed, generation, given_up
from tests.studio.shop import Killed, Shop, log_row
from tests.studio.strategies import NOON, after, an_order
from videoapi import errors as api
from videoapi.failures import FailureKind
from videoapi.wire import Status

HOUR = timedelta(hours=1)


# The answer got lost.


def test_an_order_found_half_sent_after_a_crash_is_never_sent_again(any_shop: Shop) -> None:
    shop = any_shop
    shop.provider.on_create = [Killed()]
    job = shop.placed()
    shop.killed(job)
    assert shop.seen(job).state is State.SUBMITTING, "committed before the first byte left"
    assert shop.step(job).state is State.UNCONFIRMED
    closed = shop.until(job, State.CLOSED)
    assert (closed.reason, len(shop.provider.sent)) == (Reason.NOT_FOUND_AGAIN, 1)


def test_a_lost_answer_is_found_in_the_log_and_becomes_a_video(any_shop: Shop) -> None:
    shop = any_shop
    shop.provider.on_create = [api.NoAnswer("reset")]
    job = shop.step(shop.placed())
    shop.provider.on_search = [None, api.ServiceDown("no", status=502), log_row(job)]
    queued = shop.until(job, State.QUEUED)
    assert (queued.generation_id, queued.accepted_at, queued.cost_micros) == ("gen-from-log", NOON, 650_000)
    assert {asked for asked, _, _ in shop.provider.searched} == {f"{job.id}.1"}
    assert queued.polls == 1, "a search that found nothing counts as one"
    done = shop.until(job, State.DONE)
    assert shop.provider.polled == ["gen-from-log"]
    assert (done.video is not None, len(shop.provider.sent)) == (True, 1)


def test_an_id_that_came_with_an_unreadable_answer_is_kept_and_asked_after_before_the_log(any_shop: Shop) -> None:
    """The log is minutes late; the id is the order itself."""
    shop = any_shop
    shop.provider.on_create = [api.UnreadableAnswer("half of it", inference_id="gen-heard")]
    shop.provider.on_poll = [generation(), completed()]
    job = shop.step(shop.placed())
    assert (job.state, job.generation_id) == (State.UNCONFIRMED, "gen-heard")
    found = shop.step(job)
    assert (found.state, found.generation_id) == (State.QUEUED, "gen-heard")
    assert (shop.provider.polled, shop.provider.searched) == (["gen-heard"], [])
    assert shop.until(job, State.DONE)
    assert len(shop.provider.sent) == 1


def test_an_id_that_was_heard_of_and_that_nobody_knows_is_not_relied_on(shop: Shop) -> None:
    shop.provider.on_create = [api.UnreadableAnswer("half of it", inference_id="gen-heard")]
    shop.provider.on_poll = [api.NotFound("no such generation", status=404)]
    job = shop.step(shop.placed())
    shop.provider.on_search = [log_row(job)]
    found = shop.step(job)
    assert (found.state, found.generation_id) == (State.QUEUED, "gen-from-log")
    assert shop.provider.polled == ["gen-heard"]


def test_a_lost_order_that_the_log_calls_failed_cost_nothing(shop: Shop) -> None:
    shop.provider.on_create = [api.ServiceDown("oops", status=500)]
    job = shop.step(shop.placed())
    shop.provider.on_search = [log_row(job, succeeded=False)]
    failed = shop.until(job, State.FAILED)
    assert (failed.cost_micros, len(shop.provider.sent)) == (0, 1)


def test_a_lost_order_is_looked_for_a_day_and_then_closed(shop: Shop) -> None:
    shop.provider.on_create = [api.NoAnswer("reset")]
    job = shop.until(shop.placed(), State.CLOSED)
    assert DEADLINE <= shop.now - NOON <= DEADLINE + timedelta(minutes=10)
    assert job.reason is Reason.NOT_FOUND_AGAIN
    assert 100 < len(shop.provider.searched) < 250
    assert all(since < NOON < until for _, since, until in shop.provider.searched)


def test_a_log_that_cannot_be_read_does_not_close_an_order_on_the_day(shop: Shop) -> None:
    shop.provider.on_create = [api.NoAnswer("reset")]
    job = shop.step(shop.placed())
    shop.provider.on_search = [api.KeyRejected("no", status=401)]
    shop.now += DEADLINE + HOUR
    assert shop.step(job).state is State.UNCONFIRMED
    shop.provider.on_search = [log_row(job)]
    assert shop.step(job).state is State.QUEUED


@pytest.mark.parametrize("off_for", [timedelta(days=-2), timedelta(days=3), timedelta(days=400)])
def test_however_long_the_server_was_off_the_log_can_be_asked(shop: Shop, off_for: timedelta) -> None:
    shop.provider.on_create = [api.NoAnswer("reset")]
    job = shop.step(shop.placed())
    due = job.next_at
    assert due is not None
    claim = shop.store.claim_due(due)
    assert claim is not None
    shop.now += off_for
    shop.store.save(claim, replace(job, next_at=min(shop.now, due)))
    assert shop.worker.tick()
    ((_, since, until),) = shop.provider.searched
    assert timedelta(0) < until - since < timedelta(days=92)
    assert since < NOON < until


# Polling.


@pytest.mark.parametrize("word", ["", "thinking", "SUCCESSFUL?", "completed_with_warnings"])
def test_an_unknown_word_for_the_status_means_keep_polling(shop: Shop, word: str) -> None:
    shop.provider.on_poll = [*[generation(Status.UNKNOWN, word=word)] * 3, completed()]
    job = shop.step(shop.placed())
    job = shop.step(job)
    assert (job.state, job.consecutive_failures, job.attempt) == (State.GENERATING, 0, 1)
    assert shop.until(job, State.DONE)


def test_while_a_video_is_awaited_its_check_is_made_ready(shop: Shop) -> None:
    shop.provider.on_poll = [generation(Status.QUEUED), generation(), completed()]
    job = shop.step(shop.placed())
    assert shop.warmed_up == [], "an order that just went out takes minutes"
    shop.step(job)
    shop.step(job)
    assert len(shop.warmed_up) == 2
    shop.until(job, State.DONE)
    assert len(shop.warmed_up) == 2


def test_done_without_an_address_means_poll_again(shop: Shop) -> None:
    shop.provider.on_poll = [completed(None), completed(None), completed()]
    job = shop.step(shop.step(shop.placed()))
    assert (job.state.value, shop.provider.fetched) == ("generating", [])
    assert shop.until(job, State.DONE)


@pytest.mark.parametrize("kind", FailureKind)
def test_a_generation_that_was_given_up_ends_the_job_and_says_why(shop: Shop, kind: FailureKind) -> None:
    shop.provider.on_poll = [given_up(kind)]
    job = shop.until(shop.placed(), State.FAILED)
    assert job.reason is not None
    assert job.reason.value == kind.value
    assert (job.cost_micros, job.reason_detail, job.video) == (0, "SomeName: some words", None)


@pytest.mark.parametrize(
    "error",
    [
        api.NotReachable("x"),
        api.NoAnswer("x"),
        api.UnreadableAnswer("x"),
        api.ServiceDown("x", status=503),
        api.TooManyRequests("x", status=429),
        api.KeyRejected("x", status=401),
        api.OutOfCredit("x", status=403),
        api.NotFound("x", status=404),
        api.OrderInvalid("x", status=400),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_while_polling_loses_nothing(shop: Shop, error: api.VideoAPIError) -> None:
    shop.provider.on_poll = [error, error, completed()]
    job = shop.step(shop.placed())
    job = shop.step(job)
    assert (job.state, job.consecutive_failures, job.last_error) == (State.QUEUED, 1, type(error).__name__)
    done = shop.until(job, State.DONE)
    assert (done.consecutive_failures, done.last_error, len(shop.provider.sent)) == (0, "", 1)


def test_a_job_is_given_up_a_day_after_it_was_sent(shop: Shop) -> None:
    shop.provider.on_poll = [generation(Status.GENERATING)]
    job = shop.until(shop.placed(), State.QUEUED)
    shop.nearly_a_day_passes()
    assert not shop.step(job).is_final
    job = shop.until(job, State.EXPIRED)
    assert job.reason is Reason.NEVER_ANSWERED
    assert DEADLINE <= shop.now - NOON <= DEADLINE + timedelta(minutes=2)


def test_a_job_that_the_provider_never_again_tells_of_is_given_up_after_a_day(shop: Shop) -> None:
    shop.provider.on_poll = [api.NotFound("gone", status=404)]
    job = shop.until(shop.placed(), State.QUEUED)
    shop.nearly_a_day_passes()
    assert not shop.step(job).is_final
    job = shop.until(job, State.EXPIRED)
    assert (job.reason, job.may_have_been_charged) == (Reason.NEVER_ANSWERED, True)


def test_a_video_that_is_there_after_all_is_fetched_however_late(shop: Shop) -> None:
    job = shop.step(shop.placed())
    shop.now += DEADLINE * 2
    assert shop.step(job).state is State.DONE


def test_a_job_of_172_s_is_polled_twice_a_second_at_most_and_shown_within_one(shop: Shop) -> None:
    ready = after(172)
    shop.provider.on_poll = [lambda: completed() if shop.now >= ready else generation(Status.GENERATING)]
    job = shop.until(shop.placed(order=an_order(resolution="1080p")), State.DONE)
    assert len(shop.provider.polled) <= 2 * 190
    assert job.ended_at is not None
    assert job.ended_at - ready <= timedelta(seconds=1)


def test_what_is_expected_is_learned_from_the_jobs_before(shop: Shop) -> None:
    ready = [NOON]
    shop.provider.on_poll = [lambda: completed() if shop.now >= ready[0] else generation(Status.GENERATING)]
    order = an_order(resolution="1080p")
    for _ in range(8):
        ready[0] = shop.now + timedelta(seconds=90)
        job = shop.until(shop.placed(order=order), State.DONE)
    assert job.expected_s is not None
    assert job.expected_s < 0.8 * prior("aimlapi", an_order(resolution="1080p")).typical_s


# Fetching.


def test_an_expired_address_is_asked_for_afresh(shop: Shop) -> None:
    fresh = ADDRESS.replace("1.mp4", "2.mp4")
    shop.provider.on_poll = [completed(), completed(fresh)]
    shop.provider.on_fetch.insert(0, api.AddressExpired("gone", status=403))
    job = shop.step(shop.step(shop.placed()))
    assert (job.state, job.last_error) == (State.FETCHING, "AddressExpired")
    shop.until(job, State.DONE)
    assert (shop.provider.fetched, len(shop.provider.polled)) == ([ADDRESS, fresh], 2)


@pytest.mark.parametrize("damage", ["cut", "hole", "page", "nothing"])
def test_a_broken_video_is_not_shown_but_fetched_again(shop: Shop, tiny_mp4: bytes, damage: str) -> None:
    broken = {
        "cut": tiny_mp4[:-200],
        "hole": tiny_mp4[: len(tiny_mp4) // 2] + bytes(len(tiny_mp4) - len(tiny_mp4) // 2),
        "page": b"<html>Not here</html>",
        "nothing": b"",
    }[damage]
    shop.provider.on_fetch.insert(0, broken)
    job = shop.step(shop.step(shop.placed()))
    assert (job.state, job.last_error, job.video) == (State.FETCHING, "video_broken", None)
    assert list(shop.scratch.iterdir()) == [], "nothing of it is gone on with"
    assert list(shop.media.keys("videos/")) == []
    assert shop.until(job, State.DONE)


def test_a_broken_download_is_removed_before_another_worker_can_begin_one(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Removed a moment later, it would be the other's."""
    shop.provider.on_fetch.insert(0, b"no video")
    job = shop.step(shop.placed())
    part = shop.scratch / f"{job.id}.part"
    real, removed = Path.unlink, []

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path == part:
            with part.open("rb") as mine, pytest.raises(BlockingIOError):
                fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
            removed.append(path)
        real(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)
    assert shop.step(job).last_error == "video_broken"
    assert removed == [part]


def test_a_video_that_another_worker_still_downloads_is_waited_for(shop: Shop) -> None:
    job = shop.step(shop.placed())
    part = shop.scratch / f"{job.id}.part"
    part.touch()
    with part.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        waiting = shop.step(job)
        assert (waiting.state, waiting.last_error) == (State.FETCHING, "fetched_elsewhere")
        assert shop.provider.fetched == []
    assert shop.until(job, State.DONE).video is not None


def test_what_was_fetched_in_part_is_left_for_the_next_try_to_go_on_from(shop: Shop, tiny_mp4: bytes) -> None:
    job = shop.step(shop.placed())
    part = shop.scratch / f"{job.id}.part"
    part.write_bytes(tiny_mp4[:100])
    shop.provider.on_fetch.insert(0, api.DownloadCut("half"))
    shop.step(job)
    assert part.read_bytes() == tiny_mp4[:100]


def test_a_video_that_cannot_be_fetched_for_a_day_is_given_up(shop: Shop) -> None:
    shop.provider.on_fetch = [api.DownloadCut("half")]
    job = shop.until(shop.placed(), State.FETCHING)
    shop.nearly_a_day_passes()
    assert not shop.step(job).is_final
    job = shop.until(job, State.EXPIRED)
    assert (job.reason, job.may_have_been_charged, job.cost_micros) == (Reason.NEVER_FETCHED, True, 650_000)


def test_a_video_that_cannot_be_kept_at_first_is_kept_once_that_is_repaired(shop: Shop, tmp_path: Path) -> None:
    in_the_way = tmp_path / "media" / "videos"
    in_the_way.write_bytes(b"a file where a folder should be")
    job = shop.step(shop.step(shop.placed()))
    assert (job.state, job.last_error) == (State.FETCHING, "storage_away")
    in_the_way.unlink()
    assert shop.until(job, State.DONE)


def test_a_server_killed_while_it_fetches_loses_no_video(any_shop: Shop) -> None:
    shop = any_shop
    shop.provider.on_fetch.insert(0, Killed())
    job = shop.step(shop.placed())
    shop.killed(job)
    assert shop.seen(job).state is State.FETCHING
    assert shop.until(job, State.DONE)
    assert len(shop.provider.sent) == 1


def test_one_failed_poll_after_a_day_off_does_not_give_a_video_up(any_shop: Shop) -> None:
    shop = any_shop
    job = shop.until(shop.placed(), State.QUEUED)
    shop.now += 2 * DEADLINE
    shop.provider.on_poll = [api.ServiceDown("502", status=502), completed()]
    assert shop.step(job).state is State.QUEUED
    assert shop.until(job, State.DONE).video is not None
