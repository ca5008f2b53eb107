"""What was taken away from one installation comes into another as it was; on both databases."""

from __future__ import annotations

import asyncio
import io
import json
import random
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from studio import clock
from studio.bringing_in import archives_in_sandbox
from studio.bringing_in.bringing_in import FILES_OF_A_VISITOR, BringingIn, Progress, TooMuchWaiting
from studio.bringing_in.given_files import GivenFiles
from studio.bringing_in.one_video import OneVideo, WhyNot
from studio.downloads import Downloads
from studio.jobs.job import BROUGHT_IN, Job, State
from studio.money.ledger import Payer
from studio.money.limits import Limits
from studio.orders.order import Order
from studio.orders.travelling import travelling
from studio.owner_service import OwnerService
from studio.pictures.prepare import prepare
from studio.pictures.thumbnails import thumbnail
from studio.queue.job_store import Store
from studio.retention.consistency import YOUNG, issues
from studio.retention.deletion import Deletion
from studio.sounds.prepare import prepare as prepare_sound
from studio.storage import media_keys
from studio.storage.database import Database
from studio.storage.errors import StorageAway
from studio.storage.media import Media
from studio.storage.quota import Ceiling
from studio.takeaway.takeaway import Takeaway
from studio.videos.carried import Tags, tags_in, with_tags
from studio.videos.validate_in_sandbox import WholeVideo, check_here
from tests.app_process import wait_until
from tests.kept_videos import keep_in, write_video
from tests.photos import jpeg
from tests.sounds import wav
from tests.studio.strategies import NOON, a_job_in

ANN, BEN = "a" * 32, "b" * 32
SIZES = ((240, 160), (160, 240), (200, 200))


class House:
    """An installation's videos, what is taken away from it, and what is brought in."""

    def __init__(
        self,
        folder: Path,
        database: Database,
        *,
        storage_bytes: int = 10**9,
        check: Callable[[Path], WholeVideo] = check_here,
    ) -> None:
        self.folder = folder
        self.database = database
        self.store = Store(database, visitor_storage_bytes=storage_bytes)
        self.media = Media((folder / "media").as_uri())
        self.scratch = folder / "scratch"
        self.scratch.mkdir(parents=True, exist_ok=True)
        self.ceiling = Ceiling(10**9, [folder])
        self.deletion = Deletion(database, self.store, self.media, clock.now)
        given = GivenFiles(
            media=self.media, ceiling=self.ceiling, deletion=self.deletion, picture=prepare, sound=prepare_sound
        )
        one_video = OneVideo(
            store=self.store,
            media=self.media,
            given=given,
            scratch=self.scratch,
            clock=clock.now,
            ceiling=self.ceiling,
            check=check,
        )
        self.bringing_in = BringingIn(one_video, scratch=self.scratch, clock=clock.now)

    def films(self, visitor: str, *prompts: str) -> list[Job]:
        """Finished videos, each another film; the oldest first."""
        made = list[Job]()
        for prompt, size in zip(prompts, SIZES, strict=False):
            [job] = keep_in(self.store, self.media, visitor, [prompt], self.folder, size=size)
            made.append(job)
        return made

    def taken(self, visitor: str) -> bytes:
        """The ZIP of all that a visitor has."""
        takeaway = Takeaway(self.store, self.media, Downloads(self.media))

        async def read() -> bytes:
            return b"".join([piece async for piece in takeaway.zipped(visitor, takeaway.videos(visitor))])

        return asyncio.run(read())

    def downloaded(self, job: Job) -> bytes:
        """A video as it is saved."""
        assert job.video is not None
        film = self.media.read(job.video.video_key)
        index = Downloads(self.media).index(job, job.video.video_key, len(film))
        assert index is not None
        return film[: index.start] + index.content + film[index.stop :]

    def give(self, data: bytes, name: str = "videos.zip", visitor: str = BEN) -> None:
        path = self.bringing_in.new_file()
        path.write_bytes(data)
        self.bringing_in.give(visitor, path, name)

    def brought(self, data: bytes, name: str = "videos.zip", visitor: str = BEN) -> Progress:
        """What came of a file."""
        self.give(data, name, visitor)
        return self.outcome(visitor)

    def outcome(self, visitor: str = BEN) -> Progress:
        def is_done() -> bool:
            progress = self.bringing_in.progress(visitor)
            return progress is not None and progress.is_done

        wait_until(is_done, "it is done", 60)
        progress = self.bringing_in.progress(visitor)
        assert progress is not None
        return progress

    def videos(self, visitor: str = BEN) -> list[Job]:
        return self.store.all_finished(visitor)

    def nothing_lies_about(self) -> None:
        """No file without a job, no job without its files, nothing in the folder of what comes."""
        assert list(issues(self.store, self.media, self.scratch, clock.now() + YOUNG * 2)) == []
        assert list(self.scratch.iterdir()) == []


