"""The switch for new orders, and since when it is off."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from components.callbacks import as_owner
from components.language import _, moment
from studio.build import get_studio


def button() -> None:
    """The button that stops new orders, or takes them again."""
    switches = get_studio().owner.switches
    if switches.paused() is None:
        st.button(
            _("Pause new orders"), icon=":material/pause_circle:", key="owner-pause", on_click=as_owner(switches.pause)
        )
    else:
        st.button(
            _("Take orders again"),
            icon=":material/play_circle:",
            type="primary",
            key="owner-resume",
            on_click=as_owner(switches.resume),
        )


def banner() -> datetime | None:
    """Say since when no orders are taken; gives that moment, or None while they are taken."""
    since = get_studio().owner.switches.paused()
    if since is not None:
        st.warning(
            _("New orders are paused since {moment}. What is under way goes on.").format(moment=moment(since)),
            icon=":material/pause_circle:",
        )
    return since
