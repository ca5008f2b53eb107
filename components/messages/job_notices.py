"""What a person reads of their orders once they are placed."""

from __future__ import annotations

from components.language import _, ngettext, number
from components.messages.sentences import (
    COST_NOTHING,
    EDIT_REFUSALS,
    LAST_ERRORS,
    MADE_FROM,
    REASONS,
    STAGES,
)
from studio.jobs.job import Job, Reason, State
from studio.queue.line import PlaceInLine
from studio.videos.edit import EditRefusal, Kind, of_name


def ended(job: Job) -> str:
    """In one line that a job has ended, and whether there is a video."""
    return _("Your video is ready.") if job.state is State.DONE else _("One of your videos could not be made.")


def stage(job: Job) -> str:
    """Where a job stands, in words."""
    return _(STAGES[job.state])


def ending(job: Job) -> str:
    """Why a job ended without a video, and what to do."""
    return REASONS[job.reason or Reason.UNKNOWN].text()


def edit_refusal(reason: EditRefusal) -> str:
    """Why nothing was made of a video, and what to do."""
    return EDIT_REFUSALS[reason].text()


def made_from(job: Job) -> str:
    """What a video was made from that nobody ordered."""
    kind, parts = of_name(job.made_as or "")
    if kind is Kind.JOINED:
        return ngettext("{count} part joined", "{count} parts joined", parts).format(count=number(parts))
    return _(MADE_FROM[kind])


def seed(job: Job) -> str:
    """The seed that a video was ordered with, to be ordered again; empty where the service drew one, which it does not
    tell, and for what was made of other videos."""
    if job.order.seed is None or job.made_from is not None:
        return ""
    return _("Seed {seed}").format(seed=job.order.seed)


def cost_nothing() -> str:
    """What such a video cost."""
    return _(COST_NOTHING)


def place(waits: PlaceInLine) -> str:
    """What goes out before an order that waits."""
    if waits.ahead == 0:
        return _("Yours is next.")
    return ngettext("{count} order is before yours.", "{count} orders are before yours.", waits.ahead).format(
        count=number(waits.ahead)
    )


def lost(amount: str) -> str:
    """What to say of an order whose answer got lost; `amount` is what it may have cost, or empty in the demo."""
    if not amount:
        return _("We sent your order but got no reply. We'll keep checking for up to 24 hours.")
    return _(
        "We sent your order but got no reply. It may have cost about {amount}. We'll keep checking for up to 24 hours."
    ).format(amount=amount)


def last_error(job: Job) -> str:
    """What is in the way of a job right now; empty when nothing is."""
    return _(LAST_ERRORS[job.last_error]) if job.last_error in LAST_ERRORS else ""
