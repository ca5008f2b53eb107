"""Every failure that words in a prompt ask for, seen over real HTTP."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import requests

from demo.orders.failures import ENDS_IN, TABLE, Failure, wanted

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "demo.md"


def test_the_document_lists_exactly_the_wanted_failures() -> None:
    rows = re.findall(r"^\| `(demo: [^`]+)` \| (.+?) \| (.+?) \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [(str(failure), row.happens, row.seen) for failure, row in TABLE.items()]


def test_every_failure_has_its_row() -> None:
    assert set(TABLE) == set(Failure)


@pytest.mark.parametrize(
    ("prompt", "failure"),
    [
        ("a cat", None),
        ("demo", None),
        ("a demo of server errors", None),
        ("a cat, demo: busy", Failure.BUSY),
        ("DEMO:  Lost\n answer please", Failure.LOST_ANSWER),
        ("demo: server error", Failure.ERROR_AFTER),
        ("demo: server error before", Failure.ERROR_BEFORE),
        ("demo: too busy", Failure.TOO_BUSY),
        ("demo: stuck, demo: busy", Failure.STUCK),
    ],
)
def test_words_in_a_prompt_choose_the_failure(prompt: str, failure: Failure | None) -> None:
    assert wanted(prompt) is failure


@pytest.mark.parametrize("failure", list(Failure))
def test_each_failure_is_chosen_by_its_own_words(failure: Failure) -> None:
    assert wanted(f"A cat. {failure}.") is failure


@pytest.mark.parametrize(
    ("failure", "status", "content_type", "words"),
    [
        (Failure.OUT_OF_CREDIT, 403, "application/json", "err_insufficent_credits"),
        (Failure.KEY_REJECTED, 401, "application/json", "valid API key"),
        (Failure.INVALID, 400, "application/json", "prompt: "),
        (Failure.ERROR_BEFORE, 503, "application/json", "Service unavailable"),
        (Failure.HTML, 502, "text/html", "<h1>502 Bad Gateway</h1>"),
    ],
)
def test_a_refusal_accepts_nothing(provider: Any, failure: Failure, status: int, content_type: str, words: str) -> None:
    answer = provider.post(provider.order(str(failure)), client_request_id=f"refused-{status}")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith(content_type)
    assert words in answer.text
    assert f"refused-{status}" not in [row["client_request_id"] for row in provider.log_rows()]


def test_a_busy_provider_says_when_to_come_back_twice_and_then_accepts(provider: Any) -> None:
    answers = [provider.post(provider.order("static, demo: busy")) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert [answer.headers.get("retry-after") for answer in answers] == ["2", "2", None]


def _found(provider: Any, client_request_id: str) -> str:
    (row,) = [row for row in provider.log_rows() if row["client_request_id"] == client_request_id]
    return str(row["inference_id"])


def test_an_order_whose_answer_is_lost_was_accepted_and_is_in_the_log(provider: Any) -> None:
    with pytest.raises(requests.ConnectionError, match="without response"):
        provider.post(provider.order("static, demo: lost answer"), client_request_id="lost-1")
    assert provider.ended(_found(provider, "lost-1"))["status"] == "completed"


def test_an_order_whose_answer_is_cut_was_accepted_and_is_in_the_log(provider: Any) -> None:
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        provider.post(provider.order("demo: cut answer"), client_request_id="cut-1")
    assert provider.look(_found(provider, "cut-1")).status_code == 200


def test_a_server_error_can_come_after_the_order_was_accepted(provider: Any) -> None:
    answer = provider.post(provider.order("demo: server error"), client_request_id="error-1")
    assert answer.status_code == 500
    assert provider.look(_found(provider, "error-1")).status_code == 200


@pytest.mark.parametrize("failure", list(ENDS_IN))
def test_an_accepted_order_that_fails_says_why_and_costs_nothing(provider: Any, failure: Failure) -> None:
    client_request_id = f"fails-{failure.name}"
    answer = provider.post(provider.order(str(failure)), client_request_id=client_request_id)
    assert answer.status_code == 200
    end = provider.ended(answer.json()["id"])
    assert (end["status"], end["video"], end["error"]) == ("error", None, ENDS_IN[failure])
    (row,) = [row for row in provider.log_rows() if row["client_request_id"] == client_request_id]
    assert (row["status"], row["cost"]) == ("failed", {"usd": 0.0, "credits": 0})


def test_strange_status_words_come_first_and_then_the_usual_ones(provider: Any) -> None:
    generation_id = provider.place("static, demo: strange status")
    words = [provider.look(generation_id).json()["status"] for _ in range(3)]
    assert words == ["waiting", "active", "post-processing"]
    assert provider.ended(generation_id)["status"] == "completed"


def test_look_ups_fail_three_times_in_three_ways_and_then_work(provider: Any) -> None:
    generation_id = provider.place("static, demo: look-up trouble")
    first, second = provider.look(generation_id), provider.look(generation_id)
    assert (first.status_code, first.headers["content-type"].partition(";")[0]) == (524, "text/html")
    assert second.status_code == 404
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        provider.look(generation_id)
    assert provider.look(generation_id).status_code == 200


def test_a_stuck_generation_goes_on_for_ever(provider: Any) -> None:
    generation_id = provider.place("demo: stuck")
    assert {provider.look(generation_id).json()["status"] for _ in range(5)} == {"generating"}
