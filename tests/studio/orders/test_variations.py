"""Several videos of one order differ in their seeds alone, and all of those are known."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.orders.order import MODEL, Order
from studio.orders.variations import COUNT_MAX, asked_for, variations
from tests.studio.strategies import an_order, orders

counts = st.integers(2, COUNT_MAX)


@given(orders)
def test_a_single_order_stays_as_it_is(order: Order) -> None:
    assert variations(order, 1) == (order,)
    assert asked_for([order]) == order


@pytest.mark.parametrize(
    ("seed", "seeds"),
    [
        (0, [0, 1, 2, 3]),
        (41, [41, 42, 43, 44]),
        (MODEL.seed_max, [MODEL.seed_max, 0, 1, 2]),
        (MODEL.seed_max - 1, [MODEL.seed_max - 1, MODEL.seed_max, 0, 1]),
    ],
)
def test_the_others_have_the_seeds_that_follow_and_after_the_largest_comes_the_smallest(
    seed: int, seeds: list[int]
) -> None:
    assert [order.seed for order in variations(an_order(seed=seed), 4)] == seeds


@given(orders, counts)
def test_all_differ_in_their_seeds_for_certain_and_in_nothing_else(order: Order, count: int) -> None:
    made = variations(order, count)
    seeds = {one.seed for one in made}
    assert len(seeds) == count
    assert all(seed is not None and 0 <= seed <= MODEL.seed_max for seed in seeds)
    assert {replace(one, seed=order.seed) for one in made} == {order}


@given(orders, counts)
def test_what_was_asked_for_can_be_told_from_what_is_made_of_it(order: Order, count: int) -> None:
    assert asked_for(variations(order, count)) == order


def test_seeds_that_nobody_asked_for_are_others_each_time() -> None:
    order = an_order()
    assert variations(order, 2) != variations(order, 2)


def test_drawn_seeds_are_never_taken_for_seeds_that_were_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([7, 7, 8, 9, MODEL.seed_max, 3])
    monkeypatch.setattr("secrets.randbelow", lambda _: next(drawn))
    assert [order.seed for order in variations(an_order(), 2)] == [3, MODEL.seed_max]
