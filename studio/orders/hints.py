"""What in an order will probably not come out as meant. Nothing is kept from going out for it. Pure.

By words of English, in which most people write to these models; of other languages nothing is said.
"""

from __future__ import annotations

import re
from enum import StrEnum

from studio.orders.order import OrderSettings, model_of
from studio.orders.shot_plan import times_add_up
from studio.orders.shots import is_in_shots


class Hint(StrEnum):
    """What a person might not have thought of. The screen has the sentence for each."""

    SHOTS_NOT_CHOSEN = "shots_not_chosen"
    """The words are of several shots, and one was chosen: the choice goes before the words (Alibaba's own page)."""
    SHOTS_NOT_TOLD = "shots_not_told"
    """Several shots were chosen, and the words are of one thing."""
    SHOTS_DO_NOT_ADD_UP = "shots_do_not_add_up"
    """The times of the shots are not those of a video of that length: it was changed since, or they were typed so."""
    SAYS_WHAT_IS_SEEN = "says_what_is_seen"
    """The words begin with what the picture is of: it shows that itself, and needs to be told what moves."""
    CAMERA_FIGHTS = "camera_fights"
    """Two moves of the camera that cannot both be, in one shot."""


_CUT = re.compile(r"\b(cuts? to|next shot|second shot|shot 2|scene 2|then we see)\b", re.IGNORECASE)
_SEEN = re.compile(
    r"""^\W* (this\ is\ |here\ is\ )? (an?\ |the\ )? (\w+\ )?
    (photo|photograph|picture|image|portrait|drawing|painting) \ (of|shows)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_SIDEWAYS = r"\b(pan(s|ning)?|mov(es?|ing)|track(s|ing)?) (slowly )?(to the )?"
_STILL = r"\b(static|still|fixed|locked|motionless) (camera|shot)|camera (is |stays )?(still|static|fixed)\b"
_MOVES = r"\b(camera|shot) (slowly |gently )?(moves|pans|tilts|orbits|circles|zooms|pushes|pulls|follows|tracks)\b"
_CLOSER = r"\b(zooms? in|zooming in|push(es|ing)? in|dolly in|moves? (slowly )?closer|moving closer)\b"
_AWAY = r"\b(zooms? out|zooming out|pull(s|ing)? (back|out)|dolly out|moves? (away|back))\b"
_OPPOSITES = tuple(
    (re.compile(one, re.IGNORECASE), re.compile(other, re.IGNORECASE))
    for one, other in (
        (_CLOSER, _AWAY),
        (_SIDEWAYS + r"left\b", _SIDEWAYS + r"right\b"),
        (r"\btilt(s|ing)? up\b", r"\btilt(s|ing)? down\b"),
        (_STILL, _MOVES),
    )
)


def hints_of(order: OrderSettings) -> tuple[Hint, ...]:
    """What may be told about the words and choices, the weightiest first; empty where there is nothing to say."""
    words, model = order.prompt, model_of(order)
    several = order.several_shots and model.has_several_shots
    found = {
        Hint.SHOTS_NOT_CHOSEN: model.has_several_shots
        and not several
        and (is_in_shots(words) or _CUT.search(words) is not None),
        Hint.SHOTS_NOT_TOLD: several and bool(words.strip()) and not is_in_shots(words) and _CUT.search(words) is None,
        Hint.SHOTS_DO_NOT_ADD_UP: several and not times_add_up(words, order.duration_s),
        Hint.SAYS_WHAT_IS_SEEN: _SEEN.match(words) is not None,
        Hint.CAMERA_FIGHTS: not several and any(one.search(words) and other.search(words) for one, other in _OPPOSITES),
    }
    return tuple(hint for hint, holds in found.items() if holds)
