"""Orders placed: once each, with their price held, or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import Connection, and_, insert, select
from sqlalchemy.exc import IntegrityError

from studio.jobs.drawn_seed import as_chosen
from studio.jobs.job import BROUGHT_IN, Job
from studio.jobs.rows import job_of, order_row_of, row_of
from studio.money import ledger
from studio.money.ledger import Payer
from studio.money.limits import Allowance
from studio.orders.order import NotTaken, Order
from studio.orders.pause import Paused, paused_since
from studio.orders.variations import asked_for
from studio.queue import changes, families, jobs_of_visitor
from studio.queue.store_part import StorePart
from studio.storage.tables import jobs


class OrderedJustNow(NotTaken):
    """The visitor placed just the same order a moment ago; `jobs` are what came of it, `job` the first of them."""

    def __init__(self, job: Job, *others: Job) -> None:
        super().__init__(job.id)
        self.job = job
        self.jobs = (job, *others)


@dataclass(frozen=True, slots=True)
class Sent:
    """One sending of one form by one visitor, and the jobs that are to come of it."""

    nonce: str
    """Names it: nobody else can know it."""
    jobs: tuple[Job, ...]

    @property
    def names(self) -> list[str]:
        """What names each of the jobs: the first is named as the form, as where there is one alone."""
        return [_nonce(self.nonce, number) for number in range(len(self.jobs))]


class Placing(StorePart):
    """Takes orders, while any are taken and somebody can pay for them."""

    def place(self, job: Job, nonce: str, payer: Payer | None = None, *, just_now: timedelta | None = None) -> Job:
        """Keep a new job and hold its price; the job that came from the same form, if that was sent before.

        As `place_together` for one.
        """
        return self.place_together((job,), nonce, payer, just_now=just_now)[0]

    def place_together(
        self, group: Sequence[Job], nonce: str, payer: Payer | None = None, *, just_now: timedelta | None = None
    ) -> tuple[Job, ...]:
        """Keep the jobs of one form, placed at one moment, and hold their prices: all of them, or none.

        As `place_forms` for one form; `payer` is the visitor unless it is said.
        """
        return self.place_forms([Sent(nonce, tuple(group))], payer or Payer(group[0].visitor), just_now=just_now)

    def place_forms(self, forms: Sequence[Sent], payer: Payer, *, just_now: timedelta | None = None) -> tuple[Job, ...]:
        """Keep the jobs of all these forms of one visitor, and hold their prices: all of them, or none.

        Of a form that was sent before, what came of it is what there is, and nothing more is placed. With `just_now`
        nothing is placed at all where one of the orders is like one that the visitor placed within that time before:
        two clicks that meet two drawings of the form, or two tabs, are one order, however they reach us. Raises
        OrderedJustNow, Paused, LimitReached and CodeEnded, and then nothing was kept.
        """
        first = forms[0].jobs[0]
        try:
            with self._db.begin() as connection:
                # Of two clicks at the same moment the second sees what the first has placed.
                jobs_of_visitor.lock(connection, first.visitor)
                placed = _of_forms(connection, forms)
                new = [form for form in forms if form.nonce not in placed]
                if just_now is not None:
                    like = [
                        job for form in new for job in _like(connection, form.jobs, since=first.created_at - just_now)
                    ]
                    if like:
                        raise OrderedJustNow(*like)
                placed |= self._insert(connection, new, payer) if new else {}
                return tuple(job for form in forms for job in placed[form.nonce])
        except IntegrityError:  # another server was first with the same form
            with self._db.read() as connection:
                placed = _of_forms(connection, forms)
            if len(placed) < len(forms):
                raise
            return tuple(job for form in forms for job in placed[form.nonce])

    def _insert(self, connection: Connection, forms: Sequence[Sent], payer: Payer) -> dict[str, tuple[Job, ...]]:
        """Keep the jobs of these forms; gives them as they are kept, by the form."""
        if paused_since(connection) is not None:
            raise Paused
        group = families.linked(connection, [job for form in forms for job in form.jobs])
        names = [name for form in forms for name in form.names]
        ledger.reserve(connection, group, payer, self._limits)
        rows = [
            row_of(job) | {"nonce": name, "payer": payer.key, "turn": payer.fairness_group}
            for job, name in zip(group, names, strict=True)
        ]
        connection.execute(insert(jobs), rows)
        for job in group:
            changes.moved(connection, job.visitor, job.id, job.state)
        kept = iter(group)
        return {form.nonce: tuple(islice(kept, len(form.jobs))) for form in forms}

    def paused(self) -> datetime | None:
        """Since when no new orders are taken; None while they are."""
        with self._db.read() as connection:
            return paused_since(connection)

    def allowance(self, payer: Payer, now: datetime) -> Allowance:
        """What the payer may still spend; raises CodeEnded."""
        with self._db.read() as connection:
            return ledger.allowance(connection, payer, self._limits, now)


def _nonce(form: str, number: int) -> str:
    """What names one of the jobs of a form: the first by the form itself, as where there is one alone."""
    return form if number == 0 else hashlib.sha256(f"{form}\n{number}".encode()).hexdigest()


def _of_forms(connection: Connection, forms: Sequence[Sent]) -> dict[str, tuple[Job, ...]]:
    """The jobs of those of the forms that were sent before, in their order, by the form."""
    names = [name for form in forms for name in form.names]
    rows = connection.execute(select(jobs).where(jobs.c.nonce.in_(names))).mappings().all()
    found = {row["nonce"]: job_of(row) for row in rows}
    return {
        form.nonce: tuple(found[name] for name in form.names if name in found) for form in forms if form.nonce in found
    }


def _like(connection: Connection, group: Sequence[Job], *, since: datetime) -> tuple[Job, ...]:
    """The visitor's jobs of just the same order, and as many of it, placed since then; the latest."""
    asked = _asked_for(group)
    wanted = order_row_of(asked)
    del wanted["seed"]  # of seeds that were drawn only the form tells that they are the same order's
    same = [jobs.c[name].is_not_distinct_from(value) for name, value in wanted.items()]
    # What was made of a video, for nothing, has that one's order; and what was brought in was ordered elsewhere.
    ordered = and_(jobs.c.made_from.is_(None), jobs.c.backend != BROUGHT_IN)
    theirs = select(jobs).where(jobs.c.visitor == group[0].visitor, jobs.c.created_at > since, ordered, *same)
    rows = connection.execute(theirs.order_by(jobs.c.created_at.desc())).mappings().all()
    if len(group) == 1:
        same_order = (job for job in map(job_of, rows) if asked in (_asked_for([job]), job.order))
        return tuple(islice(same_order, 1))
    found = {row["nonce"]: job_of(row) for row in rows}
    for form in found:
        # One more than would be like: of a larger order these are only a part.
        placed = [found.get(_nonce(form, number)) for number in range(len(group) + 1)]
        like = tuple(job for job in placed if job is not None)
        if len(like) == len(group) and _asked_for(like) == asked:
            return like
    return ()


def _asked_for(group: Sequence[Job]) -> Order:
    """The order that the jobs of one form were made of: without a seed where that was drawn."""
    return as_chosen(group[0]) if len(group) == 1 else asked_for([job.order for job in group])
