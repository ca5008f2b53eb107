"""The server goes down while somebody looks, and comes back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.app_process import AppProcess
from tests.browser import screen
from tests.browser.watch import Watch

pytestmark = [pytest.mark.browser, pytest.mark.own_app]


def test_a_kill_in_the_middle_of_a_video_loses_nothing_and_the_same_tab_comes_back(
    app: AppProcess, page: Page, watch: Watch
) -> None:
    words = "Killed on the way"
    screen.open_page(page)
    screen.give_picture(page)
    # Taking a minute at pace 1, it is surely still being made when the server dies.
    card = screen.order(page, f"{words} demo: slow")
    expect(card.get_by_text("Making your video")).to_be_visible()

    watch.away = True
    app.kill()
    expect(page.locator("[data-testid=stApp]")).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    app.start()
    page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]").wait_for()
    watch.away = False

    screen.playing(screen.video(page, words))
    expect(screen.card(page, words)).to_have_count(1)


def test_the_first_visit_after_a_start_may_be_to_the_gallery_and_has_all_around_it(app: AppProcess, page: Page) -> None:
    app.stop()
    app.start()
    screen.open_page(page, "/gallery")
    expect(page).to_have_title("Kineograph")
    expect(page.get_by_role("link", name="Create", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Gallery", exact=True)).to_be_visible()
    expect(page.get_by_text("This is the demo")).to_be_visible()


def test_a_form_half_filled_in_is_there_after_a_restart(app: AppProcess, page: Page) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    screen.say(page, "Half a sentence")
    # The hint goes when the app has taken the sentence in.
    expect(page.get_by_text("Say in a sentence what should happen")).to_have_count(0)
    page.goto("about:blank")
    app.kill()
    app.start()
    screen.open_page(page)
    expect(screen.prompt(page)).to_have_value("Half a sentence")
    expect(screen.picture(page)).to_be_visible()
