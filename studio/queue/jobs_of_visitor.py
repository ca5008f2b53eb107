"""Whose jobs are whose, and which of them are videos. Works inside a transaction of the caller's."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select, update

from studio.jobs.job import Job, State
from studio.jobs.rows import job_of
from studio.queue import changes
from studio.storage import database
from studio.storage.tables import jobs


def lock(connection: Connection, visitor: str) -> None:
    """Until the transaction ends, nobody else adds to a visitor's jobs, or takes all of them away."""
    database.lock_name(connection, f"orders of {visitor}")


def count(connection: Connection, visitor: str) -> int:
    """How many jobs a visitor has, in whatever state; what was deleted is none of them."""
    theirs = select(func.count()).where(jobs.c.visitor == visitor, jobs.c.hidden_at.is_(None))
    return int(connection.execute(theirs).scalar_one())


def has_any(visitor: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the visitor in a row of the caller's query has any job."""
    return exists().where(jobs.c.visitor == visitor, jobs.c.hidden_at.is_(None))


def is_video_of(visitor: str, job_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the job in a row of the caller's query is a video of this visitor's."""
    return exists().where(jobs.c.id == job_id, jobs.c.visitor == visitor, _is_a_video())


def hand_over(connection: Connection, giver: str, taker: str) -> None:
    """Make all jobs of one visitor another's. Who has paid for them stays."""
    given = update(jobs).where(jobs.c.visitor == giver).values(visitor=taker)
    for job_id, state in connection.execute(given.returning(jobs.c.id, jobs.c.state)).all():
        changes.gone(connection, giver, job_id)
        changes.moved(connection, taker, job_id, State(state))


def hold(connection: Connection, job_id: str, visitor: str) -> bool:
    """True where the job is this visitor's, deleted or not; then it stays so until the transaction ends."""
    theirs = select(jobs.c.id).where(jobs.c.id == job_id, jobs.c.visitor == visitor)
    return connection.execute(theirs.with_for_update()).first() is not None


def hold_video(connection: Connection, job_id: str, visitor: str) -> bool:
    """True where the job is a video of this visitor's; then it stays so until the transaction ends."""
    theirs = select(jobs.c.id).where(_is_video(job_id), jobs.c.visitor == visitor)
    return connection.execute(theirs.with_for_update()).first() is not None


def hold_videos(connection: Connection, job_ids: Collection[str], visitor: str) -> dict[str, Job]:
    """Those of these jobs that are videos of this visitor's, by their ids; they stay so until the transaction ends."""
    theirs = select(jobs).where(jobs.c.id.in_(job_ids), _is_a_video(), jobs.c.visitor == visitor)
    rows = connection.execute(theirs.order_by(jobs.c.id).with_for_update()).mappings().all()
    return {row["id"]: job_of(row) for row in rows}


def video(connection: Connection, job_id: str, visitor: str | None = None) -> Job | None:
    """The finished job with its video; with `visitor`, only if it is theirs. None where it is deleted, or in a bin."""
    wanted = _is_video(job_id)
    if visitor is not None:
        wanted = and_(wanted, jobs.c.visitor == visitor)
    row = connection.execute(select(jobs).where(wanted)).mappings().first()
    return None if row is None else job_of(row)


def _is_video(job_id: str) -> ColumnElement[bool]:
    return and_(jobs.c.id == job_id, _is_a_video())


def is_in_gallery(visitor: str) -> ColumnElement[bool]:
    """Whether the job in a row of the caller's query is a video in this visitor's gallery."""
    return and_(jobs.c.visitor == visitor, _is_a_video())


def is_in_bin() -> ColumnElement[bool]:
    """Whether the job in a row of the caller's query is a video in its visitor's bin."""
    return and_(jobs.c.binned_at.is_not(None), jobs.c.hidden_at.is_(None))


def _is_a_video() -> ColumnElement[bool]:
    is_kept = and_(jobs.c.hidden_at.is_(None), jobs.c.binned_at.is_(None))
    return and_(jobs.c.state == State.DONE, jobs.c.video_key.is_not(None), is_kept)
