"""Links to single videos that a visitor gives away. What a link shows is read through the job: no video, no link."""

from __future__ import annotations

import re
import secrets
import string

from sqlalchemy import Connection, Select, insert, select, update

from studio.clock import Clock
from studio.jobs.job import BROUGHT_IN, Job
from studio.queue import jobs_of_visitor
from studio.storage.database import Database
from studio.storage.tables import shares

_LETTERS = string.ascii_letters + string.digits
"""No dashes or underlines: chat programs cut them off a link's end, or make italics of them."""
TOKEN_LETTERS = 17
"""62 to the power of 17 is a little over 2 to the power of 101: not to be guessed, and short enough to read out."""
_TOKEN = re.compile(f"[A-Za-z0-9]{{{TOKEN_LETTERS}}}", re.ASCII)


class Shares:
    """Makes, finds and ends the links of single videos."""

    def __init__(self, database: Database, clock: Clock, *, is_open: bool = False) -> None:
        """`is_open`: anybody is let in, and could have this site give away whatever film they bring in."""
        self._db = database
        self._clock = clock
        self._is_open = is_open

    def may_share(self, job: Job) -> bool:
        """False for a video that was brought in, where anybody may bring in anything."""
        return not (self._is_open and job.backend == BROUGHT_IN)

    def share(self, visitor: str, job_id: str) -> str | None:
        """The token of a link to one of the visitor's videos; the same one as long as it has not been ended.

        None where the visitor has no such video, or may not share it.
        """
        with self._db.begin() as connection:
            # Locked, so that of two who share at once the second finds the first one's link.
            job = jobs_of_visitor.hold_videos(connection, [job_id], visitor).get(job_id)
            if job is None or not self.may_share(job):
                return None
            token = _living(connection, job_id)
            if token is None:
                token = "".join(secrets.choice(_LETTERS) for _ in range(TOKEN_LETTERS))
                made = insert(shares).values(token=token, job_id=job_id, visitor=visitor, made_at=self._clock())
                connection.execute(made)
        return token

    def revoke(self, visitor: str, job_id: str) -> bool:
        """End the link to one of the visitor's videos for good; False where there was none."""
        end = update(shares).where(shares.c.job_id == job_id, shares.c.revoked_at.is_(None))
        with self._db.begin() as connection:
            if not jobs_of_visitor.hold(connection, job_id, visitor):
                return False
            return connection.execute(end.values(revoked_at=self._clock())).rowcount > 0

    def token_of(self, visitor: str, job_id: str) -> str | None:
        """The token of the living link to one of the visitor's videos."""
        theirs = _living_of(job_id).where(jobs_of_visitor.is_video_of(visitor, shares.c.job_id))
        with self._db.read() as connection:
            token: str | None = connection.execute(theirs).scalar()
        return token

    def shared(self, token: str) -> Job | None:
        """The finished job that a link shows; None where it was ended, its video deleted, or there never was one."""
        if _TOKEN.fullmatch(token) is None:
            return None
        living = select(shares.c.job_id).where(shares.c.token == token, shares.c.revoked_at.is_(None))
        with self._db.read() as connection:
            job_id: str | None = connection.execute(living).scalar()
            job = None if job_id is None else jobs_of_visitor.video(connection, job_id)
        return job if job is not None and self.may_share(job) else None


def _living(connection: Connection, job_id: str) -> str | None:
    token: str | None = connection.execute(_living_of(job_id)).scalar()
    return token


def _living_of(job_id: str) -> Select[str]:
    return select(shares.c.token).where(shares.c.job_id == job_id, shares.c.revoked_at.is_(None))
