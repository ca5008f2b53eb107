"""Errors in the shapes the provider is known to use. At least four are in the wild; each is used here somewhere."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from http import HTTPStatus
from pathlib import Path
from string import Template

from starlette.responses import HTMLResponse, JSONResponse, Response

KEY_WANTED = "This request requires a valid API key. You can create a new API key on the Billing page: https://aimlapi.com/app/keys"
OUT_OF_CREDIT = (
    "You've run out of credits. Please top up your balance or update your payment method to continue: "
    "https://aimlapi.com/app/billing/"
)


def flat_error(status: int, path: str, message: str, *, retry_after_s: int | None = None) -> Response:
    """The older shape: everything at the top (seen with 401 and 429)."""
    body = {
        "requestId": secrets.token_urlsafe(16),
        "statusCode": status,
        "timestamp": _now(),
        "path": path,
        "message": message,
    }
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return JSONResponse(body, status_code=status, headers=headers)


def nested_error(
    status: int, path: str, message: str | Sequence[str], *, name: str, kind: str | None = None
) -> Response:
    """The newer shape: title, status and an `error` object (seen with 403). For refused fields `message` is a list."""
    sentence = message if isinstance(message, str) else "Body validation error!"
    error: dict[str, object] = {"name": name, "message": sentence}
    if kind is not None:
        error["data"] = {"kind": kind}
    body = {
        "title": HTTPStatus(status).phrase,
        "status": status,
        "message": message if isinstance(message, str) else list(message),
        "instance": f"{path}?",
        "timestamp": _now(),
        "requestId": secrets.token_urlsafe(16),
        "error": error,
    }
    return JSONResponse(body, status_code=status)


def gateway_page(status: int, title: str) -> Response:
    """A page from the gateway in front of the API: HTML where JSON was expected."""
    return HTMLResponse(_filled_in("gateway_page.html", status=status, title=title), status_code=status)


def store_error(status: int, code: str, message: str) -> Response:
    """A refusal as object stores put it: XML."""
    body = _filled_in("store_error.xml", code=code, message=message, request=secrets.token_hex(12).upper())
    return Response(body, status_code=status, media_type="application/xml")


def _filled_in(name: str, **values: object) -> str:
    written = Path(__file__).with_name(name).read_text("utf-8")
    return Template(written).substitute({key: escape(str(value)) for key, value in values.items()})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
