"""Several videos in an order of one's own, joined to one: for nothing, to be saved or kept."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.callbacks import told
from components.language import _, ngettext, number, seconds
from components.result import edit_dialogs
from studio.edits import PARTS_MAX
from studio.jobs.job import Job
from studio.videos.edit import joined

NAME_SHOWN = 60
"""Characters: a line on a phone."""
_ORDER = "reel-order"
"""Key in session_state: the ids of the videos in the order that was chosen."""


def ask(jobs: Sequence[Job]) -> None:
    """Open the dialog, with these videos one after the other."""
    st.session_state[_ORDER] = tuple(job.id for job in jobs)
    by_id = {job.id: job for job in jobs}

    @st.dialog(_("Show reel"))
    def dialog() -> None:
        order = [by_id[job_id] for job_id in st.session_state[_ORDER]]
        if not 2 <= len(order) <= PARTS_MAX:
            most = ngettext("Choose two to {number} video.", "Choose two to {number} videos.", PARTS_MAX)
            st.write(most.format(number=number(PARTS_MAX)))
            return
        for place, job in enumerate(order):
            _row(place, job, len(order))
        together = seconds(round(sum(job.length_s for job in order), 1))
        st.caption(_("Together {length}. Others are fitted into the size of the first.").format(length=together))
        first, *others = order
        edit_dialogs.on_wish(first, _("Make the show reel"), lambda: joined(tuple(job.id for job in others)))

    dialog()


def _row(place: int, job: Job, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        name = " ".join((job.title or job.order.prompt).split())
        st.text(f"{place + 1}. {name[:NAME_SHOWN]}", width="stretch")
        for label, icon, by, is_off in (
            (_("Up"), ":material/arrow_upward:", -1, place == 0),
            (_("Down"), ":material/arrow_downward:", 1, place == count - 1),
        ):
            st.button(
                label,
                icon=icon,
                key=f"reel-{by}-{job.id}",
                type="tertiary",
                disabled=is_off,
                on_click=_move,
                args=(job.id, by),
            )


@told
def _move(job_id: str, by: int) -> None:
    order = list(st.session_state[_ORDER])
    at = order.index(job_id)
    order.insert(max(0, at + by), order.pop(at))
    st.session_state[_ORDER] = tuple(order)
