"""Who may order, and who is the owner: by which access mode, and until when."""

from __future__ import annotations

import hashlib
import hmac
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from studio.access.codes import Code, Codes
from studio.access.identity import Person, may_come_in
from studio.access.rate_limits import RateLimits
from studio.access.sessions import CODE, MOVED, OWNER, PERSON, Grant, Rights, Session
from studio.clock import Clock
from studio.money.ledger import Payer
from studio.settings import AccessMode, Settings
from studio.storage.database import Database

log = logging.getLogger(__name__)

WINDOW = timedelta(minutes=1)
WRONG_OF_A_VISITOR = 5
"""Wrong codes a minute that one visitor may try; further ones for the owner's code are not even compared."""
WRONG_IN_ALL = 50
"""Wrong codes a minute from all together; each further one waits for its answer. A thrown away cookie is a new visitor.
Right ones are not counted, or a newsletter's readers would shut each other out."""
OWNER_WRONG_IN_ALL = 10
"""The same for the owner's code, which a person has thought of: there further ones wait before they are compared."""
WAIT_STEP_S = 0.5
WAIT_MAX_S = 10.0
"""How much longer each further one waits, and how long at most: strangers who guess may slow the owner, never shut the
owner out."""
OWNERS_HOURS = timedelta(hours=12)
PERSONS_DAYS = timedelta(days=30)
"""As long as Streamlit's own sign-in lasts."""
AS_IT_IS = ""
"""The mark in an owner's link: whatever the app's mark is when the link is opened."""
NO_CODE = "no code"
"""The owner's mark where no code is set: then only a link from the command line opens the owner's page."""


