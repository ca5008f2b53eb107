"""What stands on the form is saved under a name, and stands there again with one tap: whole, once, and as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from studio.orders.framing import Shape
from studio.orders.presets import NAME_MAX, settings_of
from tests.app_process import AppProcess, wait_until
from tests.browser import screen
from tests.browser.test_browser_hostile_words import nothing_planted
from tests.studio.test_hostile_words import AS_TYPED

pytestmark = pytest.mark.browser

NewTab = Callable[..., Page]

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


def ideas(page: Page) -> None:
    """Open the part of the form in which presets are; it grows for a moment."""
    page.get_by_text("Ideas for your description").click()
    name_field(page).wait_for()
    screen.grown(page)


def name_field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Save as a preset")


def save_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Save preset")


def preset(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name="Your presets").get_by_role("button", name=name, exact=True)


def presets(page: Page) -> Locator:
    return page.get_by_role("group", name="Your presets").locator(".use")


def delete(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=f"Delete the preset “{name}”", exact=True)


def save(page: Page, name: str) -> None:
    """Save the form under a name; returns when it is there."""
    name_field(page).fill(name)
    save_button(page).click()
    preset(page, name).wait_for()
    screen.settled(page)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_everything_that_was_saved_stands_on_the_form_again_after_a_reload(
    app: AppProcess, new_tab: NewTab, size: dict[str, int]
) -> None:
    page = new_tab(viewport=size, has_touch=size is PHONE, is_mobile=size is PHONE)
    screen.open_page(page)
    screen.give_picture(page)
    screen.choose_option(page, "Shape", "9:16")
    screen.choose_option(page, "Length", "10 sec")
    screen.choose_option(page, "Quality", "Best (1080p)")
    screen.choose_option(page, "How many", "3")
    page.get_by_text("With sound", exact=True).click()
    screen.open_more(page)
    page.get_by_text("Several shots", exact=True).click()
    avoid = page.get_by_role("textbox", name="What to avoid", exact=True)
    avoid.fill("blur")
    avoid.blur()
    screen.say(page, "The waves roll in")
    ideas(page)
    save(page, "Slow waves")
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    saved = screen.draft_of(app, page)
    assert (saved.framing.shape, saved.duration_s, saved.count, saved.with_sound) == (Shape.TALL, 10, 3, False)

    screen.choose_option(page, "Length", "5 sec")
    screen.choose_option(page, "Quality", "Good (720p)")
    screen.choose_option(page, "How many", "1")
    screen.choose_option(page, "Shape", "1:1")
    page.get_by_text("With sound", exact=True).click()
    screen.say(page, "Something else")
    expect(preset(page, "Slow waves")).to_have_attribute("aria-pressed", "false")
    before = settings_of(screen.draft_of(app, page))
    page.reload()
    screen.settled(page)
    ideas(page)
    preset(page, "Slow waves").click()
    expect(screen.prompt(page)).to_have_value("The waves roll in")
    expect(preset(page, "Slow waves")).to_have_attribute("aria-pressed", "true")
    screen.open_settings(page)
    for group, choice in (("Shape", "9:16"), ("Length", "10 sec"), ("Quality", "Best (1080p)"), ("How many", "3")):
        expect(page.get_by_role("radiogroup", name=group).get_by_role("radio", name=choice, exact=True)).to_be_checked()
    assert settings_of(screen.draft_of(app, page)) == settings_of(saved)
    assert screen.fits_across(page)

    # What stood there before is one click away, all of it.
    page.get_by_role("button", name="Bring back what stood here").click()
    expect(screen.prompt(page)).to_have_value("Something else")
    screen.settled(page)
    assert settings_of(screen.draft_of(app, page)) == before


def test_a_hasty_hand_saves_one_preset_of_what_stood_there_and_loses_no_letter(page: Page, app: AppProcess) -> None:
    screen.open_page(page)
    screen.say(page, "The waves roll in")
    ideas(page)
    # Twice within a fifth of a second, and typed on while it works.
    name_field(page).fill("Waves")
    save_button(page).dblclick(delay=200)
    screen.prompt(page).focus()
    page.keyboard.press("End")
    page.keyboard.type(", and out")
    expect(presets(page)).to_have_text(["Waves"])
    screen.settled(page)
    expect(screen.prompt(page)).to_have_value("The waves roll in, and out")
    wait_until(
        lambda: screen.draft_of(app, page).prompt == "The waves roll in, and out", "what was typed is kept", limit_s=20
    )
    # Typed, and a preset tapped before that was sent: the preset stands there, and what was typed can be brought back.
    screen.prompt(page).press_sequentially(" again")
    preset(page, "Waves").click()
    expect(screen.prompt(page)).to_have_value("The waves roll in")
    page.get_by_role("button", name="Bring back what stood here").click()
    expect(screen.prompt(page)).to_have_value("The waves roll in, and out again")
    # By Enter, under the same name: that is said.
    screen.settled(page)
    name_field(page).press("Enter")
    expect(page.get_by_text("Saved. It replaces what had this name before.")).to_be_visible()
    # Reloaded as soon as it was clicked.
    name_field(page).fill("Reloaded")
    save_button(page).click()
    page.reload()
    screen.settled(page)
    ideas(page)
    expect(presets(page)).to_have_text(["Reloaded", "Waves"])


def test_deleted_in_one_tab_it_is_gone_in_the_other_which_says_so_and_it_can_be_brought_back(
    new_tab: NewTab,
) -> None:
    one = new_tab(viewport=DESK)
    other = one.context.new_page()
    screen.open_page(one)
    screen.open_page(other)
    screen.say(other, "Mine")
    screen.say(one, "The waves roll in")
    ideas(one)
    save(one, "Waves")
    # Its answer comes after the words': from here on nothing draws this tab anew, which would show what is gone.
    ideas(other)
    preset(other, "Waves").wait_for()
    delete(one, "Waves").click()
    expect(preset(one, "Waves")).to_have_count(0)
    preset(other, "Waves").click()
    expect(other.get_by_text("This preset cannot be used")).to_be_visible()
    expect(screen.prompt(other)).to_have_value("Mine")
    expect(preset(other, "Waves")).to_have_count(0)
    one.get_by_role("button", name="Undo").click()
    preset(one, "Waves").wait_for()
    one.reload()
    screen.settled(one)
    ideas(one)
    preset(one, "Waves").click()
    expect(screen.prompt(one)).to_have_value("The waves roll in")
    delete(one, "Waves").click()
    expect(one.get_by_text("The preset is deleted.")).to_be_visible()
    one.reload()
    screen.settled(one)
    ideas(one)
    expect(one.get_by_role("group", name="Your presets")).to_have_count(0)


def test_names_that_were_typed_to_do_harm_are_names(new_tab: NewTab) -> None:
    page = new_tab(viewport=PHONE, has_touch=True, is_mobile=True)
    screen.open_page(page)
    ideas(page)
    typed = [
        AS_TYPED[name] for name in ("html", "markdown", "streamlit", "attribute", "braces", "right to left", "long")
    ]
    names = [" ".join(each[:NAME_MAX].split()) for each in typed]
    for name in names:
        save(page, name)
        nothing_planted(page)
    for name in names:
        preset(page, name).click()
        expect(preset(page, name)).to_have_attribute("aria-pressed", "true")
        delete(page, name).click()
        expect(preset(page, name)).to_have_count(0)
        nothing_planted(page)
