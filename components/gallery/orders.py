"""The visitor's orders that have no video (yet), as they stand in the grid in their place in time: how far each is, or
why it came to nothing, and what can be done about it. The same that Create does, by the same functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import streamlit as st

from components.current_form import draft, fill_form
from components.gallery.wishes import Wish
from components.language import _, money, sentences
from components.messages import attention, charges, job_notices, notices
from components.next_run import choose_job, complain, following, go_to
from components.page_names import CREATE
from components.result import ending, under_way
from components.result.job_card import first_words
from components.session import visitor, visitor_service
from studio import urls
from studio.jobs.job import Job, State
from studio.jobs.remedy import Remedy, remedy_of
from studio.jobs.stage import choice_of
from studio.money.prices import PriceUnknown
from studio.orders.order import NotTaken

_SAID = "gallery-prices"
"""Key in session_state: what was said that each would cost once more, by its id, in millionths of a dollar."""

Order = dict[str, object]


def order(job: Job) -> Order:
    """What the grid is told of one."""
    moves = not job.is_final and job.state is not State.UNCONFIRMED
    progress = visitor_service().progress(job) if moves else None
    return {
        "id": job.id,
        "is_order": True,
        "picture": urls.thumbnail(job.id),
        "name": first_words(job) or job_notices.stage(job),
        "words": job.order.prompt,
        "stage": job_notices.stage(job),
        "is_failed": job.is_final,
        "course": None if progress is None else asdict(progress.course),
        "said": _said(job),
        "acts": [[wish, label] for wish, label in _acts(job)],
    }


def act(wish: Wish, job: Job) -> None:
    """Do what is wanted of it. In a callback."""
    match wish:
        case Wish.SHOW:
            choose_job(choice_of(visitor_service().jobs(visitor()), job.id))
            go_to(CREATE)
        case Wish.STOP:
            under_way.stop_waiting(job)
        case Wish.TRY_AGAIN:
            _try_again(job)
        case Wish.CHANGE:
            _change(job)
        case Wish.DISMISS:
            ending.dismiss(job)
        case _other:
            raise ValueError(f"{wish} is for videos")


def _said(job: Job) -> str:
    if job.state is State.UNCONFIRMED:
        return job_notices.lost(charges.amount(job))
    if not job.is_final:
        return job_notices.last_error(job)
    micros = _price(job) if remedy_of(job) is Remedy.ORDER_AGAIN else None
    again = _("Again: about {amount}.").format(amount=money(micros)) if micros else ""
    return sentences(job_notices.ending(job), charges.cost(job), again)


def _acts(job: Job) -> Sequence[tuple[Wish, str]]:
    show = (Wish.SHOW, _("Show on Create"))
    if not job.is_final:
        if job.id in draft().set_aside:
            return ()  # Create shows it no more
        return (show,) if job.state is State.UNCONFIRMED else (show, (Wish.STOP, _("Stop waiting")))
    dismiss = (Wish.DISMISS, _("Dismiss"))
    match remedy_of(job):
        case Remedy.ORDER_AGAIN:
            return (Wish.TRY_AGAIN, _("Try again")), dismiss
        case Remedy.ORDER_TWICE:
            # It asks first, and that is there.
            return show, dismiss
        case _something_else:
            return (Wish.CHANGE, _("Change the order")), dismiss


def _price(job: Job) -> int | None:
    prices: dict[str, int] = st.session_state.setdefault(_SAID, {})
    try:
        prices[job.id] = visitor_service().price(job.order).micros
    except PriceUnknown:
        prices.pop(job.id, None)  # which the click then tells
    return prices.get(job.id)


def _try_again(job: Job) -> None:
    try:
        placed = ending.place_again(job, st.session_state.get(_SAID, {}).get(job.id))
    except NotTaken as error:
        complain(notices.not_taken(error), ":material/pause_circle:")
        return
    following().update(dict.fromkeys([again.id for again in placed], False))


def _change(job: Job) -> None:
    again = visitor_service().forms.filled_in.as_ordered(visitor(), job.id)
    if again is None:
        return
    fill_form(again)
    if remedy_of(job) is Remedy.OTHER_PICTURE:
        attention.bring_into_view(attention.PICTURE, attention.PICTURE_CHOOSER)
    else:
        attention.bring_into_view(attention.ORDER_FORM, attention.PROMPT_FIELD)
    go_to(CREATE)
