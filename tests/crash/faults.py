"""What the flaky provider does wrong, and how often.

Which of the ambiguous kinds of POST have charged cannot be told from the caller's side: a reset before the work and one
after it raise the same exception (measured).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar


class PostFault(StrEnum):
    """How an order goes wrong."""

    BUSY_429 = "429"
    REFUSED_400 = "400"
    CLOSED_UNREAD = "closed before the order was read"
    RESET_MID_UPLOAD = "reset in the middle of the upload"
    SILENT = "no answer in time"
    DOWN_500 = "500"
    DOWN_503 = "503"
    RESET_CHARGED = "reset, charged"
    CLOSED_CHARGED = "closed without an answer, charged"
    SILENT_CHARGED = "no answer in time, charged"
    CUT_CHARGED = "answer cut, charged"
    CHUNK_CUT_CHARGED = "chunked answer cut, charged"
    HTML_CHARGED = "200 with a web page, charged"
    NO_ID_CHARGED = "200 without an id, charged"
    DOWN_500_CHARGED = "500, charged"
    GATEWAY_504_CHARGED = "504, charged"


CERTAIN = frozenset({PostFault.BUSY_429, PostFault.REFUSED_400})
"""The caller knows that nothing was charged. All others are ambiguous to it."""
AMBIGUOUS = tuple(fault for fault in PostFault if fault not in CERTAIN)
CHARGED = frozenset(fault for fault in PostFault if fault.value.endswith("charged"))


class PollFault(StrEnum):
    """How a question after a generation goes wrong."""

    DOWN_503 = "503"
    HTML = "web page"
    CUT = "cut"
    NOT_FOUND = "404"
    UNKNOWN_WORD = "unknown status word"


class FileFault(StrEnum):
    """How a download goes wrong."""

    CUT = "cut"
    ZERO_TAIL = "zero-filled tail"
    HTML = "web page with a video's content type"
    EXPIRED = "403"
    TOO_LONG = "declares more than comes"
    TOO_SHORT = "declares less than there is"


@dataclass(frozen=True, slots=True)
class Odds:
    """Chances in a thousand."""

    posts: dict[PostFault, int]
    polls: dict[PollFault, int]
    files: dict[FileFault, int]
    generations: int
    """That fail at the provider, and are not billed."""


CALM = Odds({}, {}, {}, 0)
"""Nothing goes wrong."""

# 270 of 1000 POSTs fail. Those that charged weigh more: the others only fill the log's search until a day has passed.
FLAKY = Odds(
    posts={
        PostFault.BUSY_429: 25,
        PostFault.REFUSED_400: 30,
        **dict.fromkeys((PostFault.CLOSED_UNREAD, PostFault.RESET_MID_UPLOAD, PostFault.DOWN_500), 15),
        PostFault.SILENT: 5,
        PostFault.DOWN_503: 15,
        PostFault.SILENT_CHARGED: 15,
        PostFault.RESET_CHARGED: 23,
        **dict.fromkeys(
            (
                PostFault.CLOSED_CHARGED,
                PostFault.CUT_CHARGED,
                PostFault.CHUNK_CUT_CHARGED,
                PostFault.HTML_CHARGED,
                PostFault.NO_ID_CHARGED,
                PostFault.DOWN_500_CHARGED,
                PostFault.GATEWAY_504_CHARGED,
            ),
            16,
        ),
    },
    polls=dict.fromkeys(PollFault, 20),
    files=dict.fromkeys(FileFault, 17),
    generations=40,
)

_Fault = TypeVar("_Fault", PostFault, PollFault, FileFault)


def draw(chance: random.Random, odds: dict[_Fault, int]) -> _Fault | None:
    """The fault that this request meets, or None."""
    number = chance.randrange(1000)
    for fault, share in odds.items():
        number -= share
        if number < 0:
            return fault
    return None
