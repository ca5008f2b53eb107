"""How far a job is, told from the clock alone: the provider gives no percentage. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from studio.jobs.job import Job
from studio.jobs.polling import fraction_done, prior, remaining_s

FIRST_TENTH = 0.1


@dataclass(frozen=True, slots=True)
class Course:
    """How a bar goes on by itself while nothing is heard of the job; components/result/course.js goes by it."""

    start: float
    """Where it began, 0 to 1 ..."""
    span: float
    """... and how much of the whole it goes through."""
    since_s: float
    """How long it had been on its way when it was looked at."""
    expected_s: float

    def at(self, more_s: float) -> float:
        """Where the bar stands so many seconds after the job was looked at; never less than before."""
        return self.start + self.span * fraction_done(self.since_s + more_s, self.expected_s)


@dataclass(frozen=True, slots=True)
class Progress:
    """What a progress bar needs."""

    course: Course
    elapsed_s: float
    """Since the order was placed."""
    remaining_s: float | None
    """Probably still to come; None when it is taking longer than expected."""

    @property
    def fraction(self) -> float:
        """0 to 1, at the moment it was looked at; never goes back."""
        return self.course.at(0)


def progress_of(job: Job, now: datetime) -> Progress:
    """Progress of a job at a moment.

    Until the provider has the job, the bar creeps through its first tenth; then it follows the time expected, which is
    fixed when the provider takes the job. So neither a stage nor something learned meanwhile sets it back.
    """
    elapsed_s = (now - job.created_at).total_seconds()
    if job.accepted_at is None or job.expected_s is None:
        typical_s = prior(job.backend, job.order).typical_s
        return Progress(Course(0, FIRST_TENTH, elapsed_s, typical_s), elapsed_s, typical_s)
    there_s = (now - job.accepted_at).total_seconds()
    course = Course(FIRST_TENTH, 1 - FIRST_TENTH, there_s, job.expected_s)
    return Progress(course, elapsed_s, remaining_s(there_s, job.expected_s))
