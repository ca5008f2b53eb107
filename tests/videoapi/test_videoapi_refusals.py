"""What the provider refuses and what fails later, sorted by whose move it is, in every shape that was seen."""

import json
from datetime import UTC, datetime

import pytest

from videoapi import (
    FailureKind,
    Forbidden,
    Generation,
    KeyRejected,
    NoAnswer,
    NotFound,
    OrderInvalid,
    OutOfCredit,
    ServiceDown,
    TooManyRequests,
    UnreadableAnswer,
    VideoAPIError,
    read_error,
    read_generation,
)
from videoapi.error_answers import retry_after_s
from videoapi.failures import read_failure

SIGNED = "https://cdn.aimlapi.com/alpaca/1d/1b/20260107/a.mp4?Expires=1767805107&OSSAccessKeyId=L&Signature=W%3D"


def read(answer: object) -> Generation:
    return read_generation(200, {}, encode(answer))


def encode(answer: object) -> bytes:
    return answer if isinstance(answer, bytes) else json.dumps(answer).encode()


OUT_OF_CREDIT = "You've run out of credits. Please top up your balance or update your payment method to continue"
ERRORS: list[tuple[str, int, object, type[VideoAPIError], str]] = [
    (
        "documented",
        429,
        {"message": "Free-tier limit: You've reached your free limit.", "statusCode": "429"},
        TooManyRequests,
        "Free",
    ),
    (
        "401 seen",
        401,
        {"requestId": "hRNO", "statusCode": 401, "message": "This request requires a valid API key."},
        KeyRejected,
        "valid",
    ),
    (
        "403 credit",
        403,
        {
            "title": "Forbidden",
            "message": OUT_OF_CREDIT,
            "error": {"name": "ForbiddenException", "data": {"kind": "err_insufficent_credits"}},
        },
        OutOfCredit,
        "run out",
    ),
    (
        "403 funds",
        403,
        {"message": "You've run out of funds.", "error": {"name": "OutOfFundsException"}},
        OutOfCredit,
        "funds",
    ),
    ("403 spelt right", 403, {"error": {"data": {"kind": "err_insufficient_credits"}}}, OutOfCredit, ""),
    ("403 text", 403, OUT_OF_CREDIT.encode(), Forbidden, "run out"),
    ("403 quoting", 403, {"message": "not allowed: the sign says out of credit"}, Forbidden, "sign"),
    ("403 the key's code", 403, {"error": {"name": "InvalidApiKey", "message": "no"}}, KeyRejected, "no"),
    ("402 page", 402, b"<html><title>Proxy</title>", Forbidden, "Proxy"),
    ("402", 402, {}, OutOfCredit, ""),
    ("400 kind credit", 400, {"error": {"data": {"kind": "err_insufficent_credits"}}}, OutOfCredit, ""),
    ("429 kind credit", 429, {"error": {"data": {"kind": "err_insufficent_credits"}}}, OutOfCredit, ""),
    ("403 management", 403, {"message": "A management key is needed"}, Forbidden, "management"),
    ("403 content", 403, {"message": "DataInspectionFailed: inappropriate content"}, OrderInvalid, "Data"),
    ("403 blocked page", 403, b"<html><title>Attention Required!</title>", Forbidden, "Attention"),
    ("404", 404, {"message": "Inference not found"}, NotFound, "Inference"),
    ("410", 410, b"", NotFound, ""),
    ("408", 408, b"", NoAnswer, ""),
    ("413", 413, b"<html><head><title>413 Request Entity Too Large</title></head>", OrderInvalid, "413 Request"),
    ("422 list", 422, {"detail": [{"loc": ["body", "seed"], "msg": "too big"}]}, OrderInvalid, "seed: too big"),
    ("418", 418, b"short and stout", OrderInvalid, "stout"),
    ("500", 500, {"message": "Internal server error"}, ServiceDown, "Internal"),
    (
        "502 page",
        502,
        b"<!DOCTYPE html><html><head><title>api.aimlapi.com | 502: Bad gateway</title>",
        ServiceDown,
        "502: Bad",
    ),
    ("503 empty", 503, b"", ServiceDown, ""),
    ("524 cut", 524, b'{"mess', ServiceDown, ""),
    ("599", 599, [1, 2], ServiceDown, ""),
    ("message a list", 400, {"message": ["seed must be an integer", "model is required"]}, OrderInvalid, "seed must"),
    ("message null", 400, {"message": None, "error": None}, OrderInvalid, ""),
    ("error text", 400, {"error": "Bad Request"}, OrderInvalid, "Bad Request"),
    ("message a number", 400, {"message": 5}, OrderInvalid, ""),
    ("message deep", 400, {"message": {"message": {"message": "here"}}}, OrderInvalid, "here"),
    ("302", 302, b"", UnreadableAnswer, ""),
    ("304", 304, b"", UnreadableAnswer, ""),
]


