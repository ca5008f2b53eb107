"""How the parts of Create stand to each other: the stage beside the form, the button in reach on a phone."""

from __future__ import annotations

import streamlit as st

from studio.resources import text

ORDER_BAR = "order-bar"
"""Key of the container with price and button."""

_STAGE = st.components.v2.component(
    "kineograph_stage",
    css=text(__file__, "stage.css"),
    js=text(__file__, "stage.js"),
    # Its style is for the parts of the page, which stand outside.
    isolate_styles=False,
)


def dress() -> None:
    """Give the page its shape."""
    _STAGE()
