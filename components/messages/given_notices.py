"""What a person reads of what they gave: pictures, links, sounds."""

from __future__ import annotations

from components.language import _, listed, seconds
from components.messages import notices
from components.messages.sentences import (
    CHANGES,
    LINK_REFUSALS,
    NOT_SHARED,
    PICTURE_NOT_KEPT,
    REFUSALS,
    SOUND_REFUSALS,
    STILL_PREPARING,
    TOO_MANY_PICTURES,
    TOO_MANY_WAITING,
)
from studio.forms.given_pictures import TooManyPictures
from studio.orders.order import Problem
from studio.pictures.fetch import LinkRefused
from studio.pictures.prepare import MAX_UPLOAD_BYTES, Change, PictureRefused
from studio.pictures.queue import TooManyWaiting
from studio.sounds.prepare import KEPT_S, SoundRefused
from studio.storage.errors import StorageAway

PICTURE_MAX_MB = MAX_UPLOAD_BYTES // 2**20
SAME_LENGTH_S = 0.1
"""So much shorter or longer nobody hears."""


def refusal(refused: PictureRefused) -> str:
    """Why a picture cannot be used, and what to do."""
    return REFUSALS[refused.refusal].text().format_map(_Facts(refused.facts))


def sound_refusal(refused: SoundRefused) -> str:
    """Why a sound cannot be used, and what to do."""
    return SOUND_REFUSALS[refused.refusal].text().format_map(_Facts(refused.facts))


def sound_line(length_s: float, video_s: int) -> str:
    """How long a sound is, and what becomes of it in a video of that length."""
    if length_s == 0:
        return notices.problem(Problem.SOUND_GONE)
    if length_s > video_s + SAME_LENGTH_S:
        # Of a longer one no more is kept, and how long that was is no longer known.
        said = (
            _("{length} of sound: the first {used} are used.")
            if length_s < KEPT_S
            else _("{length} of sound or more: the first {used} are used.")
        )
    elif length_s < video_s - SAME_LENGTH_S:
        said = _("{length} of sound: the rest of the video is silent.")
    else:
        said = _("{length} of sound: as long as the video.")
    shown = round(length_s) if length_s > video_s - SAME_LENGTH_S else round(length_s, 1)
    return said.format(length=seconds(shown), used=seconds(video_s))


def picture_ready(changes: tuple[str, ...]) -> str:
    """That a picture is ready, and what people want to know of what was done to it; the rest is in `picture_line`."""
    return _("Ready. Your location was removed.") if Change.LOCATION_REMOVED in changes else _("Ready.")


def link_refusal(refused: LinkRefused) -> str:
    """Why no picture came of a link, and what to do."""
    return LINK_REFUSALS[refused.refusal].text().format(limit=PICTURE_MAX_MB)


def picture_line(changes: tuple[str, ...], width: int, height: int) -> str:
    """All that was done to a picture, in one line: "Turned upright, location removed, 1600 × 1200"."""
    words = [_(CHANGES[Change(change)]) for change in changes]
    line = listed([*words, f"{width} × {height}"])
    return line[:1].upper() + line[1:]


def not_prepared(why: PictureRefused | LinkRefused | StorageAway | TooManyPictures | TooManyWaiting) -> str:
    """Why a picture did not come onto the form, and what to do."""
    match why:
        case PictureRefused():
            return refusal(why)
        case LinkRefused():
            return link_refusal(why)
        case StorageAway():
            return PICTURE_NOT_KEPT.text()
        case TooManyPictures():
            return TOO_MANY_PICTURES.text()
        case TooManyWaiting():
            return TOO_MANY_WAITING.text()


def not_shared(word: str) -> str:
    """Why a photo from a share menu did not arrive; empty for a word that is none of ours."""
    return NOT_SHARED[word].text().format(limit=PICTURE_MAX_MB) if word in NOT_SHARED else ""


def still_preparing() -> str:
    """That an order has to wait for its picture."""
    return STILL_PREPARING.text()


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"
