"""No page keeps anybody out: axe-core in both themes at both widths, small screens, and text twice as large."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.app_process import AppProcess
from tests.browser import screen
from tests.browser.barriers import barriers
from tests.browser.clipped import clipped
from tests.browser.screen import DESK, PHONE
from tests.kept_videos import keep_videos

pytestmark = pytest.mark.browser

NewTab = Callable[..., Page]
SMALLEST = {**PHONE, "viewport": {"width": 320, "height": 640}}
TWICE_AS_LARGE = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}
"""What a window of 1280 × 800 has room for at 200 % (WCAG 1.4.4, 1.4.10)."""
PAGES = ("/bin", "/figures", "/privacy", "/how-it-works", "/accessibility", "/owner", "/video")


def states(app: AppProcess, page: Page, folder: Path) -> Iterator[str]:
    """Each page, and what it is like at its fullest, by a name."""
    screen.open_page(page)
    yield "Create"
    screen.give_picture(page)
    screen.say(page, "She waves")
    yield "Create with a picture"
    [job] = keep_videos(app, screen.visitor_of(app, page.context), ["Waves roll in"], folder)
    screen.open_page(page, "/gallery")
    screen.video_cards(page).first.wait_for()
    yield "Gallery"
    screen.choose(screen.video_card(page, job.id), "Share")
    page.get_by_role("dialog").get_by_role("button", name="Make a link").wait_for()
    yield "Gallery with a dialog"
    page.goto(f"/video?id={job.id}")
    page.locator("video").wait_for()
    screen.settled(page)
    yield "A video"
    for path in PAGES:
        page.goto(path)
        page.get_by_role("heading").first.wait_for()
        screen.settled(page)
        yield path


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_serious_on_any_page(
    app: AppProcess, new_tab: NewTab, tmp_path: Path, device: dict[str, object], theme: str
) -> None:
    page = new_tab(**device, color_scheme=theme)
    found = {state: here for state in states(app, page, tmp_path) if (here := barriers(page))}
    assert found == {}


@pytest.mark.parametrize("window", [SMALLEST, TWICE_AS_LARGE], ids=["320 pixels", "200 %"])
def test_nothing_is_lost_where_there_is_little_room(
    app: AppProcess, new_tab: NewTab, tmp_path: Path, window: dict[str, object]
) -> None:
    page = new_tab(**window)
    for state in states(app, page, tmp_path):
        assert clipped(page) == [], state
        assert screen.fits_across(page), state
