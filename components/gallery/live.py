"""The gallery is drawn anew when something in it has changed, wherever that was done, and no dialog is shut by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import streamlit as st

from components import front_end
from components.next_run import run_beside
from components.runtime import events
from studio.jobs.job import State
from studio.storage.errors import StorageAway
from studio.visitor_service import GalleryPage

KEY = "gallery-calm"
EVERY_S = 15.0
"""As on Create (components/create/job_board.py)."""

_CALM = front_end.of(__file__)

Look = Callable[[], GalleryPage]


@dataclass(slots=True)
class _Drawn:
    """What the page shows, and whether a part of it has run since it was drawn."""

    page: GalleryPage
    look: Look
    is_followed: bool = False


def follow(page: GalleryPage, look: Look) -> None:
    """Called once by the page that shows this, and `look` reads it anew."""
    some_move = any(state is not State.UNCONFIRMED for state, _ in page.stages.values())
    run_beside(partial(st.fragment(_look, run_every=EVERY_S if some_move else None), _Drawn(page, look)))


def _look(drawn: _Drawn) -> None:
    """Runs when the browser was told of something, and now and then in case that it was not."""
    events.listen()
    if drawn.is_followed:
        if _is_calm():
            st.rerun()
        # While it cannot be asked nothing can be said of it; the next look may.
        with suppress(StorageAway):
            if drawn.look() != drawn.page:
                _CALM(key=KEY, on_calm_change=_nothing_to_decide)
    drawn.is_followed = True


def _is_calm() -> bool:
    said = st.session_state.get(KEY)
    return isinstance(said, Mapping) and bool(said.get("calm"))


def _nothing_to_decide() -> None:
    """What has changed is in the store."""
