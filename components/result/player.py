"""A video on a page, as HTML: every value escaped, every address our own."""

from __future__ import annotations

from typing import Protocol

from studio import urls
from studio.jobs.job import Job, KeptVideo
from studio.resources import render


def player(job: Job, video: KeptVideo, *, autoplay: bool, token: str | None = None) -> str:
    """HTML of a player that loads nothing before it is played, or plays at once, without sound, over and over.

    Each has its own shape, and takes at most 60 % of the window's height.
    With a share link's token anybody may load it; else only the visitor whose job it is.
    """
    film, still = (
        (urls.shared_video(token), urls.shared_poster(token)) if token else (urls.video(job.id), urls.poster(job.id))
    )
    return player_of(film, still, video, job.order.prompt[:200], autoplay=autoplay)


class Size(Protocol):
    """Of a film, in pixels."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...


def player_of(film: str, still: str, size: Size, words: str, *, autoplay: bool = True) -> str:
    """The same of a film and a still at any addresses of ours, of the size of that video, called by these words."""
    return render(
        __file__,
        "player.html",
        autoplay=autoplay,
        film=film,
        poster=still,
        video=size,
        label=_label(words),
    )


def _label(words: str) -> str:
    """The words, with an unseen joiner at each angle bracket.

    Streamlit's purifier (DOMPurify, SAFE_FOR_XML) takes away an attribute in which "</style" or "-->" stands, and the
    video would have no name for those who do not see it.
    """
    return words.replace("<", "<\u2060").replace(">", "\u2060>")
