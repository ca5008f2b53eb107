"""The jobs of this visitor, redrawn from the store until they end: one large, and of several each in a strip above it.

Where the progress was, there the video appears; one video plays, however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.callbacks import told
from components.create import news, retry, strip
from components.create.stage import BOARD
from components.current_form import change_draft, create_page, draft, let_go_of_line, new_fields, stop_waiting
from components.language import _
from components.messages import notices
from components.next_run import choose_job, chosen_job, following, go_to, run_beside
from components.page_names import VIDEO
from components.result import ending, job_card, under_way
from components.runtime import events
from components.session import visitor, visitor_service
from studio import clock
from studio.jobs.job import Job, State
from studio.jobs.stage import choice_of, chosen
from studio.storage.errors import StorageAway
from studio.visitor_service import CreatePage

EVERY_S = 15.0
"""How often a tab looks into the store by itself, in case its line is up and nothing comes through. Not more often:
every run of a fragment, even of an empty one, takes Streamlit (1.67.0) some 3 ms, and 200 tabs may be open."""
UNTOLD_EVERY_S = 1.0
"""While nobody can tell it that a job under way has moved."""


@dataclass(slots=True)
class _Drawn:
    """What the page has drawn of the jobs, and what was seen of them last."""

    page: CreatePage
    looks: tuple[dict[str, State | None], str | None]
    large: Job | None
    """The job that has the stage; None without any."""
    moving: DeltaGenerator | None
    """Where what moves of that one is drawn, while it is under way."""
    strip: DeltaGenerator | None
    """Where the tiles of all are drawn, if there are several."""
    is_told: bool
    stages: Callable[[], Mapping[str, tuple[State, str]]]
    """Asks where the jobs stand now. Put together once: a tab asks it every few seconds."""
    is_followed: bool = False
    is_looked_at: bool = False
    """The fragments have run as parts of the page, which had just read all there is."""


def show(page: CreatePage) -> None:
    """Draw the visitor's jobs: under way or ended without a video, and the latest videos of today."""
    jobs = page.jobs
    placed_here = set(following())
    for job in jobs:
        following().setdefault(job.id, job.is_final)
    ended_since = [job.id for job in jobs if job.is_final and not following()[job.id]]
    with st.container(key=BOARD):
        large = chosen(jobs, chosen_job()) if jobs else None
        tiles = st.container() if len(jobs) > 1 else None
        moving = None if large is None else _show(large, page)
        retry.show(jobs)
        news.show(jobs, placed_here, ended_since)
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
    drawn = _Drawn(page, _looks(jobs), large, moving, tiles, events.is_up() or not _some_move(jobs), stages)
    run_beside(partial(st.fragment(_follow), drawn))
    run_beside(partial(st.fragment(_look, run_every=EVERY_S if drawn.is_told else UNTOLD_EVERY_S), drawn))


def _show(job: Job, page: CreatePage) -> DeltaGenerator | None:
    jobs = page.jobs
    if job.state is State.DONE:
        job_card.show_video(job, plays=True, among=jobs, pick=partial(_pick_part, jobs))
    elif job.is_final:
        ending.show_ending(job)
    elif job.state is State.UNCONFIRMED:
        ending.show_lost(job)
    else:
        return under_way.show_progress(job, page.places.get(job.id))
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
            is_told = events.is_up() or not _some_move(drawn.page.jobs)
            if _looks(now.jobs) != drawn.looks or drawn.is_told != is_told:
                st.rerun()
            drawn.page = now
            drawn.large = next((job for job in now.jobs if drawn.large and job.id == drawn.large.id), None)
    drawn.is_followed = True
    _draw_what_moves(drawn)


def _draw_what_moves(drawn: _Drawn) -> None:
    if drawn.large is None:
        return
    if drawn.strip is not None:
        with drawn.strip:
            strip.show(drawn.page.jobs, drawn.large, visitor_service().progress, partial(_pick, drawn.page.jobs))
    if drawn.moving is not None:
        with drawn.moving:
            under_way.show_moving(drawn.large, drawn.page.places.get(drawn.large.id))


@told
def _pick(jobs: Sequence[Job], job_id: str) -> None:
    choose_job(choice_of(jobs, job_id))


@told
def _pick_part(jobs: Sequence[Job], job_id: str) -> None:
    """A part of a chain that is not of today, or was set aside, has its own page."""
    if any(job.id == job_id for job in jobs):
        choose_job(choice_of(jobs, job_id))
    else:
        go_to(VIDEO, id=job_id)


@told
def _start_fresh() -> None:
    before = draft().pictures
    stop_waiting()
    let_go_of_line()
    change_draft(draft().emptied(clock.now().timestamp()))
    new_fields()
    for picture in before:
        visitor_service().forms.picture_files.drop(picture)


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


def _looks(jobs: Sequence[Job]) -> tuple[dict[str, State | None], str | None]:
    """What the board looks like, but for what moves on it: each order's tile, and which is large.

    A video that was made of another and is kept comes and goes on the strip alone: drawn anew, the page would shut the
    dialog in which somebody just reads that it is kept.
    """
    large = chosen(jobs, chosen_job()).id if jobs else None
    return {job.id: None if _moves(job) else job.state for job in jobs if job.made_from is None}, large


def _some_move(jobs: Sequence[Job]) -> bool:
    return any(_moves(job) for job in jobs)


def _moves(job: Job) -> bool:
    return not job.is_final and job.state is not State.UNCONFIRMED
