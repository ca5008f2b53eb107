"""Asking without ordering, over real sockets: tried again while that may help, and never in doubt."""

import json
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.videoapi.scripted_server import Action, Received, ScriptedServer, answer
from videoapi import (
    Forbidden,
    KeyRejected,
    NoAnswer,
    NotFound,
    NotReachable,
    OrderInvalid,
    OutOfCredit,
    ServiceDown,
    Status,
    TooManyRequests,
    UnreadableAnswer,
    VideoAPI,
    VideoAPIError,
)
from videoapi.client import pause_s

KEY = "canary-key-4f1d9a7be02c"
DONE = answer(200, '{"id": "abc", "status": "completed", "video": {"url": "https://cdn.aimlapi.com/a.mp4?S=1"}}')
NOON = datetime(2026, 7, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def client(server: ScriptedServer, *, retries: int = 3, read_timeout_s: float = 2.0) -> VideoAPI:
    return VideoAPI(
        server.base_url, KEY, retries=retries, backoff_s=0.005, connect_timeout_s=2.0, read_timeout_s=read_timeout_s
    )


ANOTHER = answer(200, '{"id": "xyz", "status": "completed", "video": {"url": "https://x"}}')
PASSING: dict[str, tuple[Action, str]] = {
    "reset": (Action(reset=True), "the connection broke"),
    "closed": (Action(), "the connection broke"),
    "cut in the body": (answer(200, '{"id"', declare=99), "the connection broke"),
    "a web page": (answer(200, "<html>"), "a success without the id"),
    "another's generation": (ANOTHER, "about another generation"),
    "429": (answer(429, headers=[("Retry-After", "0")]), "HTTP 429"),
    "500": (answer(500, '{"message": "Internal server error"}'), "Internal server error"),
    "503": (answer(503, headers=[("Retry-After", "0.01")]), "HTTP 503"),
    "524": (answer(524, "<html>"), "HTTP 524"),
    "no answer in time": (Action(hang=True), "no answer in time"),
}
"""What may pass by itself, and what is said of it where it does not."""


def patience_s(fault: str) -> float:
    """Short only where nothing comes: elsewhere a slow machine would make a timeout of an answer."""
    return 0.5 if fault == "no answer in time" else 30.0


@pytest.mark.parametrize("fault", [name for name in PASSING if name != "another's generation"])
def test_a_poll_is_tried_again_until_it_is_answered(fault: str) -> None:
    action, _ = PASSING[fault]
    with ScriptedServer([action, action, DONE]) as server:
        api = client(server, read_timeout_s=patience_s(fault))
        generation = api.look_up("abc")
        api.close()
    assert generation.status is Status.COMPLETED
    assert generation.video_url == "https://cdn.aimlapi.com/a.mp4?S=1"
    assert len(server.requests) == 3


@pytest.mark.parametrize("fault", PASSING)
def test_a_poll_is_given_up_after_as_many_tries_as_were_asked_for_and_is_never_in_doubt(fault: str) -> None:
    action, said = PASSING[fault]
    once = fault == "another's generation"
    with ScriptedServer([action] * 3 + [DONE]) as server:
        api = client(server, retries=0 if once else 2, read_timeout_s=patience_s(fault))
        with pytest.raises(VideoAPIError, match=said) as caught:
            api.look_up("abc")
        api.close()
    assert (caught.value.retryable, caught.value.outcome_unknown) == (True, False)
    assert len(server.requests) == (1 if once else 3)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, OrderInvalid), (401, KeyRejected), (402, OutOfCredit), (403, Forbidden), (404, NotFound)],
)
def test_a_poll_that_was_clearly_refused_is_not_tried_again(status: int, kind: type[VideoAPIError]) -> None:
    with ScriptedServer([answer(status, "{}"), DONE]) as server, pytest.raises(kind) as caught:
        client(server).look_up("abc")
    assert (caught.value.status, caught.value.retryable) == (status, False)
    assert len(server.requests) == 1


