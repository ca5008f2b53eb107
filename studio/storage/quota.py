"""How full the owner's ceiling for the data folder is: above it nothing new is taken, and what is under way is kept.

What counts is what lies on this machine's disk: the data folder, and the folder for videos where it is another one.
What lies in a bucket, or in another machine's database, is not this disk's. It is measured at most once a minute, by
the thread that does the upkeep, and what is added between two measurements is added to it; no request waits for it.
"""

from __future__ import annotations

import logging
import os
import stat
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote, urlsplit

log = logging.getLogger(__name__)

NEARLY = 0.8
"""Of the ceiling: time enough for the owner to do something about it."""
MEASURED_EVERY_S = 60.0
SHARE_OF_TIME = 1 / 50
"""Of the time that may go into measuring: on a slow disk with very many files it is measured less often."""
BLOCK = 512
"""Bytes that `st_blocks` counts in, whatever the file system's own are (POSIX)."""


class Level(StrEnum):
    """How near the ceiling is."""

    FINE = "fine"
    NEARLY_FULL = "nearly_full"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Usage:
    """What is kept, and what may be."""

    used_bytes: int
    limit_bytes: int

    @property
    def level(self) -> Level:
        """How near that is."""
        if self.used_bytes >= self.limit_bytes:
            return Level.FULL
        return Level.NEARLY_FULL if self.used_bytes >= self.limit_bytes * NEARLY else Level.FINE


class Ceiling:
    """Knows whether there is room for something new."""

    def __init__(
        self, limit_bytes: int | None, folders: Iterable[Path], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = limit_bytes
        self._folders = list(folders)
        self._now = monotonic
        self._next = 0.0
        self._measured: int | None = None
        self._added = 0
        self._told = Level.FINE
        self._lock = threading.Lock()

    @property
    def has_room(self) -> bool:
        """True while something new may be taken in; also before the first measurement."""
        usage = self.usage
        return usage is None or usage.level is not Level.FULL

    @property
    def usage(self) -> Usage | None:
        """What is kept by the last measurement; None without a ceiling, and before the first."""
        with self._lock:
            if self._limit is None or self._measured is None:
                return None
            return Usage(self._measured + self._added, self._limit)

    def added(self, size_bytes: int) -> None:
        """Something new is kept; it counts until the next measurement has seen it."""
        with self._lock:
            self._added += size_bytes

    def measure(self) -> None:
        """Measure anew, if it is time to; called more often than that."""
        begin = self._now()
        if self._limit is None or begin < self._next:
            return
        with self._lock:
            before = self._added
        measured = size_of(self._folders)
        with self._lock:
            self._measured = measured
            # What came meanwhile may have been seen or not; for a minute it may count twice.
            self._added -= before
        end = self._now()
        self._next = end + max(MEASURED_EVERY_S, (end - begin) / SHARE_OF_TIME)
        self._tell()

    def _tell(self) -> None:
        usage = self.usage
        if usage is not None and usage.level is not self._told:
            self._told = usage.level
            said = log.info if usage.level is Level.FINE else log.warning
            said(
                "what is kept, beside the ceiling",
                extra={"level": usage.level, "used": usage.used_bytes, "limit": usage.limit_bytes},
            )


NO_CEILING = Ceiling(None, ())


def folders_of(data_dir: Path, media_url: str | None) -> list[Path]:
    """Where on this machine things are kept: the data folder, and the folder for videos where it is not inside."""
    parts = urlsplit(media_url or "")
    if parts.scheme != "file":
        return [data_dir]
    media = Path(unquote(parts.path))
    if media.is_relative_to(data_dir):
        return [data_dir]
    return [media] if data_dir.is_relative_to(media) else [data_dir, media]


def size_of(folders: Iterable[Path]) -> int:
    """The room that everything in the folders takes on the disk, in bytes. What vanishes meanwhile takes none."""
    waiting, total = [str(folder) for folder in folders], 0
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    try:
                        about = entry.stat(follow_symlinks=False)
                    except FileNotFoundError:
                        continue
                    if stat.S_ISDIR(about.st_mode):
                        waiting.append(entry.path)
                    else:
                        total += about.st_blocks * BLOCK if hasattr(about, "st_blocks") else about.st_size
        except FileNotFoundError:
            continue
    return total
