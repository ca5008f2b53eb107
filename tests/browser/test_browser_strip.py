"""Several orders of today: a strip of tiles, one of them large, at desk and phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.app_process import wait_until
from tests.browser import screen
from tests.browser.screen import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.own_app]

STAYS = "It never ends demo: stuck"


def with_one_made_and_one_stuck(page: Page) -> Page:
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, "A wave rolls in")
    screen.video(page, "A wave rolls in")
    expect(screen.tiles(page)).to_have_count(0)
    screen.order(page, STAYS)
    return page


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_one_of_several_is_shown_large_and_a_tap_on_another_shows_that(
    new_tab: Callable[..., Page], device: dict[str, object]
) -> None:
    page = with_one_made_and_one_stuck(new_tab(**device))
    # What was ordered last has the stage; the video is a tile with its poster, and nothing plays.
    expect(screen.tiles(page)).to_have_count(2)
    expect(screen.cards(page)).to_have_count(1)
    expect(page.locator("video")).to_have_count(0)
    expect(page.locator(screen.PROGRESS)).to_have_count(1)
    made = screen.tile(page, "Your video is ready: A wave rolls in")
    assert made.locator("img").evaluate("image => image.src.includes('/posters/')")

    made.click()
    screen.playing(page.locator("video"))
    expect(made).to_have_attribute("aria-pressed", "true")
    expect(screen.tile(page, STAYS)).to_have_attribute("aria-pressed", "false")
    expect(screen.cards(page)).to_have_count(1)
    # What is still being made goes on being seen: in its tile.
    expect(page.locator(screen.PROGRESS)).to_have_attribute("aria-label", "Making your video")
    assert screen.fits_across(page)


def test_the_strip_is_walked_by_keys_and_news_does_not_take_the_stage_from_what_was_chosen(page: Page) -> None:
    with_one_made_and_one_stuck(page)
    screen.tiles(page).first.focus()
    page.keyboard.press("ArrowRight")
    expect(screen.tiles(page).nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(screen.card(page, "A wave rolls in").locator("video")).to_be_visible()
    expect(screen.tiles(page).nth(1)).to_be_focused()

    # An order is what its person waits for now; when it ends, its video is there by itself.
    screen.order(page, "A gull glides past")
    expect(screen.tiles(page)).to_have_count(3)
    screen.card(page, "A gull glides past").locator("video").wait_for()
    screen.order(page, "Rain sets in")
    screen.enlarge(page, STAYS)
    screen.tile(page, "Your video is ready: Rain sets in").wait_for()
    screen.settled(page)
    expect(screen.card(page, STAYS)).to_be_visible()


def test_all_that_came_to_nothing_is_tried_again_by_one_click_however_often_that_is_clicked(page: Page) -> None:
    words = "She smiles demo: words moderated"
    screen.open_page(page)
    screen.give_picture(page)
    screen.say(page, words)
    page.get_by_role("radiogroup", name="How many").get_by_text("2", exact=True).click()
    screen.settled(page)
    screen.create_button(page).click()
    again = page.get_by_role("button", name="Try the failed ones again")
    again.wait_for()
    expect(page.get_by_text("2 videos · Free in the demo.").first).to_be_visible()
    expect(screen.tiles(page)).to_have_count(2)
    before = screen.tiles(page).locator("img").evaluate_all("images => images.map(image => image.src)")
    again.dblclick(delay=100)

    def are_two_others() -> bool:
        # Each in its place: two fail anew, and the two of before are gone.
        now = screen.tiles(page).locator("img").evaluate_all("images => images.map(image => image.src)")
        return len(now) == 2 and not set(now) & set(before)

    wait_until(are_two_others, "the two were tried again, each once", 60)
