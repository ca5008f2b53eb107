"""Bringing into view what has just happened."""

from __future__ import annotations

import streamlit as st
from streamlit_extras.scroll_to_element import scroll_to_element

ORDER_FORM = "order-form"
"""Key of the container with the form on Create."""


def bring_into_view(key: str) -> None:
    """Scroll to the container with this key once the page is drawn anew."""
    st.session_state["bring-into-view"] = key


def follow() -> None:
    """Scroll to what was asked for, once. Called at the end of a page."""
    key = st.session_state.pop("bring-into-view", None)
    if key is not None:
        scroll_to_element(key, alignment="start")
