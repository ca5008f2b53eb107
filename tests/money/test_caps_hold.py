"""No limit can be passed by a micro-dollar. The long runs are `make limits`."""

from __future__ import annotations

from studio.storage.database import Database
from tests.money.machine import run_machine
from tests.money.rush import run_double_submits, run_rush

WAYS = ("taken", "several taken", "refused", "several refused", "ended", "same form")


def test_four_processes_that_want_the_last_of_a_budget_never_pass_it(database_url: str) -> None:
    rush = run_rush(database_url, processes=4, each=60)
    assert rush.is_clean, rush
    assert {"taken", "taken and given back", "several taken", "refused by day"} <= set(rush.outcomes)


def test_who_looks_first_and_writes_later_is_caught(sqlite_url: str) -> None:
    rush = run_rush(sqlite_url, processes=8, each=20, naive=True)
    assert rush.over


def test_a_form_that_is_sent_twice_at_once_is_one_job_and_one_reservation(database_url: str) -> None:
    assert run_double_submits(database_url, 50) == (50, 50)


def test_a_form_of_four_that_is_sent_twice_at_once_is_four_jobs_and_four_reservations(database_url: str) -> None:
    assert run_double_submits(database_url, 20, each=4) == (80, 80)


def test_whatever_happens_in_whatever_order_no_cap_is_passed_and_the_ledger_adds_up(database: Database) -> None:
    counts = run_machine(database, 1_000, always_the_same=True)
    # Which ends and refusals it meets is chance, and changes with every line of the machine; that it meets some, not.
    times = {kind: sum(n for what, n in counts.seen.items() if what.startswith(kind)) for kind in WAYS}
    assert min(times.values()) >= 3, f"it went nowhere: {counts.seen}"
