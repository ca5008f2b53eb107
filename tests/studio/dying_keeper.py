"""Keeps what was made of a video, and is killed in the middle: run by test_keeping.py.

python -m tests.studio.dying_keeper FOLDER VISITOR JOB AFTER_STEP
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studio import clock
from studio.edits import Edits
from studio.keeping import Keeping
from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.media import Media
from studio.videos.edit import BACK_AND_FORTH

STEPS = ("copied", "checked", "poster", "video", "row")
"""After each of them the process may die."""


def killed_after(act: Callable[..., Any]) -> Callable[..., Any]:
    """The same, and nothing after it."""

    def dies(*args: object, **kwargs: object) -> None:
        act(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    return dies


def main(folder: Path, visitor: str, job_id: str, step: str) -> None:
    store = Store(Database(f"sqlite:///{folder / 'kineograph.db'}"))
    media, scratch = Media((folder / "media").as_uri()), folder / "scratch"
    edits = Edits(store=store, media=media, scratch=scratch)
    edits.make(visitor, job_id, BACK_AND_FORTH).result()
    keeping = Keeping(store=store, media=media, edits=edits, scratch=scratch, clock=clock.now)
    # Only now, so that making it is done.
    whole, method = {
        "copied": (media, "copy_to"),
        "checked": (keeping, "_check"),
        "poster": (media, "put"),
        "video": (media, "put_file"),
        "row": (store, "keep_edit"),
    }[step]
    setattr(whole, method, killed_after(getattr(whole, method)))
    keeping.keep(visitor, job_id, BACK_AND_FORTH).result()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
