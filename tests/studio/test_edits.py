"""What visitors make of their finished videos is made once, theirs alone, and gone with the video."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from studio import clock, edits
from studio.edits import KEPT_OF_A_JOB, PARTS_MAX, WAITING_OF_A_VISITOR, Edits, KeptEdit
from studio.jobs.job import Job
from studio.queue.job_store import Store
from studio.retention.consistency import YOUNG, issues, repair
from studio.retention.deletion import Deletion
from studio.storage import free_space, media_keys
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.quota import Ceiling
from studio.videos import edit
from studio.videos.edit import BACK_AND_FORTH, GIF, LAST_FRAME, WEBP, Edit, EditRefusal, EditRefused
from studio.videos.validate import check_whole
from tests.app_process import wait_until
from tests.kept_videos import keep_in
from tests.studio.videos.numbered_film import draw

ANN, BEN = "a" * 32, "b" * 32


class Bench:
    """Visitors with finished videos in a real store, and what they make of them."""

    def __init__(self, folder: Path, ceiling: Ceiling) -> None:
        self.folder = folder
        self.database = Database(f"sqlite:///{folder / 'kineograph.db'}")
        self.store = Store(self.database)
        self.media = Media((folder / "media").as_uri())
        self.scratch = folder / "scratch"
        self.scratch.mkdir()
        self.ceiling = ceiling
        self.edits = Edits(store=self.store, media=self.media, scratch=self.scratch, ceiling=ceiling)
        self.deletion = Deletion(self.database, self.store, self.media, clock.now)

    def videos(self, visitor: str, count: int = 1) -> list[Job]:
        return keep_in(self.store, self.media, visitor, ["Waves"] * count, self.folder)

    def made(self, job: Job, what: Edit) -> KeptEdit:
        return self.edits.make(job.visitor, job.id, what).result()

    def slow_video(self, visitor: str) -> Job:
        """One that keeps an encoder at work for some seconds."""
        [job] = self.videos(visitor)
        long = draw(self.folder / "long.mp4", frames=60, size=(640, 360), noise=True)
        self.media.put_file(media_keys.video(job.id), long)
        return job

    def files(self, job: Job) -> set[str]:
        return {key for key, _ in self.media.keys(media_keys.edits(job.id))}

    def close(self) -> None:
        self.edits.close()
        self.database.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, Ceiling(10**9, [tmp_path]))
    yield made
    made.close()


def refusal(bench: Bench, visitor: str, job_id: str, what: Edit) -> EditRefusal:
    with pytest.raises(EditRefused) as refused:
        bench.edits.make(visitor, job_id, what).result()
    return refused.value.reason


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        (GIF, "image/gif"),
        (WEBP, "image/webp"),
        (edit.frame(0.5), "image/jpeg"),
        (LAST_FRAME, "image/jpeg"),
        (edit.trim(0.2, 0.7), "video/mp4"),
        (BACK_AND_FORTH, "video/mp4"),
    ],
)
def test_a_result_is_made_once_and_kept_with_its_size(bench: Bench, what: Edit, kind: str) -> None:
    [job] = bench.videos(ANN)
    assert bench.edits.kept(ANN, job.id, what) is None
    made = bench.made(job, what)
    assert made.media_type == kind
    found = bench.edits.kept_key(ANN, job.id, made.name)
    assert found is not None
    key, of = found
    data = bench.media.read(key)
    assert (len(data), of.id) == (made.size_bytes, job.id)
    bench.media.put(key, b"kept")
    again = bench.edits.make(ANN, job.id, what)
    assert again.is_done
    assert again.result() == bench.edits.kept(ANN, job.id, what) == replace(made, size_bytes=4)
    assert list(bench.scratch.iterdir()) == []


def test_a_chain_is_one_video(bench: Bench, tmp_path: Path) -> None:
    first, second, third = bench.videos(ANN, 3)
    made = bench.made(first, edit.joined((second.id, third.id)))
    out = tmp_path / "out.mp4"
    bench.media.copy_to(media_keys.edit(first.id, made.name), out)
    facts = check_whole(out)
    assert (facts.frames, facts.duration_s) == (90, pytest.approx(3.0, abs=0.001))
    assert refusal(bench, ANN, first.id, edit.joined(())) is EditRefusal.TOO_SHORT
    assert refusal(bench, ANN, first.id, edit.joined((second.id,) * PARTS_MAX)) is EditRefusal.TOO_LARGE


def test_videos_that_go_on_from_each_other_are_a_chain_that_can_be_joined(bench: Bench, tmp_path: Path) -> None:
    third, second, first = keep_in(bench.store, bench.media, ANN, ["c", "b", "a"], tmp_path, chained=True)
    for job in (first, second, third):
        assert bench.edits.chain(ANN, job.id) == (first, second, third)
        assert bench.edits.chain(BEN, job.id) == ()
    made = bench.made(first, edit.joined((second.id, third.id)))
    assert bench.deletion.job(ANN, second.id)
    assert [bench.edits.chain(ANN, job.id) for job in (first, second, third)] == [(first,), (), (third,)]
    assert not bench.media.exists(media_keys.edit(first.id, made.name))


def test_a_chain_is_no_longer_than_what_can_be_joined(bench: Bench, tmp_path: Path) -> None:
    words = list(map(str, reversed(range(PARTS_MAX + 2))))
    line = keep_in(bench.store, bench.media, ANN, words, tmp_path, chained=True)[::-1]
    assert bench.edits.chain(ANN, line[0].id) == tuple(line[:PARTS_MAX])
    assert bench.edits.chain(ANN, line[-1].id) == tuple(line[-PARTS_MAX:])
    for job in (line[0], line[6], line[-1]):
        parts = bench.edits.chain(ANN, job.id)
        joined = edit.joined(tuple(part.id for part in parts[1:]))
        assert bench.edits._jobs(ANN, parts[0].id, joined) == list(parts), "it is not refused"


def test_nobody_makes_anything_of_somebody_elses_video_or_of_one_that_is_not_done(bench: Bench) -> None:
    [mine], [his] = bench.videos(ANN), bench.videos(BEN)
    made = bench.made(mine, LAST_FRAME)
    assert refusal(bench, BEN, mine.id, LAST_FRAME) is EditRefusal.NOT_THERE
    assert refusal(bench, BEN, mine.id, GIF) is EditRefusal.NOT_THERE
    assert refusal(bench, ANN, mine.id, edit.joined((his.id,))) is EditRefusal.NOT_THERE
    assert bench.edits.kept(BEN, mine.id, LAST_FRAME) is None
    assert bench.edits.kept_key(BEN, mine.id, made.name) is None
    assert bench.edits.kept_key(ANN, "0" * 32, made.name) is None
    unfinished = bench.store.place(replace(mine, id="c" * 32, video=None), nonce="another")
    assert refusal(bench, ANN, unfinished.id, LAST_FRAME) is EditRefusal.NOT_THERE


@pytest.mark.parametrize(
    "name", ["../x.mp4", "x", ".gif", "a/b.gif", "%2e.gif", "part-of-x-y", "A.gif", "a.gif\n", "a.exe"]
)
def test_no_name_but_one_of_ours_leads_anywhere(bench: Bench, name: str) -> None:
    [job] = bench.videos(ANN)
    assert bench.edits.kept_key(ANN, job.id, name) is None


def test_a_reason_comes_with_a_refusal_and_nothing_is_left_of_it(bench: Bench) -> None:
    [job] = bench.videos(ANN)
    assert refusal(bench, ANN, job.id, edit.trim(0.5, 3.0)) is EditRefusal.OUTSIDE
    assert refusal(bench, ANN, job.id, edit.trim(0.5, 0.52)) is EditRefusal.TOO_SHORT
    bench.media.put(media_keys.video(job.id), b"not a video")
    assert refusal(bench, ANN, job.id, BACK_AND_FORTH) is EditRefusal.UNREADABLE
    bench.media.delete(media_keys.video(job.id))
    assert refusal(bench, ANN, job.id, GIF) is EditRefusal.NOT_THERE
    assert bench.files(job) == set()
    assert list(bench.scratch.iterdir()) == []


def test_who_asks_twice_waits_for_the_same_and_sees_how_far_it_is(bench: Bench) -> None:
    job = bench.slow_video(ANN)
    first, second = (bench.edits.make(ANN, job.id, BACK_AND_FORTH) for _ in range(2))
    assert first is second
    wait_until(lambda: 0 < (first.progress or 0) < 1, "some of it is made")
    assert first.result().size_bytes > 0
    assert first.progress == 1.0


def test_two_at_once_others_in_turn_and_nobody_takes_all_turns(bench: Bench) -> None:
    mine, his = bench.slow_video(ANN), bench.slow_video(BEN)
    begun = [bench.edits.make(ANN, mine.id, what) for what in (BACK_AND_FORTH, edit.trim(0.04, 2.0))]
    assert len(begun) == WAITING_OF_A_VISITOR
    assert refusal(bench, ANN, mine.id, GIF) is EditRefusal.BUSY
    waits = bench.edits.make(BEN, his.id, LAST_FRAME)
    wait_until(lambda: all(making.progress is not None for making in begun), "two are at work")
    assert (waits.progress, waits.is_done) == (None, False)
    assert waits.result().name == "last-frame.jpg"
    assert any(making.is_done for making in begun)


def test_so_many_wait_and_no_more(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edits, "WAITING_MAX", 1)
    mine, [his] = bench.slow_video(ANN), bench.videos(BEN)
    bench.edits.make(ANN, mine.id, BACK_AND_FORTH)
    assert refusal(bench, BEN, his.id, LAST_FRAME) is EditRefusal.BUSY


def test_a_server_that_stops_waits_for_no_edit_and_whoever_waits_is_told(bench: Bench) -> None:
    job = bench.slow_video(ANN)
    making = bench.edits.make(ANN, job.id, BACK_AND_FORTH)
    wait_until(lambda: (making.progress or 0) > 0, "it is being made")
    stopping = threading.Thread(target=bench.edits.close)
    stopping.start()
    stopping.join(timeout=5)
    assert not stopping.is_alive()
    assert isinstance(making.outcome, EditRefused)
    assert list(bench.scratch.iterdir()) == []
    assert refusal(bench, ANN, job.id, LAST_FRAME) is EditRefusal.BUSY


# Room.


def test_above_the_owners_ceiling_nothing_is_made_and_what_is_made_counts(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    ceiling = Ceiling(10**9, [folder])
    ceiling.measure()
    bench = Bench(folder, ceiling)
    [job] = bench.videos(ANN)
    assert ceiling.usage is not None
    before = ceiling.usage.used_bytes
    made = bench.made(job, GIF)
    assert ceiling.usage.used_bytes == before + made.size_bytes
    ceiling.added(10**9)
    assert refusal(bench, ANN, job.id, WEBP) is EditRefusal.NO_ROOM
    assert bench.made(job, GIF) == made, "what is kept can still be had"
    bench.close()


def test_a_disk_that_is_nearly_full_is_left_to_what_is_paid_for(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    [job] = bench.videos(ANN)
    monkeypatch.setattr(free_space, "VIDEO_BYTES", 10**15)
    assert refusal(bench, ANN, job.id, GIF) is EditRefusal.NO_ROOM


def test_one_video_has_so_many_results_and_the_oldest_goes(bench: Bench) -> None:
    [job] = bench.videos(ANN)
    wanted = [edit.frame(number / 10) for number in range(KEPT_OF_A_JOB + 2)]
    for what in wanted:
        bench.made(job, what)
    kept = {media_keys.edit(job.id, what.name) for what in wanted[2:]}
    assert bench.files(job) == kept
    assert bench.edits.kept(ANN, job.id, wanted[0]) is None
    assert bench.made(job, wanted[0]).size_bytes > 0


# Deleting.


def test_what_was_made_of_a_video_goes_with_it(bench: Bench) -> None:
    mine, other = bench.videos(ANN, 2)
    for job in (mine, other):
        bench.made(job, GIF)
        bench.made(job, LAST_FRAME)
    assert bench.deletion.job(ANN, mine.id)
    assert bench.files(mine) == set()
    assert len(bench.files(other)) == 2
    assert refusal(bench, ANN, mine.id, GIF) is EditRefusal.NOT_THERE
    bench.deletion.everything_of(ANN)
    assert bench.files(other) == set()


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_chain_goes_with_each_of_its_parts(bench: Bench, gone: int) -> None:
    chain = bench.videos(ANN, 3)
    made = bench.made(chain[0], edit.joined((chain[1].id, chain[2].id)))
    key = media_keys.edit(chain[0].id, made.name)
    assert bench.media.exists(key)
    assert bench.deletion.job(ANN, chain[gone].id)
    assert not bench.media.exists(key)


def test_a_video_deleted_while_something_is_made_of_it_leaves_nothing(bench: Bench) -> None:
    job = bench.slow_video(ANN)
    making = bench.edits.make(ANN, job.id, BACK_AND_FORTH)
    wait_until(lambda: (making.progress or 0) > 0, "it is being made")
    assert bench.deletion.job(ANN, job.id)
    with pytest.raises(EditRefused) as refused:
        making.result()
    assert refused.value.reason is EditRefusal.NOT_THERE
    assert bench.files(job) == set()


def test_the_consistency_check_knows_results_and_finds_those_of_nobody(bench: Bench) -> None:
    first, second = bench.videos(ANN, 2)
    bench.made(first, GIF)
    made = bench.made(first, edit.joined((second.id,)))
    later = clock.now() + YOUNG + timedelta(hours=1)
    assert list(issues(bench.store, bench.media, bench.scratch, later)) == []
    # A server that is killed between the row and the files.
    assert bench.store.hide(second.id, ANN, clock.now()) is not None
    [note] = bench.files(second)
    assert f"nothing needs {note}" in [one.what for one in issues(bench.store, bench.media, bench.scratch, later)]
    repair(bench.store, bench.media, bench.scratch, later)
    assert bench.files(second) == set()
    assert bench.files(first) == {media_keys.edit(first.id, "animation.gif")}
    assert not bench.media.exists(media_keys.edit(first.id, made.name))
