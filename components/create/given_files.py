"""Pictures that are dropped anywhere on the page, pasted, or chosen several at a time, go to the uploaders one by one.

So the server holds one of them at a time, takes each as it takes a single one, and says when it has room for the next.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import front_end
from studio.resources import text

KEY = "given-files"

PUTTING = text(__file__, "putting.js")
"""Puts a file into an uploader, in the browser; for whoever does."""
_TAKER = front_end.of(__file__, above=PUTTING, is_for_the_page=True)


def take(
    room: int,
    most_bytes: int,
    *,
    form: int,
    left_out: Callable[[int], None],
    too_large: Callable[[int], None],
    first_too_large: Callable[[], None],
) -> None:
    """From now on this page takes pictures wherever they are dropped, so many besides the first.

    `form` tells the forms of a tab apart: what the browser still holds for one before is let go of.
    Calls `left_out` with the number of those that were more than that, and `too_large` with that of those which are
    larger than so many bytes, before the page is drawn again; where that leaves none for the first, `first_too_large`.
    """
    _TAKER(
        key=KEY,
        data={"room": room, "most_bytes": most_bytes, "form": form},
        default={"coming": 0},
        on_coming_change=lambda: None,
        on_left_out_change=lambda: left_out(_count("left_out")),
        on_too_large_change=lambda: too_large(_count("too_large")),
        on_first_too_large_change=first_too_large,
    )


def coming() -> int:
    """How many more pictures the browser holds, which a person has given already."""
    return _count("coming")


def _count(name: str) -> int:
    held = st.session_state.get(KEY) or {}
    count = held.get(name)
    return count if type(count) is int and count > 0 else 0
