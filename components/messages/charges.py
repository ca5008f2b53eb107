"""What a person reads about the bill of one order: what it cost, and what another click would."""

from __future__ import annotations

from components.language import _, money
from studio.jobs.job import Job, State
from studio.money.prices import counted_cost


def cost(job: Job) -> str:
    """What a job that ended without a video has cost."""
    if job.backend == "demo" or job.state in (State.REFUSED, State.FAILED):
        return _("Nothing was charged.")
    return _("It may have cost about {amount}.").format(amount=amount(job))


def amount(job: Job) -> str:
    """What a job may have cost; empty in the demo."""
    if job.backend == "demo":
        return ""
    return money(counted_cost(job.cost_micros, job.price_micros))


def twice(micros: int) -> str:
    """What it means to order once more what may have been charged; `micros` is the price of the second, in millionths
    of a dollar, 0 where it is free."""
    if micros == 0:
        return _("If the first one went through after all, there will be two videos.")
    return _("If the first one went through after all, you pay for both: this would be about {amount} more.").format(
        amount=money(micros)
    )


def stopping(job: Job) -> str:
    """What becomes of the order, and of its bill, where a person waits no longer; to be read before the click."""
    if job.state is State.WAITING:
        return _("Not sent yet. “Stop waiting” takes it back, and it costs nothing.")
    if job.backend == "demo":
        return _("Sent. If you stop waiting, it is made all the same and comes into your gallery.")
    return _(
        "Sent. If you stop waiting, it is made and paid for all the same (about {amount}), and comes into your gallery."
    ).format(amount=amount(job))
