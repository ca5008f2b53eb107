"""A gallery of many: more come as one scrolls on, and the address keeps the place."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from studio.jobs.job import Job
from studio.visitor_service import ROWS_AT_ONCE, SHOWN_MAX
from tests.app_process import AppProcess, wait_until
from tests.browser import screen
from tests.browser.screen import DESK, PHONE
from tests.kept_videos import keep_videos

pytestmark = pytest.mark.browser

DEVICES = pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
NewTab = Callable[..., Page]


ADDRESS_NAMES_ITS_ROW = """id => {
  const [named, there] = [location.hash.slice(1), id].map((one) => document.querySelector(`[data-video="${one}"]`));
  return named?.getBoundingClientRect().top === there.getBoundingClientRect().top;
}"""


def with_videos(page: Page, app: AppProcess, tmp_path: Path, number: int) -> list[Job]:
    """A gallery of so many, shown from its newest."""
    screen.open_page(page)
    prompts = [f"Film number {place}" for place in range(number)]
    jobs = keep_videos(app, screen.visitor_of(app, page.context), prompts, tmp_path)
    screen.go(page, "Gallery")
    expect(screen.video_card(page, jobs[0].id)).to_be_visible()
    return jobs


def is_where_one_was(page: Page, job: Job) -> None:
    """This video is at the top of what is seen."""
    card = screen.video_card(page, job.id)
    wait_until(
        lambda: bool(card.evaluate("card => Math.abs(card.getBoundingClientRect().top) < innerHeight / 2")),
        "it is where one was",
    )


@DEVICES
def test_more_come_as_one_scrolls_on_and_a_reload_and_the_way_back_lead_to_the_same_place(
    app: AppProcess, new_tab: NewTab, tmp_path: Path, device: dict[str, object]
) -> None:
    page = new_tab(**device)
    jobs = with_videos(page, app, tmp_path, 60)
    cards = screen.video_cards(page)
    screen.settled(page)
    assert cards.count() in (ROWS_AT_ONCE, 2 * ROWS_AT_ONCE), "not all of them"
    cards.last.scroll_into_view_if_needed()
    expect(cards).not_to_have_count(ROWS_AT_ONCE)
    screen.settled(page)
    cards.last.scroll_into_view_if_needed()
    expect(cards).to_have_count(60)
    assert [card.get_attribute("data-video") for card in cards.all()] == [job.id for job in jobs]
    expect(page.get_by_role("button", name="More videos")).to_have_count(0)
    assert screen.fits_across(page)

    there = jobs[40]
    screen.video_card(page, there.id).evaluate("card => card.scrollIntoView({ block: 'start' })")
    wait_until(lambda: bool(page.evaluate(ADDRESS_NAMES_ITS_ROW, there.id)), "the address names one beside it")
    page.reload()
    is_where_one_was(page, there)
    screen.choose(screen.video_card(page, there.id), "Open")
    expect(page.get_by_role("heading", name="Your video", exact=True)).to_be_visible()
    screen.settled(page)
    page.go_back()
    is_where_one_was(page, there)

    # At the top again, the address is that of the gallery.
    page.evaluate("() => document.querySelector('.gallery').scrollIntoView({ block: 'start' })")
    expect(page).to_have_url(re.compile("/gallery$"))


def test_what_is_done_far_down_leaves_one_there(app: AppProcess, page: Page, tmp_path: Path) -> None:
    jobs = with_videos(page, app, tmp_path, 40)
    cards = screen.video_cards(page)
    cards.last.scroll_into_view_if_needed()
    expect(cards).to_have_count(40)
    card = screen.video_card(page, jobs[35].id)
    card.get_by_role("button", name="Favourite").click()
    screen.choose(screen.video_card(page, jobs[36].id), "Delete")
    expect(cards).to_have_count(39)
    expect(card.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    expect(card).to_be_in_viewport()
    # The other 24 are not brought back by a search that was ended.
    page.get_by_label("Search", exact=True).fill("film")
    page.keyboard.press("Enter")
    expect(page.get_by_text("39 videos found")).to_be_visible()


def test_beyond_what_is_shown_at_once_a_link_leads_on_and_another_one_back(
    app: AppProcess, page: Page, tmp_path: Path
) -> None:
    jobs = with_videos(page, app, tmp_path, SHOWN_MAX + 2)
    page.goto(f"/gallery#{jobs[SHOWN_MAX - 1].id}")
    page.reload()
    is_where_one_was(page, jobs[SHOWN_MAX - 1])
    expect(screen.video_cards(page)).to_have_count(SHOWN_MAX)
    page.get_by_role("link", name="Older videos").click()
    expect(screen.video_cards(page)).to_have_count(2)
    expect(screen.video_card(page, jobs[-1].id)).to_be_visible()
    expect(page).to_have_url(re.compile(f"/gallery\\?after={jobs[SHOWN_MAX - 1].id}$"))
    page.get_by_role("link", name="Newest videos").click()
    expect(screen.video_card(page, jobs[0].id)).to_be_visible()
