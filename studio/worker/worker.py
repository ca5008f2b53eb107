"""Claims what is due and takes it one step further. One `tick()` is one call in a test.

Submitting happens at most once; polling and fetching at least once. No transaction is held over HTTP: between claim and
save the job is ours by a lease, and a save after the lease has gone to another changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import assert_never

from studio.diagnostics.logs import short
from studio.jobs.job import State
from studio.jobs.last_error import StepError
from studio.queue.leases import Claim
from studio.worker.context import Context, Provider
from studio.worker.poll import poll, search
from studio.worker.submit import submit

__all__ = ["Context", "Provider", "Worker"]

log = logging.getLogger(__name__)


class Worker:
    """Takes due jobs one step at a time. Any number may run, in any number of processes."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._held: dict[str, Claim] = {}

    def tick(self) -> bool:
        """Claim one due job and take it one step further; False when nothing was due."""
        claim = self._context.store.claim_due(self._context.clock())
        if claim is None:
            return False
        with self._holding(claim):
            self._step(claim)
        return True

    def idle_s(self, longest_s: float) -> float:
        """Seconds until something may be due, where nothing was; at most so many."""
        now = self._context.clock()
        due_at = self._context.store.due_at(now)
        return longest_s if due_at is None else min(longest_s, (due_at - now).total_seconds())

    def renew(self) -> None:
        """Hold on to the jobs that are being worked on right now. Called every third of a lease, and nothing beside it.

        What is lost, its step sees before it sends or keeps anything.
        """
        for claim in self._context.store.renew(list(self._held.values()), self._context.clock()):
            if claim.token in self._held:  # else it was only saved meanwhile
                log.warning("lease lost", extra={"job": short(claim.job.id)})

    def give_back(self) -> None:
        """Let others have what is being worked on; for a shutdown that cannot wait."""
        for claim in list(self._held.values()):
            self._context.store.give_back(claim)

    @contextmanager
    def _holding(self, claim: Claim) -> Iterator[None]:
        # By token: after a lost lease another thread of this worker may hold the same job.
        self._held[claim.token] = claim
        try:
            yield
        finally:
            del self._held[claim.token]

    def _step(self, claim: Claim) -> None:
        match claim.job.state:
            case State.WAITING:
                submit(self._context, claim)
            case State.SUBMITTING:
                # Whoever was sending it is gone, and nobody knows how far it got.
                self._context.save(claim, claim.job.answer_lost(self._context.clock(), StepError.INTERRUPTED))
            case State.UNCONFIRMED:
                search(self._context, claim)
            case State.QUEUED | State.GENERATING | State.FETCHING:
                poll(self._context, claim)
            case State.DONE | State.REFUSED | State.FAILED | State.EXPIRED | State.CLOSED:
                raise AssertionError("a job that has ended is never due")
            case unreachable:
                assert_never(unreachable)
