"""The control: a worker that treats an order like any other request, as most tools do. It pays twice, and the same
verification that clears the real worker must catch it."""

from __future__ import annotations

from datetime import timedelta

from studio.jobs.job import State
from studio.jobs.last_error import StepError
from studio.queue.leases import Claim
from studio.worker.provider_mapping import request_of, word
from studio.worker.worker import Worker
from videoapi.errors import VideoAPIError

_AGAIN_IN = timedelta(seconds=5)


class NaiveWorker(Worker):
    """Sends again after any error, and after a crash."""

    def _step(self, claim: Claim) -> None:
        if claim.job.state in (State.WAITING, State.SUBMITTING):
            self._send(claim)
        else:
            super()._step(claim)

    def _send(self, claim: Claim) -> None:
        context, job = self._context, claim.job
        now = context.clock()
        if job.state is State.SUBMITTING:
            job = job.not_sent(now, StepError.INTERRUPTED)
        sending = context.store.save(claim, job.submit_begun(now), release=False)
        if sending is None:
            return
        job = sending.job
        picture = context.media.read(job.order.picture_key)
        try:
            answer = context.provider.create(request_of(job.order, picture), client_request_id=job.client_request_id)
        except VideoAPIError as error:
            context.save(sending, job.not_sent(context.clock() + _AGAIN_IN, word(error)))
            return
        now = context.clock()
        context.save(sending, job.accepted(now, answer.generation_id, expected_s=60, poll_at=now, cost_micros=None))
