"""What an order will cost: the provider's live price where it is known, the model's own figures otherwise."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import product
from typing import Protocol

from studio.orders.order import MODEL, NotTaken, Order, model_of
from videoapi.billing import Pricing
from videoapi.errors import VideoAPIError
from videoapi.models import MODELS, VideoModel

log = logging.getLogger(__name__)

FRESH_FOR = timedelta(hours=1)
RETRY_AFTER = timedelta(minutes=5)


def dearest_micros(models: Iterable[VideoModel]) -> int:
    """The dearest video that can be ordered of these, by the table."""
    return max(quality.micros_per_s * max(model.durations_s) for model in models for quality in model.qualities)


DEAREST_MICROS = dearest_micros(MODELS.values())
"""The dearest video of all that there is, by the table."""
CHEAPEST_SHARE, DEAREST_TIMES = 4, 10
"""A price or a charge below a quarter of what was to be expected, or above ten times it, is not believed. Reserving too
little would lift the owner's limit; one charge of a million would use up the month. Upwards there is more room, because
disbelief there costs more: a price that really rose must count."""


class Doubt(StrEnum):
    """Why the provider's own price is not believed, and the table's taken instead."""

    TOO_LOW = "too_low"
    TOO_HIGH = "too_high"


def counted_cost(reported: int | None, reserved: int) -> int:
    """What an order counts for once it is done, in millionths of a dollar: what the provider reported, where that can
    be; else what was reserved, and what it reported stays with the job as a difference for the owner.
    """
    if reported is None or doubt_of(reported, reserved or DEAREST_MICROS, zero=reserved == 0) is not None:
        return reserved
    return reported


def doubt_of(micros: int, expected: int, *, zero: bool = False) -> Doubt | None:
    """What is wrong with an amount, beside the one that was to be expected. `zero`: nothing at all may be right."""
    if micros > expected * DEAREST_TIMES:
        return Doubt.TOO_HIGH
    if micros < 0 or (not zero and micros * CHEAPEST_SHARE < expected):
        return Doubt.TOO_LOW
    return None


@dataclass(frozen=True, slots=True)
class Price:
    """What an order costs before it is placed."""

    micros: int
    """Millionths of a dollar."""
    exact: bool
    """True where the provider itself said so; False for "about"."""

    @property
    def is_free(self) -> bool:
        """True in the demo."""
        return self.micros == 0

    def times(self, count: int) -> Price:
        """What so many of the same cost together."""
        return replace(self, micros=count * self.micros)


class PriceUnknown(NotTaken):
    """Nobody can say what the order would cost."""


class PriceRisen(NotTaken):
    """The order costs more now than the person was shown; `price` is what all of it costs."""

    def __init__(self, price: Price) -> None:
        super().__init__(price.micros)
        self.price = price


class PriceSource(Protocol):
    """Where live prices come from: the provider's client."""

    def pricing(self, model: str) -> Pricing:
        """The provider's price list for one model; raises VideoAPIError."""


class Prices:
    """Prices of orders. Asking never waits for the network: `refresh` is the worker's task."""

    def __init__(self, source: PriceSource, *, free: bool, models: Sequence[VideoModel] = (MODEL,)) -> None:
        self._source = source
        self._free = free
        self._models = tuple(models)
        """Those whose live prices are read."""
        self._live: dict[str, Pricing] = {}
        self._next_refresh: datetime | None = None
        self._lock = threading.Lock()

    def of(self, order: Order) -> Price:
        """What the order costs: 0 in the demo, live where known, else the table's. Raises PriceUnknown."""
        if self._free:
            return Price(0, exact=True)
        quality = model_of(order).quality(order.resolution) if order.model in MODELS else None
        if quality is None:
            raise PriceUnknown
        table = quality.micros_per_s * order.duration_s
        micros = self._live_micros(order.model, order.resolution, order.duration_s)
        if micros is None or doubt_of(micros, table) is not None:
            return Price(table, exact=False)
        return Price(micros, exact=True)

    @property
    def doubt(self) -> Doubt | None:
        """Why some live price is not believed; None where all are, and where none is known."""
        for model in self._models:
            for quality, duration_s in product(model.qualities, model.durations_s):
                micros = self._live_micros(model.id, quality.name, duration_s)
                doubt = None if micros is None else doubt_of(micros, quality.micros_per_s * duration_s)
                if doubt is not None:
                    return doubt
        return None

    def _live_micros(self, model_id: str, resolution: str, duration_s: int) -> int | None:
        live = self._live.get(model_id)
        return live.price_micros(resolution=resolution, duration_s=duration_s) if live else None

    def refresh(self, now: datetime) -> None:
        """Read the live prices if they have grown old; keep a model's old ones when that fails."""
        with self._lock:
            if self._free or (self._next_refresh is not None and now < self._next_refresh):
                return
            self._next_refresh = now + RETRY_AFTER
        live = {model.id: pricing for model in self._models if (pricing := self._read(model)) is not None}
        with self._lock:
            self._live = {**self._live, **live}
            if len(live) == len(self._models):
                self._next_refresh = now + FRESH_FOR

    def _read(self, model: VideoModel) -> Pricing | None:
        try:
            return self._source.pricing(model.id)
        except VideoAPIError as error:
            log.warning("live prices not read", extra={"model": model.id, "error": type(error).__name__})
            return None