@contextmanager
def house_at(folder: Path) -> Iterator[House]:
    """One of its own, on SQLite."""
    with closing(Database(f"sqlite:///{folder}.db")) as database:
        house = House(folder, database)
        yield house
        house.bringing_in.close()


@pytest.fixture
def there(tmp_path: Path) -> Iterator[House]:
    """Where it is taken away."""
    with house_at(tmp_path / "there") as house:
        yield house


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    """Where it is brought in, where the database does not matter."""
    with house_at(tmp_path / "here") as house:
        yield house


@pytest.fixture
def anywhere(tmp_path: Path, database: Database) -> Iterator[House]:
    """The same on both databases."""
    house = House(tmp_path / "anywhere", database)
    yield house
    house.bringing_in.close()


def counts(progress: Progress) -> tuple[int, int, list[tuple[str, WhyNot]]]:
    left_out = [(one.name, one.why) for one in progress.left_out if isinstance(one.why, WhyNot)]
    assert len(left_out) == len(progress.left_out)
    return progress.new, progress.known, left_out


def test_a_zip_of_one_installation_is_the_same_gallery_in_another_and_gives_the_same_zip(
    there: House, anywhere: House
) -> None:
    first, second, third = there.films(ANN, "Waves <b>&amp;</b>", "=A boat 海", "Clouds")
    there.store.label(first.id, ANN, "Our sea", "At\nnoon")
    there.store.set_favourite(second.id, ANN, True)
    there.store.put_in_album([first.id, third.id], ANN, "Summer")
    there.store.put_in_album([third.id], ANN, "Sky")
    zipped = there.taken(ANN)
    assert counts(anywhere.brought(zipped)) == (3, 0, [])
    before, after = there.videos(ANN), anywhere.videos()
    assert [anywhere.store.albums_of(job.id) for job in after] == [["Summer"], [], ["Sky", "Summer"]]
    for old, new in zip(before, after, strict=True):
        assert old.video is not None
        assert new.video is not None
        keys = {"picture_key": "", "ending_picture_key": "", "sound_key": ""}
        assert replace(new.order, **keys) == replace(old.order, **keys)
        assert (new.title, new.notes, new.is_favourite) == (old.title, old.notes, old.is_favourite)
        assert new.created_at.replace(microsecond=0) == old.created_at.replace(microsecond=0)
        assert (new.backend, new.state, new.price_micros, new.cost_micros) == (BROUGHT_IN, State.DONE, 0, None)
        assert new.id != old.id
        assert anywhere.media.read(new.order.picture_key) == there.media.read(old.order.picture_key)
        facts = ("width", "height", "duration_s", "has_sound")
        assert [getattr(new.video, fact) for fact in facts] == [getattr(old.video, fact) for fact in facts]
        assert anywhere.downloaded(new) == there.downloaded(old)
    anywhere.nothing_lies_about()
    # And on it goes: what is in its files, but for their names, is what was in those of the first.
    files = [sorted(_bytes_by_kind(data)) for data in (zipped, anywhere.taken(BEN))]
    assert files[0] == files[1]


