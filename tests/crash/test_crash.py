"""Workers die at random moments and at every named step, under a provider that breaks in every way it can."""

from __future__ import annotations

import re

import pytest

from tests.crash.as_a_person_runs_it import NOTHING_LOST, run


@pytest.mark.crash
@pytest.mark.parametrize(("database", "kills"), [("sqlite", 60), ("postgresql", 40)])
def test_killed_workers_lose_nothing_pay_nothing_twice_and_break_no_video(database: str, kills: int) -> None:
    code, said = run("--database", database, "--kills", str(kills), "--step-hits", "1")
    assert NOTHING_LOST.search(said)
    assert code == 0, said


@pytest.mark.crash
def test_a_worker_that_sends_again_what_was_not_answered_is_caught_paying_twice() -> None:
    code, said = run("--control", "30")
    found = re.search(r"(\d+) paid twice: caught", said)
    assert found is not None
    assert int(found.group(1)) > 0
    assert code == 0, said
