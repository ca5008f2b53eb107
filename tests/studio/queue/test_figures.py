"""What a visitor's videos are counted by: theirs alone, as they stand in the gallery."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from studio.jobs.job import Job, State
from studio.queue.job_store import Store
from tests.studio.strategies import A_VIDEO, NOON, a_job_in, after, an_order

ANN, BEN = "a" * 32, "b" * 32
_numbers = count()


def keep(store: Store, visitor: str = ANN, **changed: Any) -> Job:
    job = replace(
        a_job_in(State.DONE, visitor=visitor, order=an_order(), created_at=after(next(_numbers)), price_micros=0),
        accepted_at=NOON,
        finished_at=NOON + timedelta(seconds=42),
        video=replace(A_VIDEO, duration_s=5.0),
        **changed,
    )
    return store.place(job, nonce=job.id)


def test_each_video_of_the_gallery_is_counted_once_and_nobody_elses(store: Store) -> None:
    first = keep(store)
    binned, deleted = keep(store), keep(store)
    store.put_in_bin([binned.id], ANN, NOON)
    store.hide(deleted.id, ANN, NOON)
    keep(store, BEN)
    store.place(a_job_in(State.FAILED, visitor=ANN, price_micros=0), nonce="failed")
    [made] = store.made(ANN)
    assert (made.ordered_at, made.model, made.film_s, made.took_s) == (first.created_at, first.order.model, 5.0, 42.0)
    assert store.made("c" * 32) == []


def test_the_demo_and_edits_cost_nothing_and_an_edit_took_no_time(store: Store) -> None:
    demo = keep(store, backend="demo", cost_micros=1_000_000)
    edit = keep(store, backend="demo", made_from=demo.id, made_as="boomerang")
    made = {one.ordered_at: one for one in store.made(ANN)}
    assert [made[job.created_at].cost_micros for job in (demo, edit)] == [0, 0]
    assert (made[edit.created_at].was_ordered, made[edit.created_at].took_s) == (False, None)


def test_what_was_paid_counts_as_the_ledger_counts_it(store: Store) -> None:
    keep(store, backend="aimlapi", cost_micros=1_300_000)
    assert [one.cost_micros for one in store.made(ANN)] == [1_300_000]