def _bytes_by_kind(zipped: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        for name in archive.namelist():
            if name.endswith((".mp4", "-picture.jpg")):
                yield name[-4:], archive.read(name)


def test_the_same_is_brought_once_by_whatever_way_it_comes(there: House, anywhere: House) -> None:
    films = there.films(ANN, "Waves", "A boat")
    zipped, single = there.taken(ANN), there.downloaded(films[0])
    assert counts(anywhere.brought(single, "waves.mp4")) == (1, 0, [])
    assert counts(anywhere.brought(zipped)) == (1, 1, [])
    assert counts(anywhere.brought(zipped)) == (0, 2, [])
    [waves] = [job for job in anywhere.videos() if job.order.prompt == "Waves"]
    anywhere.store.put_in_bin([waves.id], BEN, NOON)
    assert counts(anywhere.brought(single, "waves.mp4")) == (0, 1, [])
    anywhere.deletion.bin_of(BEN)
    assert counts(anywhere.brought(single, "waves.mp4")) == (1, 0, [])
    assert counts(anywhere.brought(single, "waves.mp4", ANN)) == (1, 0, [])
    assert len(anywhere.videos()) == 2
    anywhere.nothing_lies_about()


def test_what_was_made_here_is_known_when_it_comes_back(there: House) -> None:
    films = there.films(ANN, "Waves", "A boat")
    assert counts(there.brought(there.downloaded(films[0]), "waves.mp4", ANN)) == (0, 1, [])
    assert counts(there.brought(there.taken(ANN), visitor=ANN)) == (0, 2, [])
    assert there.videos(ANN) == films
    there.nothing_lies_about()


def test_a_single_film_comes_with_its_settings_and_its_picture(there: House, here: House) -> None:
    [film] = there.films(ANN, "Waves")
    data = there.downloaded(film)
    assert counts(here.brought(data, "waves.mp4")) == (1, 0, [])
    [job] = here.videos()
    assert travelling(job.order) == travelling(film.order)
    assert here.media.read(job.order.picture_key) == there.media.read(film.order.picture_key)
    assert job.created_at > film.created_at
    assert here.downloaded(job) == data


def test_where_no_picture_travelled_a_still_of_the_film_stands_for_it(there: House, here: House) -> None:
    [film] = there.films(ANN, "Waves")
    there.media.delete(film.order.picture_key)
    assert counts(here.brought(there.downloaded(film), "waves.mp4")) == (1, 0, [])
    [job] = here.videos()
    assert here.media.read(job.order.picture_key).startswith(b"\xff\xd8")
    here.nothing_lies_about()


def test_sounds_and_ending_pictures_come_along(there: House, here: House) -> None:
    [film] = there.films(ANN, "Waves")
    ending, sound = media_keys.new_picture(), media_keys.new_sound()
    last = prepare(jpeg(500, 400)).jpeg
    there.media.put(ending, last)
    there.media.put(media_keys.thumbnail_key(ending), thumbnail(last))
    there.media.put(sound, prepare_sound(wav(5.0)).mp3)
    order = replace(film.order, ending_picture_key=ending, sound_key=sound, sound_name="song.mp3")
    [job] = [replace(film, id="c" * 32, order=order)]
    there.store.put_in_bin([film.id], ANN, NOON)
    there.store.place(job, job.id, Payer(ANN))
    assert counts(here.brought(there.taken(ANN))) == (1, 0, [])
    [brought] = here.videos()
    assert here.media.read(brought.order.ending_picture_key) == last
    assert here.media.read(brought.order.sound_key)[:2] == b"\xff\xfb"
    here.nothing_lies_about()


def test_families_come_together_again(there: House, anywhere: House) -> None:
    first, second, third = there.films(ANN, "Waves", "A boat", "Clouds")
    further = replace(second, id="d" * 32, continues=first.id, created_at=first.created_at + timedelta(microseconds=1))
    later = first.created_at + timedelta(microseconds=2)
    cut = replace(third, id="e" * 32, made_from=first.id, made_as="trim-0-500.mp4", created_at=later)
    there.store.put_in_bin([second.id, third.id], ANN, NOON)
    for job in (further, cut):
        there.store.place(job, job.id, Payer(ANN))
    assert counts(anywhere.brought(there.taken(ANN))) == (3, 0, [])
    origin, after, made = anywhere.videos()
    assert (origin.continues, origin.made_from) == (None, None)
    assert after.continues == origin.id
    assert (made.made_from, made.made_as) == (origin.id, "trim-0-500.mp4")
    assert anywhere.store.kept_edit(BEN, origin.id, "trim-0-500.mp4") == made


# What strangers give.


def film_bytes(tmp_path: Path, size: tuple[int, int] = (240, 160)) -> bytes:
    path = tmp_path / "plain.mp4"
    write_video(path, size=size)
    return path.read_bytes()


def with_text(film: bytes, text: str) -> bytes:
    index = with_tags(lambda start, stop: film[start:stop], len(film), Tags(title="", text=text))
    assert index is not None
    return film[: index.start] + index.content + film[index.stop :]


def zip_of(files: Mapping[str, bytes], *, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def sheet(*videos: Mapping[str, Any]) -> bytes:
    return json.dumps({"kineograph": 1, "videos": list(videos), "left_out": []}).encode()


WAVES = {"video": "waves.mp4", "prompt": "Waves", "duration_s": 5, "resolution": "720p"}


def test_a_zip_that_was_unpacked_and_packed_anew_is_brought_in_too(there: House, here: House) -> None:
    there.films(ANN, "Waves", "A boat")
    with zipfile.ZipFile(io.BytesIO(there.taken(ANN))) as archive:
        files = {f"my videos/{name}": archive.read(name) for name in archive.namelist()}
    junk = {"__MACOSX/my videos/._a.mp4": b"junk", "my videos/._b.mp4": b"junk", "my videos/notes.txt": b"hello"}
    assert counts(here.brought(zip_of(junk | files))) == (2, 0, [])
    assert [job.order.prompt for job in here.videos()] == ["Waves", "A boat"]
    assert [here.media.read(job.order.picture_key) for job in here.videos()] == [jpeg()] * 2


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (b"", WhyNot.NO_VIDEO),
        (b"neither", WhyNot.NO_VIDEO),
        (jpeg(), WhyNot.NO_VIDEO),
        (b"PK\x03\x04" + b"junk" * 1_000, WhyNot.BROKEN),
        (zip_of({}), WhyNot.NO_VIDEO),
        (zip_of({"a.txt": b"x", "videos.json": sheet(WAVES)}), WhyNot.NO_VIDEO),
        (zip_of({"waves.mp4": b"no film", "videos.json": sheet(WAVES)}), WhyNot.BROKEN),
        (zip_of({"waves.mp4": b"\0" * 20, "videos.json": b"[" * 100_000}), WhyNot.BROKEN),
    ],
)
def test_what_is_no_video_is_left_out_and_named(here: House, given: bytes, why: WhyNot) -> None:
    progress = here.brought(given, "given <b>.zip")
    [(name, said)] = counts(progress)[2]
    assert said is why
    assert name in ("given <b>.zip", "waves.mp4")
    assert (progress.new, progress.left_out_in_all, here.videos()) == (0, 1, [])
    here.nothing_lies_about()


