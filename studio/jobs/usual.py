"""How long a kind of video usually takes, with its spread, and that rounded as one would say it. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from studio.jobs.polling import HAND_OVER_S, ODD_FACTOR, Expectation

ENOUGH = 5
"""With fewer finished jobs of a kind, their spread would be chance: the built-in expectation is told instead."""
FIRST_TENTH, LAST_TENTH = 2, 9
"""Between these two of ten: a fifth is ready sooner, and no more than a tenth later."""
MINUTE_S = 60
STEP_S = 5
"""Below a minute, times are told in steps of so many seconds."""


@dataclass(frozen=True, slots=True)
class Usual:
    """From a person's point of view: until the video can be seen, in seconds, without waiting for one's turn."""

    from_s: float
    to_s: float


def usual(expected: Expectation, recent_durations_s: Sequence[float]) -> Usual:
    """How long jobs of a kind usually take, from the last ones at the provider (seconds each) or, where those are too
    few, from what was expected before anything was learned.
    """
    if len(recent_durations_s) < ENOUGH:
        return Usual(expected.earliest_s + HAND_OVER_S, expected.latest_s + HAND_OVER_S)
    # One whose end was seen hours late, because this server was off, is no longer than this: see polling.learn.
    seen = [min(max(each, 0.0), ODD_FACTOR * expected.latest_s) for each in recent_durations_s]
    tenths = statistics.quantiles(seen, n=10, method="inclusive")
    return Usual(tenths[FIRST_TENTH - 1] + HAND_OVER_S, tenths[LAST_TENTH - 1] + HAND_OVER_S)


class Unit(StrEnum):
    """What a time is told in."""

    SECOND = "second"
    MINUTE = "minute"


@dataclass(frozen=True, slots=True)
class Rounded:
    """A span in whole numbers of one unit; `low` is 0 where it begins before the first of them."""

    low: int
    high: int
    unit: Unit


def rounded(span: Usual) -> Rounded:
    """The span as one would say it: seconds where all of it is under a minute, minutes else; never 0 to 0."""
    high = _steps(span.to_s)
    if high < MINUTE_S:
        return Rounded(min(_steps(span.from_s), high), high, Unit.SECOND)
    return Rounded(_half_up(span.from_s / MINUTE_S), max(1, _half_up(span.to_s / MINUTE_S)), Unit.MINUTE)


def _steps(seconds: float) -> int:
    return max(STEP_S, STEP_S * _half_up(seconds / STEP_S))


def _half_up(number: float) -> int:
    # round() goes to the even one of two neighbours: 30 s would be no minute, and 90 s two.
    return math.floor(number + 0.5)
