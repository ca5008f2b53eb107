"""All that a screen may ask for: placing, listing, deleting, and the form that is kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from studio.jobs.circuit_breaker import Stop
from studio.jobs.job import Job, Reason, State
from studio.ordering import JUST_NOW, OrdersStopped
from studio.orders.drafts import Draft
from studio.orders.order import MODEL, NoRoom, Order, OrderIncomplete, Problem
from studio.orders.sending import name_of_sending
from studio.pictures.prepare import PictureRefused, Refusal
from studio.queue.job_store import Store
from studio.queue.searching import Search
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.media_keys import thumbnail_key
from studio.storage.quota import Ceiling
from studio.visitor_service import ROWS_AT_ONCE, SHOWN_MAX
from tests.studio.front import FLASH, ME, OTHER, SEEDANCE, WAN_2_7, Front, keys
from tests.studio.strategies import A_VIDEO, NOON, a_job_in, after


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """SQLite is enough here: what differs between databases is the store's, whose contract runs on both."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


# Placing.


def test_a_placed_order_waits_for_the_worker_who_is_woken(front: Front, small_jpeg: bytes) -> None:
    draft = front.form(small_jpeg, prompt="  The waves\x00 roll in. ", several_shots=True, improve_prompt=False)
    job = front.visitor_service.place(ME, draft)
    assert (job.state, job.next_at, job.price_micros, job.backend) == (State.WAITING, NOON, 650_000, "aimlapi")
    assert (job.order.prompt, job.order.improve_prompt) == ("The waves roll in.", True)
    assert front.visitor_service.job(ME, job.id) == job
    assert front.visitor_service.jobs(ME) == [job]
    assert front.rung == 1


def test_an_order_that_is_not_complete_takes_nothing(front: Front, small_jpeg: bytes) -> None:
    with pytest.raises(OrderIncomplete) as refused:
        front.visitor_service.place(ME, Draft())
    assert refused.value.problems == (Problem.NO_PICTURE, Problem.NO_PROMPT)
    assert (front.visitor_service.jobs(ME), front.rung) == ([], 0)


def test_the_same_form_sent_twice_makes_one_job(front: Front, small_jpeg: bytes) -> None:
    draft = front.form(small_jpeg)
    first = front.visitor_service.place(ME, draft)
    front.now = after(1)
    assert front.visitor_service.place(ME, draft) == first
    assert front.visitor_service.place(ME, replace(draft, prompt=draft.prompt + "  ")) == first
    assert front.visitor_service.jobs(ME) == [first]


def test_the_same_form_sent_from_many_tabs_at_once_makes_one_job(front: Front, small_jpeg: bytes) -> None:
    draft, placed = front.form(small_jpeg), []
    barrier = threading.Barrier(8)

    def send() -> None:
        barrier.wait(10)
        placed.append(front.visitor_service.place(ME, draft).id)

    tabs = [threading.Thread(target=send) for _ in range(8)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(30)
    assert len(placed) == 8
    assert len(set(placed)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"prompt": "Other words."},
        {"duration_s": 10},
        {"resolution": "1080p"},
        {"with_sound": False},
        {"several_shots": True},
        {"improve_prompt": False},
        {"negative_prompt": "blur"},
        {"seed": 1},
        {"audio_url": "https://example.com/a.mp3"},
    ],
)
def test_another_tab_with_other_wishes_on_the_same_form_gets_a_job_of_its_own(
    front: Front, small_jpeg: bytes, changes: dict[str, Any]
) -> None:
    draft = front.form(small_jpeg)
    first = front.visitor_service.place(ME, draft)
    other = front.visitor_service.place(ME, replace(draft, **changes))
    assert other.id != first.id
    assert len(front.visitor_service.jobs(ME)) == 2


def test_another_picture_on_the_same_form_is_another_order(front: Front, small_jpeg: bytes) -> None:
    draft = front.form(small_jpeg)
    other = replace(draft, picture=front.visitor_service.forms.picture_files.add(small_jpeg))
    assert front.visitor_service.place(ME, draft).id != front.visitor_service.place(ME, other).id


def test_a_renewed_form_makes_a_further_job_of_the_same_words(front: Front, small_jpeg: bytes) -> None:
    draft = front.form(small_jpeg)
    first = front.visitor_service.place(ME, draft)
    front.now = NOON + JUST_NOW
    assert front.visitor_service.place(ME, draft.renewed()).id != first.id


