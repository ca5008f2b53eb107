"""What database and media disagree on is found, and repaired where that loses nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studio import clock
from studio.build import open_storage
from studio.jobs.job import Job, State
from studio.orders.drafts import Draft, DraftPicture, DraftSound
from studio.retention.consistency import KEPT_ASIDE, YOUNG, issues, repair
from studio.settings import Settings
from studio.storage.database import transactions_open
from studio.videos.validate_in_sandbox import ASIDE
from tests.studio.shop import Shop
from tests.studio.strategies import an_order

LATER = YOUNG + timedelta(hours=1)
ROOT = Path(__file__).resolve().parents[3]


def issues_of(shop: Shop, now: datetime) -> list[str]:
    return [issue.what for issue in issues(shop.store, shop.media, shop.scratch, now)]


@pytest.fixture
def done(shop: Shop) -> Job:
    return shop.until(shop.placed(), State.DONE)


def test_a_studio_in_order_has_no_issue(shop: Shop, done: Job) -> None:
    assert issues_of(shop, clock.now() + LATER) == []


def test_a_missing_video_is_told_and_cannot_be_repaired(shop: Shop, done: Job) -> None:
    assert done.video is not None
    shop.media.delete(done.video.video_key)
    assert issues_of(shop, clock.now()) == [f"video missing: job {done.id}"]
    assert repair(shop.store, shop.media, shop.scratch, clock.now()) == 0


def test_a_missing_poster_is_drawn_again_from_the_video(shop: Shop, done: Job) -> None:
    assert done.video is not None
    before = shop.media.read(done.video.poster_key)
    shop.media.delete(done.video.poster_key)
    assert repair(shop.store, shop.media, shop.scratch, clock.now()) == 1
    assert shop.media.read(done.video.poster_key) == before
    assert list(shop.scratch.iterdir()) == []


@pytest.mark.parametrize(
    "key", ["videos/00/left.mp4", "posters/00/left.jpg", "pictures/00/left.jpg", "sounds/00/left.mp3"]
)
def test_what_nothing_needs_goes_but_not_while_it_is_young(shop: Shop, done: Job, key: str) -> None:
    shop.media.put(key, b"left over")
    assert issues_of(shop, clock.now()) == []
    assert issues_of(shop, clock.now() + LATER) == [f"nothing needs {key}"]
    repair(shop.store, shop.media, shop.scratch, clock.now() + LATER)
    assert not shop.media.exists(key)
    assert issues_of(shop, clock.now() + LATER) == []


def test_the_picture_of_a_form_is_needed(shop: Shop) -> None:
    shop.media.put("pictures/00/drafted.jpg", b"picture")
    shop.media.put("thumbnails/00/drafted.jpg", b"small")
    draft = Draft(picture=DraftPicture(key="pictures/00/drafted.jpg", width=480, height=360))
    shop.store.keep_draft("somebody", draft.to_json(), shop.now)
    left = issues_of(shop, clock.now() + LATER)
    assert left == ["nothing needs pictures/ab/abcd.jpg"]  # the shop's own, which no job here was made from


def test_the_sound_of_a_form_and_that_of_an_order_are_needed(shop: Shop) -> None:
    for key in ("sounds/00/drafted.mp3", "sounds/00/ordered.mp3"):
        shop.media.put(key, b"sound")
    draft = Draft(sound=DraftSound(key="sounds/00/drafted.mp3", name="a.mp3", length_s=5))
    shop.store.keep_draft("somebody", draft.to_json(), shop.now)
    shop.placed(order=an_order(sound_key="sounds/00/ordered.mp3"))
    assert issues_of(shop, clock.now() + LATER) == []


def test_a_download_left_over_is_swept_and_a_fresh_one_is_not(shop: Shop) -> None:
    old, fresh = shop.scratch / "old.part", shop.scratch / "fresh.part"
    for part in (old, fresh):
        part.write_bytes(b"half")
    long_ago = (datetime.now(UTC) - LATER).timestamp()
    os.utime(old, (long_ago, long_ago))
    repair(shop.store, shop.media, shop.scratch, clock.now())
    assert [part.name for part in shop.scratch.iterdir()] == ["fresh.part"]


def test_while_the_sweep_asks_for_files_others_can_write(any_shop: Shop) -> None:
    shop = any_shop
    for _ in range(3):
        done = shop.until(shop.placed(), State.DONE)
        assert done.video is not None
        shop.media.delete(done.video.poster_key)
    searching = issues(shop.store, shop.media, shop.scratch, clock.now())
    for number, _issue in enumerate(searching):
        assert transactions_open() == 0
        shop.store.keep_draft(f"visitor {number}", "{}", shop.now)
    assert shop.store.draft("visitor 2") == "{}"


def test_a_part_that_goes_into_its_place_meanwhile_does_not_stop_the_hours_repair(shop: Shop) -> None:
    for name in ("1.part", "2.part", "3.part"):
        (shop.scratch / name).write_bytes(b"half")
        os.utime(shop.scratch / name, (1, 1))
    searching = issues(shop.store, shop.media, shop.scratch, clock.now())
    first = next(searching)
    for part in list(shop.scratch.iterdir()):
        if part.name not in first.what:
            part.unlink()
    assert list(searching) == []
    assert first.repair is not None
    first.repair()
    assert list(shop.scratch.iterdir()) == []


def test_what_cannot_be_repaired_does_not_stop_the_rest(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    done = [shop.until(shop.placed(), State.DONE) for _ in range(3)]
    (shop.scratch / "old.part").write_bytes(b"half")
    os.utime(shop.scratch / "old.part", (1, 1))
    for job in done:
        assert job.video is not None
        shop.media.delete(job.video.poster_key)
    broken = sorted(done, key=lambda job: job.id)[0].video
    assert broken is not None
    shop.media.put(broken.video_key, b"no video any more")
    assert repair(shop.store, shop.media, shop.scratch, clock.now()) == 3
    assert "an issue could not be repaired" in caplog.text
    assert list(shop.scratch.iterdir()) == []
    missing = [job.video for job in done if job.video and not shop.media.exists(job.video.poster_key)]
    assert missing == [broken]


def test_a_search_that_breaks_off_does_not_stop_the_others(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    (shop.scratch / "old.part").write_bytes(b"half")
    os.utime(shop.scratch / "old.part", (1, 1))
    shop.until(shop.placed(), State.DONE)
    assert shop.media.folder is not None
    shutil.rmtree(shop.media.folder / "videos")
    (shop.media.folder / "videos").write_bytes(b"in the way")
    repair(shop.store, shop.media, shop.scratch, clock.now())
    assert "a part of the consistency check broke off" in caplog.text
    assert list(shop.scratch.iterdir()) == []


def test_a_video_kept_aside_stays_for_a_month_unless_its_visitor_deletes_it(shop: Shop) -> None:
    aside = shop.scratch / ASIDE
    aside.mkdir()
    job = shop.placed()
    (aside / f"{job.id}.mp4").write_bytes(b"video")
    assert issues_of(shop, clock.now() + KEPT_ASIDE - timedelta(hours=1)) == []
    assert issues_of(shop, clock.now() + KEPT_ASIDE + timedelta(hours=1)) == [f"video kept aside: {job.id}.mp4"]
    (aside / f"{'0' * 32}.mp4").write_bytes(b"of a job that is gone")
    repair(shop.store, shop.media, shop.scratch, clock.now())
    assert [path.name for path in aside.iterdir()] == [f"{job.id}.mp4"]


@pytest.mark.parametrize("option", ["--repair", "--mend"])
def test_the_command_says_what_is_wrong_and_repairs_it(tmp_path: Path, option: str) -> None:
    with open_storage(Settings(data_dir=tmp_path)) as storage:
        (storage.scratch / "old.part").write_bytes(b"half")
        os.utime(storage.scratch / "old.part", (1, 1))

    def check(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "studio", "check", *more]
        environment = os.environ | {"STUDIO_DATA_DIR": str(tmp_path)}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    found = check()
    assert "download left over: old.part  (can be repaired)" in found.stdout
    assert found.returncode == 1
    assert "(repaired)" in check(option).stdout
    well = check()
    assert (well.returncode, well.stdout.splitlines()[-1]) == (0, "all is well")
