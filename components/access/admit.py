"""Giving the browser a cookie after the right code: scripts of Streamlit cannot, a route of ours can."""

from __future__ import annotations

import secrets
from typing import Any

import streamlit as st

from components import front_end
from components.language import _
from components.next_run import say
from components.session import admission, become, hold_rights, keeps_cookies, rights, visitor
from studio import urls
from studio.access.sessions import holder_of
from studio.build import get_studio

PENDING = "admission"
"""Key in session_state: where the browser has to go, until it has."""
FAILED = "admission-failed"

_GO = front_end.of(__file__)


def take(ticket: str, *, unasked: str = "") -> None:
    """Let the browser change a ticket for its cookie; a tab without cookies holds the rights by itself.

    `unasked` names what happens without a click, and so must not happen over and over.
    """
    st.session_state.pop(FAILED, None)
    if keeps_cookies():
        st.session_state[PENDING] = _sent(urls.admitted(ticket), unasked=unasked)
    else:
        hold_rights(admission().redeem(ticket, visitor(), rights()))


def begin_anew(*, keep: bool) -> None:
    """Make the browser a new visitor without any rights; with `keep` the gallery follows."""
    st.session_state.pop(FAILED, None)
    if keeps_cookies():
        st.session_state[PENDING] = _sent(urls.begin_anew(keep=keep), leaves=True)
        return
    new = get_studio().access.visitors.new()
    (admission().leave_everywhere if keep else admission().leave)(rights())
    get_studio().sharing.successions.begin_anew(visitor(), new, keep=keep)
    become(new)
    say(_("Your gallery moved.") if keep else _("Everything is deleted."))


def show() -> bool:
    """Send the browser where it has to go, if it has to; True while it is on its way, and nothing else is drawn."""
    pending: dict[str, Any] | None = st.session_state.get(PENDING)
    if st.session_state.get(FAILED):
        st.error(
            _("That did not work, or took too long. Allow cookies for this site, reload the page, and try once more."),
            icon=":material/sync_problem:",
        )
    elif pending is None and admission().has_moved(token := rights()):
        # In another tab something was added to the rights of this browser; this one still has the old cookie.
        name = f"moved {holder_of(token)[:12]}"
        pending = _sent("", unasked=name, once=name)
    if pending is None:
        return False
    st.caption(_("One moment …"))
    _GO(key="admission", data=pending, on_failed_change=_failed)
    return True


def _sent(address: str, *, unasked: str = "", leaves: bool = False, once: str = "") -> dict[str, Any]:
    return {"address": address, "unasked": unasked, "leaves": leaves, "once": once or secrets.token_hex(8)}


def _failed() -> None:
    st.session_state.pop(PENDING, None)
    st.session_state[FAILED] = True
