"""Access codes: secrets that let their bearers order, each code with a budget of its own for a day."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import quote

from sqlalchemy import ColumnElement, insert, select, update

from studio.clock import Clock
from studio.storage.database import Database
from studio.storage.tables import codes

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another when it is read aloud or written down."""
_GROUPS, _OF = 4, 4
BUDGET_MAX_USD = 1_000_000
"""A budget above it is a slip of the finger."""


AMOUNT_REFUSED = "The budget must be an amount of dollars above zero, like 5 or 2.50."


class NotAnAmount(ValueError):
    """What was typed is no positive amount of dollars and cents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """An access code, without its secret: that is told once and not kept."""

    id: str
    name: str
    """The owner's, to tell codes apart."""
    budget_micros: int
    """What all its bearers together may spend a day."""
    made_at: datetime
    revoked_at: datetime | None

    @property
    def is_living(self) -> bool:
        """True until it is revoked."""
        return self.revoked_at is None


class Codes:
    """Makes, lists, finds and revokes access codes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    def make(self, name: str, budget_micros: int) -> tuple[Code, str]:
        """A new code, and its secret, which cannot be had again. Budget: millionths of a dollar a day, above zero."""
        if budget_micros <= 0 or not name.strip():
            raise ValueError("a code needs a name and a budget above zero")
        secret = "-".join("".join(secrets.choice(_LETTERS) for _ in range(_OF)) for _ in range(_GROUPS))
        code = Code(
            id=secrets.token_hex(4),
            name=name.strip()[:80],
            budget_micros=budget_micros,
            made_at=self._clock(),
            revoked_at=None,
        )
        with self._db.begin() as connection:
            connection.execute(
                insert(codes).values(
                    id=code.id,
                    name=code.name,
                    hash=_hash(secret),
                    budget_micros=budget_micros,
                    made_at=code.made_at,
                )
            )
        return code, secret

    def all(self) -> list[Code]:
        """Every code that was ever made, newest first."""
        with self._db.read() as connection:
            rows = connection.execute(_COLUMNS.order_by(codes.c.made_at.desc(), codes.c.id)).mappings().all()
        return [Code(**row) for row in rows]

    def find(self, secret: str) -> Code | None:
        """The living code with this secret; case, spaces and hyphens do not matter."""
        return self._living(codes.c.hash == _hash(secret))

    def living(self, code_id: str) -> Code | None:
        """The code with this id, unless it is revoked."""
        return self._living(codes.c.id == code_id)

    def revoke(self, code_id: str) -> bool:
        """End a code at once for all who came in by it; False where there is no such living code."""
        living = update(codes).where(codes.c.id == code_id, codes.c.revoked_at.is_(None))
        with self._db.begin() as connection:
            return connection.execute(living.values(revoked_at=self._clock())).rowcount > 0

    def _living(self, which: ColumnElement[bool]) -> Code | None:
        wanted = _COLUMNS.where(which, codes.c.revoked_at.is_(None))
        with self._db.read() as connection:
            row = connection.execute(wanted).mappings().first()
        return None if row is None else Code(**row)


_COLUMNS = select(codes.c.id, codes.c.name, codes.c.budget_micros, codes.c.made_at, codes.c.revoked_at)


def _hash(secret: str) -> str:
    # Sixteen random letters are 79 bits: no list of guesses can be hashed against that, so a slow hash adds nothing.
    plain = "".join(ch for ch in secret.lower() if ch.isalnum())
    return hashlib.sha256(f"kineograph code {plain}".encode()).hexdigest()


def amount_micros(typed: str) -> int:
    """A budget in dollars as a person types it ("5", "2.50", "$2.50"), in millionths; raises NotAnAmount."""
    try:
        amount = Decimal(typed.strip().removeprefix("$").strip())
    except InvalidOperation:
        raise NotAnAmount(typed) from None
    # Compared before anything is calculated: 1e999999 would need a megabyte of digits.
    if not amount.is_finite() or not Decimal("0.01") <= amount <= BUDGET_MAX_USD:
        raise NotAnAmount(typed)
    cents = amount * 100
    if cents != cents.to_integral_value():
        raise NotAnAmount(typed)
    return int(cents) * 10_000


def code_link(address: str, secret: str) -> str:
    """A link that lets in whoever opens it; `address` is where visitors find the page."""
    return f"{address.rstrip('/')}/?code={quote(secret, safe='')}"
