"""A picture behind a link comes onto the form like an upload, and no word of the link is kept anywhere."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from studio.access.rate_limits import PICTURES, RateLimits, Uploads
from studio.forms.given_pictures import TooManyPictures
from studio.orders.drafts import DraftPicture
from studio.pictures.fetch import Fetch, LinkRefusal, LinkRefused, fetch_picture, read_link
from studio.pictures.prepare import PictureRefused, Refusal
from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.quota import Ceiling
from studio.visitor_service import VisitorService
from tests import photos
from tests.studio.front import ME
from tests.studio.installation import a_visitor_service
from tests.studio.internet import LIMIT_S, LINK, Internet, Opened, to
from tests.studio.pictures.test_fetch import OTHERWISE
from tests.studio.strategies import NOON
from tests.videoapi.scripted_server import Action, answer


@contextmanager
def front(
    internet: Internet, database: Database, store: Store, media: Media, **options: Any
) -> Iterator[VisitorService]:
    fetch_: Fetch = partial(fetch_picture, network=internet.network)
    service = a_visitor_service(database, store, media, lambda: NOON, fetch=fetch_, **options)
    yield service
    service.close()


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    opened.close()


def test_a_picture_behind_a_link_comes_onto_the_form_like_an_upload(
    internet: Opened, database: Database, store: Store, media: Media
) -> None:
    _, there = internet([to("/q.heic"), answer(200, photos.heic_from_a_phone())])
    with front(there, database, store, media) as service:
        taken = service.forms.pictures.take_link(ME, LINK)
        assert taken.wait(LIMIT_S)
        assert isinstance(taken.outcome, DraftPicture)
        assert service.forms.drafts.of(ME).picture == taken.outcome
        assert {"turned_upright", "location_removed", "converted"} <= set(taken.outcome.changes)
        assert (taken.outcome.width, taken.outcome.height) == (640, 960)
        assert service.forms.picture_files.has(taken.outcome)


def test_what_became_of_a_link_is_the_outcome_of_its_preparation(
    internet: Opened, database: Database, store: Store, media: Media
) -> None:
    _, there = internet([answer(404), answer(200, b"words"), answer(200)])
    with front(there, database, store, media) as service:
        outcomes = []
        for _ in range(3):
            taken = service.forms.pictures.take_link(ME, LINK)
            assert service.forms.pictures.preparation(ME) is taken
            assert taken.wait(LIMIT_S)
            outcomes.append(taken.outcome)
        assert service.forms.drafts.of(ME).picture is None
    gone, words, nothing = outcomes
    assert isinstance(gone, LinkRefused)
    assert gone.refusal is LinkRefusal.NOT_FOUND
    assert isinstance(words, PictureRefused)
    assert words.refusal is Refusal.NOT_A_PICTURE
    assert isinstance(nothing, PictureRefused)
    assert nothing.refusal is Refusal.EMPTY


def test_a_small_picture_behind_a_link_is_enlarged_once_that_is_wanted(
    internet: Opened, database: Database, store: Store, media: Media
) -> None:
    small = photos.jpeg(120, 90)
    _, there = internet([answer(200, small), answer(200, small)])
    with front(there, database, store, media) as service:
        refused = service.forms.pictures.take_link(ME, LINK)
        assert refused.wait(LIMIT_S)
        assert isinstance(refused.outcome, PictureRefused)
        assert refused.outcome.can_be_enlarged
        taken = service.forms.pictures.take_link(ME, LINK, enlarge=True)
        assert taken.wait(LIMIT_S)
        assert service.forms.drafts.of(ME).picture == taken.outcome
        assert isinstance(taken.outcome, DraftPicture)
        assert (taken.outcome.width, taken.outcome.height) == (480, 360)


def test_links_and_uploads_count_together(internet: Opened, database: Database, store: Store, media: Media) -> None:
    server, there = internet([])
    uploads = Uploads(RateLimits(database), lambda: NOON)
    for _ in range(PICTURES):
        assert uploads.may(ME)
    with front(there, database, store, media, may_upload=uploads.may) as service:
        with pytest.raises(TooManyPictures):
            service.forms.pictures.take_link(ME, LINK)
        assert service.forms.pictures.preparation(ME) is None
    assert server.connections == 0


def test_a_link_that_is_none_is_refused_at_once_and_counts_for_nothing(
    internet: Opened, database: Database, store: Store, media: Media
) -> None:
    asked: list[str] = []
    _, there = internet([])
    with front(there, database, store, media, may_upload=asked.append) as service, pytest.raises(LinkRefused):
        service.forms.pictures.take_link(ME, "https://127.0.0.1/p.jpg")
    assert asked == []


def test_at_the_owners_ceiling_no_link_is_fetched(
    internet: Opened, database: Database, store: Store, media: Media, tmp_path: Path
) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "video").write_bytes(bytes(10))
    ceiling = Ceiling(1, [full])
    ceiling.measure()
    server, there = internet([])
    with front(there, database, store, media, ceiling=ceiling) as service, pytest.raises(PictureRefused) as caught:
        service.forms.pictures.take_link(ME, LINK)
    assert caught.value.refusal is Refusal.NO_ROOM
    assert server.connections == 0


def test_no_log_no_error_and_no_file_has_a_word_of_the_link(
    internet: Opened, sqlite_url: str, media: Media, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link = "https://pictures.example/canary-1/p.jpg?token=canary-2"
    onward = to("https://pictures.example/canary-3\x7f?token=canary-4")
    broken = Action(pieces=[b"HTTP/1.1 200 OK\r\nbad header canary-5\r\n\r\n"])
    actions = [action for action, _ in OTHERWISE.values()] + [onward, broken]
    database = Database(sqlite_url)
    _, there = internet([*actions, answer(200, photos.jpeg())])
    with front(there, database, Store(database, polls_per_s=1e9), media) as service:
        for number in range(len(actions) + 1):
            taken = service.forms.pictures.take_link(ME, link)
            assert taken.wait(LIMIT_S)
            said: BaseException | DraftPicture | None = taken.outcome
            assert (number == len(actions)) is isinstance(said, DraftPicture)
            assert "canary" not in f"{taken.outcome!r} {taken!r} {vars(taken)}"
            if isinstance(said, BaseException):
                assert "canary" not in f"{said.args} {vars(said)} {said.__cause__!r} {said.__context__!r}"
    database.close()
    assert "canary" not in repr(read_link(link))
    assert "canary" not in caplog.text
    kept = [Path(sqlite_url.removeprefix("sqlite:///")), *(path for path in tmp_path.rglob("*") if path.is_file())]
    assert len(kept) >= 3
    for path in kept:
        assert b"canary" not in path.read_bytes()
        assert "canary" not in str(path.name)
