"""What was made of a video is kept as a video of its own: once, whole, and without anything left lying about."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from studio import clock, keeping
from studio.downloads import Downloads
from studio.edits import WAITING_OF_A_VISITOR, Edits
from studio.jobs.job import Job, State
from studio.keeping import Keeping
from studio.orders.travelling import travelling
from studio.queue import kept_edits
from studio.queue.job_store import Store
from studio.retention.consistency import YOUNG, issues, repair
from studio.retention.deletion import Deletion
from studio.storage import media_keys
from studio.storage.database import Database
from studio.storage.errors import StorageAway
from studio.storage.media import Media
from studio.storage.quota import Ceiling
from studio.videos.carried import tags_in
from studio.videos.edit import BACK_AND_FORTH, GIF, LAST_FRAME, Edit, EditRefusal, EditRefused, joined, trim
from studio.videos.validate import check_whole
from studio.videos.validate_in_sandbox import CheckDied, WholeVideo, check_here
from tests.app_process import ROOT
from tests.kept_videos import keep_in
from tests.studio.dying_keeper import STEPS

ANN, BEN = "a" * 32, "b" * 32
CUT = trim(0.2, 0.7)


class Bench:
    """Visitors with finished videos of a second each in a real store, and what they keep of them."""

    def __init__(self, folder: Path, storage_bytes: int = 10**9) -> None:
        self.folder = folder
        self.database = Database(f"sqlite:///{folder / 'kineograph.db'}")
        self.store = Store(self.database, visitor_storage_bytes=storage_bytes)
        self.media = Media((folder / "media").as_uri())
        self.scratch = folder / "scratch"
        self.scratch.mkdir(exist_ok=True)
        self.ceiling = Ceiling(10**9, [folder])
        self.edits = Edits(store=self.store, media=self.media, scratch=self.scratch, ceiling=self.ceiling)
        self.keeping = self.keeper()
        self.deletion = Deletion(self.database, self.store, self.media, clock.now)

    def keeper(self, check: Callable[[Path], WholeVideo] | None = None) -> Keeping:
        return Keeping(
            store=self.store,
            media=self.media,
            edits=self.edits,
            scratch=self.scratch,
            clock=clock.now,
            ceiling=self.ceiling,
            check=check,
        )

    def videos(self, visitor: str, count: int = 1) -> list[Job]:
        return keep_in(self.store, self.media, visitor, ["Waves"] * count, self.folder)

    def kept(self, job: Job, what: Edit = CUT) -> Job:
        return self.keeping.keep(job.visitor, job.id, what).result(60)

    def files(self) -> set[str]:
        """Every video and poster that there is."""
        return {key for prefix in ("videos/", "posters/") for key, _ in self.media.keys(prefix)}

    def close(self) -> None:
        self.edits.close()
        self.keeping.close()
        self.database.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.close()


def refusal(bench: Bench, visitor: str, job_id: str, what: Edit = CUT) -> EditRefusal:
    with pytest.raises(EditRefused) as refused:
        bench.keeping.keep(visitor, job_id, what).result(60)
    return refused.value.reason


def files_of(*jobs: Job) -> set[str]:
    return {key for job in jobs if job.video for key in (job.video.video_key, job.video.poster_key)}


def test_a_part_is_kept_as_a_video_with_its_own_facts_files_and_length(bench: Bench, tmp_path: Path) -> None:
    [source] = bench.videos(ANN)
    job = bench.kept(source)
    assert bench.store.get(job.id, ANN) == job
    assert job.video is not None
    assert (job.made_from, job.made_as, job.state) == (source.id, "trim-200-700.mp4", State.DONE)
    assert job.length_s == job.video.duration_s == pytest.approx(0.5, abs=0.001)
    assert (job.video.video_key, job.video.poster_key) == (media_keys.video(job.id), media_keys.poster(job.id))
    out = tmp_path / "kept.mp4"
    bench.media.copy_to(job.video.video_key, out)
    facts = check_whole(out)
    assert (facts.frames, facts.bytes, facts.width) == (15, job.video.size_bytes, job.video.width)
    assert bench.media.read(job.video.poster_key).startswith(b"\xff\xd8")
    assert bench.files() == files_of(source, job)
    assert list(bench.scratch.iterdir()) == []


@pytest.mark.parametrize(("what", "frames"), [(BACK_AND_FORTH, 58), ("joined", 90)])
def test_back_and_forth_and_a_chain_are_kept_too(bench: Bench, what: Edit | str, frames: int, tmp_path: Path) -> None:
    source, second, third = bench.videos(ANN, 3)
    job = bench.kept(source, joined((second.id, third.id)) if isinstance(what, str) else what)
    assert job.video is not None
    out = tmp_path / "kept.mp4"
    bench.media.copy_to(job.video.video_key, out)
    assert check_whole(out).frames == frames


@pytest.mark.parametrize("what", [GIF, LAST_FRAME])
def test_a_picture_is_no_video(bench: Bench, what: Edit) -> None:
    [source] = bench.videos(ANN)
    with pytest.raises(ValueError, match="no video"):
        bench.keeping.keep(ANN, source.id, what)


def test_what_it_says_of_itself_when_it_is_saved_is_what_the_other_was_ordered_with(bench: Bench) -> None:
    [source] = bench.videos(ANN)
    job = bench.kept(source)
    assert job.video is not None
    index = Downloads(bench.media).index(job, job.video.video_key, job.video.size_bytes)
    assert index is not None
    kept = bench.media.read(job.video.video_key)
    saved = kept[: index.start] + index.content + kept[index.stop :]
    tags = tags_in(lambda start, stop: saved[start:stop], len(saved))
    assert tags is not None
    assert tags.text == travelling(source.order)
    assert tags.still == bench.media.read(source.order.picture_key)


def test_who_asks_twice_at_once_or_later_gets_the_same(bench: Bench) -> None:
    [source] = bench.videos(ANN)
    first, second = (bench.keeping.keep(ANN, source.id, CUT) for _ in range(2))
    assert first is second is bench.keeping.known(ANN, source.id, CUT)
    assert bench.keeping.known(BEN, source.id, CUT) is None
    assert refusal(bench, BEN, source.id) is EditRefusal.NOT_THERE
    job = first.result(60)
    again = bench.keeping.keep(ANN, source.id, CUT)
    assert again.done()
    known = bench.keeping.known(ANN, source.id, CUT)
    assert known is not None
    assert again.result() == known.result() == job
    assert bench.keeping.known(ANN, source.id, BACK_AND_FORTH) is None
    assert bench.keeping.known(BEN, source.id, CUT) is None
    assert bench.store.count_finished(ANN) == 2


def test_of_two_servers_one_keeps_it_and_the_other_leaves_nothing(bench: Bench) -> None:
    [source] = bench.videos(ANN)
    bench.edits.make(ANN, source.id, CUT).result()
    both = threading.Barrier(2)

    def check(path: Path) -> WholeVideo:
        both.wait(60)
        return check_here(path)

    servers = [bench.keeper(check) for _ in range(2)]
    one, other = (server.keep(ANN, source.id, CUT) for server in servers)
    job = one.result(60)
    assert other.result(60) == job
    assert bench.files() == files_of(source, job)
    assert bench.store.count_finished(ANN) == 2
    for server in servers:
        server.close()


def test_what_is_kept_can_be_edited_and_kept_again(bench: Bench) -> None:
    [source] = bench.videos(ANN)
    job = bench.kept(source)
    further = bench.kept(job, BACK_AND_FORTH)
    assert (further.made_from, further.order) == (job.id, source.order)
    assert bench.edits.make(ANN, further.id, LAST_FRAME).result().size_bytes > 0


def test_the_result_that_went_for_newer_ones_is_made_anew(bench: Bench) -> None:
    [source] = bench.videos(ANN)
    made = bench.edits.make(ANN, source.id, CUT).result()
    bench.media.delete(media_keys.edit(source.id, made.name))
    assert bench.kept(source).made_as == made.name


def test_nobody_keeps_anything_of_somebody_elses_video_or_of_one_that_is_gone(bench: Bench) -> None:
    [mine], [gone] = bench.videos(ANN), bench.videos(ANN)
    bench.edits.make(ANN, mine.id, CUT).result()
    before = bench.files()
    assert refusal(bench, BEN, mine.id) is EditRefusal.NOT_THERE
    assert bench.deletion.job(ANN, gone.id)
    assert refusal(bench, ANN, gone.id) is EditRefusal.NOT_THERE
    assert bench.files() == before - files_of(gone)


# Room.


def test_it_counts_as_what_is_kept_and_nothing_is_kept_without_room(bench: Bench) -> None:
    [source] = bench.videos(ANN)
    bench.edits.make(ANN, source.id, CUT).result()
    bench.edits.make(ANN, source.id, BACK_AND_FORTH).result()
    bench.ceiling.measure()
    assert bench.ceiling.usage is not None
    before = bench.ceiling.usage.used_bytes
    job = bench.kept(source)
    assert job.video is not None
    poster = bench.media.size(job.video.poster_key)
    assert bench.ceiling.usage.used_bytes == before + job.video.size_bytes + (poster or 0)
    bench.ceiling.added(10**9)
    assert refusal(bench, ANN, source.id, BACK_AND_FORTH) is EditRefusal.NO_ROOM
    assert bench.kept(source) == job
    assert bench.files() == files_of(source, job)


def test_a_visitor_keeps_so_many_a_day_and_so_much(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    [source] = bench.videos(ANN)
    job = bench.kept(source)
    full = Bench(bench.folder, storage_bytes=bench.store.in_use(ANN).used_bytes)
    assert refusal(full, ANN, source.id, BACK_AND_FORTH) is EditRefusal.ENOUGH_KEPT
    full.close()
    monkeypatch.setattr(kept_edits, "KEPT_A_DAY", 1)
    assert refusal(bench, ANN, source.id, BACK_AND_FORTH) is EditRefusal.ENOUGH_TODAY
    assert bench.kept(source) == job
    assert bench.files() == files_of(source, job)
    assert list(bench.scratch.iterdir()) == []


def test_so_many_wait_of_one_visitor_and_of_all(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()

    def check(path: Path) -> WholeVideo:
        go_on.wait(60)
        return check_here(path)

    keeper = bench.keeper(check)
    mine, [his] = bench.videos(ANN, WAITING_OF_A_VISITOR + 1), bench.videos(BEN)
    *begun, refused = (keeper.keep(ANN, job.id, CUT) for job in mine)
    monkeypatch.setattr(keeping, "WAITING_MAX", len(begun))
    for busy in (refused, keeper.keep(BEN, his.id, CUT)):
        why_not = busy.exception()
        assert isinstance(why_not, EditRefused)
        assert why_not.reason is EditRefusal.BUSY
    go_on.set()
    assert {one.result(60).made_from for one in begun} == {job.id for job in mine[:-1]}
    keeper.close()


# What goes wrong in the middle.


@pytest.mark.parametrize("step", STEPS)
def test_a_server_that_is_killed_in_the_middle_leaves_no_row_without_files_and_no_file_for_good(
    bench: Bench, step: str
) -> None:
    [source] = bench.videos(ANN)
    command = [sys.executable, "-m", "tests.studio.dying_keeper", os.fspath(bench.folder), ANN, source.id, step]
    died = subprocess.run(command, cwd=ROOT, check=False, timeout=120)
    assert died.returncode == -signal.SIGKILL
    found = bench.store.finished(ANN, limit=9)
    assert len(found) == (2 if step == "row" else 1)
    assert files_of(*found) <= bench.files()
    assert (bench.files() > files_of(*found)) is (step in ("poster", "video"))
    job = bench.kept(source, BACK_AND_FORTH)
    assert bench.store.finished(ANN, limit=9) == [job, source]
    later = clock.now() + YOUNG + timedelta(hours=1)
    repair(bench.store, bench.media, bench.scratch, later)
    assert bench.files() == files_of(source, job)
    assert list(bench.scratch.iterdir()) == []
    assert list(issues(bench.store, bench.media, bench.scratch, later)) == []


def test_where_nobody_knows_whether_the_row_is_written_its_files_stay(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    [source] = bench.videos(ANN)
    keep = bench.store.keep_edit

    def lost(*args: Any) -> Job:
        keep(*args)
        raise StorageAway("the line broke after the commit")

    monkeypatch.setattr(bench.store, "keep_edit", lost)
    with pytest.raises(StorageAway):
        bench.kept(source)
    [job, _] = bench.store.finished(ANN, limit=9)
    assert bench.files() == files_of(source, job)
    assert bench.kept(source) == job


def test_a_source_deleted_while_it_is_kept_leaves_nothing(bench: Bench) -> None:
    [source] = bench.videos(ANN)

    def check(path: Path) -> WholeVideo:
        assert bench.deletion.job(ANN, source.id)
        return check_here(path)

    keeper = bench.keeper(check)
    with pytest.raises(EditRefused) as refused:
        keeper.keep(ANN, source.id, CUT).result(60)
    assert refused.value.reason is EditRefusal.NOT_THERE
    assert bench.files() == set()
    keeper.close()


def test_what_cannot_be_checked_is_not_kept(bench: Bench) -> None:
    [source] = bench.videos(ANN)
    made = bench.edits.make(ANN, source.id, CUT).result()
    key = media_keys.edit(source.id, made.name)
    bench.media.put(key, bench.media.read(key)[:2_000])
    assert refusal(bench, ANN, source.id) is EditRefusal.UNREADABLE

    def dies(_: Path) -> WholeVideo:
        raise CheckDied("killed")

    keeper = bench.keeper(dies)
    assert isinstance(keeper.keep(ANN, source.id, BACK_AND_FORTH).exception(60), EditRefused)
    assert bench.files() == files_of(source)
    keeper.close()


def test_what_is_kept_of_a_chain_stays_when_a_part_is_deleted(bench: Bench) -> None:
    first, second = bench.videos(ANN, 2)
    job = bench.kept(first, joined((second.id,)))
    for part in (second, first):
        assert bench.deletion.job(ANN, part.id)
    assert bench.files() == files_of(job)
    assert bench.media.exists(job.order.picture_key), "it is used again by what is left"
    assert bench.store.kept_edit(ANN, first.id, joined((second.id,)).name) == job
    assert bench.deletion.job(ANN, job.id)
    assert bench.files() == set()
    assert not bench.media.exists(job.order.picture_key)


def test_a_server_that_stops_waits_for_nothing(bench: Bench) -> None:
    [source] = bench.videos(ANN)
    bench.keeping.keep(ANN, source.id, CUT)
    stopping = threading.Thread(target=lambda: (bench.edits.close(), bench.keeping.close()))
    stopping.start()
    stopping.join(timeout=10)
    assert not stopping.is_alive()
    assert list(bench.scratch.iterdir()) == []
