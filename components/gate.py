"""How a visitor comes to be allowed to order: by an access code, by signing in, or not at all yet."""

from __future__ import annotations

import streamlit as st

from components import notices, sign_in
from components.language import _
from components.session import doors, say_after_rerun, visitor
from studio.doors import Answer
from studio.settings import WayIn

CODE_IN_LINK = "code"
"""A link that brings its code along: /?code=…"""


def show() -> bool:
    """Take in a code that came with the link, draw how to come in where that is needed; True for who may order."""
    words = st.query_params.get(CODE_IN_LINK)
    if words is not None:
        # Out of the address at once: an address is bookmarked, shown and passed on.
        del st.query_params[CODE_IN_LINK]
        _try(words)
    if doors().standing(visitor()).may_order:
        return True
    with st.container(border=True, width=520):
        st.header(_("How to come in"))
        if doors().needs_budget:
            _not_open_yet()
        if WayIn.CODE in doors().ways:
            _code()
        if WayIn.SIGN_IN in doors().ways and sign_in.show(doors(), visitor()):
            st.rerun()
    return False


def _not_open_yet() -> None:
    st.write(_("This site is not open to everybody yet. With an access code you can order."))
    st.caption(
        _(
            "If it is yours: set STUDIO_DAILY_BUDGET_USD to what all visitors together may spend a day, for example 5, "
            "and start again. Or give somebody a code: make code NAME=friends BUDGET=5"
        )
    )


def _code() -> None:
    with st.form("code", border=False):
        words = st.text_input(_("Access code"), key="access-code", max_chars=60, placeholder="abcd-efgh-jkmn-pqrs")
        if st.form_submit_button(_("Come in"), type="primary") and words:
            _try(words)


def _try(words: str) -> None:
    answer = doors().try_code(visitor(), words)
    if answer is Answer.ADMITTED:
        say_after_rerun(notices.door(answer), ":material/key:")
        st.rerun()
    st.error(notices.door(answer), icon=":material/key_off:")
