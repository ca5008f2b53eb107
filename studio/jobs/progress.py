"""How far a job is, told from the clock alone: the provider gives no percentage. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from studio.jobs.job import Job
from studio.jobs.polling import fraction_done, prior, remaining_s

FIRST_TENTH = 0.1


@dataclass(frozen=True, slots=True)
class Progress:
    """What a progress bar needs."""

    fraction: float
    """0 to 1; never goes back."""
    elapsed_s: float
    """Since the order was placed."""
    remaining_s: float | None
    """Probably still to come; None when it is taking longer than expected."""


def progress_of(job: Job, now: datetime) -> Progress:
    """Progress of a job at a moment.

    Until the provider has the job, the bar creeps through its first tenth; then it follows the time expected, which is
    fixed when the provider takes the job. So neither a stage nor something learned meanwhile sets it back.
    """
    elapsed_s = (now - job.created_at).total_seconds()
    if job.accepted_at is None or job.expected_s is None:
        typical_s = prior(job.backend, job.order).typical_s
        return Progress(FIRST_TENTH * fraction_done(elapsed_s, typical_s), elapsed_s, typical_s)
    there_s = (now - job.accepted_at).total_seconds()
    fraction = FIRST_TENTH + (1 - FIRST_TENTH) * fraction_done(there_s, job.expected_s)
    return Progress(fraction, elapsed_s, remaining_s(there_s, job.expected_s))