def test_a_film_that_does_not_say_what_made_it_is_left_out_and_others_come_in(here: House, tmp_path: Path) -> None:
    plain = film_bytes(tmp_path)
    assert counts(here.brought(plain, "mine.mp4")) == (0, 0, [("mine.mp4", WhyNot.FOREIGN)])
    ours = with_text(film_bytes(tmp_path, (160, 240)), travelling(Order(prompt="Ours", picture_key="x")))
    half = ours[: len(ours) // 2]
    given = zip_of({"a/mine.mp4": plain, "half.mp4": half, "ours.mp4": ours}, how=zipfile.ZIP_STORED)
    assert counts(here.brought(given)) == (1, 0, [("a/mine.mp4", WhyNot.FOREIGN), ("half.mp4", WhyNot.BROKEN)])
    [job] = here.videos()
    assert job.order.prompt == "Ours"
    here.nothing_lies_about()


@pytest.mark.parametrize(
    "said",
    [
        {"duration_s": 0}, {"duration_s": 10**9}, {"duration_s": "5"}, {"resolution": "x" * 17}, {"resolution": ""},
        {"model": "m" * 200}, {"model": "<b>"}, {"prompt": None}, {"prompt": 5}, {"with_sound": "yes"}, {"seed": 1.5},
    ],
)  # fmt: skip
def test_settings_that_no_order_can_have_are_none(here: House, tmp_path: Path, said: dict[str, object]) -> None:
    given = zip_of({"waves.mp4": film_bytes(tmp_path), "videos.json": sheet(WAVES | said)})
    assert counts(here.brought(given))[2] == [("waves.mp4", WhyNot.FOREIGN)]


def test_whatever_a_sheet_says_is_cut_to_what_there_may_be(anywhere: House, tmp_path: Path) -> None:
    said = WAVES | {
        "prompt": "W\u202eaves\x00 " + "x" * 50_000, "negative_prompt": "\x00", "title": "T\n" + "t" * 500,
        "notes": "N" * 99_999, "favourite": "yes", "albums": ["A" * 99, "", 5, None, *map(str, range(500))],
        "seed": 2**70, "audio_url": "javascript:alert(1)", "ordered_at": "2999-01-01T00:00:00+00:00",
        "accepted_at": "2024-01-01T00:00:00+00:00", "finished_at": "2023-01-01T00:00:00+00:00",
        "made_as": "../../x", "made_from": "nobody", "continues": ["x"], "picture": "../../etc/passwd",
        "sound": "/etc/passwd", "cost_usd": 10**9, "visitor": ANN, "made_by": "aimlapi", "model": "some/new-model",
    }  # fmt: skip
    given = zip_of({"waves.mp4": film_bytes(tmp_path), "videos.json": sheet(said), "../../etc/passwd": b"root"})
    assert counts(anywhere.brought(given)) == (1, 0, [])
    [job] = anywhere.videos()
    assert job.order.prompt.startswith("Waves x")
    assert len(job.order.prompt) <= 20_000
    assert (job.order.seed, job.order.audio_url, job.order.model) == (None, "", "some/new-model")
    assert (job.cost_micros, job.price_micros, job.backend, job.visitor) == (None, 0, BROUGHT_IN, BEN)
    assert (job.accepted_at, job.finished_at, job.made_as, job.made_from, job.continues) == (None,) * 5
    assert job.is_favourite is False
    assert job.created_at <= clock.now()
    assert len(job.title) <= 120
    assert len(anywhere.store.albums_of(job.id)) <= 20
    assert not job.order.sound_key
    anywhere.nothing_lies_about()


def test_what_unpacks_to_more_than_a_film_may_be_is_left_out(
    here: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.bringing_in.archives_in_sandbox.FILM_MAX_BYTES", 2_000_000)
    bomb = zip_of({"waves.mp4": b"\0" * 200_000_000, "videos.json": sheet(WAVES)})
    assert len(bomb) < 1_000_000
    assert counts(here.brought(bomb))[2] == [("waves.mp4", WhyNot.BROKEN)]
    here.nothing_lies_about()


def test_damaged_archives_are_told_as_such_whatever_is_damaged(tmp_path: Path) -> None:
    """By the child's own function: an error that it does not know would be one of ours."""
    whole = zip_of({"waves.mp4": b"film" * 500, "videos.json": sheet(WAVES), "a/b.jpg": b"picture" * 99})
    draw, path, out = random.Random(1), tmp_path / "given.zip", tmp_path / "out"
    broken = 0
    for _ in range(1_500):
        damaged = bytearray(whole)
        for _ in range(draw.choice((1, 2, 8))):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        path.write_bytes(damaged[: draw.choice((len(damaged), draw.randrange(len(damaged))))])
        for asked in ({}, {"name": "waves.mp4", "out": str(out), "at_most": 10_000}):
            said = json.loads(archives_in_sandbox._answer(json.dumps({"archive": str(path), **asked}).encode()))
            assert "errno" not in said
            broken += "broken" in said
    assert broken > 500


def test_codings_that_are_hardly_ever_used_are_left_out(here: House, tmp_path: Path) -> None:
    given = zip_of({"waves.mp4": film_bytes(tmp_path), "videos.json": sheet(WAVES)}, how=zipfile.ZIP_BZIP2)
    assert counts(here.brought(given))[2] == [("waves.mp4", WhyNot.BROKEN)]


# How much, and when.


def test_a_visitor_brings_no_more_than_they_may_have(there: House, tmp_path: Path, database: Database) -> None:
    there.films(ANN, "Waves", "A boat", "Clouds")
    zipped = there.taken(ANN)
    size = len(there.downloaded(there.videos(ANN)[0]))
    full = House(tmp_path / "full", database, storage_bytes=size * 3 // 2)
    progress = full.brought(zipped)
    assert progress.new == 1
    assert counts(progress)[2][0][1] is WhyNot.ENOUGH
    assert progress.left_out_in_all == 2
    assert (progress.done, progress.videos) == (3, 3)
    full.nothing_lies_about()
    full.bringing_in.close()


def test_above_the_owners_ceiling_nothing_comes_in(there: House, here: House) -> None:
    there.films(ANN, "Waves")
    here.ceiling.measure()
    here.ceiling.added(10**9)
    assert counts(here.brought(there.taken(ANN)))[2][0][1] is WhyNot.NO_ROOM
    here.nothing_lies_about()


def test_what_cannot_be_kept_right_now_is_said_and_comes_in_the_next_time(
    there: House, here: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.films(ANN, "Waves", "A boat")
    zipped = there.taken(ANN)
    with monkeypatch.context() as broken:
        broken.setattr(Media, "put_file", _away)
        progress = here.brought(zipped)
    assert isinstance(progress.left_out[0].why, StorageAway)
    assert (progress.new, progress.left_out_in_all) == (0, 2)
    assert counts(here.brought(zipped)) == (2, 0, [])


def _away(*_arguments: object) -> None:
    raise StorageAway("gone")


def test_two_visitors_take_turns_and_who_deletes_everything_has_nothing_afterwards(
    there: House, tmp_path: Path, database: Database
) -> None:
    there.films(ANN, "Waves", "A boat", "Clouds")
    zipped, single = there.taken(ANN), there.downloaded(there.videos(ANN)[0])
    may_go_on, checked = threading.Event(), threading.Event()

    def slow(path: Path) -> WholeVideo:
        checked.set()
        assert may_go_on.wait(60)
        return check_here(path)

    house = House(tmp_path / "slow", database, check=slow)
    house.give(zipped)
    house.give(single, "waves.mp4", ANN)
    assert checked.wait(60)
    house.bringing_in.stop(BEN)
    house.deletion.everything_of(BEN)
    assert house.bringing_in.progress(BEN) is None
    may_go_on.set()
    assert house.outcome(ANN).new == 1
    house.bringing_in.close()
    assert house.videos(BEN) == []
    house.nothing_lies_about()


def test_so_many_files_wait_and_the_end_of_the_server_leaves_none_behind(
    tmp_path: Path, database: Database, there: House
) -> None:
    [film] = there.films(ANN, "Waves")
    single = there.downloaded(film)
    checked = threading.Event()
    may_go_on = threading.Event()

    def slow(path: Path) -> WholeVideo:
        checked.set()
        assert may_go_on.wait(60)
        return check_here(path)

    house = House(tmp_path / "busy", database, check=slow)
    for _ in range(FILES_OF_A_VISITOR):
        house.give(single, "waves.mp4")
    assert checked.wait(60)
    with pytest.raises(TooMuchWaiting):
        house.give(single, "waves.mp4")
    assert len(list(house.scratch.glob("*.given"))) == FILES_OF_A_VISITOR, "the first is being looked at as a film"
    assert house.bringing_in.has_room_for(ANN, 1)
    closing = threading.Thread(target=house.bringing_in.close)
    closing.start()
    wait_until(lambda: not house.bringing_in.has_room_for(ANN, 1), "no more is taken")
    may_go_on.set()
    closing.join()
    assert [path.suffix for path in house.scratch.iterdir()] in ([], [".given"])


def test_what_came_of_it_is_known_until_it_is_put_away(there: House, here: House) -> None:
    [film] = there.films(ANN, "Waves")
    assert here.bringing_in.progress(BEN) is None
    here.brought(there.downloaded(film), "waves.mp4")
    here.brought(b"junk", "junk.mp4")
    assert counts(here.outcome()) == (0, 0, [("junk.mp4", WhyNot.NO_VIDEO)]), "each time anew"
    here.bringing_in.forget(BEN)
    assert here.bringing_in.progress(BEN) is None


def test_it_is_said_by_a_film_that_is_brought_what_made_it(there: House, here: House) -> None:
    [film] = there.films(ANN, "Waves")
    here.brought(there.downloaded(film), "waves.mp4")
    [job] = here.videos()
    data = here.downloaded(job)
    tags = tags_in(lambda start, stop: data[start:stop], len(data))
    assert tags is not None
    assert json.loads(tags.text)["prompt"] == "Waves"


def test_what_is_brought_in_is_nobodys_order(there: House, here: House) -> None:
    [film] = there.films(ANN, "Waves")
    here.brought(there.downloaded(film), "waves.mp4")
    [brought] = here.videos()
    now = clock.now()
    assert OwnerService(here.database, Limits(), lambda: now).overview().visitors_today == 0
    assert here.store.unfinished(BEN, or_done_since=now - timedelta(hours=1)) == []
    assert here.store.recent_durations_s(BROUGHT_IN, brought.order, limit=9) == []
    # Ordered at once, the same is no second click.
    order = a_job_in(State.WAITING, id="f" * 32, visitor=BEN, order=brought.order, created_at=now, price_micros=0)
    assert here.store.place(order, order.id, Payer(BEN), just_now=timedelta(seconds=10)).id == order.id
