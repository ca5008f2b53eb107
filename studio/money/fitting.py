"""What could be ordered instead, where there is not enough left for what is asked for. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product

from studio.money.prices import Price, PriceUnknown
from studio.orders.drafts import Draft
from studio.orders.order import Order
from videoapi.models import VideoModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What would fit, and what all of it costs."""

    duration_s: int
    resolution: str
    count: int
    micros: int
    """Millionths of a dollar."""

    def on(self, draft: Draft) -> Draft:
        """The form with this chosen, and all else as it is."""
        return replace(draft, duration_s=self.duration_s, resolution=self.resolution, count=self.count)


def how_many_fit(each_micros: int, left_micros: int | None, most: int) -> int:
    """How many of what costs so much each fit into what is left: `most` at most, and where nothing limits it."""
    if left_micros is None or each_micros == 0:
        return most
    return min(most, left_micros // each_micros)


def what_fits(
    order: Order, count: int, left_micros: int, *, model: VideoModel, price_of: Callable[[Order], Price]
) -> tuple[Choice, ...]:
    """What of the order fits into what is left: shorter, in a lower quality, or fewer at once; the best first.

    The best is where the least has to be changed, and of these the dearest, which is nearest to what was asked for.
    Whatever is less than another choice in one thing and more in none is left out. Empty where nothing fits. A quality
    whose price nobody can say does not fit.
    """
    fitting = [choice for choice in _less(order, count, model, price_of) if choice.micros <= left_micros]
    best = (choice for choice in fitting if not _is_outdone(choice, fitting, model))

    def worse(choice: Choice) -> tuple[int, int, int, int]:
        changed = [choice.duration_s != order.duration_s, choice.resolution != order.resolution, choice.count != count]
        return sum(changed), -choice.micros, -choice.duration_s, -choice.count

    return tuple(sorted(best, key=worse))


def _less(order: Order, count: int, model: VideoModel, price_of: Callable[[Order], Price]) -> Iterator[Choice]:
    lengths = [length for length in model.durations_s if length <= order.duration_s]
    qualities = model.resolutions[: model.resolutions.index(order.resolution) + 1]
    for duration_s, resolution in product(lengths, qualities):
        try:
            price = price_of(replace(order, duration_s=duration_s, resolution=resolution))
        except PriceUnknown:
            continue
        for number in range(1, count + 1):
            if (duration_s, resolution, number) != (order.duration_s, order.resolution, count):
                micros = price.times(number).micros
                yield Choice(duration_s=duration_s, resolution=resolution, count=number, micros=micros)


def _is_outdone(choice: Choice, others: Iterable[Choice], model: VideoModel) -> bool:
    def of(one: Choice) -> tuple[int, int, int]:
        return one.duration_s, model.resolutions.index(one.resolution), one.count

    return any(
        other != choice and all(more >= own for more, own in zip(of(other), of(choice), strict=True))
        for other in others
    )
