"""Several pictures and one sentence: given at once, put in order, and each becomes a video of its own."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser import screen
from tests.photos import jpeg

pytestmark = pytest.mark.browser


def photos(number: int) -> list[FilePayload]:
    """So many pictures that can be told apart."""
    return [
        FilePayload(name=f"photo-{at}.jpg", mimeType="image/jpeg", buffer=jpeg(640 + 32 * at, 480))
        for at in range(number)
    ]


def line(page: Page) -> Locator:
    """The pictures in line, by the button that shows each large."""
    return (
        page.get_by_role("group", name="Your pictures")
        .get_by_role("button", name="Picture", exact=False)
        .and_(page.locator("[aria-pressed]"))
    )


def addresses(page: Page) -> list[str]:
    """Which pictures stand in line, in their order."""
    return line(page).locator("img").evaluate_all("images => images.map(image => image.getAttribute('src'))")


def test_four_photos_given_at_once_are_four_videos_of_one_sentence(page: Page) -> None:
    screen.open_page(page)
    screen.chooser(page).set_input_files(photos(4))
    expect(line(page)).to_have_count(4)
    screen.settled(page)
    screen.say(page, "The colours glow.")
    screen.create_button(page).click()
    expect(screen.tiles(page)).to_have_count(4)
