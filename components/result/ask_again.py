"""Ordering once more what may have been charged: a click opens the question, a tick answers it, and only then."""

from __future__ import annotations

import streamlit as st

from components.callbacks import told
from components.language import _, money
from components.messages import charges, notices
from components.next_run import following
from components.session import address, visitor, visitor_service
from studio.jobs.job import Job
from studio.money.prices import PriceUnknown
from studio.orders.order import NotTaken


def button(job: Job) -> None:
    """What opens the question; it stays where it is then, so that a second click hits nothing else."""
    st.button(
        _("Order again"),
        key=f"ask-{job.id}",
        icon=":material/replay:",
        disabled=_is_open(job),
        on_click=_open,
        args=(job,),
    )


def show(job: Job) -> None:
    """The question, where it is open: what a second one may cost, behind a tick. The visitor service, too, refuses
    without it."""
    if not _is_open(job):
        return
    try:
        micros = visitor_service().price(job.order).micros
    except PriceUnknown as unknown:
        st.warning(notices.not_taken(unknown), icon=":material/help:")
        return
    # As text: two dollar signs would be a formula to Markdown.
    st.text(charges.twice(micros))
    knows = st.checkbox(_("I know that it may be charged a second time."), key=_tick(job))
    label = _("Order it again") if micros == 0 else _("Order again for about {amount}").format(amount=money(micros))
    with st.container(horizontal=True):
        st.button(
            label,
            key=f"twice-{job.id}",
            disabled=not knows,
            icon=":material/replay:",
            on_click=_place_again,
            args=(job, micros),
        )
        st.button(_("Not now"), key=f"not-twice-{job.id}", type="tertiary", on_click=_close, args=(job,))
    if not_taken := st.session_state.get(_answer(job)):
        st.warning(notices.not_taken(not_taken), icon=":material/pause_circle:")


def _is_open(job: Job) -> bool:
    """True once a person has asked for it, until they decide otherwise."""
    return bool(st.session_state.get(_asked(job)))


def _asked(job: Job) -> str:
    """Key in session_state: whether the question is open."""
    return f"ask-open-{job.id}"


def _tick(job: Job) -> str:
    return f"ask-tick-{job.id}"


def _answer(job: Job) -> str:
    """Key in session_state: why asking again came to nothing."""
    return f"ask-answer-{job.id}"


@told
def _open(job: Job) -> None:
    st.session_state[_asked(job)] = True


@told
def _close(job: Job) -> None:
    for key in (_asked(job), _answer(job)):
        st.session_state.pop(key, None)


@told
def _place_again(job: Job, shown_micros: int) -> None:
    st.session_state.pop(_answer(job), None)
    try:
        again = visitor_service().ask_again(
            visitor(),
            job.id,
            may_cost_twice=bool(st.session_state.get(_tick(job))),
            shown_micros=shown_micros,
            address=address(),
        )
    except NotTaken as error:
        st.session_state[_answer(job)] = error
        return
    if again is not None:
        following()[again.id] = False
        st.session_state.pop(_asked(job), None)
