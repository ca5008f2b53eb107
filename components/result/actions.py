"""What can be done with a finished video: the same on every page that shows one."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.callbacks import told
from components.current_form import fill_form, wait_for
from components.language import _, money
from components.messages import given_notices, job_notices, notices
from components.messages.attention import ORDER_FORM, PROMPT_FIELD, bring_into_view
from components.next_run import complain, following, go_to, say
from components.page_names import CREATE
from components.result import as_code, edit_dialogs, share
from components.session import address, visitor, visitor_service
from studio import urls
from studio.build import get_studio
from studio.forms.given_pictures import TooManyPictures
from studio.jobs.job import Job
from studio.money.prices import Price, PriceUnknown
from studio.orders.order import NotTaken
from studio.pictures.prepare import PictureRefused
from studio.pictures.queue import TooManyWaiting
from studio.videos.edit import LAST_FRAME, EditRefused, Kind, of_name

LAST_FRAME_WITHIN_S = 20.0
"""It takes a second or two; on a busy machine ten times that."""


def show(job: Job) -> None:
    """Draw the links and buttons below a finished video."""
    price = _price_of_another(job) if job.made_from is None else None
    with st.container(horizontal=True):
        st.link_button(_("Download"), urls.download(job.id), icon=":material/download:")
        share.button(job)
        st.button(
            _("Continue"),
            key=f"continue-{job.id}",
            icon=":material/skip_next:",
            help=_("Its last frame becomes the next picture."),
            on_click=_continue,
            args=(job,),
        )
        if job.made_from is None:
            st.button(
                _("Another like this"),
                key=f"like-{job.id}",
                icon=":material/library_add:",
                help=_("Orders the same once more, with another seed."),
                on_click=_another,
                args=(job, price),
            )
        if has_one_order(job):
            st.button(
                _("Change one thing"),
                key=f"vary-{job.id}",
                icon=":material/tune:",
                help=_(
                    "Fills the form in with this order, its picture and its seed, so that the next video differs in "
                    "what you change and as little as possible else."
                ),
                on_click=_change_one_thing,
                args=(job,),
            )
            st.button(_("Use again"), key=f"use-{job.id}", icon=":material/edit:", on_click=use_again, args=(job,))
        _more(job)
    if price is not None and not price.is_free:
        # As text: a dollar sign may begin a formula to Markdown.
        st.text(_("Another like this: about {amount}").format(amount=money(price.micros)))


def has_one_order(job: Job) -> bool:
    """False for several videos that were joined to one: there is no one form that stands for it."""
    return job.made_as is None or of_name(job.made_as)[0] is not Kind.JOINED


def _price_of_another(job: Job) -> Price | None:
    """What one more costs, to be told before the click; None where nobody can say, which the click then tells."""
    try:
        return visitor_service().price(job.order)
    except PriceUnknown:
        return None


def _more(job: Job) -> None:
    """What is done less often, in a menu: so many buttons side by side are too many on a phone."""
    actions: dict[str, Callable[[Job], None]] = {
        _("Save as GIF"): edit_dialogs.gif,
        _("Save as WebP"): edit_dialogs.webp,
        _("Save a frame"): edit_dialogs.frame,
        _("Trim"): edit_dialogs.trim,
        _("Back and forth"): edit_dialogs.back_and_forth,
    }
    if job.made_from is None:
        actions[_("Show as code")] = as_code.show
    chosen = st.menu_button(_("More"), list(actions), key=f"result-more-{job.id}", type="tertiary")
    if chosen is not None:
        actions[chosen](job)


@told
def use_again(job: Job) -> None:
    """Fill the form in as it was for this video, and go there."""
    again = visitor_service().forms.filled_in.as_ordered(visitor(), job.id)
    if again is None:
        return
    fill_form(again)
    bring_into_view(ORDER_FORM)
    go_to(CREATE)


@told
def _change_one_thing(job: Job) -> None:
    """The form is as it was, and the video stays beside it, to be compared with the next one."""
    again = visitor_service().forms.filled_in.as_ordered(visitor(), job.id, with_drawn_seed=True)
    if again is None:
        return
    fill_form(again)
    bring_into_view(ORDER_FORM, PROMPT_FIELD)
    if again.seed is None:
        # An order of before, when the service drew it.
        say(_("The seed of this video is not known, so the next one will differ in more than you change."))
    go_to(CREATE)


@told
def _another(job: Job, shown: Price | None) -> None:
    """One further order at a time comes of it, however often it is clicked."""
    micros = None if shown is None else shown.micros
    try:
        again = visitor_service().another_like(visitor(), job.id, shown_micros=micros, address=address())
    except NotTaken as error:
        complain(notices.not_taken(error), ":material/pause_circle:")
        return
    if again is not None:
        following()[again.id] = False
        go_to(CREATE)


@told
def _continue(job: Job) -> None:
    """The last frame is prepared like any picture, and comes onto a form without words."""
    edits, service = get_studio().edits, visitor_service()
    again = service.forms.filled_in.as_ordered(visitor(), job.id)
    try:
        making = edits.make(visitor(), job.id, LAST_FRAME)
        if again is None or not making.wait(LAST_FRAME_WITHIN_S):
            complain(_("The last frame is still being made. Try again in a moment."), ":material/hourglass_top:")
            return
        frame = making.result()
        ready = service.forms.pictures.take(visitor(), edits.read(frame), enlarge=True, last_frame_of=job.id)
    except EditRefused as refused:
        complain(job_notices.edit_refusal(refused.reason), ":material/error:")
        return
    except (PictureRefused, TooManyPictures, TooManyWaiting) as refused:
        complain(given_notices.not_prepared(refused), ":material/broken_image:")
        return
    fill_form(again.continued())
    wait_for(ready)
    bring_into_view(ORDER_FORM)
    say(_("Say what happens next."))
    go_to(CREATE)
