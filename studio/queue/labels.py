"""What a visitor marks their finished videos with.

All of it stands in the row of the video: it goes where that goes, and is emptied with its words when it is deleted.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update

from studio.jobs.job import State
from studio.jobs.rows import label_row_of
from studio.queue import changes, jobs_of_visitor
from studio.queue.store_part import StorePart
from studio.storage.tables import jobs


class Labels(StorePart):
    """Keeps which videos are favourites, and their titles and notes."""

    def set_favourite(self, job_id: str, visitor: str, is_favourite: bool) -> bool:
        """Make one of a visitor's videos a favourite, or no longer; False where they have no such video."""
        with self._db.begin() as connection:
            if not jobs_of_visitor.hold_video(connection, job_id, visitor):
                return False
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(is_favourite=is_favourite))
            changes.moved(connection, visitor, job_id, State.DONE)
        return True

    def label(self, job_id: str, visitor: str, title: str, notes: str) -> bool:
        """Give one of a visitor's videos this title and these notes; False where they have no such video."""
        with self._db.begin() as connection:
            job = jobs_of_visitor.hold_videos(connection, [job_id], visitor).get(job_id)
            if job is None:
                return False
            labelled = replace(job, title=title, notes=notes)
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(**label_row_of(labelled)))
            changes.moved(connection, visitor, job_id, State.DONE)
        return True
