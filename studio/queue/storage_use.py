"""How many bytes of videos each visitor has here. What costs nothing must not fill the owner's disk."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from studio.queue.store_part import StorePart
from studio.storage.tables import jobs


class StorageUse(StorePart):
    """Adds up what visitors have."""

    def storage_used(self, visitor: str) -> tuple[int, int]:
        """The bytes of all of a visitor's videos, those in the bin too; and how many they may have."""
        with self._db.read() as connection:
            return used(connection, visitor), self._storage_bytes


def used(connection: Connection, visitor: str) -> int:
    """The same inside a transaction of the caller's."""
    # By what the index "jobs_sized" has, and nothing else.
    theirs = select(func.coalesce(func.sum(jobs.c.size_bytes), 0))
    theirs = theirs.where(jobs.c.visitor == visitor, jobs.c.hidden_at.is_(None))
    return int(connection.execute(theirs).scalar_one())
