"""Galleries, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from studio.jobs.job import Job, State
from studio.queue.job_store import Store
from studio.sharing.gallery_links import GalleryLinks
from studio.sharing.successions import Successions
from studio.storage.database import Database
from tests.studio.strategies import NOON, a_job_in


class Watch:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def wait(self, time: timedelta) -> None:
        self.now += time


@pytest.fixture
def clock() -> Watch:
    return Watch()


@pytest.fixture
def links(database: Database, clock: Watch) -> GalleryLinks:
    return GalleryLinks(database, clock)


@pytest.fixture
def successions(database: Database, clock: Watch) -> Successions:
    return Successions(database, clock)


Keep = Callable[..., Job]


@pytest.fixture
def keep(store: Store) -> Keep:
    """Gives a visitor a job."""

    def keep(visitor: str, state: State = State.DONE) -> Job:
        job = a_job_in(state, visitor=visitor)
        # Placed with nothing to pay: money is not what this is about.
        return store.place(replace(job, price_micros=0), nonce=job.id)

    return keep


def owner_of(store: Store, job: Job) -> str:
    """Who has a job now."""
    found = store.get(job.id)
    assert found is not None
    return found.visitor
