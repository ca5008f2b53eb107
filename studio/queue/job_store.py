"""Jobs and drafts in the database: the same code on SQLite and PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from studio.clock import Clock
from studio.jobs.circuit_breaker import Breaker, Stop
from studio.jobs.job import FINAL, Job, State
from studio.jobs.rows import job_of, order_row_of, row_of
from studio.money import ledger
from studio.money.ledger import Payer
from studio.money.limits import Allowance, Limits
from studio.orders.drafts import read_draft
from studio.orders.order import NotTaken, Order
from studio.orders.pause import Paused, paused_since
from studio.queue import leases
from studio.queue.fairness import next_due
from studio.queue.leases import Claim, Lease
from studio.storage.database import Database, take_turns
from studio.storage.tables import breakers, drafts, jobs, paces

LEASE = timedelta(seconds=60)
"""How long a claimed job stays its worker's without renewal. A killed worker's job is taken up after it."""
POLLS_PER_S = 4.0
"""Requests to the provider, all jobs and all servers together. Its one published limit is 200 in 60 s."""
KEPT_PAGE = 500
"""Jobs read at a time where all are gone through: some milliseconds of a transaction."""
NO_LIMITS = Limits()
NO_WORDS = {"prompt": "", "negative_prompt": "", "audio_url": "", "reason_detail": "", "picture_key": ""}
"""What the row of a deleted job has in place of what a person gave."""


class OrderedJustNow(NotTaken):
    """The visitor placed just the same order a moment ago; `job` is what came of it."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.id)
        self.job = job


