"""How a visitor comes to be allowed to order: by an access code, by signing in, or not at all yet."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.access import admit, sign_in
from components.callbacks import told
from components.language import _
from components.messages import notices
from components.next_run import say
from components.session import admission, rights, visitor
from studio.access.admission import Answer, Tried
from studio.settings import AccessMode

CODE_IN_LINK = "code"
"""A link that brings its code along: /?code=…"""
ANSWER = "code-answer"
"""Key in session_state: what came of the code that was tried last."""
OFFERED = "code-offered"
"""Key in session_state: the ticket of a code that came with the link, where another one is in use."""


def show(may_order: Callable[[], bool]) -> bool:
    """Take in a code that came with the link, draw how to come in where that is needed; True for who may order.

    `may_order` is asked only where not everybody may.
    """
    typed = st.query_params.get(CODE_IN_LINK)
    if typed is not None:
        _try(typed, by_link=True)
        # Out of the address at once: an address is bookmarked, shown and passed on.
        del st.query_params[CODE_IN_LINK]
        st.rerun()
    _question()
    if admission().is_open or may_order():
        _answer()
        return True
    with st.container(border=True, width=520):
        st.header(_("Get access"))
        if admission().needs_budget:
            _not_open_yet()
        if AccessMode.CODE in admission().modes:
            _code()
        _answer()
        if AccessMode.SIGN_IN in admission().modes:
            sign_in.show()
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
        st.text_input(_("Access code"), key="access-code", max_chars=60, placeholder="abcd-efgh-jkmn-pqrs")
        st.form_submit_button(_("Continue"), type="primary", on_click=told(_typed))


def _typed() -> None:
    typed = st.session_state.get("access-code")
    if typed:
        _try(typed)


def _try(typed: str, *, by_link: bool = False) -> None:
    tried = admission().try_code(visitor(), typed)
    if tried.ticket is None:
        st.session_state[ANSWER] = tried.answer
        return
    st.session_state.pop(ANSWER, None)
    own = admission().code(rights())
    if by_link and own is not None:
        _offer(tried, own.id)
    else:
        admit.take(tried.ticket)


def _offer(tried: Tried, own: str) -> None:
    """A link is opened without a thought: it takes nobody's own code away."""
    if tried.code is not None and tried.code.id == own:
        say(notices.admission(Answer.ADMITTED))
    else:
        st.session_state[OFFERED] = tried.ticket


def _answer() -> None:
    answer = st.session_state.get(ANSWER)
    if answer is not None:
        st.error(notices.admission(answer), icon=":material/key_off:")


def _question() -> None:
    ticket, own = st.session_state.get(OFFERED), None
    if ticket is not None:
        own = admission().code(rights())
    if own is None:
        return
    with st.container(border=True, width=520):
        # As text: a name is typed by a person.
        st.text(_("You already use the code “{name}”. Use the one of this link instead?").format(name=own.name))
        with st.container(horizontal=True):
            st.button(_("Use the new one"), type="primary", key="code-new", on_click=told(_use), args=(ticket,))
            st.button(_("Keep mine"), key="code-keep", on_click=_keep)


def _use(ticket: str) -> None:
    _keep()
    admit.take(ticket)


def _keep() -> None:
    st.session_state.pop(OFFERED, None)
