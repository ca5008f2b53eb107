"""The seed of an order for which nobody chose one: drawn here, so that it is known and can be ordered again. Pure.

It follows from the job's id. So it can be told from one that a person chose: the form that stands for the job has none,
and just the same form sent once more is just the same order, whatever was drawn for each.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from studio.jobs.job import Job
from studio.orders.order import Order, model_of


def with_seed(order: Order, job_id: str) -> Order:
    """The order as it is sent: with the seed that was chosen, or the one that is drawn for this job; without any where
    the model takes none."""
    if order.seed is not None or not model_of(order).has_seed:
        return order
    return replace(order, seed=_drawn(job_id, order))


def as_chosen(job: Job) -> Order:
    """The order as it was asked for: without a seed where that was drawn."""
    order = job.order
    # What was made of another by hand has that one's order.
    return replace(order, seed=None) if order.seed == _drawn(job.made_from or job.id, order) else order


def _drawn(job_id: str, order: Order) -> int:
    return int.from_bytes(hashlib.sha256(job_id.encode()).digest()[:8]) % (model_of(order).seed_max + 1)
