"""What a visitor's videos come to, in a few figures and by week and model."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from datetime import date

import streamlit as st

from components.language import _, back_arrow, money, number, rough_time, seconds, short_day, week_of
from components.page_names import GALLERY
from components.session import visitor, visitor_service
from studio.orders.order import model_name
from studio.queue.figures import Made

WEEKS_SHOWN = 26
CHART_PX = 240


def show() -> None:
    """Draw the page."""
    st.title(_("Your figures"))
    made = visitor_service().figures(visitor())
    if not made:
        st.write(_("Nothing here yet. Your first video is one picture and one sentence away."))
    else:
        _sums(made)
        _chart(made)
    st.page_link(GALLERY, label=_("Back to the gallery"), icon=back_arrow())


def _sums(made: Sequence[Made]) -> None:
    took = [one.took_s for one in made if one.took_s is not None]
    with st.container(horizontal=True):
        st.metric(_("Videos"), number(len(made)))
        st.metric(_("Film in all"), seconds(round(sum(one.film_s for one in made))))
        # Of those that are still there: what was deleted has cost as much as before.
        st.metric(_("Cost in all"), money(sum(one.cost_micros for one in made)))
        if took:
            st.metric(_("Usually made in"), rough_time(statistics.median(took)))


def _chart(made: Sequence[Made]) -> None:
    bars, model = by_week(made), _("Model")
    st.bar_chart(
        [
            {"week": short_day(date.fromisoformat(week)), "videos": count, model: kind}
            for (week, kind), count in bars.items()
        ],
        x="week",
        y="videos",
        color=model,
        sort=False,
        x_label=_("Week from"),
        y_label=_("Videos"),
        height=CHART_PX,
        alt=_("How many videos were made in each of the last weeks, by model"),
    )


def by_week(made: Sequence[Made]) -> dict[tuple[str, str], int]:
    """How many videos were made in each of the last weeks that have any, where the visitor is, by the week's first day
    and by model; what was made of others for nothing is a kind of its own."""
    kinds = Counter(
        (week_of(one.ordered_at).isoformat(), model_name(one.model) if one.was_ordered else _("Edits")) for one in made
    )
    weeks = sorted({week for week, _kind in kinds})[-WEEKS_SHOWN:]
    return {key: kinds[key] for key in sorted(kinds) if key[0] in weeks}
