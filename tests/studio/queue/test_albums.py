"""Albums: a video in several, each visitor's own, gone with the video's words and along with it to another visitor."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from studio.jobs.job import Job, State
from studio.jobs.labels import clean_album
from studio.queue.albums import ALBUMS_MAX, TooManyAlbums
from studio.queue.job_store import Store
from studio.queue.searching import Search
from studio.retention.deletion import Deletion
from studio.sharing import successions
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.tables import album_videos
from tests.studio.strategies import NOON, a_job_in, after, an_order
from tests.studio.test_hostile_words import HOSTILE

ANN, BEN = "a" * 32, "b" * 32
_numbers = count()


def keep(store: Store, visitor: str = ANN, state: State = State.DONE) -> Job:
    """A job of the visitor's, newer than all before."""
    job = a_job_in(state, visitor=visitor, order=an_order(), created_at=after(next(_numbers)), price_micros=0)
    return store.place(job, nonce=job.id)


def ids(store: Store, name: str, visitor: str = ANN) -> list[str]:
    return [job.id for job in store.finished(visitor, limit=99, search=Search(album=name))]


def names_kept(database: Database) -> set[str]:
    with database.read() as connection:
        return set(connection.execute(select(album_videos.c.name)).scalars())


def test_a_video_stands_in_several_albums_and_leaves_one_of_them(store: Store) -> None:
    one, other, third = keep(store), keep(store), keep(store)
    assert store.put_in_album([one.id, other.id], ANN, "Summer") == 2
    assert store.put_in_album([other.id, third.id], ANN, "autumn") == 2
    assert store.put_in_album([other.id], ANN, "Summer") == 1, "twice is once"
    assert list(store.albums(ANN).items()) == [("autumn", 2), ("Summer", 2)]
    assert ids(store, "Summer") == [other.id, one.id]
    store.take_out_of_album([other.id], ANN, "Summer")
    assert ids(store, "Summer") == [one.id]
    assert ids(store, "autumn") == [third.id, other.id]
    store.take_out_of_album([one.id], ANN, "Summer")
    assert list(store.albums(ANN)) == ["autumn"], "an album without a video is none"


def test_nobody_puts_anything_into_anothers_album_or_sees_it(store: Store) -> None:
    mine, theirs = keep(store), keep(store, BEN)
    assert store.put_in_album([mine.id, theirs.id], ANN, "Mine") == 1
    store.put_in_album([theirs.id], BEN, "Mine")
    store.take_out_of_album([mine.id], BEN, "Mine")
    store.rename_album(BEN, "Mine", "Theirs")
    store.drop_album(BEN, "Mine")
    assert store.albums(ANN) == {"Mine": 1}
    assert store.albums(BEN) == {"Theirs": 1}
    assert ids(store, "Mine", BEN) == []


@pytest.mark.parametrize("state", [state for state in State if state is not State.DONE])
def test_only_videos_stand_in_albums(store: Store, state: State) -> None:
    assert store.put_in_album([keep(store, state=state).id], ANN, "Any") == 0
    assert store.albums(ANN) == {}


def test_an_album_that_is_called_like_another_becomes_one_with_it(store: Store) -> None:
    one, both, other = keep(store), keep(store), keep(store)
    store.put_in_album([one.id, both.id], ANN, "Old")
    store.put_in_album([both.id, other.id], ANN, "New")
    store.rename_album(ANN, "Old", "Old")
    assert store.albums(ANN) == {"New": 2, "Old": 2}
    store.rename_album(ANN, "Old", "New")
    assert store.albums(ANN) == {"New": 3}
    store.drop_album(ANN, "New")
    assert store.albums(ANN) == {}
    assert store.count_finished(ANN) == 3


def test_there_are_so_many_albums_and_no_more(store: Store) -> None:
    job, other = keep(store), keep(store)
    for number in range(ALBUMS_MAX):
        store.put_in_album([job.id], ANN, f"Album {number}")
    with pytest.raises(TooManyAlbums):
        store.put_in_album([other.id], ANN, "One more")
    assert len(store.albums(ANN)) == ALBUMS_MAX
    assert store.put_in_album([other.id], ANN, "Album 7") == 1
    assert store.put_in_album(["0" * 32], ANN, "One more") == 0


def test_an_album_keeps_what_is_in_the_bin_and_forgets_what_is_gone(
    store: Store, database: Database, tmp_path: Path
) -> None:
    back, gone, _stays = keep(store), keep(store), keep(store)
    store.put_in_album([back.id, gone.id], ANN, "Secret")
    store.put_in_bin([back.id, gone.id], ANN, NOON)
    assert store.albums(ANN) == {}
    store.rename_album(ANN, "Secret", "Renamed")
    store.take_out_of_bin([back.id], ANN)
    assert store.albums(ANN) == {"Renamed": 1}
    deletion = Deletion(database, store, Media((tmp_path / "media").as_uri()), lambda: NOON)
    deletion.bin_of(ANN)
    assert store.hide(back.id, ANN, NOON) is not None
    assert names_kept(database) == set()


def test_everything_deleted_leaves_no_name(store: Store, database: Database, tmp_path: Path) -> None:
    mine, theirs = keep(store), keep(store, BEN)
    store.put_in_album([mine.id], ANN, "Secret")
    store.put_in_album([theirs.id], BEN, "Kept")
    Deletion(database, store, Media((tmp_path / "media").as_uri()), lambda: NOON).everything_of(ANN)
    assert names_kept(database) == {"Kept"}


def test_albums_go_along_when_a_gallery_changes_hands(store: Store, database: Database) -> None:
    mine, theirs = keep(store), keep(store, BEN)
    store.put_in_album([mine.id], ANN, "Summer")
    store.put_in_album([theirs.id], BEN, "Summer")
    with database.begin() as connection:
        successions.take_over(connection, BEN, ANN, NOON)
    assert store.albums(ANN) == {"Summer": 2}
    assert store.albums(BEN) == {}


@pytest.mark.parametrize(
    "name",
    [name for typed, _shown in HOSTILE.values() if (name := clean_album(typed))],
    ids=lambda name: ascii(name)[:20],
)
def test_whatever_an_album_is_called_it_is_found_by_that(store: Store, name: str) -> None:
    job = keep(store)
    store.put_in_album([job.id], ANN, name)
    assert store.albums(ANN) == {name: 1}
    assert ids(store, name) == [job.id]
