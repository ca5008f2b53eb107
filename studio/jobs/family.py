"""Which videos play as one: each goes on from the last frame of the one before. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from studio.jobs.job import Job, State


def is_linked(job: Job, among: Iterable[Job]) -> bool:
    """True where the job goes on from another, or one of these goes on from it: then it is worth asking for a chain."""
    return job.continues is not None or any(other.continues == job.id for other in among)


def chain(jobs: Iterable[Job], job_id: str, *, at_most: int) -> tuple[Job, ...]:
    """The finished videos that play as one with this one, in their order; it is one of them.

    From the first that it goes back to, through it, on to the newest that goes on from each. Where one between is gone,
    the chain ends there: what was beyond it does not follow any more. Of a chain that is too long those nearest before
    it come first, then those after it. Empty where the job is no finished one of these.
    """
    finished = {job.id: job for job in jobs if job.state is State.DONE and job.video is not None}
    if job_id not in finished:
        return ()
    # Taken out one by one: whatever the links say, each is in the chain once, and this ends.
    parts = [finished.pop(job_id)]
    while len(parts) < at_most and (before := finished.pop(parts[0].continues or "", None)):
        parts.insert(0, before)
    while len(parts) < at_most and (following := [job for job in finished.values() if job.continues == parts[-1].id]):
        newest = max(following, key=lambda job: (job.created_at, job.id))
        parts.append(finished.pop(newest.id))
    return tuple(parts)
