"""All that the owner may ask: money, what is under way, what went wrong. Never a visitor's words or pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Row, func, select, union

from studio.clock import Clock
from studio.jobs.job import ACTIVE, BROUGHT_IN, FINAL, Reason, State
from studio.money import statements
from studio.money.limits import Limits
from studio.money.statements import Statement
from studio.storage.database import Database
from studio.storage.tables import drafts, jobs

FAILURES_OF = timedelta(days=7)
SHOWN = 20
"""Jobs in a list of the owner's page: enough to see what is wrong, few enough to be read on a phone."""
DETAIL_MAX = 160
"""Characters of the provider's words that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobUnderWay:
    """An order that has not ended, without its words and its picture."""

    id: str
    reference: str
    """What went to the provider with the order: its log has it, and its support can find it."""
    state: State
    since: datetime
    """When it was placed; of an unconfirmed one: when it was sent."""
    price_micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """Orders of the last 7 days that ended without a video, for one reason."""

    reason: Reason
    number: int
    last_at: datetime
    detail: str
    """The provider's own words about one of them, untrusted: shortened, without addresses, and without what the
    visitor had typed. Empty where it said nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the owner's page shows of one moment."""

    now: datetime
    statement: Statement
    visitors_today: int
    """Who filled in a form or ordered since midnight UTC; who only looked is not known."""
    under_way: tuple[JobUnderWay, ...]
    """The oldest of those that are being made or wait."""
    under_way_number: int
    unconfirmed: tuple[JobUnderWay, ...]
    """The oldest of those whose answer got lost and that are looked for."""
    unconfirmed_number: int
    failures: tuple[Failures, ...]
    """The most frequent reason first."""


class OwnerService:
    """Answers the owner. The caller has made sure that it is the owner who asks."""

    def __init__(self, database: Database, limits: Limits, clock: Clock) -> None:
        self._db = database
        self._limits = limits
        self._clock = clock

    def overview(self) -> Overview:
        """Every figure of the owner's page, in five questions to the database."""
        now = self._clock()
        under_way, under_way_number = self._jobs(ACTIVE - {State.UNCONFIRMED})
        unconfirmed, unconfirmed_number = self._jobs(frozenset({State.UNCONFIRMED}))
        return Overview(
            now=now,
            statement=self.statement(),
            visitors_today=self._visitors(now),
            under_way=under_way,
            under_way_number=under_way_number,
            unconfirmed=unconfirmed,
            unconfirmed_number=unconfirmed_number,
            failures=self._failures(now),
        )

    def statement(self) -> Statement:
        """Today, this month and the last 30 days."""
        return statements.statement(
            self._db, self._clock(), day_limit=self._limits.day_micros, month_limit=self._limits.month_micros
        )

    def export(self, since: datetime) -> Iterator[str]:
        """The ledger as CSV, a line at a time: what was booked since then."""
        return statements.export(self._db, since)

    def adds_up(self) -> list[str]:
        """Every budget that does not hold the sum of its rows in the ledger; empty when all is right."""
        return statements.adds_up(self._db)

    def _visitors(self, now: datetime) -> int:
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        seen = union(
            select(jobs.c.visitor).where(jobs.c.created_at >= midnight, *_ORDERED),
            select(drafts.c.visitor).where(drafts.c.updated_at >= midnight),
        ).subquery()
        with self._db.read() as connection:
            return int(connection.execute(select(func.count()).select_from(seen)).scalar_one())

    def _jobs(self, states: frozenset[State]) -> tuple[tuple[JobUnderWay, ...], int]:
        """The oldest jobs that stand in one of these states, and how many there are in all."""
        # `next_at` is set exactly while a job is under way, and has an index.
        wanted = select(
            jobs.c.id, jobs.c.attempt, jobs.c.state, jobs.c.created_at, jobs.c.submitted_at, jobs.c.price_micros,
            func.count().over(),
        ).where(jobs.c.next_at.is_not(None), jobs.c.state.in_(states))  # fmt: skip
        with self._db.read() as connection:
            rows = connection.execute(wanted.order_by(jobs.c.created_at, jobs.c.id).limit(SHOWN)).all()
        return tuple(map(_under_way, rows)), rows[0][-1] if rows else 0

    def _failures(self, now: datetime) -> tuple[Failures, ...]:
        failed = (jobs.c.state.in_(FINAL - {State.DONE}), jobs.c.ended_at > now - FAILURES_OF)
        counted = select(jobs.c.reason, func.count(), func.max(jobs.c.ended_at)).where(*failed).group_by(jobs.c.reason)
        newest = func.row_number().over(partition_by=jobs.c.reason, order_by=jobs.c.ended_at.desc())
        numbered = (
            select(jobs.c.reason, jobs.c.reason_detail, jobs.c.prompt, jobs.c.negative_prompt, newest.label("place"))
            .where(*failed, jobs.c.reason_detail != "")
            .subquery()
        )
        said = select(numbered).where(numbered.c.place == 1)
        with self._db.read() as connection:
            counts = connection.execute(counted).all()
            details = {
                row.reason: without_words(row.reason_detail, row.prompt, row.negative_prompt)
                for row in connection.execute(said)
            }
        found = [
            Failures(
                reason=Reason(reason or Reason.UNKNOWN), number=number, last_at=last_at, detail=details.get(reason, "")
            )
            for reason, number, last_at in counts
        ]
        return tuple(sorted(found, key=lambda failures: (-failures.number, failures.reason)))


def without_words(detail: str, *typed: str) -> str:
    """The provider's words without what a visitor had typed and without addresses, on one line, shortened.

    Left out are the visitor's whole text, and every three words in a row that are in it.
    """
    detail = re.sub(r"\b[a-z][a-z0-9+.-]*:(//|[^\s,;]*;base64,)\S*", "…", " ".join(detail.split()), flags=re.IGNORECASE)
    for text in typed:
        whole = " ".join(text.split())
        if whole:
            detail = re.sub(re.escape(whole), "…", detail, flags=re.IGNORECASE)
        detail = _without_runs(detail, whole)
    detail = re.sub(r"…(\s*…)+", "…", detail)
    return detail if len(detail) <= DETAIL_MAX else detail[: DETAIL_MAX - 1] + "…"


def _without_runs(detail: str, typed: str) -> str:
    said, known = detail.split(), [_bare(word) for word in typed.split()]
    runs = set(zip(known, known[1:], known[2:], strict=False))
    bare = [_bare(word) for word in said]
    for at, run in enumerate(zip(bare, bare[1:], bare[2:], strict=False)):
        if run in runs:
            said[at : at + 3] = ["…"] * 3
    return " ".join(said)


def _bare(word: str) -> str:
    return re.sub(r"\W", "", word).casefold()


def _under_way(row: Row[tuple[object, ...]]) -> JobUnderWay:
    state = State(row.state)
    return JobUnderWay(
        id=row.id,
        reference=f"{row.id}.{row.attempt}",
        state=state,
        since=(row.submitted_at if state is State.UNCONFIRMED else None) or row.created_at,
        price_micros=row.price_micros or 0,
    )


_ORDERED = jobs.c.made_from.is_(None), jobs.c.backend != BROUGHT_IN
