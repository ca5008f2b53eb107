"""An order that came to nothing, or whose answer got lost: what happened, and the one thing that helps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

import streamlit as st

from components.callbacks import told
from components.current_form import change_draft, draft, fill_form
from components.language import _, money, sentences
from components.messages import charges, job_notices, notices
from components.messages.attention import ORDER_FORM, PICTURE, PICTURE_CHOOSER, PROMPT_FIELD, bring_into_view
from components.next_run import following
from components.result import ask_again
from components.result.job_card import first_words
from components.session import address, visitor, visitor_service
from studio import urls
from studio.jobs.job import Job
from studio.jobs.remedy import Remedy, remedy_of
from studio.money.prices import PriceUnknown
from studio.orders.order import NotTaken

HEAD = "ending-head"
"""Begin of the key of the row with the picture and the words (components/create/stage.css)."""
THUMBNAIL_PX = 72


def show_ending(job: Job) -> None:
    """A job that ended without a video: what happened, what it cost, and the one thing that helps."""
    with st.container(border=True, key=f"job-{job.id}"):
        _head(job)
        st.error(
            _("**{stage}.** {what_happened}").format(
                stage=job_notices.stage(job),
                what_happened=sentences(job_notices.ending(job), charges.cost(job)),
            ),
            icon=":material/error:",
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            _help(job)
            st.button(
                _("Dismiss"),
                key=f"dismiss-{job.id}",
                type="tertiary",
                icon=":material/close:",
                on_click=told(dismiss),
                args=(job,),
            )
        ask_again.show(job)
        if not_taken := st.session_state.get(_answer(job)):
            st.warning(notices.not_taken(not_taken), icon=":material/pause_circle:")


def show_lost(job: Job) -> None:
    """A job whose answer got lost: that it is looked for, and what can be done meanwhile."""
    with st.container(border=True, key=f"job-{job.id}"):
        _head(job)
        st.warning(job_notices.lost(charges.amount(job)), icon=":material/search:")
        with st.container(horizontal=True, vertical_alignment="center"):
            ask_again.button(job)
            st.button(
                _("Dismiss"),
                key=f"dismiss-{job.id}",
                type="tertiary",
                icon=":material/close:",
                help=_("We go on checking. If it is found, your video comes into your gallery."),
                on_click=_set_aside,
                args=(job,),
            )
        ask_again.show(job)


def _head(job: Job) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"{HEAD}-{job.id}"):
        st.image(urls.thumbnail(job.id), width=THUMBNAIL_PX, alt="")
        st.text(first_words(job), width="stretch")


def _help(job: Job) -> None:
    match remedy_of(job):
        case Remedy.ORDER_AGAIN:
            _try_again(job)
        case Remedy.ORDER_TWICE:
            ask_again.button(job)
        case Remedy.OTHER_PICTURE:
            _fill(job, _("Choose another picture"), ":material/image:", PICTURE, PICTURE_CHOOSER)
        case Remedy.OTHER_WORDS:
            _fill(job, _("Change the words"), ":material/edit:", ORDER_FORM, PROMPT_FIELD)
        case Remedy.OTHER_SETTINGS:
            _fill(job, _("Change the order"), ":material/edit:", ORDER_FORM, PROMPT_FIELD)
        case never:
            assert_never(never)


def _try_again(job: Job) -> None:
    """The button that places just this once more, and what that costs, where it does."""
    try:
        micros = visitor_service().price(job.order).micros
    except PriceUnknown:
        micros = None  # which the click then tells
    st.button(
        _("Try again"), key=f"again-{job.id}", icon=":material/replay:", on_click=_place_again, args=(job, micros)
    )
    if micros:
        # As text: a dollar sign may begin a formula to Markdown.
        st.text(_("About {amount}.").format(amount=money(micros)), width="content")


def _fill(job: Job, label: str, icon: str, place: str, focus: str) -> None:
    """The button that fills the form in, and goes to what has to change there."""
    st.button(label, key=f"fill-{job.id}", icon=icon, on_click=_fill_again, args=(job, place, focus))


def _answer(job: Job) -> str:
    """Key in session_state: why trying again came to nothing."""
    return f"again-answer-{job.id}"


def place_again(job: Job, shown_micros: int | None) -> Sequence[Job]:
    """Order it once more in its place, and once, however often and in however many tabs it is clicked. Raises NotTaken.
    In a callback."""
    return visitor_service().retry_failed(visitor(), (job.id,), shown_micros=shown_micros, address=address())


@told
def _place_again(job: Job, shown_micros: int | None) -> None:
    st.session_state.pop(_answer(job), None)
    try:
        placed = place_again(job, shown_micros)
    except NotTaken as error:
        st.session_state[_answer(job)] = error
        return
    following().update(dict.fromkeys([again.id for again in placed], False))


@told
def _fill_again(job: Job, place: str, focus: str) -> None:
    again = visitor_service().forms.filled_in.as_ordered(visitor(), job.id)
    if again is not None:
        fill_form(again)
        bring_into_view(place, focus)


def dismiss(job: Job) -> None:
    """Have nothing of it any more. In a callback."""
    visitor_service().delete(visitor(), job.id)
    following().pop(job.id, None)


@told
def _set_aside(job: Job) -> None:
    """It goes on being looked for, and comes back where it comes to nothing."""
    change_draft(draft().waiting_no_longer([job.id]))
    following().pop(job.id, None)
