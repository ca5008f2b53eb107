"""What the provider tells about a key, and what its log says was charged: read with suspicion."""

from __future__ import annotations

import io
import json
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.videoapi.scripted_server import Action, Received, ScriptedServer, answer
from videoapi import (
    WAN_2_6_I2V,
    Forbidden,
    GenerationRequest,
    KeyInfo,
    KeyLimit,
    Retention,
    Status,
    UnreadableAnswer,
    VideoAPI,
    VideoAPIError,
    jpeg_data_url,
    read_key_info,
    read_log_page,
    sum_up,
)

KEY = "b747e891-canary-key-4f1d9a7be02c"
NOON = datetime(2026, 7, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

THE_KEY: dict[str, Any] = {
    "name": "20260202-key-for-videos",
    "disabled": False,
    "prefix": "b747e891",
    "scopes": ["model:video", "model:image"],
    "limit": {"retention": "day", "threshold": 25},
    "created_at": "2026-02-18T06:57:29.232Z",
    "updated_at": "2026-02-18T06:57:29.232Z",
    "monthly_usage": 12.345678,
}


def read(status: int = 200, **changes: object) -> KeyInfo:
    fields = {name: value for name, value in (THE_KEY | changes).items() if value is not ...}
    return read_key_info(status, {}, json.dumps({"data": fields}).encode(), key=KEY)


# The key.


def test_a_key_is_read_as_the_provider_describes_it() -> None:
    assert read() == KeyInfo(
        is_ours=True,
        name="20260202-key-for-videos",
        created_at=datetime(2026, 2, 18, 6, 57, 29, 232_000, tzinfo=UTC),
        disabled=False,
        scopes=frozenset({"model:video", "model:image"}),
        limit=KeyLimit(micros=25_000_000, retention=Retention.DAY),
        monthly_usage_micros=12_345_678,
    )


@pytest.mark.parametrize("prefix", ["a747e891", "b747e892", "B747E891", "", "b", "b74", KEY + "x", "[key]"])
def test_a_key_that_begins_otherwise_is_another_one(prefix: str) -> None:
    assert not read(prefix=prefix).is_ours


@pytest.mark.parametrize(
    ("limit", "understood"),
    [
        (None, None),
        (..., None),
        ({"retention": "no_reset", "threshold": 0}, KeyLimit(micros=0, retention=Retention.NO_RESET)),
        ({"retention": "week", "threshold": "2.50"}, KeyLimit(micros=2_500_000, retention=Retention.WEEK)),
        ({"retention": "MONTH", "threshold": 0.0000019}, KeyLimit(micros=1, retention=Retention.MONTH)),
        ({"retention": "year", "threshold": 5}, KeyLimit(micros=5_000_000, retention=None)),
        ({"threshold": 5}, KeyLimit(micros=5_000_000, retention=None)),
        ({"retention": "day"}, KeyLimit(micros=None, retention=Retention.DAY)),
        ({"retention": "day", "threshold": None}, KeyLimit(micros=None, retention=Retention.DAY)),
        ({"retention": "day", "threshold": -5}, KeyLimit(micros=None, retention=Retention.DAY)),
        ({"retention": "day", "threshold": True}, KeyLimit(micros=None, retention=Retention.DAY)),
        ({"retention": "day", "threshold": 10**40}, KeyLimit(micros=None, retention=Retention.DAY)),
        ({"retention": ["day"], "threshold": {}}, KeyLimit(micros=None, retention=None)),
        ({}, KeyLimit(micros=None, retention=None)),
        ([], KeyLimit(micros=None, retention=None)),
        (25, KeyLimit(micros=None, retention=None)),
        ("none", KeyLimit(micros=None, retention=None)),
        (False, KeyLimit(micros=None, retention=None)),
    ],
)
def test_a_limit_that_is_not_understood_is_not_taken_for_none(limit: object, understood: KeyLimit | None) -> None:
    assert read(limit=limit).limit == understood


@pytest.mark.parametrize(
    ("scopes", "understood"),
    [
        (None, None),
        (..., None),
        ([], frozenset()),
        (["model:video", 7, None, "", " x", "a" * 101], frozenset({"model:video", "7"})),
        ("model:video", frozenset()),
        ({"model:video": True}, frozenset()),
    ],
)
def test_scopes_that_are_not_understood_are_not_taken_for_all(
    scopes: object, understood: frozenset[str] | None
) -> None:
    assert read(scopes=scopes).scopes == understood


def test_no_more_scopes_are_kept_than_any_key_could_have() -> None:
    scopes = read(scopes=[f"model:{n}" for n in range(50_000)]).scopes
    assert scopes is not None
    assert len(scopes) == 100


@pytest.mark.parametrize(
    ("told", "micros"),
    [(0, 0), ("1.5", 1_500_000), (-1, None), (None, None), (..., None), ("much", None), (True, None), (10**30, None)],
)
def test_a_monthly_usage_that_makes_no_sense_is_not_told(told: object, micros: int | None) -> None:
    assert read(monthly_usage=told).monthly_usage_micros == micros


@pytest.mark.parametrize("told", [None, ..., "", "yesterday", 5, "9999-12-31T23:59:59-14:00", {}])
def test_a_time_of_making_that_makes_no_sense_is_not_told(told: object) -> None:
    assert read(created_at=told).created_at is None


def test_a_name_is_one_short_line() -> None:
    assert read(name=None).name == ""
    assert read(name="a\u202eb\n" + "c" * 500).name == ("a b " + "c" * 95 + "…")


@pytest.mark.parametrize(
    "changes",
    [{"disabled": None}, {"disabled": "false"}, {"disabled": 0}, {"disabled": ...}, {"prefix": None}, {"prefix": ...}],
)
def test_an_answer_that_does_not_say_which_key_or_if_it_works_is_unreadable(changes: dict[str, Any]) -> None:
    with pytest.raises(UnreadableAnswer, match="does not say which key, or if it works"):
        read(**changes)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b'{"data": []}', b'{"data": null}', b"<html>"])
