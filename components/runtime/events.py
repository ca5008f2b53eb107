"""Being told instead of asking: the browser listens, and asks for a rerun when a job of its visitor's has moved.

What is told comes from this server alone (studio/queue/changes.py), over a line that may be cut. So whoever draws this
polls as well, less often while the line is up.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components import front_end
from studio import urls

KEY = "events"

_EVENTS = front_end.of(__file__)


def listen() -> None:
    """Rerun the fragment that this is drawn in when a job of the visitor's has moved. Nothing is seen of it.

    Once a page. `is_up` says whether anything can be told; a change of that, too, reruns the fragment.
    """
    _EVENTS(
        key=KEY,
        data={"address": urls.EVENTS, "up": is_up()},
        default={"up": True},
        on_up_change=_is_drawn_anew,
        on_moved_change=_is_drawn_anew,
    )


def is_up() -> bool:
    """False while the browser says that its line to the server is cut; it is given some seconds to open."""
    said = st.session_state.get(KEY)
    return bool(said.get("up", True)) if isinstance(said, Mapping) else True


def _is_drawn_anew() -> None:
    """Needs no decision: what has changed is in the store."""
