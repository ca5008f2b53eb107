"""A short note of what came of a click: told once, for as long as it takes to read it, and lost by no run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests import sounds
from tests.browser import screen
from tests.browser.barriers import barriers
from tests.browser.screen import DESK, PHONE

pytestmark = pytest.mark.browser

FILE_INSTEAD = "Your audio file takes the place of the link."
LINK_INSTEAD = "The link takes the place of your audio file."


def link(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Link to an audio file")


def give_link(page: Page, address: str) -> None:
    link(page).fill(address)
    link(page).blur()
    screen.settled(page)


def give_sound(page: Page) -> None:
    chooser = page.get_by_role("region", name="Audio file", exact=True).locator("input[type=file]")
    chooser.set_input_files(FilePayload(name="tune.wav", mimeType="audio/wav", buffer=sounds.wav(5)))


def swap_both(page: Page) -> None:
    """A link, a file in its place, a link in the place of that: two notes."""
    give_link(page, "https://example.com/a.mp3")
    give_sound(page)
    expect(screen.notes(page).filter(has_text=FILE_INSTEAD)).to_have_count(1)
    give_link(page, "https://example.com/b.mp3")
    expect(screen.notes(page).filter(has_text=LINK_INSTEAD)).to_have_count(1)


LONG_WAITS = (Path(__file__).parent / "long_waits.js").read_text("utf-8")
"""Waits of four seconds and more end when the test says so."""


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_a_note_is_told_once_and_stays_while_somebody_is_at_it(
    new_tab: Callable[..., Page], device: dict[str, object]
) -> None:
    page = new_tab(**device)
    page.add_init_script(LONG_WAITS)
    screen.open_page(page)
    screen.open_more(page)
    swap_both(page)
    notes = screen.notes(page)
    expect(notes).to_have_count(2)
    assert barriers(page) == []
    assert screen.fits_across(page)
    assert page.locator(".notes").get_attribute("aria-live") == "polite"
    # Drawn again, on another page, too: it is not told again, and what was not read to the end is still there.
    screen.go(page, "Gallery")
    expect(notes).to_have_count(2)
    notes.first.get_by_role("button", name="Close").click()
    expect(notes).to_have_count(1)
    notes.get_by_role("button", name="Close").focus()
    page.evaluate("waitLong()")
    expect(notes).to_contain_text([LINK_INSTEAD])
    notes.get_by_role("button", name="Close").blur()
    page.evaluate("waitLong()")
    expect(notes).to_have_count(0)
    screen.go(page, "Create")
    screen.settled(page)
    expect(notes).to_have_count(0)


def test_the_same_words_are_told_of_each_click(page: Page) -> None:
    page.add_init_script(LONG_WAITS)
    screen.open_page(page)
    screen.open_more(page)
    swap_both(page)
    give_sound(page)
    expect(screen.notes(page).filter(has_text=FILE_INSTEAD)).to_have_count(2)