class Store:
    """Jobs and drafts. Every method is one transaction; none is held while anything else is waited for."""

    def __init__(
        self,
        database: Database,
        *,
        limits: Limits = NO_LIMITS,
        polls_per_s: float = POLLS_PER_S,
        lease: timedelta = LEASE,
    ) -> None:
        self._db = database
        self._limits = limits
        self._gap = timedelta(seconds=1 / polls_per_s)
        self._lease = lease

    # What a person does.

    def place(self, job: Job, nonce: str, payer: Payer | None = None, *, just_now: timedelta | None = None) -> Job:
        """Keep a new job and hold its price; the job that came from the same form, if that was sent before.

        `nonce` names one sending of one form by one visitor: nobody else can know it. `payer` is the visitor unless it
        is said. With `just_now` an order like one that the visitor placed within that time before is not taken: two
        clicks that meet two drawings of the form, or two tabs, are one order, however they reach us. Raises
        OrderedJustNow, Paused, LimitReached and CodeEnded, and then nothing was kept.
        """
        same_form = select(jobs).where(jobs.c.nonce == nonce)
        try:
            with self._db.begin() as connection:
                # Of two clicks at the same moment the second sees what the first has placed.
                take_turns(connection, f"orders of {job.visitor}")
                row = connection.execute(same_form).mappings().first()
                if row is not None:
                    return job_of(row)
                if just_now is not None:
                    row = connection.execute(_like(job, since=job.created_at - just_now)).mappings().first()
                    if row is not None:
                        raise OrderedJustNow(job_of(row))
                if paused_since(connection) is not None:
                    raise Paused
                payer = payer or Payer(job.visitor)
                ledger.reserve(connection, job, payer, self._limits)
                connection.execute(insert(jobs).values(**row_of(job), nonce=nonce, payer=payer.key, turn=payer.turn))
            return job
        except IntegrityError:  # another server was first with the same form
            with self._db.read() as connection:
                return job_of(connection.execute(same_form).mappings().one())

    def paused(self) -> datetime | None:
        """Since when no new orders are taken; None while they are."""
        with self._db.read() as connection:
            return paused_since(connection)

    def allowance(self, payer: Payer, now: datetime) -> Allowance:
        """What the payer may still spend; raises CodeEnded."""
        with self._db.read() as connection:
            return ledger.allowance(connection, payer, self._limits, now)

    def get(self, job_id: str, visitor: str | None = None) -> Job | None:
        """One job that is not hidden; with `visitor`, only if it is theirs."""
        wanted = and_(jobs.c.id == job_id, jobs.c.hidden_at.is_(None))
        if visitor is not None:
            wanted = and_(wanted, jobs.c.visitor == visitor)
        with self._db.read() as connection:
            row = connection.execute(select(jobs).where(wanted)).mappings().first()
        return None if row is None else job_of(row)

    def at_once(self) -> AbstractContextManager[object]:
        """What is read inside, here or elsewhere in the same database, is read in one transaction."""
        return self._db.read()

    def unfinished(self, visitor: str, also: Collection[str] = ()) -> list[Job]:
        """A visitor's jobs without a video, newest first: those under way and those that ended otherwise.

        And those of theirs whose ids are in `also`.
        """
        which = jobs.c.state != State.DONE
        if also:
            which = or_(which, jobs.c.id.in_(also))
        wanted = and_(jobs.c.visitor == visitor, which, jobs.c.hidden_at.is_(None))
        with self._db.read() as connection:
            rows = connection.execute(select(jobs).where(wanted).order_by(jobs.c.created_at.desc())).mappings().all()
        return [job_of(row) for row in rows]

    def finished(self, visitor: str, *, offset: int, limit: int) -> list[Job]:
        """One page of a visitor's finished jobs, newest first."""
        with self._db.read() as connection:
            rows = connection.execute(
                select(jobs)
                .where(_kept_by(visitor))
                .order_by(jobs.c.created_at.desc(), jobs.c.id)
                .offset(offset)
                .limit(limit)
            ).mappings()
            return [job_of(row) for row in rows]

    def count_finished(self, visitor: str) -> int:
        """How many videos a visitor has."""
        with self._db.read() as connection:
            return int(connection.execute(select(func.count()).where(_kept_by(visitor))).scalar_one())

    def count_ended_retries(self, job_id: str) -> int:
        """How many of the jobs that were asked for again after this one have ended."""
        ended = and_(jobs.c.retry_of == job_id, jobs.c.state.in_(FINAL))
        with self._db.read() as connection:
            return int(connection.execute(select(func.count()).where(ended)).scalar_one())

    def hide(self, job_id: str, visitor: str, now: datetime) -> Job | None:
        """Take a visitor's ended job out of every list and forget its words; the job as it was, or None.

        The row stays: what was spent stays spent.
        """
        wanted = and_(
            jobs.c.id == job_id, jobs.c.visitor == visitor, jobs.c.hidden_at.is_(None), jobs.c.state.in_(FINAL)
        )
        with self._db.begin() as connection:
            row = connection.execute(select(jobs).where(wanted)).mappings().first()
            if row is None:
                return None
            connection.execute(update(jobs).where(wanted).values(hidden_at=now, **NO_WORDS))
        return job_of(row)

    def is_picture_used(self, picture_key: str) -> bool:
        """True while any job, or any form, still has the picture."""
        by_job = select(jobs.c.id).where(jobs.c.picture_key == picture_key).limit(1)
        by_form = select(drafts.c.visitor).where(drafts.c.form.contains(picture_key, autoescape=True)).limit(1)
        with self._db.read() as connection:
            return any(connection.execute(query).first() is not None for query in (by_job, by_form))

    def draft(self, visitor: str) -> str | None:
        """The form as the visitor left it, as it was given to `keep_draft`."""
        with self._db.read() as connection:
            form: str | None = connection.execute(select(drafts.c.form).where(drafts.c.visitor == visitor)).scalar()
        return form

    def keep_draft(self, visitor: str, form: str, now: datetime) -> None:
        """Keep the form as it stands now; of two tabs that do so at once, the later one's."""
        self.change_draft(visitor, lambda _before: form, now)

    def change_draft(self, visitor: str, change: Callable[[str | None], str], now: datetime) -> None:
        """Keep what `change` makes of the form as it is kept; two that do so at once take turns.

        `change` may be called again, and decides without waiting for anything.
        """
        kept = select(drafts.c.form).where(drafts.c.visitor == visitor)
        with self._db.begin() as connection:
            take_turns(connection, f"form of {visitor}")
            before: str | None = connection.execute(kept).scalar()
            if before is None:
                connection.execute(insert(drafts).values(visitor=visitor, form=change(None), updated_at=now))
            else:
                after = update(drafts).where(drafts.c.visitor == visitor).values(form=change(before), updated_at=now)
                connection.execute(after)

    def ordered_picture(self, visitor: str, ending: str) -> str | None:
        """The key, with this ending, of a picture that one of the visitor's jobs is made from; None where none is."""
        theirs = select(jobs.c.picture_key).where(
            jobs.c.visitor == visitor, jobs.c.picture_key.endswith(ending, autoescape=True)
        )
        with self._db.read() as connection:
            key: str | None = connection.execute(theirs.limit(1)).scalar()
        return key

    # What a worker does.

    def claim_due(self, now: datetime) -> Claim | None:
        """Take the job whose turn it is, for one lease; None when none is due, or the pace says wait.

        The pace is kept in the database, so that all servers together stay under it.
        """
        with self._db.read() as connection:
            # Most calls end here, without having kept a writer waiting.
            if next_due(connection, now, self._limits.at_once, lock=False) is None:
                return None
        with self._db.begin() as connection:
            # The turn first: it makes servers take turns, so that none counts while another claims.
            if not self._take_turn(connection, now):
                return None
            row = next_due(connection, now, self._limits.at_once, lock=True)
            if row is None:
                return None
            lease = Lease(secrets.token_hex(16), now + self._lease)
            taken = update(jobs).where(jobs.c.id == row["id"])
            connection.execute(taken.values(lease_token=lease.token, lease_until=lease.until))
        return Claim(job_of(row), lease)

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
        """Write what became of the one POST, also where another has taken the job over meanwhile; what was written.

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

    def recent_durations_s(self, backend: str, order: Order, *, limit: int) -> list[float]:
        """How long the last finished jobs of a kind took at the provider, in seconds, newest first."""
        same_kind = and_(
            jobs.c.backend == backend,
            jobs.c.duration_s == order.duration_s,
            jobs.c.resolution == order.resolution,
            jobs.c.finished_at.is_not(None),
            jobs.c.accepted_at.is_not(None),
        )
        latest = select(jobs.c.accepted_at, jobs.c.finished_at).where(same_kind)
        with self._db.read() as connection:
            rows = connection.execute(latest.order_by(jobs.c.finished_at.desc()).limit(limit)).all()
        return [(finished - accepted).total_seconds() for accepted, finished in rows]

    def breaker(self) -> Breaker:
        """Whether orders may go out."""
        with self._db.read() as connection:
            return _breaker(connection.execute(_SUBMIT_BREAKER).mappings().one())

    def let_out(self, job_id: str, now: datetime) -> Breaker:
        """The breaker for one order: where it does not keep it, that may go out; while half-open, as the one probe."""
        breaker = self.breaker()
        if breaker.held_until(now, job_id) is not None or breaker.why is None:
            return breaker  # as nearly always, without having kept a writer waiting
        with self._db.begin() as connection:
            breaker = _breaker(connection.execute(_SUBMIT_BREAKER.with_for_update()).mappings().one())
            if breaker.held_until(now, job_id) is None:
                breaker = breaker.let_out(now, job_id)
                _write_breaker(connection, breaker)
        return breaker

    def move_breaker(self, move: Callable[[Breaker], Breaker]) -> None:
        """Change the breaker; two servers that do so at once take turns."""
        with self._db.begin() as connection:
            before = _breaker(connection.execute(_SUBMIT_BREAKER.with_for_update()).mappings().one())
            after = move(before)
            if after != before:
                _write_breaker(connection, after)

    def recall_held(self, at: datetime, *, all_of_them: bool) -> None:
        """Have the orders that the breaker keeps tried at this moment, where they would be later; or the oldest one."""
        held = and_(
            jobs.c.next_at > at,
            jobs.c.state == State.WAITING,
            jobs.c.trouble_kind.in_(tuple(Stop)),
            jobs.c.lease_token.is_(None),
        )
        oldest = select(jobs.c.id).where(held).order_by(jobs.c.created_at).limit(1)
        wanted = held if all_of_them else and_(held, jobs.c.id == oldest.scalar_subquery())
        with self._db.begin() as connection:
            connection.execute(update(jobs).where(wanted).values(next_at=at))

    def kept_videos(self, *, after: str = "", limit: int = KEPT_PAGE) -> list[Job]:
        """The next jobs that have a video, whoever's they are, in the order of their ids; those beyond `after`.

        A page at a time, so that nothing is open while the caller asks a disk or a bucket about them.
        """
        wanted = and_(jobs.c.state == State.DONE, jobs.c.hidden_at.is_(None), jobs.c.id > after)
        with self._db.read() as connection:
            rows = connection.execute(select(jobs).where(wanted).order_by(jobs.c.id).limit(limit)).mappings().all()
        return [job_of(row) for row in rows]

    def pictures_needed(self) -> set[str]:
        """The keys of all pictures that a job was, or a form will be, made from."""
        with self._db.read() as connection:
            of_jobs = connection.execute(select(jobs.c.picture_key).distinct()).scalars().all()
            of_forms = connection.execute(select(drafts.c.form)).scalars().all()
        on_forms = [read_draft(form).picture for form in of_forms]
        return {*of_jobs, *(picture.key for picture in on_forms if picture)}

    def count_by_state(self) -> dict[str, int]:
        """How many jobs stand in each state."""
        with self._db.read() as connection:
            rows = connection.execute(select(jobs.c.state, func.count()).group_by(jobs.c.state)).all()
        return {state: number for state, number in rows}

    def _take_turn(self, connection: Connection, now: datetime) -> bool:
        # A turn that is further ahead than any could be was taken before the clock was set back.
        free = or_(paces.c.next_at <= now, paces.c.next_at > now + self._gap + self._lease)
        turn = update(paces).where(paces.c.name == "provider", free)
        return connection.execute(turn.values(next_at=now + self._gap)).rowcount > 0


_SUBMIT_BREAKER = select(breakers).where(breakers.c.name == "submit")


def _breaker(row: RowMapping) -> Breaker:
    values = {field.name: row[field.name] for field in fields(Breaker)}
    return Breaker(**values | {"why": None if row["why"] is None else Stop(row["why"])})


def _write_breaker(connection: Connection, breaker: Breaker) -> None:
    connection.execute(update(breakers).where(breakers.c.name == "submit").values(**asdict(breaker)))


def _like(job: Job, *, since: datetime) -> Select[Any]:
    """The visitor's jobs of just the same order, placed since then; the latest first."""
    same = [jobs.c[name].is_not_distinct_from(value) for name, value in order_row_of(job.order).items()]
    theirs = select(jobs).where(jobs.c.visitor == job.visitor, jobs.c.created_at > since, *same)
    return theirs.order_by(jobs.c.created_at.desc()).limit(1)


def _kept_by(visitor: str) -> Any:
    return and_(jobs.c.visitor == visitor, jobs.c.state == State.DONE, jobs.c.hidden_at.is_(None))
