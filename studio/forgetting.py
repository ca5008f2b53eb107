"""Deleting for good: one video, everything of a visitor, and what the owner keeps only for so long.

What was ordered when, and for how much, stays in the owner's books, with the visitor's random number and no words.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from studio import purses
from studio.clock import Clock
from studio.database import Database
from studio.drafts import read_draft
from studio.job_rows import job_of, row_of
from studio.jobs import FINAL, Job, Reason, State
from studio.media import Media
from studio.store import NO_WORDS, Store
from studio.tables import admissions, drafts, gallery_links, incidents, jobs, shares, sign_outs, tallies, tickets
from studio.thumbnails import thumbnail_key

TRIES_KEPT = timedelta(days=1)
"""How often something was tried matters for minutes."""
INCIDENTS_KEPT = timedelta(days=30)
"""For who comes back with a reference."""
SIGN_OUTS_KEPT = timedelta(days=60)
"""Streamlit keeps a sign-in for 30 days; what is older lets nobody in anyway."""


class Forgetting:
    """Deletes words, pictures and videos; never what was spent."""

    def __init__(
        self, database: Database, store: Store, media: Media, clock: Clock, keep: timedelta | None = None
    ) -> None:
        self._db = database
        self._store = store
        self._media = media
        self._clock = clock
        self._keep = keep
        """How long things are kept at most; None: until the visitor deletes them."""

    def job(self, visitor: str, job_id: str) -> bool:
        """Delete one of the visitor's ended jobs with all its files; False when there is no such job."""
        job = self._store.hide(job_id, visitor, self._clock())
        if job is None:
            return False
        self._files_of(job)
        return True

    def everything_of(self, visitor: str) -> None:
        """Delete all that a visitor has here. Orders not yet sent are taken back; what is being made is deleted when
        it is done, within the hour."""
        now = self._clock()
        with self._db.begin() as connection:
            unsent = select(jobs).where(
                jobs.c.visitor == visitor,
                jobs.c.state == State.WAITING,
                or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= now),
            )
            for row in connection.execute(unsent.with_for_update(skip_locked=True)).mappings().all():
                ended = job_of(row).refused(now, Reason.WITHDRAWN)
                connection.execute(update(jobs).where(jobs.c.id == ended.id).values(**row_of(ended)))
                purses.settle(connection, ended)
            hidden = update(jobs).where(jobs.c.visitor == visitor, jobs.c.hidden_at.is_(None))
            connection.execute(hidden.values(hidden_at=now))
            for table in (shares, gallery_links, tickets):
                connection.execute(delete(table).where(table.c.visitor == visitor))
        picture = read_draft(self._store.draft(visitor)).picture
        with self._db.begin() as connection:
            connection.execute(delete(drafts).where(drafts.c.visitor == visitor))
        if picture is not None:
            self.picture(picture.key)
        self._leave_no_traces(jobs.c.visitor == visitor)

    def upkeep(self) -> None:
        """Delete what has been kept for long enough, and what was being made when its visitor deleted everything."""
        now = self._clock()
        if self._keep is not None:
            old = and_(jobs.c.hidden_at.is_(None), jobs.c.state.in_(FINAL), jobs.c.ended_at < now - self._keep)
            with self._db.begin() as connection:
                connection.execute(update(jobs).where(old).values(hidden_at=now))
                forms = drafts.c.updated_at < now - self._keep
                left = [
                    read_draft(form).picture
                    for form in connection.execute(select(drafts.c.form).where(forms)).scalars()
                ]
                connection.execute(delete(drafts).where(forms))
            for picture in left:
                if picture is not None:
                    self.picture(picture.key)
        self._leave_no_traces()
        with self._db.begin() as connection:
            connection.execute(delete(tallies).where(tallies.c.since < now - TRIES_KEPT))
            connection.execute(delete(incidents).where(incidents.c.at < now - INCIDENTS_KEPT))
            connection.execute(delete(gallery_links).where(gallery_links.c.expires_at < now))
            connection.execute(delete(admissions).where(admissions.c.until < now))
            connection.execute(delete(tickets).where(tickets.c.expires_at < now))
            connection.execute(delete(sign_outs).where(sign_outs.c.logins_until < now - SIGN_OUTS_KEPT))

    def _leave_no_traces(self, *which: ColumnElement[bool]) -> None:
        """Words first: a picture that a row still names counts as used. Files left by a crash are the sweep's."""
        ended = select(jobs).where(
            jobs.c.hidden_at.is_not(None), jobs.c.state.in_(FINAL), jobs.c.picture_key != "", *which
        )
        with self._db.read() as connection:
            left = [job_of(row) for row in connection.execute(ended).mappings()]
        for job in left:
            with self._db.begin() as connection:
                connection.execute(update(jobs).where(jobs.c.id == job.id).values(**NO_WORDS))
            self._files_of(job)

    def _files_of(self, job: Job) -> None:
        if job.video is not None:
            self._media.forget(job.video.video_key)
            self._media.forget(job.video.poster_key)
        self.picture(job.order.picture_key)

    def picture(self, key: str) -> None:
        """A picture goes unless another job, or a form, still has it."""
        if key and not self._store.is_picture_used(key):
            self._media.forget(key)
            self._media.forget(thumbnail_key(key))
