"""Links to single videos that a visitor gives away. What a link shows is read through the job: no video, no link."""

from __future__ import annotations

import re
import secrets
import string

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from studio.clock import Clock
from studio.jobs.job import Job, State
from studio.jobs.rows import job_of
from studio.storage.database import Database
from studio.storage.tables import jobs, shares

_LETTERS = string.ascii_letters + string.digits
"""No dashes or underlines: chat programs cut them off a link's end, or make italics of them."""
TOKEN_LETTERS = 17
"""62 to the power of 17 is a little over 2 to the power of 101: not to be guessed, and short enough to read out."""
_TOKEN = re.compile(f"[A-Za-z0-9]{{{TOKEN_LETTERS}}}", re.ASCII)


class Shares:
    """Makes, finds and ends the links of single videos."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    def share(self, visitor: str, job_id: str) -> str | None:
        """The token of a link to one of the visitor's videos; the same one as long as it has not been ended.

        None where the visitor has no such video.
        """
        with self._db.begin() as connection:
            # Locked, so that of two who share at once the second finds the first one's link.
            video = select(jobs.c.id).where(jobs.c.id == job_id, _is_video_of(visitor)).with_for_update()
            if connection.execute(video).first() is None:
                return None
            token = _living(connection, visitor, job_id)
            if token is None:
                token = "".join(secrets.choice(_LETTERS) for _ in range(TOKEN_LETTERS))
                made = insert(shares).values(token=token, job_id=job_id, visitor=visitor, made_at=self._clock())
                connection.execute(made)
        return token

    def revoke(self, visitor: str, job_id: str) -> bool:
        """End the link to one of the visitor's videos for good; False where there was none."""
        theirs = select(jobs.c.id).where(jobs.c.id == job_id, jobs.c.visitor == visitor)
        end = update(shares).where(shares.c.job_id.in_(theirs), shares.c.revoked_at.is_(None))
        with self._db.begin() as connection:
            return connection.execute(end.values(revoked_at=self._clock())).rowcount > 0

    def token_of(self, visitor: str, job_id: str) -> str | None:
        """The token of the living link to one of the visitor's videos."""
        with self._db.read() as connection:
            return _living(connection, visitor, job_id)

    def shared(self, token: str) -> Job | None:
        """The finished job that a link shows; None where it was ended, its video deleted, or there never was one."""
        if _TOKEN.fullmatch(token) is None:
            return None
        found = (
            select(jobs)
            .join(shares, shares.c.job_id == jobs.c.id)
            .where(shares.c.token == token, shares.c.revoked_at.is_(None), _is_video())
        )
        with self._db.read() as connection:
            row = connection.execute(found).mappings().first()
        return None if row is None else job_of(row)


def _is_video() -> ColumnElement[bool]:
    return and_(jobs.c.state == State.DONE, jobs.c.video_key.is_not(None), jobs.c.hidden_at.is_(None))


def _is_video_of(visitor: str) -> ColumnElement[bool]:
    return and_(jobs.c.visitor == visitor, _is_video())


def _living(connection: Connection, visitor: str, job_id: str) -> str | None:
    living = (
        select(shares.c.token)
        .join(jobs, jobs.c.id == shares.c.job_id)
        .where(shares.c.job_id == job_id, shares.c.revoked_at.is_(None), _is_video_of(visitor))
    )
    token: str | None = connection.execute(living).scalar()
    return token
