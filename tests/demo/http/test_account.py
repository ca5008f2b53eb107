"""Balance, key, log and catalogue: what an owner's page reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from demo.http import account
from demo.orders import prices
from demo.orders.ledger import Generation, Ledger, Outcome


def test_a_completed_video_costs_its_seconds_and_the_balance_goes_down(provider: Any) -> None:
    def spent() -> float:
        return float(provider.get("/v1/key").json()["data"]["monthly_usage"])

    before = spent()
    generation_id = provider.place("static", seed=5)
    assert spent() - before < 0.525 or provider.look(generation_id).json()["status"] == "completed"
    provider.ended(generation_id)
    rows = {row["inference_id"]: row for row in provider.log_rows()}
    assert rows[generation_id]["cost"] == {"usd": 0.525, "credits": 1_050_000}
    assert spent() - before >= 0.525 - 1e-9
    balance = provider.get("/v2/billing").json()
    assert balance["currency"] == "USD"
    assert 10 <= balance["current_balance"] <= 50 - 0.525


@pytest.mark.parametrize(
    ("resolution", "seconds", "usd"),
    [("720p", 5, 0.525), ("720p", 15, 1.575), ("1080p", 5, 0.7875), ("1080p", 10, 1.575), ("1080p", 15, 2.3625)],
)
def test_prices_are_those_of_the_providers_sample(resolution: str, seconds: int, usd: float) -> None:
    assert prices.usd(prices.cost_credits("alibaba/wan-2-6-i2v", resolution, seconds)) == usd


@pytest.mark.parametrize("spent_usd", [0, 1, 39.9, 40, 40.1, 79, 1234.5])
def test_the_pretend_balance_never_runs_dry(spent_usd: float) -> None:
    left = prices.usd(prices.balance_credits(round(spent_usd * prices.CREDITS_PER_USD)))
    assert 10 <= left <= 50


def test_the_catalogue_needs_no_key_and_quotes_a_rate_a_second(provider: Any) -> None:
    address = f"{provider.base_url}/v1/models?id=alibaba/wan-2-6-i2v&include=pricing"
    answer = requests.get(address, timeout=10)
    (entry,) = answer.json()["data"]
    assert entry["id"] == "alibaba/wan-2-6-i2v"
    rates = {row["when"]["resolution"]: (row["price"], row["unit"], row["per"]) for row in entry["pricing"]["variants"]}
    assert rates == {"720p": (0.105, "second", 1), "1080p": (0.1575, "second", 1)}
    again = requests.get(address, headers={"If-None-Match": answer.headers["etag"]}, timeout=10)
    assert (again.status_code, again.content) == (304, b"")


def test_the_catalogue_is_small_unless_more_is_asked_for(provider: Any) -> None:
    assert "pricing" not in provider.get("/v1/models").json()["data"][0]
    assert provider.get("/v1/models?id=another/model").json()["data"] == []


def test_the_key_may_make_videos(provider: Any) -> None:
    data = provider.get("/v1/key").json()["data"]
    assert (data["disabled"], data["prefix"], data["scopes"]) == (False, "a-key-fo", ["model:video"])


def test_the_log_is_newest_first_and_comes_in_pages(provider: Any) -> None:
    ids = [provider.place("demo: stuck") for _ in range(3)]
    first = provider.get("/v2/logs?period=1h&limit=2").json()
    second = provider.get("/v2/logs?period=1h&limit=2&offset=2").json()
    assert [row["inference_id"] for row in first["data"]] == [ids[2], ids[1]]
    assert second["data"][0]["inference_id"] == ids[0]
    assert first["pagination"] | {"total": 0} == {"limit": 2, "offset": 0, "total": 0, "has_more": True}
    assert first["pagination"]["total"] >= 3


def test_the_log_of_a_window_holds_only_that_window(provider: Any) -> None:
    before = datetime.now(UTC)
    provider.place("demo: stuck")
    hour = timedelta(hours=1)

    def rows(start: datetime, end: datetime) -> int:
        query = f"start={start:%Y-%m-%dT%H:%M:%S.%f}Z&end={end:%Y-%m-%dT%H:%M:%S.%f}Z"
        return int(provider.get(f"/v2/logs?{query}").json()["pagination"]["total"])

    assert rows(before, before + hour) == 1
    assert rows(before + hour, before + 2 * hour) == 0


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?period=1h&start=2026-01-01&end=2026-01-02",
        "?start=2026-01-01",
        "?period=0h",
        "?period=7w",
        "?period=93d",
        "?period=999999d",
        "?start=2026-01-02&end=2026-01-01",
        "?start=2026-01-01&end=2026-06-01",
        "?start=yesterday&end=2026-01-01",
        "?period=1h&limit=0",
        "?period=1h&limit=101",
        "?period=1h&offset=-1",
        "?period=1h&status=succeeded,failed",
    ],
)
def test_a_log_query_that_breaks_the_rules_is_refused(provider: Any, query: str) -> None:
    assert provider.get(f"/v2/logs{query}").status_code == 400


def test_the_log_can_be_narrowed_to_a_model_and_an_outcome(provider: Any) -> None:
    def total(query: str) -> int:
        return int(provider.get(f"/v2/logs?period=1h&{query}").json()["pagination"]["total"])

    provider.ended(provider.place("demo: result moderated"))
    assert total("model=wan-2-6-i2v") == total("model=alibaba/wan-2-6-i2v") >= 1
    assert total("model=wan-2-6-i2v") + total("model=wan-2-7-i2v") == total("")
    assert total("model=other") == 0
    assert total("status=failed") >= 1
    assert total("status=failed") + total("status=succeeded") == total("status=failed&status=succeeded")


def test_the_log_of_another_key_needs_more_than_this_key(provider: Any) -> None:
    assert provider.get("/v2/logs?period=1h&key_prefix=someelse").status_code == 403


JULY, AUGUST = (datetime(2026, month, 1, tzinfo=UTC).timestamp() for month in (7, 8))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "demo.sqlite3")
    yield opened
    opened.close()


def charged(ledger: Ledger, *, created: float, due: float | None, outcome: Outcome | None) -> None:
    """One order of $0.525 in the ledger, as it stands."""
    number = len(ledger.accepted_between(0, AUGUST * 2))
    ledger.add(
        Generation(
            id=f"gen-{number}",
            request_id="request",
            client_request_id=None,
            created=created,
            due=due,
            started=created,
            outcome=outcome,
            error=None,
            model="alibaba/wan-2-6-i2v",
            settings={},
            image_url=None,
            failure=None,
            credits=prices.cost_credits("alibaba/wan-2-6-i2v", "720p", 5),
            file_name=f"{number}.mp4",
            polls=0,
            downloads=0,
        )
    )


def usage(ledger: Ledger, now: float) -> float:
    data: Any = account.key(ledger, "a-key-for-tests", now)["data"]
    return float(data["monthly_usage"])


def test_the_keys_usage_begins_anew_with_each_month_and_the_balance_does_not(ledger: Ledger) -> None:
    charged(ledger, created=JULY, due=JULY + 5, outcome=Outcome.COMPLETED)
    charged(ledger, created=AUGUST - 1, due=AUGUST + 4, outcome=Outcome.COMPLETED)
    charged(ledger, created=AUGUST, due=AUGUST + 5, outcome=Outcome.COMPLETED)
    assert usage(ledger, JULY + 5) == 0.525
    assert usage(ledger, AUGUST - 0.5) == 0.525
    assert usage(ledger, AUGUST) == 0
    assert usage(ledger, AUGUST + 60) == 0.525
    assert account.billing(ledger, AUGUST + 60)["current_balance"] == 50 - 3 * 0.525


def test_only_what_has_been_seen_to_complete_is_in_the_keys_usage(ledger: Ledger) -> None:
    charged(ledger, created=JULY, due=JULY + 5, outcome=Outcome.ERROR)
    charged(ledger, created=JULY, due=JULY + 5, outcome=None)
    charged(ledger, created=JULY, due=None, outcome=None)
    charged(ledger, created=JULY, due=JULY + 60, outcome=Outcome.COMPLETED)
    assert usage(ledger, JULY + 59) == 0
    assert usage(ledger, JULY + 60) == 0.525


def test_nothing_of_an_order_that_failed_is_taken_from_the_balance(ledger: Ledger) -> None:
    charged(ledger, created=JULY, due=JULY + 5, outcome=Outcome.ERROR)
    assert account.billing(ledger, JULY + 60)["current_balance"] == 50
    charged(ledger, created=JULY, due=JULY + 5, outcome=Outcome.COMPLETED)
    assert account.billing(ledger, JULY + 60)["current_balance"] == 50 - 0.525


def test_an_order_that_failed_tells_of_no_usage_wherever_usage_is_told(provider: Any) -> None:
    generation_id = provider.place("demo: result moderated")
    assert provider.ended(generation_id)["status"] == "error"
    answer = provider.look(generation_id)
    assert answer.json()["meta"] == {"usage": {"credits_used": 0, "usd_spent": 0}}
    told = (answer.headers["x-aimlapi-credits-used"], float(answer.headers["x-aimlapi-usd-spent"]))
    assert told == ("0", 0)
    (row,) = [row for row in provider.log_rows() if row["inference_id"] == generation_id]
    assert row["cost"] == {"usd": 0, "credits": 0}


def test_the_keys_usage_is_what_the_rows_of_the_log_add_up_to(provider: Any) -> None:
    provider.ended(provider.place("static", seed=6))
    rows = provider.get("/v2/logs?period=1h&limit=100").json()["data"]
    this_month = [row for row in rows if row["created"] >= f"{datetime.now(UTC):%Y-%m}"]
    total = sum(row["cost"]["usd"] for row in this_month)
    assert provider.get("/v1/key").json()["data"]["monthly_usage"] == pytest.approx(total)
