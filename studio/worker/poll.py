"""How an order goes on: polled, fetched and kept, or searched for. At least once, repeated freely."""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import assert_never

from studio.diagnostics.logs import short
from studio.jobs.job import DEADLINE, Job, KeptVideo, Reason
from studio.jobs.last_error import StepError
from studio.jobs.polling import until_next_poll, until_next_search
from studio.jobs.whole_video import kept_video
from studio.queue.leases import Claim
from studio.storage.errors import StorageAway, of_os_error
from studio.videos.validate import VideoBroken
from studio.videos.validate_in_sandbox import ASIDE, CHECKS_MAX, CUT_OFF_MAX, CheckDied, WholeVideo
from studio.worker.context import Context
from studio.worker.provider_mapping import reason_of_failure, word, words_of_failure
from videoapi import errors as api
from videoapi.wire import Generation, Status

log = logging.getLogger(__name__)

VIDEO_MAX_BYTES = 512 * 1024 * 1024
"""Fifteen seconds of 1080p are some 30 MB; this only stops a download that never ends."""

LOG_SLACK = timedelta(minutes=1)
"""How far our clock and the provider's may be apart when its log is searched."""


def search(context: Context, claim: Claim) -> None:
    """Look for a lost order in the provider's log: adopted where it is found, closed when a day has passed without."""
    job, now = claim.job, context.clock()
    if job.generation_id is not None and _is_known(context, job.generation_id):
        expected_s = context.expected(job).typical_s
        context.save(claim, job.found(now, job.generation_id, expected_s=expected_s, cost_micros=None))
        return
    sent_at = job.submitted_at or job.created_at
    # The provider shows 92 days of its log at a time: a server that was off for longer need not ask for more than one.
    until = max(sent_at, min(now, sent_at + DEADLINE))
    try:
        row = context.provider.find_lost(job.client_request_id, since=sent_at - LOG_SLACK, until=until + LOG_SLACK)
    except api.VideoAPIError as error:
        context.save(claim, context.not_now(job, word(error)))
        return
    now = context.clock()
    if row is None:
        again = now + timedelta(seconds=until_next_search((now - sent_at).total_seconds()))
        context.save(claim, job.closed_unfound(now) if job.is_overdue(now) else job.not_found_yet(again))
    elif not row.succeeded:
        context.save(claim, job.failed(now, Reason.UNKNOWN, "the provider's log says it failed"))
    else:
        expected = context.expected(job).typical_s
        found = job.found(now, row.inference_id, expected_s=expected, cost_micros=context.cost(row.credits))
        context.save(claim, found)


def _is_known(context: Context, generation_id: str) -> bool:
    """True where the provider knows the id: then the order was taken, whatever the answer to it said."""
    try:
        context.provider.look_up(generation_id)
    except api.VideoAPIError:
        return False
    return True


def poll(context: Context, claim: Claim) -> None:
    """Ask after a job that the provider has; where it is done, fetch and keep the video at once."""
    job = claim.job
    try:
        answer = context.provider.look_up(job.generation_id or "")
    except api.VideoAPIError as error:
        context.save(claim, context.not_now(job, word(error)))
        return
    now = context.clock()
    match answer.status:
        case Status.ERROR:
            failure = answer.failure
            context.save(claim, job.failed(now, reason_of_failure(failure, job.order), words_of_failure(failure)))
        case Status.COMPLETED if answer.video_url is not None:
            _fetch(context, claim, answer.video_url, answer)
        case Status.QUEUED | Status.GENERATING | Status.UNKNOWN | Status.COMPLETED:
            if job.is_overdue(now):
                context.save(
                    claim, job.expired(now, Reason.NEVER_FETCHED if job.finished_at else Reason.NEVER_ANSWERED)
                )
                return
            context.warm_up()
            poll_at = now + timedelta(seconds=until_next_poll(_elapsed_s(job, now), context.expected(job)))
            queued = answer.status is Status.QUEUED
            context.save(claim, job.still_queued(poll_at) if queued else job.still_generating(poll_at))
        case unreachable:
            assert_never(unreachable)


