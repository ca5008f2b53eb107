"""What a run has left behind, judged from the outside: the provider's own list of charges, the rows, and the files."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import make_url

from studio.clock import now
from studio.jobs.job import FINAL, State
from studio.queue.job_store import Store
from studio.retention.consistency import YOUNG, repair
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.tables import jobs as job_rows
from tests.crash.films import film_of, plays_whole, read_films
from tests.crash.ledger_check import find_issues, limits_passed
from tests.crash.people import LIMITS
from tests.crash.provider import read_ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found. The first five must be empty."""

    lost: tuple[str, ...]
    """Placed or charged, and neither a whole kept video nor an honest end."""
    paid_twice: tuple[str, ...]
    """Jobs with more than one charge. Nobody ticked anything in these runs."""
    broken: tuple[str, ...]
    """Kept videos that are not, byte for byte, what the provider made for that order, or do not play."""
    limits_passed: tuple[str, ...]
    """Budgets that hold more than their limit, now or at one of the checks."""
    ledger_issues: tuple[str, ...]
    """Charged and counted as less; or sums that do not add up."""
    unfinished: tuple[str, ...]
    wrong_rows: tuple[str, ...]
    """Rows that contradict themselves, or each other."""
    ends: Counter[str]
    charges: int
    integrity: str
    strays: tuple[str, ...]
    """Files that nothing needs, before sweeping."""
    strays_after: tuple[str, ...]
    """The same after it."""

    @property
    def is_clean(self) -> bool:
        """True when nothing was lost, paid twice, broken or passed, and nothing else is wrong either."""
        money = (self.paid_twice, self.limits_passed, self.ledger_issues)
        wrong = (self.lost, self.broken, self.unfinished, self.wrong_rows, self.strays_after)
        return not any(money + wrong) and self.integrity in ("ok", "-")


def judge(database_url: str, folder: Path, placed: Collection[str], passed: Collection[str]) -> Verdict:
    """Check everything. `placed` are the ids that were given out, `passed` the limits that were seen to be passed."""
    films = read_films(folder)
    charges = read_ledger(folder / "charges")
    by_job: dict[str, list[bool]] = {}
    for charge in charges:
        by_job.setdefault(charge.client_request_id.partition(".")[0], []).append(charge.fails)
    database = Database(database_url)
    store, media = Store(database), Media((folder / "media").as_uri())
    with database.read() as connection:
        rows = {row["id"]: row for row in connection.execute(select(job_rows)).mappings().all()}
    lost = [f"{job} was placed and has no row" for job in placed if job not in rows]
    lost += [f"{job} was charged and has no row" for job in by_job if job not in rows]
    broken: list[str] = []
    wrong: list[str] = []
    needed: set[str] = set()
    for job, row in rows.items():
        state = State(row["state"])
        fails = by_job.get(job, [])
        if (row["next_at"] is None) != (state in FINAL):
            wrong.append(f"{job} is {state} and next_at is {row['next_at']}")
        if row["lease_token"] is not None and state in FINAL:
            wrong.append(f"{job} has ended and is still somebody's")
        if state is State.DONE and row["hidden_at"] is None:
            needed |= {row["video_key"], row["poster_key"]}
            number = int(row["prompt"].split()[0])
            data = media.read(row["video_key"]) if media.exists(row["video_key"]) else b""
            if data != film_of(films, number) or row["size_bytes"] != len(data) or not plays_whole(data):
                broken.append(f"{job} (order {number}): {len(data)} bytes")
            if not media.exists(row["poster_key"]):
                broken.append(f"{job}: no poster")
            if not fails:
                wrong.append(f"{job} has a video that nobody was charged for")
        elif state in FINAL and state is not State.DONE and any(not failed for failed in fails):
            lost.append(f"{job} was charged and is {state} ({row['reason']})")
    # What was deleted has no words left.
    numbers = Counter(int(row["prompt"].split()[0]) for row in rows.values() if row["prompt"])
    wrong += [f"order {number} became {times} jobs" for number, times in numbers.items() if times > 1]
    strays = _strays(folder, needed)
    now_passed, ledger_issues = limits_passed(database, LIMITS), tuple(find_issues(database, charges))
    all_passed = tuple(dict.fromkeys((*passed, *now_passed)))
    repair(store, media, folder / "scratch", now() + 2 * YOUNG)
    database.close()
    return Verdict(
        lost=tuple(lost),
        paid_twice=tuple(f"{job}: {len(fails)} charges" for job, fails in by_job.items() if len(fails) > 1),
        broken=tuple(broken),
        limits_passed=all_passed,
        ledger_issues=ledger_issues,
        unfinished=tuple(f"{job} is {row['state']}" for job, row in rows.items() if State(row["state"]) not in FINAL),
        wrong_rows=tuple(wrong),
        ends=Counter(str(row["state"]) for row in rows.values()),
        charges=len(charges),
        integrity=_integrity(database_url),
        strays=strays,
        strays_after=_strays(folder, needed),
    )


def _strays(folder: Path, needed: set[str]) -> tuple[str, ...]:
    media = folder / "media"
    kept = [path for kind in ("videos", "posters") for path in (media / kind).rglob("*") if path.is_file()]
    unneeded = [str(path.relative_to(media)) for path in kept if path.relative_to(media).as_posix() not in needed]
    hidden = [path.name for kind in ("pictures", "thumbnails") for path in (media / kind).rglob(".*")]
    return (*unneeded, *hidden, *(f"scratch/{path.name}" for path in (folder / "scratch").iterdir()))


def _integrity(database_url: str) -> str:
    """SQLite's own check of the whole file; PostgreSQL has none that is as simple ("-")."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or url.database is None:
        return "-"
    connection = sqlite3.connect(url.database)
    try:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        connection.close()
