"""The bin: videos that their visitor has deleted, and can have back for a while.

One in the bin is in no list but the bin's, and links to it show nothing. It is all there: its words, its files, its
links. Gone for good it is when its visitor says so, or by itself (studio.retention.deletion).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, update

from studio.jobs.job import State
from studio.queue import changes, jobs_of_visitor
from studio.queue.store_part import StorePart
from studio.storage.tables import jobs

KEPT_IN_BIN = timedelta(days=30)
"""So long a video can be had back."""


class Binning(StorePart):
    """Puts videos into the bin, and takes them out of it."""

    def put_in_bin(self, job_ids: Collection[str], visitor: str, now: datetime) -> list[str]:
        """Put those of these jobs into the bin that are videos in the visitor's gallery; their ids."""
        with self._db.begin() as connection:
            taken = list(jobs_of_visitor.hold_videos(connection, job_ids, visitor))
            connection.execute(update(jobs).where(jobs.c.id.in_(taken)).values(binned_at=now))
            for job_id in taken:
                changes.gone(connection, visitor, job_id)
        return taken

    def take_out_of_bin(self, job_ids: Collection[str], visitor: str) -> list[str]:
        """Put those of these jobs back into the gallery that are in the visitor's bin; their ids."""
        with self._db.begin() as connection:
            theirs = and_(jobs.c.id.in_(job_ids), jobs.c.visitor == visitor, jobs_of_visitor.is_in_bin())
            back = update(jobs).where(theirs).values(binned_at=None).returning(jobs.c.id)
            taken = list(connection.execute(back).scalars())
            for job_id in taken:
                changes.moved(connection, visitor, job_id, State.DONE)
        return taken


def let_go(connection: Connection, visitor: str, now: datetime) -> None:
    """Take all that is in a visitor's bin out of every list, for good."""
    binned = update(jobs).where(jobs.c.visitor == visitor, jobs_of_visitor.is_in_bin())
    connection.execute(binned.values(hidden_at=now))


def let_go_before(connection: Connection, moment: datetime, now: datetime) -> None:
    """The same for what was put into any bin by then."""
    binned = update(jobs).where(jobs.c.binned_at < moment, jobs_of_visitor.is_in_bin())
    connection.execute(binned.values(hidden_at=now))
