"""How soon a finished video is noticed and how often that takes asking, beside the provider's own 15-second loop.

Simulated: the same schedule code as the worker's, fed with its own finished jobs as it goes along, and the same pace
for all jobs together.
"""

from __future__ import annotations

import heapq
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from studio.jobs.polling import MEMORY, Expectation, learn, prior, until_next_poll
from studio.orders.order import Order
from studio.queue.store_part import POLLS_PER_S

JOBS = 1_000
ORDER = Order(prompt="", picture_key="", resolution="1080p")
TYPICAL_S = (20.0, 60.0, 172.0)
"""A fast model, a usual one, and what the provider's sample took for 5 s at 1080p."""
SPREAD = 0.18
"""Log-normal: two thirds of the jobs within 18 % of the typical one. An assumption; the provider publishes none."""
SEED_LOOP_S = 15.0
AT_ONCE = (1, 5, 20)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One simulated job."""

    late_s: float
    polls: int


def main() -> None:
    """Print the figures."""
    print(
        f"polling, {JOBS} simulated jobs one after the other; noticed how long after their end, and by how many polls"
    )
    for typical_s in TYPICAL_S:
        rng = random.Random(26)
        _print(typical_s, [typical_s * rng.lognormvariate(0, SPREAD) for _ in range(JOBS)])
    print(
        f"several at once, of about {TYPICAL_S[-1]:.0f} s, nothing learned; at most {POLLS_PER_S} polls a second in all"
    )
    for number in AT_ONCE:
        late_s, a_second = _at_once(number, random.Random(26))
        print(
            f"  {number:3} jobs  noticed after: median {statistics.median(late_s):5.2f} s, worst {max(late_s):5.2f} s"
            f" | {a_second:4.2f} polls a second"
        )


def _print(typical_s: float, durations: Sequence[float]) -> None:
    before = prior("aimlapi", ORDER)
    ways: dict[str, Callable[[int, float], Outcome]] = {
        "ours, learning": lambda n, took: _ours(took, learn(before, durations[max(0, n - MEMORY) : n][::-1])),
        "ours, nothing learned": lambda _n, took: _ours(took, before),
        "sample's loop": lambda _n, took: _seed(took),
    }
    print(f" of about {typical_s:.0f} s")
    for name, way in ways.items():
        outcomes = [way(n, took) for n, took in enumerate(durations)]
        late = [outcome.late_s for outcome in outcomes]
        print(
            f"  {name:22} median {statistics.median(late):5.2f} s, worst {max(late):5.2f} s"
            f" | polls: median {statistics.median(outcome.polls for outcome in outcomes):.0f},"
            f" most {max(outcome.polls for outcome in outcomes)}"
        )


def _ours(took_s: float, expected: Expectation) -> Outcome:
    now_s, polls = 0.0, 0
    while True:
        now_s += until_next_poll(now_s, expected)
        polls += 1
        if now_s >= took_s:
            return Outcome(now_s - took_s, polls)


def _seed(took_s: float) -> Outcome:
    polls = int(took_s // SEED_LOOP_S) + 1
    # The sample polls at once, then every 15 s.
    return Outcome(polls * SEED_LOOP_S - took_s, polls + 1)


def _at_once(number: int, rng: random.Random) -> tuple[list[float], float]:
    """So many jobs placed within a few seconds: how late each was noticed, and polls a second while any was left."""
    expected = prior("aimlapi", ORDER)
    due = [
        (until_next_poll(0, expected), 0.1 * n, TYPICAL_S[-1] * rng.lognormvariate(0, SPREAD)) for n in range(number)
    ]
    heapq.heapify(due)
    late_s, turn_s, polls = list[float](), 0.0, 0
    while due:
        next_s, placed_s, took_s = heapq.heappop(due)
        now_s = max(next_s, turn_s)
        turn_s, polls = now_s + 1 / POLLS_PER_S, polls + 1
        elapsed_s = now_s - placed_s
        if elapsed_s >= took_s:
            late_s.append(elapsed_s - took_s)
        else:
            heapq.heappush(due, (now_s + until_next_poll(elapsed_s, expected), placed_s, took_s))
    return late_s, polls / turn_s


if __name__ == "__main__":
    main()
