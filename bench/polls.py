"""How soon a finished video is noticed and how often that takes asking, beside the provider's own 15-second loop.

Simulated over 1,000 jobs: the same schedule code as the worker's, fed with its own finished jobs as it goes along.
"""

from __future__ import annotations

import random
import statistics
from dataclasses import dataclass

from studio.jobs.polling import MEMORY, Expectation, learn, prior, until_next_poll
from studio.orders.order import Order

JOBS = 1_000
TYPICAL_S = 172.0
"""5 s at 1080p took so long in the provider's sample."""
SPREAD = 0.18
"""Log-normal: two thirds of the jobs within 18 % of the typical one. An assumption; the provider publishes none."""
SEED_LOOP_S = 15.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One simulated job."""

    late_s: float
    polls: int


def main() -> None:
    """Print the figures."""
    chance = random.Random(26)
    durations = [TYPICAL_S * chance.lognormvariate(0, SPREAD) for _ in range(JOBS)]
    before = prior("aimlapi", Order(prompt="", picture_key="", resolution="1080p"))
    unlearned = [_ours(took, before) for took in durations]
    learned = [_ours(took, learn(before, durations[max(0, n - MEMORY) : n][::-1])) for n, took in enumerate(durations)]
    seed = [_seed(took) for took in durations]
    print(f"looking, {JOBS} simulated jobs of about {TYPICAL_S:.0f} s (5 s, 1080p)")
    for name, outcomes in (("ours, learning", learned), ("ours, nothing learned", unlearned), ("seed's loop", seed)):
        late = [outcome.late_s for outcome in outcomes]
        polls = [outcome.polls for outcome in outcomes]
        print(
            f"  {name:22} noticed after: median {statistics.median(late):5.2f} s, p95 {_p95(late):5.2f} s"
            f" | polls per job: median {statistics.median(polls):.0f}, p95 {_p95(polls):.0f}"
        )
    exactly = _ours(TYPICAL_S, before), _ours(TYPICAL_S, learn(before, durations[:MEMORY]))
    print(
        f"  a job of exactly 172 s: {exactly[0].polls} looks unlearned, {exactly[1].polls} learned (at most 40 wanted)"
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
    # The sample looks at once, then every 15 s.
    return Outcome(polls * SEED_LOOP_S - took_s, polls + 1)


def _p95(values: list[float] | list[int]) -> float:
    return statistics.quantiles(values, n=20)[-1]


if __name__ == "__main__":
    main()
