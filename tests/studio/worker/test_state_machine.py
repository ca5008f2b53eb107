"""Whatever happens to jobs, in whatever order: nothing is paid twice, and nothing paid for is lost."""

from __future__ import annotations

from tests.crash.machine import run_machine
from tests.crash.worlds import told_of

STEPS = 1_000


def test_whatever_happens_in_whatever_order_nothing_is_paid_twice_and_nothing_paid_for_is_lost() -> None:
    counts = run_machine(STEPS, always_the_same=True)
    print(told_of(counts))
    # A machine that gets nowhere breaks nothing either.
    assert counts.steps > STEPS / 2
    assert {"done", "expired", "failed", "closed", "refused"} <= counts.ends.keys()
    assert counts.lost_and_charged >= 10
    assert len(counts.crashed_at) >= 8
    assert len(counts.stalled_at) >= 6
