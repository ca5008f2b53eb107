"""Several orders that came to nothing, tried again by one click, priced before it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.callbacks import told
from components.language import _, money, ngettext, number
from components.messages import notices
from components.next_run import complain, following
from components.session import address, visitor, visitor_service
from studio.jobs.job import Job
from studio.money.prices import PriceUnknown
from studio.orders.order import NotTaken


def show(jobs: Sequence[Job]) -> None:
    """Draw the button where several of the jobs failed for nothing; a single one has its own on its card."""
    failed = [job for job in jobs if job.failed_for_nothing]
    if len(failed) < 2:
        return
    try:
        micros = visitor_service().price_of_all(failed)
    except PriceUnknown:
        return
    ids = tuple(job.id for job in failed)
    st.button(
        _("Try the failed ones again"), icon=":material/replay:", key="retry", on_click=_retry, args=(ids, micros)
    )
    count = ngettext("{count} video", "{count} videos", len(failed)).format(count=number(len(failed)))
    price = _("Free in the demo.") if micros == 0 else _("About {amount}.").format(amount=money(micros))
    # As text: a dollar sign may begin a formula to Markdown.
    st.text(f"{count} · {price}")


@told
def _retry(ids: tuple[str, ...], micros: int) -> None:
    try:
        placed = visitor_service().retry_failed(visitor(), ids, shown_micros=micros, address=address())
    except NotTaken as error:
        complain(notices.not_taken(error), ":material/pause_circle:")
        return
    following().update(dict.fromkeys([job.id for job in placed], False))
