"""What a person sees when a page breaks: one sentence and a reference. What broke stands in the log."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

import streamlit as st

from components.language import _
from components.messages import notices
from studio.build import get_studio
from studio.diagnostics.incidents import Incidents, note
from studio.storage.errors import StorageAway

log = logging.getLogger(__name__)


def show(error: Exception) -> bool:
    """Tell the person, log and keep it for the owner. True: Streamlit shows nothing of its own.

    For `st.App(on_script_error=…)`: called within the run of the page or fragment that broke.
    """
    if isinstance(error, StorageAway):
        log.error("storage is away", extra={"error": error.word})
        st.error(notices.storage(error), icon=":material/cloud_off:")
        return True
    st.error(sorry(error), icon=":material/error:")
    return True


def sorry(error: Exception) -> str:
    """Log an error that nobody expected and keep it for the owner; gives the sentence for the person."""
    reference = note(error, urlsplit(st.context.url or "").path or "/", _incidents)
    return _(
        "Something went wrong on our side. Load the page again; your videos are safe. "
        "If it happens again, tell the owner of this site this reference: {reference}"
    ).format(reference=reference)


def _incidents() -> Incidents:
    return get_studio().owner.incidents
