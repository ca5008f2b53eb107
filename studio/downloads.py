"""A video as it is downloaded: with what made it inside, so that it can be dropped on the page and ordered again."""

from __future__ import annotations

import threading
from collections import OrderedDict
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
        self._known: OrderedDict[str, Index | None] = OrderedDict()
        self._lock = threading.Lock()

    def index(self, job: Job, size: int) -> Index | None:
        """What stands in place of the index of a job's kept video of so many bytes: the same one whenever it is asked.

        None where the video has to go as it is. Raises StorageAway, and MediaMissing where the video is gone.
        """
        assert job.video is not None
        key = job.video.video_key
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        tags = Tags(title=job.order.prompt[:TITLE_MAX], text=travelling(job.order), still=self._still(job))
        try:
            found = with_tags(partial(self._media.read_part, key), size, tags)
        except NotReadable:
            found = None
        with self._lock:
            self._known[key] = found
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found

    def _still(self, job: Job) -> bytes:
        """The picture that was sent, byte for byte; empty where it is too large to travel, or gone."""
        try:
            size = self._media.size(job.order.picture_key)
            if size is None or size > STILL_MAX_BYTES:
                return b""
            return self._media.read(job.order.picture_key)
        except MediaMissing:
            return b""
