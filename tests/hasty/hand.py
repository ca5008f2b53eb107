"""What a hasty hand does: one thing, and another so many milliseconds later, whatever the page is doing meanwhile."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing

from playwright.sync_api import Locator, Page, expect

from tests.app_process import AppProcess
from tests.browser import screen
from tests.photos import jpeg

NO_RENDERING = "demo: stuck"
"""Words that keep the demo from rendering: how it ends is another question."""

SETTINGS = {"STUDIO_VISITOR_JOBS": "50", "STUDIO_JOBS_AT_ONCE": "500", "STUDIO_QUEUE_LENGTH": "5000"}
"""No limit may hide a second order."""


def after(milliseconds: int) -> None:
    """The hand's pause. The browser goes on meanwhile."""
    threading.Event().wait(milliseconds / 1000)


def filled_form(page: Page, words: str) -> None:
    """A form that can be ordered."""
    screen.open_page(page)
    screen.give_picture(page)
    screen.say(page, f"{words} {NO_RENDERING}")


def middle_of(found: Locator) -> tuple[float, float]:
    """Where a finger would land."""
    found.scroll_into_view_if_needed()
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def clicks_at_one_point(page: Page, milliseconds: int) -> None:
    """Two real clicks of the mouse where the button was at the first."""
    x, y = middle_of(screen.create_button(page))
    page.mouse.click(x, y)
    after(milliseconds)
    page.mouse.click(x, y)


def clicks_on_the_button(page: Page, milliseconds: int) -> None:
    """Two real clicks of the mouse, the second wherever the button is by then."""
    page.mouse.click(*middle_of(screen.create_button(page)))
    after(milliseconds)
    page.mouse.click(*middle_of(screen.create_button(page)))


def taps(page: Page, milliseconds: int) -> None:
    """Two taps of a finger, the second wherever the button is by then."""
    page.touchscreen.tap(*middle_of(screen.create_button(page)))
    after(milliseconds)
    page.touchscreen.tap(*middle_of(screen.create_button(page)))


def enter_held_down(page: Page, milliseconds: int) -> None:
    """Enter on the button, kept down for so long: it repeats thirty times a second."""
    screen.create_button(page).focus()
    for _ in range(max(2, milliseconds // 33)):
        page.keyboard.down("Enter")
        after(33)
    page.keyboard.up("Enter")


def orders_of(app: AppProcess, page: Page) -> int:
    """How many orders this browser's visitor has placed, once all that it has sent has been dealt with."""
    screen.card(page, NO_RENDERING).first.wait_for()
    screen.settled(page)
    visitor = screen.visitor_of(app, page.context)
    with closing(sqlite3.connect(app.data_dir / "kineograph.db", timeout=30)) as database:
        return int(database.execute("SELECT count(*) FROM jobs WHERE visitor = ?", (visitor,)).fetchone()[0])


def double(app: AppProcess, page: Page, act: Callable[[Page, int], None], milliseconds: int) -> int:
    """The orders that came of one form, acted on twice."""
    filled_form(page, f"Twice within {milliseconds} ms")
    act(page, milliseconds)
    return orders_of(app, page)


def change_length(page: Page) -> None:
    """Another length."""
    page.get_by_text("10 sec", exact=True).filter(visible=True).click()


def change_sound(page: Page) -> None:
    """Without sound."""
    page.get_by_text("With sound", exact=True).filter(visible=True).click()


def type_words(page: Page) -> None:
    """Words, and out of the field."""
    screen.prompt(page).fill("Words typed while the picture was on its way")
    screen.prompt(page).blur()


CHANGES: dict[str, Callable[[Page], None]] = {"length": change_length, "sound": change_sound, "words": type_words}


def picture_then_change(page: Page, change: Callable[[Page], None], milliseconds: int) -> bool:
    """Whether a picture is there that was chosen so many milliseconds before something else on the form changed."""
    screen.open_page(page)
    screen.upload(page, jpeg())
    after(milliseconds)
    change(page)
    screen.picture(page).or_(page.get_by_test_id("stAlertContentError")).first.wait_for(timeout=20_000)
    screen.settled(page)
    expect(page.get_by_text("Preparing your picture …")).to_have_count(0)
    return screen.picture(page).count() == 1
