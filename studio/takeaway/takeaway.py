"""What a visitor takes away: which videos, and the ZIP of them as it is sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Iterator, Sequence
from contextlib import aclosing

from studio.downloads import Downloads
from studio.file_names import among_others
from studio.jobs.job import Job
from studio.queue.job_store import Store
from studio.storage.media import Media, MediaMissing
from studio.takeaway.archive import Archive
from studio.takeaway.sheet import Described, as_csv, as_json, described

VIDEO = "video"
SHEET, SHEET_FOR_PROGRAMS = "videos.csv", "videos.json"


class Takeaway:
    """Puts the videos of a visitor into one file. Safe for threads."""

    def __init__(self, store: Store, media: Media, downloads: Downloads) -> None:
        self._store = store
        self._media = media
        self._downloads = downloads

    def videos(self, visitor: str, ids: Collection[str] | None = None) -> list[Job]:
        """The visitor's videos, the oldest first; with `ids`, those of them alone. Raises StorageAway."""
        # Chosen here, not by the database: what somebody wrote into an address is compared, and nothing else.
        return [job for job in self._store.all_finished(visitor) if ids is None or job.id in ids]

    async def zipped(self, visitor: str, jobs: Sequence[Job]) -> AsyncGenerator[bytes, None]:
        """A ZIP of these videos of the visitor's: each as it is downloaded by itself, with its poster and what was
        given for it, and at the end what made them.

        What is not the visitor's any more when its turn comes is left out, and named as left out. Each is asked after
        for itself: nothing is open in the database while anything is read or sent. Raises StorageAway.
        """
        # For thousands of videos not in the thread that everybody else's answers go out by.
        names, archive = await asyncio.to_thread(among_others, jobs), Archive()
        videos, left_out = list[Described](), list[str]()
        for job in jobs:
            files = dict[str, str]()
            async with aclosing(self._video(visitor, job, names[job.id], archive, files)) as pieces:
                async for piece in pieces:
                    yield piece
            if VIDEO in files:
                albums = await asyncio.to_thread(self._store.albums_of, job.id)
                videos.append(described(job, files, names, albums))
            else:
                left_out.append(names[job.id])
        for piece in archive.text(SHEET, await asyncio.to_thread(as_csv, videos)):
            yield piece
        for piece in archive.text(SHEET_FOR_PROGRAMS, await asyncio.to_thread(as_json, videos, left_out)):
            yield piece
        for piece in archive.end():
            yield piece

    async def _video(
        self, visitor: str, job: Job, name: str, archive: Archive, files: dict[str, str]
    ) -> AsyncGenerator[bytes, None]:
        """The files of one video; what they are called is in `files` once they are in the archive."""
        if await asyncio.to_thread(self._store.get, job.id, visitor) is None:
            return
        for kind, key, ending in _kept(job):
            called = name + ending
            try:
                size = (await self._media.head(key)).size
                index = await asyncio.to_thread(self._downloads.index, job, key, size) if kind == VIDEO else None
                size = size if index is None else index.size(size)
                content = self._downloads.stream(key, 0, size, index)
                async with aclosing(archive.file(called, size, content)) as pieces:
                    async for piece in pieces:
                        yield piece
            except MediaMissing:
                if kind == VIDEO:
                    return
                continue
            files[kind] = called


def _kept(job: Job) -> Iterator[tuple[str, str, str]]:
    """What there is of a video: what the sheet calls it, where it is kept, and how its name ends. The video first."""
    order, video = job.order, job.video
    if video is not None:
        yield VIDEO, video.video_key, ".mp4"
        yield "poster", video.poster_key, "-poster.jpg"
    yield "picture", order.picture_key, "-picture.jpg"
    if order.ending_picture_key:
        yield "ending_picture", order.ending_picture_key, "-ending-picture.jpg"
    if order.sound_key:
        yield "sound", order.sound_key, "-sound.mp3"
