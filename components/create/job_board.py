"""The jobs of this visitor that this tab follows, newest first, each redrawn from the store until it ends.

A job keeps its place on the board: where the progress was, there the video appears.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from components.callbacks import told
from components.language import _
from components.messages import notices
from components.result import job_card
from components.session import change_draft, draft, following, new_fields, visitor, visitor_service
from studio import clock
from studio.jobs.job import Job, State
from studio.storage.errors import StorageAway

BOARD = "job-board"
WATCH_EVERY_S = 5.0
"""How often a tab looks for jobs that another tab or device has placed."""


def show(jobs: Sequence[Job]) -> None:
    """Draw the visitor's jobs: under way or ended without a video, and the videos of jobs this tab followed."""
    for job in jobs:
        following().setdefault(job.id, job.is_final)
    _announce(jobs)
    with st.container(key=BOARD):
        latest = next((job.id for job in jobs if job.state is State.DONE), None)
        for job in jobs:
            _show(job, plays=job.id == latest)
        under_way = {job.id for job in jobs if not job.is_final}
        if under_way:
            st.caption(_("You can close this page. Your video will be in your gallery."))
        if any(job.is_final for job in jobs):
            st.button(
                _("Start fresh"),
                icon=":material/refresh:",
                type="tertiary",
                help=_("Empties the form. Finished videos stay in your gallery."),
                key="start-fresh",
                on_click=_start_fresh,
            )
    # Outside: Streamlit copies all containers that a fragment is in, at every run.
    st.fragment(_watch, run_every=WATCH_EVERY_S)(under_way, drawn_at=time.monotonic())


def _show(job: Job, *, plays: bool) -> None:
    if job.state is State.DONE:
        job_card.show_video(job, plays=plays)
    elif job.is_final:
        job_card.show_ending(job)
    elif job.state is State.UNCONFIRMED:
        job_card.show_lost(job)
    else:
        job_card.show_progress(job)


@told
def _start_fresh() -> None:
    before = draft().picture
    change_draft(draft().emptied(clock.now().timestamp()))
    new_fields()
    if before is not None:
        visitor_service().forms.drop_picture(before)


def _watch(drawn: set[str], drawn_at: float) -> None:
    if time.monotonic() - drawn_at < WATCH_EVERY_S / 2:
        return  # part of the page's own run, which has just read it
    try:
        now = {job.id for job in visitor_service().jobs(visitor()) if not job.is_final}
    except StorageAway as away:
        st.caption(notices.storage(away))
        return
    if now != drawn:
        st.rerun()


def _announce(jobs: Sequence[Job]) -> None:
    """Tell once of each job that this tab follows that it has ended."""
    for job in jobs:
        if following()[job.id] or not job.is_final:
            continue
        following()[job.id] = True
        if job.state is State.DONE:
            st.toast(_("Your video is ready."), icon=":material/check_circle:")
        else:
            st.toast(_("One of your videos could not be made."), icon=":material/error:")
