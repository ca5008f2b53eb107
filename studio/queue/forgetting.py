"""Jobs that are deleted: out of every list, and without a word. The row stays: what was spent stays spent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, select, update

from studio.jobs.job import FINAL, Job
from studio.jobs.rows import job_of
from studio.queue.store_part import StorePart
from studio.storage.tables import jobs

NO_WORDS = {"prompt": "", "negative_prompt": "", "audio_url": "", "reason_detail": "", "picture_key": ""}
"""What the row of a deleted job has in place of what a person gave."""


class Forgetting(StorePart):
    """Takes single jobs away at their visitor's wish."""

    def hide(self, job_id: str, visitor: str, now: datetime) -> Job | None:
        """Take a visitor's ended job out of every list and forget its words; the job as it was, or None.

        The row stays: what was spent stays spent.
        """
        wanted = and_(
            jobs.c.id == job_id, jobs.c.visitor == visitor, jobs.c.hidden_at.is_(None), jobs.c.state.in_(FINAL)
        )
        with self._db.begin() as connection:
            row = connection.execute(select(jobs).where(wanted)).mappings().first()
            if row is None:
                return None
            connection.execute(update(jobs).where(wanted).values(hidden_at=now, **NO_WORDS))
        return job_of(row)
