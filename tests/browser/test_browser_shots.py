"""Several shots are planned in a dialog: whatever is done there, the times add up and the prompt has every word."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.app_process import AppProcess, wait_until
from tests.browser import screen
from tests.browser.screen import DESK, PHONE

pytestmark = pytest.mark.browser

STORY = "She opens the door. A dog runs in! They dance"
PLANNED = "Shot 1 [0-2s]: She opens the door.\nShot 2 [2-4s]: A dog runs in!\nShot 3 [4-5s]: They dance"


def planner(page: Page) -> Locator:
    """The dialog, opened."""
    page.get_by_role("button", name="Plan the shots").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Done").wait_for()
    screen.settled(page)
    return dialog


def told(page: Page, words: str) -> None:
    """Words for several shots on the form, and the help with them open."""
    screen.open_page(page)
    screen.say(page, words)
    screen.open_more(page)
    page.get_by_text("Several shots", exact=True).click()
    screen.settled(page)
    page.get_by_text("Ideas for your description").click()
    page.get_by_role("button", name="Plan the shots").wait_for()
    screen.grown(page)


def row(dialog: Locator, number: int) -> Locator:
    return dialog.locator("[class*=st-key-shots-row-]").nth(number - 1)


def words_of(dialog: Locator, number: int) -> Locator:
    return row(dialog, number).get_by_role("textbox")


def lasts(dialog: Locator, number: int) -> Locator:
    return row(dialog, number).get_by_role("spinbutton", name="Seconds")


def shows(dialog: Locator, *seconds: int) -> None:
    """So many shots, with these seconds; and each says from when to when it is."""
    expect(dialog.get_by_role("spinbutton", name="Seconds")).to_have_count(len(seconds))
    begin = 0
    for number, each in enumerate(seconds, 1):
        expect(lasts(dialog, number)).to_have_value(str(each))
        expect(dialog.get_by_text(f"Shot {number}: {begin} to {begin + each} sec")).to_be_visible()
        begin += each


def done(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Done").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    screen.settled(page)


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_shots_are_added_moved_timed_and_taken_away_and_the_times_add_up(
    new_tab: Callable[..., Page], device: dict[str, object]
) -> None:
    page = new_tab(**device)
    told(page, STORY)
    dialog = planner(page)
    shows(dialog, 2, 2, 1)
    assert screen.fits_across(page)
    lasts(dialog, 1).fill("3")
    lasts(dialog, 1).press("Enter")
    shows(dialog, 3, 1, 1)
    # The most that leaves a second for each of the others.
    lasts(dialog, 1).fill("1")
    lasts(dialog, 1).press("Enter")
    shows(dialog, 1, 3, 1)
    dialog.get_by_role("button", name="Add a shot").click()
    shows(dialog, 1, 2, 1, 1)
    words_of(dialog, 4).fill("The lights go out")
    row(dialog, 4).get_by_role("button", name="Up").click()
    expect(words_of(dialog, 3)).to_have_value("The lights go out")
    shows(dialog, 1, 2, 1, 1)
    row(dialog, 1).get_by_role("button", name="Remove").click()
    shows(dialog, 3, 1, 1)
    dialog.get_by_role("textbox", name="For the whole video").fill("A warm film.")
    done(page)
    expect(screen.prompt(page)).to_have_value(
        "A warm film.\nShot 1 [0-3s]: A dog runs in!\nShot 2 [3-4s]: The lights go out\nShot 3 [4-5s]: They dance"
    )
    # Read back as it was written.
    dialog = planner(page)
    expect(dialog.get_by_role("textbox", name="For the whole video")).to_have_value("A warm film.")
    shows(dialog, 3, 1, 1)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Bring back what stood here").click()
    expect(screen.prompt(page)).to_have_value(STORY)


TWICE = """async ([x, y, details, milliseconds]) => {
  for (const detail of details) {
    const where = { bubbles: true, cancelable: true, composed: true, clientX: x, clientY: y };
    document.elementFromPoint(x, y)?.dispatchEvent(new MouseEvent("click", { ...where, detail }));
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
}"""

COUNTED = ([1, 2], 200)
"""As a mouse does it: the second click goes to whatever stands there 200 ms later, and the system has counted it."""
UNCOUNTED = ([1, 1], 0)
"""As of a finger on a system that counts none."""


def click_twice(button: Locator, details: list[int], milliseconds: int) -> None:
    screen.grown(button.page)
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    button.page.evaluate(TWICE, [*middle, details, milliseconds])
    screen.settled(button.page)


@pytest.mark.parametrize("twice", [COUNTED, UNCOUNTED], ids=["counted", "uncounted"])
def test_a_second_click_of_a_double_one_takes_no_other_shot_and_undo_brings_back(
    page: Page, twice: tuple[list[int], int]
) -> None:
    told(page, STORY)
    click_twice(page.get_by_role("button", name="Plan the shots"), *twice)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Done").wait_for()
    click_twice(row(dialog, 1).get_by_role("button", name="Remove"), *twice)
    shows(dialog, 4, 1)
    expect(words_of(dialog, 1)).to_have_value("A dog runs in!")
    dialog.get_by_role("button", name="Undo").click()
    shows(dialog, 2, 2, 1)
    expect(words_of(dialog, 1)).to_have_value("She opens the door.")
    click_twice(dialog.get_by_role("button", name="Add a shot"), *twice)
    shows(dialog, 2, 1, 1, 1)
    click_twice(row(dialog, 3).get_by_role("button", name="Up"), *twice)
    expect(words_of(dialog, 2)).to_have_value("They dance")
    dialog.get_by_role("button", name="Undo").click()
    expect(words_of(dialog, 3)).to_have_value("They dance")
    done(page)
    expect(screen.prompt(page)).to_have_value(
        "Shot 1 [0-2s]: She opens the door.\nShot 2 [2-3s]: A dog runs in!\nShot 3 [3-5s]: They dance"
    )


def test_what_was_planned_when_the_page_is_loaded_anew_is_in_the_prompt(app: AppProcess, page: Page) -> None:
    told(page, STORY)
    dialog = planner(page)
    # Typed, and not even left.
    words_of(dialog, 2).press("End")
    words_of(dialog, 2).press_sequentially(" It barks.")
    wait_until(lambda: "It barks." in screen.draft_of(app, page).prompt, "the words are kept")
    page.reload()
    screen.settled(page)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(screen.prompt(page)).to_have_value(PLANNED.replace("in!", "in! It barks."))


def test_a_plan_stays_open_and_whole_when_news_come(app: AppProcess, page: Page) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, "The waves roll in demo: slow")
    told(page, STORY)
    dialog = planner(page)
    lasts(dialog, 1).fill("3")
    lasts(dialog, 1).press("Enter")
    shows(dialog, 3, 1, 1)
    expect(page.get_by_text("Your video is ready").first).to_be_attached()
    shows(dialog, 3, 1, 1)
    words_of(dialog, 3).fill("They sing")
    done(page)
    expect(screen.prompt(page)).to_have_value(
        "Shot 1 [0-3s]: She opens the door.\nShot 2 [3-4s]: A dog runs in!\nShot 3 [4-5s]: They sing"
    )


def test_times_that_no_longer_add_up_are_said_and_made_to_fit(page: Page) -> None:
    told(page, STORY)
    page.get_by_role("button", name="Divide into shots").click()
    expect(screen.prompt(page)).to_have_value(PLANNED)
    hint = page.get_by_text("The times of your shots do not add up to the length of the video.")
    expect(hint).to_have_count(0)
    page.get_by_role("radiogroup", name="Length").get_by_text("10 sec").click()
    expect(hint).to_be_visible()
    dialog = planner(page)
    shows(dialog, 4, 4, 2)
    done(page)
    expect(screen.prompt(page)).to_have_value(
        "Shot 1 [0-4s]: She opens the door.\nShot 2 [4-8s]: A dog runs in!\nShot 3 [8-10s]: They dance"
    )
    expect(hint).to_have_count(0)
