"""Who stops waiting takes back what has not been sent, for nothing; what has been sent goes on, out of sight."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from studio.jobs.job import FINAL, Job, State
from studio.money.statements import adds_up
from studio.orders.drafts import SET_ASIDE_MAX, Draft, read_draft
from studio.queue.store_part import LEASE
from studio.storage.database import Database
from studio.storage.tables import ledger
from tests.studio.front import ME, OTHER, Front
from tests.studio.strategies import a_job_in


def booked(database: Database) -> list[tuple[str, int]]:
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(select(ledger.c.kind, ledger.c.micros).order_by(ledger.c.id))]


def test_an_order_that_waits_is_taken_back_whole_and_once(front: Front, database: Database, small_jpeg: bytes) -> None:
    form = front.form(small_jpeg)
    front.visitor_service.forms.drafts.keep(ME, form)
    [first, second] = front.visitor_service.place_together(ME, replace(form, count=2))
    service = front.visitor_service
    assert not service.take_back(OTHER, first.id)
    assert service.take_back(ME, first.id)
    assert not service.take_back(ME, first.id)
    assert service.jobs(ME) == [second]
    assert (service.job(ME, first.id), service.create_page(ME).jobs) == (None, (second,))
    assert booked(database) == [("reserved", 650_000), ("reserved", 650_000), ("released", -650_000)]
    assert adds_up(database) == []
    # Whoever sends what is due sends the other one alone.
    claim = front.store.claim_due(front.now)
    assert claim is not None
    assert claim.job.id == second.id
    assert front.store.claim_due(front.now) is None
    # The picture is still on the form, and the other order's.
    assert form.picture is not None
    assert service.forms.picture_files.has(form.picture)


def test_the_picture_goes_with_the_last_that_needs_it(front: Front, small_jpeg: bytes) -> None:
    form = front.form(small_jpeg)
    job = front.visitor_service.place(ME, form)
    assert form.picture is not None
    assert front.visitor_service.take_back(ME, job.id)
    assert not front.visitor_service.forms.picture_files.has(form.picture)


def test_what_a_worker_holds_is_not_taken_back_until_its_lease_is_over(front: Front, small_jpeg: bytes) -> None:
    job = front.visitor_service.place(ME, front.form(small_jpeg))
    held = front.store.claim_due(front.now)
    assert held is not None
    assert not front.visitor_service.take_back(ME, job.id)
    front.now += 2 * LEASE
    assert front.visitor_service.take_back(ME, job.id)
    assert front.store.save(held, held.job.submit_begun(front.now)) is None, "it would have been sent"


@pytest.mark.parametrize("state", [state for state in State if state is not State.WAITING])
def test_what_has_been_sent_or_has_ended_is_not_taken_back(front: Front, state: State) -> None:
    job = replace(a_job_in(state, visitor=ME), price_micros=0)
    front.store.place(job, job.id)
    assert not front.visitor_service.take_back(ME, job.id)
    assert front.visitor_service.job(ME, job.id) is not None


@pytest.mark.parametrize("state", list(State))
def test_what_is_set_aside_is_out_of_sight_unless_it_came_to_nothing(front: Front, state: State) -> None:
    job = replace(a_job_in(state, visitor=ME), price_micros=0)
    front.store.place(job, job.id)
    service, aside = front.visitor_service, (job.id,)
    came_to_nothing = state in FINAL - {State.DONE}
    front.now = job.ended_at or front.now
    seen: list[Job] = [*service.create_page(ME, set_aside=aside).jobs]
    assert [found.id for found in seen] == ([job.id] if came_to_nothing else [])
    assert [*service.stages(ME, aside)] == ([job.id] if came_to_nothing else [])
    assert [found.id for found in service.create_page(ME).jobs] == [job.id]


def test_only_the_last_are_remembered_and_a_form_without_any_is_written_as_before() -> None:
    many = Draft().waiting_no_longer([str(number) for number in range(SET_ASIDE_MAX)]).waiting_no_longer(["x", "7"])
    assert len(many.set_aside) == SET_ASIDE_MAX
    assert many.set_aside[0] == "1"
    assert many.set_aside[-1] == "x"
    assert read_draft(many.to_json()) == many
    assert "set_aside" not in Draft().to_json()
