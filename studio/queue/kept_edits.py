"""What was made of a visitor's video for nothing, and is kept as a video of its own: a job that begins where it ends.

It was never ordered. It has no payer and no row in the ledger, nobody claims, sends or polls it, and it is not learned
from. The same edit of the same video is one such job, however often and from however many tabs it is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select

from studio.jobs.job import BROUGHT_IN, Job, KeptVideo, State
from studio.jobs.rows import job_of, row_of
from studio.queue import changes, jobs_of_visitor, storage_use
from studio.queue.store_part import StorePart
from studio.storage.tables import jobs

KEPT_A_DAY = 20
"""Of one visitor in 24 hours, deleted ones too: each is copied and decoded once."""
A_DAY = timedelta(hours=24)


class WhyNotKept(StrEnum):
    """Why nothing was kept."""

    SOURCE_GONE = "source_gone"
    """One of the videos that it was made of is not the visitor's, or no longer."""
    ENOUGH_TODAY = "enough_today"
    ENOUGH_KEPT = "enough_kept"


class NotKept(Exception):
    """Nothing was kept; `why` says why."""

    def __init__(self, why: WhyNotKept) -> None:
        super().__init__(why)
        self.why = why


class KeptEdits(StorePart):
    """Keeps what was made of videos."""

    def kept_edit(self, visitor: str, source: str, made_as: str) -> Job | None:
        """What is kept of this edit of one of the visitor's videos, whether that is still there or not."""
        with self._db.read() as connection:
            return _living(connection, visitor, source, made_as)

    def is_kept_from(self, visitor: str, source: str) -> bool:
        """True where anything is kept that was made of this video of the visitor's, or begins with it."""
        theirs = select(jobs.c.id).where(jobs.c.made_from == source, jobs_of_visitor.is_in_gallery(visitor))
        with self._db.read() as connection:
            return connection.execute(theirs.limit(1)).first() is not None

    def ordered(self, job: Job) -> Job | None:
        """The job that was ordered and whose video this one's is made of; itself where it was ordered. None where what
        it was made of is no longer there."""
        found: Job | None = job
        with self._db.read() as connection:
            while found is not None and found.made_from is not None:
                found = jobs_of_visitor.video(connection, found.made_from, job.visitor)
        return found

    def check_may_keep(self, visitor: str, size_bytes: int, now: datetime) -> None:
        """Raise NotKept where the visitor may keep nothing more of that size; asked before the work is done."""
        with self._db.read() as connection:
            _check_room(connection, visitor, size_bytes, now, self._storage_bytes)

    def keep_edit(
        self, visitor: str, sources: Sequence[str], made_as: str, job_id: str, video: KeptVideo, now: datetime
    ) -> Job:
        """Keep what was made of these videos of the visitor, of the first by this edit, as a finished job of that id.

        Its files are in their place already. Where just that is kept already, that one, under its own id, and nothing
        else. Raises NotKept. One transaction with the sources held, so that nothing comes to a visitor who has deleted
        everything meanwhile.
        """
        with self._db.begin() as connection:
            jobs_of_visitor.lock(connection, visitor)
            living = _living(connection, visitor, sources[0], made_as)
            if living is not None:
                return living
            found = jobs_of_visitor.hold_videos(connection, sources, visitor)
            if len(found) < len(set(sources)):
                raise NotKept(WhyNotKept.SOURCE_GONE)
            _check_room(connection, visitor, video.size_bytes, now, self._storage_bytes)
            source = found[sources[0]]
            job = Job(
                id=job_id,
                visitor=visitor,
                order=source.order,
                # What anything is in that was brought in is no less brought in.
                backend=next((one.backend for one in found.values() if one.backend == BROUGHT_IN), source.backend),
                state=State.DONE,
                created_at=now,
                next_at=None,
                price_micros=0,
                made_from=source.id,
                made_as=made_as,
                ended_at=now,
                video=video,
            )
            connection.execute(insert(jobs).values(**row_of(job), nonce=_nonce(connection, source.id, made_as)))
            changes.moved(connection, visitor, job.id, job.state)
        return job


def _living(connection: Connection, visitor: str, source: str, made_as: str) -> Job | None:
    theirs = select(jobs).where(_same(source, made_as), jobs_of_visitor.is_in_gallery(visitor))
    row = connection.execute(theirs).mappings().first()
    return None if row is None else job_of(row)


def _check_room(connection: Connection, visitor: str, size_bytes: int, now: datetime, storage_bytes: int) -> None:
    """Any number of parts can be cut out of a video, and of those parts again."""
    theirs = select(func.count()).where(jobs.c.visitor == visitor, jobs.c.made_from.is_not(None))
    kept_today = connection.execute(theirs.where(jobs.c.created_at > now - A_DAY)).scalar_one()
    if kept_today >= KEPT_A_DAY:
        raise NotKept(WhyNotKept.ENOUGH_TODAY)
    if storage_use.used(connection, visitor) + size_bytes > storage_bytes:
        raise NotKept(WhyNotKept.ENOUGH_KEPT)


def _nonce(connection: Connection, source: str, made_as: str) -> str:
    """Names the next one that is kept of this edit: those before it were deleted, and their rows stay."""
    before = connection.execute(select(func.count()).where(_same(source, made_as))).scalar_one()
    return hashlib.sha256(f"made from {source}\n{made_as}\n{before}".encode()).hexdigest()


def _same(source: str, made_as: str) -> ColumnElement[bool]:
    return and_(jobs.c.made_from == source, jobs.c.made_as == made_as)
