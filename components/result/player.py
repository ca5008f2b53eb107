"""A video on a page, as HTML: every value escaped, every address our own."""

from __future__ import annotations

from html import escape

from studio import urls
from studio.jobs.job import Job, KeptVideo


def player(job: Job, video: KeptVideo, *, autoplay: bool, token: str | None = None) -> str:
    """HTML of a player that loads nothing before it is played, or plays at once, without sound, over and over.

    With a share link's token anybody may load it; else only the visitor whose job it is.
    """
    behaviour = "autoplay muted loop preload='auto'" if autoplay else "preload='none'"
    # In the grid all are of one shape, so that rows stay rows; alone, each has its own.
    shape = "height:auto;max-height:70vh" if autoplay else "height:auto;aspect-ratio:4/3;object-fit:contain"
    film, still = (
        (urls.shared_video(token), urls.shared_poster(token)) if token else (urls.video(job.id), urls.poster(job.id))
    )
    return (
        f"<video controls playsinline {behaviour} poster='{escape(still, quote=True)}'"
        f" src='{escape(film, quote=True)}' width='{video.width}' height='{video.height}'"
        f" aria-label='{escape(_label(job.order.prompt[:200]), quote=True)}'"
        f" style='width:100%;{shape};border-radius:0.75rem;display:block;background:#000'></video>"
    )


def _label(words: str) -> str:
    """The words, with an unseen joiner at each angle bracket.

    Streamlit's purifier (DOMPurify, SAFE_FOR_XML) takes away an attribute in which "</style" or "-->" stands, and the
    video would have no name for those who do not see it.
    """
    return words.replace("<", "<\u2060").replace(">", "\u2060>")
