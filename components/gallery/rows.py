"""How far one has scrolled in a gallery: from which video on it is shown, and how many of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from urllib.parse import urlencode

import streamlit as st

from studio.visitor_service import ROWS_AT_ONCE, SHOWN_MAX, GalleryPage

AFTER = "after"
"""In the address: the id of the video before the first one. Only links lead there, and load the page anew: so far has
somebody scrolled who has seen hundreds."""
_SHOWN = "gallery-shown"
"""Key in session_state: what was looked for, and how many of it are shown."""

Rows = dict[str, object]


def after() -> str:
    """The id of the video after which those that are shown begin; empty: from the newest."""
    return st.query_params.get(AFTER, "")


def shown(wanted: Hashable) -> int:
    """How many are shown of what is looked for: as many as come at once, until one scrolls on."""
    before, number = st.session_state.get(_SHOWN, (None, ROWS_AT_ONCE))
    return int(number) if before == (wanted, after()) else ROWS_AT_ONCE


def grow(wanted: Hashable, number: object) -> None:
    """Show so many of it from now on, as the browser asks for them."""
    if type(number) is int:
        st.session_state[_SHOWN] = (wanted, after()), min(max(number, ROWS_AT_ONCE), SHOWN_MAX)


def of(page: GalleryPage, address: str, query: Mapping[str, str]) -> Rows:
    """What the grid is told: whether there are more, and where what is older and what is newest is, on the page of that
    address with what is looked for there."""
    is_full = page.has_more and len(page.videos) >= SHOWN_MAX
    return {
        "has_more": page.has_more,
        "at_once": ROWS_AT_ONCE,
        "most": SHOWN_MAX,
        "older": _address(address, {**query, AFTER: page.videos[-1].id}) if is_full else None,
        "newest": _address(address, query) if after() else None,
    }


def _address(address: str, query: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(query)}" if query else address
