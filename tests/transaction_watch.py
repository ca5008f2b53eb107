"""No transaction spans other I/O: heard from the interpreter's audit events, in every test."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from studio.storage.database import transactions_open

ELSEWHERE = frozenset(
    {
        "studio.storage.media",
        "studio.storage.database",
        "http.client.send",
        "socket.connect",
        "socket.getaddrinfo",
        "subprocess.Popen",
    }
)
"""Audit events of waiting for something else than the database that the transaction is open in."""


class TransactionHeld(AssertionError):
    """A database transaction was open while something else was waited for."""


_held: list[str] = []


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if event in ELSEWHERE and transactions_open():
        _held.append(f"{event} {arguments[:1]}")
        raise TransactionHeld(_held[-1])


# For good: Python has no way to take one off again. Most events it leaves at their names.
sys.addaudithook(_hear)


@contextmanager
def transactions_watched() -> Iterator[list[str]]:
    """Inside, what waits while its thread has a transaction open breaks, and is noted: a worker catches any error."""
    _held.clear()
    try:
        yield _held
    finally:
        held = _held.copy()
        _held.clear()
        assert held == []
