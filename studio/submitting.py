"""Sending an order: at most once. The row says `submitting`, committed, before the first byte leaves."""

from __future__ import annotations

import logging
from datetime import timedelta

from studio.breaker import DEMOS_TURN, OWNERS_TURN, Breaker, Stop
from studio.jobs import Job, Reason
from studio.leases import Claim
from studio.media import MediaMissing
from studio.provider_words import reason_of_refusal, request_of, stop_of, word, words_of_refusal
from studio.room import is_room
from studio.schedule import Expectation, after_trouble, until_next_look
from studio.storage_errors import StorageAway, StorageFull
from studio.trouble import Trouble
from studio.workbench import Bench
from videoapi import errors as api
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


def submit(bench: Bench, claim: Claim) -> None:
    """Send a waiting order, or put it off where nothing may be sent at present. Makes one POST at the most."""
    job = claim.job
    if held_back := _held_back(bench, job):
        bench.save(claim, held_back)
        return
    try:
        picture = bench.media.read(job.order.picture_key)
    except MediaMissing:
        bench.save(claim, job.refused(bench.clock(), Reason.PICTURE_LOST))
        return
    except StorageAway as error:
        bench.save(claim, job.held_back(bench.after(STORAGE_PAUSE_S), error.word))
        return
    # All that may fail for a reason of our own comes before the row says `submitting`; after it comes the POST.
    request, expected = request_of(job.order, picture), bench.expected(job)
    sending = bench.store.begin_submit(claim, bench.clock)
    if sending is None:
        return
    now = bench.clock()
    if not sending.is_ours(now):
        # This process slept meanwhile, and somebody may have been told that the order is lost.
        bench.save_outcome(sending, sending.job.not_sent(now, now, Trouble.INTERRUPTED))
        return
    outcome, against = _sent(bench, sending.job, request, expected)
    # The provider's id first: it is in memory alone.
    bench.save_outcome(sending, outcome)
    _tell_breaker(bench, against)


def _held_back(bench: Bench, job: Job) -> Job | None:
    """The job put off, where nothing may be submitted at present or the video could not be kept; else None."""
    now = bench.clock()
    breaker = bench.store.breaker()
    stop = breaker.stopped(now)
    if stop is not None:
        if now - job.created_at >= UNREACHABLE_FOR:
            return job.refused(now, _GIVEN_BACK[stop])
        return job.held_back(breaker.open_until or now, stop)
    if not is_room(bench.scratch, bench.media):
        if now - job.created_at >= UNREACHABLE_FOR:
            return job.refused(now, Reason.NO_ROOM)
        return job.held_back(bench.after(STORAGE_PAUSE_S), StorageFull.word)
    return None


def _sent(
    bench: Bench, job: Job, request: GenerationRequest, expected: Expectation
) -> tuple[Job, api.VideoAPIError | None]:
    """The job after the one POST that this attempt makes, and the error that it met."""
    try:
        answer = bench.provider.create(request, client_request_id=job.client_request_id)
    except (api.NotReachable, api.TooManyRequests) as error:
        return _put_off(bench, job, error), error
    except api.VideoAPIError as error:
        now = bench.clock()
        if error.outcome_unknown:
            return job.answer_lost(now, word(error), heard_of=error.inference_id), error
        return job.refused(now, reason_of_refusal(error), words_of_refusal(error)), error
    return _adopted(bench, job, answer, expected), None


def _tell_breaker(bench: Bench, error: api.VideoAPIError | None) -> None:
    now = bench.clock()
    stop = None if error is None else stop_of(error)
    try:
        if error is None:
            if bench.store.breaker() != Breaker():
                bench.store.move_breaker(Breaker.after_success)
        elif stop is not None:
            log.error("the provider will not take orders", extra={"why": stop})
            rest = DEMOS_TURN if bench.backend == "demo" else OWNERS_TURN
            bench.store.move_breaker(lambda breaker: breaker.after_stop(now, stop, rest=rest))
        elif error.outcome_unknown or isinstance(error, api.NotReachable):
            bench.store.move_breaker(lambda breaker: breaker.after_outage(now))
    except StorageAway as away:
        # What became of the order matters more; the breaker hears of the next one.
        log.error("the breaker was not told", extra={"trouble": away.word})


def _put_off(bench: Bench, job: Job, error: api.NotReachable | api.TooManyRequests) -> Job:
    now = bench.clock()
    if now - job.created_at >= UNREACHABLE_FOR:
        return job.refused(now, reason_of_refusal(error), words_of_refusal(error))
    wait_s = after_trouble(job.trouble + 1, bench.chance())
    if isinstance(error, api.TooManyRequests):
        # A wait of nothing, or of years, would not be the provider's wish but its mistake.
        asked_s = PUT_OFF_S if error.retry_after_s is None else error.retry_after_s
        wait_s = min(max(wait_s, asked_s), UNREACHABLE_FOR.total_seconds())
    return job.not_sent(now, now + timedelta(seconds=wait_s), word(error))


def _adopted(bench: Bench, job: Job, answer: Generation, expected: Expectation) -> Job:
    now = bench.clock()
    return job.accepted(
        now,
        answer.generation_id,
        expected_s=expected.typical_s,
        look_at=now + timedelta(seconds=until_next_look(0, expected)),
        cost_micros=bench.cost(answer.credits_used),
    )
