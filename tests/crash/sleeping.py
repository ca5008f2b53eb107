"""Workers stand still at each named step for longer than their lease, alone or all of them, and wake again.

So it is with a machine that is suspended, a container that is frozen, a process that waits for its disk.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess

import psutil

from tests.crash.steps import STALL_STEPS, UNSENT_STEPS

STALL_S = 2.6
"""Longer than a lease, by the fast clock."""
AWAKE_S = 1.0
"""For what one does that has just woken: that is what this is about."""
SLEEPER_LIVES_S = 8.0
"""Until one that is to stand still must have come to its step; else another tries."""
PATIENCE_S = 10.0
"""For each time that one is to stand still."""
ALL_TRIES = 10
STOP_TRIES = 25
DELETING_S = 5.0
"""For the deletions while all stand still."""
ALL_STALLS = (*STALL_STEPS, *(f"{step}, all" for step in UNSENT_STEPS))


@dataclass(slots=True)
class Victim:
    """A worker process, and what is planned for it."""

    process: ForkServerProcess
    ripe_at: float
    resumes_at: float | None = None
    sleeps_at: str | None = None
    """The step at which it stands still by itself."""

    @property
    def stands_still(self) -> bool:
        """True while it is stopped."""
        with suppress(psutil.NoSuchProcess):
            pid = self.process.pid
            return pid is not None and psutil.Process(pid).status() == psutil.STATUS_STOPPED
        return False

    def send(self, number: signal.Signals) -> None:
        """A signal, if it is still there."""
        if self.process.pid is not None and self.process.is_alive():
            os.kill(self.process.pid, number)


def kill(process: ForkServerProcess) -> None:
    """End a worker, standing still or not."""
    if process.pid is not None and process.is_alive():
        process.kill()
    process.join()


def let_sleep(
    victims: list[Victim],
    times: int,
    *,
    hire: Callable[[str], Victim],
    all_delete: Callable[[], None],
    is_free: Callable[[], bool],
) -> Counter[str]:
    """Let workers sleep so many times at each step: in turn, while others go on; then all, while people delete.

    `is_free` says whether nobody who stands still holds the database's lock. Gives how often it came about.
    """
    slept = _one_by_one(victims, [step for step in STALL_STEPS for _ in range(times)], hire)
    for step in [step for step in UNSENT_STEPS for _ in range(times)]:
        slept[f"{step}, all"] += _all_at(step, victims, hire, all_delete, is_free)
    return slept


def _one_by_one(victims: list[Victim], left: list[str], hire: Callable[[str], Victim]) -> Counter[str]:
    slept: Counter[str] = Counter()
    end = time.monotonic() + len(left) * PATIENCE_S
    while (left or any(victim.sleeps_at for victim in victims)) and time.monotonic() < end:
        for index, victim in enumerate(victims[1:], 1):  # the first goes on, and takes over
            now = time.monotonic()
            if victim.sleeps_at is None:
                if left and now >= victim.ripe_at:
                    kill(victim.process)
                    victims[index] = hire(left.pop(0))
            elif victim.resumes_at is not None:
                if now >= victim.resumes_at:
                    victim.send(signal.SIGCONT)
                    slept[victim.sleeps_at] += 1
                    victim.resumes_at = victim.sleeps_at = None
                    victim.ripe_at = now + AWAKE_S
            elif victim.stands_still:
                victim.resumes_at = now + STALL_S
            elif now >= victim.ripe_at:
                left.append(victim.sleeps_at)
                victim.sleeps_at = None
        time.sleep(0.01)
    return slept


def _all_at(
    step: str,
    victims: list[Victim],
    hire: Callable[[str], Victim],
    all_delete: Callable[[], None],
    is_free: Callable[[], bool],
) -> bool:
    """The machine of the workers sleeps, one of them at this step; meanwhile everybody deletes everything."""
    for _ in range(ALL_TRIES):
        kill(victims[-1].process)
        sleeper = victims[-1] = hire(step)
        while not sleeper.stands_still and time.monotonic() < sleeper.ripe_at:
            time.sleep(0.005)
        if sleeper.stands_still and _stop_all(victims, is_free) and _deleted_meanwhile(victims, all_delete):
            return True
    return False


def _stop_all(victims: list[Victim], is_free: Callable[[], bool]) -> bool:
    """The last one stands still already; the others are stopped where they hold no lock."""
    for _ in range(STOP_TRIES):
        for victim in victims[:-1]:
            victim.send(signal.SIGSTOP)
        if is_free():
            return True
        for victim in victims[:-1]:
            victim.send(signal.SIGCONT)
        time.sleep(0.02)
    return False


def _deleted_meanwhile(victims: list[Victim], all_delete: Callable[[], None]) -> bool:
    """False where they wanted a row that one which stood still had locked."""
    time.sleep(STALL_S)
    deleting = threading.Thread(target=all_delete)
    deleting.start()
    deleting.join(DELETING_S)
    done = not deleting.is_alive()
    for victim in victims:
        victim.send(signal.SIGCONT)
    deleting.join()
    time.sleep(AWAKE_S)
    return done
