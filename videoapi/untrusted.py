"""Bytes from outside made into plain values: JSON that cannot hurt, texts fit for a log line, numbers within reason.

Pure, and total: whatever comes in, these functions return a value or None; they do not raise.
"""

import html
import json
import re
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal, InvalidOperation

TEXT_MAX = 500
"""Characters kept of a text by the provider: enough for its longest documented message, too few to flood a log."""

# Numbers of the wire are money, counts and status codes. Beyond this many digits one is damage or malice, and turning
# it into an int would cost time and memory.
_DIGITS_MAX = 18

# What stands behind the ? of an address may be its signature, and a data URL is a whole picture.
_SIGNED_ADDRESS = re.compile(r"(https?://[^\s?\"'<>]{1,2000})\?[^\s\"'<>]*", re.IGNORECASE)
_DATA_URL = re.compile(r"data:[\w.+/-]{0,100};base64,[\w+/=-]*", re.IGNORECASE)
_PACKED_MIN = 8
"""Letters of base64: shorter runs stand by chance in any long id."""
_TITLE = re.compile(r"<title[^>]*>([^<]{1,300})</title", re.IGNORECASE)


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= _DIGITS_MAX else None


def _fraction(digits: str) -> Decimal | None:
    try:
        value = Decimal(digits) if len(digits) <= 64 else Decimal(repr(float(digits)))
    except InvalidOperation:
        return None
    return value if value.is_finite() and (not value or abs(value.adjusted()) < _DIGITS_MAX) else None


def json_value(body: bytes) -> object:
    """The JSON in an answer's body; None where it is not JSON (as JSON's own null).

    Fractions come as Decimal, so that money stays exact. A number beyond reason, and NaN or Infinity, comes as None
    without spoiling what stands beside it: an id must not be lost to a silly number next to it.
    """
    text = body.decode("utf-8", errors="replace").removeprefix("\ufeff")
    try:
        value: object = json.loads(
            text, strict=False, parse_int=_whole, parse_float=_fraction, parse_constant=lambda _name: None
        )
    except (ValueError, RecursionError):
        return None
    return value


def json_object(body: bytes) -> Mapping[str, object] | None:
    """The JSON object in an answer's body, or None where there is none."""
    return mapping(json_value(body))


def mapping(value: object) -> Mapping[str, object] | None:
    """The value if it is a JSON object."""
    return value if isinstance(value, dict) else None


def plain_text(value: object, limit: int = TEXT_MAX) -> str:
    """A text of the provider on one line, without control or direction marks, addresses without their queries.

    Empty where the value is not a text. A whole number counts as one, because some answers write codes so.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    # Cut before the searching: a text may be a megabyte. Twice, because what is left out below is often long.
    text = value[: limit * 20]
    text = _DATA_URL.sub("data:…", text)
    text = _SIGNED_ADDRESS.sub(r"\1?…", text)
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def page_text(body: bytes) -> str:
    """A line to log for an answer that is not JSON: a web page's title, or the beginning of a short plain text."""
    text = body[:20_000].decode("utf-8", errors="replace")
    if found := _TITLE.search(text):
        return plain_text(found.group(1), 200)
    return "" if "<" in text else plain_text(text, 200)


def escaped_forms(secret: str) -> str:
    """A regular expression that finds a secret however it is written, for text or, if both are ASCII, for bytes.

    Each letter as it is or as Python, JSON, an address or a web page escapes it; and all of it as base64, alone or
    within more: whoever echoes a request may echo what it was made into.
    """
    whole = "".join(_disguised(letter) for letter in secret)
    packed = secret.encode()
    forms = [whole]
    for before in range(3):
        letters = b64encode(b"\0" * before + packed).decode().rstrip("=")
        # The outermost letters hold bits of what stands around as well.
        letters = letters[(before * 8 + 5) // 6 : (before + len(packed)) * 8 // 6]
        if len(letters) >= _PACKED_MIN:
            forms.append("".join({"+": "[+-]", "/": "[/_]"}.get(letter, letter) for letter in letters))
    return "|".join(f"(?:{form})" for form in forms)


def _disguised(letter: str) -> str:
    code = ord(letter)
    plain = {letter, repr(letter)[1:-1], json.dumps(letter)[1:-1], html.escape(letter)} | (
        {"+"} if letter == " " else set()
    )
    forms = [re.escape(form) for form in sorted(plain, key=len, reverse=True)]
    # Escaped once more with every text that it was quoted in; bounded, or a megabyte of backslashes would take hours.
    forms.append(rf"\\{{1,8}}u(?i:{code:04x})" if code <= 0xFFFF else re.escape(letter))
    forms.append("".join(f"%(?:25){{0,4}}(?i:{byte:02x})" for byte in letter.encode()))
    forms.append(f"&#(?:0{{0,4}}{code}|(?i:x0{{0,4}}{code:x}));")
    slashes = r"\\{0,8}" if letter in "\"'/\\" else ""
    return f"{slashes}(?:{'|'.join(forms)})"


def identifier(value: object, limit: int = 512) -> str | None:
    """The value if it can serve as an id: one to `limit` printable characters without spaces at its ends; else None.

    A whole number is taken too, as its digits.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str) and 0 < len(value) <= limit and value.isprintable() and value == value.strip():
        return value
    return None


def whole_number(value: object) -> int | None:
    """The value as a count of zero or more, rounded up; None where it is not one. Digits in a text count too."""
    number = decimal_number(value)
    if number is None or number < 0:
        return None
    return int(number.to_integral_value(ROUND_CEILING))


def decimal_number(value: object) -> Decimal | None:
    """The value as an exact number; None where it is not one, or is one beyond reason."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value) if abs(value) < 10**_DIGITS_MAX else None
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str) and 0 < len(value) <= 40 and value.isascii():
        return _fraction(value.strip())
    return None


def moment(value: object) -> datetime | None:
    """The value as an aware moment in UTC; None where it is none. Without a zone it is taken for UTC."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
