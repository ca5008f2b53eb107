"""Minds the players of a page: which of them start, and that one plays at a time."""

from __future__ import annotations

from components import front_end

_MINDER = front_end.of(__file__)


def mind() -> None:
    """Called once by a page that has videos, wherever they are drawn.

    Chromium (156) forgets about `autoplay` in a video that was made apart from the page and put into it in a later
    task, which is how React draws under load: the video stood still for good, in about one of four runs. And of a
    poster it serves only the small triangle while nothing is loaded.
    """
    _MINDER()
