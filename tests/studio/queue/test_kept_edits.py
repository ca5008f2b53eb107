"""What was made of a video and kept is a job that nobody ordered: each reader of jobs, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text

from studio.jobs.job import Job, KeptVideo, State
from studio.jobs.rows import row_of
from studio.money import ledger, statements
from studio.money.ledger import Payer
from studio.money.limits import Limits
from studio.money.reconciliation import Reconciliation
from studio.owner_service import OwnerService
from studio.queue import jobs_of_visitor
from studio.queue.job_store import Store
from studio.queue.kept_edits import A_DAY, KEPT_A_DAY, NotKept, WhyNotKept
from studio.queue.placing import OrderedJustNow
from studio.retention.deletion import Deletion
from studio.sharing.gallery_links import GalleryLinks
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.tables import jobs
from studio.storage.tables import ledger as ledger_rows
from tests.app_process import wait_until
from tests.studio.front import ME, OTHER, Front
from tests.studio.strategies import A_VIDEO, NOON, a_job, a_job_in, after, an_order
from videoapi import VideoAPI

TRIM = "trim-0-2000.mp4"


def ordered(store: Store, visitor: str = ME, **changes: object) -> Job:
    """A finished video of the visitor's, ordered with nothing to pay."""
    job = replace(a_job_in(State.DONE, visitor=visitor, **changes), price_micros=0)
    return store.place(job, job.id, Payer(visitor))


NOBODY = VideoAPI("http://127.0.0.1:9", "a-key")
"""A provider that is never asked."""


def video(number: int = 1, size_bytes: int = 1_000) -> KeptVideo:
    return replace(
        A_VIDEO,
        video_key=f"videos/ff/{number:032x}.mp4",
        poster_key=f"posters/ff/{number:032x}.jpg",
        duration_s=2.0,
        size_bytes=size_bytes,
    )


def kept(
    store: Store, *sources: Job, made_as: str = TRIM, number: int = 1, size_bytes: int = 1_000, at_s: float = 300
) -> Job:
    ids = [source.id for source in sources]
    made = video(number, size_bytes)
    return store.keep_edit(sources[0].visitor, ids, made_as, f"{number:032x}", made, after(at_s))


def refusal(store: Store, *sources: Job, **how: Any) -> WhyNotKept:
    with pytest.raises(NotKept) as refused:
        kept(store, *sources, **how)
    return refused.value.why


def test_it_is_a_finished_video_with_the_order_of_the_other_and_cost_nothing(store: Store) -> None:
    source = ordered(store, order=an_order(seed=7, duration_s=10))
    job = kept(store, source)
    assert store.get(job.id) == job
    assert (job.state, job.next_at, job.price_micros, job.cost_micros) == (State.DONE, None, 0, None)
    assert (job.made_from, job.made_as, job.order, job.backend) == (source.id, TRIM, source.order, source.backend)
    assert (job.submitted_at, job.generation_id, job.attempt, job.continues) == (None, None, 0, None)
    assert (job.length_s, source.length_s) == (2.0, 10.0)
    assert store.finished(ME, limit=9) == [job, source], "the newest first"
    assert store.count_finished(ME) == 2
    assert store.unfinished(ME) == []
    assert job in store.unfinished(ME, or_done_since=NOON), "it is of today, as the other is"
    assert job in store.kept_videos()


def test_the_same_of_the_same_is_kept_once_until_it_is_deleted(store: Store) -> None:
    source, other = ordered(store), ordered(store)
    assert not store.is_kept_from(ME, source.id)
    first = kept(store, source, number=1)
    assert store.is_kept_from(ME, source.id)
    assert not store.is_kept_from(ME, other.id)
    assert not store.is_kept_from(OTHER, source.id)
    assert kept(store, source, number=2) == first == store.kept_edit(ME, source.id, TRIM)
    assert store.get(f"{2:032x}") is None
    assert kept(store, other, number=3).id == f"{3:032x}"
    assert kept(store, source, made_as="back-and-forth.mp4", number=4).id == f"{4:032x}"
    for number in (5, 6):
        living = store.kept_edit(ME, source.id, TRIM)
        assert living is not None
        assert store.hide(living.id, ME, NOON)
        assert store.kept_edit(ME, source.id, TRIM) is None
        assert kept(store, source, number=number).id == f"{number:032x}"


