"""What is known of a video besides its words, as one line."""

from __future__ import annotations

from components.language import _, day, megabytes, moment, money, seconds
from components.messages import job_notices
from components.session import visitor_service
from studio.jobs.job import BROUGHT_IN, Job
from studio.money.prices import counted_cost


def facts(job: Job) -> str:
    """When it was made, how long, how large, its seed, what it cost where it was ordered; of one in the bin, until when
    it is there. One line."""
    gone_at = None if job.binned_at is None else visitor_service().gone_at(job)
    if gone_at is not None:
        return _("Deleted for good on {day}").format(day=day(gone_at))
    found = [moment(job.created_at), seconds(round(job.length_s, 1)), job.order.resolution]
    if job.video is not None:
        found.append(megabytes(job.video.size_bytes))
    if seed := job_notices.seed(job):
        found.append(seed)
    if job.made_from is not None:
        return " · ".join(found)
    if job.backend == BROUGHT_IN:
        found.append(_("Brought in"))
    elif job.backend == "demo":
        found.append(_("Demo, free"))
    else:
        found.append(money(counted_cost(job.cost_micros, job.price_micros)))
    return " · ".join(found)
