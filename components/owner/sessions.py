"""Where the owner's page is open, and shutting it there."""

from __future__ import annotations

import streamlit as st

from components.callbacks import as_owner
from components.language import _, moment
from components.session import admission, rights
from studio.access.sessions import Session, holder_of


def show() -> None:
    """Every browser in which it is open, this one first."""
    here = holder_of(rights())
    st.header(_("Where this page is open"))
    for session in sorted(admission().owners(), key=lambda session: session.holder != here):
        _session(session, is_here=session.holder == here)


def _session(session: Session, *, is_here: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        with st.container(gap="xxsmall", width="stretch"):
            st.text(_("This browser") if is_here else _("Another browser"))
            if session.until is not None:
                st.text(
                    _("Opened {since}, until {until}").format(since=moment(session.since), until=moment(session.until))
                )
        if not is_here:
            st.button(
                _("Shut it there"),
                key=f"owner-end-{session.holder[:12]}",
                on_click=as_owner(admission().end_owner),
                args=(session.holder,),
            )