def test_of_many_at_once_one_is_kept(store: Store) -> None:
    source, found = ordered(store), list[Job]()

    def keep(number: int) -> None:
        found.append(kept(store, source, number=number))

    threads = [threading.Thread(target=keep, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 8
    assert len({job.id for job in found}) == 1
    assert store.count_finished(ME) == 2


def test_it_is_made_of_ones_own_videos_that_are_there_alone(store: Store) -> None:
    mine, his, gone = ordered(store), ordered(store, OTHER), ordered(store)
    waits = store.place(replace(a_job(visitor=ME), price_micros=0), "waits")
    store.hide(gone.id, ME, NOON)
    for sources in ((gone,), (waits,), (mine, his), (mine, gone)):
        assert refusal(store, *sources) is WhyNotKept.SOURCE_GONE
    with pytest.raises(NotKept, match="source_gone"):
        store.keep_edit(OTHER, [mine.id], TRIM, "f" * 32, video(), NOON)
    assert store.count_finished(ME) == 1
    assert kept(store, mine, ordered(store)).made_from == mine.id


def test_so_many_are_kept_in_a_day_deleted_ones_too(store: Store) -> None:
    source = ordered(store)
    for number in range(KEPT_A_DAY):
        job = kept(store, source, made_as=f"trim-{number}-2000.mp4", number=number + 1, at_s=number)
        store.hide(job.id, ME, NOON)
    assert refusal(store, source, number=99, at_s=100) is WhyNotKept.ENOUGH_TODAY
    with pytest.raises(NotKept, match="enough_today"):
        store.check_may_keep(ME, 1, after(100))
    his = ordered(store, OTHER)
    assert kept(store, his, number=98, at_s=100)
    assert kept(store, source, number=99, at_s=A_DAY.total_seconds() + 1)


def in_use(store: Store) -> tuple[int, int]:
    found = store.in_use(ME)
    return found.used_bytes, found.at_most_bytes


def test_a_visitor_has_so_many_bytes_and_what_is_deleted_makes_room(database: Database) -> None:
    store = Store(database, visitor_storage_bytes=3_000)
    source = ordered(store, video=video(9, size_bytes=1_000))
    first = kept(store, source, made_as="trim-1-2000.mp4", number=1, size_bytes=1_000)
    store.check_may_keep(ME, 1_000, after(300))
    assert kept(store, source, made_as="trim-2-2000.mp4", number=2, size_bytes=1_000)
    assert in_use(store) == (3_000, 3_000)
    assert refusal(store, source, number=3, size_bytes=1) is WhyNotKept.ENOUGH_KEPT
    # In the bin it is there still.
    store.put_in_bin([first.id], ME, after(300))
    assert refusal(store, source, number=3, size_bytes=1) is WhyNotKept.ENOUGH_KEPT
    store.hide(first.id, ME, NOON)
    assert in_use(store) == (2_000, 3_000)
    assert kept(store, source, number=3, size_bytes=1_000)
    # Another one has their own, and what was ordered is kept all the same.
    assert kept(store, ordered(store, OTHER, video=video(7)), number=4, size_bytes=1_000)
    ordered(store, video=video(8, size_bytes=10_000))
    assert in_use(store) == (13_000, 3_000)


def test_nobody_claims_it_and_nothing_waits_for_it(store: Store) -> None:
    kept(store, ordered(store))
    much_later = NOON + timedelta(days=400)
    assert store.claim_due(much_later) is None
    assert store.due_at(NOON) is None
    assert store.places_in_line(ME, NOON) == {}
    assert store.stages(ME) == {}


def test_no_money_is_moved_and_no_limit_counts_it(database: Database) -> None:
    limits = Limits(day_micros=1_000, visitor_jobs=1, visitor_queue=0, at_once=1, queue=1)
    store = Store(database, limits=limits)
    source = ordered(store)
    with database.read() as connection:
        before = connection.execute(select(func.count()).select_from(ledger_rows)).scalar_one()
    said = statements.statement(database, NOON, day_limit=1_000, month_limit=None)
    job = kept(store, source)
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(ledger_rows)).scalar_one() == before
        payer = connection.execute(select(jobs.c.payer, jobs.c.turn).where(jobs.c.id == job.id)).one()
    assert tuple(payer) == ("", "")
    assert statements.statement(database, NOON, day_limit=1_000, month_limit=None) == said
    assert statements.adds_up(database) == []
    assert store.allowance(Payer(ME), NOON).left_micros == 1_000
    further = store.place(replace(a_job(visitor=ME), price_micros=1_000), "the one that may wait")
    claim = store.claim_due(NOON)
    assert claim is not None
    assert claim.job.id == further.id
    with database.begin() as connection, pytest.raises(ledger.NotEnded):
        ledger.correct(connection, job.id, 1, NOON)


def test_it_is_none_of_the_jobs_that_the_providers_account_is_held_against(database: Database, store: Store) -> None:
    source = ordered(store)
    kept(store, source)
    reconciliation = Reconciliation(database, NOBODY, source.backend, Limits())
    assert [booked.job_id for booked in reconciliation._booked(NOON - timedelta(days=1))] == [source.id]
    assert reconciliation._claims() == ()


def test_how_long_videos_take_is_learned_from_ordered_ones_alone(store: Store) -> None:
    source = ordered(store)
    kept(store, source)
    assert len(store.recent_durations_s(source.backend, source.order, limit=9)) == 1


def test_the_owner_sees_no_further_visitor_job_or_failure(database: Database, store: Store) -> None:
    source = ordered(store)
    owner = OwnerService(database, Limits(), lambda: after(60))
    before = owner.overview()
    assert before.visitors_today == 1
    tomorrow = OwnerService(database, Limits(), lambda: after(86_400))
    kept(store, source, at_s=86_000)
    assert owner.overview() == before
    assert tomorrow.overview().visitors_today == 0, "who keeps an edit has ordered nothing"


def test_an_order_right_after_it_is_not_taken_for_a_second_click(store: Store) -> None:
    source = ordered(store)
    kept(store, source, at_s=300)
    again = replace(a_job(visitor=ME, order=source.order, created_at=after(301)), price_micros=0)
    assert store.place(again, "again", just_now=timedelta(seconds=30)).id == again.id
    once_more = replace(again, id="e" * 32, created_at=after(302))
    with pytest.raises(OrderedJustNow) as told:
        store.place(once_more, "once more", just_now=timedelta(seconds=30))
    assert told.value.job.id == again.id


def test_words_at_hand_are_those_of_orders(store: Store) -> None:
    first = ordered(store, order=an_order(prompt="first"))
    ordered(store, order=an_order(prompt="second"), created_at=after(10))
    kept(store, first)
    assert store.last_prompts(ME, 9) == ["second", "first"]


def test_it_is_no_part_of_the_chain_of_the_other_and_others_may_go_on_from_it(store: Store) -> None:
    first = ordered(store)
    second = ordered(store, continues=first.id)
    job = kept(store, second)
    assert {one.id for one in store.relatives(ME, first.id, steps=11)} == {first.id, second.id}
    assert store.relatives(ME, job.id, steps=11) == [job]
    third = ordered(store, continues=job.id)
    assert third.continues == job.id
    assert {one.id for one in store.relatives(ME, job.id, steps=11)} == {job.id, third.id}


def test_it_is_not_ordered_by_another_like_this_or_once_more(front: Front, store: Store, small_jpeg: bytes) -> None:
    placed = front.visitor_service.place(ME, front.form(small_jpeg))
    source = front.ended(placed, State.DONE)
    job = kept(store, source)
    service = front.visitor_service
    assert service.another_like(ME, job.id) is None
    assert service.ask_again(ME, job.id, may_cost_twice=True) is None
    assert service.retry_failed(ME, [job.id]) == ()
    again = service.forms.filled_in.as_ordered(ME, job.id)
    assert again is not None
    assert (again.prompt, again.picture and again.picture.key) == (source.order.prompt, source.order.picture_key)


# Whose it is, and deleting.


def test_a_gallery_that_moves_takes_it_along(database: Database, store: Store) -> None:
    source = ordered(store)
    job = kept(store, source)
    ordered(store, OTHER)
    links = GalleryLinks(database, lambda: NOON)
    assert links.use(links.make(OTHER), here=ME, bring=True) == OTHER
    found = store.get(job.id, OTHER)
    assert found is not None
    moved = replace(source, visitor=OTHER)
    assert kept(store, moved, number=2).id == job.id, "and it is still the one that is kept"


def test_it_and_the_other_are_deleted_each_by_itself(database: Database, store: Store, media: Media) -> None:
    deletion = Deletion(database, store, media, lambda: NOON)
    key = "pictures/ab/abcd.jpg"
    for doomed in ("source", "kept"):
        media.put(key, b"picture")
        source = ordered(store)
        job = kept(store, source, number=1 if doomed == "source" else 2)
        for one in (source, job):
            assert one.video is not None
            media.put(one.video.video_key, b"film")
        gone, stays = (source, job) if doomed == "source" else (job, source)
        assert deletion.job(ME, gone.id)
        assert store.get(gone.id) is None
        assert store.get(stays.id) == stays
        assert stays.video is not None
        assert gone.video is not None
        assert (media.exists(stays.video.video_key), media.exists(gone.video.video_key)) == (True, False)
        assert media.exists(key), "the other still has its picture"
        assert deletion.job(ME, stays.id)
    assert not media.exists(key)


def test_deleting_everything_takes_it_too_and_what_comes_late_is_not_kept(
    database: Database, store: Store, media: Media
) -> None:
    source = ordered(store)
    job = kept(store, source)
    Deletion(database, store, media, lambda: NOON).everything_of(ME)
    assert store.get(job.id) is None
    assert refusal(store, source, number=2) is WhyNotKept.SOURCE_GONE
    with database.read() as connection:
        assert jobs_of_visitor.count(connection, ME) == 0
        words = connection.execute(select(jobs.c.prompt, jobs.c.picture_key).where(jobs.c.id == job.id)).one()
    assert tuple(words) == ("", "")


def test_it_is_kept_as_long_from_its_own_day_on(database: Database, store: Store, media: Media) -> None:
    source = ordered(store)
    job = kept(store, source, at_s=86_400)
    kept_for = timedelta(days=30)

    def days_later(days: float) -> datetime:
        return NOON + timedelta(days=days)

    for days, left in ((30.5, [job]), (31.5, [])):
        Deletion(database, store, media, partial(days_later, days), kept_for).upkeep()
        assert store.finished(ME, limit=9) == left


def test_what_is_kept_in_the_moment_in_which_everything_is_deleted_goes_too(postgres_url: str, media: Media) -> None:
    """A statement of PostgreSQL does not see what was committed while it waited for a row."""
    database = Database(postgres_url)
    store = Store(database)
    source = ordered(store)
    late = replace(source, id="f" * 32, made_from=source.id, made_as=TRIM)
    deleting = threading.Thread(target=Deletion(database, store, media, lambda: NOON).everything_of, args=(ME,))

    with database.begin() as connection:
        jobs_of_visitor.lock(connection, ME)
        assert jobs_of_visitor.hold_videos(connection, [source.id], ME)
        deleting.start()
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        wait_until(lambda: connection.execute(waiting).scalar_one() > 0, "the deletion waits for what is being kept")
        connection.execute(insert(jobs).values(**row_of(late), nonce="late"))
    deleting.join(60)
    assert store.get(late.id) is None
    database.close()
