"""Deleting for good: one video, everything of a visitor, and what the owner keeps only for so long.

What was ordered when, and for how much, stays in the ledger, with the visitor's random number and no words.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, select

from studio.clock import Clock
from studio.diagnostics.incidents import forget_old
from studio.jobs.job import Job
from studio.orders.drafts import read_draft
from studio.queue import binning, jobs_of_visitor, kept_presets, leases, soft_deletion
from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.media_keys import edits, is_shared, is_sound, noted_in, thumbnail_key
from studio.storage.tables import (
    admissions,
    drafts,
    gallery_links,
    presets,
    rate_limits,
    shares,
    sign_outs,
    successions,
    tickets,
)

TRIES_KEPT = timedelta(days=1)
"""How often something was tried matters for minutes."""
INCIDENTS_KEPT = timedelta(days=30)
"""For who comes back with a reference."""
ADDRESSES_KEPT = timedelta(days=1)
"""After an order has ended: from where it came, as a keyed hash, matters for fairness only."""
FORMS_AT_ONCE = 200
UNUSED_FORMS_KEPT = timedelta(days=7)
"""A form of somebody who has never ordered, with its picture: whoever looked in and left. Forms of who has videos or
orders here are kept as long as those."""
UNUSED_PRESETS_KEPT = timedelta(days=90)
"""Presets of somebody who has no order here: longer than a form, as each was given a name."""
SIGN_OUTS_KEPT = timedelta(days=60)
"""Streamlit keeps a sign-in for 30 days; what is older lets nobody in anyway."""


def delete_file(media: Media, key: str) -> None:
    """Delete a file; with a note that a video is inside of another one, that one first."""
    joined = noted_in(key)
    if joined is not None:
        media.delete(joined)
    media.delete(key)


class Deletion:
    """Deletes words, pictures, sounds and videos; never what was spent."""

    def __init__(
        self, database: Database, store: Store, media: Media, clock: Clock, keep: timedelta | None = None
    ) -> None:
        self._db = database
        self._store = store
        self._media = media
        self._clock = clock
        self._keep = keep
        """How long things are kept at most; None: until the visitor deletes them."""

    def gone_at(self, job: Job) -> datetime | None:
        """When one in the bin is deleted by itself; None for one that is in none."""
        if job.binned_at is None:
            return None
        ends = job.binned_at + binning.KEPT_IN_BIN
        return ends if self._keep is None or job.ended_at is None else min(ends, job.ended_at + self._keep)

    def job(self, visitor: str, job_id: str) -> bool:
        """Delete one of the visitor's ended jobs with all its files; False when there is no such job."""
        job = self._store.hide(job_id, visitor, self._clock())
        if job is None:
            return False
        self._files_of(job)
        return True

    def unsent(self, visitor: str, job_id: str) -> bool:
        """Take an order back that nobody is sending, with all its files; False where there is no such order."""
        job = self._store.take_back(job_id, visitor, self._clock())
        if job is None:
            return False
        self._files_of(job)
        return True

    def bin_of(self, visitor: str) -> None:
        """Delete what is in the visitor's bin, with all its files."""
        with self._db.begin() as connection:
            binning.let_go(connection, visitor, self._clock())
        self._leave_no_traces(visitor)

    def everything_of(self, visitor: str) -> None:
        """Delete all that a visitor has here. Orders not yet sent are taken back; what is being made is deleted when
        it is done, within the hour."""
        now = self._clock()
        with self._db.begin() as connection:
            # What is kept in this moment is there to be taken away, or finds nothing any more to be made of.
            jobs_of_visitor.lock(connection, visitor)
            leases.withdraw(connection, visitor, now)
            soft_deletion.hide_all(connection, visitor, now)
            for table in (shares, gallery_links, successions, tickets):
                connection.execute(delete(table).where(table.c.visitor == visitor))
        given = read_draft(self._store.draft(visitor)).given_keys
        with self._db.begin() as connection:
            connection.execute(delete(drafts).where(drafts.c.visitor == visitor))
            kept_presets.forget(connection, visitor)
        for key in given:
            self.given(key)
        self._leave_no_traces(visitor)

    def upkeep(self) -> None:
        """Delete what has been kept for long enough, and what was being made when its visitor deleted everything."""
        now = self._clock()
        if self._keep is not None:
            with self._db.begin() as connection:
                soft_deletion.hide_ended_before(connection, now - self._keep, now)
                connection.execute(delete(presets).where(presets.c.saved_at < now - self._keep))
            self._forms(drafts.c.updated_at < now - self._keep)
        with self._db.begin() as connection:
            binning.let_go_before(connection, now - binning.KEPT_IN_BIN, now)
        has_ordered = jobs_of_visitor.has_any(drafts.c.visitor)
        self._forms(and_(drafts.c.updated_at < now - UNUSED_FORMS_KEPT, ~has_ordered))
        self._leave_no_traces()
        with self._db.begin() as connection:
            connection.execute(delete(rate_limits).where(rate_limits.c.since < now - TRIES_KEPT))
            forget_old(connection, now - INCIDENTS_KEPT)
            soft_deletion.erase_addresses(connection, now - ADDRESSES_KEPT)
            unused = and_(presets.c.saved_at < now - UNUSED_PRESETS_KEPT, ~jobs_of_visitor.has_any(presets.c.visitor))
            connection.execute(delete(presets).where(unused))
            connection.execute(delete(gallery_links).where(gallery_links.c.expires_at < now))
            connection.execute(delete(successions).where(successions.c.expires_at < now))
            connection.execute(delete(admissions).where(admissions.c.until < now))
            connection.execute(delete(tickets).where(tickets.c.expires_at < now))
            connection.execute(delete(sign_outs).where(sign_outs.c.logins_until < now - SIGN_OUTS_KEPT))

    def _forms(self, which: ColumnElement[bool]) -> None:
        """Delete forms with what was given for them, some at a time: a flood may have left very many."""
        while True:
            # Deleted as they were read: one that somebody has come back to meanwhile stays.
            some = select(drafts.c.visitor, drafts.c.updated_at, drafts.c.form).where(which).limit(FORMS_AT_ONCE)
            with self._db.begin() as connection:
                left = connection.execute(some).all()
                for visitor, updated_at, _form in left:
                    same = and_(drafts.c.visitor == visitor, drafts.c.updated_at == updated_at)
                    connection.execute(delete(drafts).where(same))
            for _visitor, _updated_at, form in left:
                for key in read_draft(form).given_keys:
                    self.given(key)
            if len(left) < FORMS_AT_ONCE:
                return

    def _leave_no_traces(self, visitor: str | None = None) -> None:
        """Words first: a file that a row still names counts as used. Files left by a crash are for `consistency`."""
        with self._db.read() as connection:
            left = soft_deletion.with_traces(connection, visitor)
        for job in left:
            with self._db.begin() as connection:
                soft_deletion.erase_words(connection, job.id)
            self._files_of(job)

    def _files_of(self, job: Job) -> None:
        if job.video is not None:
            self._media.delete(job.video.video_key)
            self._media.delete(job.video.poster_key)
            for key in [key for key, _ in self._media.keys(edits(job.id))]:
                delete_file(self._media, key)
        for key in (job.order.picture_key, job.order.ending_picture_key, job.order.sound_key):
            self.given(key)

    def given(self, key: str) -> None:
        """A picture or a sound goes unless another job, or a form, still has it, or it is one of our own."""
        if key and not is_shared(key) and not self._store.is_file_used(key):
            self._media.delete(key)
            if not is_sound(key):
                self._media.delete(thumbnail_key(key))
