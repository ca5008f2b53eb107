"""What is under way, what was lost on the way, what failed and why, and what went wrong in front of a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st
from babel.dates import format_timedelta

from components.language import N_, _, locale, money, number
from components.messages.sentences import REASONS
from components.owner import drawing
from studio.diagnostics.incidents import Incident
from studio.jobs.job import State
from studio.owner_service import FAILURES_OF, Overview

STAGES = {
    State.WAITING: N_("Waits"),
    State.SUBMITTING: N_("Being sent"),
    State.QUEUED: N_("In the provider's queue"),
    State.GENERATING: N_("Being made"),
    State.FETCHING: N_("Being fetched"),
}
"""For the owner; visitors have sentences of their own."""

INCIDENTS_SHOWN = 5


def show(seen: Overview, incidents: Sequence[Incident]) -> None:
    """Draw each list that has something in it."""
    _under_way(seen)
    _unconfirmed(seen)
    _failures(seen)
    _incidents(incidents, seen.now)
    if not (seen.under_way or seen.unconfirmed or seen.failures or incidents):
        st.caption(
            _("Nothing is under way, and nothing went wrong in the last {number} days.").format(number=FAILURES_OF.days)
        )


def _under_way(seen: Overview) -> None:
    if not seen.under_way:
        return
    st.header(_("Under way"))
    st.html(
        drawing.table(
            (_("Order"), _("Stage"), _("For"), _("Price")),
            (
                (job.id[:8], _(STAGES[job.state]), _for(seen.now - job.since), money(job.price_micros))
                for job in seen.under_way
            ),
        )
    )
    _more(seen.under_way_number - len(seen.under_way))


def _unconfirmed(seen: Overview) -> None:
    if not seen.unconfirmed:
        return
    st.header(_("No reply received"))
    st.caption(
        _(
            "Sent, and no answer came: each may have been charged. They are looked for in the provider's log for a "
            "day. The reference is what the provider knows them by."
        )
    )
    st.html(
        drawing.table(
            (_("Reference"), _("Sent"), _("Price")),
            ((job.reference, _ago(seen.now - job.since), money(job.price_micros)) for job in seen.unconfirmed),
        )
    )
    _more(seen.unconfirmed_number - len(seen.unconfirmed))


def _failures(seen: Overview) -> None:
    if not seen.failures:
        return
    st.header(_("Without a video, in the last {number} days").format(number=FAILURES_OF.days))
    st.html(
        drawing.table(
            (_("Why"), _("Last"), _("Orders")),
            (
                (_(REASONS[each.reason].happened), _ago(seen.now - each.last_at), number(each.number))
                for each in seen.failures
            ),
        )
    )
    said = [each for each in seen.failures if each.detail]
    if said:
        with st.expander(_("What the provider said")):
            for each in said:
                st.caption(_(REASONS[each.reason].happened))
                st.code(each.detail, language=None, wrap_lines=True)


def _incidents(incidents: Sequence[Incident], now: datetime) -> None:
    if not incidents:
        return
    st.header(_("Last errors"))
    st.html(
        drawing.table(
            (_("Reference"), _("What"), _("Last"), _("Times")),
            (
                (incident.reference, incident.what, _ago(now - incident.at), number(incident.number))
                for incident in incidents
            ),
        )
    )


def _more(number_more: int) -> None:
    if number_more > 0:
        st.caption(_("… and {number} more").format(number=number(number_more)))


def _for(age: timedelta) -> str:
    return str(format_timedelta(age, locale=locale()))


def _ago(age: timedelta) -> str:
    return str(format_timedelta(-age, add_direction=True, locale=locale()))
