"""A visitor's orders that wait change places with each other. Nobody else's goes out sooner or later for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from studio.jobs.job import State
from studio.queue import changes
from studio.queue.fairness import in_line_since
from studio.queue.store_part import StorePart
from studio.storage.tables import jobs

_NEXT = timedelta(microseconds=1)
"""Those of one form came at one moment; that they change places shows in their moments alone."""


class Reordering(StorePart):
    """Moves a visitor's orders among their own."""

    def put_first(self, job_id: str, visitor: str, now: datetime) -> bool:
        """Have an order go out before all others of the visitor's that wait; also where it would have in any case.

        False where none of theirs with this id waits: it has been sent, or is just being sent.
        """
        theirs = (
            select(jobs.c.id, jobs.c.payer, jobs.c.turn, in_line_since().label("since"))
            .where(
                jobs.c.visitor == visitor,
                jobs.c.state == State.WAITING,
                or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= now),
            )
            .order_by(in_line_since(), jobs.c.seed, jobs.c.next_at)
        )
        with self._db.begin() as connection:
            # Whoever claims one meanwhile skips it, and whoever has claimed one sends it.
            rows = connection.execute(theirs.with_for_update(skip_locked=True)).all()
            wanted = next((row for row in rows if row.id == job_id), None)
            if wanted is None:
                return False
            # Places are changed only among those that take turns as one; else somebody's share would grow.
            own = [(row.id, row.since) for row in rows if (row.payer, row.turn) == (wanted.payer, wanted.turn)]
            for moved, since in moved_first(own, job_id).items():
                connection.execute(update(jobs).where(jobs.c.id == moved).values(in_line_since=since))
                changes.moved(connection, visitor, moved, State.WAITING)
        return True


def moved_first(line: Sequence[tuple[str, datetime]], first: str) -> Mapping[str, datetime]:
    """The new moments of those that change their place when one of a line is put first.

    The line: ids with the moments by which they stand in it, the earliest first. The moments stay the same ones, but
    for microseconds where several stood at one.
    """
    ids = [first, *(id_ for id_, _since in line if id_ != first)]
    before, found = dict(line), dict[str, datetime]()
    if ids == [id_ for id_, _since in line]:
        return found
    last: datetime | None = None
    for id_, (_id, since) in zip(ids, line, strict=True):
        last = since if last is None else max(since, last + _NEXT)
        if last != before[id_]:
            found[id_] = last
    return found
