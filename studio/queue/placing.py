"""Orders placed: once each, with their price held, or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, insert, select
from sqlalchemy.exc import IntegrityError

from studio.jobs.job import Job
from studio.jobs.rows import job_of, order_row_of, row_of
from studio.money import ledger
from studio.money.ledger import Payer
from studio.money.limits import Allowance
from studio.orders.order import NotTaken
from studio.orders.pause import Paused, paused_since
from studio.queue import changes
from studio.queue.store_part import StorePart
from studio.storage.database import take_turns
from studio.storage.tables import jobs


class OrderedJustNow(NotTaken):
    """The visitor placed just the same order a moment ago; `job` is what came of it."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.id)
        self.job = job


class Placing(StorePart):
    """Takes orders, while any are taken and somebody can pay for them."""

    def place(self, job: Job, nonce: str, payer: Payer | None = None, *, just_now: timedelta | None = None) -> Job:
        """Keep a new job and hold its price; the job that came from the same form, if that was sent before.

        `nonce` names one sending of one form by one visitor: nobody else can know it. `payer` is the visitor unless it
        is said. With `just_now` an order like one that the visitor placed within that time before is not taken: two
        clicks that meet two drawings of the form, or two tabs, are one order, however they reach us. Raises
        OrderedJustNow, Paused, LimitReached and CodeEnded, and then nothing was kept.
        """
        same_form = select(jobs).where(jobs.c.nonce == nonce)
        try:
            with self._db.begin() as connection:
                # Of two clicks at the same moment the second sees what the first has placed.
                take_turns(connection, f"orders of {job.visitor}")
                row = connection.execute(same_form).mappings().first()
                if row is not None:
                    return job_of(row)
                if just_now is not None:
                    row = connection.execute(_like(job, since=job.created_at - just_now)).mappings().first()
                    if row is not None:
                        raise OrderedJustNow(job_of(row))
                if paused_since(connection) is not None:
                    raise Paused
                payer = payer or Payer(job.visitor)
                ledger.reserve(connection, job, payer, self._limits)
                connection.execute(insert(jobs).values(**row_of(job), nonce=nonce, payer=payer.key, turn=payer.turn))
                changes.moved(connection, job.visitor, job.id, job.state)
            return job
        except IntegrityError:  # another server was first with the same form
            with self._db.read() as connection:
                return job_of(connection.execute(same_form).mappings().one())

    def paused(self) -> datetime | None:
        """Since when no new orders are taken; None while they are."""
        with self._db.read() as connection:
            return paused_since(connection)

    def allowance(self, payer: Payer, now: datetime) -> Allowance:
        """What the payer may still spend; raises CodeEnded."""
        with self._db.read() as connection:
            return ledger.allowance(connection, payer, self._limits, now)


def _like(job: Job, *, since: datetime) -> Select[Any]:
    """The visitor's jobs of just the same order, placed since then; the latest first."""
    same = [jobs.c[name].is_not_distinct_from(value) for name, value in order_row_of(job.order).items()]
    theirs = select(jobs).where(jobs.c.visitor == job.visitor, jobs.c.created_at > since, *same)
    return theirs.order_by(jobs.c.created_at.desc()).limit(1)
