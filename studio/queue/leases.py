"""Claims on jobs, and the one statement that moves a job's row. Works inside a transaction of the caller's.

A job moves only from where it was read: same state, same attempt, and for a worker the same lease. So nobody who slept
for longer than a lease can undo what another has done meanwhile, whoever that was: a worker, or a visitor who took the
order back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sqlalchemy import Connection, and_, or_, select, update

from studio.jobs.job import Job, Reason, State
from studio.jobs.rows import job_of, row_of
from studio.money import ledger
from studio.queue import changes
from studio.storage.tables import jobs


@dataclass(slots=True)
class Lease:
    """How long a job stays ours. One thread renews it while another works."""

    token: str
    until: datetime
    lost: bool = False
    """Another has the job, or it was given back."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that is ours to move until the lease ends."""

    job: Job
    lease: Lease

    @property
    def token(self) -> str:
        """What fences our writes."""
        return self.lease.token

    def is_ours(self, now: datetime) -> bool:
        """False where nothing may be sent or kept any more, because another may be doing it."""
        return not self.lease.lost and now < self.lease.until


def move(connection: Connection, before: Job, after: Job, *, token: str | None = None, keep: bool = False) -> bool:
    """Write a moved job if its row still is as it was read; True where it was written.

    With `token`, only under that lease; with `keep`, the lease stays. A job that has ended is nobody's, and is settled
    in the same transaction. Its visitor hears of what can be seen of the move.
    """
    values = row_of(after)
    del values["visitor"]  # it may have been handed over meanwhile
    if after.is_final or not keep:
        values |= {"lease_token": None, "lease_until": None}
    as_read = and_(jobs.c.id == before.id, jobs.c.state == before.state, jobs.c.attempt == before.attempt)
    if token is not None:
        as_read = and_(as_read, jobs.c.lease_token == token)
    written = update(jobs).where(as_read).values(**values).returning(jobs.c.visitor, jobs.c.hidden_at)
    row = connection.execute(written).first()
    if row is None:
        return False
    if after.is_final:
        ledger.settle(connection, after)
    if row.hidden_at is None and changes.is_seen(before, after):
        changes.moved(connection, row.visitor, after.id, after.state)
    return True


def extend(connection: Connection, claim: Claim, until: datetime) -> bool:
    """Hold a claim until then; False where the job is no longer ours."""
    ours = and_(jobs.c.id == claim.job.id, jobs.c.lease_token == claim.token)
    return connection.execute(update(jobs).where(ours).values(lease_until=until)).rowcount > 0


def held_until(connection: Connection, claim: Claim) -> datetime | None:
    """When the lease ends, None where it is no longer ours; the row stays so until the transaction ends."""
    ours = and_(jobs.c.id == claim.job.id, jobs.c.lease_token == claim.token)
    until: datetime | None = connection.execute(select(jobs.c.lease_until).where(ours).with_for_update()).scalar()
    return until


def give_back(connection: Connection, claim: Claim) -> bool:
    """Let others have a job at once; True where they now may. One that is being sent stays: its answer may yet come."""
    ours = and_(jobs.c.id == claim.job.id, jobs.c.lease_token == claim.token, jobs.c.state != State.SUBMITTING)
    return connection.execute(update(jobs).where(ours).values(lease_token=None, lease_until=None)).rowcount > 0


def withdraw(connection: Connection, visitor: str, now: datetime, job_id: str | None = None) -> None:
    """End a visitor's orders that nobody is sending, or this one; they cost nothing. Whoever held one before cannot
    send it."""
    unsent = select(jobs).where(
        jobs.c.visitor == visitor,
        jobs.c.state == State.WAITING,
        or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= now),
    )
    if job_id is not None:
        unsent = unsent.where(jobs.c.id == job_id)
    for row in connection.execute(unsent.with_for_update(skip_locked=True)).mappings().all():
        job = job_of(row)
        move(connection, job, job.refused(now, Reason.WITHDRAWN))


def move_late(connection: Connection, outcome: Job, now: datetime) -> Job | None:
    """Put how the one POST of an attempt ended in place of "nobody knows"; None where more is known already.

    Whoever sent it knows more than whoever took the job over meanwhile: it needs no lease.
    """
    of_this_attempt = select(jobs).where(
        jobs.c.id == outcome.id,
        jobs.c.attempt == outcome.attempt,
        jobs.c.state.in_((State.SUBMITTING, State.UNCONFIRMED)),
    )
    row = connection.execute(of_this_attempt.with_for_update()).mappings().first()
    if row is None:
        return None
    before = job_of(row)
    after = outcome if before.state is State.SUBMITTING else _found_out(before, outcome, now)
    return after if after is not None and move(connection, before, after) else None


def _found_out(unconfirmed: Job, outcome: Job, now: datetime) -> Job | None:
    match outcome.state:
        case State.QUEUED:
            assert outcome.generation_id is not None
            expected_s = outcome.expected_s or 0.0
            return unconfirmed.found(now, outcome.generation_id, expected_s=expected_s, cost_micros=outcome.cost_micros)
        case State.REFUSED:
            return unconfirmed.refused_late(now, outcome.reason or Reason.UNKNOWN, outcome.reason_detail)
        case State.WAITING:
            # Not sent again: the visitor was told that it may be lost, and may have ordered it once more.
            return unconfirmed.refused_late(now, Reason.WITHDRAWN)
        case State.UNCONFIRMED:
            return None
        case (
            State.SUBMITTING
            | State.GENERATING
            | State.FETCHING
            | State.DONE
            | State.FAILED
            | State.EXPIRED
            | State.CLOSED
        ):
            raise ValueError("no outcome of a POST")
        case unreachable:
            assert_never(unreachable)
