"""Where a video comes from that was made of another and kept, and that it cost nothing."""

from __future__ import annotations

import streamlit as st

from components.callbacks import told
from components.language import _
from components.messages import job_notices
from components.next_run import go_to
from components.page_names import VIDEO
from components.session import visitor, visitor_service
from studio.jobs.job import Job


def show(job: Job) -> None:
    """Draw it, as a way to the other video while that is there; nothing for a video that was ordered."""
    if job.made_from is None:
        return
    words = job_notices.made_from(job)
    with st.container(gap=None):
        if visitor_service().job(visitor(), job.made_from) is None:
            st.caption(words)
        else:
            st.button(
                words,
                key=f"origin-{job.id}",
                type="tertiary",
                icon=":material/subdirectory_arrow_left:",
                help=_("Shows what it was made from."),
                on_click=_go_to_page_of,
                args=(job.made_from,),
            )
        st.caption(job_notices.cost_nothing())


@told
def _go_to_page_of(job_id: str) -> None:
    go_to(VIDEO, id=job_id)
