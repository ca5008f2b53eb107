"""Jobs that go on from each other: linked when they are placed, and found together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import CTE, ColumnElement, Connection, Select, and_, literal, or_, select

from studio.jobs.job import Job
from studio.jobs.rows import job_of
from studio.queue import jobs_of_visitor
from studio.queue.store_part import StorePart
from studio.storage.tables import jobs

RELATIVES_MAX = 200
"""Videos read that go on from one, directly or not; the nearest. A person who has each of twelve parts made a dozen
times over has fewer."""


class Families(StorePart):
    """Reads which videos go on from which."""

    def relatives(self, visitor: str, job_id: str, *, steps: int) -> list[Job]:
        """One of a visitor's finished videos, those it goes back to, and those that go on from it; in one statement.

        So many steps in either direction at most, and from one finished video to the next: never over one that is
        deleted, in the bin, or that came to nothing. Empty where the visitor has no such video.
        """
        theirs = jobs_of_visitor.is_in_gallery(visitor)
        here = select(jobs.c.id, jobs.c.continues, literal(0).label("step")).where(jobs.c.id == job_id, theirs)
        back = _line("back", here, lambda line: jobs.c.id == line.c.continues, theirs, steps)
        on = _line("onwards", here, lambda line: jobs.c.continues == line.c.id, theirs, steps)
        nearest = select(on.c.id).order_by(on.c.step).limit(RELATIVES_MAX)
        wanted = or_(jobs.c.id.in_(select(back.c.id)), jobs.c.id.in_(nearest))
        with self._db.read() as connection:
            rows = connection.execute(select(jobs).where(wanted)).mappings().all()
        return [job_of(row) for row in rows]

    def videos(self, visitor: str, job_ids: Sequence[str]) -> list[Job]:
        """A visitor's finished videos of these ids, in their order; what is none is left out. One statement."""
        theirs = and_(jobs.c.id.in_(job_ids), jobs_of_visitor.is_in_gallery(visitor))
        with self._db.read() as connection:
            rows = connection.execute(select(jobs).where(theirs)).mappings().all()
        found = {row["id"]: job_of(row) for row in rows}
        return [found[job_id] for job_id in job_ids if job_id in found]


def _line(
    name: str,
    here: Select[Any],
    follows: Callable[[CTE], ColumnElement[bool]],
    theirs: ColumnElement[bool],
    steps: int,
) -> CTE:
    """From here, and from each that is found, to those that follow; so many steps."""
    begun = here.cte(name, recursive=True)
    further = select(jobs.c.id, jobs.c.continues, begun.c.step + 1)
    return begun.union_all(further.where(follows(begun), theirs, begun.c.step < steps))


def linked(connection: Connection, group: Sequence[Job]) -> Sequence[Job]:
    """The same jobs of one visitor, going on from nothing but what that visitor has. Works inside a transaction of the
    caller's, and asks nothing where none goes on from anything."""
    named = {job.continues for job in group if job.continues is not None}
    if not named:
        return group
    theirs = select(jobs.c.id).where(
        jobs.c.id.in_(named), jobs.c.visitor == group[0].visitor, jobs.c.hidden_at.is_(None)
    )
    known = set(connection.execute(theirs).scalars())
    return [job if job.continues in known else replace(job, continues=None) for job in group]
