"""A banner for a line that is down: Streamlit's own words say that a server is not responding, not that all is safe."""

from __future__ import annotations

import streamlit as st

from components.language import _
from studio.resources import text

_BANNER = st.components.v2.component(
    "kineograph_lost_line",
    html=text(__file__, "lost_line.html"),
    css=text(__file__, "lost_line.css"),
    js=text(__file__, "lost_line.js"),
)


def watch() -> None:
    """From now on the page says so when its line is down."""
    words = _(
        "No connection. Your videos are being made all the same; this page goes on by itself when the line is back."
    )
    _BANNER(data={"words": words})
