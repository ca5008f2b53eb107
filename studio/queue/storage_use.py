"""How many videos each visitor has here, and how many bytes. What costs nothing must not fill the owner's disk."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from studio.jobs.job import State
from studio.queue.store_part import StorePart
from studio.storage.tables import jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """What a visitor has here."""

    videos: int
    """In their gallery."""
    gallery_bytes: int
    used_bytes: int
    """With what is in the bin."""
    at_most_bytes: int
    """So many bytes they may have."""


class StorageUse(StorePart):
    """Adds up what visitors have."""

    def in_use(self, visitor: str) -> InUse:
        """What a visitor has, by the index "jobs_sized": nothing else is read for it."""
        theirs = select(func.count(), _USED).where(*_theirs(visitor), jobs.c.state == State.DONE)
        with self._db.read() as connection:
            # Apart: each is a stretch of the index, and nothing is asked of its single rows.
            videos, gallery_bytes = connection.execute(theirs.where(jobs.c.binned_at.is_(None))).one()
            _, binned_bytes = connection.execute(theirs.where(jobs.c.binned_at.is_not(None))).one()
        return InUse(
            videos=int(videos),
            gallery_bytes=int(gallery_bytes),
            used_bytes=int(gallery_bytes) + int(binned_bytes),
            at_most_bytes=self._storage_bytes,
        )


def used(connection: Connection, visitor: str) -> int:
    """The bytes alone, inside a transaction of the caller's."""
    return int(connection.execute(select(_USED).where(*_theirs(visitor))).scalar_one())


_USED = func.coalesce(func.sum(jobs.c.size_bytes), 0)


def _theirs(visitor: str) -> tuple[ColumnElement[bool], ...]:
    return jobs.c.visitor == visitor, jobs.c.hidden_at.is_(None)
