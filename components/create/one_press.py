"""A button that costs money shows at once that it was pressed, and is dead until the press has been answered."""

from __future__ import annotations

import streamlit as st

from components.language import _
from studio.resources import text

_PRESS = st.components.v2.component(
    "kineograph_one_press",
    css=text(__file__, "one_press.css"),
    js=text(__file__, "one_press.js"),
    # Its style is for the button, which stands outside.
    isolate_styles=False,
)


def guard(button_key: str, answered: int) -> None:
    """Guard the button of that key; it is free again once a page is drawn with another number of answered presses."""
    _PRESS(key=f"one-press-{button_key}", data={"button": button_key, "answered": answered, "words": _("Sending …")})
