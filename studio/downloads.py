"""A video as it is downloaded: with what made it inside, so that it can be dropped on the page and ordered again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import AsyncIterator
from functools import partial

from studio.jobs.job import Job
from studio.orders.travelling import travelling
from studio.storage.media import Media, MediaMissing
from studio.videos.carried import STILL_MAX_BYTES, Index, NotReadable, Tags, with_tags

TITLE_MAX = 200
"""Characters of the words that are the title; all of them are in the settings."""
REMEMBERED = 8
"""Indexes that are kept for whoever asks for the next part of a download: half a megabyte each, mostly the picture."""


class Downloads:
    """Makes what is downloaded of what is kept, which stays as it is. Safe for threads."""

    def __init__(self, media: Media) -> None:
        self._media = media
        self._known: OrderedDict[tuple[str, int], Index | None] = OrderedDict()
        self._lock = threading.Lock()

    def index(self, job: Job, key: str, size: int) -> Index | None:
        """What stands in place of the index of a video of so many bytes under this key, which is that of a job, or was
        made of it and says the same of itself: the same one whenever it is asked.

        None where the video has to go as it is. Raises StorageAway, and MediaMissing where the video is gone.
        """
        # What is made again under the same key may be another file.
        known = key, size
        with self._lock:
            if known in self._known:
                self._known.move_to_end(known)
                return self._known[known]
        tags = Tags(title=job.order.prompt[:TITLE_MAX], text=travelling(job.order), still=self._still(job))
        try:
            found = with_tags(partial(self._media.read_part, key), size, tags)
        except NotReadable:
            found = None
        with self._lock:
            self._known[known] = found
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found

    async def stream(self, key: str, start: int, stop: int, index: Index | None) -> AsyncIterator[bytes]:
        """What is kept under a key from one place up to another, a piece at a time; with the index, where there is one,
        in place of its own. Raises MediaMissing and StorageAway.
        """
        if index is None:
            async for piece in self._media.stream(key, start, stop):
                yield piece
            return
        ends = index.start + len(index.content)
        if start < index.start:
            async for piece in self._media.stream(key, start, min(stop, index.start)):
                yield piece
        if index.start < stop and start < ends:
            yield index.content[max(0, start - index.start) : stop - index.start]
        if ends < stop:
            moved = index.stop - ends
            async for piece in self._media.stream(key, max(start, ends) + moved, stop + moved):
                yield piece

    def _still(self, job: Job) -> bytes:
        """The picture that was sent, byte for byte; empty where it is too large to travel, or gone."""
        try:
            size = self._media.size(job.order.picture_key)
            if size is None or size > STILL_MAX_BYTES:
                return b""
            return self._media.read(job.order.picture_key)
        except MediaMissing:
            return b""
