"""What costs nothing leaves room on the disk for what is paid for."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from studio.storage.free_space import is_room, is_room_to_spare
from studio.storage.media import Media

Disk = namedtuple("Disk", "total used free")

GB = 10**9


@pytest.mark.parametrize(
    ("total", "free", "size", "is_there"),
    [
        (1_000 * GB, 10 * GB, 0, True),
        (1_000 * GB, 10 * GB, 1, False),
        (1_000 * GB, 10 * GB - 1, 0, False),
        (20 * GB, 2 * GB, 0, True),
        (20 * GB, 3 * GB, GB, True),
        (20 * GB, 3 * GB, 2 * GB, False),
    ],
)
def test_so_much_stays_free(
    media: Media, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, total: int, free: int, size: int, is_there: bool
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Disk(total, total - free, free))
    assert is_room(tmp_path, media), "for what is paid for"
    assert is_room_to_spare(tmp_path, media, size) is is_there
