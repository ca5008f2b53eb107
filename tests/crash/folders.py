"""Where runs keep what they make, and what they send."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image


@contextmanager
def in_memory_folder(prefix: str) -> Iterator[Path]:
    """An empty folder, gone at the end; in memory where the system has a place for that.

    A kill loses nothing of it there either, and on a slow disk these would be tests of the disk.
    """
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix=prefix, dir=memory if os.access(memory, os.W_OK) else None) as name:
        yield Path(name)


def a_picture() -> bytes:
    """A small picture as a person might upload it."""
    out = BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((480, 360)).save(out, "JPEG")
    return out.getvalue()
