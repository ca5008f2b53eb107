"""Workers die and sleep at random moments and at every named step, under a provider that breaks in every way it can."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


NOTHING_LOST = re.compile(
    r"lost 0, paid twice 0, broken videos 0, caps passed 0 of [1-9]\d* looks, ledger amiss 0; "
    r"unfinished 0, rows wrong 0, ticks broken 0"
)


def run(*options: str) -> tuple[int, str]:
    """The program as a person runs it: its exit code, and what it said."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.crash", "--seed", "1", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=480,
        check=False,
    )
    print(ended.stdout)
    return ended.returncode, ended.stdout


@pytest.mark.crash
@pytest.mark.parametrize(("database", "kills"), [("sqlite", 100), ("postgresql", 40)])
def test_killed_workers_lose_nothing_pay_nothing_twice_and_break_no_video(database: str, kills: int) -> None:
    code, said = run("--database", database, "--kills", str(kills), "--step-hits", "1")
    assert NOTHING_LOST.search(said)
    assert code == 0


@pytest.mark.crash
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_workers_that_sleep_past_their_lease_lose_nothing_pay_nothing_twice_and_pass_no_limit(database: str) -> None:
    """At each named step, while others go on; and all of them at once, while every visitor deletes everything."""
    code, said = run("--database", database, "--stalls", "1")
    assert NOTHING_LOST.search(said)
    assert "20 at 20 named steps" in said
    assert code == 0


@pytest.mark.crash
def test_a_worker_that_sends_again_what_was_not_answered_is_caught_paying_twice() -> None:
    code, said = run("--control", "30")
    found = re.search(r"(\d+) paid twice: caught", said)
    assert found is not None
    assert int(found.group(1)) > 0
    assert code == 0
