"""The provider's words for orders and generations: our order as its JSON, its answers as our values. No I/O.

Source of every field: POST and GET /v2/video/generations in the provider's reference,
https://docs.aimlapi.com/api-references/video-models/alibaba-cloud/wan-2.6-image-to-video
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from videoapi.error_answers import header, raise_for_status, unreadable
from videoapi.failures import (
    Failure,
    read_failure,
)
from videoapi.untrusted import identifier, json_object, mapping, plain_text, whole_number

GENERATIONS_PATH = "/v2/video/generations"
"""Below the provider's base address: POST orders, GET tells how an order stands."""

# Signed addresses of object stores run to a few hundred characters; this bounds what a row or a request line may hold.
_ADDRESS_MAX = 8192

NO_AMOUNT = -1
"""In place of credits: the answer names some, and they make no sense."""


class Status(StrEnum):
    """How far a generation is, whichever of its many words the provider uses."""

    QUEUED = "queued"
    GENERATING = "generating"
    COMPLETED = "completed"
    """Done and charged. The address may be missing: then poll again."""
    ERROR = "error"
    """Ended without a video, and not charged."""
    UNKNOWN = "unknown"
    """A word we do not know, or none. Keep polling: the provider's words grow, and the order is paid for."""


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
    """In the model's own spelling. Always sent: left out, the dearest is made."""
    duration: int | None = None
    """Seconds. None only for a model that has no such field: left out elsewhere, ten seconds are made and charged."""
    last_image_url: str | None = field(default=None, repr=False)
    """The picture that the video ends in, as `image_url`."""
    audio_url: str | None = field(default=None, repr=False)
    """An https address, or a data URL (`mp3_data_url`): the sound of the video."""
    negative_prompt: str | None = field(default=None, repr=False)
    shot_type: str | None = None
    """`single` or `multi`; has an effect only while the prompt is enhanced."""
    generate_audio: bool | None = None
    """Has an effect only without `audio_url`."""
    seed: int | None = None
    enhance_prompt: bool | None = None
    enable_prompt_expansion: bool | None = None
    """The same once more; one model has both, and says nothing of what their difference would mean."""
    watermark: bool | None = None


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


def mp3_data_url(mp3: bytes) -> str:
    """The sound as text that travels inside the order, as `jpeg_data_url`."""
    return "data:audio/mpeg;base64," + base64.b64encode(mp3).decode("ascii")


def request_body(request: GenerationRequest) -> dict[str, object]:
    """The JSON object of an order: only the fields that are set, the duration always a whole number."""
    fields: dict[str, object | None] = {
        "model": request.model,
        "prompt": request.prompt,
        "image_url": request.image_url,
        "resolution": request.resolution,
        "duration": None if request.duration is None else int(request.duration),
        "last_image_url": request.last_image_url,
        "audio_url": request.audio_url,
        "negative_prompt": request.negative_prompt,
        "shot_type": request.shot_type,
        "generate_audio": request.generate_audio,
        "seed": request.seed,
        "enhance_prompt": request.enhance_prompt,
        "enable_prompt_expansion": request.enable_prompt_expansion,
        "watermark": request.watermark,
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
