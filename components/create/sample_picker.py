"""Our own pictures to try with, as buttons one can tap: Streamlit's buttons cannot carry a picture."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import front_end
from components.language import _
from studio import urls
from studio.pictures.samples import SAMPLES, Sample

KEY = "sample-picker"

_PICKER = front_end.of(__file__)


def show(picked: Callable[[str], None]) -> None:
    """Draw the pictures; calls `picked` with the name of the one that is tapped, before the page is drawn again."""
    shown = [{"name": s.name, "title": _(s.title), "seen": _(s.alt), "address": urls.sample(s.name)} for s in SAMPLES]
    data = {"label": _("Pictures to try"), "samples": shown}
    _PICKER(key=KEY, data=data, on_picked_change=lambda: picked(str(st.session_state[KEY]["picked"])))


def named(name: str) -> Sample | None:
    """The picture of that name."""
    return next((sample for sample in SAMPLES if sample.name == name), None)
