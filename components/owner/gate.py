"""The owner's page opens to who knows the owner's code, for twelve hours."""

from __future__ import annotations

import streamlit as st

from components.access import admit
from components.callbacks import told
from components.language import N_, _
from components.session import admission, rights, visitor
from studio.access.admission import Answer
from studio.settings import OWNER_CODE_MIN

ANSWERS = {
    Answer.WRONG: N_("That is not the owner's code. Check STUDIO_OWNER_CODE where you start Kineograph."),
    Answer.TOO_MANY: N_(
        "Too many wrong attempts. Wait a minute, then try again. Or type where you start Kineograph: "
        "python -m studio owner-link"
    ),
}
ANSWER = "owner-answer"
"""Key in session_state: what came of the code that was tried last."""


def show() -> bool:
    """True for the owner; draws the field for the code for everybody else."""
    if admission().is_owner(rights()):
        return True
    st.title(_("For the owner"))
    if not admission().has_owner:
        st.write(_("This page is closed: no owner's code is set."))
        st.write(
            _(
                "To open it, set STUDIO_OWNER_CODE to a code of at least {number} characters where you start "
                "Kineograph, start again, and come back here. Or, for twelve hours, open the link that "
                "`python -m studio owner-link` prints there."
            ).format(number=OWNER_CODE_MIN)
        )
        st.code("STUDIO_OWNER_CODE=… make run", language=None)
        return False
    with st.container(border=True, width=520), st.form("owner", border=False, clear_on_submit=True):
        st.text_input(
            _("Owner's code"), type="password", key="owner-code", max_chars=200, autocomplete="current-password"
        )
        st.form_submit_button(_("Open"), type="primary", on_click=told(_typed))
    answer = st.session_state.get(ANSWER)
    if answer is not None:
        st.error(_(ANSWERS[answer]), icon=":material/key_off:")
    return False


def _typed() -> None:
    typed = st.session_state.get("owner-code")
    if not typed:
        return
    tried = admission().try_owner(visitor(), typed)
    if tried.ticket is not None:
        st.session_state.pop(ANSWER, None)
        admit.take(tried.ticket)
    else:
        st.session_state[ANSWER] = tried.answer


def leave() -> None:
    """The button that shuts the page again."""
    st.button(_("Leave the owner's page"), icon=":material/logout:", key="owner-leave", on_click=told(_leave))


def _leave() -> None:
    admission().leave_owner(rights())
