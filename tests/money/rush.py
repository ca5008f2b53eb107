"""Many processes that all want the last of a budget, and two clicks that send one form."""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier

from sqlalchemy import func, insert, select, update

from studio.jobs.job import Job, Reason, State
from studio.money.ledger import ALL, Payer, code_scope, settle
from studio.money.limits import LimitReached, Limits
from studio.money.statements import adds_up
from studio.orders.variations import variations
from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.tables import budgets, codes, jobs, ledger
from tests.studio.strategies import a_job, an_order

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PRICE = 787_500
"""Micro-dollars: five seconds at 1080p, as the provider's own example has it."""
VISITORS, CODES = 40, 4
GIVEN_BACK = 0.1
"""Share of the taken orders that fail at once, so that money comes back while others want it."""
BROKEN = "broken"
"""How an outcome begins that no order may have; the exception follows."""


@dataclass(frozen=True, slots=True)
class Rush:
    """What came of a rush."""

    tries: int
    outcomes: Counter[str]
    held_micros: int
    limit_micros: int
    over: tuple[str, ...]
    """Budgets seen above their limit, at any time."""
    wrong: tuple[str, ...]
    """Budgets that do not hold what their ledger says."""
    seconds: float

    @property
    def is_clean(self) -> bool:
        """Nothing over, everything adds up, and the limit was used to the last order that fits."""
        used_up = 0 <= self.limit_micros - self.held_micros < PRICE
        done = self.outcomes.total() == self.tries and not any(name.startswith(BROKEN) for name in self.outcomes)
        return not self.over and not self.wrong and used_up and done


