"""A clock that runs faster than the day, the same in every process, and can leap: so that a lease takes two seconds and
a day takes none, while the code under test keeps its own numbers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

SPEED = 30.0
"""Seconds shown for each second that passes: a lease of 60 s lasts 2 s, the log's first searches come 0.5 s apart."""

_NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FastClock:
    """Shows the same moment in every process of this machine that has the same three values."""

    started_s: float
    """`time.monotonic()` at noon; on Linux that is one clock for all processes."""
    leaps: Path
    """A file with the seconds that were leapt over so far."""
    speed: float = SPEED

    def __call__(self) -> datetime:
        """The moment shown: aware, UTC."""
        gone_s = (time.monotonic() - self.started_s) * self.speed
        return _NOON + timedelta(seconds=gone_s + float(self.leaps.read_text("ascii")))

    def leap(self, by: timedelta) -> None:
        """Let so much time have passed, for everybody at once."""
        fresh = self.leaps.with_name(self.leaps.name + ".fresh")
        fresh.write_text(str(float(self.leaps.read_text("ascii")) + by.total_seconds()), "ascii")
        fresh.replace(self.leaps)

    def pause(self, seconds: float) -> None:
        """Wait so many of the seconds that the clock shows."""
        time.sleep(seconds / self.speed)


def start_clock(folder: Path) -> FastClock:
    """A clock that shows noon now."""
    leaps = folder / "leaps"
    leaps.write_text("0", "ascii")
    return FastClock(time.monotonic(), leaps)
