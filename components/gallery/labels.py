"""The title and notes of a video: shown as they were typed, and written in a dialog."""

from __future__ import annotations

import streamlit as st

from components import front_end
from components.callbacks import told
from components.language import _
from components.next_run import say
from components.session import visitor, visitor_service
from studio.jobs.job import Job
from studio.jobs.labels import NOTES_MAX, TITLE_MAX

_TITLE, _NOTES = "label-title", "label-notes"

_LABELS = front_end.of(__file__, is_for_the_page=True)


def title(job: Job) -> None:
    """Draw the video's title; nothing where it has none."""
    if job.title:
        with st.container(key=f"title-{job.id}"):
            st.text(job.title)


def notes(job: Job) -> None:
    """Draw the notes; nothing where there are none."""
    if job.notes:
        with st.container(key=f"notes-{job.id}"):
            st.text(job.notes)


def mind() -> None:
    """Have the titles and notes of a page look as such. Called once, after they are drawn."""
    _LABELS()


def button(job: Job) -> None:
    """The button that opens the dialog."""
    if st.button(_("Title and notes"), key=f"label-{job.id}", icon=":material/edit_note:"):
        write(job)


def write(job: Job) -> None:
    """Open the dialog in which title and notes are written."""

    @st.dialog(_("Title and notes"))
    def dialog() -> None:
        # As a form: what stands in the fields comes with the click, whatever the page is doing.
        with st.form("label-form", border=False):
            st.text_input(_("Title"), value=job.title, key=f"{_TITLE}-{job.id}", max_chars=TITLE_MAX)
            st.text_area(_("Notes"), value=job.notes, key=f"{_NOTES}-{job.id}", max_chars=NOTES_MAX, height=160)
            st.caption(_("Only you see them, and the search in your gallery finds them."))
            saved = st.form_submit_button(
                _("Save"),
                type="primary",
                icon=":material/check:",
                key="label-save",
                on_click=told(_save),
                args=(job.id,),
            )
        if saved:
            st.rerun()

    dialog()


def _save(job_id: str) -> None:
    typed = (str(st.session_state.get(f"{key}-{job_id}") or "") for key in (_TITLE, _NOTES))
    if not visitor_service().label(visitor(), job_id, *typed):
        say(_("This video is no longer here: nothing was saved."))
