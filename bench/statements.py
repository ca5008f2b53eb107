"""What a rerun of a page asks the database, counted where it is sent; without workers, which ask by themselves."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import Engine, event
from streamlit.testing.v1 import AppTest

from bench.filled_gallery import fill
from components import session
from studio.build import get_studio
from tests.app_process import ROOT

ENDS = ("BEGIN", "COMMIT", "ROLLBACK")


@dataclass(slots=True)
class Reads:
    """What went to the database."""

    transactions: int = 0
    statements: int = 0
    """Without those that begin and end a transaction."""


@contextmanager
def reads_counted() -> Iterator[Reads]:
    """Counts, inside, what this process asks any database."""
    reads = Reads()

    def begun(_connection: object) -> None:
        reads.transactions += 1

    def asked(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        reads.statements += not statement.startswith(ENDS)

    event.listen(Engine, "begin", begun)
    event.listen(Engine, "before_cursor_execute", asked)
    try:
        yield reads
    finally:
        event.remove(Engine, "begin", begun)
        event.remove(Engine, "before_cursor_execute", asked)


def of_a_rerun(page: str, videos: int = 0) -> Reads:
    """What a rerun of a page asks, for a visitor with so many videos, once it has been drawn before."""
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {"STUDIO_DATA_DIR": folder}):
        os.environ.pop("AIMLAPI_KEY", None)
        get_studio.cache_clear()
        studio = get_studio()
        try:
            name, _, cookie = fill(Path(folder), videos).partition("=")
            with patch.object(session, "_cookies", lambda: {name: cookie}):
                tab = AppTest.from_file(ROOT / "pages" / "main.py", default_timeout=60).run().switch_page(page).run()
                with reads_counted() as reads:
                    tab.run()
                assert not tab.exception
        finally:
            # Threads that never ran cannot be waited for.
            studio.start()
            studio.stop()
    return reads
