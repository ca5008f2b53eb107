"""The jobs of this visitor that this tab follows, newest first, each redrawn from the store until it ends.

A job keeps its place on the board: where the progress was, there the video appears.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.language import _
from components.messages import notices
from components.result import job_card
from components.runtime import events
from components.session import following, run_beside, visitor, visitor_service
from studio.jobs.job import Job, State
from studio.storage.errors import StorageAway

BOARD = "job-board"
EVERY_S = 15.0
"""How often a tab looks into the store by itself, in case its line is up and nothing comes through. Not more often:
every run of a fragment, even of an empty one, takes Streamlit (1.67.0) some 3 ms, and 200 tabs may be open."""
UNTOLD_EVERY_S = 1.0
"""While nobody can tell it that a job under way has moved."""


@dataclass(slots=True)
class _Drawn:
    """What the page has drawn of the jobs, and what was seen of them last."""

    jobs: Sequence[Job]
    places: Mapping[str, DeltaGenerator]
    """Of the jobs under way, by id: where what moves of them is drawn."""
    is_told: bool
    stages: Callable[[], Mapping[str, tuple[State, str]]]
    """Asks where the jobs stand now. Put together once: a tab asks it every few seconds."""
    is_followed: bool = False
    is_looked_at: bool = False
    """The fragments have run as parts of the page, which had just read all there is."""


def show(jobs: Sequence[Job]) -> None:
    """Draw the visitor's jobs: under way or ended without a video, and the videos of jobs this tab followed."""
    for job in jobs:
        following().setdefault(job.id, job.is_final)
    _announce(jobs)
    with st.container(key=BOARD):
        places = {job.id: place for job in jobs if (place := _show(job)) is not None}
        if any(not job.is_final for job in jobs):
            st.caption(_("You can close this page. It will be in your gallery."))
    stages = partial(visitor_service().stages, visitor())
    drawn = _Drawn(jobs, places, events.is_up() or not places, stages)
    run_beside(partial(st.fragment(_follow), drawn))
    run_beside(partial(st.fragment(_look, run_every=EVERY_S if drawn.is_told else UNTOLD_EVERY_S), drawn))


def _show(job: Job) -> DeltaGenerator | None:
    if job.state is State.DONE:
        job_card.show_video(job)
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
            now = visitor_service().jobs(visitor())
        except StorageAway as away:
            st.caption(notices.storage(away))
        else:
            if _cards(now) != _cards(drawn.jobs) or drawn.is_told != (events.is_up() or not drawn.places):
                st.rerun()
            drawn.jobs = now
    drawn.is_followed = True
    for job in drawn.jobs:
        if job.id in drawn.places:
            with drawn.places[job.id]:
                job_card.show_moving(job)


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
    if now != {job.id: (job.state, job.last_error) for job in drawn.jobs if job.state is not State.DONE}:
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
        if job.state is State.DONE:
            st.toast(_("Your video is ready."), icon=":material/check_circle:")
        else:
            st.toast(_("One of your videos could not be made."), icon=":material/error:")
