"""Anything that can happen to money, in any order: Hypothesis looks for a way past a limit, or a ledger that is off."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, update

from studio.access.codes import Codes
from studio.jobs.job import Job, Reason, State
from studio.money.ledger import CodeEnded, Payer, settle
from studio.money.limits import Limit, LimitReached, Limits, day_of, month_of
from studio.money.statements import adds_up
from studio.orders.pause import Paused, Switches
from studio.orders.variations import variations
from studio.queue.job_store import Store
from studio.queue.leases import Claim, Lease
from studio.storage.database import Database
from studio.storage.tables import admissions, budgets, codes, jobs, ledger, switches
from tests.studio.strategies import A_VIDEO, a_job, an_order

STEPS_A_LIFE = 50
BEGIN = datetime(2026, 1, 31, 23, 58, tzinfo=UTC)
"""Two minutes before a day and a month end."""
VISITORS = ("a" * 32, "b" * 32, "c" * 32)


@dataclass(slots=True)
class Counts:
    """What a run has been through, so that one that goes nowhere is seen."""

    steps: int = 0
    seen: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Booked:
    """An order as the model has it."""

    day: str
    payer: str
    code: str | None
    held: int


class LifeOfMoney(RuleBasedStateMachine):
    """A simple model beside the real budgets: a list of orders, summed up anew at every step."""

    database: Database
    counts: Counts

    def __init__(self) -> None:
        super().__init__()
        with self.database.begin() as connection:
            for table in (jobs, ledger, budgets, codes, admissions):
                connection.execute(delete(table))
            connection.execute(update(switches).values(since=None))
        self._now = BEGIN
        self._limits = Limits(
            day_micros=3_000_000, month_micros=4_000_000, visitor_micros=1_600_000, visitor_jobs=3, visitor_queue=1
        )
        self._codes = Codes(self.database, lambda: self._now)
        self._switches = Switches(self.database, lambda: self._now)
        self._budgets: dict[str, int] = {}
        self._ended_codes: set[str] = set()
        self._booked: dict[str, Booked] = {}
        self._open: dict[str, Job] = {}
        self._forms: dict[tuple[str, int], list[str]] = {}

    @property
    def _store(self) -> Store:
        return Store(self.database, limits=self._limits, polls_per_s=1_000_000)

    @rule(
        visitor=st.sampled_from(VISITORS),
        price=st.sampled_from((0, 1, 350_000, 650_000, 787_500, 999_999, 2_925_000)),
        count=st.sampled_from((1, 1, 2, 3, 4)),
        form=st.integers(0, 5),
        person=st.booleans(),
        code=st.none() | st.integers(0, 3),
    )
    def order(self, visitor: str, price: int, count: int, form: int, person: bool, code: int | None) -> None:
        """Place an order of one video or several: new, or a form that was sent before."""
        code_id = None if code is None or code >= len(self._budgets) else list(self._budgets)[code]
        payer = Payer("account of a and b" if person and visitor != VISITORS[2] else visitor, code_id)
        same = {"visitor": visitor, "price_micros": price, "created_at": self._now, "next_at": self._now}
        group = [a_job(order=order, **same) for order in variations(an_order(), count)]
        before = self._forms.get((visitor, form))
        expected = None if before else self._expected(payer, count * price, count)
        try:
            placed = self._store.place_together(group, f"{visitor} {form}", payer)
        except (LimitReached, CodeEnded, Paused) as error:
            got = error.limit if isinstance(error, LimitReached) else type(error)
            assert got == expected, f"refused by {got}, the model says {expected}"
            self.counts.seen[f"refused: {getattr(got, '__name__', got)}"] += 1
            if count > 1:
                self.counts.seen["several refused"] += 1
            return
        ids = [job.id for job in placed]
        if before and len(before) == count:
            assert ids == before, "the same form made a second order"
            self.counts.seen["same form"] += 1
            return
        if before:
            assert set(ids) <= set(before), "the same form made a further job"
            return
        assert expected is None, f"taken, but the model says {expected}"
        assert ids == [job.id for job in group], "some were taken and others not"
        self._forms[visitor, form] = ids
        for job in placed:
            self._open[job.id] = job
            self._booked[job.id] = Booked(day_of(self._now), payer.key, code_id, price)
        self.counts.seen["taken" if count == 1 else "several taken"] += 1

    def _expected(self, payer: Payer, price: int, new: int) -> object:
        if self._switches.paused() is not None:
            return Paused
        today, month = day_of(self._now), month_of(self._now)

        def held(which: Callable[[Booked], bool]) -> int:
            return sum(booked.held for booked in self._booked.values() if which(booked))

        def full(which: Callable[[Booked], bool], limit: int | None) -> bool:
            return limit is not None and price > 0 and held(which) + price > limit

        if full(lambda b: b.day.startswith(month), self._limits.month_micros):
            return Limit.MONTH
        if full(lambda b: b.day == today, self._limits.day_micros):
            return Limit.DAY
        if payer.code is not None:
            if payer.code in self._ended_codes:
                return CodeEnded
            if full(lambda b: b.day == today and b.code == payer.code, self._budgets[payer.code]):
                return Limit.CODE
        if full(lambda b: b.day == today and b.payer == payer.key, self._limits.visitor_micros):
            return Limit.VISITOR
        if self._limits.visitor_orders is not None:
            under_way = sum(self._booked[job_id].payer == payer.key for job_id in self._open)
            if under_way + new > self._limits.visitor_orders:
                return Limit.VISITOR_QUEUE
        return None

    @rule(
        which=st.integers(0, 100),
        state=st.sampled_from((State.DONE, State.REFUSED, State.FAILED, State.EXPIRED, State.CLOSED)),
        share=st.none() | st.sampled_from((0.0, 0.5, 0.999999, 1.0, 11.0)),
        finished=st.booleans(),
        again=st.booleans(),
    )
    def end(self, which: int, state: State, share: float | None, finished: bool, again: bool) -> None:
        """A job ends, one way or another; perhaps told twice."""
        if not self._open:
            return
        job = self._open.pop(list(self._open)[which % len(self._open)])
        cost = None if share is None else int(job.price_micros * share)
        ended = replace(
            job,
            state=state,
            next_at=None,
            ended_at=self._now,
            cost_micros=cost,
            finished_at=self._now if finished or state is State.DONE else None,
            video=A_VIDEO if state is State.DONE else None,
            reason=None if state is State.DONE else Reason.UNKNOWN,
        )
        with self.database.begin() as connection:
            connection.execute(update(jobs).where(jobs.c.id == job.id).values(lease_token="mine"))
        claim = Claim(job, Lease("mine", self._now))
        assert self._store.save(claim, ended) is not None
        if again:
            assert self._store.save(claim, replace(ended, cost_micros=1)) is None, "an end is for good"
            with self.database.begin() as connection:
                settle(connection, ended)
        self._booked[job.id].held = self._counts(ended)
        self.counts.seen[f"ended {state}"] += 1

    @staticmethod
    def _counts(ended: Job) -> int:
        if ended.state in (State.REFUSED, State.FAILED):
            return 0
        sure = ended.state is State.DONE or ended.finished_at is not None
        cost, price = ended.cost_micros, ended.price_micros
        # docs/money.md: below a quarter of the price, or above ten times it, a report is not believed.
        is_believed = cost is not None and price <= 4 * cost and cost <= 10 * price
        return cost if sure and cost is not None and is_believed else price

    @rule(budget=st.sampled_from((1, 700_000, 5_000_000)))
    def make_code(self, budget: int) -> None:
        """The owner makes a code."""
        if len(self._budgets) < 4:
            code, _words = self._codes.make("newsletter", budget)
            self._budgets[code.id] = budget

    @rule(which=st.integers(0, 3))
    def revoke_code(self, which: int) -> None:
        """The owner ends a code."""
        if which < len(self._budgets):
            code_id = list(self._budgets)[which]
            assert self._codes.revoke(code_id) is (code_id not in self._ended_codes)
            self._ended_codes.add(code_id)

    @rule(on=st.booleans())
    def pause(self, on: bool) -> None:
        """The owner pauses or resumes; mostly resumes."""
        if on and self.counts.steps % 4 == 0:
            self._switches.pause()
        else:
            self._switches.resume()

    @rule(minutes=st.sampled_from((1, 3, 60, 24 * 60)))
    def wait(self, minutes: int) -> None:
        """Time goes by, across midnight and the end of the month."""
        self._now += timedelta(minutes=minutes)

    @rule(day=st.sampled_from((1_000_000, 3_000_000)), month=st.sampled_from((2_000_000, 4_000_000)))
    def start_again_with_other_limits(self, day: int, month: int) -> None:
        """The owner sets another budget; what is held already may be above it."""
        self._limits = replace(self._limits, day_micros=day, month_micros=month)

    @invariant()
    def purses_hold_what_the_model_says(self) -> None:
        """Every budget, to the micro-dollar; and it holds what its ledger says."""
        expected: Counter[tuple[str, str]] = Counter()
        for booked in self._booked.values():
            expected["all", booked.day] += booked.held
            expected["all", booked.day[:7]] += booked.held
            expected[f"visitor:{booked.payer}", booked.day] += booked.held
            if booked.code is not None:
                expected[f"code:{booked.code}", booked.day] += booked.held
        with self.database.read() as connection:
            rows = connection.execute(budgets.select()).mappings().all()
        got = {(row["scope"], row["period"]): row["held_micros"] for row in rows if row["held_micros"]}
        assert got == {key: held for key, held in expected.items() if held}
        assert adds_up(self.database) == []


def run_machine(database: Database, steps: int, *, always_the_same: bool) -> Counts:
    """Take at least so many steps, all invariants checked after each; raises where one does not hold."""
    counts = Counts()

    class Counted(LifeOfMoney):
        def check_invariants(self, *arguments: Any, **options: Any) -> None:
            counts.steps += 1
            super().check_invariants(*arguments, **options)

    Counted.database, Counted.counts = database, counts
    lives = settings(
        max_examples=math.ceil(steps / STEPS_A_LIFE),
        stateful_step_count=STEPS_A_LIFE,
        deadline=None,
        derandomize=always_the_same,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    while counts.steps < steps:  # an example may be shorter than it could be
        run_state_machine_as_test(Counted, settings=lives)
        if always_the_same:
            break
    return counts
