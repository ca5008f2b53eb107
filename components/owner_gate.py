"""The owner's page opens to who knows the owner's code, for twelve hours."""

from __future__ import annotations

import streamlit as st

from components.language import N_, _
from components.session import doors, visitor
from studio.doors import Answer
from studio.settings import OWNER_CODE_MIN

ANSWERS = {
    Answer.WRONG: N_("That is not the owner's code. Check STUDIO_OWNER_CODE where you start Kineograph."),
    Answer.TOO_MANY: N_("Too many wrong tries. Wait a minute, then try again."),
}


def show() -> bool:
    """True for the owner; draws the way in for everybody else."""
    if doors().is_owner(visitor()):
        return True
    st.title(_("For the owner"))
    if not doors().has_owner:
        st.write(_("This page is shut: no owner's code is set."))
        st.write(
            _(
                "To open it, set STUDIO_OWNER_CODE to a code of at least {number} characters where you start "
                "Kineograph, start again, and come back here."
            ).format(number=OWNER_CODE_MIN)
        )
        st.code("STUDIO_OWNER_CODE=… make run", language=None)
        return False
    with st.container(border=True, width=520), st.form("owner", border=False):
        words = st.text_input(
            _("Owner's code"), type="password", key="owner-code", max_chars=200, autocomplete="current-password"
        )
        asked = st.form_submit_button(_("Open"), type="primary")
    if asked and words:
        answer = doors().try_owner(visitor(), words)
        if answer is Answer.ADMITTED:
            st.rerun()
        st.error(_(ANSWERS[answer]), icon=":material/key_off:")
    return False


def leave() -> None:
    """The button that shuts the page again."""
    if st.button(_("Leave the owner's page"), icon=":material/logout:", key="owner-leave"):
        doors().leave_owner(visitor())
        st.rerun()
