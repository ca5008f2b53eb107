"""What database and media disagree on, and what is left lying about: found, and mended where that loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

from studio.jobs import KeptVideo
from studio.media import Media
from studio.samples import is_shared
from studio.store import Store
from studio.thumbnails import thumbnail_key
from studio.videos import poster

YOUNG = timedelta(hours=24)
"""What is younger may belong to something that is still under way."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    what: str
    """For the owner, in one line."""
    mend: Callable[[], None] | None
    """Puts it right without losing anything; None where nothing can."""


def findings(store: Store, media: Media, scratch: Path, now: datetime) -> Iterator[Finding]:
    """Everything that is amiss: videos and posters that are missing, files that nothing needs, downloads left over."""
    yield from _missing(store, media, scratch)
    yield from _unneeded(store, media, now)
    for part in scratch.iterdir():
        written = datetime.fromtimestamp(part.stat().st_mtime, UTC)
        if now - written > YOUNG:
            yield Finding(f"download left over: {part.name}", partial(part.unlink, missing_ok=True))


def mend(store: Store, media: Media, scratch: Path, now: datetime) -> int:
    """Mend all that can be; gives how many things were mended."""
    mended = 0
    for finding in list(findings(store, media, scratch, now)):
        if finding.mend is not None:
            finding.mend()
            mended += 1
    return mended


def _missing(store: Store, media: Media, scratch: Path) -> Iterator[Finding]:
    for job in store.kept_videos():
        if job.video is None or not media.has(job.video.video_key):
            yield Finding(f"video missing: job {job.id}", None)
        elif not media.has(job.video.poster_key):
            yield Finding(f"poster missing: job {job.id}", partial(_draw_poster, media, job.video, scratch))


def _draw_poster(media: Media, video: KeptVideo, scratch: Path) -> None:
    copy = scratch / f"{uuid4().hex}.mp4"
    try:
        copy.write_bytes(media.read(video.video_key))
        media.keep(video.poster_key, poster(copy))
    finally:
        copy.unlink(missing_ok=True)


def _unneeded(store: Store, media: Media, now: datetime) -> Iterator[Finding]:
    # Listed before the database is asked: what is kept in between is in neither list of leftovers.
    listed = [
        (prefix, key)
        for prefix in ("videos/", "posters/", "pictures/", "thumbnails/")
        for key, written in media.keys(prefix)
        if now - written > YOUNG
    ]
    pictures = store.pictures_needed()
    needed = pictures | {thumbnail_key(key) for key in pictures}
    for job in store.kept_videos():
        if job.video is not None:
            needed |= {job.video.video_key, job.video.poster_key}
    for _prefix, key in listed:
        if key not in needed and not is_shared(key):
            yield Finding(f"nothing needs {key}", partial(media.forget, key))
