"""One job on the page that is no longer under way: its video, or how it ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.callbacks import told
from components.language import _, money
from components.messages import notices
from components.messages.attention import ORDER_FORM, bring_into_view
from components.result import actions, family, origin
from components.result.player import player
from components.session import (
    address,
    fill_form,
    following,
    say_after_rerun,
    visitor,
    visitor_service,
)
from studio import urls
from studio.jobs.family import is_linked
from studio.jobs.job import Job, State
from studio.money.prices import counted_cost
from studio.orders.order import NotTaken

STAGE = "stage-film"
"""Key of the place of the one that is shown large: its picture, and then its video (components/create/stage.js)."""


def show_lost(job: Job) -> None:
    """A job whose answer got lost: what that means, and asking again for who accepts that it may cost twice."""
    with st.container(border=True, key=f"job-{job.id}"):
        _head(job)
        st.warning(notices.lost(_amount(job)), icon=":material/search:")
        _ask_again(job)


def show_video(job: Job, *, plays: bool, among: Sequence[Job] = (), pick: Callable[[str], None] | None = None) -> None:
    """A finished job: its video, and a link to save it. One that plays does so at once, without sound.

    Where it is known to go on from another, or one `among` these to go on from it: the parts that play as one with it;
    `pick` is called with the id of the one that is tapped.
    """
    if job.video is None:
        return
    with st.container(border=True, key=f"job-{job.id}"):
        st.subheader(_("Your video is ready"))
        with st.container(key=STAGE) if plays else st.container():
            st.html(player(job, job.video, autoplay=plays))
        if plays:
            with st.container(key="player-keys"):
                st.caption(_("Keys: , and . go frame by frame, < and > change the speed."))
        st.text(first_words(job))
        origin.show(job)
        if is_linked(job, among):
            family.show(job, pick)
        actions.show(job)


def show_ending(job: Job) -> None:
    """A job that ended without a video: what happened, what it cost, what to do, and another try."""
    with st.container(border=True, key=f"job-{job.id}"):
        _head(job)
        st.error(f"**{notices.stage(job)}.** {notices.ending(job)} {_cost(job)}", icon=":material/error:")
        if job.may_have_been_charged:
            _ask_again(job)
        with st.container(horizontal=True):
            st.button(
                _("Try again"), key=f"again-{job.id}", icon=":material/refresh:", on_click=_fill_again, args=(job,)
            )
            st.button(_("Dismiss"), key=f"dismiss-{job.id}", type="tertiary", on_click=_dismiss, args=(job,))


def _head(job: Job) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.image(urls.thumbnail(job.id), width=96, alt="")
        st.text(first_words(job), width="stretch")


def _ask_again(job: Job) -> None:
    """Only behind a tick: the visitor service, too, refuses without it."""
    knows = st.checkbox(_("I know that it may be charged a second time."), key=_tick(job))
    st.button(
        _("Order again"),
        key=f"ask-{job.id}",
        disabled=not knows,
        icon=":material/replay:",
        on_click=_place_again,
        args=(job,),
    )
    if not_taken := st.session_state.get(_answer(job)):
        st.warning(notices.not_taken(not_taken))


def _tick(job: Job) -> str:
    return f"twice-{job.id}"


def _answer(job: Job) -> str:
    """Key in session_state: why asking again came to nothing."""
    return f"ask-answer-{job.id}"


@told
def _place_again(job: Job) -> None:
    st.session_state.pop(_answer(job), None)
    try:
        again = visitor_service().ask_again(
            visitor(), job.id, may_cost_twice=bool(st.session_state.get(_tick(job))), address=address()
        )
    except NotTaken as error:
        st.session_state[_answer(job)] = error
        return
    if again is not None:
        following()[again.id] = False


@told
def _fill_again(job: Job) -> None:
    again = visitor_service().forms.draft_again(visitor(), job.id)
    if again is not None:
        fill_form(again)
        bring_into_view(ORDER_FORM)
        say_after_rerun(_("Everything is filled in again. Change what you like, then create."), ":material/edit:")


@told
def _dismiss(job: Job) -> None:
    visitor_service().delete(visitor(), job.id)
    following().pop(job.id, None)


def _cost(job: Job) -> str:
    if job.backend == "demo" or job.state in (State.REFUSED, State.FAILED):
        return _("Nothing was charged.")
    return _("It may have cost about {amount}.").format(amount=_amount(job))


def _amount(job: Job) -> str:
    """What a job may have cost; empty in the demo."""
    if job.backend == "demo":
        return ""
    return money(counted_cost(job.cost_micros, job.price_micros))


def first_words(job: Job) -> str:
    """The beginning of what the job was asked for, on one line; it is shown as plain text."""
    words = " ".join(job.order.prompt.split())
    return words if len(words) <= 160 else words[:159] + "…"
