"""One sentence over several pictures is one order: all of them or none, each once, in their line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.money.ledger import Payer
from studio.money.limits import LimitReached, Limits
from studio.money.prices import PriceRisen
from studio.money.statements import adds_up
from studio.orders.drafts import Draft
from studio.orders.framing import Shape
from studio.orders.lining_up import added, in_line, moved, removed
from studio.orders.order import OrderIncomplete, Problem
from studio.queue.job_store import Store
from studio.queue.placing import OrderedJustNow, Sent
from studio.storage.database import Database
from tests.studio.front import ME, Front
from tests.studio.strategies import a_job, an_order

PRICE = 650_000


@pytest.fixture
def form(front: Front, small_jpeg: bytes) -> Draft:
    """Three pictures, one sentence."""
    form = front.form(small_jpeg)
    for _another in range(2):
        form = added(form, front.visitor_service.forms.picture_files.add(small_jpeg))
    return form


def keys(form: Draft) -> list[str]:
    return [one.picture.key for one in in_line(form)]


def test_each_picture_becomes_a_job_of_the_same_words_in_the_order_of_the_line(front: Front, form: Draft) -> None:
    last = keys(form)[-1]
    form = moved(form, last, 0)
    placed = front.visitor_service.place_together(ME, form)
    assert [job.order.picture_key for job in placed] == keys(form)
    assert keys(form)[0] == last
    assert {job.order.prompt for job in placed} == {form.prompt}
    claims = [front.store.claim_due(front.now) for _one in placed]
    front.now = max(job.created_at for job in placed)
    went = [claim.job.id for claim in [front.store.claim_due(front.now) for _one in placed] if claim is not None]
    first = [claim.job.id for claim in claims if claim is not None]
    assert [*first, *went] == [job.id for job in placed]


def test_each_may_be_wanted_several_times(front: Front, form: Draft) -> None:
    placed = front.visitor_service.place_together(ME, replace(form, count=2), shown_micros=6 * PRICE)
    assert [job.order.picture_key for job in placed] == [key for key in keys(form) for _twice in range(2)]
    assert len({(job.order.picture_key, job.order.seed) for job in placed}) == 6


def test_the_same_form_sent_again_is_the_same_jobs(front: Front, form: Draft, database: Database) -> None:
    first = front.visitor_service.place_together(ME, form)
    assert front.visitor_service.place_together(ME, form) == first
    assert len(front.visitor_service.jobs(ME)) == 3
    assert adds_up(database) == []


def test_another_tab_with_one_picture_more_orders_that_one_alone(
    front: Front, form: Draft, small_jpeg: bytes, database: Database
) -> None:
    first = front.visitor_service.place_together(ME, form)
    more = added(form, front.visitor_service.forms.picture_files.add(small_jpeg))
    placed = front.visitor_service.place_together(ME, more)
    assert placed[:3] == first
    assert len(front.visitor_service.jobs(ME)) == 4
    assert adds_up(database) == []


def test_one_that_was_ordered_just_now_is_asked_about_and_none_is_placed(front: Front, form: Draft) -> None:
    front.visitor_service.place_together(ME, removed(removed(form, keys(form)[0]), keys(form)[1]))
    with pytest.raises(OrderedJustNow) as told:
        front.visitor_service.place_together(ME, form.renewed())
    assert [job.order.picture_key for job in told.value.jobs] == keys(form)[2:]
    assert len(front.visitor_service.jobs(ME)) == 1
    again = front.visitor_service.place_together(ME, form.renewed(), another_after=told.value.job.id)
    assert front.visitor_service.place_together(ME, form.renewed(), another_after=told.value.job.id) == again
    assert len(front.visitor_service.jobs(ME)) == 4


def test_all_of_them_or_none_against_the_limits(database: Database) -> None:
    store = Store(database, limits=Limits(day_micros=3 * PRICE - 1))
    forms = [
        Sent(str(at), (a_job(order=an_order(picture_key=f"pictures/{at}.jpg"), price_micros=PRICE),)) for at in range(3)
    ]
    payer = Payer(forms[0].jobs[0].visitor)
    with pytest.raises(LimitReached):
        store.place_forms(forms, payer)
    assert store.unfinished(payer.key) == []
    assert len(store.place_forms(forms[:2], payer)) == 2
    assert adds_up(database) == []


def test_a_price_that_rose_is_that_of_all(front: Front, form: Draft) -> None:
    with pytest.raises(PriceRisen) as told:
        front.visitor_service.place_together(ME, form, shown_micros=3 * PRICE - 1)
    assert told.value.price.micros == 3 * PRICE
    assert len(front.visitor_service.place_together(ME, form, shown_micros=3 * PRICE)) == 3


def test_each_is_framed_in_the_one_shape(front: Front, form: Draft) -> None:
    square = replace(form, framing=form.framing.with_shape(Shape.SQUARE))
    placed = front.visitor_service.place_together(ME, square)
    assert len({job.order.picture_key for job in placed}) == 3
    for job in placed:
        assert job.order.picture_key not in keys(form)
        assert front.media.exists(job.order.picture_key)


def test_without_words_none_is_placed(front: Front, form: Draft) -> None:
    with pytest.raises(OrderIncomplete) as told:
        front.visitor_service.place_together(ME, replace(form, prompt=""))
    assert Problem.NO_PROMPT in told.value.problems
    assert front.visitor_service.jobs(ME) == []
