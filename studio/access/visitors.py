"""Who opened the link: a random id in a signed, dated cookie. No account, nothing about the person.

Under https the cookie's name begins with `__Host-`: browsers take such a one from this very host only, so that no
neighbour below the same domain can put its own in place. Over plain http they take none of that name.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, TimestampSigner, URLSafeSerializer, URLSafeTimedSerializer

from studio import clock
from studio.clock import Clock

COOKIE = "kineograph_visitor"
HOST_PREFIX = "__Host-"
"""RFC 6265bis, 4.1.3.2: Secure, Path=/ and no Domain, or the browser refuses it."""
COOKIE_LIFE_S = 400 * 24 * 3600
"""The longest life that browsers grant a cookie."""
RENEWED_AFTER = timedelta(days=1)
"""An older cookie is set anew by the next page, so that it ends 400 days after the last visit, not the first."""

KEPT = 4_096
"""Cookies whose signature was found good and need not be looked at again: some 400 bytes each."""


@dataclass(frozen=True, slots=True)
class Known:
    """A visitor that came with a cookie of ours."""

    visitor: str
    is_due: bool
    """The cookie should be set anew: it is older than a day, or of a kind that is no longer made."""


class Visitors:
    """Makes new visitors and recognises old ones by their cookie."""

    def __init__(
        self,
        secret: str,
        *,
        older_secrets: Sequence[str] = (),
        undated_until: datetime | None = None,
        now: Clock = clock.now,
    ) -> None:
        """Cookies are signed with `secret`; those signed with an older one are known too.

        `undated_until`: until then the cookies of before, which had no date, are known; None: not at all.
        """
        # itsdangerous signs with the last of them.
        keys = [*older_secrets, secret]
        self._clock = now
        self._undated_until = undated_until
        self._undated = URLSafeSerializer(keys, salt="visitor")
        # What is signed for the one name cannot be shown under the other.
        self._dated = {
            name: URLSafeTimedSerializer(keys, salt=f"dated {name}", signer=_signer_by(now))
            for name in (COOKIE, HOST_PREFIX + COOKIE)
        }
        # A page asks some ten times who is there. How old the cookie is by then is asked each time.
        self._signed = functools.lru_cache(maxsize=KEPT)(self._read_signed)

    def new(self) -> str:
        """A visitor never seen before: 32 hexadecimal digits."""
        return secrets.token_hex(16)

    def cookie(self, visitor: str, *, name: str = COOKIE) -> str:
        """What the visitor's browser keeps under this name."""
        return str(self._dated[name].dumps(visitor))

    def read(self, cookie: str | None, *, name: str = COOKIE) -> str | None:
        """The visitor whose cookie this is; None where it is missing, too old, or not signed by us."""
        known = self._known(cookie, name)
        return None if known is None else known.visitor

    def of(self, cookies: Mapping[str, str], *, secure: bool = False) -> Known | None:
        """The visitor behind all the cookies of a request; with `secure` a dated one without the prefix counts nothing.

        The one with the prefix goes before the other, which a neighbour below the same domain may have planted.
        """
        host = self._known(cookies.get(HOST_PREFIX + COOKIE), HOST_PREFIX + COOKIE)
        if host is not None:
            return host
        if not secure:
            return self._known(cookies.get(COOKIE), COOKIE)
        return self._of_before(cookies.get(COOKIE))

    def _known(self, cookie: str | None, name: str) -> Known | None:
        if not cookie:
            return None
        try:
            visitor, signed_at = self._signed(cookie, name)
        except BadSignature:
            return self._of_before(cookie) if name == COOKIE else None
        # Not by max_age, which takes no cookie from the future: a server whose clock is behind would lose galleries.
        age = self._clock() - signed_at
        if not isinstance(visitor, str) or age > timedelta(seconds=COOKIE_LIFE_S):
            return None
        return Known(visitor, is_due=age > RENEWED_AFTER)

    def _read_signed(self, cookie: str, name: str) -> tuple[object, datetime]:
        visitor, signed_at = self._dated[name].loads(cookie, return_timestamp=True)
        return visitor, signed_at

    def _of_before(self, cookie: str | None) -> Known | None:
        if not cookie or self._undated_until is None or self._clock() >= self._undated_until:
            return None
        try:
            visitor = self._undated.loads(cookie)
        except BadSignature:
            return None
        return Known(visitor, is_due=True) if isinstance(visitor, str) else None


def undated_until(dated_since: datetime | None) -> datetime | None:
    """How long cookies without a date are taken: as long as the last of them can live."""
    return None if dated_since is None else dated_since + timedelta(seconds=COOKIE_LIFE_S)


def _signer_by(now: Clock) -> type[TimestampSigner]:
    """What dates a cookie, by the app's own clock."""

    class ByOurClock(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(now().timestamp())

    return ByOurClock
