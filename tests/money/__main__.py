"""Tries to pass a limit: `python -m tests.money --processes 16 --each 1000 --machine 10000 --double 1000`.

Exit 1 where any budget was ever a micro-dollar over, or does not hold what its ledger says.
"""

from __future__ import annotations

import argparse
import sys

from studio.storage.database import Database
from tests.crash.folders import empty_database
from tests.money.machine import run_machine
from tests.money.rush import Rush, run_double_submits, run_rush


def main() -> int:
    """Run what is asked for on each database, print it, judge it."""
    parser = argparse.ArgumentParser(prog="python -m tests.money", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--processes", type=int, default=16)
    parser.add_argument("--each", type=int, default=0, help="orders of each process")
    parser.add_argument("--double", type=int, default=0, help="forms that are sent twice at once")
    parser.add_argument("--machine", type=int, default=0, help="steps of the machine that does anything in any order")
    parser.add_argument("--control", action="store_true", help="the naive way, which must be caught")
    options = parser.parse_args()
    clean = True
    for backend in ("sqlite", "postgresql") if options.database == "both" else (options.database,):
        if options.each:
            with empty_database(backend) as (url, _folder):
                rush = run_rush(url, processes=options.processes, each=options.each)
            print(f"{backend}: {_told(rush)}")
            clean &= rush.is_clean
        if options.double:
            with empty_database(backend) as (url, _folder):
                placed, reserved = run_double_submits(url, options.double)
            print(f"{backend}: {options.double} forms sent twice at once: {placed} jobs, {reserved} reservations")
            clean &= placed == reserved == options.double
        if options.machine:
            with empty_database(backend) as (url, _folder):
                database = Database(url)
                counts = run_machine(database, options.machine, always_the_same=False)
                database.close()
            seen = ", ".join(f"{number} {what}" for what, number in sorted(counts.seen.items()))
            print(f"{backend}: {counts.steps} steps, never over, the ledger always added up ({seen})")
        sys.stdout.flush()
    if options.control:
        with empty_database("sqlite") as (url, _folder):
            rush = run_rush(url, processes=options.processes, each=20, naive=True)
        caught = bool(rush.over)
        print(f"control (looks first, writes later): {_told(rush)}: {'caught' if caught else 'NOT CAUGHT'}")
        clean &= caught
    return 0 if clean else 1


def _told(rush: Rush) -> str:
    outcomes = ", ".join(f"{number} {what}" for what, number in sorted(rush.outcomes.items()))
    return (
        f"{rush.tries} tries ({outcomes}); held {rush.held_micros} of {rush.limit_micros} micro-dollars; "
        f"budgets ever over: {len(rush.over)}, not adding up: {len(rush.wrong)}; {rush.seconds:.0f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
