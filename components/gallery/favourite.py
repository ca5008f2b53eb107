"""The button that makes a video a favourite, and takes it back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import front_end
from components.callbacks import told
from components.language import _
from components.session import visitor, visitor_service
from studio.jobs.job import Job

_FAVOURITE = front_end.of(__file__, is_for_the_page=True)


def button(job: Job) -> None:
    """Draw it."""
    st.button(
        _("Favourite"),
        key=f"favourite-{job.id}",
        type="tertiary",
        icon=":material/favorite:",
        on_click=told(_set),
        # What was seen is decided on: in another tab it may be otherwise by now.
        args=(job.id, not job.is_favourite),
    )


def mind(jobs: Sequence[Job]) -> None:
    """Have the buttons of these videos say whether they are pressed: for favourites. Called once for a page."""
    _FAVOURITE(data={"favourites": [job.id for job in jobs if job.is_favourite]})


def _set(job_id: str, is_favourite: bool) -> None:
    visitor_service().set_favourite(visitor(), job_id, is_favourite)
