"""Whatever bytes come as an answer, they are read, or refused as one of our own errors."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from videoapi import VideoAPIError, read_balance, read_generation, read_log_page, read_pricing

NAMES = [
    *("id", "generation_id", "status", "video", "url", "error", "name", "message", "meta", "usage", "credits_used"),
    *("detail", "loc", "msg", "data", "kind", "pagination", "has_more", "created", "inference_id", "client_request_id"),
    *("cost", "credits", "current_balance", "currency", "pricing", "variants", "units", "when", "price", "per", "unit"),
    *("aliases", "requestId", "issues", "path"),
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    # Hypothesis by itself writes nothing as long as what has to be cut.
    | st.builds(lambda words, times: words * times, st.text(min_size=1, max_size=9), st.integers(100, 900))
    | st.sampled_from(
        ["completed", "error", "queued", "succeeded", "variants", "fixed", "second", "2026-07-02T11:30:00Z"]
    )
)
ANSWERS = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=8)
    ),
    max_leaves=30,
)
STATUSES = st.sampled_from([200, 201, 204, 302, 400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 503, 524, 999])
HEADERS = st.dictionaries(
    st.sampled_from(["Retry-After", "x-inference-id", "X-Request-Id", "x-aimlapi-credits-used"]), st.text(max_size=20)
)
FAST = settings(max_examples=250, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])


def read_everything(status: int, headers: dict[str, str], body: bytes) -> None:
    for reader in (read_generation, read_log_page, read_balance, read_pricing):
        error: VideoAPIError | None = None
        try:
            value = reader(status, headers, body)
        except VideoAPIError as refused:
            error = refused
        if error is None:
            assert 200 <= status < 300
            repr(value).encode()
        else:
            assert len(error.detail) <= 500
            assert error.detail.isprintable()
            assert not (error.retryable and error.outcome_unknown)
            f"{error} {error!r}".encode()


@FAST
@given(STATUSES, HEADERS, ANSWERS)
def test_any_json_is_read_or_refused_as_one_of_our_errors(status: int, headers: dict[str, str], value: object) -> None:
    read_everything(status, headers, json.dumps(value).encode())


@FAST
@given(STATUSES, HEADERS, st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_as_one_of_our_errors(status: int, headers: dict[str, str], body: bytes) -> None:
    read_everything(status, headers, body)


@FAST
@given(STATUSES, ANSWERS, st.integers(0, 200))
def test_any_json_cut_anywhere_is_read_or_refused_as_one_of_our_errors(status: int, value: object, cut: int) -> None:
    read_everything(status, {}, json.dumps({"id": "a", "status": "completed", "data": value}).encode()[:cut])
