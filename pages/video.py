"""One video: the visitor's own, by its number, or one that somebody shares, by its link's token."""

import re

import streamlit as st

from components.callbacks import told
from components.gallery import deleting, details, favourite, labels
from components.gallery.facts import facts
from components.language import _
from components.messages import attention
from components.page_names import BIN, CREATE, GALLERY
from components.result import actions, family, origin, players
from components.result.player import player
from components.session import visitor, visitor_service
from studio.build import get_studio
from studio.jobs.job import Job


def found(wanted: str) -> tuple[Job | None, str | None]:
    """The job, and the token by which it may be seen; no token where it is the visitor's own."""
    if re.fullmatch("[0-9a-f]{32}", wanted):
        return visitor_service().job(visitor(), wanted), None
    job = get_studio().sharing.shares.shared(wanted)
    return job, None if job is None or job.visitor == visitor() else wanted


def make_your_own() -> None:
    """The way to Create."""
    if st.button(_("Make your own"), type="primary", icon=":material/movie_edit:"):
        st.switch_page(CREATE)


def in_bin(job: Job) -> None:
    """What can be done with one that is in the visitor's bin."""
    st.write(_("This video is in the bin. {until}.").format(until=facts(job)))
    with st.container(horizontal=True):
        st.button(
            _("Restore"),
            key="restore",
            type="primary",
            icon=":material/restore_from_trash:",
            on_click=told(deleting.take_out_of_bin),
            args=([job.id],),
        )
        if st.button(_("Delete for good"), key="erase", type="tertiary"):
            deleting.confirm([job], then=BIN)


job, token = found(st.query_params.get("id", ""))
if job is None:
    st.title(_("There is no video here"))
    st.write(_("This video was deleted, or the link is wrong or no longer shared."))
    make_your_own()
elif job.video is None:
    st.title(_("This video is not ready"))
    st.write(_("What becomes of it is on the page Create."))
    if st.button(_("Go there"), type="primary"):
        st.switch_page(CREATE)
else:
    st.title(_("Your video") if token is None else _("A video for you"))
    st.html(player(job, job.video, autoplay=True, token=token))
    players.mind()
    if token is None:
        labels.title(job)
    st.text(job.order.prompt)
    if token is not None:
        st.caption(_("Made from one picture and these words."))
    elif job.binned_at is not None:
        in_bin(job)
    else:
        labels.notes(job)
        st.caption(facts(job))
        details.show(job)
        with st.container(horizontal=True):
            labels.button(job)
            favourite.button(job)
        favourite.mind([job])
        labels.mind()
        origin.show(job)
        family.show(job)
        actions.show(job)
        st.button(
            _("Delete"),
            key="delete",
            type="tertiary",
            on_click=told(deleting.put_in_bin),
            args=([job.id],),
            kwargs={"then": GALLERY},
        )
    make_your_own()
attention.follow()
