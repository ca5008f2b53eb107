"""What a worker does with jobs: takes one by lease, and writes how its step ended while the lease is its own."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select, update

from studio.clock import Clock
from studio.jobs.job import Job
from studio.jobs.rows import job_of
from studio.queue import leases
from studio.queue.fairness import next_due
from studio.queue.leases import Claim, Lease
from studio.queue.store_part import StorePart
from studio.storage.tables import jobs, paces


class Claiming(StorePart):
    """Gives jobs out to workers, one worker each, and takes them back."""

    def claim_due(self, now: datetime) -> Claim | None:
        """Take the job whose turn it is, for one lease; None when none is due, or the pace says wait.

        The pace is kept in the database, so that all servers together stay under it.
        """
        with self._db.read() as connection:
            # Most calls end here, without having kept a writer waiting.
            if next_due(connection, now, self._limits, lock=False) is None:
                return None
        with self._db.begin() as connection:
            # The slot first: it serializes servers, so that none counts while another claims.
            if not self._take_next_slot(connection, now):
                return None
            row = next_due(connection, now, self._limits, lock=True)
            if row is None:
                return None
            lease = Lease(secrets.token_hex(16), now + self._lease)
            taken = update(jobs).where(jobs.c.id == row["id"])
            connection.execute(taken.values(lease_token=lease.token, lease_until=lease.until))
        return Claim(job_of(row), lease)

    def due_at(self, now: datetime) -> datetime | None:
        """When it is next worth while to claim, where nothing could be claimed now; None where nothing is to come."""
        free = jobs.c.lease_until.is_(None)
        with self._db.read() as connection:
            is_due = connection.execute(select(jobs.c.id).where(free, jobs.c.next_at <= now).limit(1)).first()
            coming = connection.execute(select(func.min(jobs.c.next_at)).where(free, jobs.c.next_at > now)).scalar()
            slot = connection.execute(select(paces.c.next_at).where(paces.c.name == "provider")).scalar_one()
        # What is due waits for its turn, or for others to be done.
        moments = [coming] if is_due is None else [coming, slot]
        return min((moment for moment in moments if moment is not None and moment > now), default=None)

    def save(self, claim: Claim, job: Job, *, release: bool = True) -> Claim | None:
        """Write a moved job if it is still ours and as we read it, and give it back (or keep it). None: it is not.

        A job that has ended is settled in the same transaction.
        """
        with self._db.begin() as connection:
            written = leases.move(connection, claim.job, job, token=claim.token, keep=not release)
        return Claim(job, claim.lease) if written else None

    def begin_submit(self, claim: Claim, clock: Clock) -> Claim | None:
        """Write down that the order is about to be sent, with a whole lease to do so. None: it must not be sent.

        The clock is read once the row is ours alone, for which the transaction may have had to wait.
        """
        with self._db.begin() as connection:
            held_until = leases.held_until(connection, claim)
            now = clock()
            job = claim.job.submit_begun(now)
            if held_until is None or held_until <= now:
                return None
            if not leases.move(connection, claim.job, job, token=claim.token, keep=True):
                return None
            leases.extend(connection, claim, now + self._lease)
        claim.lease.until = now + self._lease
        return Claim(job, claim.lease)

    def save_outcome(self, claim: Claim, job: Job, now: datetime) -> Job | None:
        """Write how the one POST ended, also where another has taken the job over meanwhile; what was written.

        None: more is known already.
        """
        saved = self.save(claim, job)
        if saved is not None:
            return saved.job
        with self._db.begin() as connection:
            return leases.move_late(connection, job, now)

    def renew(self, claims: Sequence[Claim], now: datetime) -> list[Claim]:
        """Hold the leases of claims that are being worked on. Gives those that are lost; their workers see it too."""
        lost = []
        for claim in claims:
            # Each by itself: two transactions that each hold one row and want the other's would wait for ever.
            with self._db.begin() as connection:
                held = leases.extend(connection, claim, now + self._lease)
            if held:
                claim.lease.until = now + self._lease
            else:
                claim.lease.lost = True
                lost.append(claim)
        return lost

    def give_back(self, claim: Claim) -> None:
        """Let another worker have the job at once, unchanged; not while it is being sent."""
        with self._db.begin() as connection:
            claim.lease.lost |= leases.give_back(connection, claim)

    def check_begun(self, claim: Claim) -> int | None:
        """Count that the job's video is about to be checked: how many checks in a row have now begun and not ended.

        None: another has the job now.
        """
        ours = and_(jobs.c.id == claim.job.id, jobs.c.lease_token == claim.token)
        with self._db.begin() as connection:
            connection.execute(update(jobs).where(ours).values(checks=jobs.c.checks + 1))
            checks: int | None = connection.execute(select(jobs.c.checks).where(ours)).scalar()
        return checks

    def check_ended(self, claim: Claim) -> None:
        """The check came to an end in order, whatever it found: nothing died of it."""
        ours = and_(jobs.c.id == claim.job.id, jobs.c.lease_token == claim.token)
        with self._db.begin() as connection:
            connection.execute(update(jobs).where(ours).values(checks=0))

    def _take_next_slot(self, connection: Connection, now: datetime) -> bool:
        # A slot that is further ahead than any could be was taken before the clock was set back.
        free = or_(paces.c.next_at <= now, paces.c.next_at > now + self._gap + self._lease)
        slot = update(paces).where(paces.c.name == "provider", free)
        return connection.execute(slot.values(next_at=now + self._gap)).rowcount > 0
