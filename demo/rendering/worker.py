"""The life of one render process: it makes one video, says how it went, and never outlives the server."""

from __future__ import annotations

import multiprocessing
import os
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

_NICENESS = 8
"""Pages stay quick while videos are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One video to make."""

    settings: dict[str, Any]
    """The order without its picture; `seed` is always set."""
    picture: Path
    last: Path | None
    """The picture that the video ends in; None where the order has none."""
    given: Path | None
    """The sound that the order linked to; None where it gave none."""
    destination: Path
    draft: bool
    """A quarter of the size, for quick tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a render went: `error` as the provider puts it, or None when the file is in its place."""

    error: dict[str, Any] | None = None


def work(task: Task, answer: Connection[Verdict, None]) -> None:
    """Makes the video of a task. The file is in its place, whole, before the verdict is given."""
    threading.Thread(target=_die_with_parent, daemon=True).start()
    os.nice(_NICENESS)
    # Imported here: the server hands over tasks without ever loading the renderer.
    from demo.rendering.make_video import Given, make

    answer.send(
        Verdict(
            error=make(task.settings, Given(task.picture, task.last, task.given), task.destination, draft=task.draft)
        )
    )


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
