"""Access codes: what each has spent today, making one, and ending one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from components.callbacks import as_owner
from components.language import _, day, money
from components.result.share import show_link
from studio.access.codes import BUDGET_MAX_USD, Code, amount_micros, code_link
from studio.build import get_studio
from studio.money.statements import NOTHING, Statement
from studio.orders.order import clean_text

NAME_MAX = 80
"""Characters, as in the table."""
MADE = "owner-code-made"
"""Key in session_state: the code just made and its secret, until the owner has it; or why none was made."""


def show(codes: Sequence[Code], statement: Statement) -> None:
    """Every code with what it holds of today's budget; those that have ended at the end, folded away."""
    st.header(_("Access codes"))
    for code in codes:
        if code.is_living:
            _living(code, statement)
    today, month = (period.by_code.get(None, NOTHING) for period in (statement.today, statement.month))
    if any(code.is_living for code in codes) and month.orders:
        st.text(
            _("Without a code: {today} today, {month} this month").format(
                today=money(today.committed), month=money(month.committed)
            )
        )
    ended = [code for code in codes if not code.is_living]
    if ended:
        with st.expander(_("Codes that have ended: {number}").format(number=len(ended))):
            for code in ended:
                _name(code)
                if code.revoked_at is not None:
                    st.text(
                        _("Made {day}, revoked {revoked}").format(day=day(code.made_at), revoked=day(code.revoked_at))
                    )


def _living(code: Code, statement: Statement) -> None:
    today, month = (period.by_code.get(code.id, NOTHING) for period in (statement.today, statement.month))
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        with st.container(gap="xxsmall", width="stretch"):
            _name(code)
            st.text(
                _("{today} of {budget} today, {month} this month").format(
                    today=money(today.committed), budget=money(code.budget_micros), month=money(month.committed)
                )
            )
            st.caption(_("Made {day}").format(day=day(code.made_at)))
        # A popover, not a dialog: the figures around it are redrawn every few seconds, and a dialog would close.
        with st.popover(_("Revoke"), key=f"revoke-{code.id}"):
            st.write(_("Nobody can order with this code any more. What is under way goes on."))
            st.button(
                _("Revoke it"),
                type="primary",
                key=f"revoke-sure-{code.id}",
                on_click=as_owner(get_studio().access.codes.revoke),
                args=(code.id,),
            )


def _name(code: Code) -> None:
    st.text(code.name)  # as text: a name is typed by a person


def make() -> None:
    """The form for a new code; its secret is shown once, in a dialog."""
    with st.form("owner-make-code", border=False, clear_on_submit=True):
        left, middle, right = st.columns([3, 2, 1.4], vertical_alignment="bottom")
        left.text_input(_("Name"), max_chars=NAME_MAX, placeholder=_("newsletter"), key="owner-code-name")
        middle.number_input(
            _("Dollars a day"),
            min_value=0.01,
            max_value=float(BUDGET_MAX_USD),
            value=5.0,
            step=1.0,
            format="%.2f",
            key="owner-code-budget",
        )
        right.form_submit_button(_("Make a code"), icon=":material/key:", width="stretch", on_click=as_owner(_make))
    made: tuple[Code, str] | str | None = st.session_state.get(MADE)
    if isinstance(made, str):
        st.warning(made)
    elif made is not None:
        _shown_once(*made)


def _make() -> None:
    name = " ".join(clean_text(st.session_state["owner-code-name"]).split())
    if not name:
        st.session_state[MADE] = _("Give the code a name, to tell it from others.")
        return
    budget = Decimal(str(st.session_state["owner-code-budget"]))
    st.session_state[MADE] = get_studio().access.codes.make(name, amount_micros(f"{budget:.2f}"))


def _shown_once(code: Code, secret: str) -> None:
    """Nothing but its button closes it, whatever else is clicked meanwhile: the secret is never shown again."""

    @st.dialog(_("Your new code"), dismissible=False)
    def dialog() -> None:
        st.text(code.name)
        st.code(secret, language=None)
        st.write(_("Or share this link: anyone who opens it can use the code."))
        show_link(code_link("", secret))
        st.warning(_("Copy it now: you won't see it again."), icon=":material/visibility_off:")
        if st.button(_("I've copied it"), type="primary", key="owner-code-seen", on_click=_seen):
            st.rerun()

    dialog()


def _seen() -> None:
    st.session_state.pop(MADE, None)
