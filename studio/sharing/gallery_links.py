"""A link that opens a visitor's whole gallery in another browser: once, and for a quarter of an hour.

Only its hash is kept, so that nobody who sees the database can use it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
from datetime import timedelta

from sqlalchemy import delete, insert, select, update

from studio.clock import Clock
from studio.queue import jobs_of_visitor
from studio.sharing import successions
from studio.storage.database import Database
from studio.storage.tables import gallery_links

VALID_FOR = timedelta(minutes=15)
"""Long enough to fetch the other device, short enough for a link that was left lying in a chat."""
_LETTERS = string.ascii_letters + string.digits
TOKEN_LETTERS = 22
"""62 to the power of 22 is a little over 2 to the power of 130."""
_TOKEN = re.compile(f"[A-Za-z0-9]{{{TOKEN_LETTERS}}}", re.ASCII)


class OwnVideosHere(Exception):
    """The browser has a gallery of its own, and nobody said that it shall be added; nothing was done."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class GalleryLinks:
    """Makes such links, and opens galleries by them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    def make(self, visitor: str) -> str:
        """The token of a new link to this visitor's gallery, not to be guessed and kept nowhere."""
        token, now = "".join(secrets.choice(_LETTERS) for _ in range(TOKEN_LETTERS)), self._clock()
        with self._db.begin() as connection:
            connection.execute(delete(gallery_links).where(gallery_links.c.expires_at <= now))
            connection.execute(
                insert(gallery_links).values(hash=_hash(token), visitor=visitor, expires_at=now + VALID_FOR)
            )
        return token

    def leads_to(self, token: str) -> str | None:
        """Whose gallery a link would open, without using it; None where it is used, expired or was never made."""
        if _TOKEN.fullmatch(token) is None:
            return None
        link = select(gallery_links.c.visitor).where(
            gallery_links.c.hash == _hash(token),
            gallery_links.c.used_at.is_(None),
            gallery_links.c.expires_at > self._clock(),
        )
        with self._db.read() as connection:
            visitor: str | None = connection.execute(link).scalar()
        return visitor

    def count(self, visitor: str) -> int:
        """How many jobs a visitor has, in whatever state: what would be out of reach without this visitor's cookie."""
        with self._db.read() as connection:
            return jobs_of_visitor.count(connection, visitor)

    def use(self, token: str, *, here: str | None = None, bring: bool = False) -> str | None:
        """Use a link up: the visitor whose gallery it opens; None where it cannot be used (again).

        `here` is who the browser was until now. Their jobs and the links to their videos change hands with `bring`;
        drafts and the ledger do not. Without it, raises OwnVideosHere where there are any, and the link stays good.
        """
        if _TOKEN.fullmatch(token) is None:
            return None
        now, link = self._clock(), gallery_links.c.hash == _hash(token)
        take = update(gallery_links).where(link, gallery_links.c.used_at.is_(None), gallery_links.c.expires_at > now)
        with self._db.begin() as connection:
            if not connection.execute(take.values(used_at=now)).rowcount:
                return None
            visitor = str(connection.execute(select(gallery_links.c.visitor).where(link)).scalar_one())
            if here is not None and here != visitor:
                if not bring and (number := jobs_of_visitor.count(connection, here)):
                    raise OwnVideosHere(number)
                successions.take_over(connection, here, visitor, now)
        return visitor


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
