"""What is kept is for the user that runs the app: nobody else on the same computer may read it."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

MASK = 0o077
FOLDER = 0o700
DATABASE = "kineograph.db"
"""And what SQLite puts beside it."""
OURS = frozenset({"cookie-secret", "media", "scratch", "demo"})


def from_now_on() -> None:
    """Let every file and folder that this process and its children make be its user's alone. Once, at the start."""
    os.umask(MASK)


def keep_private(folder: Path) -> None:
    """The folder is there, and what the app keeps in it is its user's alone.

    A folder of before, which others could read, is tightened through and through, once. One that holds other things
    than ours, or that all may write to, stays as it is: only what is ours in it is tightened.
    """
    is_new = not folder.exists()
    folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    if is_new or not _mode(folder) & MASK:
        return
    there = list(folder.iterdir())
    ours = [path for path in there if path.name in OURS or path.name.startswith(DATABASE)]
    # From the inside out: a start that is stopped half-way begins again with the next.
    for top in ours:
        for path in (*top.rglob("*"), top):
            _tighten(path)
    if len(ours) == len(there) and not _mode(folder) & stat.S_ISVTX:
        _tighten(folder)


def _tighten(path: Path) -> None:
    with suppress(FileNotFoundError):  # another server's, and done with
        # A volume that belongs to somebody else, as containers mount them, has modes that are their business.
        is_ours = not hasattr(os, "geteuid") or os.geteuid() in (0, path.lstat().st_uid)
        if is_ours and not path.is_symlink():
            path.chmod(_mode(path) & ~MASK)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
