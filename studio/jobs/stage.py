"""Which of a visitor's jobs is shown large: the newest news, or the one that was chosen. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from studio.jobs.job import Job


@dataclass(frozen=True, slots=True)
class Choice:
    """The job that a person chose to see large, and how new the newest order was then."""

    job_id: str
    newest_order: datetime


def choice_of(jobs: Sequence[Job], job_id: str) -> Choice:
    """That this of the jobs was chosen now."""
    return Choice(job_id, max(job.created_at for job in _ordered(jobs)))


def chosen(jobs: Sequence[Job], choice: Choice | None) -> Job:
    """The one of the jobs, newest first, that is shown large.

    What a person chose, as long as it is there and they ordered nothing since: then that is what they wait for. Else
    the newest news: what was ordered last, or ended since. What was made of a video by hand is no news.
    """
    ordered = _ordered(jobs)
    if choice is not None and all(job.created_at <= choice.newest_order for job in ordered):
        for job in jobs:
            if job.id == choice.job_id:
                return job
    return max(ordered, key=lambda job: max(job.created_at, job.ended_at or job.created_at))


def _ordered(jobs: Sequence[Job]) -> Sequence[Job]:
    """Those that were ordered; all where none was, as one of them is shown in any case."""
    return [job for job in jobs if job.made_from is None] or jobs
