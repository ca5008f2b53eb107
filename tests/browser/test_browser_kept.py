"""What is made of a finished video is kept as a video of its own: from the dialog to the gallery, and on from there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import av
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.app_process import AppProcess
from tests.browser import screen
from tests.browser.barriers import barriers
from tests.browser.screen import PHONE
from tests.kept_videos import keep_videos

pytestmark = pytest.mark.browser

WORDS = "A gull glides past"
STANDS = "It stands in your gallery as a video of its own"
NOTHING = "Cost nothing: made from your own video"


def saved(page: Page, link: Locator, folder: Path) -> tuple[int, float]:
    """How many frames the film behind a link has, and how many seconds it plays by its own clock."""
    with av.open(str(screen.saved(page, link, folder))) as film:
        assert film.duration is not None
        return sum(1 for _ in film.decode(video=0)), film.duration / av.time_base


def dialog_of(page: Page, action: str) -> Locator:
    """The dialog of an action on the only card or page of a video, with its result made."""
    page.get_by_role("button", name="More", exact=True).last.click()
    page.get_by_role("menuitem", name=action, exact=True).click()
    return page.get_by_role("dialog")


def keep(dialog: Locator) -> Locator:
    """The button that keeps what was made."""
    return dialog.get_by_role("button", name="Keep as a video")


def in_gallery(page: Page) -> Locator:
    """The cards of the gallery."""
    return screen.video_cards(page)


def back_and_forth(page: Page) -> Locator:
    """Its dialog, once it is made."""
    dialog = dialog_of(page, "Back and forth")
    dialog.get_by_role("link", name="Download (").wait_for()
    return dialog


@pytest.mark.parametrize("device", [{}, PHONE], ids=["desk", "phone"])
def test_a_part_is_cut_kept_found_in_the_gallery_saved_and_gone_on_from(
    new_visitor: Callable[..., BrowserContext], device: dict[str, object], tmp_path: Path
) -> None:
    page = new_visitor(**device).new_page()
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, WORDS)
    screen.video(page, WORDS)
    screen.settled(page)

    screen.choose(screen.card(page, WORDS), "Trim")
    dialog = page.get_by_role("dialog")
    start = dialog.get_by_role("slider").first
    start.focus()
    for _ in range(20):
        start.press("ArrowRight")
    expect(dialog.get_by_text("2.0 s")).to_be_visible()
    dialog.get_by_role("button", name="Trim").click()
    keep(dialog).click()
    expect(dialog.get_by_text(STANDS)).to_be_visible()
    expect(dialog.get_by_role("link", name="Download (")).to_be_visible()
    assert barriers(page) == [], "the dialog"
    dialog.get_by_role("button", name="Show it").click()

    expect(page.get_by_role("heading", name="Your video", exact=True)).to_be_visible()
    expect(page.get_by_text(NOTHING)).to_be_visible()
    expect(page.get_by_text("3 sec")).to_be_visible()
    assert screen.playing(page.locator("video"))["seconds"] == pytest.approx(3.0, abs=0.06)
    assert screen.fits_across(page)
    [kept_id] = parse_qs(urlsplit(page.url).query)["id"]
    frames, length = saved(page, page.get_by_role("link", name="Download", exact=True), tmp_path)
    assert (frames, length) == (90, pytest.approx(3.0, abs=0.01))
    expect(page.get_by_role("button", name="Another like this")).to_have_count(0)
    expect(page.get_by_role("button", name="Use again")).to_be_visible()
    assert barriers(page) == [], "the page of a kept video"

    dialog = dialog_of(page, "Trim")
    expect(dialog.get_by_role("slider").last).to_have_attribute("max", "3")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    origin = page.get_by_role("button", name="Cut from another video of yours")
    origin.click()
    expect(page.get_by_text(NOTHING)).to_have_count(0)
    [source_id] = parse_qs(urlsplit(page.url).query)["id"]
    assert source_id != kept_id
    expect(page.get_by_role("button", name="Another like this")).to_be_visible()

    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="Your gallery")).to_be_visible()
    expect(in_gallery(page)).to_have_count(1)
    # From the bin, where it still shows what was made of it, it goes for good.
    origin.click()
    expect(page.get_by_text("This video is in the bin.")).to_be_visible()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("What you kept of it as a video of its own stays")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("The bin is empty.")).to_be_visible()
    screen.go(page, "Gallery")
    expect(in_gallery(page)).to_have_count(1)
    expect(in_gallery(page).locator("video")).to_have_attribute("src", f"/app/static/videos/{kept_id}.mp4")
    expect(page.get_by_text("Cut from another video of yours")).to_be_visible()
    expect(origin).to_have_count(0)
    expect(page.get_by_text(NOTHING)).to_be_visible()
    assert screen.fits_across(page)
    assert barriers(page) == [], "the gallery"

    screen.choose(in_gallery(page), "Open")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Make a picture move")).to_be_visible()
    screen.picture(page).wait_for()
    expect(screen.prompt(page)).to_have_value("")
    screen.order(page, "It lands on the water")
    screen.video(page, "It lands on the water")
    expect(page.get_by_text("Part 2 of 2")).to_be_visible()


@pytest.mark.parametrize("device", [{}, PHONE], ids=["desk", "phone"])
def test_two_clicks_two_tabs_and_a_page_loaded_anew_keep_one(
    app: AppProcess, new_visitor: Callable[..., BrowserContext], device: dict[str, object], tmp_path: Path
) -> None:
    context = new_visitor(**device)
    page, other = context.new_page(), context.new_page()
    screen.open_page(page)
    [source] = keep_videos(app, screen.visitor_of(app, context), [WORDS], tmp_path)
    dialogs = []
    for tab in (page, other):
        tab.goto(f"/video?id={source.id}")
        screen.settled(tab)
        dialogs.append(back_and_forth(tab))
    mine, his = dialogs
    box = keep(mine).bounding_box()
    assert box is not None
    at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.click(*at)
    # The pace of a hand, and no state to be waited for: by now the button may have gone from under it.
    page.wait_for_timeout(200)
    page.mouse.click(*at)
    keep(his).dblclick(delay=200)
    for dialog in dialogs:
        expect(dialog.get_by_text(STANDS)).to_be_visible()
    assert urlsplit(page.url).query == f"id={source.id}", "the second click went nowhere"

    page.reload()
    screen.settled(page)
    dialog = back_and_forth(page)
    expect(dialog.get_by_text(STANDS)).to_be_visible()
    expect(keep(dialog)).to_have_count(0)

    screen.open_page(other, "/gallery")
    expect(in_gallery(other)).to_have_count(2)
    card = in_gallery(other).filter(has_text="Back and forth of another video of yours")
    assert saved(other, card.get_by_role("link", name="Download"), tmp_path)[0] == 58
    expect(card.locator(".facts")).to_contain_text("1.9 sec")
    screen.choose(card, "Delete")
    expect(in_gallery(other)).to_have_count(1)


def test_a_page_that_is_loaded_anew_in_the_middle_loses_nothing(app: AppProcess, page: Page, tmp_path: Path) -> None:
    screen.open_page(page)
    [source] = keep_videos(app, screen.visitor_of(app, page.context), [WORDS], tmp_path)
    page.goto(f"/video?id={source.id}")
    screen.settled(page)
    dialog = back_and_forth(page)
    keep(dialog).click()
    dialog.get_by_text("Being kept").or_(dialog.get_by_text(STANDS)).first.wait_for()
    page.reload()
    screen.settled(page)
    expect(back_and_forth(page).get_by_text(STANDS)).to_be_visible()
    screen.open_page(page, "/gallery")
    expect(in_gallery(page)).to_have_count(2)


def test_a_chain_is_kept_as_one_and_its_parts_stay(app: AppProcess, page: Page, tmp_path: Path) -> None:
    screen.open_page(page)
    third, *_ = keep_videos(
        app, screen.visitor_of(app, page.context), ["Third", "Second", "First"], tmp_path, chained=True
    )
    page.goto(f"/video?id={third.id}")
    page.get_by_role("button", name="Play as one").click()
    film = page.get_by_label("All parts, one after the other")
    film.wait_for()
    page.get_by_role("button", name="Keep as a video").click()
    expect(page.get_by_text(STANDS)).to_be_visible()
    assert screen.playing(film)["seconds"] == pytest.approx(3.0, abs=0.05)
    page.get_by_role("button", name="Show it").click()
    expect(page.get_by_role("button", name="3 parts joined")).to_be_visible()
    expect(page.get_by_role("button", name="Use again")).to_have_count(0)
    expect(page.get_by_role("button", name="Play as one")).to_have_count(0)
    frames, length = saved(page, page.get_by_role("link", name="Download", exact=True), tmp_path)
    assert (frames, length) == (90, pytest.approx(3.0, abs=0.05))
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_role("dialog").get_by_text(re.compile("/v/[A-Za-z0-9]{17}")).first.inner_text()
    visit = page.context.browser.new_context() if page.context.browser else page.context
    stranger = visit.new_page()
    stranger.goto(f"{app.url}{urlsplit(link.strip()).path}")
    assert screen.playing(stranger.locator("video"))["seconds"] == pytest.approx(3.0, abs=0.05)
    expect(stranger.get_by_text("3 parts joined")).to_have_count(0)
    visit.close()


def test_a_kept_video_is_a_tile_of_today_that_takes_no_stage(app: AppProcess, page: Page, tmp_path: Path) -> None:
    screen.open_page(page)
    keep_videos(app, screen.visitor_of(app, page.context), [WORDS, "Another"], tmp_path)
    other = page.context.new_page()
    for tab in (page, other):
        screen.open_page(tab)
        expect(screen.tiles(tab)).to_have_count(2)
    card = screen.card(page, WORDS)
    card.wait_for()
    shown = card.locator("video").get_attribute("src") or ""
    screen.choose(card, "Back and forth")
    dialog = page.get_by_role("dialog")
    keep(dialog).click()
    expect(dialog.get_by_text(STANDS)).to_be_visible()
    for tab in (page, other):
        expect(screen.tiles(tab)).to_have_count(3)
    expect(dialog.get_by_text(STANDS)).to_be_visible()
    page.reload()
    expect(screen.tiles(page)).to_have_count(3)
    expect(screen.card(page, WORDS).locator("video")).to_have_attribute("src", shown)
    screen.tiles(page).first.click()
    expect(page.get_by_text(NOTHING)).to_be_visible()
    expect(screen.card(page, WORDS).locator("video")).not_to_have_attribute("src", shown)
    page.get_by_role("button", name="Start fresh").click()
    expect(screen.cards(page)).to_have_count(0)


def test_pictures_are_saved_and_not_kept(app: AppProcess, page: Page, tmp_path: Path) -> None:
    screen.open_page(page)
    [source] = keep_videos(app, screen.visitor_of(app, page.context), [WORDS], tmp_path)
    page.goto(f"/video?id={source.id}")
    screen.settled(page)
    dialog = dialog_of(page, "Save as GIF")
    dialog.get_by_role("link", name="Download (").wait_for()
    expect(keep(dialog)).to_have_count(0)
