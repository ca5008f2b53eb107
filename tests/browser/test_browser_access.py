"""For everybody: on a phone, in the dark, without a mouse, with a screen reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.app_process import AppProcess
from tests.browser import screen
from tests.browser.barriers import barriers
from tests.browser.screen import visitor_of
from tests.kept_videos import keep_videos
from tests.photos import jpeg

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_create_has_no_serious_barrier_from_the_empty_form_to_the_video(
    new_tab: Callable[..., Page], scheme: Literal["light", "dark"]
) -> None:
    page = new_tab(color_scheme=scheme)
    screen.open_page(page)
    assert barriers(page) == [], "empty"

    screen.give_picture(page)
    screen.open_more(page)
    expect(page.get_by_label("What to avoid")).to_be_visible()
    assert barriers(page) == [], "with a picture"
    page.get_by_role("radiogroup", name="Shape").get_by_text("9:16", exact=True).click()
    page.get_by_role("slider", name="Size of the part").wait_for()
    screen.settled(page)
    assert barriers(page) == [], "with a frame"
    page.get_by_text("Ideas for your description").click()
    page.get_by_role("button", name="static camera").click()
    expect(screen.prompt(page)).to_have_value(re.compile("static camera$", re.IGNORECASE))
    screen.settled(page)
    assert barriers(page) == [], "with ideas"
    page.get_by_role("textbox", name="Save as a preset").fill("Still")
    page.get_by_role("button", name="Save preset").click()
    page.get_by_role("group", name="Your presets").wait_for()
    screen.settled(page)
    assert barriers(page) == [], "with a preset"
    adding = page.get_by_role("region", name="Add pictures").locator("input[type=file]")
    adding.set_input_files(FilePayload(name="second.jpg", mimeType="image/jpeg", buffer=jpeg(800, 600)))
    in_line = page.get_by_role("group", name="Your pictures, in the order")
    in_line.wait_for()
    screen.settled(page)
    assert barriers(page) == [], "with two pictures in line"
    in_line.get_by_role("button", name="Remove: Picture 2 of 2").click()
    expect(in_line).to_have_count(0)
    screen.settled(page)

    screen.order(page, "For everybody")
    screen.settled(page)
    assert barriers(page) == [], "under way"

    screen.video(page, "For everybody")
    failed = screen.order(page, "For nobody demo: invalid")
    expect(failed.get_by_role("alert")).to_be_visible()
    screen.settled(page)
    assert barriers(page) == [], "one done, one failed"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_gallery_has_no_serious_barrier(
    app: AppProcess, new_tab: Callable[..., Page], tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    page = new_tab(color_scheme=scheme)
    screen.open_page(page, "/gallery")
    assert barriers(page) == [], "empty"
    keep_videos(app, visitor_of(app, page.context), [f"Film {number}" for number in range(14)], tmp_path)
    page.reload()
    expect(page.get_by_text("Film 0")).to_be_visible()
    screen.settled(page)
    assert barriers(page) == [], "full"
    screen.choose(screen.video_cards(page).first, "Delete")
    page.get_by_role("button", name="Undo").wait_for()
    screen.settled(page)
    assert barriers(page) == [], "one in the bin"
    page.get_by_role("link", name="Bin").click()
    page.get_by_role("button", name="Empty the bin").wait_for()
    screen.settled(page)
    assert barriers(page) == [], "the bin"
    screen.choose(screen.video_cards(page).first, "Delete for good")
    page.get_by_role("dialog").get_by_role("button", name="Keep it").wait_for()
    screen.settled(page)
    assert barriers(page) == [], "asking"


def test_nothing_sticks_out_at_the_side_of_a_phone(
    app: AppProcess, new_tab: Callable[..., Page], tmp_path: Path
) -> None:
    page = new_tab(viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2)
    screen.open_page(page)
    assert screen.fits_across(page), "empty"
    page.get_by_role("button", name="Lighthouse in a storm").tap()
    screen.picture(page).wait_for()
    screen.settled(page)
    assert screen.fits_across(page), "with a picture"
    screen.open_more(page)
    expect(page.get_by_label("What to avoid")).to_be_visible()
    assert screen.fits_across(page), "with everything open"

    words = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 2
    failed = screen.order(page, f"demo: invalid {words}")
    expect(failed.get_by_role("alert")).to_be_visible()
    assert screen.fits_across(page), "with a word that does not end, and a failure"

    keep_videos(app, visitor_of(app, page.context), [words, *(f"Film {number}" for number in range(14))], tmp_path)
    screen.go(page, "Gallery")
    expect(page.get_by_text(words)).to_have_count(2)
    assert screen.fits_across(page), "the gallery"
    screen.choose(screen.video_cards(page).first, "Delete")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert screen.fits_across(page), "with one in the bin"


def test_a_video_can_be_ordered_with_the_keyboard_alone(page: Page) -> None:
    screen.open_page(page)
    page.get_by_role("button", name="Mountain lake at dusk").focus()
    page.keyboard.press("Enter")
    screen.picture(page).wait_for()
    screen.settled(page)
    screen.prompt(page).focus()
    page.keyboard.press("End")
    page.keyboard.type(" Birds fly up.")
    page.keyboard.press("Control+Enter")
    screen.settled(page)
    screen.create_button(page).focus()
    page.keyboard.press("Enter")
    expect(screen.cards(page)).to_contain_text("Birds fly up.")
