"""Bringing into view what has just happened, and the focus to where a person goes on."""

from __future__ import annotations

import streamlit as st
from streamlit_extras.scroll_to_element import scroll_to_element

from components import front_end

ORDER_FORM = "order-form"
"""Key of the container with the words and settings on Create."""
PICTURE = "order-picture"
"""Key of the one with the picture there."""
PROMPT_FIELD = ".st-key-order-form textarea"
PICTURE_CHOOSER = ".st-key-order-picture [data-testid=stFileUploader] button"
"""What can have the focus, as the browser finds it."""

_WANTED = "bring-into-view"
"""Key in session_state: the key of a container, and what in it is to have the focus."""
_TURNS = "focus-turns"

_FOCUS = front_end.of(__file__)


def bring_into_view(key: str, focus: str = "") -> None:
    """Scroll to the container with this key once the page is drawn anew; with `focus`, have the first element that
    this selector finds in focus then."""
    st.session_state[_WANTED] = key, focus


def follow() -> None:
    """Do what was asked for, once. Called at the end of a page."""
    wanted = st.session_state.pop(_WANTED, None)
    if wanted is None:
        return
    key, focus = wanted
    scroll_to_element(key, alignment="start")
    if focus:
        st.session_state[_TURNS] = turn = st.session_state.get(_TURNS, 0) + 1
        _FOCUS(data={"focus": focus, "turn": turn})
