"""Where the provider's log and our ledger disagree, job by job. Pure.

An order is found in the log by the id that went out with it, or by the provider's own id. It is dated by when it was
sent, as the log does; a day of the log and a day of ours are then about the same orders.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from studio.jobs.job import job_id_in
from videoapi.billing import Charged, LogRow

CHARGES_LAND_WITHIN = timedelta(hours=1)
"""After a job's end. The provider says that a charge lands after `completed`, and not how long after."""
ROUNDING_MICROS = 1
"""For each request: the provider counts in half millionths of a dollar, and both sides round up."""


class DiscrepancyKind(StrEnum):
    """What does not agree. The screen has the sentence for each."""

    CHARGED_OTHERWISE = "charged_otherwise"
    """The provider charged a job more or less than we count for it; also one that we take for free."""
    CHARGED_TWICE = "charged_twice"
    """More than one request of the same job was charged."""
    NOT_IN_LOG = "not_in_log"
    """We count a job as charged, and the provider's log does not have it. So it is too with jobs that were sent with
    another key, before the key was changed: the log is of one key alone."""
    NOT_BELIEVED = "not_believed"
    """With a video the provider reported a charge that cannot be: the price was counted in its place, until the owner
    corrects it."""
    CHARGE_UNREADABLE = "charge_unreadable"
    """The log has the job with a charge that makes no sense."""
    JOB_UNKNOWN = "job_unknown"
    """Charged for orders named as ours are, and we have no such jobs: another installation uses the same key, or our
    database was put back to an older state. All of them in one."""
    NOT_OURS = "not_ours"
    """Charged for videos of the same models that somebody else orders with the same key. All of them in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One disagreement, in millionths of a dollar."""

    kind: DiscrepancyKind
    job_id: str | None = None
    """None where no job of ours is concerned."""
    ours_micros: int
    """What our ledger counts."""
    theirs_micros: int
    """What the provider's log says was charged."""
    requests: int = 1
    """Rows of the log that it is about; 0 where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancies:
    """All disagreements: by job first, in the order in which the jobs were sent."""

    found: tuple[Discrepancy, ...] = ()
    dearest_micros: int = 0
    """What the dearest single job counts for us."""

    @property
    def ours_micros(self) -> int:
        """Our side of all of them."""
        return sum(discrepancy.ours_micros for discrepancy in self.found)

    @property
    def theirs_micros(self) -> int:
        """The provider's side of all of them."""
        return sum(discrepancy.theirs_micros for discrepancy in self.found)

    @property
    def is_more_than_a_job(self) -> bool:
        """True where they come to more than the dearest job. What is too much here does not make up for what is too
        little there.
        """
        return (
            sum(abs(discrepancy.theirs_micros - discrepancy.ours_micros) for discrepancy in self.found)
            > self.dearest_micros
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A job that was sent, and what our ledger counts for it."""

    job_id: str
    generation_id: str | None
    sent_at: datetime
    """When its last submit began."""
    ended_at: datetime | None
    micros: int | None
    """The sum of its rows in the ledger: its price while it is under way. None: placed before there was a ledger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What the provider says of one UTC day, in millionths of a dollar. Orders count on the day they were sent."""

    charged_micros: int
    """What was charged for our jobs. Charges land up to an hour late."""
    others_micros: int
    """What was charged with the same key for anything that is not a job of ours, whatever the model."""


def discrepancies(
    charged: Charged, booked: Sequence[Booked], *, models: Collection[str], since: datetime, now: datetime
) -> Discrepancies:
    """What the two sides disagree about, of orders sent since then.

    `charged` and `booked` should begin somewhat earlier than `since`, because clocks differ, and `booked` must have
    been read after `charged`. A job is judged once it has ended for an hour: charges come late. One that is not in a
    log which was cut off is not missed.
    """
    log = _Log(charged, booked)
    found = [
        discrepancy
        for job in sorted(booked, key=lambda job: (job.sent_at, job.job_id))
        if job.sent_at >= since
        and job.ended_at is not None
        and now - job.ended_at >= CHARGES_LAND_WITHIN
        and (discrepancy := _of_job(job, log.of_job.get(job.job_id, ()), complete=charged.complete)) is not None
    ]
    strange = [row for row in log.strange if row.created >= since and (row.credits > 0 or not row.is_charge_told)]
    named = [row for row in strange if job_id_in(row.client_request_id) is not None]
    same_models = [row for row in strange if job_id_in(row.client_request_id) is None and _is_of(models, row)]
    for kind, rows in ((DiscrepancyKind.JOB_UNKNOWN, named), (DiscrepancyKind.NOT_OURS, same_models)):
        if rows:
            found.append(Discrepancy(kind=kind, ours_micros=0, theirs_micros=_sum(rows), requests=len(rows)))
    return Discrepancies(found=tuple(found), dearest_micros=max((job.micros or 0 for job in booked), default=0))


def today_of(charged: Charged, booked: Sequence[Booked], *, day: date) -> Today:
    """What the provider says of one day. See `discrepancies` for what may be passed."""
    log = _Log(charged, booked)
    return Today(
        charged_micros=sum(_sum(log.of_job.get(job.job_id, ())) for job in booked if job.sent_at.date() == day),
        others_micros=_sum([row for row in log.strange if row.created.date() == day]),
    )


class _Log:
    """The rows of the log by our jobs, and those that no job explains."""

    def __init__(self, charged: Charged, booked: Sequence[Booked]) -> None:
        ours = {job.job_id for job in booked}
        by_generation = {_bare(job.generation_id): job.job_id for job in booked if job.generation_id is not None}
        of_job: dict[str, list[LogRow]] = {}
        self.strange: list[LogRow] = []
        for row in charged.rows:
            # The name goes first: the provider's id of a job whose answer got lost may be hearsay.
            named = job_id_in(row.client_request_id)
            job_id = named if named in ours else by_generation.get(_bare(row.inference_id))
            if job_id is None:
                self.strange.append(row)
            else:
                of_job.setdefault(job_id, []).append(row)
        self.of_job: Mapping[str, Sequence[LogRow]] = of_job


def _of_job(job: Booked, rows: Sequence[LogRow], *, complete: bool) -> Discrepancy | None:
    if job.micros is None:
        return None
    theirs = _sum(rows)
    if any(not row.is_charge_told for row in rows):
        kind = DiscrepancyKind.CHARGE_UNREADABLE
    elif not rows:
        if job.micros == 0 or not complete:
            return None
        kind = DiscrepancyKind.NOT_IN_LOG
    elif abs(theirs - job.micros) <= ROUNDING_MICROS * len(rows):
        return None
    elif theirs > job.micros and sum(row.credits > 0 for row in rows) > 1:
        kind = DiscrepancyKind.CHARGED_TWICE
    else:
        kind = DiscrepancyKind.CHARGED_OTHERWISE
    return Discrepancy(kind=kind, job_id=job.job_id, ours_micros=job.micros, theirs_micros=theirs, requests=len(rows))


def _is_of(models: Collection[str], row: LogRow) -> bool:
    """The log may name a model with or without who made it."""
    return any(row.model.lower() in (model.lower(), model.lower().rpartition("/")[2]) for model in models)


def _bare(generation_id: str) -> str:
    """Some models' ids are seen with and without ":<model>" at their end."""
    return generation_id.partition(":")[0]


def _sum(rows: Sequence[LogRow]) -> int:
    return sum(row.micros for row in rows)
