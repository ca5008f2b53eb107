"""What a person may expect of a video: how sharp it is, how long it usually takes, and how large it comes out."""

from __future__ import annotations

from components.language import _, whole_time
from studio.jobs.usual import Usual, rounded
from studio.orders.framing import Size

WIDE = 6
"""Spans whose end is so many times their begin say nothing at the beginning: from one minute to twenty-three."""


GOOD_PX, BEST_PX = 720, 1080
"""The shorter side from which a video is called so."""


def quality(resolution: str) -> str:
    """A quality in a word, with the provider's name for it: "Good (720p)"; that name alone where it has no number."""
    short_side_px = "".join(letter for letter in resolution if letter.isdecimal())
    if not short_side_px:
        return resolution
    if int(short_side_px) >= BEST_PX:
        return _("Best ({resolution})").format(resolution=resolution)
    if int(short_side_px) >= GOOD_PX:
        return _("Good ({resolution})").format(resolution=resolution)
    return _("Basic ({resolution})").format(resolution=resolution)


def usually(span: Usual) -> str:
    """How long it usually takes, with its spread: "Usually about 2 minutes"."""
    said = rounded(span)
    high = whole_time(said.high, said.unit)
    if said.low == 0 or said.high > WIDE * said.low:
        return _("Usually up to {time}").format(time=high)
    if said.low == said.high:
        return _("Usually about {time}").format(time=high)
    return _("Usually {low}\u2013{high}").format(low=said.low, high=high)


def outlook(span: Usual, size: Size | None) -> str:
    """Time and size in one line: "Usually about 2 minutes · 1280 × 720"; without a picture the time alone."""
    if size is None:
        return usually(span)
    return _("{usually} · {width} × {height}").format(usually=usually(span), width=size[0], height=size[1])
