"""Videos are chosen by what they are and sorted, by the address too."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app_process import AppProcess
from tests.browser import screen
from tests.browser.screen import DESK, PHONE
from tests.kept_videos import LANDSCAPE, PORTRAIT, keep_videos

pytestmark = pytest.mark.browser


def choose(page: Page, field: str, option: str) -> None:
    """Choose this in the open filter."""
    page.get_by_role("combobox", name=field).click()
    page.get_by_role("option", name=option, exact=True).click()
    screen.settled(page)


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_videos_are_chosen_by_shape_and_day_and_sorted_and_the_address_says_so(
    app: AppProcess, new_tab: Callable[..., Page], tmp_path: Path, device: dict[str, object]
) -> None:
    page = new_tab(**device)
    screen.open_page(page)
    visitor = screen.visitor_of(app, page.context)
    keep_videos(app, visitor, ["Tall one", "Tall two"], tmp_path, size=PORTRAIT)
    keep_videos(app, visitor, ["Wide one"], tmp_path, size=LANDSCAPE)
    screen.go(page, "Gallery")
    cards = screen.video_cards(page)
    expect(cards).to_have_count(3)
    page.get_by_role("button", name="Filter and sort").click()
    screen.settled(page)
    choose(page, "Shape", "Portrait")
    expect(cards).to_have_count(2)
    expect(page.get_by_text("2 videos found")).to_be_visible()
    choose(page, "Sort by", "Oldest first")
    expect(cards.first).to_contain_text("Tall two")
    assert screen.fits_across(page)
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/gallery\?sort=oldest&shape=portrait$"))
    page.reload()
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("Tall two")

    # With words as well; and the way back takes one step back.
    page.get_by_label("Search", exact=True).fill("one")
    page.keyboard.press("Enter")
    expect(cards).to_have_count(1)
    page.go_back()
    expect(cards).to_have_count(2)
    page.get_by_role("button", name="Filter and sort").click()
    screen.settled(page)
    choose(page, "Quality", "Good (720p)")
    expect(page.get_by_text("None of your videos is all that you chose.")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show all videos").click()
    expect(cards).to_have_count(3)
    expect(page).to_have_url(re.compile("/gallery$"))


def test_an_address_that_makes_no_sense_chooses_nothing(app: AppProcess, page: Page, tmp_path: Path) -> None:
    screen.open_page(page)
    keep_videos(app, screen.visitor_of(app, page.context), ["The only one"], tmp_path)
    for query in ("shape=round&sort=worst&length=9&sound=maybe&model=x&cost=-1", "since=yesterday&until=9999-12-31"):
        page.goto(f"/gallery?{query}")
        expect(screen.video_cards(page)).to_have_count(1)
    page.goto("/gallery?since=2099-01-01")
    expect(page.get_by_text("None of your videos is all that you chose.")).to_be_visible()
    page.get_by_role("button", name="Filter and sort").click()
    expect(page.get_by_role("combobox", name="Sort by")).to_be_visible()