def test_two_visitors_with_the_same_form_get_a_job_each(front: Front, small_jpeg: bytes) -> None:
    draft = front.form(small_jpeg)
    assert front.visitor_service.place(ME, draft).visitor == ME
    assert front.visitor_service.place(OTHER, draft).visitor == OTHER


@pytest.mark.parametrize("stop", [Stop.OUT_OF_CREDIT, Stop.KEY_REJECTED])
def test_no_order_is_taken_while_only_the_owner_can_fix_it(front: Front, small_jpeg: bytes, stop: Stop) -> None:
    draft = front.form(small_jpeg)
    front.store.move_breaker(lambda breaker: breaker.after_stop(NOON, stop))
    with pytest.raises(OrdersStopped) as refused:
        front.visitor_service.place(ME, draft)
    assert refused.value.stop is stop
    assert front.visitor_service.jobs(ME) == []


def test_in_an_outage_orders_are_taken_and_wait(front: Front, small_jpeg: bytes) -> None:
    for _ in range(5):
        front.store.move_breaker(lambda breaker: breaker.after_outage(NOON))
    assert front.visitor_service.stopped() is Stop.OUTAGE
    assert front.visitor_service.place(ME, front.form(small_jpeg)).state is State.WAITING


# Once more.


@pytest.mark.parametrize("state", [State.REFUSED, State.FAILED])
def test_what_cost_nothing_is_placed_again_as_a_job_of_its_own(front: Front, small_jpeg: bytes, state: State) -> None:
    job = front.visitor_service.place(ME, front.form(small_jpeg))
    front.ended(job, state)
    again = front.visitor_service.ask_again(ME, job.id, may_cost_twice=False)
    assert again is not None
    assert (again.retry_of, again.order, again.state) == (job.id, job.order, State.WAITING)
    assert again.id != job.id


@pytest.mark.parametrize("state", [State.EXPIRED, State.CLOSED])
def test_what_may_have_been_charged_is_placed_again_only_by_one_who_knows(
    front: Front, small_jpeg: bytes, state: State
) -> None:
    job = front.visitor_service.place(ME, front.form(small_jpeg))
    front.ended(job, state)
    assert front.visitor_service.ask_again(ME, job.id, may_cost_twice=False) is None
    assert len(front.visitor_service.jobs(ME)) == 1
    again = front.visitor_service.ask_again(ME, job.id, may_cost_twice=True)
    assert again is not None
    assert again.retry_of == job.id


def test_nobody_places_another_visitors_job_again(front: Front, small_jpeg: bytes) -> None:
    job = front.visitor_service.place(ME, front.form(small_jpeg))
    front.ended(job, State.FAILED)
    assert front.visitor_service.ask_again(OTHER, job.id, may_cost_twice=True) is None
    assert front.visitor_service.forms.filled_in.as_ordered(OTHER, job.id) is None


# The gallery.


@pytest.mark.parametrize(
    ("total", "shown", "there", "has_more"),
    [
        (0, ROWS_AT_ONCE, 0, False),
        (ROWS_AT_ONCE, ROWS_AT_ONCE, ROWS_AT_ONCE, False),
        (ROWS_AT_ONCE + 1, ROWS_AT_ONCE, ROWS_AT_ONCE, True),
        (ROWS_AT_ONCE + 1, 2 * ROWS_AT_ONCE, ROWS_AT_ONCE + 1, False),
        (SHOWN_MAX + 1, 10**12, SHOWN_MAX, True),
    ],
)
def test_the_gallery_shows_so_many_and_says_whether_there_are_more(
    front: Front, total: int, shown: int, there: int, has_more: bool
) -> None:
    videos = [a_job_in(State.DONE, created_at=after(n), price_micros=0) for n in range(total)]
    for job in videos:
        front.store.place(job, nonce=job.id)
    page = front.visitor_service.gallery(ME, shown=shown)
    assert [job.id for job in page.videos] == [job.id for job in videos[::-1]][:there]
    assert (page.has_more, page.found) == (has_more, None)
    if page.videos:
        rest = front.visitor_service.gallery(ME, after=page.videos[-1].id)
        assert len(rest.videos) == total - there
    assert front.visitor_service.gallery(ME, Search("nothing like it")).found == 0
    assert front.visitor_service.gallery(OTHER, shown=shown).videos == ()


