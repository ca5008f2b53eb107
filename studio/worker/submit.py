"""Sending an order: at most once. The row says `submitting`, committed, before the first byte leaves."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from studio.jobs.circuit_breaker import DEMOS_PAUSE, OWNERS_PAUSE, Breaker, Stop
from studio.jobs.job import Job, Reason
from studio.jobs.last_error import StepError
from studio.jobs.polling import Expectation, after_failure, until_next_poll
from studio.queue.leases import Claim
from studio.storage.errors import StorageAway, StorageFull
from studio.storage.free_space import is_room
from studio.storage.media import MediaMissing
from studio.worker.context import Context
from studio.worker.key_check import what_was_forbidden
from studio.worker.provider_mapping import reason_of_refusal, request_of, stop_of, word, words_of_refusal
from videoapi import errors as api
from videoapi.models import MODELS
from videoapi.wire import Generation, GenerationRequest

log = logging.getLogger(__name__)

UNREACHABLE_FOR = timedelta(hours=1)
"""An order that could not even be sent for so long is given back to the person."""
STORAGE_PAUSE_S = 15.0
"""Until storage that was away is tried again."""
PUT_OFF_S = 5.0
"""Before a 429 without a `Retry-After` is tried again."""

_GIVEN_BACK = {
    Stop.OUTAGE: Reason.UNREACHABLE,
    Stop.OUT_OF_CREDIT: Reason.OUT_OF_CREDIT,
    Stop.KEY_REJECTED: Reason.KEY_REJECTED,
}


def submit(context: Context, claim: Claim) -> None:
    """Send a waiting order, or put it off where nothing may be sent at present. Makes one POST at the most."""
    job = claim.job
    if held_back := _held_back(context, job):
        context.save(claim, held_back)
        return
    lost = Reason.PICTURE_LOST
    try:
        picture = context.media.read(job.order.picture_key)
        ending_key = job.order.ending_picture_key
        ending_picture = context.media.read(ending_key) if ending_key else None
        lost = Reason.SOUND_LOST
        sound = context.media.read(job.order.sound_key) if job.order.sound_key else None
    except MediaMissing as error:
        _tell_breaker(context, job, error)
        context.save(claim, job.refused(context.clock(), lost))
        return
    except StorageAway as error:
        context.save(claim, job.held_back(context.after(STORAGE_PAUSE_S), error.word))
        return
    # All that may fail for a reason of our own comes before the row says `submitting`; after it comes the POST.
    request, expected = request_of(job.order, picture, ending_picture, sound), context.expected(job)
    sending = context.store.begin_submit(claim, context.clock)
    if sending is None:
        return
    now = context.clock()
    if not sending.is_ours(now):
        # This process slept meanwhile, and somebody may have been told that the order is lost.
        context.save_outcome(sending, sending.job.not_sent(now, StepError.INTERRUPTED))
        return
    answer = _answer(context, sending.job, request)
    stop = stop_of(answer) if isinstance(answer, api.VideoAPIError) else None
    if isinstance(answer, api.VideoAPIError) and stop is not None:
        # Certainly not taken: what the breaker makes of it decides whether it goes on waiting.
        breaker = _tell_breaker(context, job, answer)
        context.save_outcome(sending, _stopped(context, sending.job, answer, stop, breaker))
    elif isinstance(answer, api.VideoAPIError):
        context.save_outcome(sending, _not_taken(context, sending.job, answer))
        _tell_breaker(context, job, answer)
    else:
        # The provider's id first: it is in memory alone.
        context.save_outcome(sending, _adopted(context, sending.job, answer, expected))
        _tell_breaker(context, job, None)


def _held_back(context: Context, job: Job) -> Job | None:
    """The job put off, where nothing may be submitted at present or the video could not be kept; else None."""
    now = context.clock()
    if job.order.model not in MODELS:
        # Placed by a newer version: which fields it has is not known here.
        return job.refused(now, Reason.NOT_OFFERED)
    breaker = context.store.breaker()
    if breaker.why is not None and now >= _given_back_at(job, breaker):
        return job.refused(now, _GIVEN_BACK[breaker.why])
    if not is_room(context.scratch, context.media):
        if now - job.created_at >= UNREACHABLE_FOR:
            return job.refused(now, Reason.NO_ROOM)
        return job.held_back(context.after(STORAGE_PAUSE_S), StorageFull.word)
    # Last, because while half-open it makes this order the probe, for which all others wait.
    breaker = context.store.let_out(job.id, now)
    until = breaker.held_until(now, job.id)
    if until is None or breaker.why is None:
        return None
    return job.held_back(min(until, _given_back_at(job, breaker)), breaker.why)


def _given_back_at(job: Job, breaker: Breaker) -> datetime:
    """When an order that the breaker keeps is given back: it has its hour, however long it had queued before."""
    return max(job.created_at, breaker.since or job.created_at) + UNREACHABLE_FOR


def _answer(context: Context, job: Job, request: GenerationRequest) -> Generation | api.VideoAPIError:
    """What came of the one POST that this attempt makes; a refusal that does not say so is looked into."""
    try:
        return context.provider.create(request, client_request_id=job.client_request_id)
    except api.Forbidden as refusal:
        return what_was_forbidden(context.provider, refusal, price_micros=job.price_micros)
    except api.VideoAPIError as error:
        return error


def _not_taken(context: Context, job: Job, error: api.VideoAPIError) -> Job:
    if isinstance(error, api.NotReachable | api.TooManyRequests):
        return _put_off(context, job, error)
    now = context.clock()
    if error.outcome_unknown:
        return job.answer_lost(now, word(error), heard_of=error.inference_id)
    return job.refused(now, reason_of_refusal(error, job.order), words_of_refusal(error))


def _stopped(context: Context, job: Job, error: api.VideoAPIError, stop: Stop, breaker: Breaker) -> Job:
    # In the demo such an order was asked to fail: sent again as the probe, it would keep the others for an hour.
    if breaker.rests > 1 and context.backend != "demo":
        return _kept_on(context, job, stop, breaker)
    return _not_taken(context, job, error)


def _kept_on(context: Context, job: Job, stop: Stop, breaker: Breaker) -> Job:
    """The probe found the stop unchanged: it goes on waiting with the others, for what is left of its hour."""
    now = context.clock()
    again_at = min(breaker.held_until(now, job.id) or now + OWNERS_PAUSE, _given_back_at(job, breaker))
    return job.not_sent(max(now, again_at), stop)


def _tell_breaker(context: Context, job: Job, error: Exception | None) -> Breaker:
    """Count the outcome of an order that the breaker had let out, None where the provider took it; the breaker then."""
    now = context.clock()
    stop = stop_of(error) if isinstance(error, api.VideoAPIError) else None
    try:
        before = context.store.breaker()
        if error is None:
            if before != Breaker():
                context.store.move_breaker(lambda breaker: breaker.after_success(job.id))
        elif stop is not None:
            log.error("the provider will not take orders", extra={"why": stop})
            rest = DEMOS_PAUSE if context.backend == "demo" else OWNERS_PAUSE
            context.store.move_breaker(lambda breaker: breaker.after_stop(now, stop, job.id, rest=rest))
        elif isinstance(error, api.NotReachable) or (isinstance(error, api.VideoAPIError) and error.outcome_unknown):
            context.store.move_breaker(lambda breaker: breaker.after_outage(now, job.id))
        elif before.probe == job.id:
            context.store.move_breaker(lambda breaker: breaker.after_no_verdict(job.id))
        after = context.store.breaker()
        if before.why is not None and after != before:
            _recall_held(context, after, now)
    except StorageAway as away:
        # How the order ended matters more; the breaker hears of the next one.
        log.error("the breaker was not told", extra={"error": away.word})
        return Breaker()
    return after


def _recall_held(context: Context, breaker: Breaker, now: datetime) -> None:
    """Orders that wait for the probe wait no longer than its outcome makes them."""
    if breaker.open_until is not None and breaker.open_until > now:
        context.store.recall_held(breaker.open_until, all_of_them=True)
    else:
        # Without a verdict one more is enough, as the next probe.
        context.store.recall_held(now, all_of_them=breaker.why is None)


def _put_off(context: Context, job: Job, error: api.NotReachable | api.TooManyRequests) -> Job:
    now = context.clock()
    if now - job.created_at >= UNREACHABLE_FOR:
        return job.refused(now, reason_of_refusal(error, job.order), words_of_refusal(error))
    wait_s = after_failure(job.consecutive_failures + 1, context.jitter())
    if isinstance(error, api.TooManyRequests):
        # A wait of nothing, or of years, would not be the provider's wish but its mistake.
        asked_s = PUT_OFF_S if error.retry_after_s is None else error.retry_after_s
        wait_s = min(max(wait_s, asked_s), UNREACHABLE_FOR.total_seconds())
    return job.not_sent(now + timedelta(seconds=wait_s), word(error))


def _adopted(context: Context, job: Job, answer: Generation, expected: Expectation) -> Job:
    now = context.clock()
    return job.accepted(
        now,
        answer.generation_id,
        expected_s=expected.typical_s,
        poll_at=now + timedelta(seconds=until_next_poll(0, expected)),
        cost_micros=context.cost(answer.credits_used),
    )
