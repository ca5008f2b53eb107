"""A job is followed from wherever its visitor looks, over lines that break."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.app_process import AppProcess, wait_until
from tests.browser import screen
from tests.browser.cuttable_line import CuttableLine
from tests.browser.watch import Watch

pytestmark = [pytest.mark.browser, pytest.mark.own_app]


@pytest.fixture
def line(app: AppProcess) -> Iterator[CuttableLine]:
    made = CuttableLine(app.url)
    yield made
    made.close()


def looks(app: AppProcess, found: str, column: str, table: str) -> int:
    """How often somebody looked, by the database `found` in the data folder."""
    with closing(sqlite3.connect(f"file:{app.data_dir / found}?mode=ro", uri=True)) as database:
        return int(database.execute(f"SELECT coalesce(sum({column}), 0) FROM {table}").fetchone()[0])


def test_two_tabs_and_a_phone_follow_one_job_with_one_poll_between_them(
    app: AppProcess, page: Page, new_visitor: Callable[..., BrowserContext]
) -> None:
    words = "Seen from everywhere"
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, words)
    tab = page.context.new_page()
    phone = new_visitor(
        storage_state=page.context.storage_state(), viewport={"width": 390, "height": 844}, has_touch=True
    ).new_page()
    for other in (tab, phone):
        screen.open_page(other)
        expect(screen.card(other, words)).to_be_visible()
    for other in (page, tab, phone):
        screen.video(other, words)
    asked = looks(app, "demo/demo.sqlite3", "looks", "generation")
    assert asked == looks(app, "kineograph.db", "looks", "jobs") > 0


def test_a_line_that_breaks_while_a_video_is_made_loses_nothing(
    app: AppProcess, new_tab: Callable[..., Page], line: CuttableLine, watch: Watch
) -> None:
    words = "Through the tunnel"
    page = new_tab(base_url=line.url)
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, words)

    watch.away = True
    line.cut()
    expect(page.locator("[data-testid=stApp]")).not_to_have_attribute("data-test-connection-state", "CONNECTED")

    expect(page.get_by_text("No connection. Your videos are being made all the same")).to_be_visible()

    def is_done() -> bool:
        with closing(sqlite3.connect(f"file:{app.data_dir / 'kineograph.db'}?mode=ro", uri=True)) as database:
            return database.execute("SELECT state FROM jobs WHERE prompt = ?", (words,)).fetchone() == ("done",)

    wait_until(is_done, "the video was made while nobody could look", 60)
    line.repair()
    page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]").wait_for()
    expect(page.get_by_text("No connection.")).to_have_count(0)
    screen.playing(screen.video(page, words))
    # Not before: what was cut may be noticed late, and is complained of then.
    watch.away = False
    page.close()  # before the line ends with the test, which it would complain of