def test_a_redirect_of_a_poll_is_not_followed_and_the_key_goes_nowhere_else() -> None:
    with ScriptedServer([DONE]) as elsewhere:
        hop = answer(302, headers=[("Location", f"{elsewhere.base_url}/v2/video/generations?generation_id=abc")])
        with ScriptedServer([hop]) as server, pytest.raises(UnreadableAnswer, match="HTTP 302"):
            client(server, retries=0).look_up("abc")
        assert elsewhere.connections == 0


def test_a_provider_that_is_not_there_is_tried_again_and_then_said_to_be_away() -> None:
    with ScriptedServer([]) as server:
        api = client(server)
    with pytest.raises(NotReachable, match="NewConnectionError") as caught:
        api.look_up("abc")
    assert caught.value.retryable


def test_a_wait_that_the_provider_asks_for_is_waited() -> None:
    with ScriptedServer([answer(429, headers=[("Retry-After", "0.3")]), DONE]) as server:
        begun = time.monotonic()
        assert client(server).look_up("abc").status is Status.COMPLETED
    assert time.monotonic() - begun >= 0.3


def test_a_wait_longer_than_two_minutes_is_handed_back_at_once() -> None:
    script = [answer(429, headers=[("Retry-After", "121")]), DONE]
    with ScriptedServer(script) as server, pytest.raises(TooManyRequests) as caught:
        client(server).look_up("abc")
    assert caught.value.retry_after_s == 121.0
    assert len(server.requests) == 1


def test_closing_wakes_a_thread_that_waits_for_its_next_try() -> None:
    ended: list[BaseException] = []
    with ScriptedServer([answer(429, headers=[("Retry-After", "100")]), DONE]) as server:
        api = client(server)

        def poll() -> None:
            try:
                api.look_up("abc")
            except TooManyRequests as error:
                ended.append(error)

        thread = threading.Thread(target=poll)
        thread.start()
        server.wait_for_requests(1)
        api.close()
        thread.join(5.0)
        assert not thread.is_alive()
    assert len(ended) == 1
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("error", "tries", "low", "high"),
    [
        (NoAnswer().while_reading(), 0, 0.25, 0.5),
        (NoAnswer().while_reading(), 1, 0.5, 1.0),
        (NoAnswer().while_reading(), 2, 1.0, 2.0),
        (ServiceDown(retry_after_s=120).while_reading(), 0, 120, 120),
        (TooManyRequests(retry_after_s=0), 2, 0, 0),
        (TooManyRequests(retry_after_s=120.1), 0, None, None),
        (TooManyRequests(), 3, None, None),
        (NotReachable(), 9, None, None),
        (NoAnswer(), 0, None, None),
        (KeyRejected(), 0, None, None),
        (NotFound(retry_after_s=1), 0, None, None),
    ],
)
def test_pauses_double_with_chance_in_them_and_end(
    error: VideoAPIError, tries: int, low: float | None, high: float | None
) -> None:
    for _ in range(20):
        pause = pause_s(error, tries, retries=3, backoff_s=0.5)
        assert pause is None if low is None or high is None else pause is not None and low <= pause <= high
    assert (pause_s(NoAnswer().while_reading(), 40, retries=99, backoff_s=0.5) or 0) <= 8.0


def test_an_id_with_slashes_and_colons_is_asked_for_whole() -> None:
    name = "50f3 e8ae&x=1#/:kling-video/v1.6/pro/effects?é"
    with ScriptedServer([answer(200, json.dumps({"id": name, "status": "queued"}))]) as server:
        assert client(server).look_up(name).generation_id == name
    path = server.requests[0].line.split()[1]
    assert parse_qs(urlsplit(path).query) == {"generation_id": [name]}
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(("asked", "answered"), [("a1", "a1:minimax/hailuo-2.3"), ("a1:kling/v1", "a1"), ("a1", "a1")])
def test_an_id_with_and_without_its_model_is_the_same_generation(asked: str, answered: str) -> None:
    with ScriptedServer([answer(200, json.dumps({"generation_id": answered, "status": "queued"}))]) as server:
        assert client(server).look_up(asked).status is Status.QUEUED


