"""Logs for machines and owners: one JSON line an event on stderr, and no secret in any.

`time`, `level`, `logger`, `message`, and what else the event is about as fields beside them. Jobs and visitors by the
first 8 characters of their ids; a trace stays within its line.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from pythonjsonlogger.core import BaseJsonFormatter
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from studio.diagnostics.log_limits import LimitedHandler, LogLimits
from studio.settings import Settings
from studio.storage.secret_file import secret_in
from videoapi.untrusted import escaped_forms

HIDDEN = "[hidden]"
SECRET_MIN = 4
"""Characters. Shorter ones occur in any text; hiding them would hide the log."""
SHORT = 8
"""Characters of an id that suffice to find it again, and with which nobody can fetch anything."""
TEXT_MAX = 2_000
"""Characters of one value: nobody's description of a video belongs into a log."""
TRACE_MAX = 20_000

QUIET = ("urllib3", "requests", "botocore", "alembic", "uvicorn.error", "httpx2", "httpcore2")
"""From WARNING on: they write the addresses of all they fetch, signatures included, or of everybody who comes."""

SILENT = ("uvicorn.access",)
"""A line for every request, with whole ids and private links in it."""

_PATTERNS = [
    # "Authorization: Bearer …", "Authorization: Basic …".
    (re.compile(r"((?:Bearer|Authorization\W{1,4}Basic)\s+)[^\s\"',;]{6,}", re.IGNORECASE), rf"\1{HIDDEN}"),
    # Signed addresses, and what opens a door: ?code=…, ?token=….
    (
        re.compile(
            r"((?<![A-Za-z0-9_])(?:Signature|OSSAccessKeyId|Expires|X-(?:Amz|Oss)-[A-Za-z-]{1,40}|(?:[a-z]{1,40}_)?(?:token|secret)"
            r"|sig|code|api_?key|key|password)=)[^&\s\"'<>]+",
            re.IGNORECASE,
        ),
        rf"\1{HIDDEN}",
    ),
    # The same of a store in an address that is itself a parameter, in JSON, or as a header.
    (
        re.compile(
            r"((?:Signature|(?:OSS|AWS)AccessKeyId|Security-?Token|X-(?:Amz|Oss)-[A-Za-z-]{1,40})"
            r"(?:%(?:25){0,4}3D|[\\\"']*\s*[:=]\s*[\\\"']*))(?:(?!%(?:25){0,4}26)[^&\s\\\"'<>,;])+",
            re.IGNORECASE,
        ),
        rf"\1{HIDDEN}",
    ),
    # A cookie is who somebody is; a private link opens their gallery.
    (re.compile(r"((?:kineograph_visitor|_streamlit_[a-z]+)=)[^;\s\"']+"), rf"\1{HIDDEN}"),
    (re.compile(r"(/open/)[A-Za-z0-9_-]+"), rf"\1{HIDDEN}"),
    # User and password of an address.
    (re.compile(r"(://[^/\s:@]*:)[^/\s@]+(?=@)"), rf"\1{HIDDEN}"),
    # What databases quote of the row that they refuse: it holds what a person typed.
    (re.compile(r"\[parameters: .*?(?=\n|$)"), f"[parameters: {HIDDEN}]"),
    # A row has as many lines as was typed: its end is known only by what comes after it.
    (
        re.compile(
            r"(Failing row contains ).*?(?=\)\.\n(?:\[SQL: |CONTEXT: |\n(?:The above|During handling) )|\Z)", re.DOTALL
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"(Key \([^)\n]{0,200}\)=\().*?(?=\) (?:already exists|is )|\Z)", re.DOTALL), rf"\1{HIDDEN}"),
]

_IDS = frozenset({"job", "visitor"})


def short(identity: str) -> str:
    """As much of a job's or visitor's id as a log may have."""
    return identity[:SHORT]


