"""Which of the people who sign in may come in: by their mail address, and only where somebody vouches for it. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"({_LOCAL})@({_LABEL}(?:\.{_LABEL})+)")
"""RFC 5321's plain form. Quoted local parts, comments and addresses of numbers exist; no provider gives them to people,
and programs read them differently."""

ADDRESS_MAX = 254
"""Characters: RFC 5321 allows a path of 256 with its angle brackets."""

MICROSOFT = "https://login.microsoftonline.com/"
"""Begins the issuer of every Microsoft Entra account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who has signed in, as their provider says."""

    key: str
    """Names the account: 64 hexadecimal digits."""
    email: str = field(repr=False)
    """As the provider wrote it; empty where it gave none."""
    email_verified: bool
    """The provider vouches that the address is theirs."""
    login_at: datetime
    """When they signed in, by the provider's clock: each sign-in has a later one."""


def person_of(claims: Mapping[str, object]) -> Person | None:
    """Who the claims of a verified identity token speak of; None where they do not name an account."""
    issuer, subject, email = claims.get("iss"), claims.get("sub"), claims.get("email")
    if not (isinstance(issuer, str) and issuer and isinstance(subject, str) and subject):
        return None
    return Person(
        key=key_of(issuer, subject),
        email=email if isinstance(email, str) else "",
        email_verified=_is_vouched_for(claims, issuer),
        login_at=_moment(claims.get("iat")),
    )


def may_come_in(email: str, email_verified: bool, allowed: tuple[str, ...]) -> bool:
    """True where the list has the address, or its domain; an empty list lets nobody in.

    A domain does not speak for its subdomains. Capitals make no difference, in either part: no provider has two people
    whose addresses differ in them. Letters beyond ASCII are refused, because many look like others; a domain that has
    them is listed, and compared, in its xn-- form.
    """
    # Not merely true: the claim comes from outside, and "false" is a true string.
    if email_verified is not True or len(email) > ADDRESS_MAX or not email.isascii():
        return False
    address = _ADDRESS.fullmatch(email.lower())
    if address is None:
        return False
    return any(entry in (address[0], address[2], f"@{address[2]}") for entry in map(_as_listed, allowed))


def key_of(issuer: str, subject: str) -> str:
    """The name of an account: a hash, 64 hexadecimal digits. By what never changes, so never by the mail address.

    OpenID Connect Core 1.0, 5.7: only `iss` and `sub` together name an account for good.
    """
    if not issuer or not subject:
        raise ValueError("an account has an issuer and a subject")
    # As a list in JSON: where the one ends and the other begins cannot be moved.
    return hashlib.sha256(json.dumps([issuer, subject]).encode()).hexdigest()


def _moment(issued: object) -> datetime:
    # OpenID Connect Core 1.0, 2: `iat` is required. Without a readable one, the sign-in counts as the oldest.
    try:
        return datetime.fromtimestamp(float(issued), UTC)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def _as_listed(entry: str) -> str:
    return entry.strip().lower() if entry.isascii() else ""


def _is_vouched_for(claims: Mapping[str, object], issuer: str) -> bool:
    verified = claims.get("email_verified")
    if verified is True or verified == "true":  # Apple and Cognito have written it as a string
        return True
    # Entra has no email_verified, and an address there may be anything its tenant wrote; this optional claim says that
    # the tenant owns the address's domain.
    return verified is None and issuer.startswith(MICROSOFT) and claims.get("xms_edov") in (True, "1", "true")
