"""Why nothing was made of a video, or nothing kept of what was made, in place of what would be shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from components.messages import job_notices, notices
from studio.storage.errors import StorageAway
from studio.videos.edit import EditRefused


@contextmanager
def refusals() -> Iterator[None]:
    """Says so inside, where it is refused."""
    try:
        yield
    except EditRefused as refused:
        st.error(job_notices.edit_refusal(refused.reason), icon=":material/error:")
    except StorageAway as away:
        st.error(notices.storage(away), icon=":material/cloud_off:")
