"""What the provider says of the account: balance, the key's limit, and where it does not agree with our ledger."""

from __future__ import annotations

import streamlit as st

from components.language import N_, _, moment, money
from components.owner import drawing
from components.session import visitor_service
from studio.money.discrepancies import DiscrepancyKind
from studio.money.reconciliation import Account, Hint

URGENT = frozenset({Hint.KEY_DISABLED, Hint.NO_VIDEOS})
"""With these no order goes out."""

HINTS = {
    Hint.KEY_DISABLED: N_("The key is switched off at the provider: no order goes out. Switch it on, or set another."),
    Hint.NO_VIDEOS: N_("The key may not be used for videos: no order goes out. Give it the scope model:video."),
    Hint.NO_LIMIT: N_("The key has no limit at the provider. Give it one: then a leaked key cannot spend everything."),
    Hint.LIMIT_UNCLEAR: N_("The key has a limit at the provider, but not one that could be understood."),
    Hint.LIMIT_BELOW_BUDGET: N_("The key's limit is below your own: the provider will refuse orders before you do."),
    Hint.LIMIT_ABOVE_BUDGET: N_("The key's limit is above your own: a leaked key could spend that much."),
    Hint.PRICE_TOO_LOW: N_(
        "The provider's price list says next to nothing for a video. It is not believed: our own prices are reserved."
    ),
    Hint.PRICE_TOO_HIGH: N_(
        "The provider's price list says more than ten times our own prices. It is not believed; look there yourself."
    ),
    Hint.LIMIT_NEVER_RESETS: N_("The key's limit is for its whole life: one day it is used up. Better: one per day."),
}

DISCREPANCIES = {
    DiscrepancyKind.CHARGED_OTHERWISE: N_("Charged otherwise than counted here"),
    DiscrepancyKind.CHARGED_TWICE: N_("Charged more than once"),
    DiscrepancyKind.NOT_IN_LOG: N_("Counted here, and not in the provider's log"),
    DiscrepancyKind.NOT_BELIEVED: N_("A charge that cannot be: the price is counted"),
    DiscrepancyKind.CHARGE_UNREADABLE: N_("The charge couldn't be read"),
    DiscrepancyKind.JOB_UNKNOWN: N_("Orders of another Kineograph with the same key"),
    DiscrepancyKind.NOT_OURS: N_("Other videos that were ordered with the same key"),
}

LIMITS = {
    "day": N_("{amount} a day"),
    "week": N_("{amount} a week"),
    "month": N_("{amount} a month"),
    "no_reset": N_("{amount} in all"),
}
"""By the values of videoapi.key_info.Retention."""

DISCREPANCIES_SHOWN = 20


def alarms(account: Account | None) -> None:
    """What the owner must know at once: a key that does not work, and money that does not agree."""
    if account is None:
        return
    for hint in account.hints:
        if hint in URGENT:
            st.error(_(HINTS[hint]), icon=":material/key_off:")
    if account.claims or (account.discrepancy is not None and account.discrepancy.is_more_than_a_job):
        st.error(
            _("The provider's account and the ledger here do not agree. The differences are listed below."),
            icon=":material/balance:",
        )


def show(account: Account | None) -> None:
    """Draw the account as it was read last; in the demo there is none."""
    if visitor_service().is_demo:
        return
    st.header(_("Provider account"))
    if account is None:
        st.text(_("Not read yet. It is read every ten minutes."))
        return
    with st.container(horizontal=True, gap="medium"):
        if account.balance is not None:
            st.metric(_("Balance"), money(account.balance.micros), width="content")
        if account.key is not None:
            st.metric(_("Limit of the key"), _limit(account), width="content")
        if account.today is not None:
            charged = money(account.today.charged_micros)
            st.metric(_("Charged today"), charged, help=_("Charges arrive up to an hour late."), width="content")
    for hint in account.hints:
        if hint not in URGENT:
            st.text(_(HINTS[hint]))
    if account.today is not None and account.today.others_micros:
        amount = money(account.today.others_micros)
        st.text(_("Other things were charged with the same key today: {amount}").format(amount=amount))
    _discrepancies(account)
    read = _("Read {moment}.").format(moment=moment(account.read_at))
    st.caption(read if not account.not_read else _("{read} Not all of it could be read this time.").format(read=read))


def _limit(account: Account) -> str:
    limit = None if account.key is None else account.key.limit
    if limit is None:
        return _("none")
    if limit.micros is None or limit.retention is None:
        return _("unclear")
    return _(LIMITS[limit.retention]).format(amount=money(limit.micros))


def _discrepancies(account: Account) -> None:
    found = (*account.claims, *(account.discrepancy.found if account.discrepancy is not None else ()))
    if not found:
        return
    st.html(
        drawing.table(
            (_("What does not agree"), _("Order"), _("Here"), _("There")),
            (
                (
                    _(DISCREPANCIES[discrepancy.kind]),
                    (discrepancy.job_id or "")[:8],
                    money(discrepancy.ours_micros),
                    _("no amount") if discrepancy.theirs_micros < 0 else money(discrepancy.theirs_micros),
                )
                for discrepancy in found[:DISCREPANCIES_SHOWN]
            ),
        )
    )
    if len(found) > DISCREPANCIES_SHOWN:
        st.text(
            _("… and {number} more; the log of the server has them all.").format(
                number=len(found) - DISCREPANCIES_SHOWN
            )
        )
