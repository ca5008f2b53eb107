"""Which film a file is, whatever it says about itself."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from studio.videos.carried import Read, top_level

_PIECE = 1024 * 1024


def essence(path: Path) -> str:
    """The same, in 64 hexadecimal digits, for two files whose coded pictures and sounds are the same bytes: as with a
    video here, and what was downloaded of it with its settings inside. Raises NotReadable and OSError."""
    coded = hashlib.sha256()
    with path.open("rb") as file:
        for kind, start, stop in top_level(reading(file.fileno()), path.stat().st_size):
            if kind == b"mdat":
                while start < stop:
                    piece = os.pread(file.fileno(), min(_PIECE, stop - start), start)
                    if not piece:
                        break
                    coded.update(piece)
                    start += len(piece)
    return coded.hexdigest()


def reading(file: int) -> Read:
    """The bytes of an open file from one place up to another."""
    return lambda start, stop: os.pread(file, stop - start, start)
