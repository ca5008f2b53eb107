"""What a browser may do beyond having a gallery: by a random token in a cookie of its own, new at every admission.

Apart from the visitor's cookie, because that one changes hands: whoever makes a gallery link is the visitor in both
browsers. The database keeps hashes of tokens only.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from studio.access.visitors import HOST_PREFIX
from studio.clock import Clock
from studio.storage.database import Database, insert_if_new
from studio.storage.tables import admissions, sign_outs, tickets

COOKIE = "kineograph_rights"
CODE, PERSON, OWNER = "code", "person:", "owner"
"""Kinds of grants. A person's ends with a mark of the list that they are on."""
MOVED = "moved"
"""What is left with a token whose rights have moved to a newer one: it opens nothing, and tells old tabs to reload."""
MOVED_FOR = timedelta(days=1)
"""How long that is left."""
TICKET_FOR = timedelta(minutes=10)
"""From the right code to the cookie: a moment, or as long as somebody thinks about a question."""
LINK_FOR = timedelta(minutes=15)
"""Long enough to carry the owner's link from a terminal to a phone."""
_TICKET_MAX = 64
_TOKEN = re.compile("[A-Za-z0-9_-]{43}", re.ASCII)
"""32 random bytes in base64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One thing that a browser may do, and until when."""

    kind: str
    """code, person:…, or owner."""
    key: str
    """The code's id, a hash of the person's account, or a mark of the owner's code."""
    until: datetime | None = None
    """None: for good."""
    login_at: datetime | None = None
    """Of a person: when they signed in, by their provider's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser that was let in."""

    holder: str
    """Names it; opens nothing."""
    since: datetime
    until: datetime | None


def token_in(cookies: Mapping[str, str]) -> str | None:
    """The token that a browser sends; None where it has none, or something else under that name."""
    sent = (cookies.get(name) for name in (HOST_PREFIX + COOKIE, COOKIE))
    return next((token for token in sent if isinstance(token, str) and _TOKEN.fullmatch(token)), None)


def holder_of(token: str | None) -> str:
    """How the database names the browser with this token; a name that nobody has where there is none."""
    return "" if token is None else hashlib.sha256(f"kineograph rights {token}".encode(errors="replace")).hexdigest()


