"""What the provider tells about a key: GET /v1/key, read with suspicion. No I/O happens here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from videoapi.billing import MICROS_PER_USD
from videoapi.error_answers import raise_for_status, unreadable
from videoapi.untrusted import decimal_number, identifier, json_object, mapping, moment, plain_text

VIDEO_SCOPE = "model:video"
"""What a key that is restricted must be allowed."""

# The provider shows the first 8 characters of a key: https://docs.aimlapi.com/api-references/service-endpoints. Fewer
# than 4 would be the beginning of too many keys to tell one by.
_PREFIX_MIN = 4
# The reference knows eight; more than this is damage.
_SCOPES_MAX = 100


class Retention(StrEnum):
    """When a key's spending limit begins anew, always at 00:00 UTC: https://docs.aimlapi.com/faq, on keys."""

    DAY = "day"
    WEEK = "week"
    """On Mondays."""
    MONTH = "month"
    NO_RESET = "no_reset"
    """Never: a limit for the life of the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLimit:
    """What may be spent with a key; the provider refuses what goes beyond."""

    micros: int | None
    """Micro-dollars, rounded down. None: there is a limit, and how much it is could not be understood."""
    retention: Retention | None
    """None: not understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyInfo:
    """A key as the provider has it. Nothing in it helps to guess the key."""

    is_ours: bool
    """True where it is about the key that asked. The reference says "the latest API key", which may be another."""
    name: str
    """What its owner called it; empty where it has no name. Untrusted."""
    created_at: datetime | None
    """None where it is not told. Nothing that was ordered before went with this key."""
    disabled: bool
    scopes: frozenset[str] | None
    """What it may be used for, as "model:video"; None where it is not restricted."""
    limit: KeyLimit | None
    """None: the provider limits nothing."""
    monthly_usage_micros: int | None
    """Spent this month, in micro-dollars, rounded down. The reference names no unit: taken for dollars, as everywhere
    else there. None where it is not told."""


def read_key_info(status_code: int, headers: Mapping[str, str], body: bytes, *, key: str) -> KeyInfo:
    """Read GET /v1/key, asked with `key`.

    A limit or a list of scopes that cannot be understood never reads as none. Raises UnreadableAnswer where the answer
    is not about a key, and the errors of `read_error` for other statuses than 2xx.
    """
    raise_for_status(status_code, headers, body)
    data = mapping((json_object(body) or {}).get("data"))
    if data is None:
        raise unreadable(status_code, headers, body, "an answer about a key without the key")
    disabled, prefix = data.get("disabled"), data.get("prefix")
    if not isinstance(disabled, bool) or not isinstance(prefix, str):
        raise unreadable(status_code, headers, body, "an answer that does not say which key, or if it works")
    return KeyInfo(
        is_ours=len(prefix) >= _PREFIX_MIN and key.startswith(prefix),
        name=plain_text(data.get("name"), 100),
        created_at=moment(data.get("created_at")),
        disabled=disabled,
        scopes=_scopes(data.get("scopes")),
        limit=_limit(data.get("limit")),
        monthly_usage_micros=_whole_micros(decimal_number(data.get("monthly_usage"))),
    )


def _scopes(value: object) -> frozenset[str] | None:
    if value is None:
        return None
    words = value if isinstance(value, list) else []
    return frozenset(word for entry in words[:_SCOPES_MAX] if (word := identifier(entry, 100)) is not None)


def _limit(value: object) -> KeyLimit | None:
    if value is None:
        return None
    fields = mapping(value) or {}
    word, threshold = plain_text(fields.get("retention"), 40).lower(), decimal_number(fields.get("threshold"))
    return KeyLimit(
        micros=_whole_micros(threshold),
        retention=Retention(word) if word in tuple(Retention) else None,
    )


def _whole_micros(usd: Decimal | None) -> int | None:
    """Dollars in micro-dollars, rounded down; None for none, and for less than nothing."""
    return None if usd is None or usd < 0 else int((usd * MICROS_PER_USD).to_integral_value(ROUND_FLOOR))
