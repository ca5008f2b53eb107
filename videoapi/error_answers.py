"""What an answer that is no success stands for, by its status, headers and body: one of `videoapi.errors`. No I/O."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from videoapi.errors import (
    Forbidden,
    KeyRejected,
    NoAnswer,
    NotFound,
    OrderInvalid,
    OutOfCredit,
    ServiceDown,
    TooManyRequests,
    UnreadableAnswer,
    VideoAPIError,
)
from videoapi.failures import (
    Failure,
    FailureKind,
    failure_kind,
    is_about_credit,
    is_about_key,
    telling_texts,
)
from videoapi.untrusted import identifier, json_object, mapping, page_text, plain_text


def raise_for_status(status_code: int, headers: Mapping[str, str], body: bytes) -> None:
    """Return where the HTTP status is a success (2xx); raise the error it stands for otherwise."""
    if not 200 <= status_code < 300:
        raise read_error(status_code, headers, body)


def read_error(status_code: int, headers: Mapping[str, str], body: bytes) -> VideoAPIError:
    """The error that an answer stands for, by its status and by what its body says, in any of the shapes seen.

    Total: a web page, a cut body or nonsense yields the error of its status, with less detail. A success or a redirect
    yields UnreadableAnswer, because this is only asked about answers that were not what was agreed.
    """
    said = _read(headers, body)
    if status_code == 429 and not is_about_credit(said.kind):
        wait = retry_after_s(headers, datetime.now(UTC))
        return TooManyRequests(said.detail, status=429, retry_after_s=wait, request_id=said.request_id)
    if status_code >= 500:
        wait = retry_after_s(headers, datetime.now(UTC))
        return ServiceDown(
            said.detail,
            status=status_code,
            retry_after_s=wait,
            request_id=said.request_id,
            inference_id=said.inference_id,
        )
    if status_code == 408:
        # The server gave up waiting for us: it may have the order or not.
        return NoAnswer(said.detail, status=408, request_id=said.request_id, inference_id=said.inference_id)
    if status_code < 400:
        return unreadable(status_code, headers, body, said.detail or "not the answer that was agreed")
    return _refusal(status_code, said)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What an answer says about why it is an error. Untrusted; empty where it says nothing."""

    is_json: bool
    kind: str
    name: str
    names: str
    """The kind and the name, shortened to look for what a refusal is about."""
    reasons: tuple[tuple[str, str], ...]
    detail: str
    words: str
    """All that tells what went wrong, for `failure_kind`."""
    request_id: str | None
    inference_id: str | None


def _read(headers: Mapping[str, str], body: bytes) -> _Said:
    read = json_object(body)
    answer = read or {}
    nested = mapping(answer.get("error")) or {}
    reasons = _reasons(answer)
    detail = plain_text("; ".join(f"{name}: {reason}" if name else reason for name, reason in reasons))
    texts = [plain_text(text) for text in telling_texts(answer)]
    kind = plain_text((mapping(nested.get("data")) or {}).get("kind"), 100)
    return _Said(
        is_json=read is not None,
        kind=kind,
        name=plain_text(nested.get("name")),
        names=f"{kind} {plain_text(nested.get('name'), 100)}",
        reasons=reasons,
        detail=detail or next(iter(texts), "") or page_text(body),
        words=" ".join(texts),
        request_id=identifier(answer.get("requestId")) or _id_header(headers, "x-request-id"),
        inference_id=_id_header(headers, "x-inference-id"),
    )


def _refusal(status_code: int, said: _Said) -> VideoAPIError:
    """What a status from 400 to 499 stands for: the order was read, and not taken."""
    if is_about_credit(said.names) or (status_code == 402 and said.is_json):
        return OutOfCredit(said.detail, status=status_code, request_id=said.request_id)
    stopped_by = failure_kind(said.words)
    if status_code == 401 or (status_code == 403 and is_about_key(said.names)):
        return KeyRejected(said.detail, status=status_code, request_id=said.request_id)
    if status_code == 402 or (status_code == 403 and stopped_by not in _ABOUT_CONTENT):
        # Not by its sentences: they may be a firewall's, or quote what a visitor typed.
        return Forbidden(said.detail, status=status_code, request_id=said.request_id)
    if status_code in (404, 410):
        return NotFound(said.detail, status=status_code, request_id=said.request_id)
    failure = None
    if stopped_by is not FailureKind.UNKNOWN:
        failure = Failure(kind=stopped_by, name=said.name or said.kind, message=said.detail)
    return OrderInvalid(
        said.detail, fields=said.reasons, failure=failure, status=status_code, request_id=said.request_id
    )


# A 403 in such words forbids what the order shows, and says nothing against the key.
_ABOUT_CONTENT = (
    FailureKind.PICTURE_MODERATED,
    FailureKind.WORDS_MODERATED,
    FailureKind.RESULT_MODERATED,
    FailureKind.MODERATED,
    FailureKind.FAMOUS_CHARACTER,
)


def unreadable(status_code: int, headers: Mapping[str, str], body: bytes, what: str) -> UnreadableAnswer:
    """The error for an answer that is a success by its number only. Keeps the generation id its headers may tell."""
    page = page_text(body) if json_object(body) is None else ""
    return UnreadableAnswer(
        plain_text(f"{what} ({page})" if page and page not in what else what),
        status=status_code,
        request_id=_id_header(headers, "x-request-id"),
        inference_id=_id_header(headers, "x-inference-id"),
    )


# A message about one field starts with its name: "duration must be one of the following values", "seed: Not a number".
_FIELD_NAMES = re.compile(
    r"\b(model|prompt|image_url|audio_url|resolution|duration|negative_prompt|shot_type|generate_audio|seed"
    r"|enhance_prompt)\b"
)


def _reasons(answer: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """What was wrong, as (field or "", reason), from `message` as text or list, `detail`, `errors`, or `error`."""
    error = answer.get("error")
    nested = mapping(error) or {}
    data = mapping(nested.get("data")) or {}
    found: list[tuple[str, str]] = []
    for holder in (answer, nested, data):
        for name in ("detail", "details", "errors", "issues", "message"):
            entries = holder.get(name)
            for entry in entries[:20] if isinstance(entries, list) else [entries]:
                if (reason := _reason(entry)) is not None and reason not in found:
                    found.append(reason)
    if not found and (text := plain_text(error)):
        found.append(("", text))
    return tuple(found[:20])


def _reason(entry: object) -> tuple[str, str] | None:
    if isinstance(entry, str):
        text = plain_text(entry)
        named = _FIELD_NAMES.search(text)
        return (named.group(1) if named else "", text) if text else None
    fields = mapping(entry)
    if fields is None:
        return None
    text = plain_text(fields.get("msg")) or plain_text(fields.get("message"))
    place = fields.get("loc") or fields.get("path") or fields.get("field") or fields.get("property")
    parts = [plain_text(part, 60) for part in (place if isinstance(place, list) else [place])[:8]]
    name = ".".join(part for part in parts if part and part != "body")
    return (name, text) if text else None


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """How long the answer asks us to wait, in seconds, zero or more; None where it does not say (RFC 9110, 10.2.3)."""
    value = header(headers, "retry-after").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        # What email.utils raises for a text that is no date, or a date outside the calendar.
        return None


def header(headers: Mapping[str, str], name: str) -> str:
    """A header's value whatever the case of its name; empty where it is missing."""
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _id_header(headers: Mapping[str, str], name: str) -> str | None:
    return identifier(header(headers, name))
