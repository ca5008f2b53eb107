"""Kills workers until it is sure: `python -m tests.crash --kills 1000 --database both`.

Exit 1 unless nothing was lost, nothing paid twice, no limit passed and no video broken.
"""

from __future__ import annotations

import argparse
import secrets
import signal
import sys

from tests.crash.ambiguous import run_ambiguous
from tests.crash.folders import empty_database
from tests.crash.machine import run_machine
from tests.crash.run import CrashRun, Report
from tests.crash.worlds import told_of


def main() -> int:
    """Read the options, run, print, judge."""
    # Told to end, it takes its workers and its PostgreSQL along.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(143))
    options = _options()
    clean = True
    for backend in ("sqlite", "postgresql") if options.database == "both" else (options.database,):
        if options.kills or options.stalls:
            with empty_database(backend) as (url, folder):
                report = CrashRun(
                    url, folder, options.kills, options.workers, options.seed, options.step_hits, options.stalls
                )()
            _print(backend, report, options.step_hits)
            missed = report.steps_missed or report.not_slept
            clean &= report.verdict.is_clean and not missed and not report.ticks_broken
    if options.control:
        with empty_database("sqlite") as (url, folder):
            report = CrashRun(url, folder, options.control, options.workers, options.seed, naive=True)()
        caught = len(report.verdict.paid_twice)
        print(
            f"control (sends again whatever was not answered): {report.kills} kills, {report.jobs} jobs, "
            f"{report.verdict.charges} charges, {caught} paid twice: {'caught' if caught else 'NOT CAUGHT'}; "
            f"{report.seconds:.0f} s"
        )
        clean &= caught > 0
    if options.ambiguous:
        clean &= _ambiguous(options.ambiguous)
    if options.machine:
        print(told_of(run_machine(options.machine, always_the_same=False)))
    return 0 if clean else 1


def _ambiguous(each: int) -> bool:
    outcomes = list(run_ambiguous(each))
    for outcome in outcomes:
        print(
            f"{outcome.fault}: {outcome.orders} orders, {outcome.second_posts} second POSTs, "
            f"{outcome.charged} charged, {outcome.found} found again, {outcome.closed} closed after a day"
        )
    print(
        f"ambiguous: {len(outcomes)} kinds x {each}: {sum(o.second_posts for o in outcomes)} second POSTs, "
        f"{sum(o.found for o in outcomes)} of {sum(o.charged for o in outcomes)} accepted orders found again"
    )
    return all(outcome.is_clean for outcome in outcomes)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=0, help="random kills for each database")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--step-hits", type=int, default=2, help="kills at each named step, besides")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--stalls", type=int, default=0, help="times a worker sleeps past its lease at each named step")
    parser.add_argument("--control", type=int, nargs="?", const=40, default=0, help="the naive worker, so many kills")
    parser.add_argument("--ambiguous", type=int, nargs="?", const=50, default=0, help="orders of each ambiguous fault")
    parser.add_argument("--machine", type=int, default=0, help="steps of the machine that does anything in any order")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    return options


def _print(backend: str, report: Report, step_hits: int) -> None:
    verdict = report.verdict
    ends = ", ".join(f"{number} {state}" for state, number in sorted(verdict.ends.items()))
    print(
        f"{backend}: {report.kills} kills at random + {report.step_kills} at {report.steps} named steps, "
        f"{report.stalls} stalls at random + {report.slept.total()} at {len(report.slept)} named steps; "
        f"{report.over_the_limit} orders over the limit, {report.deletions} deletions of everything; "
        f"{report.jobs} jobs ({ends}), {verdict.charges} charges; "
        f"lost {len(verdict.lost)}, paid twice {len(verdict.paid_twice)}, broken videos {len(verdict.broken)}, "
        f"caps passed {len(verdict.limits_passed)} of {report.limit_checks} checks, "
        f"ledger issues {len(verdict.ledger_issues)}; "
        f"unfinished {len(verdict.unfinished)}, rows wrong {len(verdict.wrong_rows)}, ticks broken "
        f"{report.ticks_broken}, stray files {len(verdict.strays)} ({len(verdict.strays_after)} after sweeping), "
        f"integrity {verdict.integrity}; POSTs failed {report.posts_failed} of {report.posts}, polls "
        f"{report.polls_failed}, downloads {report.downloads_failed}; {report.seconds:.0f} s"
    )
    told = {
        "lost": verdict.lost,
        "paid twice": verdict.paid_twice,
        "broken": verdict.broken,
        "cap passed": verdict.limits_passed,
        "ledger": verdict.ledger_issues,
        "unfinished": verdict.unfinished,
        "wrong": verdict.wrong_rows,
        "stray": verdict.strays_after,
        f"not hit {step_hits} times": report.steps_missed,
        "not slept at": report.not_slept,
    }
    for what, items in told.items():
        for item in items[:10]:
            print(f"  {what}: {item}")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