def test_an_answer_without_a_key_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableAnswer, match="an answer about a key without the key"):
        read_key_info(200, {}, body, key=KEY)


@settings(max_examples=250, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([200, 204, 302, 401, 403, 404, 429, 500]),
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            THE_KEY,
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from(["retention", "threshold", "x"]), inner, max_size=3)
                ),
                max_leaves=8,
            ),
        ),
    ),
)
def test_any_answer_about_a_key_is_read_or_refused_as_one_of_our_errors(status: int, data: dict[str, Any]) -> None:
    try:
        info = read_key_info(status, {}, json.dumps({"data": data}).encode(), key=KEY)
    except VideoAPIError:
        return
    assert 200 <= status < 300
    assert info.limit is None or info.limit.micros is None or info.limit.micros >= 0
    repr(info).encode()


def test_the_key_is_asked_after_with_itself_and_is_in_nothing_that_is_kept() -> None:
    body = json.dumps({"data": THE_KEY | {"name": f"my {KEY}", "scopes": [KEY]}})
    with ScriptedServer([answer(200, body)]) as server:
        info = VideoAPI(server.base_url, KEY).key_info()
    assert server.requests[0].line == "GET /v1/key HTTP/1.1"
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert info.is_ours
    assert KEY not in repr(info)
    assert THE_KEY["prefix"] not in repr(info)


def test_a_provider_that_wants_a_management_key_for_this_refuses_ours() -> None:
    refusal = answer(403, '{"message": "A management key is required"}')
    with ScriptedServer([refusal]) as server, pytest.raises(Forbidden, match="A management key") as refused:
        VideoAPI(server.base_url, KEY).key_info()
    assert not refused.value.retryable


# What was charged.


def log_entry(inference: str = "gen-1", *, credits: object = 1_300_000, **changes: object) -> dict[str, object]:
    entry: dict[str, object] = {
        "created": "2026-07-02T11:30:00.000Z",
        "status": "succeeded",
        "origin": "api",
        "model": WAN_2_6_I2V.id,
        "cost": {"usd": 0.65, "credits": credits},
        "tokens": {"input": 0, "output": 0, "total": 0},
        "request_id": None,
        "inference_id": inference,
        "client_request_id": None,
    }
    return entry | changes


class Log:
    """A log of so many rows, newest first; with `grows`, a new row pushes the others on after each page."""

    def __init__(self, entries: list[dict[str, object]], *, grows: bool = False) -> None:
        self.entries, self.grows = entries, grows
        self.asked: list[dict[str, str]] = []

    def __call__(self, request: Received) -> Action:
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.line.split()[1]).query).items()}
        self.asked.append(query)
        start, limit = int(query["offset"]), int(query["limit"])
        more = start + limit < len(self.entries)
        body = {"data": self.entries[start : start + limit], "pagination": {"has_more": more}}
        if self.grows:
            self.entries.insert(0, log_entry(f"new-{len(self.asked)}"))
        return answer(200, json.dumps(body), keep_open=True)


def asked(log: Log, *, pages: int = 20) -> Any:
    with ScriptedServer(log) as server:
        api = VideoAPI(server.base_url, KEY, retries=0)
        charged = api.charged(NOON - HOUR, NOON, pages=pages)
        api.close()
    return charged


def test_the_charges_of_all_pages_are_summed() -> None:
    log = Log([log_entry(f"gen-{n}") for n in range(250)])
    charged = asked(log)
    assert (charged.micros, charged.requests, charged.complete) == (250 * 650_000, 250, True)
    assert [query["offset"] for query in log.asked] == ["0", "100", "200"]
    assert (log.asked[0]["start"], log.asked[0]["end"]) == ("2026-07-02T11:00:00.000Z", "2026-07-02T12:00:00.000Z")


def test_a_log_longer_than_the_pages_allowed_says_that_it_was_cut_off() -> None:
    log = Log([log_entry(f"gen-{n}") for n in range(250)])
    charged = asked(log, pages=2)
    assert (charged.micros, charged.requests, charged.complete) == (200 * 650_000, 200, False)
    assert len(log.asked) == 2


