"""What every page has around it: the navigation, the width, the one quiet line of the demo, notes that wait."""

from __future__ import annotations

import time
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components.access import admit, sign_in
from components.language import _
from components.messages import notices
from components.page_names import CREATE, GALLERY, OWNER, PRIVACY, VIDEO
from components.session import complaint, notes_to_say, visitor_service, where_to
from studio import urls
from studio.storage.errors import StorageAway

WIDTH_PX = 1080
"""Wide enough for picture and form side by side, narrow enough to be read on a large screen."""

AGAIN_EVERY_S = 5.0
"""How often a page that could not be drawn tries again by itself."""
ICON = Path(__file__).parent / "icon.png"
"""Our own file: Streamlit fetches a Material icon for the browser's tab from Google."""


def pages() -> StreamlitPage:
    """Set the page up and draw the navigation; gives the page that was asked for."""
    st.set_page_config(page_title="Kineograph", page_icon=ICON, layout="wide")
    return st.navigation(
        [
            st.Page(CREATE, title=_("Create"), icon=":material/movie_edit:", default=True),
            st.Page(GALLERY, title=_("Gallery"), icon=":material/video_library:", url_path=urls.GALLERY[1:]),
            st.Page(VIDEO, title=_("A video"), url_path=urls.WATCH[1:], visibility="hidden"),
            st.Page(OWNER, title=_("For the owner"), url_path=urls.OWNER[1:], visibility="hidden"),
            st.Page(PRIVACY, title=_("Privacy"), url_path="privacy", visibility="hidden"),
        ],
        # Drawn by ourselves: on a phone Streamlit hides its own behind an arrow.
        position="hidden",
    )


def _again_when_back(drawn_at: float) -> None:
    if time.monotonic() - drawn_at > AGAIN_EVERY_S / 2:
        st.rerun()


def _navigation() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.image(ICON.read_bytes(), width=32, alt="")
        st.page_link(CREATE, label=_("Create"), icon=":material/movie_edit:")
        st.page_link(GALLERY, label=_("Gallery"), icon=":material/video_library:")


def show(page: StreamlitPage) -> None:
    """Draw the page inside the frame; or go to another one, where a click has decided so."""
    if elsewhere := where_to():
        st.switch_page(elsewhere)
    for sentence, icon in notes_to_say():
        st.toast(sentence, icon=icon)
    with st.container(horizontal_alignment="center"), st.container(width=WIDTH_PX):
        _navigation()
        if said := complaint():
            st.error(said[0], icon=said[1])
        try:
            sign_in.arrive()
            if not admit.show():
                page.run()
        except StorageAway as away:
            st.error(notices.storage(away), icon=":material/cloud_off:")
            st.fragment(_again_when_back, run_every=AGAIN_EVERY_S)(drawn_at=time.monotonic())
        _foot()


def _foot() -> None:
    if visitor_service().is_demo:
        st.caption(
            _(
                "This is the demo: videos are made on this computer, free of charge. "
                "Set AIMLAPI_KEY to make them with Wan 2.6."
            )
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(PRIVACY, label=_("Privacy"))
        sign_in.foot()
