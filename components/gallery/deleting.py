"""Deleting videos: into the bin at once, with the way back beside it; and out of the bin for good, asked first."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.callbacks import told
from components.language import _, ngettext, number
from components.next_run import following, go_to, say
from components.session import visitor, visitor_service
from studio import clock
from studio.build import get_studio
from studio.jobs.job import Job

OFFERED_S = 60.0
"""So long after videos were put into the bin the gallery says it, wherever one has been meanwhile."""
_BINNED = "gallery-binned"
"""Key in session_state: which were put into the bin last, and when, in seconds since 1970 UTC."""

Offer = dict[str, object]


def put_in_bin(job_ids: Sequence[str], *, then: str | None = None) -> None:
    """Put these into the bin, and offer to have them back; with `then`, on that page. In a callback."""
    taken = visitor_service().put_in_bin(visitor(), job_ids)
    for job_id in taken:
        following().pop(job_id, None)
    if taken:
        st.session_state[_BINNED] = tuple(taken), clock.now().timestamp()
    elif not set(job_ids) <= set(_binned()[0]):  # by a second click of a double one
        say(_("This video is no longer here."))
    if then is not None:
        go_to(then)


def take_out_of_bin(job_ids: Sequence[str]) -> None:
    """Put these back into the gallery. In a callback."""
    st.session_state.pop(_BINNED, None)
    if not visitor_service().take_out_of_bin(visitor(), job_ids):
        say(_("This video is no longer in the bin."))


def offer() -> Offer | None:
    """What the gallery says of those that have just been put into the bin; None where there is nothing to say."""
    job_ids, at_s = _binned()
    if clock.now().timestamp() - at_s > OFFERED_S:
        return None
    words = ngettext("The video is in the bin.", "{count} videos are in the bin.", len(job_ids))
    return {"jobs": list(job_ids), "at": at_s, "words": words.format(count=number(len(job_ids)))}


def _binned() -> tuple[tuple[str, ...], float]:
    found: tuple[tuple[str, ...], float] = st.session_state.get(_BINNED, ((), 0.0))
    return found


def confirm(jobs: Sequence[Job], *, then: str | None = None) -> None:
    """Ask, and delete for good only then; afterwards the page is drawn anew, or another one is gone to."""
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


def confirm_emptying() -> None:
    """Ask, and empty the bin only then."""

    @st.dialog(_("Empty the bin?"))
    def ask() -> None:
        st.write(_("All videos in the bin and their pictures are deleted for good. Links to them end too."))
        with st.container(horizontal=True):
            if st.button(_("Delete for good"), type="primary", key="empty-yes", on_click=_empty):
                st.rerun()
            if st.button(_("Keep them"), key="empty-no"):
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


@told
def _empty() -> None:
    visitor_service().empty_bin(visitor())
