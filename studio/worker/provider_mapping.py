"""Between the provider's words and ours: an order as its request, its refusals and failures as our reasons. Pure."""

from __future__ import annotations

from typing import Any

from studio.diagnostics.logs import Redactor
from studio.jobs.circuit_breaker import Stop
from studio.jobs.job import Reason
from studio.jobs.last_error import ProviderError
from studio.orders.order import Order, model_of
from studio.sounds.mp3 import beginning
from videoapi import errors as api
from videoapi.failures import Failure, FailureKind
from videoapi.wire import GenerationRequest, jpeg_data_url, mp3_data_url


def request_of(
    order: Order, picture: bytes, ending_picture: bytes | None = None, sound: bytes | None = None
) -> GenerationRequest:
    """The order as the provider wants it: only what its model has a field for.

    Of a prepared sound, as much goes along as the video is long. Nothing of that which has a meaning of its own is left
    to the provider's defaults.
    """
    said: dict[str, Any] = {
        "audio_url": order.audio_url or None if sound is None else mp3_data_url(beginning(sound, order.duration_s)),
        "duration": order.duration_s,
        "last_image_url": None if ending_picture is None else jpeg_data_url(ending_picture),
        "negative_prompt": order.negative_prompt or None,
        "shot_type": "multi" if order.several_shots else "single",
        "generate_audio": order.with_sound,
        "seed": order.seed,
        "enhance_prompt": order.improve_prompt,
        "enable_prompt_expansion": order.improve_prompt,
        "watermark": False,
    }
    has = model_of(order).fields
    return GenerationRequest(
        model=order.model,
        prompt=order.prompt,
        image_url=jpeg_data_url(picture),
        resolution=order.resolution,
        **{name: value for name, value in said.items() if name in has},
    )


def reason_of_refusal(error: api.VideoAPIError, order: Order) -> Reason:
    """Why an order was not taken."""
    if order.sound_key and isinstance(error, api.OrderInvalid) and _is_about_sound(error):
        return Reason.AUDIO_FILE_REFUSED
    return _REFUSALS.get(type(error), Reason.UNKNOWN)


def words_of_refusal(error: api.VideoAPIError) -> str:
    """What it said of an order that was not taken, fit to be kept: without what looks like a secret."""
    return _PROVIDERS.text(str(error))


def words_of_failure(failure: Failure | None) -> str:
    """What it said of a generation that it gave up on, fit to be kept as well; empty where it said nothing."""
    return "" if failure is None else _PROVIDERS.text(f"{failure.name}: {failure.message}")


def _is_about_sound(error: api.OrderInvalid) -> bool:
    of_audio = any(field.partition(".")[0] == "audio_url" for field, _ in error.fields)
    # 413: as a file it is a part of what was too large, and the largest that can be left out.
    return of_audio or error.status == 413 or _is_audio(error.failure)


def _is_audio(failure: Failure | None) -> bool:
    return failure is not None and failure.kind is FailureKind.AUDIO_UNREACHABLE


def reason_of_failure(failure: Failure | None, order: Order) -> Reason:
    """Why the provider gave up on a generation."""
    if order.sound_key and _is_audio(failure):
        # There is no link that it could not reach.
        return Reason.AUDIO_FILE_REFUSED
    return Reason.UNKNOWN if failure is None else _FAILURES[failure.kind]


def stop_of(error: api.VideoAPIError) -> Stop | None:
    """What only the owner can fix; None for everything else."""
    return _STOPS.get(type(error))


def word(error: api.VideoAPIError) -> ProviderError:
    """One word for what happened, for `last_error` and the log."""
    return ProviderError(type(error).__name__)


_PROVIDERS = Redactor()
"""The key is blanked out where it is known, in videoapi; this is for signatures, and for what strangers call secret."""

_REFUSALS: dict[type[api.VideoAPIError], Reason] = {
    api.OrderInvalid: Reason.ORDER_INVALID,
    api.KeyRejected: Reason.KEY_REJECTED,
    api.OutOfCredit: Reason.OUT_OF_CREDIT,
    api.Forbidden: Reason.BLOCKED,
    api.NotFound: Reason.NOT_OFFERED,
    api.TooManyRequests: Reason.BUSY,
    api.NotReachable: Reason.UNREACHABLE,
}

_STOPS: dict[type[api.VideoAPIError], Stop] = {
    api.KeyRejected: Stop.KEY_REJECTED,
    api.OutOfCredit: Stop.OUT_OF_CREDIT,
}

_FAILURES: dict[FailureKind, Reason] = {
    FailureKind.PICTURE_MODERATED: Reason.PICTURE_MODERATED,
    FailureKind.WORDS_MODERATED: Reason.WORDS_MODERATED,
    FailureKind.RESULT_MODERATED: Reason.RESULT_MODERATED,
    FailureKind.MODERATED: Reason.MODERATED,
    FailureKind.FAMOUS_CHARACTER: Reason.FAMOUS_CHARACTER,
    FailureKind.AUDIO_UNREACHABLE: Reason.AUDIO_UNREACHABLE,
    FailureKind.PICTURE_UNREADABLE: Reason.PICTURE_UNREADABLE,
    FailureKind.BUSY: Reason.BUSY,
    FailureKind.OUT_OF_CREDIT: Reason.OUT_OF_CREDIT,
    FailureKind.TIMED_OUT: Reason.TIMED_OUT,
    FailureKind.REWRITE_FAILED: Reason.REWRITE_FAILED,
    FailureKind.UNKNOWN: Reason.UNKNOWN,
}
