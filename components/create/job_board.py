"""The jobs of this visitor that this tab follows, newest first, each redrawn from the store until it ends.

A job keeps its place on the board: where the progress was, there the video appears.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.callbacks import told
from components.create import news
from components.language import _
from components.messages import notices
from components.result import job_card
from components.runtime import events
from components.session import (
    change_draft,
    create_page,
    draft,
    following,
    new_fields,
    run_beside,
    stop_waiting,
    visitor,
    visitor_service,
)
from studio import clock
from studio.jobs.job import Job, State
from studio.storage.errors import StorageAway
from studio.visitor_service import CreatePage

BOARD = "job-board"
EVERY_S = 15.0
"""How often a tab looks into the store by itself, in case its line is up and nothing comes through. Not more often:
every run of a fragment, even of an empty one, takes Streamlit (1.67.0) some 3 ms, and 200 tabs may be open."""
UNTOLD_EVERY_S = 1.0
"""While nobody can tell it that a job under way has moved."""


@dataclass(slots=True)
class _Drawn:
    """What the page has drawn of the jobs, and what was seen of them last."""

    page: CreatePage
    moving: Mapping[str, DeltaGenerator]
    """Of the jobs under way, by id: where what moves of them is drawn."""
    is_told: bool
    stages: Callable[[], Mapping[str, tuple[State, str]]]
    """Asks where the jobs stand now. Put together once: a tab asks it every few seconds."""
    is_followed: bool = False
    is_looked_at: bool = False
    """The fragments have run as parts of the page, which had just read all there is."""


def show(page: CreatePage) -> None:
    """Draw the visitor's jobs: under way or ended without a video, and the latest videos of today."""
    jobs = page.jobs
    for job in jobs:
        following().setdefault(job.id, job.is_final)
    _announce(jobs)
    with st.container(key=BOARD):
        latest = next((job.id for job in jobs if job.state is State.DONE), None)
        moving = {job.id: place for job in jobs if (place := _show(job, plays=job.id == latest)) is not None}
        news.show(jobs)
        if any(not job.is_final for job in jobs):
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
    stages = partial(visitor_service().stages, visitor(), draft().set_aside)
    drawn = _Drawn(page, moving, events.is_up() or not moving, stages)
    run_beside(partial(st.fragment(_follow), drawn))
    run_beside(partial(st.fragment(_look, run_every=EVERY_S if drawn.is_told else UNTOLD_EVERY_S), drawn))


def _show(job: Job, *, plays: bool) -> DeltaGenerator | None:
    if job.state is State.DONE:
        job_card.show_video(job, plays=plays)
    elif job.is_final:
        job_card.show_ending(job)
    elif job.state is State.UNCONFIRMED:
        job_card.show_lost(job)
    else:
        return job_card.show_progress(job)
    return None


def _follow(drawn: _Drawn) -> None:
    """Draw what moves of the jobs under way; where more than that has changed, the whole page is drawn anew.

    Runs when the browser was told of something.
    """
    events.listen()
    if drawn.is_followed:
        try:
            now = create_page()
        except StorageAway as away:
            st.caption(notices.storage(away))
        else:
            if _cards(now.jobs) != _cards(drawn.page.jobs) or drawn.is_told != (events.is_up() or not drawn.moving):
                st.rerun()
            drawn.page = now
    drawn.is_followed = True
    for job in drawn.page.jobs:
        if job.id in drawn.moving:
            with drawn.moving[job.id]:
                job_card.show_moving(job, drawn.page.places.get(job.id))


@told
def _start_fresh() -> None:
    before = draft().picture
    stop_waiting()
    change_draft(draft().emptied(clock.now().timestamp()))
    new_fields()
    if before is not None:
        visitor_service().forms.drop_picture(before)


def _look(drawn: _Drawn) -> None:
    """Ask the store, every few seconds, whether anything was missed; draws nothing, as a tab hardly ever sees more."""
    if not drawn.is_looked_at:
        drawn.is_looked_at = True
        return
    try:
        now = drawn.stages()
    except StorageAway as away:
        st.caption(notices.storage(away))
        return
    if now != {job.id: (job.state, job.last_error) for job in drawn.page.jobs if job.state is not State.DONE}:
        st.rerun()


def _cards(jobs: Sequence[Job]) -> dict[str, State | None]:
    """What a job's card looks like, but for what moves on it; videos have theirs for good."""
    return {
        job.id: job.state if job.is_final or job.state is State.UNCONFIRMED else None
        for job in jobs
        if job.state is not State.DONE
    }


def _announce(jobs: Sequence[Job]) -> None:
    """Tell once of each job that this tab follows that it has ended."""
    for job in jobs:
        if following()[job.id] or not job.is_final:
            continue
        following()[job.id] = True
        icon = ":material/check_circle:" if job.state is State.DONE else ":material/error:"
        st.toast(notices.ended(job), icon=icon)
