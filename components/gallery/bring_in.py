"""Bringing videos in that were taken away: choosing files, how far it is with them, and what came of it."""

from __future__ import annotations

import streamlit as st

from components import front_end
from components.callbacks import told
from components.language import _
from components.messages import bringing_notices
from components.session import visitor, visitor_service
from studio import urls
from studio.bringing_in.bringing_in import FILE_MAX_BYTES, BringingIn, Progress
from studio.build import get_studio
from studio.visitor_service import GalleryPage

KEY = "bring-in-files"
EVERY_S = 1.0
"""How often a page looks how far it is."""
_OPEN, _REFUSED = "bring-in-open", "bring-in-refused"
"""Keys in session_state: that the dialog is open, and why files were not taken."""

_FILES = front_end.of(__file__)


def show() -> None:
    """A small button; its dialog takes files. Nothing for who may not bring anything in."""
    if not visitor_service().may_bring_in(visitor()):
        return
    st.button(_("Bring videos in"), type="tertiary", icon=":material/upload:", key="bring-in", on_click=told(_open))
    if st.session_state.get(_OPEN):
        _dialog()


def show_progress() -> None:
    """How far it is with what was brought, and what came of it, until that is put away; nothing where nothing was."""
    progress = _bringing_in().progress(visitor())
    if progress is None:
        return
    if not progress.is_done:
        st.fragment(_follow, run_every=EVERY_S)()
        return
    with st.container(border=True, key="brought-in"):
        if progress.left_out_in_all == 0:
            st.success(bringing_notices.outcome(progress), icon=":material/check_circle:")
        else:
            st.warning(bringing_notices.outcome(progress), icon=":material/info:")
            for one in progress.left_out:
                st.text(bringing_notices.left_out(one))
        st.button(_("OK"), key="brought-in-seen", on_click=told(_put_away))


def show_nearly_full(page: GalleryPage) -> None:
    """That there is not much room left, where that is so."""
    if bringing_notices.is_nearly_full(page.in_use):
        st.caption(bringing_notices.room(page.in_use))


def _bringing_in() -> BringingIn:
    return get_studio().bringing_in


def _follow() -> None:
    progress = _bringing_in().progress(visitor())
    if progress is None or progress.is_done:
        st.rerun()  # of the page: the videos are in its grid
    st.progress(_share(progress), text=bringing_notices.how_far(progress))


def _share(progress: Progress) -> float:
    return progress.done / progress.videos if progress.videos else 0.0


def _open() -> None:
    st.session_state[_OPEN] = True
    st.session_state.pop(_REFUSED, None)


def _close() -> None:
    st.session_state.pop(_OPEN, None)
    st.session_state.pop(_REFUSED, None)


def _put_away() -> None:
    _bringing_in().forget(visitor())


def _dialog() -> None:
    @st.dialog(_("Bring videos in"), on_dismiss=_close)
    def dialog() -> None:
        st.write(
            _(
                "Videos that you downloaded from Kineograph come back into your gallery, with everything that made "
                "them: single ones, or all of a ZIP."
            )
        )
        data = {"address": urls.BRING_IN, "most": FILE_MAX_BYTES, "words": _words()}
        _FILES(key=KEY, data=data, on_told_change=told(_taken))
        for name, word in st.session_state.get(_REFUSED, ()):
            # As text: it is what the file is called.
            st.text(name)
            st.error(bringing_notices.not_taken(word, FILE_MAX_BYTES), icon=":material/error:")
        st.caption(bringing_notices.room(visitor_service().in_use(visitor())))
        if not st.session_state.get(_OPEN):
            st.rerun()  # all are taken: the page shows how far it is

    dialog()


def _taken() -> None:
    said = st.session_state[KEY].get("told")
    refused = said.get("refused") if isinstance(said, dict) else None
    pairs = refused if isinstance(refused, list) else []
    st.session_state[_REFUSED] = [
        (pair[0][:200], pair[1])
        for pair in pairs
        if isinstance(pair, list) and len(pair) == 2 and all(isinstance(word, str) for word in pair)
    ]
    if not st.session_state[_REFUSED]:
        _close()


def _words() -> dict[str, str]:
    return {
        "ask": _("Choose files, or drop them here"),
        "kinds": _("MP4 or ZIP, downloaded from Kineograph"),
        "sending": _("Sending {name} …"),
    }