@pytest.mark.parametrize(
    ("status", "body", "kind", "part"), [row[1:] for row in ERRORS], ids=[row[0] for row in ERRORS]
)
def test_every_refusal_is_sorted_by_whose_move_it_is(
    status: int, body: object, kind: type[VideoAPIError], part: str
) -> None:
    error = read_error(status, {}, encode(body))
    assert type(error) is kind
    assert error.status == status
    assert part in error.detail
    assert part in str(error)
    with pytest.raises(kind) as raised:
        read_generation(status, {}, encode(body))
    assert (raised.value.status, raised.value.detail) == (status, error.detail)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (
            {"message": ["duration must be one of 5, 10, 15", "image_url must be a URL address", "no"]},
            (
                ("duration", "duration must be one of 5, 10, 15"),
                ("image_url", "image_url must be a URL address"),
                ("", "no"),
            ),
        ),
        ({"message": "Body validation error!"}, (("", "Body validation error!"),)),
        (
            {
                "message": "no",
                "error": {"message": "no", "data": {"issues": [{"path": ["seed"], "message": "too big"}]}},
            },
            (("", "no"), ("seed", "too big")),
        ),
        ({"detail": [{"loc": ["body", "a", 0], "msg": "bad", "input": "secret"}]}, (("a.0", "bad"),)),
        ({"errors": [{"field": "prompt", "message": "too long"}]}, (("prompt", "too long"),)),
        ({"message": [None, 5, [], {}, {"msg": 5}]}, (("", "5"),)),
        ({}, ()),
    ],
)
def test_a_refused_order_says_which_fields_and_why(body: object, fields: tuple[tuple[str, str], ...]) -> None:
    error = read_error(400, {}, encode(body))
    assert isinstance(error, OrderInvalid)
    assert error.fields == fields


def test_a_refusal_at_the_door_can_be_of_a_kind_that_finished_generations_know() -> None:
    upstream = '400 {"code":"DataInspectionFailed","message":"Input image data may contain inappropriate content."}'
    error = read_error(400, {}, encode({"statusCode": 400, "message": upstream}))
    assert isinstance(error, OrderInvalid)
    assert error.failure is not None
    assert error.failure.kind is FailureKind.PICTURE_MODERATED
    plain = read_error(400, {}, encode({"message": "duration must be one of 5, 10, 15"}))
    assert isinstance(plain, OrderInvalid)
    assert plain.failure is None


def test_the_providers_names_for_a_call_are_kept_for_asking_them() -> None:
    error = read_error(500, {"X-Request-ID": "r-1", "X-Inference-Id": "g-1"}, b"")
    assert (error.request_id, error.inference_id) == ("r-1", "g-1")
    assert read_error(400, {"x-request-id": "r-1"}, b'{"requestId": "r-2"}').request_id == "r-2"
    assert read_error(400, {"x-request-id": "r\x00"}, b"").request_id is None


def test_what_the_provider_writes_is_made_harmless() -> None:
    hostile = (
        f"Line one\r\nERROR forged\x1b[31m \u202eevil {SIGNED} data:image/png;base64,{'A' * 4000} end " + "x" * 9000
    )
    error = read_error(400, {}, encode({"message": hostile}))
    assert len(error.detail) <= 500
    assert error.detail.isprintable()
    assert "Signature" not in error.detail
    assert "AAAA" not in error.detail
    assert "data:… end" in error.detail


