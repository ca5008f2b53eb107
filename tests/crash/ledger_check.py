"""What the ledger says beside what the provider charged: nobody's limit passed, nothing charged that counts as free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from sqlalchemy import func, select

from studio.money.ledger import ALL, EntryKind
from studio.money.limits import Limits
from studio.money.statements import adds_up
from studio.storage.database import Database
from studio.storage.tables import budgets, incidents, ledger
from tests.crash.provider import GENERATION_CREDITS, Charge
from videoapi.billing import micros_of_credits

PRICE = micros_of_credits(GENERATION_CREDITS)
"""Of every order of a run: what our table says is what this provider charges, so that limits can be checked."""


def limits_passed(database: Database, limits: Limits) -> Iterator[str]:
    """Every budget that holds more than its limit; at any moment there must be none."""
    with database.read() as connection:
        held = connection.execute(select(budgets.c.scope, budgets.c.period, budgets.c.held_micros)).all()
    for scope, period, micros in held:
        if scope != ALL:
            limit = limits.visitor_micros
        else:
            limit = limits.day_micros if len(period) == len("2026-11-22") else limits.month_micros
        if limit is not None and micros > limit:
            yield f"{scope[:16]} of {period} holds {micros} of {limit}"


def find_issues(database: Database, charges: Iterable[Charge]) -> Iterator[str]:
    """Where the ledger disagrees with itself, or counts less than the provider charged."""
    yield from adds_up(database)
    charged: Counter[str] = Counter()
    for charge in charges:
        charged[charge.client_request_id.partition(".")[0]] += 0 if charge.fails else PRICE
    with database.read() as connection:
        rows = connection.execute(select(ledger.c.job_id, func.sum(ledger.c.micros)).group_by(ledger.c.job_id)).all()
        ends = connection.execute(select(ledger.c.job_id, ledger.c.kind).where(ledger.c.closes.is_(True))).all()
        told = connection.execute(select(incidents.c.what)).scalars().all()
    held = {job: int(micros) for job, micros in rows}
    ended = {job: EntryKind(kind) for job, kind in ends}
    for job, micros in charged.items():
        end = ended.get(job)
        if held.get(job, 0) < micros:
            yield f"{job} was charged {micros} and counts {held.get(job, 0)} ({end or 'open'})"
        elif micros and end not in (EntryKind.SETTLED, EntryKind.UNCERTAIN):
            yield f"{job} was charged {micros} and is {end or 'open'}"
    yield from told
