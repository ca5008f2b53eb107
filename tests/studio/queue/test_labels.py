"""Favourites, titles, notes and the search for them: each visitor's own, and gone with the video."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from studio.jobs.job import Job, State
from studio.queue.job_store import Store
from studio.queue.searching import ALL, Search
from studio.retention.deletion import Deletion
from studio.sharing import successions
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.search_words import words
from studio.storage.tables import jobs
from tests.studio.strategies import NOON, a_job_in, after, an_order
from tests.studio.test_hostile_words import HOSTILE, MEGABYTE

ANN, BEN = "a" * 32, "b" * 32
_numbers = count()


def keep(store: Store, prompt: str = "The waves roll in.", visitor: str = ANN, state: State = State.DONE) -> Job:
    """A video of that prompt, newer than all before."""
    order = an_order(prompt=prompt)
    job = a_job_in(state, visitor=visitor, order=order, created_at=after(next(_numbers)), price_micros=0)
    return store.place(job, nonce=job.id)


def found(store: Store, search: Search = ALL, visitor: str = ANN) -> list[str]:
    """The prompts of what is found, newest first."""
    videos = [job.order.prompt for job in store.finished(visitor, limit=100, search=search)]
    assert store.count_finished(visitor, search) == len(videos)
    return videos


def test_a_favourite_stays_one_until_it_is_taken_back(store: Store) -> None:
    keep(store, "Plain")
    job = keep(store, "Dear")
    assert found(store, Search(favourites_only=True)) == []
    for _ in range(2):
        assert store.set_favourite(job.id, ANN, True)
        assert found(store, Search(favourites_only=True)) == ["Dear"]
    assert store.get(job.id) == replace(job, is_favourite=True)
    assert store.set_favourite(job.id, ANN, False)
    assert store.get(job.id) == job


def test_title_and_notes_come_back_as_they_were_written_and_are_found(store: Store) -> None:
    job, _other = keep(store, "The waves roll in."), keep(store, "Wind")
    assert store.label(job.id, ANN, "Holiday", "for Zoë\nat home")
    assert store.get(job.id) == replace(job, title="Holiday", notes="for Zoë\nat home")
    for query in ("wav", "holi", "zoe", "HOME roll holiday"):
        assert found(store, Search(query)) == [job.order.prompt], query
    assert store.label(job.id, ANN, "Winter", "")
    assert found(store, Search("holiday")) == []
    assert found(store, Search("win")) == ["Wind", job.order.prompt]


@pytest.mark.parametrize("state", [state for state in State if state is not State.DONE])
def test_what_is_no_video_takes_no_label_and_is_never_found(store: Store, state: State) -> None:
    job = keep(store, state=state)
    assert not store.set_favourite(job.id, ANN, True)
    assert not store.label(job.id, ANN, "Title", "Notes")
    assert store.get(job.id) == job
    assert found(store, Search("waves")) == []


def test_another_visitors_video_is_as_one_that_is_not_there(store: Store) -> None:
    job = keep(store)
    for job_id in (job.id, "0" * 32):
        assert not store.set_favourite(job_id, BEN, True)
        assert not store.label(job_id, BEN, "Mine", "now")
    assert store.get(job.id) == job
    assert found(store, Search("waves"), BEN) == []


@pytest.mark.parametrize("way", ["one", "everything", "after so many days"])
def test_with_a_video_goes_all_that_was_written_on_it(
    database: Database, store: Store, tmp_path: Path, way: str
) -> None:
    job = keep(store, "secret words")
    store.set_favourite(job.id, ANN, True)
    store.label(job.id, ANN, "secret title", "secret notes")
    media = Media((tmp_path / "media").as_uri())
    deletion = Deletion(database, store, media, lambda: NOON + timedelta(days=9), timedelta(days=1))
    if way == "one":
        assert deletion.job(ANN, job.id)
    elif way == "everything":
        deletion.everything_of(ANN)
    else:
        deletion.upkeep()
    with database.read() as connection:
        [row] = connection.execute(select(jobs)).mappings()
    assert "secret" not in str(dict(row))
    assert (row["title"], row["notes"], row["search_words"], row["is_favourite"]) == ("", "", "", False)
    assert not store.label(job.id, ANN, "back", "again")
    assert not store.set_favourite(job.id, ANN, True)


def test_what_is_deleted_is_not_left_in_the_file(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    store = Store(database)
    for number in range(50):
        job = keep(store, f"Video {number}")
        store.label(job.id, ANN, f"zebra{number}", f"quagga{number}")
    Deletion(database, store, Media((tmp_path / "media").as_uri()), lambda: NOON).everything_of(ANN)
    database.close()
    kept = Path(sqlite_url.removeprefix("sqlite:///")).read_bytes()
    assert b"zebra" not in kept
    assert b"quagga" not in kept


def test_a_gallery_that_is_handed_over_keeps_its_order_and_is_found(database: Database, store: Store) -> None:
    job = keep(store)
    store.set_favourite(job.id, ANN, True)
    store.label(job.id, ANN, "Holiday", "")
    with database.begin() as connection:
        successions.take_over(connection, ANN, BEN, NOON)
    assert found(store, Search("holiday", favourites_only=True)) == []
    assert found(store, Search("holiday", favourites_only=True), BEN) == [job.order.prompt]


def test_what_is_made_of_a_video_is_found_by_its_words_and_has_no_label_of_its_own(store: Store) -> None:
    job = keep(store)
    store.label(job.id, ANN, "Holiday", "")
    assert job.video is not None
    kept = store.keep_edit(ANN, [job.id], "trim-0-2000.mp4", "c" * 32, job.video, after(500))
    assert (kept.title, kept.is_favourite) == ("", False)
    assert len(found(store, Search("waves"))) == 2
    assert len(found(store, Search("holiday"))) == 1


@pytest.mark.parametrize(
    "query",
    [
        '"', "'", "'; DROP TABLE jobs; --", "waves*", "wav%", "w_ves", "NEAR(a b)", "a NEAR/2 b", "title:holiday",
        "a AND b OR NOT c", "-a +b ^c", "(((", ":*", "\\", "\x00", "waves\x00", "\ud800", "x" * 100_000, "a " * 50_000,
        "海" * 100_000, '"' * 100_000, " ".join(f"{number}" for number in range(20_000)), MEGABYTE,
        *(typed for typed, _shown in HOSTILE.values()),
    ],
)  # fmt: skip
def test_a_search_that_means_harm_finds_what_it_means_or_nothing(store: Store, query: str) -> None:
    keep(store, "The waves roll in.")
    means = {"waves*", "wav%", "waves\x00"}
    assert found(store, Search(query)) == (["The waves roll in."] if query in means else [])
    for shown in (shown for _typed, shown in HOSTILE.values() if words(shown)):
        if query == shown:
            keep(store, shown)
            assert shown in found(store, Search(query))


# What is drawn: pieces of which it is known whether they are a word or stand together, and what stands between them.
SPACED = st.text("aAäbB1é", min_size=1, max_size=3)
IN_LINE = st.text("海日か한", min_size=1, max_size=3)
BETWEEN = st.sampled_from([" ", "  ", "-", "\n", "*", "'", "%", "_", "|", "🎉"])
PIECES = st.lists(SPACED | IN_LINE, max_size=5)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Pieces with something between them."""
    return "".join(piece + draw(BETWEEN) for piece in draw(PIECES))