def test_a_log_that_fills_its_pages_to_the_last_row_is_complete() -> None:
    assert asked(Log([log_entry(f"gen-{n}") for n in range(200)]), pages=2).complete


def test_a_log_of_which_nothing_was_read_is_not_complete() -> None:
    log = Log([log_entry()])
    charged = asked(log, pages=0)
    assert (charged.rows, charged.complete, log.asked) == ((), False, [])


def test_rows_pushed_onto_the_next_page_meanwhile_count_once() -> None:
    charged = asked(Log([log_entry(f"gen-{n}") for n in range(250)], grows=True))
    assert (charged.requests, charged.complete) == (250, True)


def test_a_log_that_promises_more_and_gives_nothing_is_not_complete() -> None:
    with ScriptedServer([answer(200, '{"data": [], "pagination": {"has_more": true}}')]) as server:
        charged = VideoAPI(server.base_url, KEY, retries=0).charged(NOON - HOUR, NOON)
    assert (charged.rows, charged.complete) == ((), False)


def test_a_window_in_the_wrong_order_is_a_mistake_of_the_caller() -> None:
    with ScriptedServer([]) as server, pytest.raises(ValueError, match="in order"):
        VideoAPI(server.base_url, KEY).charged(NOON, NOON - HOUR)
    assert server.connections == 0


@pytest.mark.parametrize(
    ("cost", "micros", "told"),
    [
        ({"usd": 0.65, "credits": 1_300_000}, 650_000, True),
        ({"credits": 3}, 2, True),
        ({"usd": 0.65}, 650_000, True),
        ({"usd": 0.65, "credits": None}, 650_000, True),
        ({"usd": 0, "credits": 0}, 0, True),
        ({"usd": 0.65, "credits": -1_300_000}, 0, False),
        ({"usd": -0.65}, 0, False),
        ({"usd": 1e40, "credits": 10**40}, 0, False),
        ({"usd": 0.65, "credits": "many"}, 0, False),
        ({"usd": True}, 0, False),
        ({}, 0, False),
        (None, 0, False),
        (650_000, 0, False),
    ],
)
def test_a_charge_that_makes_no_sense_is_said_to_be_so(cost: object, micros: int, told: bool) -> None:
    body = json.dumps({"data": [log_entry(cost=cost)], "pagination": {"has_more": False}}).encode()
    rows = read_log_page(200, {}, body).rows
    assert [(row.micros, row.is_charge_told) for row in rows] == [(micros, told)]


def test_a_failed_row_costs_nothing_whatever_it_leaves_out() -> None:
    body = json.dumps({"data": [log_entry(cost=None, status="failed")], "pagination": {"has_more": False}}).encode()
    charged = sum_up(read_log_page(200, {}, body).rows, complete=True)
    assert (charged.micros, charged.requests, charged.rows[0].is_charge_told) == (0, 0, True)


def test_of_two_readings_of_one_row_the_one_with_the_charge_counts() -> None:
    entries = [log_entry(credits=0), log_entry(), log_entry(credits=0), log_entry("gen-2", credits=0)]
    body = json.dumps({"data": entries, "pagination": {"has_more": False}}).encode()
    charged = sum_up(read_log_page(200, {}, body).rows, complete=True)
    assert (charged.micros, charged.requests, len(charged.rows)) == (650_000, 1, 2)


# Both against the demo.


def test_the_demos_key_its_log_and_its_balance_tell_the_same(api: VideoAPI, tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((480, 360)).save(picture, "JPEG")
    begun = datetime.now(UTC)
    opening = api.balance()
    for name, words in (("ours.1", "static"), ("ours.2", "demo: result moderated"), ("ours.3", "static")):
        order = GenerationRequest(
            model=WAN_2_6_I2V.id,
            prompt=words,
            image_url=jpeg_data_url(picture.getvalue()),
            resolution="720p",
            duration=5,
            seed=7,
        )
        generation_id = api.create(order, client_request_id=name).generation_id
        never, end = threading.Event(), time.monotonic() + 60
        while api.look_up(generation_id).status not in (Status.COMPLETED, Status.ERROR):
            assert time.monotonic() < end, "the demo did not end it"
            never.wait(0.05)
    charged = api.charged(begun - timedelta(minutes=1), datetime.now(UTC) + timedelta(minutes=1))
    info, left = api.key_info(), api.balance()
    assert (charged.micros, charged.requests, charged.complete) == (1_050_000, 2, True)
    assert [row.client_request_id for row in charged.rows] == ["ours.3", "ours.2", "ours.1"]
    assert charged.rows[-1].micros == 525_000
    assert info.monthly_usage_micros == charged.micros
    assert opening.micros - left.micros == charged.micros
    assert (info.is_ours, info.disabled, info.limit) == (True, False, None)
    assert info.scopes == frozenset({"model:video"})
