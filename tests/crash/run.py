"""Orders come in, workers are killed, and at the end somebody counts.

Everything is real but the provider and the speed of the clock.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Protocol

from sqlalchemy import select

from studio.jobs.job import FINAL, State
from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.errors import StorageAway
from studio.storage.media import Media
from studio.storage.tables import jobs as job_rows
from tests.crash.fast_clock import FastClock, start_clock
from tests.crash.films import make_films
from tests.crash.ledger_check import limits_passed
from tests.crash.people import LIMITS, People
from tests.crash.provider import read_ledger
from tests.crash.sleeping import ALL_STALLS, SLEEPER_LIVES_S, STALL_S, Victim, kill, let_sleep
from tests.crash.steps import LAST_STEPS, STEPS
from tests.crash.verify import Verdict, judge
from tests.crash.workers import KEY, Shift, work
from tests.studio.installation import a_visitor_service
from videoapi.client import VideoAPI

STALL_EVERY = 12
"""One in so many kills is none: the worker stands still for longer than its lease, then goes on as if nothing was."""
LIVES_S = (0.1, 0.7)
"""Real seconds that a worker is given, at the least and at the most."""
ARMED_LIVES_S = 3.0
"""One that waits for its step; it may be a rare one."""
ARMED_STEPS = 6
"""So many steps a worker lies in wait for at most; it dies at whichever comes first."""
LAST_STEPS_S = 20.0
"""Until the last steps must have come."""
SEE_LIMITS_S = 0.2
"""How often the limits are checked."""
PATIENCE_S = 240.0
"""Until everything that was accepted must have come to its end, once nobody is killed any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run did, and what was found after it."""

    kills: int
    step_kills: int
    steps: int
    steps_missed: tuple[str, ...]
    stalls: int
    """At random moments, in place of a kill."""
    slept: Counter[str]
    """At named steps: for longer than a lease, then woken."""
    not_slept: tuple[str, ...]
    jobs: int
    over_the_limit: int
    """Orders that were not taken because a limit was reached."""
    deletions: int
    """Times that somebody deleted everything."""
    limit_checks: int
    """Times that all limits were checked."""
    posts: int
    posts_failed: int
    polls_failed: str
    downloads_failed: str
    ticks_broken: int
    seconds: float
    verdict: Verdict


@dataclass(slots=True)
class CrashRun:
    """One run over one database, in a folder of its own."""

    database_url: str
    folder: Path
    kills: int
    workers: int
    seed: int
    step_hits: int = 2
    stalls: int = 0
    """Times that a worker stands still at each step; they come after the kills."""
    naive: bool = False
    _clock: FastClock = field(init=False)
    _base_url: str = field(init=False)
    _chance: random.Random = field(init=False)
    _context: ForkServerContext = field(init=False)
    _people: People = field(init=False)
    _victims: list[Victim] = field(default_factory=list)
    _killed: int = 0
    _stalls: int = 0
    _slept: Counter[str] = field(default_factory=Counter)
    _passed: set[str] = field(default_factory=set)
    _checked: int = 0

    def __call__(self) -> Report:
        """Run until so many were killed and every step was hit; then let everything end, and judge."""
        began = time.monotonic()
        self._chance = random.Random(self.seed)
        (self.folder / "scratch").mkdir()
        make_films(self.folder)
        self._clock = start_clock(self.folder)
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.crash.workers"])
        command = [sys.executable, "-m", "tests.crash.provider", str(self.folder), str(self._clock.started_s)]
        with subprocess.Popen([*command, str(self.seed)], stdout=subprocess.PIPE, text=True) as provider:
            try:
                assert provider.stdout is not None
                self._base_url = f"http://127.0.0.1:{int(provider.stdout.readline())}"
                self._kill_while_ordering()
                self._let_end()
                met = self._met()
            finally:
                for victim in self._victims:
                    kill(victim.process)
                provider.kill()
        people = self._people
        verdict = judge(self.database_url, self.folder, people.placed, self._passed)
        assert not people.errors, people.errors[0]
        hits = self._hits()
        return Report(
            kills=self._killed,
            step_kills=hits.total(),
            steps=len(STEPS + LAST_STEPS),
            steps_missed=tuple(step for step in STEPS + LAST_STEPS if self.kills and hits[step] < self.step_hits),
            stalls=self._stalls,
            slept=self._slept,
            not_slept=tuple(step for step in ALL_STALLS if self._slept[step] < self.stalls),
            jobs=len(people.placed),
            over_the_limit=people.refused,
            deletions=people.deletions,
            limit_checks=self._checked,
            posts=met["POST"],
            posts_failed=met["POST"] - met["POST well"],
            polls_failed=f"{met['poll failed']} of {met['poll']}",
            downloads_failed=f"{met['download failed']} of {met['download']}",
            ticks_broken=len(_notes(self.folder / "broke")),
            seconds=time.monotonic() - began,
            verdict=verdict,
        )

    # While orders come in.

    def _kill_while_ordering(self) -> None:
        database = Database(self.database_url)
        provider = VideoAPI(self._base_url, KEY)
        store, media = Store(database, limits=LIMITS), Media((self.folder / "media").as_uri())
        visitor_service = a_visitor_service(database, store, media, self._clock, source=provider)
        people = self._people = People(visitor_service, self.seed)
        ending = threading.Event()
        orders = threading.Thread(target=people.order_on, args=(ending,))
        watch = threading.Thread(target=self._see_limits, args=(database, ending))
        orders.start()
        watch.start()
        try:
            self._victims = [self._hire(STEPS) for _ in range(self.workers)]
            while self._killed + self._hits().total() < self.kills:
                self._strike(STEPS)
            end = time.monotonic() + PATIENCE_S
            while not self.naive and self.kills and self._missing(STEPS) and time.monotonic() < end:
                self._strike(STEPS)
            if self.stalls:
                self._slept = let_sleep(
                    self._victims,
                    self.stalls,
                    hire=self._hire_sleeper,
                    all_delete=people.all_delete_everything,
                    is_free=lambda: self._is_free(database),
                )
        finally:
            ending.set()
            # One that stands still may hold the database's lock, and the last order would wait for it for ever.
            for victim in self._victims:
                kill(victim.process)
            orders.join()
            watch.join()
            provider.close()
            database.close()

    def _see_limits(self, database: Database, ending: threading.Event) -> None:
        """All the time; on a thread of its own, because one that stands still may hold the database's lock."""
        while not ending.wait(SEE_LIMITS_S):
            with suppress(StorageAway):
                self._passed.update(limits_passed(database, LIMITS))
                self._checked += 1

    # Killing.

    def _missing(self, steps: tuple[str, ...]) -> list[str]:
        hits = self._hits()
        return [step for step in steps if hits[step] < self.step_hits]

    def _hits(self) -> Counter[str]:
        path = self.folder / "hits"
        return Counter(path.read_text("utf-8").splitlines() if path.exists() else [])

    def _hire(self, steps: tuple[str, ...]) -> Victim:
        """A new worker; two of three lie in wait for steps that were not hit often enough yet."""
        missing = self._missing(steps) if not self.naive else []
        last = steps is LAST_STEPS
        armed = bool(missing) and (last or self._chance.random() < 2 / 3)
        # Not all at once: those that come first in every job would hide the others.
        at_most = 1 if last else ARMED_STEPS
        chosen = frozenset(self._chance.sample(missing, min(len(missing), at_most)) if armed else ())
        return self._hire_one(chosen, lives_s=ARMED_LIVES_S if armed else self._chance.uniform(*LIVES_S))

    def _is_free(self, database: Database) -> bool:
        """Whether a deletion would have to wait for nobody: on SQLite for the one lock, on PostgreSQL for any row's."""
        if not database.is_sqlite:
            with suppress(StorageAway), database.begin() as connection:
                connection.execute(select(job_rows.c.id).with_for_update(nowait=True))
                return True
            return False
        with closing(sqlite3.connect(str(database.url.database), timeout=0.3, isolation_level=None)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return False
        return True

    def _hire_sleeper(self, step: str) -> Victim:
        return self._hire_one(sleeps_at=step, lives_s=SLEEPER_LIVES_S)

    def _hire_one(self, steps: frozenset[str] = frozenset(), *, sleeps_at: str | None = None, lives_s: float) -> Victim:
        shift = Shift(self.database_url, self.folder, self._base_url, self._clock, steps, sleeps_at, self.naive)
        process = self._context.Process(target=work, args=(shift,), daemon=True)
        process.start()
        return Victim(process, time.monotonic() + lives_s, sleeps_at=sleeps_at)

    def _strike(self, steps: tuple[str, ...]) -> None:
        """Kill whoever is ripe, or let them stand still; and hire anew for the dead."""
        for index, victim in enumerate(self._victims):
            now = time.monotonic()
            pid = victim.process.pid
            assert pid is not None
            if victim.resumes_at is not None:
                if now >= victim.resumes_at:
                    os.kill(pid, signal.SIGCONT)
                    victim.resumes_at = None
            elif victim.process.is_alive() and now >= victim.ripe_at:
                if self._chance.randrange(STALL_EVERY) == 0:
                    os.kill(pid, signal.SIGSTOP)
                    self._stalls += 1
                    victim.resumes_at = now + STALL_S
                    victim.ripe_at = now + STALL_S + self._chance.uniform(*LIVES_S)
                    continue
                kill(victim.process)
                self._killed += 1
            if not victim.process.is_alive():
                victim.process.join()
                self._victims[index] = self._hire(steps)
        time.sleep(0.01)

    # The end.

    def _let_end(self) -> None:
        """Wait until all that was accepted has ended; then let a day pass, and the rest be closed."""
        self._hire_anew(())
        database = Database(self.database_url)
        try:
            self._wait(database, self._only_unaccepted_left)
            if not self.naive:
                # All lie in wait: there are few jobs left to be closed, and each is closed once.
                self._hire_anew(LAST_STEPS)
            self._clock.leap(timedelta(hours=25))
            end = time.monotonic() + LAST_STEPS_S
            while not self.naive and self._missing(LAST_STEPS) and time.monotonic() < end:
                self._strike(LAST_STEPS)
            self._hire_anew(())
            self._wait(database, lambda states: all(state in FINAL for state in states.values()))
        finally:
            database.close()

    def _hire_anew(self, steps: tuple[str, ...]) -> None:
        """New workers for all; without steps none of them lies in wait."""
        for victim in self._victims:
            kill(victim.process)
        self._victims = [self._hire(steps) for _ in range(self.workers)]

    def _wait(self, database: Database, are_done: Waited) -> None:
        """Returns when it is so, or when patience ends: what is unfinished then is told by the verdict."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            with database.read() as connection:
                rows = connection.execute(select(job_rows.c.id, job_rows.c.state)).all()
            if are_done({job: State(state) for job, state in rows}):
                return
            time.sleep(0.1)

    def _only_unaccepted_left(self, states: dict[str, State]) -> bool:
        left = {job for job, state in states.items() if state not in FINAL}
        charged = {charge.client_request_id.partition(".")[0] for charge in read_ledger(self.folder / "charges")}
        return not left & charged and all(states[job] is State.UNCONFIRMED for job in left)

    def _met(self) -> Counter[str]:
        for _ in range(20):
            try:
                with urllib.request.urlopen(f"{self._base_url}/control/met", timeout=2) as answer:
                    return Counter(json.loads(answer.read()))
            except OSError:
                time.sleep(0.1)  # one of its outages
        return Counter()


class Waited(Protocol):
    """Whether the jobs, by id, stand where they were waited for."""

    def __call__(self, states: dict[str, State], /) -> bool: ...


def _notes(path: Path) -> list[str]:
    return path.read_text("utf-8").split("\0")[:-1] if path.exists() else []
