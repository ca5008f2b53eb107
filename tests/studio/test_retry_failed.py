"""What failed for nothing is tried again by one click: all of it or none, and once, however often it is clicked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.jobs.job import Job, State
from studio.money.limits import LimitReached, Limits
from studio.money.prices import PriceRisen
from studio.money.statements import adds_up
from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.media import Media
from tests.studio.front import ME, OTHER, Front
from tests.studio.strategies import a_job_in

PRICE = 650_000


def failed(front: Front, small_jpeg: bytes, count: int = 3, state: State = State.FAILED) -> list[Job]:
    """So many orders of one form that have all ended so."""
    front.visitor_service.place_together(ME, front.form(small_jpeg, count=count))
    return [_next_ended(front, state) for _ in range(count)]


def _next_ended(front: Front, state: State) -> Job:
    claim, like = front.store.claim_due(front.now), a_job_in(state)
    assert claim is not None
    names = ("state", "next_at", "ended_at", "reason", "generation_id", "accepted_at")
    moved = replace(claim.job, **{name: getattr(like, name) for name in names})
    assert front.store.save(claim, moved) is not None
    return moved


def test_one_click_places_each_failed_one_again_in_its_place(
    front: Front, database: Database, small_jpeg: bytes
) -> None:
    before = failed(front, small_jpeg)
    service = front.visitor_service
    assert service.price_of_all(before) == 3 * PRICE
    again = service.retry_failed(ME, [job.id for job in before], shown_micros=3 * PRICE)
    assert {job.retry_of for job in again} == {job.id for job in before}
    assert {job.order for job in again} == {job.order for job in before}
    assert {job.id for job in service.jobs(ME)} == {job.id for job in again}
    assert adds_up(database) == []
    # A second click, from the page as it was drawn before.
    assert service.retry_failed(ME, [job.id for job in before], shown_micros=3 * PRICE) == ()
    assert len(service.jobs(ME)) == 3


def test_two_tabs_that_saw_different_failures_retry_none_twice(front: Front, small_jpeg: bytes) -> None:
    before = failed(front, small_jpeg)
    service = front.visitor_service
    keep, service._deletion = service._deletion, _Forgetful()  # type: ignore[assignment]
    [first] = service.retry_failed(ME, [before[0].id])
    all_three = service.retry_failed(ME, [job.id for job in before])
    service._deletion = keep
    assert first in all_three
    assert [job.retry_of for job in all_three] == [job.id for job in before]
    assert sum(job.state is State.WAITING for job in service.jobs(ME)) == 3


class _Forgetful:
    """The moment between the placing and the taking away, held still."""

    def job(self, visitor: str, job_id: str) -> bool:
        return False


def test_only_what_is_ones_own_and_certainly_cost_nothing_is_retried(front: Front, small_jpeg: bytes) -> None:
    [costly] = failed(front, small_jpeg, 1, State.EXPIRED)
    service = front.visitor_service
    assert service.retry_failed(ME, [costly.id]) == ()
    mine = failed(front, small_jpeg, 2)
    assert service.retry_failed(OTHER, [job.id for job in mine]) == ()
    assert len(service.jobs(ME)) == 3


def test_a_price_that_has_risen_is_asked_about_and_nothing_is_placed(front: Front, small_jpeg: bytes) -> None:
    before = failed(front, small_jpeg, 2)
    with pytest.raises(PriceRisen):
        front.visitor_service.retry_failed(ME, [job.id for job in before], shown_micros=2 * PRICE - 1)
    assert {job.id for job in front.visitor_service.jobs(ME)} == {job.id for job in before}


def test_what_the_limit_does_not_cover_whole_is_not_placed_in_part(
    front: Front, database: Database, media: Media, small_jpeg: bytes
) -> None:
    before = failed(front, small_jpeg, 3)
    for limit, fits in ((3 * PRICE - 1, False), (3 * PRICE, True)):
        tight = Front(database, Store(database, limits=Limits(day_micros=limit)), media).visitor_service
        if fits:
            assert len(tight.retry_failed(ME, [job.id for job in before])) == 3
        else:
            with pytest.raises(LimitReached):
                tight.retry_failed(ME, [job.id for job in before])
            assert {job.id for job in tight.jobs(ME)} == {job.id for job in before}
    assert adds_up(database) == []
