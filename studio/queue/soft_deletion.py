"""Jobs that are deleted: out of every list, and without a word. The row stays: what was spent stays spent.

The functions work inside a transaction of the caller's.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, select, update

from studio.jobs.job import FINAL, Job, Reason, State
from studio.jobs.rows import job_of
from studio.queue import albums, changes, leases
from studio.queue.store_part import StorePart
from studio.storage.tables import jobs

NO_WORDS = {
    "prompt": "",
    "negative_prompt": "",
    "audio_url": "",
    "reason_detail": "",
    "picture_key": "",
    "ending_picture_key": "",
    "sound_key": "",
    "sound_name": "",
    "title": "",
    "notes": "",
    "is_favourite": False,
    "search_words": "",
}
"""What the row of a deleted job has in place of what a person gave."""


class SoftDeletion(StorePart):
    """Takes single jobs away at their visitor's wish."""

    def hide(self, job_id: str, visitor: str, now: datetime) -> Job | None:
        """Take a visitor's ended job out of every list and forget its words; the job as it was, or None.

        The row stays: what was spent stays spent.
        """
        with self._db.begin() as connection:
            return _hide_one(connection, and_(jobs.c.id == job_id, jobs.c.state.in_(FINAL)), visitor, now)

    def take_back(self, job_id: str, visitor: str, now: datetime) -> Job | None:
        """End a visitor's order that nobody is sending, give its money free and hide it; the job, or None."""
        with self._db.begin() as connection:
            leases.withdraw(connection, visitor, now, job_id)
            withdrawn = and_(jobs.c.id == job_id, jobs.c.state == State.REFUSED, jobs.c.reason == Reason.WITHDRAWN)
            return _hide_one(connection, withdrawn, visitor, now)


def _hide_one(connection: Connection, which: ColumnElement[bool], visitor: str, now: datetime) -> Job | None:
    wanted = and_(which, jobs.c.visitor == visitor, jobs.c.hidden_at.is_(None))
    row = connection.execute(select(jobs).where(wanted)).mappings().first()
    if row is None:
        return None
    connection.execute(update(jobs).where(wanted).values(hidden_at=now, **NO_WORDS))
    albums.forget(connection, row["id"])
    changes.gone(connection, visitor, row["id"])
    return job_of(row)


def hide_all(connection: Connection, visitor: str, now: datetime) -> None:
    """Take all jobs of a visitor out of every list, also those under way: they go on, and nobody sees them."""
    _hide(connection, jobs.c.visitor == visitor, now)


def hide_ended_before(connection: Connection, moment: datetime, now: datetime) -> None:
    """Take what had ended by then out of every list, whoever's it is."""
    _hide(connection, and_(jobs.c.state.in_(FINAL), jobs.c.ended_at < moment), now)


def _hide(connection: Connection, which: ColumnElement[bool], now: datetime) -> None:
    hidden = update(jobs).where(which, jobs.c.hidden_at.is_(None)).values(hidden_at=now)
    for visitor, job_id in connection.execute(hidden.returning(jobs.c.visitor, jobs.c.id)).all():
        changes.gone(connection, visitor, job_id)


def with_traces(connection: Connection, visitor: str | None = None) -> list[Job]:
    """The jobs that are hidden and have ended, and whose words are still there; with `visitor`, theirs alone."""
    left = select(jobs).where(jobs.c.hidden_at.is_not(None), jobs.c.state.in_(FINAL), jobs.c.picture_key != "")
    if visitor is not None:
        left = left.where(jobs.c.visitor == visitor)
    return [job_of(row) for row in connection.execute(left).mappings()]


def erase_words(connection: Connection, job_id: str) -> None:
    """Empty a job's row of what a person gave."""
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(**NO_WORDS))
    albums.forget(connection, job_id)


def erase_addresses(connection: Connection, ended_before: datetime) -> None:
    """Forget from where the orders came that had ended by then: from then on the payer alone counts for fairness."""
    past = and_(jobs.c.turn != jobs.c.payer, jobs.c.ended_at < ended_before)
    connection.execute(update(jobs).where(past).values(turn=jobs.c.payer))
