"""The grid of a visitor's videos: posters that play where they are, and what can be done with each."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import front_end
from components.callbacks import told
from components.gallery import favourite, labels
from components.language import _, megabytes, moment, money, seconds
from components.messages import job_notices
from components.next_run import following, go_to
from components.page_names import VIDEO
from components.result import actions, origin, players, share
from components.result.player import player
from components.session import visitor, visitor_service
from studio import urls
from studio.build import get_studio
from studio.jobs.job import Job
from studio.money.prices import counted_cost
from studio.visitor_service import GalleryPage

CARD_WIDTH_PX = 300

_GRID = front_end.of(__file__, is_for_the_page=True)


def show(page: GalleryPage) -> None:
    """Draw one page of videos."""
    with st.grid(min_column_width=CARD_WIDTH_PX, gap="medium"):
        for job in page.videos:
            _card(job)
    players.mind()
    favourite.mind(page.videos)
    labels.mind()
    _GRID()


def _card(job: Job) -> None:
    if job.video is None:
        return
    with st.container(border=True, key=f"card-{job.id}", gap="small"):
        st.html(player(job, job.video, autoplay=False))
        labels.title(job)
        st.text(job.order.prompt)
        labels.notes(job)
        st.caption(facts(job))
        origin.show(job)
        with st.container(horizontal=True):
            st.link_button(_("Download"), urls.download(job.id))
            if actions.has_one_order(job):
                st.button(_("Use again"), key=f"use-{job.id}", on_click=actions.use_again, args=(job,))
            _more(job)
            favourite.button(job)


def _more(job: Job) -> None:
    """What is done less often, in a menu: four buttons side by side are too many on a phone."""
    actions: dict[str, Callable[[Job], None]] = {
        _("Open"): _open,
        _("Share"): share.ask,
        _("Title and notes"): labels.write,
        _("Delete"): confirm_delete,
    }
    chosen = st.menu_button(_("More"), list(actions), key=f"more-{job.id}", type="tertiary")
    if chosen is not None:
        actions[chosen](job)


def _open(job: Job) -> None:
    # With what was looked for: on the way Streamlit (1.67) leaves an entry of this page with the query of the next one
    # in the browser's history, and that is where its back button leads.
    st.switch_page(VIDEO, query_params=st.query_params.to_dict() | {"id": job.id})


def facts(job: Job) -> str:
    """When it was made, how long, how large, its seed, what it cost where it was ordered: one line."""
    found = [moment(job.created_at), seconds(round(job.length_s, 1)), job.order.resolution]
    if job.video is not None:
        found.append(megabytes(job.video.size_bytes))
    if seed := job_notices.seed(job):
        found.append(seed)
    if job.made_from is not None:
        return " · ".join(found)
    if job.backend == "demo":
        found.append(_("Demo, free"))
    else:
        found.append(money(counted_cost(job.cost_micros, job.price_micros)))
    return " · ".join(found)


def confirm_delete(job: Job, *, then: str | None = None) -> None:
    """Ask, and delete only then; afterwards the page is drawn anew, or another one is gone to."""

    @st.dialog(_("Delete this video?"))
    def ask() -> None:
        st.text(job.order.prompt)
        st.write(_("The video and its picture are deleted for good. A link to it ends too."))
        if get_studio().keeping.is_kept_from(visitor(), job.id):
            st.write(_("What you kept of it as a video of its own stays, with the picture."))
        with st.container(horizontal=True):
            if st.button(
                _("Delete for good"),
                type="primary",
                key="delete-yes",
                on_click=_delete,
                args=(job,),
                kwargs={"then": then},
            ):
                st.rerun()
            if st.button(_("Keep it"), key="delete-no"):
                st.rerun()

    ask()


@told
def _delete(job: Job, *, then: str | None) -> None:
    visitor_service().delete(visitor(), job.id)
    following().pop(job.id, None)
    if then is not None:
        go_to(then)
