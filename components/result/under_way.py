"""One job under way on the page: how far it is, and what can still be done about it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.callbacks import told
from components.current_form import change_draft, draft, fill_form
from components.language import _
from components.messages import charges, job_notices
from components.messages.attention import ORDER_FORM, bring_into_view
from components.next_run import following, say
from components.result import progress_bar
from components.result.job_card import STAGE, first_words
from components.session import visitor, visitor_service
from studio import urls
from studio.jobs.job import Job, State
from studio.queue.line import PlaceInLine


def show_progress(job: Job, waits: PlaceInLine | None) -> DeltaGenerator:
    """A job under way, its picture as large as its video will be, so that nothing moves when that takes its place.

    `waits`, where it waits to be sent. Gives the place where `show_moving` draws the rest, again and again.
    """
    with st.container(border=True, key=f"job-{job.id}"):
        st.subheader(_("Your video is on its way"))
        with st.container(key=STAGE):
            st.image(urls.picture(job.order.picture_key), width="stretch", alt="")
        st.text(first_words(job))
        moving = st.container(gap="xsmall")
        with st.container(horizontal=True):
            st.button(
                _("Stop waiting"),
                key=f"stop-{job.id}",
                type="tertiary",
                icon=":material/close:",
                on_click=told(stop_waiting),
                args=(job,),
            )
            if job.state is State.WAITING:
                st.button(
                    _("Change it"),
                    key=f"change-{job.id}",
                    type="tertiary",
                    icon=":material/edit:",
                    help=_("Takes it back, if it has not been sent yet, and puts it on the form."),
                    on_click=_change,
                    args=(job,),
                )
            if waits is not None and waits.own_ahead > 0:
                st.button(
                    _("Send this one first"),
                    key=f"first-{job.id}",
                    type="tertiary",
                    icon=":material/vertical_align_top:",
                    help=_("It goes out before your other orders that wait."),
                    on_click=_put_first,
                    args=(job,),
                )
        return moving


def show_moving(job: Job, waits: PlaceInLine | None) -> None:
    """What changes of a job under way: its stage, how long it takes, what is before it and in its way, and what it
    would cost to wait no longer."""
    service = visitor_service()
    progress_bar.show(job, service.progress(job), service.usual_time(job))
    if waits is not None:
        st.caption(job_notices.place(waits))
    if said := job_notices.last_error(job):
        st.caption(said)
    # Here, as it changes the moment that the order goes out.
    st.caption(charges.stopping(job))


def stop_waiting(job: Job) -> None:
    """Wait for it no longer. In a callback.

    Whether it had been sent is decided where it is taken back; what was done is said.
    """
    if visitor_service().take_back(visitor(), job.id):
        following().pop(job.id, None)
        say(_("Taken back before it was sent. It costs nothing."))
        return
    if job.id in draft().set_aside or visitor_service().job(visitor(), job.id) is None:
        return  # a second click
    change_draft(draft().waiting_no_longer([job.id]))
    following().pop(job.id, None)
    sent = (
        _("It had been sent already, so it will be made. You'll find it in your gallery.")
        if job.backend == "demo"
        else _("It had been sent already, so it will be made and paid for. You'll find it in your gallery.")
    )
    say(sent)


@told
def _change(job: Job) -> None:
    """Back on the form instead of out to the service; where it has gone out, the form stays as it is."""
    again = visitor_service().forms.filled_in.as_ordered(visitor(), job.id)
    if again is None:
        return
    before = draft()
    # First on the form: what nothing needs is deleted with its order.
    fill_form(again)
    if visitor_service().take_back(visitor(), job.id):
        following().pop(job.id, None)
        bring_into_view(ORDER_FORM)
        say(_("Taken back. Change it, and order it again."))
    else:
        fill_form(before)
        say(_("It has been sent already, and can no longer be changed."))


@told
def _put_first(job: Job) -> None:
    """Whether it still waits is decided where it is moved."""
    if visitor_service().put_first(visitor(), job.id):
        say(_("This one goes out before your others."))
    elif visitor_service().job(visitor(), job.id) is not None:
        say(_("It has been sent already."))
