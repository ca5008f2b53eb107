"""Who is here, and what they may."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.tab import changing, remembered
from studio.access.admission import Admission
from studio.access.sessions import token_in
from studio.access.visitors import Known
from studio.build import get_studio
from studio.visitor_service import VisitorService


def visitor_service() -> VisitorService:
    """The visitor service that this page asks; who pays is told by the rights of this browser."""
    token = rights()
    return get_studio().visitor_service.with_payers(lambda visitor: admission().entitlement(visitor, token).payer)


def admission() -> Admission:
    """Who may come in, as this page asks it."""
    return get_studio().access.admission


def visitor() -> str:
    """Whose page this is: by the signed cookie; a tab without one (cookies are off) is a visitor of its own."""
    known = _known()
    if known is None:
        return remembered().visitor or _new_visitor()
    if (run := get_script_run_ctx()) is not None:
        # From now on this tab's session and uploads are given to this visitor's browser only (web/middleware).
        get_studio().access.tabs.note(run.session_id, known.visitor)
    return known.visitor


def _new_visitor() -> str:
    tab = changing()
    tab.visitor = tab.visitor or get_studio().access.visitors.new()
    return tab.visitor


def keeps_cookies() -> bool:
    """False for a browser that has brought no cookie of ours: nothing made there could be found again."""
    return _known() is not None


def _known() -> Known | None:
    return get_studio().access.visitors.of(_cookies())


def _cookies() -> Mapping[str, str]:
    # Found in what Streamlit gives, a name that is not there costs two errors on the way.
    return st.context.cookies.to_dict()


def address() -> str | None:
    """Where the browser connects from; None for this computer, and where nobody can tell."""
    return st.context.ip_address


def rights() -> str | None:
    """The token by which this browser was let in, if it was; a tab without cookies holds its own."""
    return token_in(_cookies()) or remembered().rights


def hold_rights(token: str | None) -> None:
    """This tab, whose browser keeps no cookies, is let in by that token from now on."""
    changing().rights = token


def become(new: str) -> None:
    """This tab, whose browser keeps no cookies, is that visitor from now on, without any rights."""
    tab = changing()
    tab.visitor, tab.rights = new, None
