"""How much a log grows, whatever anybody sends: a line of each kind now and then, its trace less often, then counts.

Of one kind are lines that the same statement writes about the same error from the same place.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import TextIO

LINES_A_MINUTE = 10
"""Of one kind. A person who looks for the cause needs one; ten show whether they differ."""
LINES_A_MINUTE_IN_ALL = 200
"""At 300 bytes a line, 86 MB a day at worst."""
TRACE_EVERY_S = 600.0
"""A trace of the same kind says nothing new; it is up to 20 kB."""
TRACES_A_MINUTE_IN_ALL = 20
KINDS = 500
"""Kept in mind. More than there are statements that a stranger can reach."""
OURS = ("studio.", "videoapi.")
"""What these say below WARNING is about jobs and money, which cost something: every line is written."""

Kind = tuple[object, ...]


@dataclass(slots=True)
class _Window:
    begin: float
    lines: int = 0
    left_out: int = 0
    traced: float | None = None
    """When the last trace was written."""


class LogLimits:
    """Decides for each line whether it is written, with its trace or without. Safe to share between threads."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._now = monotonic
        self._kinds: OrderedDict[Kind, _Window] = OrderedDict()
        self._all = _Window(monotonic())
        self._traces = _Window(monotonic())
        self._lock = threading.Lock()

    def passed(self, record: logging.LogRecord) -> logging.LogRecord | None:
        """The line as it is to be written; None where it is only counted.

        The next line of its kind that is written says in `left_out` how many were not.
        """
        if record.levelno < logging.WARNING and record.name.startswith(OURS):
            return record
        with self._lock:
            now = self._now()
            window = self._window_of(record, now)
            if window.lines >= LINES_A_MINUTE or not _take(self._all, now, LINES_A_MINUTE_IN_ALL):
                window.left_out += 1
                return None
            window.lines += 1
            left_out, window.left_out = window.left_out, 0
            with_trace = not record.exc_info or self._may_trace(window, now)
        if not left_out and with_trace:
            return record
        # A copy: other handlers have the line whole.
        written = logging.makeLogRecord(vars(record))
        if left_out:
            written.left_out = left_out
        if not with_trace:
            written.exc_info = written.exc_text = None
            written.trace = "as before"
        return written

    def _window_of(self, record: logging.LogRecord, now: float) -> _Window:
        kind = kind_of(record)
        window = self._kinds.setdefault(kind, _Window(now))
        self._kinds.move_to_end(kind)
        if len(self._kinds) > KINDS:
            self._kinds.popitem(last=False)
        if now - window.begin >= 60:
            window.begin, window.lines = now, 0
        return window

    def _may_trace(self, window: _Window, now: float) -> bool:
        if window.traced is not None and now - window.traced < TRACE_EVERY_S:
            return False
        if not _take(self._traces, now, TRACES_A_MINUTE_IN_ALL):
            return False
        window.traced = now
        return True


class LimitedHandler(logging.StreamHandler[TextIO]):
    """Writes what the limits let through."""

    def __init__(self, stream: TextIO, limits: LogLimits) -> None:
        super().__init__(stream)
        self._limits = limits

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line, or count it."""
        written = self._limits.passed(record)
        if written is not None:
            super().emit(written)


def kind_of(record: logging.LogRecord) -> Kind:
    """What lines have in common that say the same: the statement, and the error with the place where it rose."""
    kind: Kind = (record.name, record.levelno, record.pathname, record.lineno)
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return kind
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f"{PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    return (*kind, type(error).__qualname__, place)


def _take(window: _Window, now: float, limit: int) -> bool:
    if now - window.begin >= 60:
        window.begin, window.lines = now, 0
    if window.lines >= limit:
        return False
    window.lines += 1
    return True
