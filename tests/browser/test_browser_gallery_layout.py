"""The gallery: each page opens at its top, each video has its own shape, dates are as their reader writes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app_process import AppProcess, wait_until
from tests.browser import screen
from tests.browser.screen import DESK, PHONE
from tests.kept_videos import LANDSCAPE, PORTRAIT, keep_videos

pytestmark = pytest.mark.browser

DEVICES = pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
NewTab = Callable[..., Page]
LONG = " ".join(f"and then wave number {number} rolls in" for number in range(40))


def with_videos(page: Page, app: AppProcess, prompts: list[str], tmp_path: Path, **how: tuple[int, int]) -> None:
    """A gallery of these, shown."""
    screen.open_page(page)
    keep_videos(app, screen.visitor_of(app, page.context), prompts, tmp_path, **how)  # type: ignore[arg-type]
    screen.go(page, "Gallery")


@DEVICES
def test_a_long_description_takes_two_lines_and_is_all_there_when_it_is_wanted(
    app: AppProcess, new_tab: NewTab, tmp_path: Path, device: dict[str, object]
) -> None:
    page = new_tab(**device)
    with_videos(page, app, [LONG, "Short"], tmp_path)
    words = page.locator(".words").filter(has_text=LONG)
    line = float(words.evaluate("e => parseFloat(getComputedStyle(e).lineHeight)"))

    def lines() -> float:
        return float(words.evaluate("e => e.getBoundingClientRect().height")) / line

    wait_until(lambda: lines() < 2.6, "it takes two lines")
    words.focus()
    assert lines() > 5
    expect(words).to_have_text(LONG)
    words.blur()
    assert lines() < 2.6
    # What is all there needs no opening.
    assert page.locator(".words").filter(has_text="Short").get_attribute("tabindex") is None


@DEVICES
def test_each_video_has_its_own_shape_and_one_plays_at_a_time(
    app: AppProcess, new_tab: NewTab, tmp_path: Path, device: dict[str, object]
) -> None:
    page = new_tab(**device)
    with_videos(page, app, ["A tall one"], tmp_path, size=PORTRAIT)
    keep_videos(app, screen.visitor_of(app, page.context), ["A wide one"], tmp_path, size=LANDSCAPE)
    page.reload()
    videos = page.locator("video")
    expect(videos).to_have_count(2)
    for number in range(2):
        shape = videos.nth(number).evaluate(
            "v => [v.getBoundingClientRect().width / v.getBoundingClientRect().height, v.width / v.height]"
        )
        assert shape[0] == pytest.approx(shape[1], rel=0.01), "no bars beside it"
    for number in range(2):
        if "has_touch" in device:
            videos.nth(number).tap()
        else:
            videos.nth(number).hover()
        wait_until(
            lambda: videos.evaluate_all("all => all.map(v => !v.paused)") == [n == number for n in range(2)],  # noqa: B023
            "one plays, and one alone",
        )


def test_a_date_is_written_as_its_reader_writes_it_and_without_seconds(
    app: AppProcess, new_tab: NewTab, tmp_path: Path
) -> None:
    page = new_tab(**DESK, locale="en-GB", timezone_id="Europe/Berlin")
    with_videos(page, app, ["Ein Film"], tmp_path)
    expect(page.get_by_text(re.compile(r"^\d{1,2} \w{3,4} \d{4}, \d\d:\d\d · 10 sec"))).to_be_visible()
    screen.go(page, "Create")
    expect(page.get_by_text("AIMLAPI_KEY")).to_have_count(0)
