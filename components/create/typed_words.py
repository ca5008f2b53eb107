"""Keeps what is being typed: a reload, a call on the phone or a crash costs no word."""

from __future__ import annotations

import streamlit as st

from studio.resources import text

_KEEPER = st.components.v2.component(
    "kineograph_typed_words",
    css=text(__file__, "typed_words.css"),
    js=text(__file__, "typed_words.js"),
    # Its style is for the text areas of the page, which stand outside.
    isolate_styles=False,
)


def keep() -> None:
    """From now on the words in this page's text areas are sent while they are typed."""
    _KEEPER()
