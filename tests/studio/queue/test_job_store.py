"""One contract for jobs in a database, on SQLite and on PostgreSQL."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from studio.jobs.circuit_breaker import OUTAGES, PROBE_LIFE, Breaker, Stop
from studio.jobs.job import FINAL, Job, Reason, State
from studio.queue.job_store import Store
from studio.queue.leases import Claim, Lease
from studio.queue.store_part import LEASE, POLLS_PER_S
from studio.storage.database import Database
from tests.studio.strategies import A_VIDEO, NOON, a_job, a_job_in, after, an_order, jobs

ME, OTHER = "a" * 32, "b" * 32


def at_once(number: int, act: Callable[[int], Any]) -> list[Any]:
    """What each of so many threads gets that act at the same moment."""
    barrier, results = threading.Barrier(number), {}

    def run(place: int) -> None:
        barrier.wait(30)
        results[place] = act(place)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == number, "a thread broke or hangs"
    return [results[place] for place in range(number)]


def placed(store: Store, *some: Job) -> list[Job]:
    return [store.place(job, nonce=job.id) for job in some]


def claimed(store: Store, now: Any = NOON) -> Claim:
    claim = store.claim_due(now)
    assert claim is not None
    return claim


# Placing.


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(job=jobs)
def test_a_job_comes_back_as_it_was_added(store: Store, job: Job) -> None:
    job = replace(job, id=secrets.token_hex(16))  # Hypothesis likes to try the same one again
    store.place(job, nonce=job.id)
    assert store.get(job.id) == job


def test_a_moved_job_comes_back_as_it_was_saved(store: Store) -> None:
    placed(store, a_job())
    claim = claimed(store)
    moved = claim.job.submit_begun(NOON).accepted(after(2), "g", expected_s=9.5, poll_at=after(4), cost_micros=7)
    done = moved.finished_there(after(9), cost_micros=8).kept(after(10), A_VIDEO)
    assert store.save(claim, done) is not None
    assert store.get(done.id) == done


def test_the_same_form_sent_twice_makes_one_job(store: Store) -> None:
    first = store.place(a_job(), nonce="n")
    again = store.place(a_job(), nonce="n")
    assert again == first
    assert store.unfinished(ME) == [first]


def test_the_same_form_sent_twenty_times_at_once_makes_one_job(store: Store) -> None:
    got = at_once(20, lambda _: store.place(a_job(), nonce="n").id)
    assert len(set(got)) == 1
    assert len(store.unfinished(ME)) == 1


def test_a_form_already_sent_gives_its_job_as_it_is_by_now(store: Store) -> None:
    store.place(a_job(), nonce="n")
    claim = claimed(store)
    store.save(claim, claim.job.submit_begun(NOON))
    assert store.place(a_job(), nonce="n").state is State.SUBMITTING


# Claims.


def test_the_job_that_is_due_longest_comes_first(store: Store) -> None:
    order = [5, 1, 3, 2, 4]
    placed(store, *(a_job(id=f"{n:032x}", next_at=after(-n)) for n in order))
    assert [int(claimed(store).job.id, 16) for _ in order] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("seconds", [0.000001, 1, 3600])
def test_a_job_is_not_attended_to_before_its_time(store: Store, seconds: float) -> None:
    placed(store, a_job(next_at=after(seconds)))
    assert store.claim_due(NOON) is None
    assert store.claim_due(after(seconds)) is not None


@pytest.mark.parametrize("state", sorted(FINAL))
def test_a_job_that_has_ended_is_never_due(store: Store, state: State) -> None:
    placed(store, a_job_in(state))
    assert store.claim_due(after(10 * 365 * 24 * 3600)) is None


def test_eight_workers_take_each_of_two_hundred_jobs_once(store: Store) -> None:
    placed(store, *(a_job() for _ in range(200)))

    def take_all(_: int) -> list[str]:
        taken = []
        while (claim := store.claim_due(NOON)) is not None:
            taken.append(claim.job.id)
        return taken

    taken = [job_id for each in at_once(8, take_all) for job_id in each]
    assert len(taken) == len(set(taken)) == 200


def test_a_claimed_job_is_not_given_out_again_while_its_lease_lasts(store: Store) -> None:
    placed(store, a_job())
    claimed(store)
    assert store.claim_due(NOON + LEASE - timedelta(microseconds=1)) is None


def row_of(database: Database) -> dict[str, Any]:
    """The one job as it stands, lease and all."""
    with database.read() as connection:
        return dict(connection.exec_driver_sql("SELECT * FROM jobs").mappings().one())


def a_dead_hand_tries_everything(store: Store, dead: Claim, now: datetime) -> None:
    """All that a worker can do with a claim that another has taken over."""
    assert store.save(dead, dead.job.submit_begun(now), release=False) is None
    assert store.save(dead, dead.job.refused(now, Reason.PICTURE_LOST)) is None
    assert store.begin_submit(Claim(dead.job, Lease(dead.token, now + LEASE)), lambda: now) is None
    assert store.check_begun(dead) is None
    store.check_ended(dead)
    store.give_back(dead)
    assert store.renew([dead], now) == [dead]


def test_a_job_whose_worker_died_is_taken_over_and_the_dead_hand_writes_nothing(
    store: Store, database: Database
) -> None:
    placed(store, a_job())
    first = claimed(store)
    second = claimed(store, NOON + LEASE)
    assert second.job == first.job
    assert store.check_begun(second) == 1

    taken_over = row_of(database)
    a_dead_hand_tries_everything(store, first, after(61))
    assert row_of(database) == taken_over

    sending = store.save(second, second.job.submit_begun(after(62)), release=False)
    assert sending is not None
    being_sent = row_of(database)
    a_dead_hand_tries_everything(store, first, after(63))
    assert row_of(database) == being_sent
    assert store.save(sending, sending.job.answer_lost(after(64), "NoAnswer")) is not None


def test_a_renewed_lease_holds_from_then(store: Store) -> None:
    placed(store, a_job())
    claim = claimed(store)
    store.renew([claim], after(40))
    assert store.claim_due(after(40) + LEASE - timedelta(microseconds=1)) is None
    assert store.claim_due(after(40) + LEASE) is not None


def test_a_job_given_back_is_free_at_once_and_unchanged(store: Store) -> None:
    (job,) = placed(store, a_job())
    store.give_back(claimed(store))
    assert claimed(store).job == job


def test_a_saved_job_is_free_unless_it_is_kept(store: Store) -> None:
    placed(store, a_job())
    claim = claimed(store)
    kept = store.save(claim, claim.job.submit_begun(NOON), release=False)
    assert kept is not None
    assert store.claim_due(after(1)) is None
    store.save(kept, kept.job.answer_lost(NOON, "NoAnswer"))
    assert store.claim_due(after(1)) is not None


# The pace.


def test_all_servers_together_stay_under_the_pace(database: Database) -> None:
    servers = [Store(database), Store(database)]
    for job in [a_job() for _ in range(60)]:
        servers[0].place(job, nonce=job.id)
    taken = 0
    for step in range(1_001):  # ten seconds, in hundredths
        taken += servers[step % 2].claim_due(after(step / 100)) is not None
    assert POLLS_PER_S * 10 * 0.95 <= taken <= POLLS_PER_S * 10 + 1


def test_the_pace_holds_for_workers_that_ask_at_the_same_moment(database: Database) -> None:
    store = Store(database, polls_per_s=4)
    for job in [a_job() for _ in range(8)]:
        store.place(job, nonce=job.id)
    assert sum(claim is not None for claim in at_once(8, lambda _: store.claim_due(NOON))) == 1


def test_a_job_held_up_by_the_pace_is_not_marked_as_taken(database: Database) -> None:
    store = Store(database, polls_per_s=4)
    store.place(a_job(), nonce="1")
    store.place(a_job(), nonce="2")
    assert store.claim_due(NOON) is not None
    assert store.claim_due(after(0.24)) is None
    assert store.claim_due(after(0.25)) is not None


def test_nothing_due_uses_up_no_turn(database: Database) -> None:
    store = Store(database, polls_per_s=0.001)
    assert store.claim_due(NOON) is None
    store.place(a_job(), nonce="n")
    assert store.claim_due(NOON) is not None


def test_a_clock_that_was_set_back_does_not_stop_the_work(database: Database) -> None:
    store = Store(database)
    store.place(a_job(), nonce="1")
    store.place(a_job(next_at=after(-9_000)), nonce="2")
    assert store.claim_due(NOON) is not None
    store.place(a_job(next_at=after(-9_000)), nonce="3")
    assert store.claim_due(after(-3_600)) is not None


# Whose is whose.


def test_visitors_see_only_what_is_theirs(store: Store) -> None:
    mine, theirs, done = placed(store, a_job(), a_job(visitor=OTHER), a_job_in(State.DONE, visitor=OTHER))
    assert store.unfinished(ME) == [mine]
    assert store.unfinished(OTHER) == [theirs]
    assert store.get(mine.id, ME) == mine
    assert store.get(theirs.id, ME) is None
    assert (store.finished(ME, limit=9), store.count_finished(ME)) == ([], 0)
    assert (store.finished(OTHER, limit=9), store.count_finished(OTHER)) == ([done], 1)
    assert store.hide(done.id, ME, NOON) is None
    assert store.get(done.id, OTHER) == done


def test_what_is_under_way_and_what_ended_without_a_video_stand_together_newest_first(store: Store) -> None:
    some = [a_job_in(state, created_at=after(n)) for n, state in enumerate(State) if state is not State.DONE]
    placed(store, *some)
    assert store.unfinished(ME) == some[::-1]


def test_the_pages_of_the_gallery_hold_every_video_once(store: Store) -> None:
    # Many of one moment: only a second key of order keeps pages apart.
    videos = placed(store, *(a_job_in(State.DONE, created_at=after(n // 10)) for n in range(30)))
    pages, last = list[list[Job]](), ""
    while page := store.finished(ME, limit=7, after=last):
        pages.append(page)
        last = page[-1].id
        assert len(pages) <= 5, "a page comes again"
    listed = [job.id for page in pages for job in page]
    assert sorted(listed) == sorted(job.id for job in videos)
    assert [job.created_at for page in pages for job in page] == sorted((j.created_at for j in videos), reverse=True)
    assert listed == [job.id for job in store.finished(ME, limit=99)]
    assert store.finished(ME, limit=99, after="of nobody") == store.finished(ME, limit=99)
    # What was deleted since still has its place; who never had it begins anew.
    gone = listed[9]
    assert store.hide(gone, ME, NOON) is not None
    assert [job.id for job in store.finished(ME, limit=99, after=gone)] == listed[10:]
    (other,) = placed(store, a_job_in(State.DONE, visitor=OTHER))
    assert store.finished(OTHER, limit=99, after=gone) == [other]


# Deleting.


def test_a_deleted_job_is_in_no_list_and_its_words_are_forgotten_but_what_was_spent_stays(
    store: Store, database: Database
) -> None:
    order = an_order(
        prompt="secret words", negative_prompt="more", audio_url="https://example.com/a.mp3",
        sound_key="sounds/ab/abcd.mp3", sound_name="my wedding.mp3",
    )  # fmt: skip
    (job,) = placed(store, a_job_in(State.DONE, order=order, cost_micros=650_000, reason_detail="their words"))
    assert store.hide(job.id, ME, NOON) == job
    assert store.get(job.id) is None
    assert (store.finished(ME, limit=9), store.count_finished(ME)) == ([], 0)
    assert not store.is_file_used(order.picture_key)
    assert not store.is_file_used(order.sound_key)
    with database.read() as connection:
        row = dict(connection.exec_driver_sql("SELECT * FROM jobs").mappings().one())
    kept = " ".join(str(value) for value in row.values())
    for word in ("secret", "more", "example.com", "their", "wedding", order.picture_key, order.sound_key):
        assert word not in kept
    assert (row["cost_micros"], row["state"]) == (650_000, "done")


@pytest.mark.parametrize("state", State)
def test_only_what_has_ended_can_be_deleted_and_only_once(store: Store, state: State) -> None:
    (job,) = placed(store, a_job_in(state))
    assert (store.hide(job.id, ME, NOON) is not None) == (state in FINAL)
    assert store.hide(job.id, ME, NOON) is None or state not in FINAL


def test_a_picture_is_needed_while_any_job_was_made_from_it(store: Store) -> None:
    one, two = placed(store, a_job_in(State.DONE), a_job_in(State.FAILED))
    assert store.is_file_used(one.order.picture_key)
    store.hide(one.id, ME, NOON)
    assert store.is_file_used(one.order.picture_key)
    store.hide(two.id, ME, NOON)
    assert not store.is_file_used(one.order.picture_key)


# Forms.


def test_a_form_is_kept_for_each_visitor(store: Store) -> None:
    assert store.draft(ME) is None
    store.keep_draft(ME, "first", NOON)
    store.keep_draft(OTHER, "theirs", NOON)
    store.keep_draft(ME, "second ✓", after(1))
    assert (store.draft(ME), store.draft(OTHER)) == ("second ✓", "theirs")


def test_two_tabs_that_keep_the_form_at_once_do_not_break_each_other(store: Store) -> None:
    def keep(round_: int, tab: int) -> None:
        store.keep_draft(ME, f"tab {tab} round {round_}", NOON)

    for round_ in range(5):
        at_once(6, partial(keep, round_))
        assert (store.draft(ME) or "").endswith(f"round {round_}")


# What is learned.


def test_how_long_jobs_took_is_told_newest_first_and_for_the_same_kind_only(store: Store) -> None:
    def took(seconds: float, ended: float, **changes: Any) -> Job:
        return a_job_in(State.DONE, accepted_at=after(ended - seconds), finished_at=after(ended), **changes)

    kind = an_order(duration_s=5, resolution="1080p")
    placed(
        store,
        took(172.5, 1_000, order=kind),
        took(180, 3_000, order=kind),
        took(160, 2_000, order=kind),
        took(1, 4_000, order=replace(kind, duration_s=10)),
        took(2, 4_000, order=replace(kind, resolution="720p")),
        took(3, 4_000, order=kind, backend="demo"),
        took(4, 4_000, order=replace(kind, model="alibaba/wan-2-7-i2v")),
        a_job_in(State.GENERATING, order=kind),
        a_job_in(State.REFUSED, order=kind),
    )
    assert store.recent_durations_s("aimlapi", kind, limit=9) == [180, 160, 172.5]
    assert store.recent_durations_s("aimlapi", kind, limit=2) == [180, 160]


def test_states_are_counted_over_everybody(store: Store) -> None:
    placed(store, a_job(), a_job(visitor=OTHER), a_job_in(State.DONE))
    assert store.count_by_state() == {"waiting": 2, "done": 1}


# The breaker.


def test_the_breaker_is_the_same_for_all_servers(database: Database) -> None:
    one, other = Store(database), Store(database)
    assert one.breaker() == Breaker()
    one.move_breaker(lambda breaker: breaker.after_stop(NOON, Stop.OUT_OF_CREDIT))
    assert other.breaker().stopped(after(1)) is Stop.OUT_OF_CREDIT
    other.move_breaker(lambda _: Breaker())
    assert one.breaker() == Breaker()


def test_while_half_open_one_order_goes_out_whoever_asks_at_once(store: Store) -> None:
    store.move_breaker(lambda breaker: breaker.after_stop(NOON, Stop.KEY_REJECTED))
    over = after(600)
    answers = at_once(8, lambda number: store.let_out(f"{number:032x}", over).held_until(over, f"{number:032x}"))
    assert sorted(answer is None for answer in answers) == [False] * 7 + [True]
    assert {answer for answer in answers if answer} == {over + PROBE_LIFE}


def test_a_probe_whose_sender_died_gives_way_to_the_next(store: Store) -> None:
    store.move_breaker(lambda breaker: breaker.after_stop(NOON, Stop.KEY_REJECTED))
    over = after(600)
    for moment, job, goes in ((over, "a", True), (over, "b", False), (over + PROBE_LIFE, "b", True)):
        assert (store.let_out(job, moment).held_until(moment, job) is None) is goes


def test_failures_that_several_servers_see_at_once_are_all_counted(store: Store) -> None:
    at_once(OUTAGES, lambda _: store.move_breaker(lambda breaker: breaker.after_outage(NOON)))
    assert store.breaker().stopped(after(1)) is Stop.OUTAGE


def test_all_kept_videos_come_page_by_page_whatever_is_kept_meanwhile(store: Store) -> None:
    ids = sorted(f"{number:032x}" for number in range(0x100, 0x107))
    for job_id in reversed(ids):
        store.place(replace(a_job_in(State.DONE), id=job_id), nonce=job_id)
    seen: list[str] = []
    while page := store.kept_videos(after=seen[-1] if seen else "", limit=3):
        assert len(page) <= 3
        seen += [job.id for job in page]
        store.place(replace(a_job_in(State.DONE), id=f"{len(seen):032x}"), nonce=f"earlier {len(seen)}")
    assert seen == ids
