"""How full the data folder is, where the owner has set a ceiling for it."""

from __future__ import annotations

import streamlit as st

from components.language import _, gigabytes
from studio.storage.quota import Level, Usage


def alarm(usage: Usage | None) -> None:
    """Tell before it is full, and when it is."""
    if usage is None or usage.level is Level.FINE:
        return
    used, limit = gigabytes(usage.used_bytes), gigabytes(usage.limit_bytes)
    if usage.level is Level.FULL:
        st.error(
            _(
                "The ceiling for what is kept is reached: {used} of {limit}. New pictures and orders are refused; what "
                "is under way is still kept. Raise STUDIO_STORAGE_GB, or set STUDIO_KEEP_DAYS, and start again."
            ).format(used=used, limit=limit),
            icon=":material/hard_drive:",
        )
    else:
        st.warning(
            _(
                "What is kept comes near its ceiling: {used} of {limit}. Above it, new pictures and orders are "
                "refused. Raise STUDIO_STORAGE_GB, or set STUDIO_KEEP_DAYS."
            ).format(used=used, limit=limit),
            icon=":material/hard_drive:",
        )
