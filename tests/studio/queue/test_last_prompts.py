"""The words of the last orders are at hand: each once, newest first, only one's own, and gone with what is deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from studio.queue.job_store import Store
from tests.studio.strategies import NOON, a_job, after

ANN, BEN = "a" * 32, "b" * 32


def ordered(store: Store, words: str, at: datetime, visitor: str = ANN) -> str:
    job = a_job(visitor=visitor, created_at=at, next_at=at)
    job = replace(job, order=replace(job.order, prompt=words), price_micros=0)
    return store.place(job, job.id).id


def test_each_is_there_once_the_latest_first_and_no_more_than_wanted(store: Store) -> None:
    for minute, words in enumerate(("one", "two", "one", "drei <b>", "four")):
        ordered(store, words, after(60 * minute))
    assert store.last_prompts(ANN, 20) == ["four", "drei <b>", "one", "two"]
    assert store.last_prompts(ANN, 2) == ["four", "drei <b>"]


def test_nobody_has_anothers_and_what_was_deleted_is_gone(store: Store) -> None:
    job = ordered(store, "mine", NOON)
    ordered(store, "ours", NOON)
    ordered(store, "ours", NOON, BEN)
    assert store.last_prompts(BEN, 20) == ["ours"]
    assert store.take_back(job, ANN, NOON) is not None
    assert store.last_prompts(ANN, 20) == ["ours"]
    assert store.last_prompts("c" * 32, 20) == []
