"""What every page has around it: the navigation, the width, the one quiet line of the demo, notes that wait."""

from __future__ import annotations

import time
from collections.abc import Mapping

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components import front_end, lost_line, notes, page_language
from components.access import admit, sign_in
from components.language import _, meet_reader
from components.messages import notices
from components.next_run import beside, complaint, where_to
from components.page_names import (
    ACCESSIBILITY,
    BIN,
    CREATE,
    FIGURES,
    GALLERY,
    HOW_IT_WORKS,
    OWNER,
    PRIVACY,
    VIDEO,
)
from components.session import visitor_service
from studio import urls
from studio.storage.errors import StorageAway

WIDTH_PX = 1080
"""Wide enough for picture and form side by side, narrow enough to be read on a large screen."""

AGAIN_EVERY_S = 5.0
"""How often a page that could not be drawn tries again by itself."""

_FRAME = front_end.of(__file__, is_for_the_page=True)

Pages = Mapping[str, StreamlitPage]
"""The pages by their names. A link to one of these is drawn without looking for its file."""


def pages() -> tuple[StreamlitPage, Pages]:
    """Set the page up and make the navigation known; gives the page that was asked for, and all there are."""
    meet_reader()
    # Our own file: Streamlit fetches a Material icon for the browser's tab from Google. By its address: given the file,
    # Streamlit would open it, draw it and keep it anew at every rerun.
    st.set_page_config(page_title="Kineograph", page_icon=urls.ICON, layout="wide")
    known = {
        CREATE: st.Page(CREATE, title=_("Create"), icon=":material/movie_edit:", default=True),
        GALLERY: st.Page(GALLERY, title=_("Gallery"), icon=":material/video_library:", url_path=urls.GALLERY[1:]),
        BIN: st.Page(BIN, title=_("Bin"), url_path=urls.BIN[1:], visibility="hidden"),
        FIGURES: st.Page(FIGURES, title=_("Your figures"), url_path=urls.FIGURES[1:], visibility="hidden"),
        VIDEO: st.Page(VIDEO, title=_("A video"), url_path=urls.WATCH[1:], visibility="hidden"),
        OWNER: st.Page(OWNER, title=_("For the owner"), url_path=urls.OWNER[1:], visibility="hidden"),
        PRIVACY: st.Page(PRIVACY, title=_("Privacy"), url_path=urls.PRIVACY[1:], visibility="hidden"),
        HOW_IT_WORKS: st.Page(
            HOW_IT_WORKS, title=_("How it works"), url_path=urls.HOW_IT_WORKS[1:], visibility="hidden"
        ),
        ACCESSIBILITY: st.Page(
            ACCESSIBILITY, title=_("Accessibility"), url_path=urls.ACCESSIBILITY[1:], visibility="hidden"
        ),
    }
    # Drawn by ourselves: on a phone Streamlit hides its own behind an arrow.
    return st.navigation(list(known.values()), position="hidden"), known


def _again_when_back(drawn_at: float) -> None:
    if time.monotonic() - drawn_at > AGAIN_EVERY_S / 2:
        st.rerun()


def _navigation(known: Pages) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="navigation"):
        st.image(urls.ICON, width=32, alt="")
        st.page_link(known[CREATE])
        st.page_link(known[GALLERY])


def show(page: StreamlitPage, known: Pages) -> None:
    """Draw the page inside the frame; or go to another one, where a click has decided so."""
    if elsewhere := where_to():
        page_name, query = elsewhere
        st.switch_page(page_name, query_params=query)
    beside()  # of a run that was broken off
    with st.container(horizontal_alignment="center"), st.container(width=WIDTH_PX):
        _navigation(known)
        # A place of its own, full or empty: a page that moves down is drawn anew, without what is just being typed.
        problem = st.empty()
        if said := complaint():
            problem.error(said[0], icon=said[1])
        try:
            sign_in.arrive()
            if not admit.show():
                page.run()
        except StorageAway as away:
            st.error(notices.storage(away), icon=":material/cloud_off:")
            st.fragment(_again_when_back, run_every=AGAIN_EVERY_S)(drawn_at=time.monotonic())
        _foot(known)
        _FRAME()
        lost_line.watch()
        notes.show()
    for fragment in beside():
        fragment()


def _foot(known: Pages) -> None:
    if visitor_service().is_demo:
        st.caption(_("This is the demo: this site makes the videos itself, free of charge, to show how it works."))
    with st.container(horizontal=True, vertical_alignment="center"):
        for about in (HOW_IT_WORKS, PRIVACY, ACCESSIBILITY):
            st.page_link(known[about])
        page_language.show()
        sign_in.foot()
