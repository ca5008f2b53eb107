"""Bringing into view what has just happened, and the focus to where a person goes on."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit_extras.scroll_to_element import scroll_to_element

from components import front_end
from studio import clock

ORDER_FORM = "order-form"
"""Key of the container with the words and settings on Create."""
PICTURE = "order-picture"
"""Key of the one with the picture there."""
PROMPT_FIELD = ".st-key-order-form textarea"
PICTURE_CHOOSER = ".st-key-order-picture [data-testid=stFileUploader] button"
"""What can have the focus, as the browser finds it."""

REPEATED_S = 3.0
"""So long each run says it again: what one run says does not arrive where the next begins at once. The browser does it
once."""
_WANTED = "bring-into-view"
"""Key in session_state: a `_Wanted`."""

_ATTENTION = front_end.of(__file__)


@dataclass(slots=True)
class _Wanted:
    key: str
    focus: str
    asked_at: float
    """In seconds since 1970 UTC: tells it from the last time that the same was asked for."""
    is_said: bool = False


def bring_into_view(key: str, focus: str = "") -> None:
    """Scroll to the container with this key once the page is drawn anew, also where what is drawn above it moves it;
    with `focus`, have the first element that this selector finds in focus then."""
    st.session_state[_WANTED] = _Wanted(key, focus, clock.now().timestamp())


def follow() -> None:
    """Do what was asked for, once. Called at the end of a page."""
    wanted: _Wanted | None = st.session_state.get(_WANTED)
    if wanted is None:
        return
    if clock.now().timestamp() - wanted.asked_at > REPEATED_S:
        del st.session_state[_WANTED]
        return
    if not wanted.is_said:
        scroll_to_element(wanted.key, alignment="start")
    wanted.is_said = True
    _ATTENTION(data={"key": wanted.key, "focus": wanted.focus, "asked_at": wanted.asked_at})
