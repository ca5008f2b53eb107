"""The button that keeps what was made of a video as a video of its own, for nothing; and what came of it."""

from __future__ import annotations

from concurrent.futures import Future

import streamlit as st

from components.callbacks import told
from components.language import _
from components.next_run import go_to
from components.page_names import VIDEO
from components.result.refusals import refusals
from components.session import visitor
from studio.build import get_studio
from studio.jobs.job import Job
from studio.videos.edit import Edit

EVERY_S = 0.5
"""How often a page looks whether it is kept."""


def look(job_id: str, edit: Edit) -> None:
    """Find out whether it is kept already, or being kept; asked when it is drawn anew, and not with each look."""
    held = _held(job_id, edit)
    if held is None or (held.done() and held.exception() is None):
        st.session_state[_key(job_id, edit)] = get_studio().keeping.known(visitor(), job_id, edit)


def show(job_id: str, edit: Edit) -> None:
    """The button; or that it is being kept; or that it is kept, and where. In a fragment that looks again and again.

    The line that says so takes the place of the button, so that a second click hits nothing.
    """
    held = _held(job_id, edit)
    if held is not None and not held.done():
        st.caption(_("Being kept …"))
        return
    if held is not None and held.exception() is None:
        st.caption(
            _("It stands in your gallery as a video of its own, and stays when what it was made from is deleted.")
        )
        if st.button(
            _("Show it"),
            key=f"show-kept-{job_id}-{edit.name}",
            icon=":material/video_library:",
            on_click=_go_to_page_of,
            args=(held.result().id,),
        ):
            st.rerun()  # of the page, which a fragment alone is not
        return
    st.button(
        _("Keep as a video"),
        key=f"keep-{job_id}-{edit.name}",
        icon=":material/library_add_check:",
        help=_("It comes into your gallery as a video of its own. It costs nothing."),
        on_click=_keep,
        args=(job_id, edit),
    )
    if held is not None:
        with refusals():
            held.result()


def show_on_page(job_id: str, edit: Edit) -> None:
    """The same on a page, which looks only while it is being kept."""
    look(job_id, edit)
    held = _held(job_id, edit)
    if held is None or held.done():
        show(job_id, edit)
    else:
        st.fragment(_wait, run_every=EVERY_S)(job_id, edit)


def _wait(job_id: str, edit: Edit) -> None:
    held = _held(job_id, edit)
    if held is None or held.done():
        st.rerun()
    show(job_id, edit)


def _key(job_id: str, edit: Edit) -> str:
    """Key in session_state: what is being kept, or was."""
    return f"keeping-{job_id}-{edit.name}"


def _held(job_id: str, edit: Edit) -> Future[Job] | None:
    held: Future[Job] | None = st.session_state.get(_key(job_id, edit))
    return held


@told
def _keep(job_id: str, edit: Edit) -> None:
    st.session_state[_key(job_id, edit)] = get_studio().keeping.keep(visitor(), job_id, edit)


@told
def _go_to_page_of(job_id: str) -> None:
    go_to(VIDEO, id=job_id)
