"""Starts videos where Chromium does not: those meant to play by themselves, and those whose poster is clicked."""

from __future__ import annotations

import streamlit as st

from studio.resources import text

_STARTER = st.components.v2.component("kineograph_autoplay", js=text(__file__, "autoplay.js"))
_POSTERS = st.components.v2.component("kineograph_posters", js=text(__file__, "posters.js"))


def start(key: str) -> None:
    """Start what waits on this page. Called after a video was drawn, with a key of that video's own.

    Chromium (156) forgets about `autoplay` in a video that was made apart from the page and put into it in a later
    task, which is how React draws under load: the video stood still for good, in about one of four runs.
    """
    _STARTER(key=f"autoplay-{key}")


def play_posters_on_click() -> None:
    """A click on a poster plays it. Chromium (156) serves only its small triangle while nothing is loaded."""
    _POSTERS(key="posters")
