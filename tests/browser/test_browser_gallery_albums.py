"""Several videos go into an album, which is looked at by itself, called otherwise, left and dissolved."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app_process import AppProcess
from tests.browser import screen
from tests.browser.barriers import barriers
from tests.browser.screen import DESK, PHONE
from tests.kept_videos import keep_videos

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_videos_go_into_an_album_and_out_of_it_and_the_album_has_an_address(
    app: AppProcess, new_tab: Callable[..., Page], tmp_path: Path, device: dict[str, object]
) -> None:
    page = new_tab(**device)
    screen.open_page(page)
    jobs = keep_videos(app, screen.visitor_of(app, page.context), ["One", "Two", "Three"], tmp_path)
    screen.go(page, "Gallery")
    cards, chosen, dialog = screen.video_cards(page), page.locator(".gallery-chosen"), page.get_by_role("dialog")
    page.get_by_role("button", name="Select", exact=True).click()
    for job in jobs[:2]:
        screen.video_card(page, job.id).get_by_role("checkbox").click()
    screen.pressed(chosen.get_by_role("button", name="Add to album"), device)
    dialog.get_by_label("Album", exact=True).fill("Summer *1* <b>")
    dialog.get_by_label("Album", exact=True).press("Enter")
    expect(dialog).to_have_count(0)
    expect(screen.notes(page)).to_contain_text("2 videos are in Summer *1* <b>.")
    chosen.get_by_role("button", name="Done").click()

    album = page.get_by_role("radiogroup", name="Albums").or_(page.get_by_role("group", name="Albums"))
    album.get_by_text("Summer *1* <b>", exact=True).click()
    expect(cards).to_have_count(2)
    expect(page).to_have_url(re.compile("album=Summer"))
    assert screen.fits_across(page)
    screen.settled(page)
    page.mouse.move(1, 1)  # what is chosen and under the mouse is Streamlit's (1.67) own colour on its own ground
    screen.settled(page)
    assert barriers(page) == []
    page.reload()
    expect(cards).to_have_count(2)

    # By the menu of one card as well, into another one.
    screen.choose(screen.video_card(page, jobs[0].id), "Add to album")
    dialog.get_by_label("Album", exact=True).fill("Best")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(album.get_by_text("Best", exact=True)).to_be_visible()

    page.get_by_role("button", name="Rename").click()
    dialog.get_by_label("Name", exact=True).fill("Autumn")
    dialog.get_by_role("button", name="Save").click()
    expect(album.get_by_text("Autumn", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("album=Autumn"))
    expect(cards).to_have_count(2)

    page.get_by_role("button", name="Select", exact=True).click()
    screen.video_card(page, jobs[0].id).get_by_role("checkbox").click()
    screen.pressed(chosen.get_by_role("button", name="Take out of the album"), device)
    expect(cards).to_have_count(1)
    page.get_by_role("button", name="Dissolve").click()
    expect(album.get_by_text("Autumn", exact=True)).to_have_count(0)
    expect(cards).to_have_count(3)
    expect(album.get_by_text("Best", exact=True)).to_be_visible()
