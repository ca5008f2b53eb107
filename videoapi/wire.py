"""The provider's words for orders and generations: our order as its JSON, its answers as our values. No I/O.

Source of every field: POST and GET /v2/video/generations in the provider's reference,
https://docs.aimlapi.com/api-references/video-models/alibaba-cloud/wan-2.6-image-to-video
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

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
    read_failure,
    telling_texts,
)
from videoapi.untrusted import identifier, json_object, mapping, page_text, plain_text, whole_number

# Signed addresses of object stores run to a few hundred characters; this bounds what a row or a request line may hold.
_ADDRESS_MAX = 8192

NO_AMOUNT = -1
"""In place of credits: the answer names some, and they make no sense."""


class Status(StrEnum):
    """How far a generation is, whichever of its many words the provider uses."""

    QUEUED = "queued"
    GENERATING = "generating"
    COMPLETED = "completed"
    """Done and charged. The address may be missing: then look again."""
    ERROR = "error"
    """Ended without a video, and not charged."""
    UNKNOWN = "unknown"
    """A word we do not know, or none. Keep looking: the provider's words grow, and the order is paid for."""


# Documented are queued, generating, completed and error; the others are used by the provider's own samples and clients.
_STATUS_WORDS: Mapping[str, Status] = {
    **dict.fromkeys(
        ("queued", "queue", "in_queue", "waiting", "pending", "submitted", "accepted", "created", "scheduled"),
        Status.QUEUED,
    ),
    **dict.fromkeys(
        ("generating", "active", "running", "processing", "in_progress", "started", "starting", "rendering"),
        Status.GENERATING,
    ),
    **dict.fromkeys(
        ("completed", "complete", "succeeded", "succeed", "success", "done", "ready", "finished"), Status.COMPLETED
    ),
    **dict.fromkeys(
        ("error", "errored", "failed", "failure", "fail", "cancelled", "canceled", "timeout", "timed_out", "expired"),
        Status.ERROR,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """One order, in the provider's words. A field left None is not sent, and the provider's own default applies."""

    model: str
    prompt: str = field(repr=False)
    """Hidden in repr: a person's own words do not belong in a log."""
    image_url: str = field(repr=False)
    """An https address, or a data URL (`jpeg_data_url`). Hidden in repr: it may be megabytes."""
    resolution: str
    """`720p` or `1080p`. Always sent: left out, the dearest is made."""
    duration: int
    """Seconds. Always sent: left out, ten seconds are made and charged."""
    audio_url: str | None = field(default=None, repr=False)
    negative_prompt: str | None = field(default=None, repr=False)
    shot_type: str | None = None
    """`single` or `multi`; has an effect only while the prompt is enhanced."""
    generate_audio: bool | None = None
    """Has an effect only without `audio_url`."""
    seed: int | None = None
    enhance_prompt: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """What the provider says of one generation at the moment of asking."""

    generation_id: str
    """Untrusted but printable, at most 512 characters; may hold slashes and colons."""
    status: Status
    status_word: str
    """The provider's own word, for the log. Untrusted."""
    video_url: str | None = field(default=None, repr=False)
    """Where the video is, with status COMPLETED; else None. Signed, good for a day or so: fetch it, never store it."""
    failure: Failure | None = None
    """Set exactly when the status is ERROR."""
    credits_used: int | None = None
    """Credits held at the start, or charged at the end; None where the answer does not say, NO_AMOUNT where it says
    something that is none: negative, true, words.
    """


def jpeg_data_url(jpeg: bytes) -> str:
    """The picture as text that travels inside the order, so that nobody has to fetch it from us."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")


def request_body(request: GenerationRequest) -> dict[str, object]:
    """The JSON object of an order: only the fields that are set, the duration always a whole number."""
    fields: dict[str, object | None] = {
        "model": request.model,
        "prompt": request.prompt,
        "image_url": request.image_url,
        "resolution": request.resolution,
        "duration": int(request.duration),
        "audio_url": request.audio_url,
        "negative_prompt": request.negative_prompt,
        "shot_type": request.shot_type,
        "generate_audio": request.generate_audio,
        "seed": request.seed,
        "enhance_prompt": request.enhance_prompt,
    }
    return {name: value for name, value in fields.items() if value is not None}


def read_generation(status_code: int, headers: Mapping[str, str], body: bytes) -> Generation:
    """Read an answer of POST or GET /v2/video/generations.

    The status decides, never the presence of `error`: finished generations have been seen with a stub of one.
    Raises the error that the HTTP status stands for, and UnreadableAnswer where a success names no generation.
    """
    raise_for_status(status_code, headers, body)
    answer = json_object(body)
    generation_id = None
    if answer is not None:
        generation_id = identifier(answer.get("id")) or identifier(answer.get("generation_id"))
    if answer is None or generation_id is None:
        raise unreadable(status_code, headers, body, "a success without the id of a generation")
    status_word = plain_text(answer.get("status"), 60)
    status = _STATUS_WORDS.get(status_word.lower().replace("-", "_").replace(" ", "_"), Status.UNKNOWN)
    meta = mapping(answer.get("meta")) or {}
    told = (mapping(meta.get("usage")) or {}).get("credits_used")
    credits_used = whole_number(told)
    if credits_used is None:
        credits_used = whole_number(header(headers, "x-aimlapi-credits-used"))
    if credits_used is None and told is not None:
        credits_used = NO_AMOUNT
    return Generation(
        generation_id=generation_id,
        status=status,
        status_word=status_word,
        video_url=_video_address(answer) if status is Status.COMPLETED else None,
        failure=read_failure(answer.get("error"), status_word=status_word) if status is Status.ERROR else None,
        credits_used=credits_used,
    )


def _video_address(answer: Mapping[str, object]) -> str | None:
    """The first address in `video`, which may be an object, a list of them, or a bare text."""
    video = answer.get("video") or answer.get("videos")
    for entry in video if isinstance(video, list) else [video]:
        address = entry if isinstance(entry, str) else (mapping(entry) or {}).get("url")
        if isinstance(address, str) and (found := identifier(address, _ADDRESS_MAX)):
            return found
    return None


def raise_for_status(status_code: int, headers: Mapping[str, str], body: bytes) -> None:
    """Return where the HTTP status is a success (2xx); raise the error it stands for otherwise."""
    if not 200 <= status_code < 300:
        raise read_error(status_code, headers, body)


def read_error(status_code: int, headers: Mapping[str, str], body: bytes) -> VideoAPIError:
    """The error that an answer stands for, by its status and by what its body says, in any of the shapes seen.

    Total: a web page, a cut body or nonsense yields the error of its status, with less detail. A success or a redirect
    yields UnreadableAnswer, because this is only asked about answers that were not what was agreed.
    """
    read = json_object(body)
    is_json, answer = read is not None, read or {}
    nested = mapping(answer.get("error")) or {}
    reasons = _reasons(answer)
    detail = plain_text("; ".join(f"{name}: {reason}" if name else reason for name, reason in reasons))
    detail = detail or next((plain_text(text) for text in telling_texts(answer)), "") or page_text(body)
    request_id = identifier(answer.get("requestId")) or _id_header(headers, "x-request-id")
    inference_id = _id_header(headers, "x-inference-id")
    kind = plain_text((mapping(nested.get("data")) or {}).get("kind"), 100)
    words = " ".join(plain_text(text) for text in telling_texts(answer))

    if status_code == 429 and not is_about_credit(kind):
        wait = retry_after_s(headers, datetime.now(UTC))
        return TooManyRequests(detail, status=429, retry_after_s=wait, request_id=request_id)
    if status_code >= 500:
        wait = retry_after_s(headers, datetime.now(UTC))
        return ServiceDown(
            detail, status=status_code, retry_after_s=wait, request_id=request_id, inference_id=inference_id
        )
    if status_code == 408:
        # The server gave up waiting for us: it may have the order or not.
        return NoAnswer(detail, status=408, request_id=request_id, inference_id=inference_id)
    if status_code < 400:
        return unreadable(status_code, headers, body, detail or "not the answer that was agreed")
    names = f"{kind} {plain_text(nested.get('name'), 100)}"
    if is_about_credit(names) or (status_code == 402 and is_json):
        return OutOfCredit(detail, status=status_code, request_id=request_id)
    stopped_by = failure_kind(words)
    if status_code == 401 or (status_code == 403 and is_about_key(names)):
        return KeyRejected(detail, status=status_code, request_id=request_id)
    if status_code == 402 or (status_code == 403 and stopped_by not in _ABOUT_CONTENT):
        # Not by its sentences: they may be a firewall's, or quote what a visitor typed.
        return Forbidden(detail, status=status_code, request_id=request_id)
    if status_code in (404, 410):
        return NotFound(detail, status=status_code, request_id=request_id)
    failure = None
    if stopped_by is not FailureKind.UNKNOWN:
        failure = Failure(kind=stopped_by, name=plain_text(nested.get("name")) or kind, message=detail)
    return OrderInvalid(detail, fields=reasons, failure=failure, status=status_code, request_id=request_id)


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
