"""The one place that reads the time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present moment, aware and in UTC. Passed in wherever a decision depends on it."""


def now() -> datetime:
    """The present moment, aware and in UTC."""
    return datetime.now(UTC)
