"""One contract for kept things, in a folder and in a bucket behind a real S3 protocol."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import resource
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from moto.server import ThreadedMotoServer

from studio.storage import media as studio_media
from studio.storage.errors import StorageAway, StorageFull, StorageReadOnly
from studio.storage.media import CHUNK, COPIED_AT_ONCE, Media, MediaMissing
from tests.browser.cuttable_line import CuttableLine

NOBODY = 65_534
"""The user who owns nothing."""


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """An S3 service on this computer."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket_url(s3_address: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty bucket, named by STUDIO_MEDIA_URL; all else comes from the usual variables of AWS."""
    for name, value in {
        "AWS_ENDPOINT_URL": s3_address,
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "someone",
        "AWS_SECRET_ACCESS_KEY": "something",
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    bucket = f"bucket-{abs(hash(request.node.nodeid)):x}"
    requests.put(f"{s3_address}/{bucket}", timeout=10).raise_for_status()
    return f"s3://{bucket}/kineograph"


@pytest.fixture(params=["folder", "bucket"])
def media(request: pytest.FixtureRequest, tmp_path: Path) -> Media:
    """The same claims for both."""
    if request.param == "bucket":
        return Media(request.getfixturevalue("bucket_url"))
    return Media((tmp_path / "a folder, with ümlaut").as_uri())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A finished download, of more than one part of an S3 upload."""
    path = tmp_path / "download.part"
    path.write_bytes(os.urandom(1024) * 6 * 1024)
    return path


async def read_all(media: Media, key: str, start: int, end: int) -> list[bytes]:
    return [chunk async for chunk in media.stream(key, start, end)]


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_what_is_kept_can_be_read(media: Media) -> None:
    media.put("pictures/ab/one.jpg", b"bytes")
    assert media.read("pictures/ab/one.jpg") == b"bytes"
    assert media.exists("pictures/ab/one.jpg")


def test_what_is_kept_again_replaces_what_was_there(media: Media) -> None:
    media.put("a/one.jpg", b"a longer first version")
    media.put("a/one.jpg", b"second")
    assert media.read("a/one.jpg") == b"second"


def test_nothing_at_all_can_be_kept(media: Media) -> None:
    media.put("a/empty", b"")
    assert (media.read("a/empty"), asyncio.run(media.head("a/empty")).size) == (b"", 0)


def test_a_file_is_kept_whole_and_used_up(media: Media, film: Path) -> None:
    content = film.read_bytes()
    media.put_file("videos/ab/film.mp4", film)
    assert media.read("videos/ab/film.mp4") == content
    assert not film.exists()


@pytest.mark.parametrize("key", ["videos/ab/none.mp4", "none", "videos"])
def test_what_was_never_kept_is_missing(media: Media, key: str) -> None:
    media.put("videos/ab/other.mp4", b"x")
    assert not media.exists(key)
    with pytest.raises(MediaMissing):
        media.read(key)
    with pytest.raises(MediaMissing):
        asyncio.run(media.head(key))


def test_what_is_forgotten_is_gone_and_may_be_forgotten_again(media: Media) -> None:
    media.put("a/one.jpg", b"x")
    media.put("a/two.jpg", b"x")
    media.delete("a/one.jpg")
    media.delete("a/one.jpg")
    media.delete("never/was.jpg")
    assert (media.exists("a/one.jpg"), media.exists("a/two.jpg")) == (False, True)


def test_a_tag_says_nothing_of_the_machine_and_outlives_a_move_of_the_files(media: Media, tmp_path: Path) -> None:
    # What is under a key never changes; a key may be kept again, by a repaired poster, with the same content.
    media.put("a/one.jpg", b"first")
    before = asyncio.run(media.head("a/one.jpg"))
    media.put("a/one.jpg", b"first")
    assert asyncio.run(media.head("a/one.jpg")) == before
    elsewhere = Media((tmp_path / "restored from a copy").as_uri())
    elsewhere.put("a/one.jpg", b"first")
    assert asyncio.run(elsewhere.head("a/one.jpg")) == before
    media.put("a/two.jpg", b"first")
    media.put("a/one.jpg", b"longer")
    others = {asyncio.run(media.head(key)).etag for key in ("a/one.jpg", "a/two.jpg")}
    assert len(others | {before.etag}) == 3
    assert all(re.fullmatch("[0-9a-f]{32}", etag) for etag in others)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0, 10),
        (0, 1),
        (7, 8),
        (0, CHUNK),
        (0, CHUNK + 1),
        (CHUNK - 1, CHUNK * 2 + 5),
        (5, 5),
        (CHUNK * 3, CHUNK * 3 + 7),
    ],
)
def test_any_stretch_of_a_video_streams_in_small_chunks(media: Media, start: int, end: int) -> None:
    content = os.urandom(CHUNK * 3 + 7)
    media.put("videos/a.mp4", content)
    chunks = asyncio.run(read_all(media, "videos/a.mp4", start, end))
    assert b"".join(chunks) == content[start:end]
    assert all(0 < len(chunk) <= CHUNK for chunk in chunks)


@pytest.mark.parametrize("size", [CHUNK, 40 * CHUNK])
def test_a_stretch_of_any_length_is_one_request_to_the_bucket(
    bucket_url: str, caplog: pytest.LogCaptureFixture, size: int
) -> None:
    media = Media(bucket_url)
    media.put("videos/a.mp4", os.urandom(size))
    with caplog.at_level(logging.INFO, "werkzeug"):  # the bucket's own record of what it was asked
        chunks = asyncio.run(read_all(media, "videos/a.mp4", 5, size - 5))
    assert sum(map(len, chunks)) == size - 10
    assert len([line for line in caplog.messages if '"' in line and "GET /" in line]) == 1


def test_a_line_to_the_bucket_that_breaks_half_way_is_asked_for_the_rest(
    bucket_url: str, s3_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As where a reader is slower than the client of the bucket has patience: its own retries are used up by then.
    monkeypatch.setattr(studio_media, "_RETRY", {"max_retries": 0, "retry_timeout": timedelta(seconds=10)})
    line = CuttableLine(s3_address)
    monkeypatch.setenv("AWS_ENDPOINT_URL", line.url)
    media = Media(bucket_url)
    content = os.urandom(80 * CHUNK)
    media.put("videos/a.mp4", content)

    async def read(*, is_repaired: bool) -> bytes:
        got = b""
        async for chunk in media.stream("videos/a.mp4", 0, len(content)):
            if not got:
                line.cut()
                if is_repaired:
                    line.repair()
            got += chunk
        return got

    assert asyncio.run(read(is_repaired=True)) == content
    with pytest.raises(StorageAway, match="GenericError"):
        asyncio.run(read(is_repaired=False))
    line.close()


def test_a_copy_is_the_whole_file_fetched_in_pieces_and_of_nothing_there_is_none(
    media: Media, film: Path, tmp_path: Path
) -> None:
    content, copy = film.read_bytes(), tmp_path / "copy.mp4"
    media.put("videos/ab/film.mp4", content)
    assert media.size("videos/ab/film.mp4") == len(content) > COPIED_AT_ONCE
    media.copy_to("videos/ab/film.mp4", copy)
    assert copy.read_bytes() == content
    assert media.size("videos/ab/none.mp4") is None
    with pytest.raises(MediaMissing):
        media.copy_to("videos/ab/none.mp4", copy)


def test_keys_are_listed_below_a_prefix_with_when_they_were_written(media: Media) -> None:
    for key in ("videos/ab/1.mp4", "videos/cd/2.mp4", "videosx/3.mp4", "posters/ab/1.jpg"):
        media.put(key, b"x")
    listed = dict(media.keys("videos/"))
    assert sorted(listed) == ["videos/ab/1.mp4", "videos/cd/2.mp4"]
    assert all(abs(datetime.now(UTC) - written) < timedelta(minutes=5) for written in listed.values())
    assert list(media.keys("nothing/")) == []


# What goes wrong.


def test_a_bucket_that_does_not_exist_is_storage_that_is_away(bucket_url: str, film: Path) -> None:
    media = Media("s3://no-such-bucket-here/kineograph")
    with pytest.raises(StorageAway, match="FileNotFoundError"):
        media.put("a", b"x")
    with pytest.raises(StorageAway, match="FileNotFoundError"):
        media.put_file("b", film)
    assert film.exists(), "the only copy of a video that is paid for"


def test_in_a_folder_a_kept_file_is_an_ordinary_file_with_nothing_beside_it(folder: Path, film: Path) -> None:
    media = Media(folder.as_uri())
    media.put_file("videos/ab/film.mp4", film)
    assert files_in(folder) == ["videos/ab/film.mp4"]


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Inside, no file can grow beyond the size: a disk that fills up in the middle of writing."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_fills_up_half_way_leaves_nothing_lying_about(folder: Path) -> None:
    media = Media(folder.as_uri())
    media.put("a/one.jpg", b"as before")
    with room_for(4_096), pytest.raises(StorageFull, match="File too large"):
        media.put("a/one.jpg", b"x" * 100_000)
    with room_for(4_096), pytest.raises(StorageFull, match="File too large"):
        media.put("b/two.jpg", b"x" * 100_000)
    assert media.read("a/one.jpg") == b"as before"
    assert files_in(folder) == ["a/one.jpg"]


@pytest.mark.parametrize("size", [10, 1_000, 4_000])
def test_a_small_file_meets_a_full_disk_before_it_replaces_the_old_one(folder: Path, size: int) -> None:
    media = Media(folder.as_uri())
    media.put("a/one.jpg", b"as before")
    with room_for(5), pytest.raises(StorageFull, match="File too large"):
        media.put("a/one.jpg", b"x" * size)
    assert media.read("a/one.jpg") == b"as before"
    assert files_in(folder) == ["a/one.jpg"]


_renamed: list[tuple[str, int]] = []


def _note_renames(event: str, arguments: tuple[object, ...]) -> None:
    if event == "os.rename" and _noting:
        source = Path(str(arguments[0]))
        _renamed.append((Path(str(arguments[1])).name, source.stat().st_size))


_noting: list[bool] = []
sys.addaudithook(_note_renames)


@pytest.mark.parametrize("size", [1, 100, 4_000, 70_000])
def test_every_byte_is_in_the_file_when_it_takes_its_place(folder: Path, film: Path, size: int) -> None:
    media = Media(folder.as_uri())
    _renamed.clear()
    _noting.append(True)
    try:
        media.put("a/one.jpg", b"x" * size)
        media.put_file("a/film.mp4", film)
    finally:
        _noting.clear()
    assert _renamed == [("one.jpg", size), ("film.mp4", 6 * 1024 * 1024)]


class Order:
    """What is synced and what is renamed, in the order in which it happens."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.seen: list[tuple[str, str]] = []
        fsync, replace = os.fsync, Path.replace

        def synced(descriptor: int) -> None:
            path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
            self.seen.append(("fsync", "folder" if path.is_dir() else f"{path.stat().st_size} bytes"))
            fsync(descriptor)

        def replaced(path: Path, target: Path) -> Path:
            self.seen.append(("rename", target.name))
            return replace(path, target)

        patch.setattr(os, "fsync", synced)
        patch.setattr(Path, "replace", replaced)


def test_what_is_kept_is_on_the_disk_before_it_takes_its_place_and_so_is_its_name(
    folder: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut leaves the whole of it, or nothing: never an empty file under the right name."""
    media, size = Media(folder.as_uri()), film.stat().st_size
    order = Order(monkeypatch)
    media.put("a/one.jpg", b"x" * 70_000)
    assert order.seen == [("fsync", "70000 bytes"), ("rename", "one.jpg"), ("fsync", "folder")]
    order.seen.clear()
    media.put_file("a/film.mp4", film)
    assert order.seen == [("fsync", f"{size} bytes"), ("rename", "film.mp4"), ("fsync", "folder")]


def test_what_is_copied_from_another_disk_is_on_this_one_before_it_takes_its_place(
    other_disk: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media, size = Media(other_disk.as_uri()), film.stat().st_size
    order = Order(monkeypatch)
    media.put_file("a/film.mp4", film)
    # The first two: it cannot be known that the disk is another one before the rename has been tried.
    assert order.seen == [("fsync", f"{size} bytes"), ("rename", "film.mp4")] * 2 + [("fsync", "folder")]
    assert not film.exists()


@pytest.fixture
def other_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on another disk than the downloads, so that keeping a file has to copy it."""
    places = (place for place in map(Path, ("/dev/shm", "/var/tmp", "/run")) if os.access(place, os.W_OK))
    place = next(place for place in places if place.stat().st_dev != tmp_path.stat().st_dev)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        yield Path(folder)


def test_a_disk_that_fills_up_half_way_keeps_the_download_for_the_next_try(other_disk: Path, film: Path) -> None:
    media = Media(other_disk.as_uri())
    size = film.stat().st_size
    with room_for(1_000_000), pytest.raises(StorageFull, match="File too large"):
        media.put_file("videos/ab/film.mp4", film)
    assert film.stat().st_size == size
    assert files_in(other_disk) == []
    media.put_file("videos/ab/film.mp4", film)
    assert asyncio.run(media.head("videos/ab/film.mp4")).size == size
    assert not film.exists()


@contextmanager
def as_nobody() -> Iterator[None]:
    """Inside, without the rights of the root user, to whom no file is read-only."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_that_may_only_be_read_says_so_and_can_be_read() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        media = Media(folder.as_uri())
        media.put("a/one.jpg", b"x")
        for path in (folder, folder / "a"):
            path.chmod(0o555)
        with as_nobody():
            for key in ("a/one.jpg", "a/two.jpg", "b/three.jpg"):
                with pytest.raises(StorageReadOnly, match="Permission denied"):
                    media.put(key, b"y")
            assert media.read("a/one.jpg") == b"x"
            with pytest.raises(StorageAway) as away:
                media.delete("a/one.jpg")
            assert "Permission denied" in str(away.value.__cause__)
        for path in (folder, folder / "a"):
            path.chmod(0o755)
        assert files_in(folder) == ["a/one.jpg"]


def test_a_file_that_stands_where_a_folder_should_is_storage_that_is_away(folder: Path) -> None:
    media = Media(folder.as_uri())
    (folder / "a").write_bytes(b"in the way")
    with pytest.raises(StorageAway, match="File exists"):
        media.put("a/one.jpg", b"x")
    assert files_in(folder) == ["a"]
