"""A link that opens a visitor's whole gallery in another browser: once, and for a quarter of an hour.

Only its hash is kept, so that nobody who sees the database can use it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, not_, select, update

from studio.clock import Clock
from studio.queue import jobs_of_visitor
from studio.storage.database import Database
from studio.storage.tables import drafts, gallery_links, shares

VALID_FOR = timedelta(minutes=15)
"""Long enough to fetch the other device, short enough for a link that was left lying in a chat."""
LATE_FOR = timedelta(days=1)
"""How long tabs that were open before are reckoned with: they still order for the gallery that was open in them."""
NEVER_GATHERED_FOR = timedelta(days=400)
"""As long as the cookie of who left for another number and has not come back yet."""
_LETTERS = string.ascii_letters + string.digits
TOKEN_LETTERS = 22
"""62 to the power of 22 is a little over 2 to the power of 130."""
_TOKEN = re.compile(f"[A-Za-z0-9]{{{TOKEN_LETTERS}}}", re.ASCII)
_FROM = "from:"


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
                _hand_over(connection, here, visitor)
                _reckon_with_late_ones(connection, here, visitor, now)
        return visitor

    def begin_anew(self, visitor: str, new: str, *, keep: bool) -> None:
        """Let `new` take the visitor's place, in one browser and no other.

        With `keep` the gallery follows: not now, but with the first `gather(new)`, which only a browser that has really
        become `new` asks for. An answer that is lost on the way loses nothing.
        """
        now = self._clock()
        with self._db.begin() as connection:
            # A link that was made and not used yet would open what is left behind.
            unused = gallery_links.c.visitor == visitor, not_(gallery_links.c.hash.startswith(_FROM))
            connection.execute(delete(gallery_links).where(*unused))
            connection.execute(delete(gallery_links).where(gallery_links.c.hash == _FROM + visitor))
            if not keep:
                return
            connection.execute(update(drafts).where(drafts.c.visitor == visitor).values(visitor=new))
            connection.execute(
                # Until it is gathered in; after that old tabs are reckoned with as always.
                insert(gallery_links).values(
                    hash=_FROM + visitor, visitor=new, expires_at=now + NEVER_GATHERED_FOR, used_at=now
                )
            )

    def gather(self, visitor: str) -> None:
        """Bring in what old tabs have ordered since for a gallery that this one took the place of."""
        now = self._clock()
        with self._db.read() as connection:
            before = _before(connection, visitor, now)
            late = [one for one in before if jobs_of_visitor.count(connection, one)]
            places = gallery_links.c.hash.in_([_FROM + one for one in before])
            long = places, gallery_links.c.expires_at > now + LATE_FOR
            is_first = connection.execute(select(gallery_links.c.hash).where(*long)).first() is not None
        if late or is_first:
            with self._db.begin() as connection:
                for one in late:
                    _hand_over(connection, one, visitor)
                connection.execute(update(gallery_links).where(*long).values(expires_at=now + LATE_FOR))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _before(connection: Connection, visitor: str, now: datetime) -> list[str]:
    """Everybody whose place this visitor took, and whose place those had taken."""
    found, asked = list[str](), [visitor]
    while asked:
        places = select(gallery_links.c.hash).where(
            gallery_links.c.visitor.in_(asked), gallery_links.c.hash.startswith(_FROM), gallery_links.c.expires_at > now
        )
        asked = [one.removeprefix(_FROM) for one in connection.execute(places).scalars()]
        asked = [one for one in asked if one not in found and one != visitor]
        found += asked
    return found


def _hand_over(connection: Connection, giver: str, taker: str) -> None:
    jobs_of_visitor.hand_over(connection, giver, taker)
    connection.execute(update(shares).where(shares.c.visitor == giver).values(visitor=taker))


def _reckon_with_late_ones(connection: Connection, giver: str, taker: str, now: datetime) -> None:
    """Remember for a while who took whose place; never both ways, or they would take from each other for ever."""
    places = gallery_links.c.hash
    connection.execute(delete(gallery_links).where(places.in_([_FROM + giver, _FROM + taker])))
    earlier = update(gallery_links).where(places.startswith(_FROM), gallery_links.c.visitor == giver)
    connection.execute(earlier.values(visitor=taker))
    connection.execute(
        insert(gallery_links).values(hash=_FROM + giver, visitor=taker, expires_at=now + LATE_FOR, used_at=now)
    )