class Rights:
    """Grants by token. A grant goes out as a ticket, which its browser changes for a cookie."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    def held(self, token: str | None) -> dict[str, str]:
        """The key of each kind of grant that the token holds now."""
        if token is None:
            return {}
        with self._db.read() as connection:
            rows = connection.execute(
                select(admissions.c.kind, admissions.c.key).where(
                    admissions.c.holder == holder_of(token), _lasts(self._clock())
                )
            ).all()
        return {row.kind: row.key for row in rows}

    def ticket(self, visitor: str | None, grant: Grant) -> str:
        """A ticket for this grant: good once, for minutes, and for this visitor only; None: for whoever has it."""
        made, now = secrets.token_urlsafe(24), self._clock()
        with self._db.begin() as connection:
            connection.execute(delete(tickets).where(tickets.c.expires_at <= now))
            connection.execute(
                insert(tickets).values(
                    hash=_hash(made),
                    visitor=visitor,
                    kind=grant.kind,
                    key=grant.key,
                    until=grant.until,
                    login_at=grant.login_at,
                    expires_at=now + (LINK_FOR if visitor is None else TICKET_FOR),
                )
            )
        return made

    def look(self, ticket: str, visitor: str | None) -> Grant | None:
        """What a ticket would grant this visitor, without using it up."""
        with self._db.read() as connection:
            return self._found(connection, ticket, visitor)

    def redeem(
        self, ticket: str, visitor: str | None, token: str | None, granted: Callable[[Grant], Grant]
    ) -> str | None:
        """Use a ticket up: a new token, which holds its grant and all that `token` held; that one holds nothing more.

        `granted` says what becomes of the ticket's grant. None where the ticket is used, expired, or somebody else's.
        """
        with self._db.begin() as connection:
            grant = self._found(connection, ticket, visitor)
            # Deleting it decides which of two wins.
            if grant is None or not connection.execute(delete(tickets).where(tickets.c.hash == _hash(ticket))).rowcount:
                return None
            new = secrets.token_urlsafe(32)
            if token is not None:
                old = holder_of(token)
                moved = update(admissions).where(admissions.c.holder == old, admissions.c.kind != MOVED)
                if connection.execute(moved.values(holder=holder_of(new))).rowcount:
                    self._grant(connection, old, Grant(kind=MOVED, key="", until=self._clock() + MOVED_FOR))
            self._grant(connection, holder_of(new), granted(grant))
        return new

    def drop(self, token: str | None, kind: str | None = None) -> None:
        """Take this kind of grant, or all, from a token."""
        self.end(holder_of(token), kind)

    def end(self, holder: str, kind: str | None = None) -> None:
        """The same for a session of the list."""
        theirs = delete(admissions).where(admissions.c.holder == holder)
        with self._db.begin() as connection:
            connection.execute(theirs if kind is None else theirs.where(admissions.c.kind == kind))

    def end_all(self, kind: str) -> None:
        """Take this kind of grant from everybody."""
        with self._db.begin() as connection:
            connection.execute(delete(admissions).where(admissions.c.kind == kind))

    def end_person(self, person: str) -> None:
        """Let an account in nowhere any more, until it is signed in to anew: not by a sign-in of before."""
        theirs = admissions.c.kind.startswith(PERSON), admissions.c.key == person
        with self._db.begin() as connection:
            # By the provider's clock alone, which may differ from ours.
            last = connection.execute(select(func.max(admissions.c.login_at)).where(*theirs)).scalar()
            connection.execute(delete(admissions).where(*theirs))
            connection.execute(delete(tickets).where(tickets.c.kind.startswith(PERSON), tickets.c.key == person))
            if last is not None:
                insert_if_new(connection, sign_outs, person=person, logins_until=last)
                later = update(sign_outs).where(sign_outs.c.person == person, sign_outs.c.logins_until < last)
                connection.execute(later.values(logins_until=last))

    def is_signed_out(self, person: str, login_at: datetime) -> bool:
        """True for a sign-in that was ended everywhere."""
        until = select(sign_outs.c.logins_until).where(sign_outs.c.person == person)
        with self._db.read() as connection:
            ended = connection.execute(until).scalar()
        return ended is not None and login_at <= ended

    def sessions(self, kind: str, key: str) -> list[Session]:
        """Who holds this grant now, the newest first."""
        wanted = (
            select(admissions.c.holder, admissions.c.since, admissions.c.until)
            .where(admissions.c.kind == kind, admissions.c.key == key, _lasts(self._clock()))
            .order_by(admissions.c.since.desc(), admissions.c.holder)
        )
        with self._db.read() as connection:
            return [Session(**row) for row in connection.execute(wanted).mappings()]

    def _found(self, connection: Connection, ticket: str, visitor: str | None) -> Grant | None:
        if not ticket or len(ticket) > _TICKET_MAX:
            return None
        wanted = select(tickets.c.kind, tickets.c.key, tickets.c.until, tickets.c.login_at).where(
            tickets.c.hash == _hash(ticket),
            tickets.c.expires_at > self._clock(),
            tickets.c.visitor.is_(None) if visitor is None else tickets.c.visitor == visitor,
        )
        row = connection.execute(wanted).mappings().first()
        return None if row is None else Grant(**row)

    def _grant(self, connection: Connection, holder: str, grant: Grant) -> None:
        of_kind = admissions.c.holder == holder, admissions.c.kind == grant.kind
        connection.execute(delete(admissions).where(*of_kind))
        connection.execute(
            insert(admissions).values(
                holder=holder,
                kind=grant.kind,
                key=grant.key,
                since=self._clock(),
                until=grant.until,
                login_at=grant.login_at,
            )
        )


def _lasts(now: datetime) -> ColumnElement[bool]:
    return or_(admissions.c.until.is_(None), admissions.c.until > now)


def _hash(ticket: str) -> str:
    return hashlib.sha256(f"kineograph ticket {ticket}".encode(errors="replace")).hexdigest()
