"""Videos that were taken away come back into a gallery: chosen in a dialog, sent, and followed to their end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from studio import urls
from tests.app_process import AppProcess
from tests.browser import screen
from tests.browser.barriers import barriers
from tests.browser.screen import DESK, PHONE
from tests.browser.watch import Watch
from tests.kept_videos import keep_videos

pytestmark = pytest.mark.browser

NewTab = Callable[..., Page]


def taken_away(page: Page, app: AppProcess, folder: Path) -> tuple[Path, Path]:
    """All that somebody has as a ZIP, and one of their videos, downloaded in their browser."""
    screen.open_page(page)
    visitor = screen.visitor_of(app, page.context)
    keep_videos(app, visitor, ["Waves"], folder)
    keep_videos(app, visitor, ["A boat <b>sails</b>"], folder, size=(240, 360))
    screen.go(page, "Gallery")
    expect(screen.video_cards(page)).to_have_count(2)
    zipped = screen.saved(page, page.get_by_role("link", name="Download all as ZIP"), folder)
    waves = page.locator("[data-video]").filter(has_text="Waves")
    return zipped, screen.saved(page, waves.get_by_role("link", name="Download"), folder)


def dialog_of(page: Page, device: dict[str, object]) -> Locator:
    """The dialog that takes files, opened."""
    screen.pressed(page.get_by_role("button", name="Bring videos in"), device)
    dialog = page.get_by_role("dialog", name="Bring videos in")
    expect(dialog.get_by_text("Choose files, or drop them here")).to_be_visible()
    return dialog


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_a_zip_fills_another_ones_gallery_and_what_is_no_video_is_named(
    app: AppProcess, new_tab: NewTab, tmp_path: Path, device: dict[str, object]
) -> None:
    zipped, single = taken_away(new_tab(), app, tmp_path)
    page = new_tab(**device)
    screen.open_page(page, "/gallery")
    dialog = dialog_of(page, device)
    expect(dialog.get_by_text("There is room for 5 GB of your videos.")).to_be_visible()
    assert barriers(page) == []
    assert screen.fits_across(page)
    hostile = tmp_path / "<img src=x onerror=planted=1>.mp4"
    hostile.write_bytes(b"no video")
    dialog.locator("input[type=file]").set_input_files([zipped, hostile, single])
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("2 videos brought in. 1 was here already. 1 was not brought in:")).to_be_visible()
    expect(page.get_by_text("<img src=x onerror=planted=1>.mp4: has no video in it")).to_be_visible()
    expect(screen.video_cards(page)).to_have_count(2)
    expect(page.get_by_text("A boat <b>sails</b>")).to_be_visible()
    expect(page.get_by_text("Brought in").first).to_be_visible()
    assert page.evaluate("window.planted") is None
    # Anybody is let in here: nobody has this site show the world what they brought.
    screen.choose(screen.video_cards(page).first, "Share")
    expect(page.get_by_role("dialog").get_by_text("This video was brought in")).to_be_visible()
    expect(page.get_by_role("button", name="Make a link")).to_have_count(0)
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    assert barriers(page) == []
    page.reload()
    screen.pressed(page.get_by_role("button", name="OK", exact=True), device)
    expect(page.get_by_text("has no video in it")).to_have_count(0)
    expect(screen.video_cards(page)).to_have_count(2)
    # Nothing that was not asked for here stands on Create.
    screen.go(page, "Create")
    screen.settled(page)
    expect(screen.cards(page)).to_have_count(0)


def test_what_is_not_taken_is_said_in_the_dialog_and_the_next_try_is_taken(
    app: AppProcess, new_tab: NewTab, watch: Watch, tmp_path: Path
) -> None:
    _, single = taken_away(new_tab(), app, tmp_path)
    page = new_tab()
    screen.open_page(page, "/gallery")
    # By keys alone, and a second press in haste opens nothing else.
    page.get_by_role("button", name="Bring videos in").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Bring videos in")
    picker = dialog.locator("input[type=file]")
    other = tmp_path / "song.mp3"
    other.write_bytes(b"a song")
    picker.set_input_files(other)
    expect(dialog.get_by_role("alert")).to_contain_text("This is neither a video nor a ZIP.")
    expect(dialog.get_by_text("song.mp3", exact=True)).to_be_visible()
    watch.away = True
    with page.expect_request(lambda request: request.url.endswith(urls.BRING_IN)):
        page.route(f"**{urls.BRING_IN}", lambda route: route.abort())
        picker.set_input_files(single)
    expect(dialog.get_by_role("alert")).to_contain_text("The connection was lost before the whole file had arrived.")
    watch.away = False
    page.unroute(f"**{urls.BRING_IN}")
    picker.set_input_files(single)
    expect(page.get_by_text("1 video brought in.")).to_be_visible()
    expect(screen.video_cards(page)).to_have_count(1)


def test_who_goes_on_meanwhile_finds_it_in_the_gallery(app: AppProcess, new_tab: NewTab, tmp_path: Path) -> None:
    zipped, _ = taken_away(new_tab(), app, tmp_path)
    page = new_tab()
    screen.open_page(page, "/gallery")
    dialog_of(page, DESK).locator("input[type=file]").set_input_files(zipped)
    expect(page.get_by_role("dialog")).to_have_count(0)
    screen.go(page, "Create")
    other = page.context.new_page()
    screen.open_page(other, "/gallery")
    expect(screen.video_cards(other)).to_have_count(2)
    expect(other.get_by_text("2 videos brought in.")).to_be_visible()
    screen.go(page, "Gallery")
    expect(screen.video_cards(page)).to_have_count(2)


def test_a_dialog_that_is_opened_anew_shows_what_is_still_being_sent(
    app: AppProcess, new_tab: NewTab, tmp_path: Path
) -> None:
    _, single = taken_away(new_tab(), app, tmp_path)
    page = new_tab()
    screen.open_page(page, "/gallery")
    held = list[Route]()
    page.route(f"**{urls.BRING_IN}", lambda route: held.append(route))
    dialog = dialog_of(page, DESK)
    dialog.locator("input[type=file]").set_input_files(single)
    expect(dialog.get_by_text(f"Sending {single.name} …")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Bring videos in").click()
    expect(dialog.get_by_text(f"Sending {single.name} …")).to_be_visible()
    expect(dialog.get_by_text("Choose files, or drop them here")).to_be_hidden()
    [line] = held
    line.continue_()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("1 video brought in.")).to_be_visible()
