"""Which videos a visitor takes away, and what becomes of those that are deleted meanwhile; on both databases."""

from __future__ import annotations

import asyncio
import io
import json
import secrets
import zipfile
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from studio import clock
from studio.downloads import Downloads
from studio.file_names import among_others
from studio.jobs.job import Job, State
from studio.queue import jobs_of_visitor
from studio.queue.job_store import Store
from studio.retention.deletion import Deletion
from studio.storage.database import Database
from studio.storage.errors import StorageAway
from studio.storage.media import Media
from studio.takeaway.takeaway import Takeaway
from tests.kept_videos import keep_in
from tests.studio.strategies import a_job_in

ME, OTHER = "a" * 32, "b" * 32


@pytest.fixture
def takeaway(store: Store, media: Media) -> Takeaway:
    return Takeaway(store, media, Downloads(media))


@pytest.fixture
def three(store: Store, media: Media, tmp_path: Path) -> list[Job]:
    """The visitor's videos, the oldest first."""
    return keep_in(store, media, ME, ["Third", "Second", "First"], tmp_path)[::-1]


def taken(takeaway: Takeaway, jobs: list[Job], meanwhile: Callable[[bytes], None] = lambda _: None) -> zipfile.ZipFile:
    """The ZIP; `meanwhile` is called with what has come, after each piece."""

    async def read() -> bytes:
        out = bytearray()
        async for piece in takeaway.zipped(ME, jobs):
            out += piece
            await asyncio.to_thread(meanwhile, bytes(out))
        return bytes(out)

    archive = zipfile.ZipFile(io.BytesIO(asyncio.run(read())))
    assert archive.testzip() is None
    return archive


def sheet(archive: zipfile.ZipFile) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(archive.read("videos.json"))
    return said


def once(what: Callable[[], object], name: str) -> Callable[[bytes], None]:
    """Does it when this name is first seen in what has come."""
    done = list[bool]()

    def look(so_far: bytes) -> None:
        if not done and name.encode() in so_far:
            done.append(True)
            what()

    return look


def test_finished_videos_of_the_visitor_alone_are_taken_the_oldest_first(
    takeaway: Takeaway, store: Store, media: Media, three: list[Job], tmp_path: Path
) -> None:
    [theirs] = keep_in(store, media, OTHER, ["Theirs"], tmp_path)
    moving = a_job_in(State.GENERATING, visitor=ME, id=secrets.token_hex(16))
    store.place(moving, moving.id)
    assert takeaway.videos(ME) == three
    all_of_it, nothing = store.in_use(ME), store.in_use("c" * 32)
    assert (all_of_it.videos, all_of_it.gallery_bytes) == (3, sum(job.video.size_bytes for job in three if job.video))
    assert (nothing.videos, nothing.gallery_bytes, nothing.used_bytes) == (0, 0, 0)
    first, second, _ = three
    assert takeaway.videos(ME, {second.id, first.id}) == [first, second]
    for ids in ({theirs.id}, {moving.id}, {""}, {"x\x00"}, {first.id.upper() + "x"}, set()):
        assert takeaway.videos(ME, ids) == []


def test_each_stands_there_with_its_poster_and_picture_and_what_made_it(
    takeaway: Takeaway, media: Media, three: list[Job]
) -> None:
    archive, names = taken(takeaway, three), among_others(three)
    expected = [names[job.id] + end for job in three for end in (".mp4", "-poster.jpg", "-picture.jpg")]
    assert archive.namelist() == [*expected, "videos.csv", "videos.json"]
    said = sheet(archive)
    assert said["left_out"] == []
    for job, row in zip(three, said["videos"], strict=True):
        assert job.video is not None
        assert row["prompt"] == job.order.prompt
        assert archive.read(row["poster"]) == media.read(job.video.poster_key)
        assert archive.read(row["picture"]) == media.read(job.order.picture_key)
        assert len(archive.read(row["video"])) > job.video.size_bytes, "its settings are inside"


def test_one_that_is_deleted_before_its_turn_is_left_out_and_named(
    takeaway: Takeaway, database: Database, store: Store, media: Media, three: list[Job]
) -> None:
    first, second, third = three
    names = among_others(three)
    deletion = Deletion(database, store, media, clock.now)
    archive = taken(takeaway, three, once(lambda: deletion.job(ME, second.id), names[first.id]))
    assert not [name for name in archive.namelist() if names[second.id] in name]
    said = sheet(archive)
    assert said["left_out"] == [names[second.id]]
    assert [row["prompt"] for row in said["videos"]] == ["First", "Third"]
    assert store.get(third.id) is not None


def test_when_everything_is_another_visitors_from_now_on_nothing_more_is_sent(
    takeaway: Takeaway, database: Database, three: list[Job]
) -> None:
    names = among_others(three)

    def hand_over() -> None:
        with database.begin() as connection:
            jobs_of_visitor.hand_over(connection, ME, OTHER)

    archive = taken(takeaway, three, once(hand_over, names[three[0].id] + ".mp4"))
    assert sheet(archive)["left_out"] == [names[job.id] for job in three[1:]]


def test_one_whose_film_is_gone_is_left_out_and_one_without_its_poster_is_not(
    takeaway: Takeaway, media: Media, three: list[Job]
) -> None:
    first, second, third = three
    assert first.video is not None
    assert second.video is not None
    media.delete(first.video.video_key)
    media.delete(second.video.poster_key)
    media.delete(third.order.picture_key)
    archive, names = taken(takeaway, three), among_others(three)
    said = sheet(archive)
    assert said["left_out"] == [names[first.id]]
    assert [(row["poster"] is None, row["picture"] is None) for row in said["videos"]] == [(True, False), (False, True)]
    assert archive.namelist() == [
        names[second.id] + ".mp4",
        names[second.id] + "-picture.jpg",
        names[third.id] + ".mp4",
        names[third.id] + "-poster.jpg",
        "videos.csv",
        "videos.json",
    ]


def test_an_ending_picture_and_a_sound_come_along(
    takeaway: Takeaway, store: Store, media: Media, three: list[Job]
) -> None:
    media.put("pictures/ee/eeee.jpg", b"the ending")
    media.put("sounds/dd/dddd.mp3", b"the sound")
    order = replace(three[0].order, ending_picture_key="pictures/ee/eeee.jpg", sound_key="sounds/dd/dddd.mp3")
    job = store.place(replace(three[0], id=secrets.token_hex(16), order=order), secrets.token_hex(16))
    archive = taken(takeaway, [job])
    [row] = sheet(archive)["videos"]
    assert archive.read(row["ending_picture"]) == b"the ending"
    assert archive.read(row["sound"]) == b"the sound"


def test_when_what_is_kept_cannot_be_reached_it_breaks_off_and_never_looks_whole(
    takeaway: Takeaway, media: Media, three: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    [*_, last] = three
    assert last.video is not None
    key, stream = last.video.video_key, media.stream

    async def cut_off(asked: str, start: int, end: int) -> AsyncIterator[bytes]:
        async for piece in stream(asked, start, end if asked != key else (start + end) // 2):
            yield piece
        if asked == key:
            raise StorageAway("the disk is away")

    monkeypatch.setattr(media, "stream", cut_off)
    out = bytearray()

    async def read() -> None:
        async for piece in takeaway.zipped(ME, three):
            out.extend(piece)

    with pytest.raises(StorageAway):
        asyncio.run(read())
    assert among_others(three)[last.id].encode() in out
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(bytes(out)))
