"""Several videos of one order: the same in all but the seed, which is known of each, so that it can be had again.

Pure, but for the seeds that are drawn.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from studio.orders.order import Order, model_of

COUNT_MAX = 4
"""Videos of one order at the most: as many as can be compared side by side."""


def variations(order: Order, count: int) -> tuple[Order, ...]:
    """So many orders that differ in nothing but the seed, and in that for certain.

    With a seed: that one, and those that follow it; after the model's largest comes 0. Without: drawn ones, smallest
    first, and never such as would follow one another. A single order stays as it is (studio.jobs.drawn_seed).
    """
    if count == 1:
        return (order,)
    if order.seed is None:
        return tuple(replace(order, seed=seed) for seed in _drawn(order, count))
    return tuple(replace(order, seed=seed) for seed in _following(order, order.seed, count))


def asked_for(orders: Sequence[Order]) -> Order:
    """The order that variations were made of: without a seed where their seeds were drawn."""
    first = orders[0]
    seeds = [order.seed for order in orders]
    if first.seed is None or seeds == _following(first, first.seed, len(orders)):
        return first
    return replace(first, seed=None)


def _following(order: Order, seed: int, count: int) -> list[int]:
    return [(seed + number) % (model_of(order).seed_max + 1) for number in range(count)]


def _drawn(order: Order, count: int) -> list[int]:
    while True:
        seeds = sorted(secrets.randbelow(model_of(order).seed_max + 1) for _ in range(count))
        if len(set(seeds)) == count and seeds != _following(order, seeds[0], count):
            return seeds
