"""The ledger as a file."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import streamlit as st

from components.language import _
from components.session import admission, rights
from studio import clock
from studio.build import get_studio

LEDGER_OF = timedelta(days=366)
"""A year, for the bookkeeping."""


def download() -> None:
    """The button that makes the file when it is clicked, not before."""
    st.download_button(
        _("Ledger of the last year"),
        partial(contents, rights()),
        file_name="kineograph-ledger.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="owner-ledger",
    )


def contents(owner: str | None) -> bytes:
    """The file, for who is the owner when it is made; nothing for anybody else. Runs on a thread of its own."""
    if not admission().is_owner(owner):
        return b""
    # With a mark at its start, by which Excel reads names with accents.
    return "".join(get_studio().owner.service.export(clock.now() - LEDGER_OF)).encode("utf-8-sig")
