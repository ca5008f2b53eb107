"""What a visitor marks their finished videos with, and how they find them again by it.

All of it stands in the row of the video: it goes where that goes, and is emptied with its words when it is deleted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, false, true, update

from studio.jobs.rows import label_row_of
from studio.queue import jobs_of_visitor
from studio.queue.store_part import StorePart
from studio.storage.search_words import terms
from studio.storage.tables import jobs


@dataclass(frozen=True, slots=True)
class Search:
    """Which of a visitor's videos are looked for; all of them unless it says otherwise."""

    query: str = ""
    """As it was typed."""
    favourites_only: bool = False

    @property
    def is_for_all(self) -> bool:
        """True where it leaves none out."""
        return not self.favourites_only and not self.query.strip()


ALL = Search()


class Labels(StorePart):
    """Keeps which videos are favourites, and their titles and notes."""

    def set_favourite(self, job_id: str, visitor: str, is_favourite: bool) -> bool:
        """Make one of a visitor's videos a favourite, or no longer; False where they have no such video."""
        with self._db.begin() as connection:
            if not jobs_of_visitor.hold_video(connection, job_id, visitor):
                return False
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(is_favourite=is_favourite))
        return True

    def label(self, job_id: str, visitor: str, title: str, notes: str) -> bool:
        """Give one of a visitor's videos this title and these notes; False where they have no such video."""
        with self._db.begin() as connection:
            job = jobs_of_visitor.hold_videos(connection, [job_id], visitor).get(job_id)
            if job is None:
                return False
            labelled = replace(job, title=title, notes=notes)
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(**label_row_of(labelled)))
        return True


def found_by(search: Search) -> ColumnElement[bool]:
    """Whether the job in a row of the caller's query is looked for. Asked of one visitor's rows, which it goes through:
    an index of everybody's words would find everybody's videos first."""
    wanted = terms(search.query)
    if wanted is None:
        return false()
    # Words hold no sign that LIKE would take for one of its own.
    has_words = [jobs.c.search_words.contains(term) for term in wanted]
    return and_(true(), *has_words, *([jobs.c.is_favourite] if search.favourites_only else []))
