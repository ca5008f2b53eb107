"""Deleting videos: asked first, and done only then."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.callbacks import told
from components.language import _, ngettext, number
from components.next_run import following, go_to
from components.session import visitor, visitor_service
from studio.build import get_studio
from studio.jobs.job import Job


def confirm(jobs: Sequence[Job], *, then: str | None = None) -> None:
    """Ask, and delete only then; afterwards the page is drawn anew, or another one is gone to."""
    if len(jobs) == 1:
        title, stays = _("Delete this video?"), _("Keep it")
    else:
        title = ngettext("Delete {count} video?", "Delete {count} videos?", len(jobs)).format(count=number(len(jobs)))
        stays = _("Keep them")

    @st.dialog(title)
    def ask() -> None:
        _say_what_goes(jobs)
        with st.container(horizontal=True):
            if st.button(
                _("Delete for good"),
                type="primary",
                key="delete-yes",
                on_click=_delete,
                args=(jobs,),
                kwargs={"then": then},
            ):
                st.rerun()
            if st.button(stays, key="delete-no"):
                st.rerun()

    ask()


def _say_what_goes(jobs: Sequence[Job]) -> None:
    if len(jobs) > 1:
        st.write(_("The videos and their pictures are deleted for good. Links to them end too."))
        return
    [job] = jobs
    st.text(job.order.prompt)
    st.write(_("The video and its picture are deleted for good. A link to it ends too."))
    if get_studio().keeping.is_kept_from(visitor(), job.id):
        st.write(_("What you kept of it as a video of its own stays, with the picture."))


@told
def _delete(jobs: Sequence[Job], *, then: str | None) -> None:
    """What another tab has deleted meanwhile is gone all the same."""
    for job in jobs:
        visitor_service().delete(visitor(), job.id)
        following().pop(job.id, None)
    if then is not None:
        go_to(then)
