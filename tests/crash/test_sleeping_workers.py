"""Workers sleep past their leases at every named step. In a file of its own: files run side by side."""

from __future__ import annotations

import pytest

from tests.crash.as_a_person_runs_it import NOTHING_LOST, run


@pytest.mark.crash
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_workers_that_sleep_past_their_lease_lose_nothing_pay_nothing_twice_and_pass_no_limit(database: str) -> None:
    """At each named step, while others go on; and all of them at once, while every visitor deletes everything."""
    code, said = run("--database", database, "--stalls", "1")
    assert NOTHING_LOST.search(said)
    assert "20 at 20 named steps" in said
    assert code == 0