class Answer(StrEnum):
    """What came of a code or a sign-in that was to let somebody in."""

    ADMITTED = "admitted"
    WRONG = "wrong"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Tried:
    """The answer, and what the browser does next."""

    answer: Answer
    ticket: str | None = None
    """For the right ones: what the browser changes for a cookie (studio.access.sessions)."""
    code: Code | None = None
    """The access code that was tried."""


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Whether a visitor may order, and who pays."""

    payer: Payer | None
    """None: they may not."""
    code_name: str | None = None
    """The name of the access code they came in by."""

    @property
    def may_order(self) -> bool:
        """True for who is let in."""
        return self.payer is not None


class Admission:
    """Lets visitors in by code or sign-in, and the owner to the owner's page."""

    def __init__(
        self,
        database: Database,
        codes: Codes,
        settings: Settings,
        clock: Clock,
        wait: Callable[[float], object] = lambda seconds: threading.Event().wait(seconds),
    ) -> None:
        self._codes = codes
        self._rate_limits = RateLimits(database)
        self._rights = Rights(database, clock)
        self._clock = clock
        self._wait = wait
        self._allowed = settings.sign_in_allowed
        # Of this list: who was let in by another one has to be on this one too.
        listed = ",".join(sorted(self._allowed))
        self._person = f"{PERSON}{hashlib.sha256(listed.encode()).hexdigest()[:8]}"
        self._owner_code = settings.owner_code.get_secret_value() if settings.owner_code else None
        self._owner_mark = _mark(self._owner_code) if self._owner_code else NO_CODE
        self.needs_budget = not settings.is_demo and settings.daily_budget_usd is None
        """True where a key is set and no budget: then only who has a code, which has a budget of its own, may order."""
        self.modes = frozenset({AccessMode.CODE}) if self.needs_budget else settings.access

    @property
    def is_open(self) -> bool:
        """True where everybody may order, and nobody has to be asked who they are."""
        return AccessMode.OPEN in self.modes

    def entitlement(self, visitor: str, token: str | None = None) -> Entitlement:
        """Whether the visitor may order now, with the rights that their browser has."""
        held = self._rights.held(token)
        code = self._codes.living(held[CODE]) if CODE in held else None
        person = held.get(self._person) if AccessMode.SIGN_IN in self.modes else None
        let_in = self.is_open or person is not None or (code is not None and AccessMode.CODE in self.modes)
        if not let_in:
            return Entitlement(None)
        return Entitlement(Payer(person or visitor, code.id if code else None), code.name if code else None)

    # Access codes.

    def try_code(self, visitor: str, typed: str) -> Tried:
        """Whether this is the secret of an access code.

        The right one is never refused: at 79 bits no number of guesses comes near one, so that nobody has to be locked
        out.
        """
        code = self._codes.find(typed[:200])
        if code is not None:
            grant = Grant(kind=CODE, key=code.id)
            return Tried(Answer.ADMITTED, self._rights.ticket(visitor, grant), code)
        now = self._clock()
        of_all = self._rate_limits.reserve("code", now, per=WINDOW)
        own = self._rate_limits.reserve(f"code:{visitor}", now, per=WINDOW)
        self._slow(max(of_all - WRONG_IN_ALL, own - WRONG_OF_A_VISITOR))
        return Tried(Answer.TOO_MANY if own > WRONG_OF_A_VISITOR else Answer.WRONG)

    def code(self, token: str | None) -> Code | None:
        """The living access code that the browser came in by."""
        code = self._rights.held(token).get(CODE)
        return None if code is None else self._codes.living(code)

    # People who sign in.

    def admit_person(self, visitor: str, token: str | None, person: Person) -> Tried:
        """Let in who has signed in; WRONG where the owner's list does not have them, or the sign-in has been ended.

        Without a ticket where the browser has let them in already.
        """
        listed = may_come_in(person.email, person.email_verified, self._allowed)
        if AccessMode.SIGN_IN not in self.modes or not listed or self.is_signed_out(person):
            return Tried(Answer.WRONG)
        if self._rights.held(token).get(self._person) == person.key:
            return Tried(Answer.ADMITTED)
        until = self._clock() + PERSONS_DAYS
        grant = Grant(kind=self._person, key=person.key, until=until, login_at=person.login_at)
        return Tried(Answer.ADMITTED, self._rights.ticket(visitor, grant))

    def is_signed_out(self, person: Person) -> bool:
        """True for who has signed out everywhere since: this sign-in counts no more, another one does."""
        return self._rights.is_signed_out(person.key, person.login_at)

    def leave_person(self, token: str | None) -> None:
        """Forget who has signed out of this browser."""
        self._rights.drop(token, self._person)

    def leave(self, token: str | None) -> None:
        """Take all rights from this browser."""
        self._rights.drop(token)

    def leave_everywhere(self, token: str | None) -> None:
        """Take all rights from this browser, and from every other one that has them by the same account or as owner."""
        held = self._rights.held(token)
        for kind, key in held.items():
            if kind.startswith(PERSON):
                self._rights.end_person(key)
        if OWNER in held:
            self._rights.end_all(OWNER)
        self._rights.drop(token)

    # The owner.

    @property
    def has_owner(self) -> bool:
        """True where a code for the owner's page is set."""
        return self._owner_code is not None

    def try_owner(self, visitor: str, typed: str) -> Tried:
        """Whether this is the owner's code, which opens the owner's page for twelve hours.

        Counted before anything is compared, so that guesses made side by side cannot slip through together; a right
        one is taken off the count again.
        """
        if self._owner_code is None:
            return Tried(Answer.WRONG)
        now, own, of_all = self._clock(), f"owner:{visitor}", "owner"
        if not self._rate_limits.count(own, now, limit=WRONG_OF_A_VISITOR, per=WINDOW):
            return Tried(Answer.TOO_MANY)
        number = self._rate_limits.reserve(of_all, now, per=WINDOW)
        if number == OWNER_WRONG_IN_ALL + 1:
            log.warning("somebody guesses at the owner's code: further tries are slowed")
        self._slow(number - OWNER_WRONG_IN_ALL)
        said = typed[:500].strip().encode(errors="replace")
        if not hmac.compare_digest(said, self._owner_code.encode()):
            return Tried(Answer.WRONG)
        self._rate_limits.give_back(own)
        self._rate_limits.give_back(of_all)
        return Tried(Answer.ADMITTED, self._rights.ticket(visitor, self._owners_grant()))

    def is_owner(self, token: str | None) -> bool:
        """True for who has opened the owner's page; another code in the settings ends that."""
        return self._rights.held(token).get(OWNER) == self._owner_mark

    def leave_owner(self, token: str | None) -> None:
        """Shut the owner's page again."""
        self._rights.drop(token, OWNER)

    def owners(self) -> list[Session]:
        """The browsers in which the owner's page is open, the newest first."""
        return self._rights.sessions(OWNER, self._owner_mark)

    def end_owner(self, holder: str) -> None:
        """Shut it in one of them."""
        self._rights.end(holder, OWNER)

    # Tickets.

    def look(self, ticket: str) -> bool:
        """True for an owner's link that can be used; nothing is used up by asking."""
        return self._rights.look(ticket, None) is not None

    def redeem(self, ticket: str, visitor: str | None, token: str | None) -> str | None:
        """The token that the browser keeps from now on instead of `token`; None where the ticket is not good.

        An owner's link is good for whoever has it: that is asked with no visitor.
        """
        return self._rights.redeem(ticket, visitor, token, self._as_granted)

    def has_moved(self, token: str | None) -> bool:
        """True where the rights of this token are with a newer one of the same browser."""
        return MOVED in self._rights.held(token)

    def _as_granted(self, grant: Grant) -> Grant:
        # A link from the command line may come from where another code, or none, is set: it opens the page as it is.
        return self._owners_grant() if grant.kind == OWNER and grant.key == AS_IT_IS else grant

    def _owners_grant(self) -> Grant:
        return Grant(kind=OWNER, key=self._owner_mark, until=self._clock() + OWNERS_HOURS)

    def _slow(self, too_many: int) -> None:
        if too_many > 0:
            self._wait(min(WAIT_STEP_S * too_many, WAIT_MAX_S))


def owner_link(database: Database, clock: Clock) -> str:
    """A ticket that opens the owner's page to whoever has it, once."""
    return Rights(database, clock).ticket(None, Grant(kind=OWNER, key=AS_IT_IS))


def _mark(owner_code: str) -> str:
    # Kept with who has opened the owner's page, so that another code ends that. Slow, because a person thought of it.
    return hashlib.scrypt(owner_code.encode(), salt=b"kineograph owner", n=2**14, r=8, p=1, dklen=32).hex()
