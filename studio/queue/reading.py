"""Jobs as they are looked at: one, a visitor's, or everybody's."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select

from studio.jobs.job import BROUGHT_IN, FINAL, Job, State
from studio.jobs.rows import job_of
from studio.orders.order import OrderSettings
from studio.queue import jobs_of_visitor, searching
from studio.queue.searching import ALL, Search, Sort, looked_for
from studio.queue.store_part import StorePart
from studio.storage.tables import jobs

KEPT_PAGE = 500
"""Jobs read at a time where all are gone through: some milliseconds of a transaction."""


class Reading(StorePart):
    """Reads jobs, and changes nothing."""

    def at_once(self) -> AbstractContextManager[object]:
        """What is read inside, here or elsewhere in the same database, is read in one transaction."""
        return self._db.read()

    def get(self, job_id: str, visitor: str | None = None) -> Job | None:
        """One job that is not hidden; with `visitor`, only if it is theirs."""
        wanted = and_(jobs.c.id == job_id, jobs.c.hidden_at.is_(None))
        if visitor is not None:
            wanted = and_(wanted, jobs.c.visitor == visitor)
        with self._db.read() as connection:
            row = connection.execute(select(jobs).where(wanted)).mappings().first()
        return None if row is None else job_of(row)

    def unfinished(self, visitor: str, *, or_done_since: datetime | None = None) -> list[Job]:
        """A visitor's jobs without a video, newest first: those under way and those that ended otherwise.

        And those whose video was ready after that moment.
        """
        with self._db.read() as connection:
            if or_done_since is None:
                rows = connection.execute(_UNFINISHED, {"visitor": visitor}).mappings().all()
            else:
                since = {"visitor": visitor, "since": or_done_since}
                rows = connection.execute(_UNFINISHED_OR_DONE_SINCE, since).mappings().all()
        return [job_of(row) for row in rows]

    def stages(self, visitor: str) -> dict[str, tuple[State, str]]:
        """Where a visitor's jobs without a video stand, and what is in their way, by id."""
        with self._db.read() as connection:
            rows = connection.execute(_STAGES, {"visitor": visitor}).all()
        return {job_id: (State(state), error) for job_id, state, error in rows}

    def last_prompts(self, visitor: str, limit: int) -> list[str]:
        """The words of a visitor's last orders, each once, newest first; those of deleted ones are gone."""
        latest = func.max(jobs.c.created_at)
        words = (
            select(jobs.c.prompt)
            .where(jobs.c.visitor == visitor, jobs.c.hidden_at.is_(None), jobs.c.made_from.is_(None))
            .where(jobs.c.prompt != "")
            .group_by(jobs.c.prompt)
            .order_by(latest.desc(), jobs.c.prompt)
            .limit(limit)
        )
        with self._db.read() as connection:
            return list(connection.execute(words).scalars())

    def finished(self, visitor: str, *, limit: int, search: Search = ALL, after: str = "") -> list[Job]:
        """The first of a visitor's videos that are looked for, in the order of the search.

        Those that come after the job with the id `after`, which may be deleted by now, or not be looked for; from the
        first where they never had such a job.
        """
        with self._db.read() as connection:
            wanted = select(jobs).where(looked_for(visitor, search), *_after(connection, visitor, search.sort, after))
            rows = connection.execute(wanted.order_by(*searching.in_order(search.sort)).limit(limit)).mappings()
            return [job_of(row) for row in rows]

    def count_finished(self, visitor: str, search: Search = ALL) -> int:
        """How many of a visitor's videos are looked for."""
        wanted = select(func.count()).where(looked_for(visitor, search))
        with self._db.read() as connection:
            return int(connection.execute(wanted).scalar_one())

    def all_finished(self, visitor: str) -> list[Job]:
        """All videos in a visitor's gallery, the oldest first."""
        theirs = select(jobs).where(jobs_of_visitor.is_in_gallery(visitor))
        theirs = theirs.order_by(*searching.in_order(Sort.OLDEST))
        with self._db.read() as connection:
            return [job_of(row) for row in connection.execute(theirs).mappings()]

    def count_ended_retries(self, job_id: str) -> int:
        """How many of the jobs that were asked for again after this one have ended."""
        ended = and_(jobs.c.retry_of == job_id, jobs.c.state.in_(FINAL))
        with self._db.read() as connection:
            return int(connection.execute(select(func.count()).where(ended)).scalar_one())

    def count_by_state(self) -> dict[str, int]:
        """How many jobs stand in each state."""
        with self._db.read() as connection:
            rows = connection.execute(select(jobs.c.state, func.count()).group_by(jobs.c.state)).all()
        return {state: number for state, number in rows}

    def recent_durations_s(self, backend: str, order: OrderSettings, *, limit: int) -> list[float]:
        """How long the last finished jobs of a kind took at the provider, in seconds, newest first."""
        same_kind = and_(
            jobs.c.backend == backend,
            jobs.c.model == order.model,
            jobs.c.duration_s == order.duration_s,
            jobs.c.resolution == order.resolution,
            jobs.c.finished_at.is_not(None),
            jobs.c.accepted_at.is_not(None),
        )
        latest = select(jobs.c.accepted_at, jobs.c.finished_at).where(same_kind)
        with self._db.read() as connection:
            rows = connection.execute(latest.order_by(jobs.c.finished_at.desc()).limit(limit)).all()
        return [(finished - accepted).total_seconds() for accepted, finished in rows]

    def kept_videos(self, *, after: str = "", limit: int = KEPT_PAGE) -> list[Job]:
        """The next jobs that have a video, whoever's they are, in the order of their ids; those beyond `after`.

        A page at a time, so that nothing is open while the caller asks a disk or a bucket about them.
        """
        wanted = and_(jobs.c.state == State.DONE, jobs.c.hidden_at.is_(None), jobs.c.id > after)
        with self._db.read() as connection:
            rows = connection.execute(select(jobs).where(wanted).order_by(jobs.c.id).limit(limit)).mappings().all()
        return [job_of(row) for row in rows]


_IS_UNFINISHED = jobs.c.state.in_([state for state in State if state is not State.DONE])
"""Said so that the index "jobs_sized" leads to these few, past thousands of videos."""

# Put together once: every rerun of Create asks these, and to put one together takes as long as to ask it.
_UNFINISHED, _UNFINISHED_OR_DONE_SINCE = (
    select(jobs)
    .where(jobs.c.visitor == bindparam("visitor"), which, jobs.c.hidden_at.is_(None), jobs.c.binned_at.is_(None))
    .order_by(*searching.in_order(Sort.NEWEST))
    for which in (
        _IS_UNFINISHED,
        # What was brought in was not asked for here: it is in the gallery.
        or_(jobs.c.state != State.DONE, and_(jobs.c.ended_at > bindparam("since"), jobs.c.backend != BROUGHT_IN)),
    )
)
_STAGES = select(jobs.c.id, jobs.c.state, jobs.c.trouble_kind).where(
    jobs.c.visitor == bindparam("visitor"), _IS_UNFINISHED, jobs.c.hidden_at.is_(None)
)


def _after(connection: Connection, visitor: str, sort: Sort, job_id: str) -> list[ColumnElement[bool]]:
    """What comes after this job of the visitor's. Its row is there for good."""
    place = select(*searching.place_in(sort)).where(jobs.c.id == job_id, jobs.c.visitor == visitor)
    last = connection.execute(place).first() if job_id else None
    return [] if last is None else [searching.after(sort, last)]
