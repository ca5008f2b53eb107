"""The app can be put on a phone's screen, and be shared photos with (web/routes/installed.py)."""

from __future__ import annotations

import streamlit as st

from studio import urls
from studio.resources import text

_INSTALLABLE = st.components.v2.component("kineograph_installable", js=text(__file__, "installable.js"))


def offer() -> None:
    """Tell the browser of it. Nothing is seen."""
    _INSTALLABLE(data={"manifest": urls.MANIFEST})