FAILURES: list[tuple[object, FailureKind]] = [
    (
        {"name": "DataInspectionFailed", "message": "Input or output data may contain inappropriate content."},
        FailureKind.MODERATED,
    ),
    ({"name": "data_inspection_failed", "message": ""}, FailureKind.MODERATED),
    (
        {"name": "DataInspectionFailed", "message": "Input data may contain inappropriate content."},
        FailureKind.MODERATED,
    ),
    (
        {"name": "DataInspectionFailed", "message": "Input image data may contain inappropriate content."},
        FailureKind.PICTURE_MODERATED,
    ),
    (
        {"name": "DataInspectionFailed", "message": "Input text data may contain inappropriate content."},
        FailureKind.WORDS_MODERATED,
    ),
    ({"name": "x", "message": "Your prompt was flagged by our moderation"}, FailureKind.WORDS_MODERATED),
    (
        {"name": "DataInspectionFailed", "message": "Output data may contain inappropriate content."},
        FailureKind.RESULT_MODERATED,
    ),
    (
        {"code": "IPInfringementSuspect", "message": "Input data is suspected of being involved in IP infringement."},
        FailureKind.FAMOUS_CHARACTER,
    ),
    (
        {
            "code": "InvalidParameter.DataInspection",
            "message": "Unable to download the media resource during the data inspection process.",
        },
        FailureKind.AUDIO_UNREACHABLE,
    ),
    (
        {
            "code": "InvalidParameter",
            "message": "Download the media resource timed out during the data inspection process.",
        },
        FailureKind.AUDIO_UNREACHABLE,
    ),
    ({"code": "InvalidURL.ConnectionRefused", "message": ""}, FailureKind.AUDIO_UNREACHABLE),
    ({"code": "InvalidURL", "message": "The input audio is longer than 30s."}, FailureKind.AUDIO_UNREACHABLE),
    (
        {"code": "InvalidURL", "message": "File type is not supported. Allowed types are: .wav, .mp3."},
        FailureKind.AUDIO_UNREACHABLE,
    ),
    (
        {"code": "InvalidParameter", "message": "The image format is illegal and cannot be opened"},
        FailureKind.PICTURE_UNREADABLE,
    ),
    (
        {"code": "InvalidParameter", "message": "Failed to decode the image during the data inspection"},
        FailureKind.PICTURE_UNREADABLE,
    ),
    ({"code": "InvalidImageResolution", "message": ""}, FailureKind.PICTURE_UNREADABLE),
    ({"code": "InvalidImage.FileFormat", "message": ""}, FailureKind.PICTURE_UNREADABLE),
    ({"code": "Throttling.RateQuota", "message": "Requests rate limit exceeded"}, FailureKind.BUSY),
    ({"code": "ModelServingError", "message": ""}, FailureKind.BUSY),
    ({"name": "x", "message": "The model is under maintenance"}, FailureKind.BUSY),
    ({"code": "Arrearage", "message": "Access denied, account is not in good standing"}, FailureKind.OUT_OF_CREDIT),
    ({"code": "AllocationQuota.FreeTierOnly", "message": ""}, FailureKind.OUT_OF_CREDIT),
    ({"name": "OutOfFundsException", "message": "You've run out of funds."}, FailureKind.OUT_OF_CREDIT),
    ({"code": "InternalError.Timeout", "message": ""}, FailureKind.TIMED_OUT),
    ({"name": "", "message": "Generation timeout"}, FailureKind.TIMED_OUT),
    ({"code": "RewriteFailed", "message": ""}, FailureKind.REWRITE_FAILED),
    ({"code": "InternalError.Algo", "message": "An internal error has occurred"}, FailureKind.UNKNOWN),
    (
        {
            "detail": [
                {
                    "loc": ["body", "image_url"],
                    "msg": "Could not detect face in the image",
                    "type": "face_detection_error",
                }
            ]
        },
        FailureKind.PICTURE_UNREADABLE,
    ),
    ("DataInspectionFailed", FailureKind.MODERATED),
    ({"message": {"code": "IPInfringementSuspect"}}, FailureKind.FAMOUS_CHARACTER),
    (["RewriteFailed"], FailureKind.REWRITE_FAILED),
    ({"name": "x", "message": "no", "input": "copyright, inappropriate, timeout"}, FailureKind.UNKNOWN),
    (None, FailureKind.UNKNOWN),
    ({}, FailureKind.UNKNOWN),
    ("", FailureKind.UNKNOWN),
    (5, FailureKind.UNKNOWN),
    ([[[[[[[["RewriteFailed"]]]]]]]], FailureKind.UNKNOWN),
]


@pytest.mark.parametrize(("error", "kind"), FAILURES, ids=range(len(FAILURES)))
def test_a_failed_generation_says_why_in_every_shape_that_was_seen(error: object, kind: FailureKind) -> None:
    generation = read({"id": "a", "status": "error", "error": error})
    assert generation.failure is not None
    assert generation.failure.kind is kind


def test_a_failure_keeps_the_providers_name_and_sentence() -> None:
    failure = read_failure({"detail": [{"loc": ["body", "image_url"], "msg": "Could not detect face", "type": "face"}]})
    assert failure.message == "Could not detect face"
    failure = read_failure({"name": "DataInspectionFailed", "message": "Input data may contain."})
    assert (failure.name, failure.message) == ("DataInspectionFailed", "Input data may contain.")
    assert read_failure("just a text").message == "just a text"
    assert read({"id": "a", "status": "timeout"}).failure == read_failure(None, status_word="timeout")
    assert read_failure(None, status_word="timeout").kind is FailureKind.TIMED_OUT


NOW = datetime(2026, 7, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("1.5", 1.5),
        (" 7 ", 7.0),
        ("Thu, 02 Jul 2026 12:00:30 GMT", 30.0),
        ("Thu, 02 Jul 2026 11:00:00 GMT", 0.0),
        ("Thu, 02 Jul 2026 12:01:00", 60.0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("1e9", None),
        ("9" * 400, None),
        ("Thu, 99 Jul 99999 12:00:00 GMT", None),
        ("٣", None),
    ],
)
def test_a_wait_is_read_as_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    assert retry_after_s({"Retry-After": value}, NOW) == seconds
