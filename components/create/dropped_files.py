"""Pictures that are dropped anywhere on the page, or pasted, go to the uploader."""

from __future__ import annotations

import streamlit as st

from studio.resources import text

_TAKER = st.components.v2.component(
    "kineograph_dropped_files",
    css=text(__file__, "dropped_files.css"),
    js=text(__file__, "dropped_files.js"),
    # Its style is for the page, which stands outside.
    isolate_styles=False,
)


def take() -> None:
    """From now on this page takes a picture wherever it is dropped."""
    _TAKER(key="dropped-files")
