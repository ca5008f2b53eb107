"""One job on the page whose video is ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.language import _
from components.messages import job_notices
from components.result import actions, family, origin
from components.result.player import player
from studio.jobs.family import is_linked
from studio.jobs.job import Job

STAGE = "stage-film"
"""Key of the place of the one that is shown large: its picture, and then its video (components/create/stage.js)."""


def show_video(job: Job, *, plays: bool, among: Sequence[Job] = (), pick: Callable[[str], None] | None = None) -> None:
    """A finished job: its video, and a link to save it. One that plays does so at once, without sound.

    Where it is known to go on from another, or one `among` these to go on from it: the parts that play as one with it;
    `pick` is called with the id of the one that is tapped.
    """
    if job.video is None:
        return
    with st.container(border=True, key=f"job-{job.id}"):
        st.subheader(_("Your video is ready"))
        with st.container(key=STAGE) if plays else st.container():
            st.html(player(job, job.video, autoplay=plays))
        if plays:
            with st.container(key="player-keys"):
                st.caption(_("Keys: , and . go frame by frame, < and > change the speed."))
        st.text(first_words(job))
        if seed := job_notices.seed(job):
            st.caption(seed)
        origin.show(job)
        if is_linked(job, among):
            family.show(job, pick)
        actions.show(job)


def first_words(job: Job) -> str:
    """The beginning of what the job was asked for, on one line; it is shown as plain text."""
    words = " ".join(job.order.prompt.split())
    return words if len(words) <= 160 else words[:159] + "…"