# Deleting.


def finished_job(front: Front, small_jpeg: bytes) -> Job:
    job = front.visitor_service.place(ME, front.form(small_jpeg))
    video = replace(A_VIDEO, video_key=f"videos/{job.id}.mp4", poster_key=f"posters/{job.id}.jpg")
    front.media.put(video.video_key, b"video")
    front.media.put(video.poster_key, b"poster")
    return front.ended(job, State.DONE, video=video)


def test_a_deleted_video_leaves_no_file_behind(front: Front, small_jpeg: bytes) -> None:
    job = finished_job(front, small_jpeg)
    assert len(keys(front.media)) == 4
    assert front.visitor_service.delete(ME, job.id)
    assert keys(front.media) == set()
    assert front.visitor_service.job(ME, job.id) is None
    assert not front.visitor_service.delete(ME, job.id)


def test_nobody_deletes_another_visitors_video(front: Front, small_jpeg: bytes) -> None:
    job = finished_job(front, small_jpeg)
    assert not front.visitor_service.delete(OTHER, job.id)
    assert len(keys(front.media)) == 4
    assert front.visitor_service.job(ME, job.id) == job


def test_a_job_under_way_cannot_be_deleted(front: Front, small_jpeg: bytes) -> None:
    job = front.visitor_service.place(ME, front.form(small_jpeg))
    assert not front.visitor_service.delete(ME, job.id)
    assert len(keys(front.media)) == 2


def test_a_picture_that_another_job_is_made_from_stays(front: Front, small_jpeg: bytes) -> None:
    job = finished_job(front, small_jpeg)
    again = front.visitor_service.ask_again(ME, job.id, may_cost_twice=False)
    assert again is not None
    front.visitor_service.delete(ME, job.id)
    picture = job.order.picture_key
    assert keys(front.media) == {picture, thumbnail_key(picture)}
    front.visitor_service.delete(ME, front.ended(again, State.FAILED).id)
    assert keys(front.media) == set()


def test_a_picture_that_stands_on_the_form_stays(front: Front, small_jpeg: bytes) -> None:
    job = finished_job(front, small_jpeg)
    filled = front.visitor_service.forms.filled_in.as_ordered(ME, job.id)
    assert filled is not None
    assert filled.picture is not None
    front.visitor_service.forms.drafts.keep(ME, filled)
    front.visitor_service.delete(ME, job.id)
    assert front.visitor_service.forms.picture_files.has(filled.picture)
    front.visitor_service.forms.drafts.keep(ME, replace(filled, picture=None))
    front.visitor_service.forms.picture_files.drop(filled.picture)
    assert keys(front.media) == set()


# How far it is, why it ended, and what is taken.


def test_progress_is_told_by_the_desks_clock(front: Front, small_jpeg: bytes) -> None:
    job = front.visitor_service.place(ME, front.form(small_jpeg))
    front.now = NOON + timedelta(seconds=30)
    assert front.visitor_service.progress(job).elapsed_s == 30


def test_a_job_that_was_refused_says_why(front: Front, small_jpeg: bytes) -> None:
    job = front.visitor_service.place(ME, front.form(small_jpeg))
    front.ended(job, State.REFUSED, reason=Reason.OUT_OF_CREDIT)
    (shown,) = front.visitor_service.jobs(ME)
    assert (shown.reason, shown.is_final) == (Reason.OUT_OF_CREDIT, True)


def test_at_the_owners_ceiling_nothing_new_is_taken_and_what_is_here_goes_on(
    database: Database, store: Store, media: Media, small_jpeg: bytes, tmp_path: Path
) -> None:
    ceiling = Ceiling(1_000_000, [tmp_path])
    front = Front(database, store, media, ceiling=ceiling)
    ceiling.measure()
    form = front.form(small_jpeg)
    front.visitor_service.forms.drafts.keep(ME, form)
    job = front.visitor_service.place(ME, form)
    ceiling.added(1_000_000)
    with pytest.raises(PictureRefused) as refused:
        front.visitor_service.forms.pictures.take(ME, small_jpeg)
    assert refused.value.refusal is Refusal.NO_ROOM
    with pytest.raises(NoRoom):
        front.visitor_service.place(ME, form.renewed())
    front.visitor_service.forms.drafts.keep(ME, replace(form, prompt="Another wish."))
    assert front.visitor_service.forms.drafts.of(ME).prompt == "Another wish."
    front.visitor_service.forms.drafts.keep(OTHER, Draft(prompt="A new visitor's."))
    assert front.visitor_service.forms.drafts.of(OTHER).prompt == "", (
        "anybody can be a new visitor as often as they like"
    )
    front.ended(job, State.DONE)
    assert len(front.visitor_service.gallery(ME).videos) == 1


