"""A seed that nobody chose is drawn for each job, is known, and can be told from one that was chosen."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from studio.jobs.drawn_seed import as_chosen, with_seed
from studio.orders.order import model_of
from tests.studio.strategies import a_job, an_order, hex_ids
from videoapi.models import MODELS


@given(hex_ids, st.sampled_from(sorted(MODELS)))
def test_a_drawn_seed_is_one_that_the_model_takes_and_is_no_choice(job_id: str, model: str) -> None:
    order = an_order(model=model)
    sent = with_seed(order, job_id)
    assert sent.seed is not None
    assert 0 <= sent.seed <= model_of(order).seed_max
    assert with_seed(order, job_id) == sent, "the same for the same job"
    assert as_chosen(a_job(id=job_id, order=sent)) == order


@given(hex_ids, st.integers(0, 2_147_483_647))
def test_a_chosen_seed_stays_a_choice(job_id: str, seed: int) -> None:
    order = an_order(seed=seed)
    assert with_seed(order, job_id) == order
    drawn = with_seed(replace(order, seed=None), job_id).seed
    assert as_chosen(a_job(id=job_id, order=order)).seed == (None if seed == drawn else seed)


def test_each_job_has_another_one() -> None:
    assert len({with_seed(an_order(), f"{number:032x}").seed for number in range(100)}) == 100


def test_an_order_of_before_has_none_and_what_was_made_of_a_video_has_that_ones() -> None:
    assert as_chosen(a_job()).seed is None
    first = a_job(id="1" * 32, order=with_seed(an_order(), "1" * 32))
    assert as_chosen(replace(first, id="2" * 32, made_from=first.id, made_as="back_and_forth")) == an_order()