def is_found_plainly(pieces: Sequence[str], favourites_only: bool, video: Job) -> bool:
    """By going through all words of all texts."""
    lines = [words(text) for text in (video.order.prompt, video.title, video.notes)]
    return (video.is_favourite or not favourites_only) and all(
        any(
            line[at : at + len(wanted) - 1] == wanted[:-1] and line[at + len(wanted) - 1].startswith(wanted[-1])
            for line in lines
            for at in range(len(line) - len(wanted) + 1)
        )
        for wanted in (words(piece) for piece in pieces)
    )


VIDEOS = st.lists(st.tuples(texts(), texts(), texts(), st.booleans()), max_size=6)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(videos=VIDEOS, pieces=PIECES, between=BETWEEN, favourites_only=st.booleans())
def test_the_search_finds_just_what_a_plain_scan_finds(
    store: Store,
    videos: list[tuple[str, str, str, bool]],
    pieces: list[str],
    between: str,
    favourites_only: bool,
) -> None:
    visitor, kept = f"{next(_numbers):032}", list[Job]()
    for prompt, title, notes, is_favourite in videos:
        job = keep(store, prompt, visitor)
        store.label(job.id, visitor, title, notes)
        store.set_favourite(job.id, visitor, is_favourite)
        kept.insert(0, replace(job, title=title, notes=notes, is_favourite=is_favourite))
    # Nobody else's is found by it.
    keep(store, between.join(pieces), "f" * 32)
    search = Search(between.join(pieces), favourites_only)
    plain = [job for job in kept if is_found_plainly(pieces, favourites_only, job)]
    assert store.finished(visitor, limit=100, search=search) == plain
    assert store.count_finished(visitor, search) == len(plain)