def row(name: str | None, *, status: str = "succeeded", inference: str = "gen-1") -> dict[str, object]:
    return {
        "created": "2026-07-02T11:30:00.000Z",
        "status": status,
        "origin": "api",
        "model": "alibaba/wan-2-6-i2v",
        "cost": {"usd": 0.25 if status == "succeeded" else 0, "credits": 500000 if status == "succeeded" else 0},
        "tokens": {"input": 0, "output": 0, "total": 0},
        "request_id": None,
        "inference_id": inference,
        "client_request_id": name,
    }


class Log:
    """The provider's log as it is documented, with rows of the test's choosing, newest first."""

    def __init__(self, rows: list[dict[str, object]], *, page: int = 100) -> None:
        self.rows, self.page = rows, page
        self.asked: list[dict[str, str]] = []

    def __call__(self, request: Received) -> Action:
        parts = urlsplit(request.line.split()[1])
        assert parts.path == "/v2/logs"
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append(query)
        start, limit = int(query["offset"]), min(int(query["limit"]), self.page)
        rows = self.rows[start : start + limit]
        more = start + limit < len(self.rows)
        pagination = {"limit": limit, "offset": start, "total": len(self.rows), "has_more": more}
        return answer(200, json.dumps({"data": rows, "pagination": pagination}), keep_open=True)


def test_a_lost_order_is_found_on_a_later_page_of_the_log() -> None:
    log = Log([row(f"job-{n}.1", inference=f"gen-{n}") for n in range(250)])
    with ScriptedServer(log) as server:
        api = client(server)
        found = api.find_lost("job-249.1", since=NOON - HOUR, until=NOON)
        api.close()
    assert found is not None
    assert (found.inference_id, found.succeeded, found.credits) == ("gen-249", True, 500000)
    assert found.created == datetime(2026, 7, 2, 11, 30, tzinfo=UTC)
    assert [query["offset"] for query in log.asked] == ["0", "100", "200"]
    assert log.asked[0] | {"offset": ""} == {
        "start": "2026-07-02T11:00:00.000Z",
        "end": "2026-07-02T12:00:00.000Z",
        "limit": "100",
        "offset": "",
    }
    assert server.connections == 1


def test_pages_shorter_than_asked_for_leave_no_row_out() -> None:
    log = Log([row(f"job-{n}.1") for n in range(10)], page=3)
    with ScriptedServer(log) as server:
        api = client(server)
        assert api.find_lost("job-9.1", since=NOON - HOUR, until=NOON) is not None
        assert api.find_lost("job-10.1", since=NOON - HOUR, until=NOON) is None
        api.close()


@pytest.mark.parametrize("name", ["job-1.2", "job-1", "JOB-1.1", "job-1.11", ""])
def test_an_order_that_is_not_in_the_log_is_not_found(name: str) -> None:
    with ScriptedServer(Log([row("job-1.1"), row(None)])) as server:
        api = client(server)
        assert api.find_lost(name, since=NOON - HOUR, until=NOON) is None
        api.close()


def test_of_two_rows_with_one_id_the_one_that_succeeded_is_found() -> None:
    rows = [row("job-1.1", status="failed", inference="gen-f"), row("job-1.1", inference="gen-s")]
    with ScriptedServer(Log(rows, page=1)) as server:
        api = client(server)
        found = api.find_lost("job-1.1", since=NOON - HOUR, until=NOON)
        api.close()
    assert found is not None
    assert found.inference_id == "gen-s"


