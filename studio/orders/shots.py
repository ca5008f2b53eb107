"""A text for several shots, as the models read it: "Shot 1 [0-3s]: … Shot 2 [3-5s]: …". Pure.

The form is that of Alibaba's own examples for Wan 2.6 (QwenCloud, fal); the times add up to the video's length.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

SHOTS_MAX = 5
"""More cuts than that in 15 seconds, and nothing is seen for long enough to move."""
# No part of a mark is as long as somebody likes: looked for in thousands of spaces, the page would wait for seconds.
_GAP, _TIME = r"\s{0,9}", r"\d{1,6}(?:\.\d{1,6})?"
_MARK = re.compile(
    rf"\bShot\s{{1,9}}\d{{1,6}}{_GAP}(?:\[{_GAP}(?P<begin>{_TIME}){_GAP}-{_GAP}(?P<end>{_TIME}){_GAP}s?{_GAP}\])?{_GAP}:",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?।؟])\s+|(?<=[。！？])\s*|\n+")  # noqa: RUF001 - full stops of Chinese, after which comes no space, and others


@dataclass(frozen=True, slots=True)
class Marked:
    """What stands behind a mark, up to the next one."""

    words: str
    times: tuple[float, float] | None
    """From and to, in seconds, as the mark says; None where it says none."""


def marked_in(text: str) -> tuple[str, tuple[Marked, ...]]:
    """What stands before the first mark, and each shot that is marked; words that are empty as well."""
    marks = list(_MARK.finditer(text))
    if not marks:
        return text.strip(), ()
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return text[: marks[0].start()].strip(), tuple(
        Marked(
            text[mark.end() : end].strip(),
            None if mark["begin"] is None else (float(mark["begin"]), float(mark["end"])),
        )
        for mark, end in zip(marks, ends, strict=True)
    )


def shots_in(text: str, at_most: int = SHOTS_MAX) -> tuple[str, ...]:
    """What happens in each shot: by the marks where there are some, else a sentence or a line each, five at most."""
    before, marked = marked_in(text)
    parts = [before, *(shot.words for shot in marked)] if marked else [part.strip() for part in _SENTENCE.split(text)]
    found = [part for part in parts if part]
    if len(found) <= at_most:
        return tuple(found)
    return (*found[: at_most - 1], " ".join(found[at_most - 1 :]))


def is_in_shots(text: str) -> bool:
    """True where shots are marked."""
    return len(_MARK.findall(text)) > 1


def as_shots(text: str, seconds: int) -> str:
    """The same words, divided into shots whose times add up to the length; one thing alone stays as it is."""
    shots = shots_in(text, min(SHOTS_MAX, seconds))
    if len(shots) < 2:
        return text
    # Whole seconds, the longer ones first: 5 s for three shots are 2, 2 and 1.
    cuts = [-(-seconds * number // len(shots)) for number in range(len(shots) + 1)]
    return marked(shots, [end - begin for begin, end in pairwise(cuts)])


def marked(shots: Sequence[str], seconds: Sequence[int]) -> str:
    """Each shot on a line of its own behind its mark, one after the other without a gap."""
    lines, begin = list[str](), 0
    for number, (words, lasts) in enumerate(zip(shots, seconds, strict=True), 1):
        lines.append(f"Shot {number} [{begin}-{begin + lasts}s]: {words}")
        begin += lasts
    return "\n".join(lines)


def as_words(text: str) -> str:
    """The same words without marks."""
    return "\n".join(shots_in(text)) if is_in_shots(text) else text
