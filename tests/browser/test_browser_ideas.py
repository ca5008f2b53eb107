"""Help with the words: phrases go in and out of what was typed, shots are divided, what was said before is at hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import screen
from tests.photos import jpeg

pytestmark = pytest.mark.browser

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


def ideas(page: Page) -> None:
    page.get_by_text("Ideas for your description").click()
    chip(page, "static camera").wait_for()


def chip(page: Page, phrase: str) -> Locator:
    return page.get_by_role("button", name=phrase, exact=True)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_phrases_are_tapped_in_and_out_and_no_typed_word_is_lost(
    new_tab: Callable[..., Page], size: dict[str, int]
) -> None:
    page = new_tab(viewport=size, has_touch=size is PHONE)
    screen.open_page(page)
    ideas(page)
    # Typed, and tapped before it was sent; the second tap while the page still answers the first.
    screen.prompt(page).press_sequentially("She waves")
    chip(page, "snow falls softly").click()
    chip(page, "handheld camera").click()
    expect(screen.prompt(page)).to_have_value("She waves, snow falls softly, handheld camera")
    expect(chip(page, "snow falls softly")).to_have_attribute("aria-pressed", "true")
    chip(page, "snow falls softly").click()
    expect(screen.prompt(page)).to_have_value("She waves, handheld camera")
    # A phrase taken out by hand is no longer pressed.
    screen.say(page, "She waves")
    expect(chip(page, "handheld camera")).to_have_attribute("aria-pressed", "false")
    page.reload()
    screen.settled(page)
    expect(screen.prompt(page)).to_have_value("She waves")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_examples_fit_the_shape_of_the_picture(new_tab: Callable[..., Page], size: dict[str, int]) -> None:
    page = new_tab(viewport=size, has_touch=size is PHONE)
    screen.open_page(page)
    ideas(page)
    expect(page.get_by_text("Fits a")).to_have_count(0)
    upright, wide, square = "she turns her head and smiles", "the camera glides across the scene", "steam rises in"
    screen.give_picture(page, jpeg(640, 960))
    expect(page.get_by_text("Fits an upright picture")).to_be_visible()
    chip(page, upright).click()
    expect(screen.prompt(page)).to_have_value("She turns her head and smiles")
    expect(chip(page, upright)).to_have_attribute("aria-pressed", "true")
    # In another shape there are others, and what was tapped stays said.
    page.get_by_role("radiogroup", name="Shape").get_by_text("16:9", exact=True).click()
    chip(page, wide).click()
    expect(screen.prompt(page)).to_have_value(f"She turns her head and smiles, {wide}")
    expect(chip(page, upright)).to_have_count(0)
    page.get_by_role("radiogroup", name="Shape").get_by_text("1:1", exact=True).click()
    expect(page.get_by_role("button", name=square)).to_be_visible()
    page.get_by_role("radiogroup", name="Shape").get_by_text("As the picture", exact=True).click()
    expect(chip(page, upright)).to_have_attribute("aria-pressed", "true")
    chip(page, upright).click()
    expect(screen.prompt(page)).to_have_value("The camera glides across the scene")


def test_sentences_become_shots_and_what_was_said_before_is_at_hand_again(page: Page) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, "A photo of a boat. It sails away.")
    expect(page.get_by_text("Your picture already shows what is there.")).to_be_visible()
    ideas(page)
    screen.open_more(page)
    page.get_by_text("Several shots", exact=True).click()
    page.get_by_role("button", name="Divide into shots").click()
    expect(screen.prompt(page)).to_have_value("Shot 1 [0-3s]: A photo of a boat.\nShot 2 [3-5s]: It sails away.")
    page.get_by_role("button", name="Undo the shots").click()
    expect(screen.prompt(page)).to_have_value("A photo of a boat.\nIt sails away.")
    # Its news moves the page, and a list of choices closes when the page moves.
    screen.video(page, "A photo of a boat. It sails away.")
    screen.settled(page)
    earlier = page.get_by_role("button", name="Your last descriptions")
    earlier.scroll_into_view_if_needed()
    earlier.click()
    page.get_by_role("menuitem", name="A photo of a boat. It sails away.").click()
    expect(screen.prompt(page)).to_have_value("A photo of a boat. It sails away.")
    page.get_by_role("button", name="Bring back what stood here").click()
    expect(screen.prompt(page)).to_have_value("A photo of a boat.\nIt sails away.")
