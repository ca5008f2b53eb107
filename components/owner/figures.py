"""All of the owner's page that changes by itself, redrawn every few seconds."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from components.messages import notices
from components.owner import account, codes, money, now, storage
from components.session import admission, rights
from studio.build import get_studio
from studio.storage.errors import StorageAway

EVERY_S = 5.0
"""How often the figures are read anew: soon enough to watch a video being paid for, and cheap."""


def show(paused: datetime | None) -> None:
    """Draw the figures, and again by themselves; `paused` is what the page says of new orders."""
    st.fragment(_figures, run_every=EVERY_S)(paused)


def _figures(paused: datetime | None) -> None:
    """Asks each time whether it is still the owner who looks: a page may be left open for days."""
    try:
        if not admission().is_owner(rights()) or get_studio().owner.switches.paused() != paused:
            st.rerun()
        seen = get_studio().owner.service.overview()
        incidents = get_studio().owner.incidents.latest(now.INCIDENTS_SHOWN)
        all_codes = get_studio().access.codes.all()
    except StorageAway as away:
        st.error(notices.storage(away), icon=":material/cloud_off:")
        return
    provider = get_studio().owner.reconciliation.latest()
    account.alarms(provider)
    storage.alarm(get_studio().owner.ceiling.usage)
    money.show(seen)
    money.days(seen.statement)
    account.show(provider)
    now.show(seen, incidents)
    codes.show(all_codes, seen.statement)
