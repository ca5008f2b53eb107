"""Taking one's gallery along to another device."""

from __future__ import annotations

import streamlit as st

from components.callbacks import told
from components.language import _
from components.result.share import show_link
from components.session import visitor
from studio import urls
from studio.build import get_studio

MADE = "gallery-link-made"
"""Key in session_state: the link just made, until its dialog is closed; a click elsewhere does not lose it."""


def show() -> None:
    """A small button; its dialog has a fresh link."""
    label = _("Open my gallery on another device")
    st.button(label, type="tertiary", icon=":material/devices:", key="gallery-link", on_click=told(_make))
    token = st.session_state.get(MADE)
    if token is not None:
        _dialog(label, token)


def _make() -> None:
    st.session_state[MADE] = get_studio().sharing.gallery_links.make(visitor())


def _seen() -> None:
    st.session_state.pop(MADE, None)


def _dialog(title: str, token: str) -> None:
    @st.dialog(title, on_dismiss=_seen)
    def dialog() -> None:
        st.write(_("Open this link, or scan the code, on the other device. It works once and expires in 15 minutes."))
        show_link(urls.open_gallery(token))
        st.caption(_("Keep it to yourself: anyone who opens it can see and delete your videos, and create new ones."))

    dialog()