def test_a_failed_row_alone_is_found_too() -> None:
    with ScriptedServer(Log([row("job-1.1", status="failed"), row("job-2.1")])) as server:
        api = client(server)
        found = api.find_lost("job-1.1", since=NOON - HOUR, until=NOON)
        api.close()
    assert found is not None
    assert (found.succeeded, found.credits) == (False, 0)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<html>", "a log page without rows"),
        ("[]", "a log page without rows"),
        ("{}", "a log page without rows"),
        ('{"data": null}', "a log page without rows"),
        ('{"data": [null], "pagination": {"has_more": false}}', "a row that is not what was agreed"),
        ('{"data": [{}], "pagination": {"has_more": false}}', "a row that is not what was agreed"),
        *(
            (json.dumps({"data": [row("job-2.1") | strange]}), "a row that is not what was agreed")
            for strange in ({"client_request_id": 5}, {"created": "yesterday"}, {"inference_id": None}, {"status": "x"})
        ),
        ('{"data": [], "pagination": {"has_more": true}}', "could not be read to its end"),
    ],
)
def test_a_log_that_cannot_be_read_is_not_taken_for_one_without_the_order(page: str, said: str) -> None:
    with ScriptedServer([answer(200, page)]) as server, pytest.raises(UnreadableAnswer, match=said) as caught:
        client(server, retries=0).find_lost("job-1.1", since=NOON - HOUR, until=NOON)
    assert (caught.value.retryable, caught.value.outcome_unknown) == (True, False)


def test_a_log_without_an_end_is_left() -> None:
    page = json.dumps({"data": [row("other")] * 100, "pagination": {"has_more": True}})
    with ScriptedServer(lambda request: answer(200, page, keep_open=True)) as server:
        api = client(server)
        with pytest.raises(UnreadableAnswer, match="could not be read to its end"):
            api.find_lost("job-1.1", since=NOON - HOUR, until=NOON)
        api.close()
    assert len(server.requests) == 200


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (NOON.replace(tzinfo=None), NOON),
        (NOON, NOON.replace(tzinfo=None)),
        (NOON, NOON - HOUR),
        (NOON - timedelta(days=93), NOON),
    ],
)
def test_a_window_that_the_provider_would_refuse_is_a_mistake_of_the_caller(since: datetime, until: datetime) -> None:
    with ScriptedServer([]) as server, pytest.raises(ValueError, match="since and until"):
        client(server).find_lost("job-1.1", since=since, until=until)
    assert server.connections == 0


def test_the_window_is_told_in_utc() -> None:
    log = Log([])
    east = timezone(timedelta(hours=8))
    with ScriptedServer(log) as server:
        api = client(server)
        api.find_lost("job-1.1", since=(NOON - HOUR).astimezone(east), until=NOON.astimezone(east))
        api.close()
    assert (log.asked[0]["start"], log.asked[0]["end"]) == ("2026-07-02T11:00:00.000Z", "2026-07-02T12:00:00.000Z")


def test_the_balance_is_read_with_the_key() -> None:
    with ScriptedServer([answer(200, '{"current_balance": 10.07, "currency": "USD"}')]) as server:
        balance = client(server).balance()
    assert (balance.micros, balance.currency) == (10_070_000, "USD")
    assert server.requests[0].line == "GET /v2/billing HTTP/1.1"
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_prices_are_asked_for_without_the_key() -> None:
    model = {
        "id": "alibaba/wan-2-6-i2v",
        "aliases": ["wan-2-6-i2v"],
        "pricing": {
            "kind": "variants",
            "dimensions": ["resolution"],
            "variants": [
                {"when": {"resolution": "720p"}, "price": 0.105, "unit": "second", "per": 1},
                {"when": {"resolution": "1080p"}, "price": 0.1575, "unit": "second", "per": 1},
            ],
        },
    }
    with ScriptedServer([answer(200, json.dumps({"object": "list", "data": [model]}))]) as server:
        pricing = client(server).pricing("alibaba/wan-2-6-i2v")
    assert pricing.price_micros(resolution="1080p", duration_s=5) == 787_500
    assert pricing.price_micros(resolution="720p", duration_s=15) == 1_575_000
    (request,) = server.requests
    assert "authorization" not in request.headers
    assert KEY.encode() not in request.raw
    assert parse_qs(urlsplit(request.line.split()[1]).query) == {"id": [model["id"]], "include": ["pricing"]}
