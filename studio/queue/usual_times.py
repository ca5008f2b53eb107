"""How long each kind of video usually takes here."""

from __future__ import annotations

import time
from collections.abc import Callable

from studio.jobs.polling import MEMORY, prior
from studio.jobs.usual import Usual, usual
from studio.orders.order import OrderSettings
from studio.queue.reading import Reading

FRESH_S = 60.0
"""So long an answer is given again: every tab asks with every click, and one more video hardly changes it."""
KINDS_MAX = 500
"""There are not as many models, lengths and qualities; whatever else is asked for is not remembered for ever."""


class UsualTimes:
    """Asks the store for finished jobs of a kind, at most once a minute."""

    def __init__(self, store: Reading, backend: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._backend = backend
        self._monotonic = monotonic
        self._known: dict[tuple[str, int, str], tuple[float, Usual]] = {}

    def of(self, order: OrderSettings) -> Usual:
        """How long a video of this model, length and quality usually takes. Raises StorageAway."""
        kind, now = (order.model, order.duration_s, order.resolution), self._monotonic()
        known = self._known.get(kind)
        if known is not None and now - known[0] < FRESH_S:
            return known[1]
        recent = self._store.recent_durations_s(self._backend, order, limit=MEMORY)
        found = usual(prior(self._backend, order), recent)
        if len(self._known) >= KINDS_MAX:
            self._known.clear()
        self._known[kind] = now, found
        return found
