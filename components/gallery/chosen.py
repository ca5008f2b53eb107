"""Fields whose values stand in the address: which of the two counts."""

from __future__ import annotations

from collections.abc import Hashable

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def chosen(key: str, in_the_address: object) -> object:
    """What stands in the field. By the address only where there is no field yet, or in going back: with a click that
    comes before the browser has taken up a new address, it sends the one of before."""
    run = get_script_run_ctx()
    is_going_back = run is not None and run.is_history_navigation
    return in_the_address if is_going_back or key not in st.session_state else st.session_state[key]


def put(key: str, value: Hashable) -> None:
    """Have the field show this. Only where it differs: a field that is set loses what is being typed in it."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
