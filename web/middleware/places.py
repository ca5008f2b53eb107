"""Who may have how much of something that there is a limited amount of. Pure: it counts, and decides."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """In one unit, places or bytes."""

    in_all: int
    kept: int
    """Of these, only for who has none yet: few who take all they may cannot shut out the next one."""
    of_one: int
    of_network: int
    """For all who come from one public address."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who takes: a visitor, and the network they come from where it is known (web/connections.py, network)."""

    visitor: str
    network: str | None


class Places:
    """What is taken, by whom."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._taken = 0
        self._by_visitor: Counter[str] = Counter()
        self._by_network: Counter[str] = Counter()

    @property
    def taken(self) -> int:
        """By all together."""
        return self._taken

    def of(self, visitor: str) -> int:
        """By one visitor."""
        return self._by_visitor[visitor]

    def take(self, holder: Holder, amount: int = 1) -> bool:
        """Take so much, all of it or nothing; False where it is not there for this holder."""
        has = self._by_visitor[holder.visitor]
        limits = self._limits
        there_is = limits.in_all - (limits.kept if has else 0)
        of_network = 0 if holder.network is None else self._by_network[holder.network] + amount
        if has + amount > limits.of_one or of_network > limits.of_network or self._taken + amount > there_is:
            return False
        self._add(holder, amount)
        return True

    def give_back(self, holder: Holder, amount: int = 1) -> None:
        """What was taken before."""
        self._add(holder, -amount)

    def _add(self, holder: Holder, amount: int) -> None:
        self._taken += amount
        counts = [(self._by_visitor, holder.visitor)]
        if holder.network is not None:
            counts.append((self._by_network, holder.network))
        for counter, name in counts:
            counter[name] += amount
            if counter[name] == 0:
                # Visitors come and go for months.
                del counter[name]
