"""Who may order, and who is the owner: by which way somebody came in, and until when."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Delete, delete, select

from studio.clock import Clock
from studio.codes import Codes
from studio.database import Database, insert_if_new
from studio.people import may_come_in
from studio.purses import Payer
from studio.settings import Settings, WayIn
from studio.tables import admissions
from studio.tallies import Tallies

WINDOW = timedelta(minutes=1)
WRONG_OF_A_VISITOR = 5
"""Wrong words a minute that one visitor may say."""
WRONG_IN_ALL = 50
"""Wrong words a minute from all together: a thrown away cookie is a new visitor. Right words are not counted, or a
newsletter's readers would shut each other out."""
OWNER_WRONG_IN_ALL = 10
"""The same for the owner's code, which a person has thought of."""
OWNERS_HOURS = timedelta(hours=12)
PERSONS_DAYS = timedelta(days=30)
"""As long as Streamlit's own sign-in lasts."""


class Answer(StrEnum):
    """What became of words that were to open a door."""

    ADMITTED = "admitted"
    WRONG = "wrong"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a visitor may order, and who pays."""

    payer: Payer | None
    """None: they may not."""
    code_name: str | None = None
    """The name of the access code they came in by."""

    @property
    def may_order(self) -> bool:
        """True for who is let in."""
        return self.payer is not None


class Doors:
    """Lets visitors in by code or sign-in, and the owner to the owner's page."""

    def __init__(self, database: Database, codes: Codes, settings: Settings, clock: Clock) -> None:
        self._db = database
        self._codes = codes
        self._tallies = Tallies(database)
        self._clock = clock
        self._allowed = settings.sign_in_allowed
        # Of this list: who was let in by another one has to be on this one too.
        listed = ",".join(sorted(self._allowed))
        self._person = f"person:{hashlib.sha256(listed.encode()).hexdigest()[:8]}"
        self._owner_code = settings.owner_code.get_secret_value() if settings.owner_code else None
        self._owner_mark = _mark(self._owner_code) if self._owner_code else None
        self.needs_budget = not settings.is_demo and settings.daily_budget_usd is None
        """True where a key is set and no budget: then only who has a code, which has a budget of its own, may order."""
        self.ways = frozenset({WayIn.CODE}) if self.needs_budget else settings.access

    def standing(self, visitor: str) -> Standing:
        """Whether the visitor may order now."""
        admitted = self._admitted(visitor)
        code = self._codes.living(admitted["code"]) if "code" in admitted else None
        person = admitted.get(self._person) if WayIn.SIGN_IN in self.ways else None
        let_in = WayIn.OPEN in self.ways or person is not None or (code is not None and WayIn.CODE in self.ways)
        if not let_in:
            return Standing(None)
        return Standing(Payer(person or visitor, code.id if code else None), code.name if code else None)

    def try_code(self, visitor: str, words: str) -> Answer:
        """Let a visitor in by an access code."""
        slowed = (f"code:{visitor}", WRONG_OF_A_VISITOR), ("code", WRONG_IN_ALL)
        if self._is_slowed(slowed):
            return Answer.TOO_MANY
        code = self._codes.find(words[:200])
        if code is None:
            self._count(slowed)
            return Answer.WRONG
        self._admit(visitor, "code", code.id, None)
        return Answer.ADMITTED

    def admit_person(self, visitor: str, subject: str, email: str, email_verified: bool) -> bool:
        """Let in who has signed in as the account `subject`; False where the owner's list does not have them."""
        if WayIn.SIGN_IN not in self.ways or not may_come_in(email, email_verified, self._allowed):
            return False
        if self._admitted(visitor).get(self._person) != subject:
            self._admit(visitor, self._person, subject, self._clock() + PERSONS_DAYS)
        return True

    def leave_person(self, visitor: str) -> None:
        """Forget who has signed out."""
        self._forget(visitor, self._person)

    @property
    def has_owner(self) -> bool:
        """True where a code for the owner's page is set."""
        return self._owner_code is not None

    def try_owner(self, visitor: str, words: str) -> Answer:
        """Open the owner's page to a visitor who knows the code, for twelve hours."""
        slowed = (f"owner:{visitor}", WRONG_OF_A_VISITOR), ("owner", OWNER_WRONG_IN_ALL)
        if self._owner_code is None:
            return Answer.WRONG
        if self._is_slowed(slowed):
            return Answer.TOO_MANY
        if not hmac.compare_digest(words[:500].encode(errors="replace"), self._owner_code.encode()):
            self._count(slowed)
            return Answer.WRONG
        self._admit(visitor, "owner", str(self._owner_mark), self._clock() + OWNERS_HOURS)
        return Answer.ADMITTED

    def is_owner(self, visitor: str) -> bool:
        """True for who has opened the owner's page; another code in the settings ends that."""
        return self._owner_mark is not None and self._admitted(visitor).get("owner") == self._owner_mark

    def leave_owner(self, visitor: str) -> None:
        """Shut the owner's page again."""
        self._forget(visitor, "owner")

    def _admitted(self, visitor: str) -> dict[str, str]:
        now = self._clock()
        with self._db.read() as connection:
            rows = connection.execute(select(admissions).where(admissions.c.visitor == visitor)).mappings().all()
        return {row["kind"]: row["key"] for row in rows if row["until"] is None or row["until"] > now}

    def _admit(self, visitor: str, kind: str, key: str, until: datetime | None) -> None:
        now = self._clock()
        with self._db.begin() as connection:
            connection.execute(_of(visitor, kind))
            insert_if_new(connection, admissions, visitor=visitor, kind=kind, key=key, since=now, until=until)

    def _forget(self, visitor: str, kind: str) -> None:
        with self._db.begin() as connection:
            connection.execute(_of(visitor, kind))

    def _is_slowed(self, scopes: tuple[tuple[str, int], ...]) -> bool:
        now = self._clock()
        return any(self._tallies.is_full(scope, now, limit=limit, per=WINDOW) for scope, limit in scopes)

    def _count(self, scopes: tuple[tuple[str, int], ...]) -> None:
        now = self._clock()
        for scope, limit in scopes:
            self._tallies.count(scope, now, limit=limit, per=WINDOW)


def _of(visitor: str, kind: str) -> Delete:
    return delete(admissions).where(admissions.c.visitor == visitor, admissions.c.kind == kind)


def _mark(owner_code: str) -> str:
    # Kept with who has opened the owner's page, so that another code ends that. Slow, because a person thought of it.
    return hashlib.scrypt(owner_code.encode(), salt=b"kineograph owner", n=2**14, r=8, p=1, dklen=32).hex()
