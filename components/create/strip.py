"""The jobs on Create as one strip of tiles, each with its picture and how far it is; one of them is shown large."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict

import streamlit as st

from components import front_end
from components.language import _
from components.messages import job_notices
from components.result import progress_bar
from studio import urls
from studio.jobs.job import Job, State
from studio.jobs.progress import Progress

KEY = "strip-of-jobs"
_WORDS_MAX = 120

_STRIP = front_end.of(__file__, above=progress_bar.COURSE)


def show(
    jobs: Sequence[Job], large: Job, progress_of: Callable[[Job], Progress], picked: Callable[[str], None]
) -> None:
    """Draw a tile for each; calls `picked` with the id of the one that is tapped, before the page is drawn again."""
    data = {
        "label": _("Your videos of today"),
        "tiles": [_tile(job, is_large=job.id == large.id, progress_of=progress_of) for job in jobs],
    }
    _STRIP(key=KEY, data=data, on_picked_change=lambda: picked(str(st.session_state[KEY]["picked"])))


def _tile(job: Job, *, is_large: bool, progress_of: Callable[[Job], Progress]) -> dict[str, object]:
    progress = None if job.is_final or job.state is State.UNCONFIRMED else progress_of(job)
    return {
        "job": job.id,
        "picture": urls.poster(job.id) if job.state is State.DONE else urls.thumbnail(job.id),
        "name": _name(job),
        "stage": job_notices.stage(job),
        "is_large": is_large,
        "came_to_nothing": job.is_final and job.state is not State.DONE,
        "course": None if progress is None else asdict(progress.course),
    }


def _name(job: Job) -> str:
    words, seed = " ".join(job.order.prompt.split())[:_WORDS_MAX], job_notices.seed(job)
    if not seed:
        return _("{stage}: {words}").format(stage=job_notices.stage(job), words=words)
    # Of several videos of one order, what tells them apart.
    return _("{stage}: {words} · {seed}").format(stage=job_notices.stage(job), words=words, seed=seed)
