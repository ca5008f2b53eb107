"""Taking one's gallery along to another device."""

from __future__ import annotations

import streamlit as st

from components.language import _
from components.session import visitor
from components.share import show_link
from studio import addresses
from studio.build import the_studio


def show() -> None:
    """A small button; its dialog has a fresh link."""
    label = _("Open my gallery on another device")
    if st.button(label, type="tertiary", icon=":material/devices:", key="gallery-link"):
        _dialog(label)


def _dialog(title: str) -> None:
    # Made here and not inside: what is done in the dialog draws it again, and that needs no other link.
    token = the_studio().gallery_links.make(visitor())

    @st.dialog(title)
    def dialog() -> None:
        st.write(_("Open this link, or scan the code, on the other device. It works once, for 15 minutes."))
        show_link(addresses.open_gallery(token))
        st.caption(_("Keep it to yourself: whoever opens it sees all your videos, and can make and delete some."))

    dialog()
