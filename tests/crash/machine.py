"""A machine that does to jobs whatever can happen to them, in any order, and checks what must always hold.

Nothing is killed here: a crash is an exception that nothing catches, at a named step. The provider is an object in
memory; database and media store are real.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import RowMapping, delete, select, update

from studio.jobs.circuit_breaker import Breaker
from studio.jobs.job import FINAL, Job, State
from studio.orders.drafts import Draft, DraftPicture
from studio.queue.placing import OrderedJustNow
from studio.storage.database import Database
from studio.storage.tables import breakers, paces
from studio.storage.tables import jobs as job_rows
from studio.videos.validate_in_sandbox import check_here
from studio.worker.context import PATIENCE_WITH_LOG, SURE_AFTER
from studio.worker.worker import Context, Worker
from tests.crash.films import film_of, make_films, read_films
from tests.crash.folders import a_picture, in_memory_folder
from tests.crash.in_memory import InMemoryProvider, Mood
from tests.crash.steps import SteppedMedia, SteppedProvider, SteppedStore
from tests.crash.worlds import Counts, World
from tests.studio.installation import a_visitor_service

NOON = datetime.fromisoformat("2026-11-22T12:00:00+00:00")
VISITORS = ("a" * 32, "b" * 32)
_FORGOTTEN = (
    *("prompt", "negative_prompt", "audio_url", "reason_detail", "picture_key", "ending_picture_key", "hidden_at"),
    *("title", "notes", "is_favourite", "search_words"),
)
"""What deleting wipes; everything else of an ended job stays as it was."""

MOST_STEPS = 13
"""That one tick goes through: those of the tick that fetches, less one."""
STEPS_A_LIFE = 60
"""Steps of one example."""

visitors = st.sampled_from(VISITORS)
pauses_s = st.sampled_from([61, 61, 61, 15, 0])
spans = st.sampled_from([timedelta(minutes=11), timedelta(hours=1, minutes=5), timedelta(hours=25)])
# Half of the answers get lost: that is what this is about.
moods = st.sampled_from([*Mood, Mood.WELL, Mood.WELL, Mood.LOST_CHARGED, Mood.LOST_CHARGED])
some_job = st.integers(0, 30)
seldom = st.integers(0, 4).map(lambda number: number == 4)


class Killed(BaseException):
    """The process ends here. No `except Exception` may stop it."""


class LifeOfJobs(RuleBasedStateMachine):
    """Placed, worked on, crashed, lost, found, deleted, asked for again, by two visitors and two workers."""

    world: World
    counts: Counts
    """Both set on a subclass by whoever runs the machine."""

    def __init__(self) -> None:
        super().__init__()
        self._now = NOON
        self._plan: tuple[int, Callable[[str], None]] | None = None
        self._jobs: list[tuple[str, str]] = []
        self._ends: dict[str, dict[str, Any]] = {}
        self._unticked: list[tuple[str, str]] = []
        world = self.world
        with world.database.begin() as connection:
            connection.execute(delete(job_rows))
            connection.execute(update(breakers).values(asdict(Breaker())))
            connection.execute(update(paces).values(next_at=NOON - timedelta(days=1)))
        shutil.rmtree(world.folder, ignore_errors=True)
        self._scratch = world.folder / "scratch"
        self._scratch.mkdir(parents=True)
        self._store = SteppedStore(world.database, self._at, polls_per_s=1_000_000)
        self._media = SteppedMedia((world.folder / "media").as_uri(), lambda step, about="": None)
        self._provider = InMemoryProvider(self._clock, world.video)
        self._visitor_service = a_visitor_service(world.database, self._store, self._media, self._clock)
        self._first, self._second = self._worker(), self._worker()

    def _worker(self) -> Worker:
        media = SteppedMedia((self.world.folder / "media").as_uri(), self._at)
        provider = SteppedProvider(self._provider, self._at)
        return Worker(
            Context(
                self._store,
                media,
                provider,
                "aimlapi",
                self._scratch,
                self._clock,
                lambda: 0.5,
                lambda _: None,
                check=check_here,  # thousands of steps: a child for each would take an hour
            )
        )

    def _clock(self) -> datetime:
        # It never stands still, or the pace of requests would let nobody pass.
        self._now += timedelta(milliseconds=1)
        return self._now

    def _at(self, step: str, about: str = "") -> None:
        if self._plan is None:
            return
        left, then = self._plan
        self._plan = (left - 1, then) if left else None
        if not left:
            then(step)

    # What people do.

    @initialize()
    def both_visitors_begin(self) -> None:
        self._picture = self._visitor_service.forms.picture_files.add(self.world.picture)
        for visitor in VISITORS:
            self.place(visitor, 1)

    @rule(visitor=visitors, clicks=st.integers(1, 2))
    def place(self, visitor: str, clicks: int) -> None:
        picture = DraftPicture(key=self._picture.key, width=480, height=360)
        if not self._media.exists(picture.key):
            picture = self._picture = self._visitor_service.forms.picture_files.add(self.world.picture)
        draft = Draft(picture=picture, prompt="the waves roll in")
        try:
            placed = {self._visitor_service.place(visitor, draft).id for _ in range(clicks)}
        except OrderedJustNow:
            return  # asked whether they want just the same once more; they do not
        assert len(placed) == 1, "one form became two jobs"
        self._jobs.append((visitor, placed.pop()))

    @rule(which=some_job)
    def delete(self, which: int) -> None:
        if self._jobs:
            visitor, job = self._jobs[which % len(self._jobs)]
            other = VISITORS[VISITORS.index(visitor) - 1]
            assert not self._visitor_service.delete(other, job), "a stranger deleted it"
            if self._visitor_service.delete(visitor, job):
                assert self._visitor_service.job(visitor, job) is None

    @rule(which=some_job, ticked=st.booleans(), clicks=st.integers(1, 2))
    def ask_again(self, which: int, ticked: bool, clicks: int) -> None:
        if not self._jobs:
            return
        visitor, first = self._jobs[which % len(self._jobs)]
        if not self._media.exists(self._picture.key):
            return
        before = self._visitor_service.job(visitor, first)
        asked = [self._visitor_service.ask_again(visitor, first, may_cost_twice=ticked) for _ in range(clicks)]
        made = {job.id for job in asked if job is not None}
        assert len(made) <= 1, "asked for once, clicked twice, made twice"
        for job in made:
            if (visitor, job) not in self._jobs:
                self._jobs.append((visitor, job))
            # A second video of something that has come is a new wish, and is not what the tick is about.
            if not ticked and before is not None and before.state is not State.DONE:
                self._unticked.append((first, job))

    # What workers do, and what is done to them.

    @rule(times=st.integers(3, 8), pause_s=pauses_s, mood=moods)
    def work(self, times: int, pause_s: int, mood: Mood) -> None:
        self._provider.mood = mood
        for _ in range(times):
            self._now += timedelta(seconds=pause_s)
            self._first.tick()

    @rule(pause_s=pauses_s, after=st.integers(0, MOST_STEPS), mood=moods)
    def crash(self, pause_s: int, after: int, mood: Mood) -> None:
        """The worker is killed at one step or another, if there is anything to do; another starts."""
        self._now += timedelta(seconds=pause_s)
        self._provider.mood = mood

        def die(step: str) -> None:
            self.counts.crashed_at[step] += 1
            raise Killed

        self._plan = (after, die)
        try:
            self._tick_until_planned()
        except Killed:
            self._first = self._worker()

    @rule(pause_s=pauses_s, after=st.integers(0, MOST_STEPS), times=st.integers(0, 3), mood=moods, deletes=seldom)
    def stall(self, pause_s: int, after: int, times: int, mood: Mood, deletes: bool) -> None:
        """The worker stands still at a step for longer than its lease; a visitor may delete everything, a second worker
        may go on; then the first wakes."""
        self._now += timedelta(seconds=pause_s)
        self._provider.mood = mood

        def meanwhile(step: str) -> None:
            self.counts.stalled_at[step] += 1
            self._now += timedelta(seconds=70)
            if deletes:
                for visitor in VISITORS:
                    self._visitor_service.delete_everything(visitor)
            for _ in range(times):
                self._second.tick()

        self._plan = (after, meanwhile)
        self._tick_until_planned()

    def _tick_until_planned(self) -> None:
        """Work until the plan has come about; somebody orders where there is nothing to work on."""
        if all(job.is_final for visitor in VISITORS for job in self._visitor_service.jobs(visitor)):
            self.place(VISITORS[0], 1)
        try:
            for _ in range(6):
                if self._plan is not None and not self._first.tick():
                    self._now += timedelta(seconds=15)
        finally:
            self._plan = None

    @rule()
    def shut_down(self) -> None:
        self._first.give_back()
        self._first = self._worker()

    # What the provider and time do.

    @rule(fail=st.booleans())
    def polls_break_or_recover(self, fail: bool) -> None:
        self._provider.polls_fail = fail

    @rule(fail=st.booleans())
    def a_day_passes(self, fail: bool) -> None:
        """And then as many polls as it takes to give up, whether they are answered or not."""
        self._provider.polls_fail = fail
        self._now += timedelta(hours=25)
        for _ in range(SURE_AFTER + 2):
            self._now += timedelta(minutes=10)
            self._first.tick()
        self._provider.polls_fail = False

    @rule(which=some_job)
    def a_generation_fails(self, which: int) -> None:
        ended = {row.partition(".")[0] for row in self._ends}
        orders = [o for o in self._provider.orders.values() if o.client_request_id.partition(".")[0] not in ended]
        if orders:
            orders[which % len(orders)].fails = True

    @rule(span=spans)
    def time_passes(self, span: timedelta) -> None:
        self._now += span

    # What must always hold.

    def _rows(self) -> list[RowMapping]:
        with self.world.database.read() as connection:
            return list(connection.execute(select(job_rows)).mappings().all())

    @invariant()
    def nothing_is_lost_paid_twice_or_undone(self) -> None:
        with self.world.database.read() as connection:
            rows = list(connection.execute(select(job_rows)).mappings())
        self._is_sent_and_charged_once()
        self._has_an_honest_end(rows)
        self._stays_as_it_ended(rows)

    def _is_sent_and_charged_once(self) -> None:
        assert all(times == 1 for times in self._provider.posts.values()), "sent twice under one id"
        assert all(times == 1 for times in self._provider.charges.values()), "charged twice"
        failed = {order.client_request_id.partition(".")[0] for order in self._provider.orders.values() if order.fails}
        charged = self._provider.charges.keys() - failed
        for first, again in self._unticked:
            assert not (first in charged and again in charged), "asked again without a tick, and both charged"

    def _has_an_honest_end(self, rows: list[RowMapping]) -> None:
        fails = {order.client_request_id.partition(".")[0]: order.fails for order in self._provider.orders.values()}
        assert {row["id"] for row in rows} == {job for _, job in self._jobs}, "a row came or went by itself"
        assert {row["id"] for row in rows} >= fails.keys(), "charged, and no row"
        for row in rows:
            state, job = State(row["state"]), row["id"]
            assert (row["next_at"] is None) == (state in FINAL)
            waited = (row["ended_at"] or self._now) - (row["submitted_at"] or row["created_at"])
            match state:
                case State.DONE:
                    assert self._provider.charges[job] == 1
                    if row["hidden_at"] is None:
                        assert (self.world.folder / "media" / row["video_key"]).read_bytes() == self.world.video
                        assert self._media.exists(row["poster_key"])
                case State.REFUSED:
                    assert job not in fails, "said to be not charged, and was"
                case State.FAILED:
                    assert fails[job], "said to have failed, and did not"
                case State.EXPIRED:
                    assert waited >= timedelta(hours=24)
                case State.CLOSED:
                    patience = timedelta(hours=24) + (PATIENCE_WITH_LOG if job in fails else timedelta(0))
                    assert waited >= patience, "closed though the log could have told"
                case _:
                    pass

    def _stays_as_it_ended(self, rows: list[RowMapping]) -> None:
        for row in rows:
            if State(row["state"]) in FINAL:
                lasting = {name: value for name, value in row.items() if name not in _FORGOTTEN}
                assert self._ends.setdefault(row["id"], lasting) == lasting, "an ended job changed"

    @rule()
    def look(self) -> None:
        """Both visitors open all their pages."""
        for visitor in VISITORS:
            seen: list[Job] = [*self._visitor_service.jobs(visitor), *self._visitor_service.gallery(visitor).videos]
            assert all(job.visitor == visitor for job in seen)
        for visitor, job in self._jobs:
            assert self._visitor_service.job(VISITORS[VISITORS.index(visitor) - 1], job) is None

    def teardown(self) -> None:
        """Nothing is private to one example but what it looked at last."""
        self.look()
        self.counts.lost_and_charged += self._provider.lost
        self.counts.ends.update(str(end["state"]) for end in self._ends.values())


def run_machine(steps: int, *, always_the_same: bool) -> Counts:
    """Take at least so many steps, all invariants checked after each.

    Raises what Hypothesis raises where one does not hold, after it has printed the way there: the shortest one, but for
    `always_the_same`, where the first will do, because shortening takes minutes.
    """
    counts = Counts()
    with in_memory_folder("machine-") as folder:
        make_films(folder)
        world = World(
            Database(f"sqlite:///{folder / 'kineograph.db'}"),
            folder / "world",
            film_of(read_films(folder), 0),
            a_picture(),
        )

        class Counted(LifeOfJobs):
            def check_invariants(self, *arguments: Any, **options: Any) -> None:
                counts.steps += 1
                super().check_invariants(*arguments, **options)

        Counted.world, Counted.counts = world, counts
        run = settings(
            max_examples=math.ceil(steps / STEPS_A_LIFE),
            stateful_step_count=STEPS_A_LIFE,
            deadline=None,
            database=None,
            derandomize=always_the_same,
            phases=[Phase.generate] if always_the_same else [Phase.generate, Phase.shrink],
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        )
        # Some lives end early, so that the first round may fall short.
        while counts.steps < steps:
            run_state_machine_as_test(Counted, settings=run)
        world.database.close()
    return counts