# Models.


def test_a_model_that_is_not_offered_is_not_taken_whatever_the_form_says(front: Front, small_jpeg: bytes) -> None:
    with pytest.raises(OrderIncomplete) as refused:
        front.visitor_service.place(ME, front.form(small_jpeg, model=WAN_2_7))
    assert refused.value.problems == (Problem.MODEL_NOT_OFFERED,)
    assert front.visitor_service.jobs(ME) == []


def test_a_job_is_not_placed_again_with_another_model_than_its_own(
    front: Front, database: Database, small_jpeg: bytes
) -> None:
    job = front.visitor_service.place(ME, front.form(small_jpeg))
    front.ended(job, State.FAILED)
    service = front.offering(WAN_2_7)
    with pytest.raises(OrderIncomplete) as refused:
        service.ask_again(ME, job.id, may_cost_twice=True)
    assert refused.value.problems == (Problem.MODEL_NOT_OFFERED,)
    assert service.forms.filled_in.as_ordered(ME, job.id).model == WAN_2_7, "on the form a person sees which one it is"


def test_the_same_wish_to_another_model_is_another_order(front: Front, database: Database, small_jpeg: bytes) -> None:
    service = front.offering(MODEL.id, FLASH)
    draft = front.form(small_jpeg)
    one, same = service.place(ME, draft), service.place(ME, draft)
    other = service.place(ME, replace(draft, model=FLASH))
    assert one == same
    assert (other.id != one.id, other.order.model) == (True, FLASH)


def test_an_ending_picture_is_kept_as_long_as_its_job_and_no_longer(
    front: Front, database: Database, small_jpeg: bytes
) -> None:
    service = front.offering(SEEDANCE)
    draft = front.form(small_jpeg, model=SEEDANCE)
    ending = service.forms.picture_files.add(small_jpeg + b"\n")
    job = service.place(ME, replace(draft, ending_picture=ending))
    assert job.order.ending_picture_key == ending.key
    again = service.forms.filled_in.as_ordered(ME, job.id)
    assert again is not None
    assert again.ending_picture is not None
    assert (again.ending_picture.key, again.ending_picture.width) == (ending.key, 480)
    assert front.store.files_needed() == {draft.picture.key, ending.key}
    assert service.forms.file_access.picture_key(ME, PurePosixPath(ending.key).stem) == ending.key
    assert service.forms.file_access.picture_key(OTHER, PurePosixPath(ending.key).stem) is None
    front.ended(job, State.FAILED)
    assert service.delete(ME, job.id)
    assert keys(front.media) == set()
    assert front.store.files_needed() == set()


def test_both_pictures_of_a_form_go_with_everything_else(front: Front, small_jpeg: bytes) -> None:
    forms = front.visitor_service.forms
    draft = front.form(small_jpeg, ending_picture=forms.picture_files.add(small_jpeg + b"\n"))
    forms.drafts.keep(ME, draft)
    assert len(keys(front.media)) == 4
    front.visitor_service.delete_everything(ME)
    assert keys(front.media) == set()


def test_orders_that_differ_in_model_or_ending_are_sent_by_other_names() -> None:
    order = Order(prompt="The waves roll in.", picture_key="pictures/ab/abcd.jpg", seed=7)
    others = [replace(order, model=FLASH), replace(order, ending_picture_key=order.picture_key)]
    assert len({name_of_sending(ME, "n", each) for each in [order, *others]}) == 3


def test_a_form_that_was_sent_before_an_upgrade_is_the_same_form_after_it() -> None:
    order = Order(prompt="The waves roll in.", picture_key="pictures/ab/abcd.jpg", seed=7)
    assert name_of_sending(ME, "n", order) == "c7e05c70189d122bdd4e0ab7d85f015c2e4d2b61b2e36347ea92bfb77e70b8dc"
