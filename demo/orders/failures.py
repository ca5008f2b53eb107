"""Wanted failures: words in a prompt that make a chosen thing go wrong, so that anyone can see it on screen.

This table is the only place that knows the words; docs/demo.md prints it, and a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Failure(StrEnum):
    """What goes wrong. The value is what a prompt has to contain (in any case, spaces as you like)."""

    OUT_OF_CREDIT = "demo: out of credit"
    KEY_REJECTED = "demo: key rejected"
    INVALID = "demo: invalid"
    BUSY = "demo: busy"
    ERROR_BEFORE = "demo: server error before"
    HTML = "demo: html"
    ERROR_AFTER = "demo: server error"
    LOST_ANSWER = "demo: lost answer"
    CUT_ANSWER = "demo: cut answer"
    PICTURE_MODERATED = "demo: picture moderated"
    WORDS_MODERATED = "demo: words moderated"
    RESULT_MODERATED = "demo: result moderated"
    FAMOUS_CHARACTER = "demo: famous character"
    AUDIO_UNREACHABLE = "demo: audio unreachable"
    AUDIO_REFUSED = "demo: audio refused"
    TOO_BUSY = "demo: too busy"
    UNKNOWN_FAILURE = "demo: unknown failure"
    SLOW = "demo: slow"
    STUCK = "demo: stuck"
    STRANGE_STATUS = "demo: strange status"
    LOOKUP_TROUBLE = "demo: look-up trouble"
    DAMAGED_VIDEO = "demo: damaged video"
    EXPIRED_ADDRESS = "demo: expired address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table in docs/demo.md."""

    happens: str
    """What the stand-in does."""
    seen: str
    """What a person in the app should see."""


TABLE: dict[Failure, Row] = {
    Failure.OUT_OF_CREDIT: Row(
        happens="403 `err_insufficent_credits`; nothing is accepted",
        seen="The order is refused: the owner's account is empty. Nothing is charged.",
    ),
    Failure.KEY_REJECTED: Row(
        happens="401; nothing is accepted", seen="The order is refused: the owner's key is not accepted."
    ),
    Failure.INVALID: Row(
        happens="400 with a list of messages; nothing is accepted",
        seen="The order is refused, with what was wrong in it.",
    ),
    Failure.BUSY: Row(
        happens="429 with `Retry-After: 2`, twice; the same order is accepted the third time",
        seen="The job waits a little longer, then becomes a video.",
    ),
    Failure.ERROR_BEFORE: Row(
        happens="503; nothing is accepted",
        seen="The app cannot know that nothing was ordered: it looks in the log and says so.",
    ),
    Failure.HTML: Row(
        happens="502 with a page of HTML from a gateway; nothing is accepted",
        seen="As above: an answer that cannot be read proves nothing.",
    ),
    Failure.ERROR_AFTER: Row(
        happens="accepts and works on it, and answers 500",
        seen="The job is found again in the log and becomes a video.",
    ),
    Failure.LOST_ANSWER: Row(
        happens="accepts and works on it, and closes the connection without an answer",
        seen="The job is found again in the log and becomes a video. It is not ordered twice.",
    ),
    Failure.CUT_ANSWER: Row(
        happens="accepts and works on it; the answer stops in the middle",
        seen="The job is found again in the log and becomes a video.",
    ),
    Failure.PICTURE_MODERATED: Row(
        happens="accepted, then `error` `DataInspectionFailed` (input image)",
        seen="The picture was not allowed. Nothing is charged.",
    ),
    Failure.WORDS_MODERATED: Row(
        happens="accepted, then `error` `DataInspectionFailed` (input text)",
        seen="The words were not allowed. Nothing is charged.",
    ),
    Failure.RESULT_MODERATED: Row(
        happens="accepted, then `error` `DataInspectionFailed` (output)",
        seen="The finished video was not allowed. Nothing is charged.",
    ),
    Failure.FAMOUS_CHARACTER: Row(
        happens="accepted, then `error` `IPInfringementSuspect`",
        seen="A protected character or brand was suspected. Nothing is charged.",
    ),
    Failure.AUDIO_UNREACHABLE: Row(
        happens="accepted, then `error` `InvalidParameter.DataInspection`",
        seen="The sound could not be fetched from its link. Nothing is charged.",
    ),
    Failure.AUDIO_REFUSED: Row(
        happens="400 where the sound came along inside of the order; any other order becomes a video",
        seen="The provider does not take sound as a file: a link is offered. Nothing is charged.",
    ),
    Failure.TOO_BUSY: Row(
        happens="accepted, then `error` `Throttling.RateQuota`",
        seen="The provider was too busy. Trying again later helps. Nothing is charged.",
    ),
    Failure.UNKNOWN_FAILURE: Row(
        happens="accepted, then `error` in a shape that no schema describes",
        seen="It failed for a reason that the provider does not explain. Nothing is charged.",
    ),
    Failure.SLOW: Row(happens="takes a minute", seen="The estimate is passed; the job goes on and ends well."),
    Failure.STUCK: Row(happens="never ends", seen="The job goes on until the app's own deadline, and the app says so."),
    Failure.STRANGE_STATUS: Row(
        happens="the first three look-ups answer status words that are in no schema",
        seen="Nothing: unknown words mean that it is still going on.",
    ),
    Failure.LOOKUP_TROUBLE: Row(
        happens="the first three look-ups answer 524 with HTML, 404, and a cut answer",
        seen="Nothing but a short delay.",
    ),
    Failure.DAMAGED_VIDEO: Row(
        happens="the first download is cut, the second is half a file, the third is whole",
        seen="Nothing but a short delay: half a video is never shown.",
    ),
    Failure.EXPIRED_ADDRESS: Row(
        happens="the first address has expired already (403)",
        seen="Nothing but a short delay: the app asks for a fresh address.",
    ),
}

ENDS_IN: dict[Failure, dict[str, object]] = {
    Failure.PICTURE_MODERATED: {
        "name": "DataInspectionFailed",
        "message": "Input image data may contain inappropriate content.",
    },
    Failure.WORDS_MODERATED: {
        "name": "DataInspectionFailed",
        "message": "Input text data may contain inappropriate content.",
    },
    Failure.RESULT_MODERATED: {
        "name": "DataInspectionFailed",
        "message": "Output data may contain inappropriate content.",
    },
    Failure.FAMOUS_CHARACTER: {
        "name": "IPInfringementSuspect",
        "message": "Input data is suspected of being involved in IP infringement.",
    },
    Failure.AUDIO_UNREACHABLE: {
        "name": "InvalidParameter.DataInspection",
        "message": "Unable to download the media resource during the data inspection process.",
    },
    Failure.TOO_BUSY: {
        "name": "Throttling.RateQuota",
        "message": "Requests rate limit exceeded, please try again later.",
    },
    # Seen from another model on the same endpoint: neither name nor message, though the schema wants both.
    Failure.UNKNOWN_FAILURE: {"detail": [{"loc": ["body"], "msg": "Something went wrong", "type": "unexpected"}]},
}
"""The `error` object of an accepted order that then fails."""


def wanted(prompt: str) -> Failure | None:
    """The failure a prompt asks for: the one named first, or None."""
    text = " ".join(prompt.lower().split())
    named = [(text.find(failure), -len(failure), failure) for failure in Failure if failure in text]
    # At the same place the longer words win: "server error before" also contains "server error".
    return min(named)[2] if named else None
