"""A favourite, a title and notes, and a search that the address carries: through reloads and back again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app_process import AppProcess
from tests.browser import screen
from tests.browser.screen import DESK, PHONE
from tests.kept_videos import keep_videos

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_a_video_is_marked_named_and_found_again(
    app: AppProcess, new_tab: Callable[..., Page], tmp_path: Path, device: dict[str, object]
) -> None:
    page = new_tab(**device)
    screen.open_page(page)
    prompts = ["The wind in the trees", *(f"Wave number {number}" for number in range(13))]
    wind, *_waves = keep_videos(app, screen.visitor_of(app, page.context), prompts, tmp_path)
    screen.go(page, "Gallery")
    card = screen.video_card(page, wind.id)
    cards = screen.video_cards(page)
    heart = card.get_by_role("button", name="Favourite", exact=True)
    field = page.get_by_label("Search", exact=True)
    only = page.get_by_role("switch", name="Favourites only")

    # Who clicks twice means it once.
    expect(heart).to_have_attribute("aria-pressed", "false")
    heart.dblclick()
    expect(heart).to_have_attribute("aria-pressed", "true")
    # The second one of a slower hand, after the first was answered.
    heart.dispatch_event("click", {"detail": 2})

    screen.choose(card, "Title and notes")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title", exact=True).fill("Holiday <b>**Crème**</b>")
    dialog.get_by_label("Notes", exact=True).fill("For Zoë.\nThe best one.")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(card).to_contain_text("Holiday <b>**Crème**</b>")

    field.fill("ZOE creme")
    field.press("Enter")
    expect(cards).to_have_count(1)
    expect(card).to_be_visible()
    expect(page).to_have_url(re.compile(r"/gallery\?q=ZOE(\+|%20)creme$"))
    page.go_back()
    expect(field).to_have_value("")
    expect(cards).to_have_count(14)
    page.go_forward()
    expect(card).to_be_visible()
    page.reload()
    expect(field).to_have_value("ZOE creme")
    expect(cards).to_have_count(1)
    expect(heart).to_have_attribute("aria-pressed", "true")
    assert screen.fits_across(page)

    # There and back.
    screen.choose(card, "Open")
    expect(page.get_by_role("heading", name="Your video", exact=True)).to_be_visible()
    expect(page.get_by_text("The best one.")).to_be_visible()
    heart_there = page.get_by_role("button", name="Favourite", exact=True)
    expect(heart_there).to_have_attribute("aria-pressed", "true")
    heart_there.click()
    expect(heart_there).to_have_attribute("aria-pressed", "false")
    screen.settled(page)
    page.go_back()
    expect(field).to_have_value("ZOE creme")
    expect(cards).to_have_count(1)
    expect(heart).to_have_attribute("aria-pressed", "false")

    # Nothing is a favourite any more: it is said, and one click shows all.
    page.get_by_text("Favourites only").click()
    expect(page.get_by_text("None of your favourites has these words")).to_be_visible()
    expect(page).to_have_url(re.compile("favourites=yes"))
    page.reload()
    expect(only).to_be_checked()
    page.get_by_role("button", name="Show all videos").click()
    expect(cards).to_have_count(14)
    expect(field).to_have_value("")
    expect(page).to_have_url(re.compile("/gallery$"))


def test_a_search_goes_on_while_one_types_and_is_one_step_of_the_way_back(
    app: AppProcess, page: Page, tmp_path: Path
) -> None:
    screen.open_page(page)
    prompts = ["The wind (at 5 o'clock) in the trees", "The winding road", "Waves"]
    keep_videos(app, screen.visitor_of(app, page.context), prompts, tmp_path)
    screen.go(page, "Gallery")
    cards, field = screen.video_cards(page), page.get_by_label("Search", exact=True)
    expect(cards).to_have_count(3)
    field.press_sequentially("win")
    expect(cards).to_have_count(2)
    field.press_sequentially("d (at 5 o'clock)")
    expect(cards).to_have_count(1)
    expect(field).to_be_focused()
    expect(field).to_have_value("wind (at 5 o'clock)")
    assert page.evaluate("location.search") == "?q=wind+%28at+5+o%27clock%29"
    # Neither leaving the field nor Enter is another search.
    field.press("Enter")
    page.get_by_role("heading", name="Your gallery").click()
    screen.settled(page)
    # Another one is another step; letter by letter it is taken away again, too.
    field.fill("")
    expect(cards).to_have_count(3)
    assert page.evaluate("location.search") == ""
    page.go_back()
    expect(cards).to_have_count(1)
    expect(field).to_have_value("wind (at 5 o'clock)")
    page.go_back()
    expect(cards).to_have_count(3)
    expect(field).to_have_value("")
    assert page.evaluate("location.pathname + location.search") == "/gallery"
    page.go_back()
    expect(page.get_by_role("heading", name="Make a picture move")).to_be_visible()
    page.go_forward()
    expect(cards).to_have_count(3)

    # In haste: Enter before it has been looked for.
    field.press_sequentially("road")
    field.press("Enter")
    expect(cards).to_have_count(1)
    page.go_back()
    expect(cards).to_have_count(3)
    expect(field).to_have_value("")
