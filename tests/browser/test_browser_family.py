"""Videos that go on from each other: shown as parts, played as one, and saved as one file."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import av
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.app_process import AppProcess
from tests.browser import screen
from tests.browser.screen import PHONE
from tests.kept_videos import keep_videos

pytestmark = pytest.mark.browser

FIRST, SECOND = "A gull glides past", "It lands on the water"


def continued(page: Page, card: Locator, words: str) -> Locator:
    """The card of a video that goes on from the one on this card."""
    before = screen.picture(page).get_attribute("src")
    card.get_by_role("button", name="Continue").click()
    expect(screen.prompt(page)).to_have_value("")
    expect(screen.picture(page)).not_to_have_attribute("src", before or "")
    screen.order(page, words)
    screen.video(page, words)
    screen.settled(page)
    return screen.card(page, words)


def parts(page: Page) -> Locator:
    """The posters of the chain."""
    return page.get_by_role("group", name="The parts of this video").get_by_role("button")


def as_one(page: Page) -> Locator:
    """What plays all of them one after the other."""
    return page.get_by_label("All parts, one after the other")


def moments(path: Path) -> list[float]:
    """When each frame of a film is shown, in seconds, and last of all when it ends."""
    with av.open(str(path)) as film:
        frames = list(film.decode(video=0))
    assert all(frame.time is not None for frame in frames)
    last = frames[-1]
    assert last.time_base is not None
    return [float(frame.time or 0) for frame in frames] + [float((last.time or 0) + last.duration * last.time_base)]


def test_a_video_and_what_goes_on_from_it_play_and_download_as_one(page: Page, tmp_path: Path) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, FIRST)
    screen.video(page, FIRST)
    screen.settled(page)
    first = screen.card(page, FIRST)
    expect(page.get_by_role("button", name="Play as one")).to_have_count(0)
    lengths = [moments(screen.saved(page, first.get_by_role("link", name="Download", exact=True), tmp_path))[-1]]

    second = continued(page, first, SECOND)
    expect(second.get_by_text("Part 2 of 2")).to_be_visible()
    lengths.append(moments(screen.saved(page, second.get_by_role("link", name="Download", exact=True), tmp_path))[-1])
    expect(parts(page)).to_have_count(2)
    expect(parts(page).nth(1)).to_have_attribute("aria-current", "true")

    second.get_by_role("button", name="Play as one").click()
    film = as_one(page)
    film.wait_for()
    expect(film).to_be_in_viewport()
    says = screen.playing(film)
    assert says["seconds"] == pytest.approx(sum(lengths), abs=0.05)
    expect(second.locator("video").first).to_have_js_property("paused", True)
    found = moments(screen.saved(page, page.get_by_role("link", name="Download as one"), tmp_path))
    steps = [later - earlier for earlier, later in pairwise(found)]
    assert found[-1] == pytest.approx(sum(lengths), abs=max(steps))
    assert max(steps) < 1.5 * min(steps), "no gap at the seam"

    page.get_by_role("button", name="Stop playing as one").click()
    expect(film).to_have_count(0)
    expect(second.locator("video")).to_have_count(1)

    parts(page).first.click()
    expect(screen.card(page, FIRST).get_by_text("Part 1 of 2")).to_be_visible()
    expect(parts(page).first).to_have_attribute("aria-current", "true")


@pytest.mark.parametrize("device", [{}, PHONE], ids=["desk", "phone"])
def test_what_plays_as_one_plays_on_whatever_else_happens_on_the_page(
    app: AppProcess, new_tab: Callable[..., Page], device: dict[str, object], tmp_path: Path
) -> None:
    page = new_tab(**device)
    other = page.context.new_page()
    screen.open_page(page)
    visitor = screen.visitor_of(app, page.context)
    keep_videos(app, visitor, ["Alone"], tmp_path)
    keep_videos(app, visitor, ["Third", "Second", "First"], tmp_path, chained=True)
    screen.open_page(page)
    screen.enlarge(page, "Second")
    expect(page.get_by_text("Part 2 of 3")).to_be_visible()
    expect(parts(page)).to_have_count(3)
    assert screen.fits_across(page)
    page.get_by_role("button", name="Play as one").click()
    film = as_one(page)
    assert screen.playing(film)["seconds"] == pytest.approx(3.0, abs=0.05)
    assert screen.fits_across(page)
    film.evaluate("video => video.dataset.sameOne = 'yes'")

    screen.open_page(other)
    alone = screen.enlarge(other, "Alone")
    expect(parts(other)).to_have_count(0)
    expect(alone.get_by_role("button", name="Play as one")).to_have_count(0)
    expect(screen.tile(page, "Alone")).to_have_count(1)
    screen.go(other, "Gallery")
    screen.choose(screen.video_cards(other).filter(has_text="Alone"), "Delete")
    expect(screen.tile(page, "Alone")).to_have_count(0)
    expect(film).to_have_attribute("data-same-one", "yes")
    screen.playing(film)

    page.get_by_role("button", name="Stop playing as one").click()
    expect(film).to_have_count(0)
    parts(page).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Part 1 of 3")).to_be_visible()
    expect(parts(page).first).to_be_focused()


def test_on_a_videos_own_page_each_poster_leads_to_that_parts_page(app: AppProcess, page: Page, tmp_path: Path) -> None:
    screen.open_page(page)
    third, second, first = keep_videos(
        app, screen.visitor_of(app, page.context), ["Third", "Second", "First"], tmp_path, chained=True
    )
    page.goto(f"/video?id={second.id}")
    expect(page.get_by_text("Part 2 of 3")).to_be_visible()
    parts(page).last.click()
    expect(page.get_by_text("Part 3 of 3")).to_be_visible()
    assert parse_qs(urlsplit(page.url).query) == {"id": [third.id]}
    expect(page.locator("video").first).to_have_attribute("src", f"/app/static/videos/{third.id}.mp4")
    page.go_back()
    expect(page.get_by_text("Part 2 of 3")).to_be_visible()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="Your gallery")).to_be_visible()
    page.goto(f"/video?id={first.id}")
    expect(page.get_by_text("First", exact=True)).to_be_visible()
    screen.settled(page)
    expect(page.get_by_text("Part 1")).to_have_count(0)
