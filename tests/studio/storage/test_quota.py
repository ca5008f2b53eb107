"""The owner's ceiling for what is kept: refuses what is new, keeps what is under way, and is told of in time."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from studio.storage.quota import MEASURED_EVERY_S, NO_CEILING, Ceiling, Level, Usage, folders_of, size_of

KB = 1024


class Disk:
    """A folder with a ceiling, and a clock that is moved by hand."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self.now = 100.0
        self.folder = folder
        self.ceiling = Ceiling(limit_bytes, [folder], lambda: self.now)

    def written(self, name: str, size: int) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)

    def measured(self) -> Usage:
        self.now += MEASURED_EVERY_S
        self.ceiling.measure()
        usage = self.ceiling.usage
        assert usage is not None
        return usage


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / "data", 1000 * KB)


def test_everything_in_the_folder_counts_however_deep_and_links_do_not(disk: Disk, tmp_path: Path) -> None:
    disk.written("kineograph.db", 100 * KB)
    disk.written("media/videos/ab/abcd.mp4", 200 * KB)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "large").write_bytes(b"x" * 900 * KB)
    (disk.folder / "link").symlink_to(elsewhere)
    assert 300 * KB <= disk.measured().used_bytes <= 340 * KB


def test_below_at_eighty_percent_and_at_the_ceiling(disk: Disk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    levels = []
    for number in range(6):
        disk.written(f"{number}", 190 * KB)
        levels.append(disk.measured().level)
    assert levels == [Level.FINE] * 4 + [Level.NEARLY_FULL, Level.FULL]
    assert not disk.ceiling.has_room
    (disk.folder / "1").unlink()
    (disk.folder / "2").unlink()
    assert disk.measured().level is Level.FINE
    assert disk.ceiling.has_room
    told = [vars(record)["level"] for record in caplog.records]
    assert told == [Level.NEARLY_FULL, Level.FULL, Level.FINE], "the log has each change once"


def test_it_is_measured_once_a_minute_and_what_comes_meanwhile_counts_at_once(disk: Disk) -> None:
    disk.written("one", 700 * KB)
    disk.measured()
    disk.written("two", 400 * KB)
    disk.ceiling.measure()
    assert disk.ceiling.has_room, "not measured again yet"
    disk.ceiling.added(400 * KB)
    assert not disk.ceiling.has_room
    assert disk.measured().used_bytes < 1140 * KB, "and not twice once it has been measured"


def test_before_the_first_measurement_and_without_a_ceiling_there_is_room(disk: Disk) -> None:
    disk.written("one", 2000 * KB)
    assert disk.ceiling.has_room
    NO_CEILING.measure()
    assert NO_CEILING.has_room
    assert NO_CEILING.usage is None


def test_a_folder_that_is_not_there_takes_no_room(tmp_path: Path) -> None:
    assert size_of([tmp_path / "nothing"]) == 0


@pytest.mark.parametrize(
    ("media_url", "folders"),
    [
        (None, ["/data"]),
        ("s3://bucket/films", ["/data"]),
        ("file:///data/media", ["/data"]),
        ("file:///films%20here", ["/data", "/films here"]),
        ("file:///", ["/"]),
    ],
)
def test_what_lies_on_this_disk_counts_once(media_url: str | None, folders: list[str]) -> None:
    assert folders_of(Path("/data"), media_url) == [Path(folder) for folder in folders]
