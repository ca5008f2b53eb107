"""Stops submitting while the provider is down or will not serve us, for all servers together. Pure.

A circuit breaker (Nygard, Release It!): closed, orders go out; open, none does; half-open, one order at a time is the
probe whose outcome decides. It counts outcomes and not time, so that an outage that hangs opens it as surely as one
that answers at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

OUTAGES = 5
"""So many failed submits ..."""
AMONG = 10
"""... among the last so many open it. Each may cost its price, so that a provider that fails half the time is down."""
REST = timedelta(seconds=60)
"""For so long nothing is submitted after it has opened. What was accepted is polled all the same."""
LONGEST_REST = timedelta(minutes=10)
"""Each failed probe doubles the rest up to this: a probe may cost a video's price, and an outage may last a day."""
OWNERS_PAUSE = timedelta(minutes=10)
"""How long nothing is submitted once the provider said that only the owner can fix it."""
PROBE_LIFE = timedelta(minutes=5)
"""After this the next order may be the probe: whoever sent the last one is dead. A POST may take some three minutes."""


DEMOS_PAUSE = timedelta(seconds=30)
"""As OWNERS_PAUSE, in the demo: whoever wants to see the sentence must not keep the others waiting."""

_GOOD, _BAD = ".", "x"


class Stop(StrEnum):
    """Why nothing is submitted."""

    OUTAGE = "outage"
    OUT_OF_CREDIT = "out_of_credit"
    KEY_REJECTED = "key_rejected"


@dataclass(frozen=True, slots=True)
class Breaker:
    """Whether orders may go out. Outcomes are told with the order's id: once open, only the probe's count."""

    recent: str = ""
    """The last outcomes while closed, newest last; empty while all were good."""
    why: Stop | None = None
    """None: closed."""
    since: datetime | None = None
    """When it was last closed; empty while it is."""
    open_until: datetime | None = None
    rests: int = 0
    """Rests in a row without a good outcome."""
    probe: str | None = None
    """The id of the one order that may be out while half-open."""
    probe_until: datetime | None = None

    def stopped(self, now: datetime) -> Stop | None:
        """Why no further order goes out now; None where the next one would, if only as the probe."""
        return None if self.held_until(now) is None else self.why

    def held_until(self, now: datetime, job_id: str = "") -> datetime | None:
        """Until when this order has to wait; None where it may go out now."""
        if self.why is None:
            return None
        if self.open_until is not None and now < self.open_until:
            return self.open_until
        if self.probe not in (None, job_id) and self.probe_until is not None and now < self.probe_until:
            return self.probe_until
        return None

    def let_out(self, now: datetime, job_id: str) -> Breaker:
        """An order that may go out is about to: while half-open, as the probe."""
        return self if self.why is None else replace(self, probe=job_id, probe_until=now + PROBE_LIFE)

    def after_success(self, job_id: str = "") -> Breaker:
        """The provider took an order."""
        if self.why is None:
            return self._with(_GOOD)
        return Breaker() if self.probe == job_id else self

    def after_outage(self, now: datetime, job_id: str = "") -> Breaker:
        """The provider could not be reached, or broke."""
        if self.why is None:
            counted = self._with(_BAD)
            return counted if counted.recent.count(_BAD) < OUTAGES else self._opened(Stop.OUTAGE, now, REST)
        if self.probe != job_id:
            return self
        rest = min(LONGEST_REST, REST * 2 ** min(self.rests, 10))
        return self._opened(Stop.OUTAGE, now, rest)

    def after_stop(self, now: datetime, why: Stop, job_id: str = "", *, rest: timedelta = OWNERS_PAUSE) -> Breaker:
        """The provider said that it will not serve us."""
        # An outage says less: one whose order was on its way when it opened may still tell what is really wrong.
        if self.why in (None, Stop.OUTAGE) or self.probe == job_id:
            return self._opened(why, now, rest)
        return self

    def after_no_verdict(self, job_id: str) -> Breaker:
        """The order says nothing about the next one: it was put off, refused for itself, or did not go out."""
        return replace(self, probe=None, probe_until=None) if self.probe == job_id else self

    def _with(self, outcome: str) -> Breaker:
        recent = (self.recent + outcome)[-AMONG:]
        return replace(self, recent=recent if _BAD in recent else "")

    def _opened(self, why: Stop, now: datetime, rest: timedelta) -> Breaker:
        return Breaker(why=why, since=self.since or now, open_until=now + rest, rests=self.rests + 1)
