"""From a placed order to a kept video: paid for once, and never lost. One tick is one call."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from demo import process
from studio.jobs.job import Job, Reason, State
from studio.queue.job_store import Store
from studio.queue.leases import Claim
from studio.queue.store_part import LEASE
from studio.sounds.mp3 import beginning
from studio.sounds.prepare import prepare
from studio.storage.errors import StorageAway
from studio.storage.media import Media
from studio.worker.worker import Context, Worker
from tests import sounds
from tests.studio.scripted_provider import ADDRESS, completed, generation
from tests.studio.shop import Shop, log_row
from tests.studio.strategies import NOON, a_job, after, an_order
from videoapi import errors as api
from videoapi.client import VideoAPI
from videoapi.wire import Status, jpeg_data_url, mp3_data_url

# When all goes well.


def test_an_order_becomes_a_kept_video(any_shop: Shop, tiny_mp4: bytes) -> None:
    shop = any_shop
    shop.provider.on_poll = [generation(), generation(Status.GENERATING), completed()]
    job = shop.placed()
    queued = shop.step(job)
    assert (queued.state, queued.generation_id, queued.accepted_at, queued.attempt) == (State.QUEUED, "gen-1", NOON, 1)
    assert shop.step(job).state is State.QUEUED
    assert shop.step(job).state is State.GENERATING
    done = shop.step(job)
    assert (done.state, done.ended_at, done.cost_micros, done.reason) == (State.DONE, shop.now, 650_000, None)
    assert done.video is not None
    assert shop.media.read(done.video.video_key) == tiny_mp4
    assert shop.media.read(done.video.poster_key).startswith(b"\xff\xd8")
    assert (done.video.width, done.video.height, done.video.size_bytes) == (160, 90, len(tiny_mp4))
    assert (done.video.duration_s, done.video.has_sound) == (0.5, False)
    assert list(shop.scratch.iterdir()) == []
    assert (len(shop.provider.sent), shop.provider.polled) == (1, ["gen-1"] * 3)
    assert not shop.worker.tick()


def test_what_was_asked_for_is_what_is_sent(shop: Shop) -> None:
    order = an_order(
        prompt="Waves.",
        negative_prompt="blur",
        duration_s=15,
        resolution="1080p",
        several_shots=True,
        improve_prompt=True,
        seed=0,
        audio_url="https://example.com/a.mp3",
    )
    shop.step(shop.placed(order=order))
    ((_, request),) = shop.provider.sent
    assert request.image_url == jpeg_data_url(shop.picture)
    assert (request.prompt, request.negative_prompt, request.audio_url) == (
        "Waves.",
        "blur",
        "https://example.com/a.mp3",
    )
    assert (request.duration, request.resolution, request.shot_type) == (15, "1080p", "multi")
    assert (request.seed, request.enhance_prompt, request.generate_audio) == (0, True, True)


def test_what_costs_extra_or_changes_the_result_is_never_left_to_the_providers_default(shop: Shop) -> None:
    shop.step(shop.placed(order=an_order(with_sound=False, improve_prompt=False)))
    ((_, request),) = shop.provider.sent
    assert (request.generate_audio, request.enhance_prompt, request.shot_type) == (False, False, "single")
    assert (request.negative_prompt, request.audio_url, request.seed) == (None, None, None)


def test_an_ending_picture_goes_with_the_order_of_a_model_that_takes_one(shop: Shop) -> None:
    ending = shop.picture + b"another"
    shop.media.put("pictures/cd/cdef.jpg", ending)
    order = an_order(model="bytedance/seedance-1-0-pro-i2v", ending_picture_key="pictures/cd/cdef.jpg")
    shop.step(shop.placed(order=order))
    ((_, request),) = shop.provider.sent
    assert (request.image_url, request.last_image_url) == (jpeg_data_url(shop.picture), jpeg_data_url(ending))
    assert (request.model, request.generate_audio, request.shot_type) == (order.model, None, None)


def test_an_order_whose_ending_picture_is_gone_is_not_sent_without_it(shop: Shop) -> None:
    order = an_order(model="bytedance/seedance-1-0-pro-i2v", ending_picture_key="pictures/cd/gone.jpg")
    job = shop.step(shop.placed(order=order))
    assert (job.state, job.reason, shop.provider.sent) == (State.REFUSED, Reason.PICTURE_LOST, [])


@pytest.mark.parametrize("duration_s", [5, 10, 15])
def test_a_sound_goes_with_the_order_as_far_as_the_video_is_long(shop: Shop, duration_s: int) -> None:
    sound = prepare(sounds.wav(12)).mp3
    shop.media.put("sounds/ab/abcd.mp3", sound)
    shop.step(shop.placed(order=an_order(sound_key="sounds/ab/abcd.mp3", sound_name="a", duration_s=duration_s)))
    ((_, request),) = shop.provider.sent
    assert request.audio_url == mp3_data_url(beginning(sound, duration_s))
    assert request.audio_url.startswith("data:audio/mpeg;base64,")
    assert len(request.audio_url) < 500_000
    assert request.audio_url not in repr(request)


def test_an_order_whose_sound_is_gone_is_not_sent_without_it(shop: Shop) -> None:
    job = shop.step(shop.placed(order=an_order(sound_key="sounds/cd/gone.mp3")))
    assert (job.state, job.reason, shop.provider.sent) == (State.REFUSED, Reason.SOUND_LOST, [])


def test_an_order_of_a_model_that_only_a_newer_version_knows_is_given_back_unsent(shop: Shop) -> None:
    job = shop.step(shop.placed(order=an_order(model="maker/of-tomorrow")))
    assert (job.state, job.reason, shop.provider.sent) == (State.REFUSED, Reason.NOT_OFFERED, [])


def test_nothing_happens_while_nothing_is_due(shop: Shop) -> None:
    assert not shop.worker.tick()
    shop.placed(next_at=after(1))
    assert not shop.worker.tick()
    assert shop.provider.sent == []


def test_the_signed_address_is_neither_stored_nor_logged(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shop.provider.on_fetch.insert(0, api.DownloadCut("half"))
    job = shop.until(shop.placed(), State.DONE)
    assert shop.provider.fetched == [ADDRESS, ADDRESS]
    assert "canary-signature" not in caplog.text + repr(job)
    with shop.store._db.read() as connection:
        assert "canary-signature" not in repr(connection.exec_driver_sql("SELECT * FROM jobs").all())


# What it cost.


@pytest.mark.parametrize(
    ("at_first", "at_last", "cost"),
    [
        (1_300_000, 1_300_000, 650_000),
        (1_300_000, None, 650_000),
        (None, 1_300_000, 650_000),
        (2_600_000, 1_300_000, 650_000),
        (None, 0, None),  # not told, or not yet: its log shows a video before the charge for it
        (None, 1, 1),
        (None, None, None),
    ],
)
def test_what_the_provider_charged_is_written_down(
    shop: Shop, at_first: int | None, at_last: int | None, cost: int | None
) -> None:
    shop.provider.on_create = [generation(credits=at_first)]
    shop.provider.on_poll = [completed(credits=at_last)]
    assert shop.until(shop.placed(), State.DONE).cost_micros == cost


def test_the_demo_costs_nothing_whatever_it_reports(
    sqlite_store: Store, tmp_path: Path, small_jpeg: bytes, tiny_mp4: bytes
) -> None:
    shop = Shop(sqlite_store, tmp_path, small_jpeg, tiny_mp4, backend="demo")
    assert shop.until(shop.placed(), State.DONE).cost_micros == 0


# Several workers.


def test_one_worker_whose_lease_ran_out_may_meet_its_own_job_again(shop: Shop) -> None:
    """Two threads of a pool share one worker."""
    job = shop.placed()

    def too_late() -> object:
        shop.now += LEASE
        assert shop.worker.tick()
        assert shop.seen(job).state is State.UNCONFIRMED
        return generation()

    shop.provider.on_create = [too_late]  # type: ignore[list-item]
    assert shop.worker.tick()
    assert (shop.seen(job).state, len(shop.provider.sent)) == (State.QUEUED, 1), "the answer came after all"


def test_a_job_that_is_renewed_is_not_taken_over(any_shop: Shop) -> None:
    shop = any_shop
    other = shop.new_worker()
    job = shop.placed()

    def slow() -> object:
        for _ in range(6):
            shop.now += LEASE / 3
            shop.worker.renew()
            assert not other.tick()
        return generation()

    shop.provider.on_create = [slow]  # type: ignore[list-item]
    assert shop.worker.tick()
    assert shop.seen(job).state is State.QUEUED


def test_a_worker_that_ends_gives_back_what_it_holds(shop: Shop) -> None:
    other = shop.new_worker()
    job = shop.step(shop.placed())

    def ending() -> object:
        shop.worker.give_back()
        shop.provider.on_poll = [generation(Status.GENERATING)]
        assert other.tick(), "at once, not after a lease"
        return generation()

    shop.provider.on_poll = [ending]  # type: ignore[list-item]
    shop.now = shop.seen(job).next_at or shop.now
    assert shop.worker.tick()
    assert (shop.seen(job).state, shop.seen(job).polls) == (State.GENERATING, 1)


def test_many_workers_at_once_send_each_order_once(any_shop: Shop) -> None:
    shop = any_shop
    jobs = [shop.placed() for _ in range(24)]
    workers = [shop.new_worker() for _ in range(6)]
    barrier = threading.Barrier(6)

    def work(worker: Worker) -> None:
        barrier.wait(10)
        while worker.tick():
            pass

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(sent for sent, _ in shop.provider.sent) == sorted(f"{job.id}.1" for job in jobs)
    assert {shop.seen(job).state for job in jobs} == {State.QUEUED}


# The database goes away.


class Flickering(Store):
    """A real store whose database is away for the next few saves."""

    away_for = 0

    def save(self, claim: Claim, job: Job, *, release: bool = True) -> Claim | None:
        if self.away_for and job.state is not State.SUBMITTING:
            self.away_for -= 1
            raise StorageAway("gone")
        return super().save(claim, job, release=release)


def test_the_providers_answer_outlives_a_database_that_is_away_for_a_while(shop: Shop) -> None:
    store = Flickering(shop.store._db, polls_per_s=1e9)
    store.away_for = 20
    job = shop.placed()
    assert shop.new_worker(store).tick()
    assert (shop.seen(job).state, shop.seen(job).generation_id) == (State.QUEUED, "gen-1")
    assert (len(shop.paused), len(shop.provider.sent)) == (20, 1)


def test_where_the_database_stays_away_the_order_is_looked_for_and_not_sent_again(shop: Shop) -> None:
    store = Flickering(shop.store._db, polls_per_s=1e9)
    store.away_for = 10**6
    job = shop.placed()
    with pytest.raises(StorageAway, match="gone"):
        shop.new_worker(store).tick()
    shop.now += LEASE
    assert shop.step(job).state is State.UNCONFIRMED
    shop.provider.on_search = [log_row(shop.seen(job))]
    assert shop.until(job, State.DONE)
    assert len(shop.provider.sent) == 1


# With a real provider's HTTP, real files, and real time.


def test_a_video_is_made_end_to_end_by_the_demo(sqlite_store: Store, tmp_path: Path, small_jpeg: bytes) -> None:
    demo = process.start(tmp_path / "demo", key="a-key-for-tests", pace=0)
    provider = VideoAPI(demo.base_url, "a-key-for-tests")
    media = Media((tmp_path / "media").as_uri())
    media.put("pictures/ab/abcd.jpg", small_jpeg)
    start, offset = datetime.now(NOON.tzinfo), [timedelta(0)]
    context = Context(sqlite_store, media, provider, "demo", tmp_path, lambda: datetime.now(NOON.tzinfo) + offset[0])
    worker = Worker(context)
    order = an_order(prompt="static", with_sound=False)
    job = sqlite_store.place(a_job(backend="demo", order=order, created_at=start, next_at=start), nonce="n")
    never, deadline = threading.Event(), time.monotonic() + 60
    try:
        while not (seen := sqlite_store.get(job.id) or job).is_final:
            assert time.monotonic() < deadline, f"still {seen.state}"
            if not worker.tick():
                offset[0] += timedelta(seconds=1)
                never.wait(0.03)
    finally:
        provider.close()
        demo.stop()
    assert (seen.state, seen.cost_micros) == (State.DONE, 0), seen.reason_detail
    assert seen.video is not None
    assert seen.video.duration_s == pytest.approx(5, abs=0.1)
    assert len(media.read(seen.video.video_key)) == seen.video.size_bytes
