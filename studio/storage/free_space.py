"""Is there room for one more video? Asked before an order goes out: one that is paid for and cannot be kept is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

from studio.storage.media import Media

VIDEO_BYTES = 32 * 1024 * 1024
"""Fifteen seconds of 1080p with sound are some 30 MB."""
DOWNLOADS = 4
"""Videos that come here at the same moment: one for each worker, as many as STUDIO_WORKERS is by default."""
UNDER_WAY = 10
"""Videos that may come after this question: as many as are made at once, STUDIO_JOBS_AT_ONCE by default."""

SPARE_BYTES, SPARE_SHARE = 10**10, 0.1
"""Of a disk, whichever is less: kept free for what is paid for, whoever brings what costs nothing."""


def is_room(scratch: Path, media: Media) -> bool:
    """True where one more video could be kept besides those under way.

    In the folder of the downloads there must be room for those that come at once; where videos are kept on a disk too,
    for all that are under way. A folder is on the same disk unless STUDIO_MEDIA_URL says otherwise: then a download is
    moved, and does not count twice. Raises OSError where a disk cannot be asked.
    """
    if shutil.disk_usage(scratch).free < VIDEO_BYTES * DOWNLOADS:
        return False
    return media.folder is None or shutil.disk_usage(media.folder).free >= VIDEO_BYTES * UNDER_WAY


def is_room_to_spare(scratch: Path, media: Media, size: int = 0) -> bool:
    """True where so many bytes may be kept that nobody has paid for. Raises OSError where a disk cannot be asked."""
    folders = [scratch] if media.folder is None else [scratch, media.folder]
    return is_room(scratch, media) and all(_is_to_spare(folder, size) for folder in folders)


def _is_to_spare(folder: Path, size: int) -> bool:
    disk = shutil.disk_usage(folder)
    return disk.free - size >= min(SPARE_BYTES, disk.total * SPARE_SHARE)
