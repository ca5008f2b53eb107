"""What database and media disagree on, and what is left lying about: found, and repaired where that loses nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

from studio.jobs.job import Job, KeptVideo
from studio.queue.job_store import Store
from studio.retention.deletion import delete_file
from studio.storage.media import Media
from studio.storage.media_keys import FOLDERS, is_shared, is_sound, job_of_edit, thumbnail_key
from studio.videos.validate_in_sandbox import ASIDE, check_apart

log = logging.getLogger(__name__)

YOUNG = timedelta(hours=24)
"""What is younger may belong to something that is still under way."""
KEPT_ASIDE = timedelta(days=30)
"""How long a video that could not be checked is kept for the owner to look at."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is not as it should be."""

    what: str
    """For the owner, in one line."""
    repair: Callable[[], None] | None
    """Puts it right without losing anything; None where nothing can."""


def issues(store: Store, media: Media, scratch: Path, now: datetime) -> Iterator[Issue]:
    """Everything that is wrong: videos and posters that are missing, files that nothing needs, downloads left over."""
    for search in _searches(store, media, scratch, now):
        yield from search()


def repair(store: Store, media: Media, scratch: Path, now: datetime) -> int:
    """Repair all that can be; gives how many things were repaired.

    What cannot be searched for or repaired this time is logged and left for the next; it does not stop the rest.
    """
    repaired = 0
    for search in _searches(store, media, scratch, now):
        try:
            found = list(search())
        except Exception:  # whatever keeps one search from its end, the others still look
            log.exception("a part of the consistency check broke off")
            continue
        for issue in found:
            if issue.repair is None:
                continue
            try:
                issue.repair()
            except Exception:  # one broken video must not keep a thousand leftovers on the disk
                log.exception("an issue could not be repaired")
            else:
                repaired += 1
    return repaired


def _searches(store: Store, media: Media, scratch: Path, now: datetime) -> list[Callable[[], Iterator[Issue]]]:
    return [
        partial(_missing, store, media, scratch),
        partial(_unneeded, store, media, now),
        partial(_left_over, scratch, now),
        partial(_set_aside, store, scratch / ASIDE, now),
    ]


def _missing(store: Store, media: Media, scratch: Path) -> Iterator[Issue]:
    for job in _with_videos(store):
        if job.video is None or not media.exists(job.video.video_key):
            missing = Issue(f"video missing: job {job.id}", None)
        elif not media.exists(job.video.poster_key):
            missing = Issue(f"poster missing: job {job.id}", partial(_draw_poster, media, job.video, scratch))
        else:
            continue
        if store.get(job.id) is not None:  # else its visitor has deleted it since the page was read
            yield missing


def _with_videos(store: Store) -> Iterator[Job]:
    after = ""
    while page := store.kept_videos(after=after):
        yield from page
        after = page[-1].id


def _draw_poster(media: Media, video: KeptVideo, scratch: Path) -> None:
    copy = scratch / f"{uuid4().hex}.mp4"
    try:
        copy.write_bytes(media.read(video.video_key))
        media.put(video.poster_key, check_apart(copy).poster)
    finally:
        copy.unlink(missing_ok=True)


def _unneeded(store: Store, media: Media, now: datetime) -> Iterator[Issue]:
    # Listed before the database is asked: what is kept in between is in neither list of leftovers.
    listed = [(prefix, key) for prefix in FOLDERS for key, written in media.keys(prefix) if now - written > YOUNG]
    given = store.files_needed()
    needed = given | {thumbnail_key(key) for key in given if not is_sound(key)}
    with_videos = set()
    for job in _with_videos(store):
        if job.video is not None:
            with_videos.add(job.id)
            needed |= {job.video.video_key, job.video.poster_key}
    for _prefix, key in listed:
        if key not in needed and job_of_edit(key) not in with_videos and not is_shared(key):
            yield Issue(f"nothing needs {key}", partial(delete_file, media, key))


def _left_over(scratch: Path, now: datetime) -> Iterator[Issue]:
    for part, written in _files_in(scratch):
        if now - written > YOUNG:
            yield Issue(f"download left over: {part.name}", partial(part.unlink, missing_ok=True))


def _set_aside(store: Store, folder: Path, now: datetime) -> Iterator[Issue]:
    for video, written in _files_in(folder):
        # What its visitor has deleted goes at once: it is theirs, whole or not.
        if now - written > KEPT_ASIDE or store.get(video.stem) is None:
            yield Issue(f"video kept aside: {video.name}", partial(video.unlink, missing_ok=True))


def _files_in(folder: Path) -> Iterator[tuple[Path, datetime]]:
    """The files in a folder with when they were written; nothing where there is no such folder."""
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            if path.is_file():
                yield path, datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:
            continue  # moved into its place since it was listed: a worker is at it
