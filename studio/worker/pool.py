"""Threads that keep calling the worker's tick, from the server's start to its end."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from studio.worker.worker import Worker

log = logging.getLogger(__name__)

IDLE_S = 0.5
"""How often an idle thread asks whether anything has come due; sooner where it knows that something will."""
AFTER_ERROR_S = 5.0
"""Pause after a tick that broke: a locked database or a full disk is not over in milliseconds."""
RENEW_EVERY_S = 20.0
"""A third of a lease."""
RENEW_AGAIN_S = 2.0
"""After a renewal that broke: there are not many in one lease."""
UPKEEP_EVERY_S = 20.0
"""How often periodic tasks are asked whether their time has come."""
GRACE_S = 10.0
"""How long a shutdown waits for ticks to end by themselves."""


class Hourly:
    """A task that is called more often and runs at most once an hour, first at the first call."""

    def __init__(self, task: Callable[[], object]) -> None:
        self._task = task
        self._next = 0.0

    def __call__(self) -> None:
        """Run the task if its hour has come; a task that breaks waits for the next one."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + 3600
            self._task()


class WorkerPool:
    """Runs one worker in several threads, holds its leases in one more, and does its upkeep in another.

    Leases have a thread of their own: a periodic task may take longer than one, and a POST whose lease ran out is taken
    for lost.
    """

    def __init__(
        self,
        worker: Worker,
        *,
        threads: int,
        upkeep: Sequence[Callable[[], None]] = (),
        renew_every_s: float = RENEW_EVERY_S,
        grace_s: float = GRACE_S,
    ) -> None:
        self._worker = worker
        self._upkeep = tuple(upkeep)
        self._renew_every_s = renew_every_s
        self._grace_s = grace_s
        self._stopping = threading.Event()
        self._all_ended = threading.Event()
        self._bell = threading.Condition()
        self._workers = [
            threading.Thread(target=self._work, name=f"worker-{n + 1}", daemon=True) for n in range(threads)
        ]
        self._keepers = [
            threading.Thread(target=self._hold_leases, name="worker-leases", daemon=True),
            threading.Thread(target=self._keep_up, name="worker-upkeep", daemon=True),
        ]

    def start(self) -> None:
        """Begin to work; returns at once."""
        for thread in (*self._keepers, *self._workers):
            thread.start()

    def stop(self) -> None:
        """Let running ticks end, for a few seconds at most, and give back what they hold."""
        self._stopping.set()
        self.wake()
        end = time.monotonic() + self._grace_s
        for thread in self._workers:
            if thread.ident is not None:  # started at all
                thread.join(max(0.0, end - time.monotonic()))
        # Leases are held for as long as a tick is waited for.
        self._all_ended.set()
        for thread in self._keepers:
            if thread.ident is not None:
                thread.join(max(0.0, end - time.monotonic()))
        self._worker.give_back()

    def wake(self) -> None:
        """Something has come due: wake the idle."""
        with self._bell:
            self._bell.notify_all()

    @property
    def is_alive(self) -> bool:
        """True while every thread runs."""
        return all(thread.is_alive() for thread in (*self._workers, *self._keepers))

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                busy = self._worker.tick()
                idle_s = 0.0 if busy else self._worker.idle_s(IDLE_S)
            except Exception:  # a job's error must not end the thread that serves all the others
                log.exception("a tick broke")
                self._stopping.wait(AFTER_ERROR_S)
                continue
            if not busy:
                with self._bell:
                    self._bell.wait(idle_s)

    def _hold_leases(self) -> None:
        while not self._all_ended.is_set():
            wait_s = self._renew_every_s
            try:
                self._worker.renew()
            except Exception:  # a thread that ended would lose every lease from then on
                log.exception("leases not renewed")
                wait_s = min(wait_s, RENEW_AGAIN_S)
            self._all_ended.wait(wait_s)

    def _keep_up(self) -> None:
        while not self._stopping.is_set():
            for task in self._upkeep:
                try:
                    task()
                except Exception:  # as above: the next round tries again
                    log.exception("upkeep broke")
            self._stopping.wait(UPKEEP_EVERY_S)
