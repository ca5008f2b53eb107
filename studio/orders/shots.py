"""A text for several shots, as the models read it: "Shot 1 [0-3s]: … Shot 2 [3-5s]: …". Pure.

The form is that of Alibaba's own examples for Wan 2.6 (QwenCloud, fal); the times add up to the video's length.
"""

from __future__ import annotations

import re
from itertools import pairwise

SHOTS_MAX = 5
"""More cuts than that in 15 seconds, and nothing is seen for long enough to move."""
_MARK = re.compile(r"\s*\bShot\s+\d+\s*(?:\[\s*\d+(?:\.\d+)?\s*-\s*\d+(?:\.\d+)?\s*s?\s*\])?\s*:\s*", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+|\n+")  # noqa: RUF001 - full stops of Chinese, too


def shots_in(text: str) -> tuple[str, ...]:
    """What happens in each shot: by the marks where there are some, else a sentence or a line each, five at most."""
    marked = _MARK.search(text) is not None
    parts = [part.strip() for part in (_MARK if marked else _SENTENCE).split(text)]
    found = [part for part in parts if part]
    if len(found) <= SHOTS_MAX:
        return tuple(found)
    return (*found[: SHOTS_MAX - 1], " ".join(found[SHOTS_MAX - 1 :]))


def is_in_shots(text: str) -> bool:
    """True where shots are marked."""
    return len(_MARK.findall(text)) > 1


def as_shots(text: str, seconds: int) -> str:
    """The same words, divided into shots whose times add up to the length; one thing alone stays as it is."""
    shots = shots_in(text)
    if len(shots) < 2:
        return text
    # Whole seconds, the longer ones first: 5 s for three shots are 2, 2 and 1.
    cuts = [-(-seconds * number // len(shots)) for number in range(len(shots) + 1)]
    return "\n".join(
        f"Shot {number} [{begin}-{end}s]: {shot}"
        for number, (shot, (begin, end)) in enumerate(zip(shots, pairwise(cuts), strict=True), 1)
    )


def as_words(text: str) -> str:
    """The same words without marks."""
    return "\n".join(shots_in(text)) if is_in_shots(text) else text
