"""What the order on the form will cost, what is left, and the button that places it."""

from __future__ import annotations

import streamlit as st

from components import notices
from components.attention import bring_into_view
from components.job_board import BOARD
from components.language import _
from components.session import address, change_draft, desk, draft, following, visitor
from studio.drafts import Draft
from studio.orders import NotTaken, Problem, problems_of, tidy
from studio.prices import PriceUnknown


def show() -> None:
    """Draw them, and take the order when the person asks for it."""
    _money()
    _button()


def _money() -> None:
    """What it costs and what is left, before the click; or what keeps an order from being taken."""
    try:
        price = desk().price(draft().order())
    except PriceUnknown as unknown:
        st.warning(notices.not_taken(unknown), icon=":material/help:")
        return
    allowance = desk().allowance(visitor())
    if allowance.left_micros is not None and allowance.cap is not None and allowance.left_micros < price.micros:
        st.warning(notices.cap(allowance.cap, allowance.opens_at), icon=":material/savings:")
    # As text: two dollar signs would be a formula to Markdown.
    st.text(notices.cost(price, allowance))


def _button() -> None:
    form = draft()
    # The key names this filling-in of the form: a click that comes late, or again after a reconnect, finds no button.
    clicked = st.button(
        _("Create video"), type="primary", icon=":material/movie:", width="stretch", key=f"create-{form.nonce}"
    )
    missing = problems_of(tidy(form.order()))
    if clicked and not missing:
        _place(form)
        return
    stop = desk().stopped()
    if stop is not None:
        st.warning(notices.stop(stop), icon=":material/pause_circle:")
    elif desk().paused() is not None:
        st.warning(notices.paused(), icon=":material/pause_circle:")
    if clicked:
        for found in missing:
            st.warning(notices.problem(found), icon=":material/arrow_upward:")
    elif missing:
        st.caption(_hint(missing))


def _hint(missing: tuple[Problem, ...]) -> str:
    if set(missing) == {Problem.NO_PICTURE, Problem.NO_PROMPT}:
        return _("Two things to start: a picture and a sentence.")
    return notices.problem(missing[0])


def _place(form: Draft) -> None:
    try:
        job = desk().place(visitor(), form, address=address())
    except NotTaken as error:
        st.warning(notices.not_taken(error), icon=":material/pause_circle:")
        return
    following()[job.id] = False
    bring_into_view(BOARD)
    change_draft(form.renewed())
    st.rerun()
