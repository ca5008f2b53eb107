"""Who took whose place: what old tabs still order for a gallery of before comes to the one that it became.

A tab that was open when its browser became another visitor keeps on ordering for the one it was opened for.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from studio.clock import Clock
from studio.queue import albums, jobs_of_visitor, kept_presets
from studio.storage.database import Database
from studio.storage.tables import drafts, gallery_links, shares, successions

LATE_FOR = timedelta(days=1)
"""How long tabs that were open before are reckoned with: they still order for the gallery that was open in them."""
NEVER_GATHERED_FOR = timedelta(days=400)
"""As long as the cookie of who left for another number and has not come back yet."""


class Successions:
    """Lets one visitor follow another, and brings in what comes late."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    def begin_anew(self, visitor: str, new: str, *, keep: bool) -> None:
        """Let `new` take the visitor's place, in one browser and no other.

        With `keep` the gallery follows: not now, but with the first `gather(new)`, which only a browser that has really
        become `new` asks for. An answer that is lost on the way loses nothing.
        """
        now = self._clock()
        with self._db.begin() as connection:
            # A link that was made and not used yet would open what is left behind.
            connection.execute(delete(gallery_links).where(gallery_links.c.visitor == visitor))
            connection.execute(delete(successions).where(successions.c.before == visitor))
            if not keep:
                return
            connection.execute(update(drafts).where(drafts.c.visitor == visitor).values(visitor=new))
            # Until it is gathered in; after that old tabs are reckoned with as always.
            _remember(connection, visitor, new, until=now + NEVER_GATHERED_FOR, now=now)

    def gather(self, visitor: str) -> None:
        """Bring in what old tabs have ordered or saved since for a gallery that this one took the place of."""
        now = self._clock()
        with self._db.read() as connection:
            before = _before(connection, visitor, now)
            late = [one for one in before if _has_something(connection, one)]
            long = successions.c.before.in_(before), successions.c.expires_at > now + LATE_FOR
            is_first = connection.execute(select(successions.c.before).where(*long)).first() is not None
        if late or is_first:
            with self._db.begin() as connection:
                for one in late:
                    _hand_over(connection, one, visitor)
                connection.execute(update(successions).where(*long).values(expires_at=now + LATE_FOR))


def take_over(connection: Connection, giver: str, taker: str, now: datetime) -> None:
    """Give all of one visitor's videos, links to them and presets to another, and for a while what comes late too.

    Never both ways, or they would take from each other for ever.
    """
    _hand_over(connection, giver, taker)
    connection.execute(delete(successions).where(successions.c.before.in_([giver, taker])))
    connection.execute(update(successions).where(successions.c.visitor == giver).values(visitor=taker))
    _remember(connection, giver, taker, until=now + LATE_FOR, now=now)


def _hand_over(connection: Connection, giver: str, taker: str) -> None:
    jobs_of_visitor.hand_over(connection, giver, taker)
    albums.hand_over(connection, giver, taker)
    connection.execute(update(shares).where(shares.c.visitor == giver).values(visitor=taker))
    kept_presets.hand_over(connection, giver, taker)


def _has_something(connection: Connection, visitor: str) -> bool:
    return jobs_of_visitor.count(connection, visitor) > 0 or kept_presets.has_any(connection, visitor)


def _remember(connection: Connection, before: str, visitor: str, *, until: datetime, now: datetime) -> None:
    connection.execute(delete(successions).where(successions.c.expires_at <= now))
    connection.execute(insert(successions).values(before=before, visitor=visitor, expires_at=until))


def _before(connection: Connection, visitor: str, now: datetime) -> list[str]:
    """Everybody whose place this visitor took, and whose place those had taken."""
    found, asked = list[str](), [visitor]
    while asked:
        places = select(successions.c.before).where(successions.c.visitor.in_(asked), successions.c.expires_at > now)
        asked = [one for one in connection.execute(places).scalars() if one not in found and one != visitor]
        found += asked
    return found
