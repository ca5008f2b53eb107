"""Galleries of visitors of before survive the change of cookie; what their numbers alone had opened does not."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from alembic import command
from alembic.config import Config
from itsdangerous import URLSafeSerializer
from sqlalchemy import create_engine, text

from studio import clock, urls
from studio.access.sessions import Rights
from studio.access.visitors import COOKIE, HOST_PREFIX, Visitors
from studio.orders.pause import Switches
from studio.storage.database import MIGRATIONS, Database
from studio.storage.secret_file import secret_in
from tests.app_process import AppProcess, running_app
from tests.kept_videos import keep_videos

PAGE = {"Accept": "text/html"}
HTTPS = {"X-Forwarded-Proto": "https"}
VISITOR = secrets.token_hex(16)


def as_before(url: str) -> None:
    """A database of the version before, in which somebody has filled in a form and was let in as the owner."""
    engine, config = create_engine(url), Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        connection.execute(
            text("INSERT INTO drafts (visitor, form, updated_at) VALUES (:v, '{}', 0)").bindparams(v=VISITOR)
        )
        connection.execute(
            text("INSERT INTO admissions (visitor, kind, key, since) VALUES (:v, 'owner', 'x', 0)").bindparams(
                v=VISITOR
            )
        )
    engine.dispose()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """An app that was updated."""
    folder = tmp_path_factory.mktemp("app")
    (folder / "data").mkdir()
    as_before(f"sqlite:///{folder / 'data' / 'kineograph.db'}")
    with running_app(folder) as app:
        yield app


def old_cookie(app: AppProcess, visitor: str = VISITOR) -> str:
    """What the version before gave a browser."""
    return str(URLSafeSerializer(secret_in(app.data_dir), salt="visitor").dumps(visitor))


@pytest.mark.parametrize("https", [False, True])
def test_who_was_here_before_keeps_the_gallery_and_gets_a_cookie_of_today(
    app: AppProcess, tmp_path: Path, https: bool
) -> None:
    [job] = keep_videos(app, VISITOR, ["From before"], tmp_path)
    headers, name = (HTTPS, HOST_PREFIX + COOKIE) if https else ({}, COOKIE)
    old = {COOKIE: old_cookie(app)}
    assert requests.get(app.url + urls.video(job.id), headers=headers, cookies=old, timeout=30).status_code == 200
    answer = requests.get(app.url, headers=PAGE | headers, cookies=old, timeout=30)
    given = [cookie for cookie in answer.raw.headers.getlist("Set-Cookie") if "kineograph" in cookie]
    value = given[0].split(";")[0].partition("=")[2]
    assert given[0].startswith(f"{name}=")
    assert Visitors(secret_in(app.data_dir)).read(value, name=name) == VISITOR
    assert len(given) == (2 if https else 1), "under https the old one is ended"
    new = {name: value}
    assert requests.get(app.url + urls.video(job.id), headers=headers, cookies=new, timeout=30).status_code == 200


def test_a_cookie_of_before_that_another_has_signed_is_nobodys(app: AppProcess, tmp_path: Path) -> None:
    [job] = keep_videos(app, VISITOR, ["From before"], tmp_path)
    forged = {COOKIE: str(URLSafeSerializer("another secret", salt="visitor").dumps(VISITOR))}
    assert requests.get(app.url + urls.video(job.id), cookies=forged, timeout=30).status_code == 404


def test_rights_of_before_hung_on_the_visitors_number_and_end(database_url: str) -> None:
    as_before(database_url)
    database = Database(database_url)
    assert Rights(database, clock.now).held(VISITOR) == {}
    assert Rights(database, clock.now).sessions("owner", "x") == []
    assert Switches(database, clock.now).cookies_dated_since() is not None
    database.close()


def test_where_nobody_was_before_no_cookie_of_before_is_taken(database: Database) -> None:
    assert Switches(database, clock.now).cookies_dated_since() is None
