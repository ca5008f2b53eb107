"""One JSON line an event, and no secret in any: in messages, arguments, fields, traces, and what libraries say."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from studio.diagnostics.logs import HIDDEN, TEXT_MAX, JsonLine, Redactor, secrets_of, short
from studio.settings import Settings
from studio.storage.secret_file import secret_in

KEY = "canary-key-7d1f"
OWNER_CODE = "canary owner code/9&"
COOKIE_SECRET = 'canary"cookie\\secret of 32 letters'
PASSWORD = "canary-p@ss:word"
DATABASE = "postgresql+psycopg://films:canary-p%40ss%3Aword@db.example/films"
CANARIES = (KEY, OWNER_CODE, COOKIE_SECRET, PASSWORD)

Logged = Callable[[], list[dict[str, Any]]]


def settings() -> Settings:
    return Settings(
        aimlapi_key=SecretStr(KEY),
        owner_code=SecretStr(OWNER_CODE),
        cookie_secret=SecretStr(COOKIE_SECRET),
        database_url=SecretStr(DATABASE),
    )


@pytest.fixture
def written() -> io.StringIO:
    """What the handler has written."""
    return io.StringIO()


@pytest.fixture
def log(written: io.StringIO) -> logging.Logger:
    """A logger of this test's own, with the handler that the app's root has."""
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLine(Redactor(secrets_of(settings()))))
    logger = logging.Logger("studio.somewhere")
    logger.addHandler(handler)
    return logger


def only_line(written: io.StringIO) -> dict[str, Any]:
    """The one event that was written."""
    lines = written.getvalue().splitlines()
    assert len(lines) == 1
    event: dict[str, Any] = json.loads(lines[0])
    return event


def test_an_event_is_one_line_with_its_time_level_logger_message_and_fields(
    log: logging.Logger, written: io.StringIO
) -> None:
    log.info("job %s", "moved", extra={"job": "1a2b3c4d" * 4, "looks": 3, "free": True, "price": None})
    event = only_line(written)
    assert event.pop("time").endswith("Z")
    assert event == {
        "level": "INFO",
        "logger": "studio.somewhere",
        "message": "job moved",
        "job": "1a2b3c4d",
        "looks": 3,
        "free": True,
        "price": None,
    }


@pytest.mark.parametrize("name", ["job", "visitor"])
def test_a_job_or_visitor_is_never_named_in_full(log: logging.Logger, written: io.StringIO, name: str) -> None:
    log.info("seen", extra={name: "0123456789abcdef" * 2})
    assert only_line(written)[name] == short("0123456789abcdef") == "01234567"


def test_a_trace_stays_within_its_line(log: logging.Logger, written: io.StringIO) -> None:
    try:
        raise RuntimeError("first\nsecond\u2028third\x85fourth")
    except RuntimeError:
        log.exception("broke\nhere")
    event = only_line(written)
    assert event["message"] == "broke\nhere"
    assert event["exc_info"].startswith("Traceback")
    assert "second" in event["exc_info"]


@pytest.mark.parametrize("secret", CANARIES)
@pytest.mark.parametrize(
    "say",
    [
        lambda log, secret: log.info(f"with {secret} in it"),
        lambda log, secret: log.info("with %s in it", secret),
        lambda log, secret: log.info("with %r in it", secret),
        lambda log, secret: log.info("with %s in it", {"deep": [secret]}),
        lambda log, secret: log.info("with", extra={"field": secret}),
        lambda log, secret: log.info("with", extra={"field": {"deep": [{"deeper": (secret,)}], secret: 1}}),
        lambda log, secret: log.info("with", extra={"job": secret}),
        lambda log, secret: log.info("with", extra={"field": ValueError(secret)}),
        lambda log, secret: log.info(json.dumps({"key": secret})),
        lambda log, secret: log.error("broke", exc_info=ValueError(f"no {secret} here")),
        lambda log, secret: log.error("broke", exc_info=_caused(secret)),
    ],
)
def test_no_secret_of_the_settings_gets_into_the_log_by_any_way(
    log: logging.Logger, written: io.StringIO, say: Callable[[logging.Logger, str], None], secret: str
) -> None:
    say(log, secret)
    said = written.getvalue()
    assert secret not in said
    assert secret not in json.dumps(only_line(written), ensure_ascii=False)
    assert secret[: len(secret) // 2] not in said


def _caused(secret: str) -> BaseException:
    try:
        try:
            raise KeyError(secret)
        except KeyError as first:
            raise RuntimeError("then") from first
    except RuntimeError as error:
        return error


def test_the_cookies_secret_that_was_made_for_the_owner_is_in_no_log(tmp_path: Path, written: io.StringIO) -> None:
    made = secret_in(tmp_path)
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLine(Redactor(secrets_of(Settings(data_dir=tmp_path)))))
    logger = logging.Logger("studio.somewhere")
    logger.addHandler(handler)
    logger.error("signed with %s", made, extra={"cookie": {"secret": [made]}}, exc_info=ValueError(made))
    assert only_line(written)["message"] == f"signed with {HIDDEN}"
    assert made not in written.getvalue()


def test_the_address_of_the_database_is_hidden_however_it_is_written(log: logging.Logger, written: io.StringIO) -> None:
    log.info("connecting to %s and postgresql://someone:other-canary@elsewhere/db", DATABASE)
    assert "canary" not in written.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer canary",
        "{'Authorization': 'Bearer canary'}",
        "https://cdn.example/v.mp4?Expires=1&OSSAccessKeyId=canary&Signature=canary%2Bx",
        "https://s3.example/v.mp4?X-Amz-Credential=canary&X-Amz-Signature=canary&x-amz-security-token=canary",
        "Max retries exceeded with url: /v.mp4?signature=canary (Caused by",
        "GET /?code=canary HTTP/1.1",
        "GET /video?token=canary&sig=canary",
        "GET /open/canary",
        "GET /oauth2callback?state=x&code=canary",
        "Cookie: kineograph_visitor=canary; _streamlit_user=canary",
        "kineograph_visitor=canary",
        "refresh_token=canary&client_secret=canary",
    ],
)
def test_what_looks_like_a_secret_is_hidden_even_where_nobody_knew_of_it(text: str) -> None:
    hidden = Redactor().text(text)
    assert "canary" not in hidden
    assert HIDDEN in hidden


@pytest.mark.parametrize(
    "text",
    [
        "decoding a picture ended with code 9",
        "order=12 and barcode=7",
        "mykey=value",
        "https://api.example/v2/generations?generation_id=abc",
        "the bearer of this",
    ],
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    assert Redactor().text(text) == text


def test_a_setting_too_short_to_be_a_secret_does_not_black_out_the_log() -> None:
    assert Redactor(["a", "", "pg"]).text("a page") == "a page"


def test_what_a_person_typed_does_not_come_by_way_of_the_databases_errors(
    log: logging.Logger, written: io.StringIO
) -> None:
    engine = create_engine("sqlite://")
    words = "A dragon's secret wedding\nby the lake"
    with engine.connect() as connection:
        try:
            connection.exec_driver_sql("INSERT INTO nowhere VALUES (?)", (words,))
        except SQLAlchemyError as error:
            log.exception("broke", exc_info=error)
    engine.dispose()
    assert "nowhere" in written.getvalue()
    assert "dragon" not in written.getvalue()


@pytest.mark.parametrize(
    "words", ["A dragon's secret wedding", "A dragon's secret wedding\nby the lake", "two) dragons (in love\n) is"]
)
def test_what_postgresql_quotes_of_a_row_that_it_refuses_is_hidden(
    postgres_url: str, log: logging.Logger, written: io.StringIO, words: str
) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE said (words text PRIMARY KEY, age int NOT NULL)")
        connection.exec_driver_sql("INSERT INTO said VALUES (%s, 1)", (words,))
    for statement in ("INSERT INTO said VALUES (%s, 1)", "INSERT INTO said VALUES (%s || '!', NULL)"):
        with engine.connect() as connection:
            try:
                connection.exec_driver_sql(statement, (words,))
            except IntegrityError as error:
                log.exception("broke", exc_info=error)
    engine.dispose()
    assert "Key (words)=([hidden]" in written.getvalue()
    assert "Failing row contains [hidden]" in written.getvalue()
    for word in ("dragon", "wedding", "lake", "love"):
        assert word not in written.getvalue()


def test_a_long_text_is_cut(log: logging.Logger, written: io.StringIO) -> None:
    log.info("%s", "word " * 10_000, extra={"prompt": "word " * 10_000})
    event = only_line(written)
    assert len(event["message"]) < TEXT_MAX + 100
    assert len(event["prompt"]) < TEXT_MAX + 100


WHOLE_PROCESS = """
import logging, sys, threading, warnings
import streamlit
from streamlit.logger import get_logger
early = get_logger("streamlit.early")
access = logging.getLogger("uvicorn.access")
access.handlers, access.propagate = [logging.StreamHandler()], False
from studio.diagnostics import logs
from studio.settings import Settings
logs.begin(Settings())
logs.begin(Settings())
late = get_logger("streamlit.late")
early.warning("early canary-key-7d1f")
late.warning("late canary-key-7d1f")
get_logger("root").warning("whole canary-key-7d1f")
logging.getLogger("uvicorn.error").error("server canary-key-7d1f")
logging.getLogger("urllib3.connectionpool").debug("never")
logging.getLogger("urllib3.connectionpool").info("never")
access.info("never")
logging.getLogger("studio.x").info("ours", extra={"job": "1" * 32})
warnings.warn("warned canary-key-7d1f")
def dies(): raise ValueError("thread canary-key-7d1f")
thread = threading.Thread(target=dies); thread.start(); thread.join()
raise ValueError("process canary-key-7d1f")
"""


def test_the_whole_process_speaks_so_the_server_streamlit_warnings_and_its_last_words(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    ended = subprocess.run(
        [sys.executable, "-c", WHOLE_PROCESS],
        env={"PYTHONPATH": str(root), "AIMLAPI_KEY": KEY, "STUDIO_DATA_DIR": str(tmp_path), "HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert KEY not in ended.stdout + ended.stderr
    events = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [(event["logger"], event["message"].split()[0]) for event in events if event["logger"] != "py.warnings"] == [
        ("streamlit.early", "early"),
        ("streamlit.late", "late"),
        ("streamlit", "whole"),
        ("uvicorn.error", "server"),
        ("studio.x", "ours"),
        ("studio.diagnostics.logs", "a"),
        ("studio.diagnostics.logs", "the"),
    ]
    assert [event["level"] for event in events if event["logger"] == "py.warnings"] == ["WARNING"]
    assert events[-1]["exc_info"].splitlines()[-1] == f"ValueError: process {HIDDEN}"
