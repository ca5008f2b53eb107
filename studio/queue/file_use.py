"""What pictures and sounds are needed for: jobs are made from them, and forms have them."""

from __future__ import annotations

from sqlalchemy import or_, select

from studio.orders.drafts import read_draft
from studio.queue.store_part import StorePart
from studio.storage.tables import drafts, jobs


class FileUse(StorePart):
    """Tells which of the files that people gave are in use, and by whom."""

    def ordered_file(self, visitor: str, ending: str) -> str | None:
        """The key, with this ending, of a file that one of the visitor's jobs is made from; None where none is."""
        with self._db.read() as connection:
            for column in _GIVEN:
                theirs = select(column).where(jobs.c.visitor == visitor, column.endswith(ending, autoescape=True))
                key: str | None = connection.execute(theirs.limit(1)).scalar()
                if key is not None:
                    return key
        return None

    def is_file_used(self, key: str) -> bool:
        """True while any job, or any form, still has the file."""
        by_job = select(jobs.c.id).where(or_(*(column == key for column in _GIVEN))).limit(1)
        by_form = select(drafts.c.visitor).where(drafts.c.form.contains(key, autoescape=True)).limit(1)
        with self._db.read() as connection:
            return any(connection.execute(query).first() is not None for query in (by_job, by_form))

    def files_needed(self) -> set[str]:
        """The keys of all files that a job was, or a form will be, made from."""
        with self._db.read() as connection:
            of_jobs = [key for column in _GIVEN for key in connection.execute(select(column).distinct()).scalars()]
            of_forms = connection.execute(select(drafts.c.form)).scalars().all()
        return {*of_jobs, *(key for form in of_forms for key in read_draft(form).given_keys)} - {""}


_GIVEN = (jobs.c.picture_key, jobs.c.ending_picture_key, jobs.c.sound_key)
"""What a job is made from."""
