"""However often something is said, the log grows by so much; and how much was left out is said."""

from __future__ import annotations

import io
import logging

import pytest

from studio.diagnostics.log_limits import (
    KINDS,
    LINES_A_MINUTE,
    LINES_A_MINUTE_IN_ALL,
    TRACE_EVERY_S,
    TRACES_A_MINUTE_IN_ALL,
    LimitedHandler,
    LogLimits,
)


class Log:
    """A log with a clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.out = io.StringIO()
        self.limits = LogLimits(lambda: self.now)
        self.handler = LimitedHandler(self.out, self.limits)
        self.handler.setFormatter(logging.Formatter("%(levelname)s %(message)s %(left_out)s", defaults={"left_out": 0}))
        self.logger = logging.Logger("uvicorn.error")
        self.logger.addHandler(self.handler)

    def lines(self) -> list[str]:
        return [line for line in self.out.getvalue().splitlines() if line.startswith(("WARNING", "ERROR", "INFO"))]

    def traces(self) -> int:
        return self.out.getvalue().count("Traceback")


@pytest.fixture
def log() -> Log:
    return Log()


def broken(log: Log, error: Exception, times: int = 1) -> None:
    for _ in range(times):
        try:
            raise error
        except Exception:
            log.logger.exception("it broke")


def test_the_same_line_is_written_ten_times_a_minute_and_then_counted(log: Log) -> None:
    for _ in range(2):
        for number in range(1_000):
            log.logger.warning("nonsense from %s", number)
        log.now += 60
    assert len(log.lines()) == 2 * LINES_A_MINUTE
    assert log.lines()[LINES_A_MINUTE] == f"WARNING nonsense from 0 {1_000 - LINES_A_MINUTE}"


def test_a_trace_is_written_once_and_again_after_a_while_and_each_kind_has_its_own(log: Log) -> None:
    broken(log, ValueError("a"), 5)
    broken(log, KeyError("b"), 5)
    assert (log.traces(), len(log.lines())) == (2, 10)
    log.now += TRACE_EVERY_S
    broken(log, ValueError("a"))
    assert log.traces() == 3


def test_many_kinds_at_once_are_bounded_too(log: Log) -> None:
    for number in range(10 * KINDS):
        broken(log, type(f"Error{number}", (Exception,), {})("x"))
    assert len(log.lines()) == LINES_A_MINUTE_IN_ALL
    assert log.traces() == TRACES_A_MINUTE_IN_ALL
    log.now += 60
    broken(log, ValueError("later"))
    assert log.traces() == TRACES_A_MINUTE_IN_ALL + 1


def test_what_is_said_of_jobs_and_money_is_written_whatever_else_is(log: Log) -> None:
    for number in range(1_000):
        log.logger.warning("nonsense from %s", number)
    ours = logging.Logger("studio.worker.context")
    ours.addHandler(log.handler)
    for _ in range(1_000):
        ours.info("job moved")
    assert len([line for line in log.lines() if "job moved" in line]) == 1_000


def test_another_handler_has_the_line_whole(log: Log) -> None:
    records: list[logging.LogRecord] = []
    storage = logging.Handler()
    storage.emit = records.append  # type: ignore[method-assign]
    log.logger.addHandler(storage)
    broken(log, ValueError("a"), 3)
    assert all(record.exc_info for record in records)
    assert log.traces() == 1
