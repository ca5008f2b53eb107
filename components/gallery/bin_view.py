"""What a visitor has deleted, until it is gone for good: brought back, or deleted for good, each or all of it."""

from __future__ import annotations

import streamlit as st

from components.gallery import deleting, grid, rows
from components.language import _, back_arrow, ngettext
from components.page_names import GALLERY
from components.session import visitor, visitor_service
from studio import urls
from studio.queue.searching import Search

BINNED = Search(in_bin=True)


def show() -> None:
    """Draw the page."""
    st.title(_("Bin"))
    days = visitor_service().days_in_bin
    st.write(
        ngettext(
            "What you delete stays here for {number} day and can be brought back. Links to it show nothing meanwhile.",
            "What you delete stays here for {number} days and can be brought back. Links to it show nothing meanwhile.",
            days,
        ).format(number=days)
    )
    page = visitor_service().gallery(visitor(), BINNED, after=rows.after(), shown=rows.shown(BINNED))
    if not page.videos:
        st.write(_("The bin is empty."))
    grid.show(page, BINNED, address=urls.BIN, query={})
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(GALLERY, label=_("Back to the gallery"), icon=back_arrow())
        if page.videos and st.button(
            _("Empty the bin"), key="bin-empty", type="tertiary", icon=":material/delete_forever:"
        ):
            deleting.confirm_emptying()
