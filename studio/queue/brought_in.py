"""Videos that a visitor brings in from elsewhere: jobs that begin where they end.

None was ordered here. It has no payer and no row in the ledger, nobody claims, sends or polls it, and it is not learned
from. The same film is one such job of a visitor's, however often and from however many tabs it is brought.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, insert, select

from studio.jobs.job import Job, State
from studio.jobs.rows import job_of, row_of
from studio.queue import albums, changes, jobs_of_visitor, storage_use
from studio.queue.store_part import StorePart
from studio.storage.tables import jobs

NEARLY_S = 0.1
"""Two of the same film may be said to differ by so much."""
ALIKE_MAX = 20
"""Films that are compared byte for byte with one that is brought."""


class NoStorageLeft(Exception):
    """The visitor has as many bytes of videos as they may have. Nothing was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A job as it is to be, and which film it is."""

    job: Job
    essence: str
    """As studio.videos.essence."""
    albums: Sequence[str] = ()
    """Those that it is to stand in, as far as there may be so many."""


class BroughtIn(StorePart):
    """Keeps what is brought in."""

    def brought(self, visitor: str, essence: str) -> Job | None:
        """The visitor's job of that film that was brought in before and is still there, in the bin too."""
        with self._db.read() as connection:
            return _living(connection, visitor, essence)[0]

    def alike(self, visitor: str, job: Job) -> list[Job]:
        """The visitor's videos that may be the same film, by what is known of them without looking into it."""
        video = job.video
        assert video is not None
        words = and_(jobs.c.prompt == job.order.prompt, jobs.c.width == video.width, jobs.c.height == video.height)
        length = jobs.c.video_duration_s.between(video.duration_s - NEARLY_S, video.duration_s + NEARLY_S)
        theirs = select(jobs).where(jobs.c.visitor == visitor, jobs.c.hidden_at.is_(None), words, length)
        theirs = theirs.where(jobs.c.state == State.DONE, jobs.c.video_key.is_not(None))
        with self._db.read() as connection:
            return [job_of(row) for row in connection.execute(theirs.limit(ALIKE_MAX)).mappings()]

    def bring_in(self, brought: Brought) -> Job:
        """Keep it as a finished job; its files are in their place already. Where that film was brought in before, that
        job, under its own id, and nothing else. Raises NoStorageLeft."""
        job = brought.job
        assert job.video is not None
        with self._db.begin() as connection:
            jobs_of_visitor.lock(connection, job.visitor)
            living, nonce = _living(connection, job.visitor, brought.essence)
            if living is not None:
                return living
            if storage_use.used(connection, job.visitor) + job.video.size_bytes > self._storage_bytes:
                raise NoStorageLeft
            connection.execute(insert(jobs).values(**row_of(job), nonce=nonce))
            albums.join(connection, job.visitor, job.id, brought.albums)
            changes.moved(connection, job.visitor, job.id, job.state)
        return job


def _living(connection: Connection, visitor: str, essence: str) -> tuple[Job | None, str]:
    """The one that is there, and by which nonce the next would go in: the rows of deleted ones stay."""
    number = 0
    while True:
        nonce = hashlib.sha256(f"brought in by {visitor}\n{essence}\n{number}".encode()).hexdigest()
        row = connection.execute(select(jobs).where(jobs.c.nonce == nonce)).mappings().first()
        if row is None:
            return None, nonce
        if row["hidden_at"] is None and row["visitor"] == visitor:
            return job_of(row), nonce
        number += 1