def _fetch(context: Context, claim: Claim, url: str, answer: Generation) -> None:
    """Download in the step that learned the address: it is neither stored nor logged."""
    done_there = claim.job.finished_there(context.clock(), cost_micros=context.cost(answer.credits_used))
    fetching = context.store.save(claim, done_there, release=False)
    if fetching is None:
        return
    job = fetching.job
    part = context.scratch / f"{job.id}.part"
    try:
        with _written_by_us_alone(part):
            context.provider.fetch(url, part, max_bytes=VIDEO_MAX_BYTES)
            if not fetching.is_ours(context.clock()):
                # Whoever has the job now goes on with what is there; and it may have been deleted meanwhile.
                log.warning("lease lost in the download, not kept", extra={"job": short(job.id)})
                return
            video = _keep(context, fetching, part)
    except BlockingIOError:
        context.save(fetching, context.not_now(job, StepError.FETCHED_ELSEWHERE))
    except api.VideoAPIError as error:
        context.save(fetching, context.not_now(job, word(error)))
    except VideoBroken as error:
        log.warning("not a whole video", extra={"job": short(job.id), "why": str(error)})
        context.save(fetching, context.not_now(job, StepError.VIDEO_BROKEN))
    except CheckDied as error:
        log.error("checking a video died", extra={"job": short(job.id), "why": str(error)})
        context.save(fetching, context.not_now(job, StepError.CHECK_DIED))
    except NeverChecked:
        log.error("a video was set aside unchecked", extra={"job": short(job.id), "folder": ASIDE})
        context.save(fetching, job.expired(context.clock(), Reason.NEVER_CHECKED))
    except (StorageAway, OSError) as error:
        away = of_os_error(error) if isinstance(error, OSError) else error
        log.error("the video could not be kept", extra={"job": short(job.id), "error": away.word})
        context.save(fetching, context.not_now(job, away.word))
    else:
        context.save(fetching, job.kept(context.clock(), video))


@contextmanager
def _written_by_us_alone(part: Path) -> Iterator[None]:
    """Inside, no other worker on this machine writes to the part. Raises BlockingIOError where one does.

    One whose lease ran out in the middle of a download still writes when it wakes: into a file that another has checked
    and kept meanwhile, which broke the kept video (seen with a download gone on with). A killed one holds no lock. What
    is locked is the file, not its name: inside, it may be emptied, and moved or removed as the last thing.
    """
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not part.exists() or not os.path.samestat(os.fstat(descriptor), part.stat()):
            raise BlockingIOError("another has just moved it into its place")
        yield
    except (VideoBroken, CheckDied):
        part.unlink(missing_ok=True)  # while it is locked: a moment later it may be another's
        raise
    finally:
        os.close(descriptor)


def _keep(context: Context, claim: Claim, part: Path) -> KeptVideo:
    """Check the download and keep it. Raises VideoBroken, CheckDied, NeverChecked and BlockingIOError."""
    job = claim.job
    whole = _checked(context, claim, part)
    video = kept_video(job.id, whole.facts)
    context.media.put(video.poster_key, whole.poster)
    context.media.put_file(video.video_key, part)
    return video


def _checked(context: Context, claim: Claim, part: Path) -> WholeVideo:
    """What the check found. It is counted before it begins, so that one that ends with this process counts too."""
    begun = context.store.check_begun(claim)
    if begun is None:
        raise BlockingIOError("another worker has the job by now")
    if begun > CUT_OFF_MAX:
        raise _set_aside(context, claim.job, part)
    try:
        whole = context.check(part)
    except CheckDied:
        if begun >= CHECKS_MAX:
            raise _set_aside(context, claim.job, part) from None
        raise
    except Exception:  # whatever else it is came back in order: nothing died
        context.store.check_ended(claim)
        raise
    context.store.check_ended(claim)
    return whole


class NeverChecked(Exception):
    """Checking this video has died, or was cut off, as often as it may."""


def _set_aside(context: Context, job: Job, part: Path) -> NeverChecked:
    """Keep a video that nobody may look into where the owner can have it: it is paid for. Done while it is locked."""
    aside = context.scratch / ASIDE
    aside.mkdir(mode=0o700, exist_ok=True)
    part.replace(aside / f"{job.id}.mp4")
    return NeverChecked()


def _elapsed_s(job: Job, now: datetime) -> float:
    since = job.accepted_at or job.created_at
    return (now - since).total_seconds()
