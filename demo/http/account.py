"""What the provider tells about the account: balance, key, log of requests, and the catalogue of models."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from demo.http import answers
from demo.orders import prices
from demo.orders.ledger import Generation, Ledger, Outcome
from demo.orders.models import MODELS

LONGEST_WINDOW = timedelta(days=92)
MOST_ROWS = 100
USUAL_ROWS = 50
"""All three as documented for GET /v2/logs."""

_PERIOD = re.compile(r"([1-9]\d{0,5})([hd])")
_PREFIX_LENGTH = 8


class BadQuery(Exception):
    """The query of a log request is refused; the message says why."""


def billing(ledger: Ledger, now: float) -> dict[str, object]:
    """The pretend balance after everything completed so far."""
    return {"current_balance": prices.usd(prices.balance_credits(ledger.spent(now))), "currency": "USD"}


def key(ledger: Ledger, sent_key: str, now: float) -> dict[str, object]:
    """The key that was sent, as the provider describes one that may make videos and has no limit.

    What it spent this month (UTC) is what the log's rows of this month add up to.
    """
    moment = datetime.fromtimestamp(now, UTC)
    month = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return {
        "data": {
            "name": "demo",
            "disabled": False,
            "prefix": sent_key[:_PREFIX_LENGTH],
            "scopes": ["model:video"],
            "limit": None,
            "created_at": _written(month.timestamp()),
            "updated_at": _written(month.timestamp()),
            "monthly_usage": prices.usd(ledger.spent(now, since=month.timestamp())),
        }
    }


def models(request: Request) -> Response:
    """The catalogue, or what is asked for of it; a caller that already has this version gets 304."""
    asked = _words(request.query_params, "id")
    sections = _words(request.query_params, "include")
    if request.query_params.get("details") == "true":
        sections.add("all")
    body = {"object": "list", "data": [_entry(model, sections) for model in MODELS if not asked or model in asked]}
    tag = f'W/"{hashlib.sha256(json.dumps(body).encode()).hexdigest()[:27]}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return JSONResponse(body, headers={"ETag": tag})


def _entry(model: str, sections: set[str]) -> dict[str, object]:
    """One model with the sections of it that are asked for."""
    entry = prices.catalogue_entry(model)
    if sections & {"all", "pricing"}:
        entry["pricing"] = prices.pricing(model)
    has_sound = MODELS[model].has_sound
    if sections & {"all", "modalities"}:
        given = ["text", "image", *(["audio"] if "audio_url" in MODELS[model].takes else [])]
        entry["modalities"] = {"input": given, "output": ["video", *(["audio"] if has_sound else [])]}
    if sections & {"all", "capabilities"}:
        entry["capabilities"] = ["image_to_video", *(["audio_generation"] if has_sound else [])]
    return entry


def logs(ledger: Ledger, request: Request, sent_key: str, now: float) -> Response:
    """One row per accepted order in a window, newest first."""
    query = request.query_params
    try:
        start, end = _window(query, datetime.fromtimestamp(now, UTC))
        limit = _number(query, "limit", USUAL_ROWS, 1, MOST_ROWS)
        offset = _number(query, "offset", 0, 0, None)
        statuses = query.getlist("status")
        if not set(statuses) <= {"succeeded", "failed"}:
            raise BadQuery("status: Invalid enum value. Expected 'succeeded' | 'failed'")
    except BadQuery as bad:
        return answers.nested_error(400, request.url.path, [str(bad)], name="BadRequestException")
    prefix = query.get("key_prefix")
    if prefix is not None and prefix != sent_key[:_PREFIX_LENGTH]:
        message = "A management key is required to read the requests of another key"
        return answers.nested_error(403, request.url.path, message, name="ForbiddenException")
    names = query.getlist("model")
    rows = [
        row
        for row in (_row(generation, now) for generation in ledger.accepted_between(start, end))
        if (not statuses or row["status"] in statuses)
        and (not names or row["model"] in names or str(row["model"]).rpartition("/")[2] in names)
    ]
    page = rows[offset : offset + limit]
    return JSONResponse(
        {
            "data": page,
            "pagination": {
                "limit": limit,
                "offset": offset,
                "total": len(rows),
                "has_more": offset + len(page) < len(rows),
            },
        }
    )


def _row(generation: Generation, now: float) -> dict[str, object]:
    """What is still under way stands here too, as succeeded (the request was accepted) and without a charge."""
    end = generation.end_at(now)
    charged = generation.credits if end is Outcome.COMPLETED else 0
    return {
        "created": _written(generation.created),
        "status": "failed" if end is Outcome.ERROR else "succeeded",
        "origin": "api",
        "model": generation.model,
        "cost": {"usd": prices.usd(charged), "credits": charged},
        "tokens": {"input": 0, "output": 0, "total": 0},
        "request_id": generation.request_id,
        "inference_id": generation.id,
        "client_request_id": generation.client_request_id,
    }


def _window(query: QueryParams, now: datetime) -> tuple[float, float]:
    """The window of a log request, in seconds since 1970. Raises BadQuery."""
    period, start, end = query.get("period"), query.get("start"), query.get("end")
    if period is not None and start is None and end is None:
        match = _PERIOD.fullmatch(period)
        if match is None:
            raise BadQuery("period: Expected a positive integer followed by h or d")
        length = timedelta(hours=int(match[1]) * (24 if match[2] == "d" else 1))
        first, last = now - min(length, LONGEST_WINDOW + timedelta(days=1)), now
    elif period is None and start is not None and end is not None:
        first, last = _moment("start", start), _moment("end", end)
    else:
        raise BadQuery("Provide either period or both start and end")
    if last < first:
        raise BadQuery("end must not be earlier than start")
    if last - first > LONGEST_WINDOW:
        raise BadQuery("The window must not exceed 92 days")
    return first.timestamp(), last.timestamp()


def _moment(name: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as broken:
        raise BadQuery(f"{name}: Expected an ISO-8601 date") from broken
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _number(query: QueryParams, name: str, usual: int, least: int, most: int | None) -> int:
    text = query.get(name)
    if text is None:
        return usual
    if not re.fullmatch(r"\d{1,9}", text) or int(text) < least or (most is not None and int(text) > most):
        raise BadQuery(f"{name}: Expected a number from {least}" + ("" if most is None else f" to {most}"))
    return int(text)


def _words(query: QueryParams, name: str) -> set[str]:
    """Values given comma-separated, repeated, or both."""
    return {word.strip().lower() for value in query.getlist(name) for word in value.split(",") if word.strip()}


def _written(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