def limits_for(tries: int) -> Limits:
    """A day's limit that a third of the tries can use up, one micro-dollar short of a whole order."""
    return Limits(
        day_micros=tries // 3 * PRICE - 1,
        month_micros=tries * PRICE,
        visitor_micros=max(2, tries // VISITORS // 2) * PRICE + 7,
    )


def run_rush(url: str, *, processes: int, each: int, naive: bool = False) -> Rush:
    """Let so many processes place so many orders each, against one day's limit; look at the budgets all the while."""
    began = time.monotonic()
    tries = processes * each
    limits, database = limits_for(tries), Database(url)
    budget = max(2, tries // CODES // 4) * PRICE + 3
    with database.begin() as connection:
        for n in range(CODES):
            connection.execute(
                insert(codes).values(id=f"code{n}", name=f"code {n}", hash=str(n), budget_micros=budget, made_at=NOW)
            )
    context = multiprocessing.get_context("spawn")
    barrier, told = context.Barrier(processes), context.Queue()
    crowd = [
        context.Process(target=_hurry, args=(url, limits, each, n, naive, barrier, told)) for n in range(processes)
    ]
    for process in crowd:
        process.start()
    outcomes: Counter[str] = Counter()
    over: set[str] = set()
    for _ in crowd:
        while told.empty() and any(process.is_alive() for process in crowd):
            over |= _over(database, limits, budget)
        outcomes += told.get(timeout=600)
    for process in crowd:
        process.join()
    over |= _over(database, limits, budget)
    with database.read() as connection:
        held = connection.execute(select(func.sum(ledger.c.micros))).scalar_one()
    wrong = adds_up(database)
    database.close()
    assert limits.day_micros is not None
    if naive and held > limits.day_micros:
        over.add(f"the ledger: {held} of {limits.day_micros}")
    return Rush(tries, outcomes, int(held), limits.day_micros, tuple(over), tuple(wrong), time.monotonic() - began)


def _over(database: Database, limits: Limits, code_budget: int) -> set[str]:
    with database.read() as connection:
        rows = connection.execute(select(budgets)).mappings().all()
    found = set()
    for row in rows:
        if row["scope"] == ALL:
            limit = limits.month_micros if len(row["period"]) == 7 else limits.day_micros
        else:
            limit = code_budget if row["scope"].startswith(code_scope("")) else limits.visitor_micros
        if limit is None or not 0 <= row["held_micros"] <= limit:
            found.add(f"{row['scope']} {row['period']}: {row['held_micros']} of {limit}")
    return found


def _hurry(url: str, limits: Limits, each: int, number: int, naive: bool, barrier: Barrier, told: object) -> None:
    chance = random.Random(number)
    database = Database(url)
    store = Store(database, limits=limits)
    outcomes: Counter[str] = Counter()
    barrier.wait(timeout=300)
    for _ in range(each):
        try:
            outcomes[_naive(database, limits) if naive else _order(database, store, chance)] += 1
        except Exception as error:  # noqa: BLE001  counted: a process has nobody to raise it to
            outcomes[f"{BROKEN}: {type(error).__name__}: {error}"[:200]] += 1
    told.put(outcomes)  # type: ignore[attr-defined]
    database.close()


def _order(database: Database, store: Store, chance: random.Random) -> str:
    visitor = f"{chance.randrange(VISITORS):032x}"
    code = f"code{chance.randrange(CODES)}" if chance.random() < 0.5 else None
    group = _variations(chance.choice((1, 1, 1, 2, 4)), visitor)
    job = group[0]
    try:
        store.place_together(group, job.id, Payer(visitor, code))
    except LimitReached as reached:
        return f"refused by {reached.limit}" if len(group) == 1 else "several refused"
    if len(group) > 1:
        return "several taken" if _all_there(database, group) else f"{BROKEN}: some of several"
    if chance.random() >= GIVEN_BACK:
        return "taken"
    ended = replace(job, state=State.FAILED, next_at=None, ended_at=NOW, reason=Reason.UNKNOWN, cost_micros=0)
    for _ in range(2):  # a second time changes nothing
        with database.begin() as connection:
            connection.execute(update(jobs).where(jobs.c.id == job.id).values(state=State.FAILED, next_at=None))
            settle(connection, ended)
    return "taken and given back"


def _variations(count: int, visitor: str) -> list[Job]:
    same = {"visitor": visitor, "price_micros": PRICE, "created_at": NOW, "next_at": NOW}
    return [a_job(order=order, **same) for order in variations(an_order(), count)]


def _all_there(database: Database, group: list[Job]) -> bool:
    with database.read() as connection:
        theirs = select(func.count()).where(jobs.c.id.in_([job.id for job in group]))
        return connection.execute(theirs).scalar_one() == len(group)


def _naive(database: Database, limits: Limits) -> str:
    """The mistake that this is about: looks first, and writes in another transaction."""
    job = a_job()
    with database.read() as connection:
        held = connection.execute(select(func.coalesce(func.sum(ledger.c.micros), 0))).scalar_one()
    if limits.day_micros is not None and held + PRICE > limits.day_micros:
        return "refused"
    row = {"at": NOW, "day": "2026-11-22", "payer": "naive", "kind": "reserved", "micros": PRICE, "closes": False}
    with database.begin() as connection:
        connection.execute(insert(ledger).values(job_id=job.id, **row))
    return "taken"


def run_double_submits(url: str, forms: int, each: int = 1) -> tuple[int, int]:
    """Send each form, of so many videos, twice at once, on two connections; gives how many jobs and how many
    reservations came of it."""
    databases = [Database(url), Database(url)]
    together = threading.Barrier(2)
    errors: list[BaseException] = []

    def click(store: Store) -> None:
        try:
            for number in range(forms):
                together.wait(timeout=60)
                store.place_together(_variations(each, "a" * 32), f"form {number}")
        except BaseException as error:  # noqa: BLE001  raised below: a thread has nobody to raise it to
            errors.append(error)
            together.abort()

    clicks = [threading.Thread(target=click, args=(Store(database),)) for database in databases]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    if errors:
        raise errors[0]
    with databases[0].read() as connection:
        placed = connection.execute(select(func.count()).select_from(jobs)).scalar_one()
        reserved = connection.execute(select(func.count()).select_from(ledger)).scalar_one()
    for database in databases:
        database.close()
    return int(placed), int(reserved)
