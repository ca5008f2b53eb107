"""Orders without a video stand in the gallery in their place in time, move by themselves, and can be helped there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from components.messages.sentences import REASONS
from studio.jobs.job import Reason, State
from tests.app_process import AppProcess
from tests.browser import screen
from tests.browser.barriers import barriers
from tests.browser.screen import DESK, PHONE
from tests.ended_jobs import end_job
from tests.kept_videos import keep_videos

pytestmark = pytest.mark.browser

NewTab = Callable[..., Page]

both_widths = pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])


def order_of(page: Page, words: str) -> Locator:
    """The card of an order without a video."""
    return page.locator("[data-order]").filter(has_text=words)


def with_orders(page: Page, app: AppProcess, folder: Path) -> str:
    """A gallery with a video between an order under way and two that came to nothing; its visitor."""
    screen.open_page(page)
    visitor, now = screen.visitor_of(app, page.context), datetime.now(UTC)
    keep_videos(app, visitor, ["A video"], folder)
    end_job(app, visitor, "Under way <b>now</b>", State.GENERATING, created_at=now + timedelta(seconds=5))
    end_job(app, visitor, "Too much for it", reason=Reason.UNKNOWN, created_at=now - timedelta(minutes=1))
    end_job(app, visitor, "Bad words", reason=Reason.WORDS_MODERATED, created_at=now - timedelta(minutes=2))
    screen.go(page, "Gallery")
    expect(page.locator("[data-order]")).to_have_count(3)
    return visitor


@both_widths
def test_orders_stand_in_their_place_with_what_became_of_them(
    app: AppProcess, new_tab: NewTab, tmp_path: Path, device: dict[str, object]
) -> None:
    page = new_tab(**device)
    with_orders(page, app, tmp_path)
    words = page.locator(":is([data-video], [data-order]) .words")
    expect(words).to_have_text(["Under way <b>now</b>", "A video", "Too much for it", "Bad words"])
    bar = order_of(page, "Under way").get_by_role("progressbar")
    expect(bar).to_be_visible()
    assert 0 <= int(bar.get_attribute("aria-valuenow") or "") <= 100
    expect(order_of(page, "Bad words")).to_contain_text(REASONS[Reason.WORDS_MODERATED].happened)
    assert barriers(page) == []
    assert screen.fits_across(page)
    # They are no videos: nothing of them is counted, selected, or looked for.
    page.get_by_role("button", name="Select", exact=True).click()
    expect(page.get_by_role("checkbox", name="Select this video")).to_have_count(1)
    page.get_by_role("button", name="Done").click()
    page.get_by_role("searchbox").fill("words")
    page.keyboard.press("Enter")
    expect(page.get_by_text("None of your videos has these words")).to_be_visible()
    expect(page.locator("[data-order]")).to_have_count(0)


@both_widths
def test_what_helps_is_done_there_and_counts_once(
    app: AppProcess, new_tab: NewTab, tmp_path: Path, device: dict[str, object]
) -> None:
    page = new_tab(**device)
    with_orders(page, app, tmp_path)
    again = order_of(page, "Too much for it").get_by_role("button", name="Try again")
    again.dblclick() if device is DESK else again.tap()
    expect(page.locator("[data-video]").filter(has_text="Too much for it")).to_have_count(1)
    expect(page.locator("[data-order]")).to_have_count(2)
    screen.pressed(order_of(page, "Under way").get_by_role("button", name="Stop waiting"), device)
    expect(screen.notes(page)).to_contain_text("It had been sent already, so it will be made")
    expect(order_of(page, "Under way").get_by_role("button")).to_have_count(0)
    screen.pressed(order_of(page, "Bad words").get_by_role("button", name="Change the order"), device)
    expect(screen.prompt(page)).to_have_value("Bad words")
    expect(screen.prompt(page)).to_be_focused()
    screen.go(page, "Gallery")
    screen.pressed(order_of(page, "Bad words").get_by_role("button", name="Dismiss"), device)
    expect(order_of(page, "Bad words")).to_have_count(0)
    expect(screen.video_cards(page)).to_have_count(2)


def test_one_under_way_leads_to_create_where_it_stands_large(app: AppProcess, page: Page, tmp_path: Path) -> None:
    visitor = with_orders(page, app, tmp_path)
    end_job(app, visitor, "And another one", State.QUEUED)
    page.reload()
    order_of(page, "Under way").get_by_role("button", name="Show on Create").click()
    expect(screen.card(page, "Under way")).to_be_visible()


def test_what_is_ordered_elsewhere_comes_by_itself_and_shuts_no_dialog(
    app: AppProcess, page: Page, tmp_path: Path
) -> None:
    screen.open_page(page)
    keep_videos(app, screen.visitor_of(app, page.context), ["A video"], tmp_path)
    screen.go(page, "Gallery")
    screen.choose(screen.video_cards(page).first, "Title and notes")
    title = page.get_by_role("dialog").get_by_label("Title")
    title.fill("Half a ti")
    other = page.context.new_page()
    screen.open_page(other)
    screen.give_picture(other)
    screen.order(other, "From another tab")
    screen.video(other, "From another tab")
    screen.go(other, "Gallery")
    screen.video_cards(other).first.get_by_role("button", name="Favourite", exact=True).click()
    screen.settled(other)
    other.close()
    title.press_sequentially("tle")
    expect(title).to_have_value("Half a title")
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(page.locator("[data-video]").filter(has_text="From another tab")).to_have_count(1)
    heart = page.locator("[data-video]").filter(has_text="From another tab").get_by_role("button", name="Favourite")
    expect(heart).to_have_attribute("aria-pressed", "true")