class Redactor:
    """Takes secrets out of text: these ones literally, and whatever looks like one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        every = {secret for secret in secrets if len(secret) >= SECRET_MIN}
        # The longest first: one may be the beginning of another.
        longest_first = sorted(every, key=len, reverse=True)
        self._literal = re.compile("|".join(map(escaped_forms, longest_first))) if every else None

    def text(self, text: str) -> str:
        """The text without secrets."""
        if self._literal is not None:
            text = self._literal.sub(HIDDEN, text)
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
        return text

    def value(self, value: object, limit: int = TEXT_MAX) -> Any:
        """A value fit for JSON, without secrets in it, however deep."""
        match value:
            case None | bool() | int() | float():
                # An enum of numbers stays a number; everything else that is not plain becomes text below.
                return value
            case Mapping():
                return {self.text(str(key)): self.value(inner, limit) for key, inner in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self.value(inner, limit) for inner in value]
        text = self.text(str(value))
        return text if len(text) <= limit else f"{text[:limit]} … ({len(text)} characters)"


def secrets_of(settings: Settings) -> list[str]:
    """Every secret that the settings hold, and the cookies' one that was made for them."""
    hidden = (
        settings.aimlapi_key,
        settings.owner_code,
        settings.cookie_secret,
        *settings.old_cookie_secrets,
        settings.database_url,
        settings.oidc_client_secret,
    )
    found = [secret.get_secret_value() for secret in hidden if secret is not None]
    if settings.database_url is not None:
        try:
            password = make_url(settings.database_url.get_secret_value()).password
        except ArgumentError:
            password = None  # not an address; the start fails at it in a moment
        found += [str(password)] if password else []
    if settings.cookie_secret is None and settings.data_dir.is_dir():
        found.append(secret_in(settings.data_dir))
    return found


class JsonLine(BaseJsonFormatter):
    """One event as one line of JSON."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__(["levelname", "name", "message"], rename_fields={"levelname": "level", "name": "logger"})
        # Uvicorn's second message, in colours.
        self.reserved_attrs |= {"color_message"}
        self._skip_fields |= {"color_message"}
        self._redactor = redactor

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """The time first: a person reads it too."""
        at = datetime.fromtimestamp(record.created, tz=UTC)
        log_data["time"] = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        super().add_fields(log_data, record, message_dict)

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Shorten ids, hide secrets: in the message with its arguments, in fields, in traces."""
        traces = ("exc_info", "stack_info")
        return {
            key: short(self._redactor.text(str(value)))
            if key in _IDS
            else self._redactor.value(value, TRACE_MAX if key in traces else TEXT_MAX)
            for key, value in log_data.items()
        }

    def jsonify_log_record(self, log_data: dict[str, Any]) -> str:
        """ASCII only: a character that ends lines somewhere must not end this one."""
        return json.dumps(log_data, allow_nan=True)


class _OneVoice(logging.Logger):
    """A logger that writes through the root's handlers alone, whatever handler a library gives it afterwards."""

    def callHandlers(self, record: logging.LogRecord) -> None:
        logging.getLogger().callHandlers(record)


def begin(settings: Settings) -> None:
    """From now on this process logs like this: the app, the server, Streamlit, libraries, warnings, dying threads.

    May be called again, when more secrets are known.
    """
    handler = LimitedHandler(sys.stderr, LogLimits())
    handler.setFormatter(JsonLine(Redactor(secrets_of(settings))))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # Uvicorn's loggers and Streamlit's bring handlers of their own, and later ones will.
    logging.setLoggerClass(_OneVoice)
    for logger in list(logging.Logger.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            logger.handlers.clear()
            logger.propagate = logger.name not in SILENT
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    threading.excepthook = _thread_died
    sys.excepthook = _process_dies


def _thread_died(what: threading.ExceptHookArgs) -> None:
    if what.exc_type is not SystemExit and what.exc_value is not None:
        logging.getLogger(__name__).critical(
            "a thread died", exc_info=what.exc_value, extra={"of": what.thread.name if what.thread else ""}
        )


def _process_dies(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger(__name__).critical("the process dies", exc_info=(kind, error, trace))
