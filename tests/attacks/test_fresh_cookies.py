"""Somebody who throws the cookie away for each order: where the address can be known, that gains nothing.

Over the network, behind a proxy on this computer, which the server believes.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Row, select

from studio.access.visitors import COOKIE, Visitors
from studio.clock import now
from studio.money.limits import VISITORS_OF_AN_ADDRESS
from studio.orders.drafts import Draft, DraftPicture
from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.secret_file import secret_in
from studio.storage.tables import jobs
from tests.app_process import AppProcess, running
from tests.attacks.raw_tab import Tab, connected, elements
from tests.photos import jpeg

KEY = "pictures/ab/abcd.jpg"


@dataclass(frozen=True, slots=True)
class Shop:
    """A running app, and its database."""

    app: AppProcess
    database: Database

    def ordered(self, address: str) -> tuple[str, list[str]]:
        """A new cookie that orders from this address; who that is, and what the page warns of."""
        visitor = secrets.token_hex(16)
        form = Draft(picture=DraftPicture(key=KEY, width=480, height=360), prompt="The waves roll in.")
        Store(self.database).keep_draft(visitor, form.to_json(), now())
        cookie = f"{COOKIE}={Visitors(secret_in(self.app.data_dir)).cookie(visitor)}"
        with connected(self.app.url, Cookie=cookie, **{"X-Forwarded-For": address}) as socket:
            tab = Tab(socket)
            buttons = [each.button for each in elements(tab.run()) if each.WhichOneof("type") == "button"]
            [create] = [button.id for button in buttons if button.label == "Create video"]
            alerts = [
                each.alert for each in elements(tab.run((create, "trigger_value", True))) if each.HasField("alert")
            ]
        return visitor, [alert.body for alert in alerts]

    def rows(self) -> list[Row[tuple[str, str]]]:
        with self.database.read() as connection:
            return list(connection.execute(select(jobs.c.visitor, jobs.c.turn).order_by(jobs.c.created_at)).all())


def opened(folder: Path, **settings: str) -> Iterator[Shop]:
    app = AppProcess(
        folder, pace=20, settings={"STUDIO_VISITOR_JOBS": "1", "STUDIO_VISITOR_QUEUE_LENGTH": "0"} | settings
    )
    with running(app):
        database = app.open_database()
        Media((app.data_dir / "media").as_uri()).put(KEY, jpeg())
        yield Shop(app, database)
        database.close()


@pytest.fixture
def behind_a_proxy(tmp_path: Path) -> Iterator[Shop]:
    yield from opened(tmp_path, STUDIO_TRUSTED_PROXIES="127.0.0.1")


@pytest.fixture
def without_a_proxy(tmp_path: Path) -> Iterator[Shop]:
    yield from opened(tmp_path)


def test_cookies_of_one_address_share_a_limit_and_a_turn_and_the_address_is_kept_nowhere(behind_a_proxy: Shop) -> None:
    for _ in range(VISITORS_OF_AN_ADDRESS):
        assert behind_a_proxy.ordered("203.0.113.7")[1] == []
    _visitor, said = behind_a_proxy.ordered("203.0.113.7")
    assert ["Your network already has" in sentence for sentence in said] == [True]
    assert behind_a_proxy.ordered("203.0.113.8")[1] == []
    turns = [turn for _visitor, turn in behind_a_proxy.rows()]
    assert [turns.count(turn) for turn in dict.fromkeys(turns)] == [VISITORS_OF_AN_ADDRESS, 1]
    files = [path for path in behind_a_proxy.app.data_dir.rglob("*") if path.is_file()]
    assert [path for path in [*files, behind_a_proxy.app.log] if b"203.0.113." in path.read_bytes()] == []


def test_where_no_proxy_is_named_a_header_says_nothing(without_a_proxy: Shop) -> None:
    for _ in range(VISITORS_OF_AN_ADDRESS + 1):
        assert without_a_proxy.ordered("203.0.113.7")[1] == []
    assert all(turn == visitor for visitor, turn in without_a_proxy.rows())
