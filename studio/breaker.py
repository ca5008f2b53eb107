"""Stops submitting while the provider is down or will not serve us, for all servers together. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

OUTAGES = 5
"""So many failed submits in a row ..."""
WITHIN = timedelta(seconds=60)
"""... in this time ..."""
REST = timedelta(seconds=60)
"""... stop further ones for this long. Looking after what was accepted goes on."""
OWNERS_TURN = timedelta(minutes=10)
"""How long nothing is submitted once the provider said that only the owner can mend it."""


DEMOS_TURN = timedelta(seconds=30)
"""The same in the demo: whoever wants to see the sentence must not keep the others waiting."""


class Stop(StrEnum):
    """Why nothing is submitted."""

    OUTAGE = "outage"
    OUT_OF_CREDIT = "out_of_credit"
    KEY_REJECTED = "key_rejected"


@dataclass(frozen=True, slots=True)
class Breaker:
    """Whether orders may go out."""

    failures: int = 0
    """Failed submits in a row."""
    since: datetime | None = None
    """When the first of them was."""
    open_until: datetime | None = None
    why: Stop | None = None

    def stopped(self, now: datetime) -> Stop | None:
        """Why nothing may be submitted now; None when it may."""
        return self.why if self.open_until is not None and now < self.open_until else None

    def after_success(self) -> Breaker:
        """The provider took an order."""
        return Breaker()

    def after_outage(self, now: datetime) -> Breaker:
        """The provider could not be reached, or broke."""
        if self.since is None or now - self.since > WITHIN:
            return replace(self, failures=1, since=now)
        failures = self.failures + 1
        if failures < OUTAGES:
            return replace(self, failures=failures)
        return Breaker(open_until=now + REST, why=Stop.OUTAGE)

    def after_stop(self, now: datetime, why: Stop, *, rest: timedelta = OWNERS_TURN) -> Breaker:
        """The provider said that it will not serve us."""
        return Breaker(open_until=now + rest, why=why)
