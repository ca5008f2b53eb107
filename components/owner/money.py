"""The owner's money: today and this month against the limits, and the last 30 days."""

from __future__ import annotations

import streamlit as st

from components.language import _, budget_day, money, number, short_day
from components.owner import drawing
from components.session import visitor_service
from studio.money.amounts import dollars
from studio.money.statements import Period, Statement
from studio.owner_service import Overview


def show(seen: Overview) -> None:
    """Draw what is committed of today's and this month's money, and how many orders there were."""
    today, month = seen.statement.today, seen.statement.month
    if visitor_service().is_demo:
        st.info(
            _("This is the demo: nothing is charged. Set AIMLAPI_KEY to make videos with Wan 2.6."),
            icon=":material/savings:",
        )
    left, right = st.columns(2, gap="medium")
    with left:
        _period(_("Today (UTC)"), today)
    with right:
        _period(_("This month (UTC)"), month)
    with st.container(horizontal=True, gap="medium"):
        st.metric(_("Orders today"), number(today.total.orders), width="content")
        st.metric(
            _("Visitors today"),
            number(seen.visitors_today),
            help=_("Who filled in a form or ordered. Who only looked is not counted."),
            width="content",
        )
        st.metric(_("Under way"), number(seen.under_way_number), width="content")


def _period(label: str, period: Period) -> None:
    with st.container(border=True):
        total = period.total
        st.metric(label, money(total.committed), help=_("Spent, under way and unconfirmed together: what counts."))
        parts = [
            drawing.Part(_("Spent"), money(total.spent), total.spent, drawing.SPENT),
            drawing.Part(_("Under way"), money(total.reserved), total.reserved, drawing.RESERVED),
            drawing.Part(_("Unconfirmed"), money(total.uncertain), total.uncertain, drawing.UNCERTAIN),
        ]
        if period.left_micros is not None:
            parts.append(drawing.Part(_("Left"), money(period.left_micros), period.left_micros, drawing.LEFT))
        st.html(drawing.bar(parts))
        if period.limit_micros is not None:
            # Not as Markdown: two dollar signs would be a formula.
            st.text(_("Limit: {amount}").format(amount=money(period.limit_micros)))
        elif not visitor_service().is_demo:
            st.text(_("No limit is set."))


def days(statement: Statement) -> None:
    """The last 30 days as a chart; nothing where there was nothing."""
    if not any(held.committed for _day, held in statement.days):
        return
    st.header(_("The last 30 days (UTC)"))
    spent, under_way, uncertain = _("Spent"), _("Under way"), _("Unconfirmed")
    st.bar_chart(
        [
            {
                "day": short_day(day),
                spent: float(dollars(held.spent)),
                under_way: float(dollars(held.reserved)),
                uncertain: float(dollars(held.uncertain)),
            }
            for day, held in statement.days
        ],
        x="day",
        sort=False,
        y=[spent, under_way, uncertain],
        x_label="",
        y_label=_("US dollars"),
        color=[drawing.SPENT, drawing.RESERVED, drawing.UNCERTAIN],
        height=240,
        alt=_("What each of the last 30 days cost, until {day}").format(day=budget_day(statement.days[-1][0])),
    )
