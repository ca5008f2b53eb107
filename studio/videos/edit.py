"""What can be made of a finished video: which edit, what it is called, why one is refused. Nothing is decoded here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What is made."""

    GIF = "gif"
    WEBP = "webp"
    FRAME = "frame"
    """A picture of one moment."""
    LAST_FRAME = "last_frame"
    """The picture to go on from."""
    TRIM = "trim"
    BACK_AND_FORTH = "back_and_forth"
    JOINED = "joined"
    """Several videos, one after the other."""


class EditRefusal(StrEnum):
    """Why an edit is refused, or its result not kept. The screen has a sentence for each."""

    TOO_SHORT = "too_short"
    """Less would be left than anybody can watch."""
    OUTSIDE = "outside"
    """The video has no such moment."""
    UNREADABLE = "unreadable"
    """The video is damaged, or decoding it broke off."""
    TOO_LARGE = "too_large"
    """The result would have more bytes than it may."""
    TOOK_TOO_LONG = "took_too_long"
    BUSY = "busy"
    """So many wait for their turn that this one was not taken."""
    NO_ROOM = "no_room"
    """The owner's ceiling is reached, or the disk nearly full."""
    NOT_THERE = "not_there"
    """The visitor has no such finished video, or no longer."""
    ENOUGH_TODAY = "enough_today"
    """The visitor has kept as many results as videos of their own in a day as may be."""
    ENOUGH_KEPT = "enough_kept"
    """What the visitor has kept so takes as much room as it may."""


class EditRefused(Exception):
    """The edit was not made; nothing is kept of it. The message is for the log."""

    def __init__(self, reason: EditRefusal, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason


_MEDIA_TYPES = {"gif": "image/gif", "webp": "image/webp", "jpg": "image/jpeg", "mp4": "video/mp4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One edit of one video. Equal edits of the same video have the same result, under the same name."""

    kind: Kind
    start_ms: int = 0
    """FRAME: the moment. TRIM: where what stays begins."""
    end_ms: int = 0
    """TRIM: where it ends."""
    after: tuple[str, ...] = ()
    """JOINED: the jobs whose videos follow, in this order."""

    @property
    def name(self) -> str:
        """The file's, within its job: letters, digits and dashes, and an ending that says what it is."""
        match self.kind:
            case Kind.GIF:
                return "animation.gif"
            case Kind.WEBP:
                return "animation.webp"
            case Kind.FRAME:
                return f"frame-{self.start_ms}.jpg"
            case Kind.LAST_FRAME:
                return "last-frame.jpg"
            case Kind.TRIM:
                return f"trim-{self.start_ms}-{self.end_ms}.mp4"
            case Kind.BACK_AND_FORTH:
                return "back-and-forth.mp4"
            case Kind.JOINED:
                which = hashlib.sha256(" ".join(self.after).encode()).hexdigest()[:16]
                return f"joined-{1 + len(self.after)}-{which}.mp4"

    @property
    def is_video(self) -> bool:
        """True where the result is one itself, and can be kept as such."""
        return media_type(self.name) == "video/mp4"


GIF = Edit(kind=Kind.GIF)
WEBP = Edit(kind=Kind.WEBP)
LAST_FRAME = Edit(kind=Kind.LAST_FRAME)
BACK_AND_FORTH = Edit(kind=Kind.BACK_AND_FORTH)


def frame(at_s: float) -> Edit:
    """A picture of the moment, in seconds from the start."""
    return Edit(kind=Kind.FRAME, start_ms=_ms(at_s))


def trim(start_s: float, end_s: float) -> Edit:
    """What is shown from one moment up to another, in seconds from the start."""
    return Edit(kind=Kind.TRIM, start_ms=_ms(start_s), end_ms=_ms(end_s))


def joined(after: tuple[str, ...]) -> Edit:
    """A video, and those of these jobs after it."""
    return Edit(kind=Kind.JOINED, after=after)


def _ms(seconds: float) -> int:
    """Finer than any frame. Raises EditRefused for what is before the start, or no moment at all."""
    if not 0 <= seconds < 86_400:
        raise EditRefused(EditRefusal.OUTSIDE, f"{seconds} s")
    return round(seconds * 1000)


def media_type(name: str) -> str:
    """What a browser is told that a result is, by its name."""
    return _MEDIA_TYPES[name.rpartition(".")[2]]


def of_name(name: str) -> tuple[Kind, int]:
    """Which kind of edit a video is the result of, by its name, and of how many videos it is made."""
    first, _, rest = name.partition("-")
    if first == "joined":
        return Kind.JOINED, int(rest.partition("-")[0])
    return (Kind.TRIM if first == "trim" else Kind.BACK_AND_FORTH), 1
