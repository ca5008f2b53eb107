"""When to poll next, and how long it will still take. Pure.

Twice a second while an end is likely, and, as long as little is known of a kind of job, from the earliest end ever seen
on: a model may be faster than anybody thought. The surer the expectation, the sparser the polls before it; late ones
grow sparse in any case. What is likely is learned from this installation's own jobs of the same kind.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from studio.orders.order import OrderSettings, model_of

SPARSE_POLLS = 3
"""Polls before any end at all: enough to show "queued" turning into "generating"."""
DENSEST_S = 0.45
"""Polls of one job are never closer than this: with what a poll takes itself, two a second. Of all jobs together there
are no more than that either (studio/queue/store_part.py)."""
UNLIKELY_S = 0.9
"""Between polls while an end would be a surprise ..."""
UNSURE = 4
"""... while no more jobs of a kind than this are known, nothing is a surprise from the earliest end ever seen on; with
so many times as many, polls are so many times sparser ..."""
SPARSER = 8.0
"""... but no more than so many times, so that even a complete surprise is noticed within some seven seconds."""
NEARING = 6.0
"""Between these two, no wait is longer than such a part of what is left until an end is likely."""
SPARSEST_S = 60.0
"""Nor ever sparser than this, however late it is."""
MEMORY = 50
"""Finished jobs of a kind that are remembered."""
PRIOR_WEIGHT = 4
"""How many remembered jobs the built-in expectation counts for."""

ODD_FACTOR = 3.0
"""A job that seems to have taken more than so many times the latest plausible end counts as having taken just that: its
end was probably seen hours late, because this server was off meanwhile."""

ERROR_FIRST_S = 2.0
ERROR_LAST_S = 60.0
"""After a failed poll: waits double from the first to the last, with full jitter."""
LASTING, LASTING_S = 20, 600.0
"""After so many failed polls in a row it is no passing outage, and every fetched but broken video costs some 30 MB."""

HAND_OVER_S = 1.0
"""A video is fetched, checked and shown about this long after the provider is done."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """How long the provider takes from acceptance to done, in seconds."""

    earliest_s: float
    typical_s: float
    latest_s: float
    first_s: float
    """The earliest end ever seen of any kind of job; never later than `earliest_s`."""
    seen: int = 0
    """Jobs that this was learned from."""


_PROVIDER_FIRST_S = 10.0
"""An assumption: nobody has told of a video of five seconds that took less. What ends sooner is learned from."""
_DEMO_FIRST_S = 2.0
_DEMO_EARLIEST_S = 4.0
"""The demo shows no end before the fifth second."""


def prior(backend: str, order: OrderSettings) -> Expectation:
    """What to expect of such an order before anything was learned, by its own model."""
    model = model_of(order)
    quality = model.quality(order.resolution) or model.qualities[-1]
    if backend == "demo":
        return _of_demo(order.duration_s, quality.short_side_px)
    timing = model.timing(order.duration_s, quality.short_side_px)
    first_s = min(_PROVIDER_FIRST_S, timing.earliest_s)
    return Expectation(timing.earliest_s, timing.typical_s, timing.latest_s, first_s=first_s)


def _of_demo(duration_s: int, short_side_px: int) -> Expectation:
    """On two cores: two seconds queued, then rendering, which goes by the pixels."""
    seconds_of_720p = duration_s * (short_side_px / 720) ** 2
    return Expectation(
        max(_DEMO_EARLIEST_S, 2 + 0.4 * seconds_of_720p),
        max(1.5 * _DEMO_EARLIEST_S, 2 + 0.8 * seconds_of_720p),
        2 + 2 * max(5, seconds_of_720p),
        first_s=_DEMO_FIRST_S,
    )


def learn(before: Expectation, recent_durations_s: Sequence[float]) -> Expectation:
    """The expectation after so many finished jobs of the kind (seconds each, newest first).

    The built-in expectation counts for a few jobs, so that one odd job does not turn everything around.
    """
    if not recent_durations_s:
        return before
    seen = [min(each, ODD_FACTOR * before.latest_s) for each in recent_durations_s[:MEMORY]]
    # A single one twice: before Python 3.13 it was too few.
    twentieths = statistics.quantiles(seen if len(seen) > 1 else 2 * seen, n=20, method="inclusive")
    share = len(seen) / (len(seen) + PRIOR_WEIGHT)

    def blend(prior_s: float, seen_s: float) -> float:
        return (1 - share) * prior_s + share * seen_s

    typical = blend(before.typical_s, twentieths[9])
    # What has been seen counts at once: an end that is looked for too early costs polls, one too late costs a person.
    earliest = min(blend(before.earliest_s, twentieths[0]), *seen, typical) * 0.95
    return Expectation(
        earliest,
        typical,
        max(blend(before.latest_s, twentieths[18]) * (1 + 0.10 * share), typical * 1.1),
        first_s=min(before.first_s, earliest),
        seen=len(seen),
    )


def until_next_poll(elapsed_s: float, expected: Expectation) -> float:
    """Seconds until the next poll, for a job that the provider has had for `elapsed_s` and had not finished."""
    if elapsed_s < expected.first_s:
        return max(DENSEST_S, min(expected.first_s / SPARSE_POLLS, expected.first_s - elapsed_s))
    if elapsed_s < expected.earliest_s:
        unlikely = UNLIKELY_S * min(SPARSER, expected.seen / UNSURE) if expected.seen > UNSURE else DENSEST_S
        # Denser and denser towards the end of this stretch: nothing is as sharp as the figure that it ends with.
        return max(DENSEST_S, min(unlikely, (expected.earliest_s - elapsed_s) / NEARING))
    late = max(0.0, elapsed_s - expected.latest_s)
    return min(SPARSEST_S, DENSEST_S + late * 0.05)


def after_failure(failures: int, jitter: float, *, longest_s: float = ERROR_LAST_S) -> float:
    """Seconds until the next try after so many failed ones in a row.

    `jitter` is a random number from 0 to 1: full jitter, so that many jobs do not come back in step.
    """
    ceiling = min(longest_s, ERROR_FIRST_S * 2.0 ** min(max(failures, 1) - 1, 10))
    return max(0.5, jitter * ceiling)


def after_failed_poll(failures: int, jitter: float) -> float:
    """Seconds until the next poll after so many failed ones in a row: sparser still once the outage lasts."""
    return after_failure(failures, jitter, longest_s=ERROR_LAST_S if failures <= LASTING else LASTING_S)


def until_next_search(since_sent_s: float) -> float:
    """Seconds until a lost answer is looked for again.

    Every 15 s for 2 minutes, every minute for half an hour, then every 10 minutes.
    """
    if since_sent_s < 2 * 60:
        return 15.0
    if since_sent_s < 30 * 60:
        return 60.0
    return 600.0


def fraction_done(elapsed_s: float, expected_s: float) -> float:
    """How far a progress bar stands, 0 to 1.

    It only grows with time, is at 0.8 when the time is up, and creeps ever slower towards 0.95 after that: it neither
    jumps back nor pretends to be nearly there.
    """
    if expected_s <= 0:
        return 0.0
    ratio = max(0.0, elapsed_s) / expected_s
    if ratio <= 1:
        return 0.8 * ratio
    over = ratio - 1
    return 0.8 + 0.15 * over / (over + 1)


def remaining_s(elapsed_s: float, expected_s: float) -> float | None:
    """Seconds it will probably still take, hand-over included; None once it is taking longer than expected."""
    left = expected_s + HAND_OVER_S - elapsed_s
    return left if left > 0 else None
