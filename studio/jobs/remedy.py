"""What a person can do about an order that came to nothing: the one thing that fits. Pure."""

from __future__ import annotations

from enum import StrEnum

from studio.jobs.job import Job, Reason


class Remedy(StrEnum):
    """What helps. The screen has a button for each."""

    ORDER_AGAIN = "order_again"
    """The very same order may well succeed, and the first cost nothing."""
    ORDER_TWICE = "order_twice"
    """The same, where the first may have been charged: a person has to say that they know."""
    OTHER_PICTURE = "other_picture"
    OTHER_WORDS = "other_words"
    OTHER_SETTINGS = "other_settings"
    """Something else on the form has to change: the same order would end in the same way."""


_REMEDIES = {
    Reason.ORDER_INVALID: Remedy.OTHER_SETTINGS,
    Reason.KEY_REJECTED: Remedy.ORDER_AGAIN,
    Reason.OUT_OF_CREDIT: Remedy.ORDER_AGAIN,
    Reason.BLOCKED: Remedy.OTHER_WORDS,
    Reason.NOT_OFFERED: Remedy.ORDER_AGAIN,
    Reason.UNREACHABLE: Remedy.ORDER_AGAIN,
    Reason.BUSY: Remedy.ORDER_AGAIN,
    Reason.PICTURE_LOST: Remedy.OTHER_PICTURE,
    Reason.SOUND_LOST: Remedy.OTHER_SETTINGS,
    Reason.NO_ROOM: Remedy.ORDER_AGAIN,
    Reason.PICTURE_MODERATED: Remedy.OTHER_PICTURE,
    Reason.WORDS_MODERATED: Remedy.OTHER_WORDS,
    # Of one that was made and held back, and of what nobody says more: words are changed soonest.
    Reason.RESULT_MODERATED: Remedy.OTHER_WORDS,
    Reason.MODERATED: Remedy.OTHER_WORDS,
    Reason.FAMOUS_CHARACTER: Remedy.OTHER_PICTURE,
    Reason.AUDIO_UNREACHABLE: Remedy.OTHER_SETTINGS,
    Reason.AUDIO_FILE_REFUSED: Remedy.OTHER_SETTINGS,
    Reason.PICTURE_UNREADABLE: Remedy.OTHER_PICTURE,
    Reason.TIMED_OUT: Remedy.ORDER_AGAIN,
    Reason.REWRITE_FAILED: Remedy.OTHER_SETTINGS,
    Reason.NEVER_ANSWERED: Remedy.ORDER_TWICE,
    Reason.NEVER_FETCHED: Remedy.ORDER_TWICE,
    Reason.NEVER_CHECKED: Remedy.ORDER_TWICE,
    Reason.NOT_FOUND_AGAIN: Remedy.ORDER_TWICE,
    Reason.WITHDRAWN: Remedy.ORDER_AGAIN,
    Reason.UNKNOWN: Remedy.ORDER_AGAIN,
}


def remedy_of(job: Job) -> Remedy:
    """What helps a job that ended without a video. Whatever ended it: what may have been charged is asked about."""
    if job.may_have_been_charged:
        return Remedy.ORDER_TWICE
    return _REMEDIES[job.reason or Reason.UNKNOWN]
