"""Several pictures and one sentence: given at once, put in order, and each becomes a video of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.app_process import AppProcess, wait_until
from tests.browser import screen
from tests.browser.screen import DESK, PHONE
from tests.photos import heic_from_a_phone, jpeg

pytestmark = [pytest.mark.browser, pytest.mark.own_app]


def photos(number: int, begin: int = 0) -> list[FilePayload]:
    """So many pictures that can be told apart by their width."""
    return [
        FilePayload(name=f"photo-{at}.jpg", mimeType="image/jpeg", buffer=jpeg(640 + 32 * at, 480))
        for at in range(begin, begin + number)
    ]


def group(page: Page) -> Locator:
    return page.get_by_role("group", name="Your pictures, in the order")


def line(page: Page) -> Locator:
    """The pictures in line, by the button that shows each large."""
    return group(page).locator("button.show")


def addresses(page: Page) -> list[str]:
    """Which pictures stand in line, in their order."""
    return [str(one) for one in line(page).locator("img").evaluate_all("all => all.map(image => image.src)")]


def adder(page: Page) -> Locator:
    return page.get_by_role("region", name="Add pictures").locator("input[type=file]")


def given(page: Page, number: int) -> list[str]:
    screen.open_page(page)
    screen.chooser(page).set_input_files(photos(number))
    expect(line(page)).to_have_count(number)
    screen.settled(page)
    return addresses(page)


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_photos_given_at_once_are_put_in_order_and_each_becomes_a_video(
    app: AppProcess, new_tab: Callable[..., Page], device: dict[str, object]
) -> None:
    page = new_tab(**device)
    one, two, three, four = given(page, 4)
    expect(line(page).first).to_have_attribute("aria-pressed", "true")
    screen.is_sent_as(page, 640, 480)
    # The third to the front; the second comes off, by a hand that clicks twice.
    group(page).get_by_role("button", name="Move to the left: Picture 3 of 4").click()
    group(page).get_by_role("button", name="Move to the left: Picture 2 of 4").click()
    wait_until(lambda: addresses(page) == [three, one, two, four], "the third is the first")
    group(page).get_by_role("button", name="Remove: Picture 3 of 4").dblclick(delay=20)
    wait_until(lambda: addresses(page) == [three, one, four], "one is gone, and one alone")
    screen.settled(page)
    assert addresses(page) == [three, one, four]
    # One more, by the button for that; then the last has the stage, is looked at, and stays last.
    adder(page).set_input_files(FilePayload(name="IMG.HEIC", mimeType="image/heic", buffer=heic_from_a_phone()))
    expect(line(page)).to_have_count(4)
    line(page).nth(2).click()
    screen.is_sent_as(page, 736, 480)
    wait_until(lambda: addresses(page)[:3] == [three, one, four], "they stand as before")
    assert screen.fits_across(page)

    screen.say(page, "The colours glow.")
    page.reload()
    screen.settled(page)
    expect(line(page)).to_have_count(4)
    screen.create_button(page).click()
    expect(screen.tiles(page)).to_have_count(4)
    expect(screen.tile(page, "Your video is ready")).to_have_count(4)
    expect(page.get_by_role("button", name="Make another one")).to_be_visible()
    widths = [
        page.evaluate("src => fetch(src).then(a => a.blob()).then(createImageBitmap).then(image => image.width)", one)
        for one in addresses(page)
    ]
    assert len(set(widths)) == 1, "thumbnails are all as wide"
    assert app.said().count("Traceback") == 0


def test_a_second_click_and_a_second_tab_pay_for_none_twice(page: Page) -> None:
    given(page, 3)
    screen.say(page, "The colours glow.")
    other = page.context.new_page()
    screen.open_page(other)
    expect(line(other)).to_have_count(3)
    screen.create_button(page).dblclick(delay=200)
    screen.create_button(other).click()
    expect(screen.tiles(page)).to_have_count(3)
    screen.settled(page)
    screen.open_page(page, "/")
    expect(screen.tiles(page)).to_have_count(3)


def test_an_order_waits_for_the_pictures_that_are_still_on_their_way(page: Page) -> None:
    screen.open_page(page)
    screen.say(page, "The colours glow.")
    screen.chooser(page).set_input_files(photos(6))
    screen.picture(page).wait_for()
    screen.create_button(page).click()
    # Either all were there by then, or it says so; never some of them.
    expect(line(page)).to_have_count(6)
    screen.settled(page)
    if screen.tiles(page).count() == 0:
        screen.create_button(page).click()
    expect(screen.tiles(page)).to_have_count(6)


def test_more_than_there_may_be_and_what_is_no_picture_is_said_and_the_others_are_taken(page: Page) -> None:
    screen.open_page(page)
    broken = FilePayload(name="broken.jpg", mimeType="image/jpeg", buffer=b"\xff\xd8\xff no picture")
    screen.chooser(page).set_input_files([*photos(2), broken, *photos(1, 2)])
    expect(line(page)).to_have_count(3)
    expect(page.get_by_text("The picture breaks off before its end", exact=False)).to_be_visible()
    adder(page).set_input_files([FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=jpeg(400, 400))] * 18)
    expect(page.get_by_text("1 picture was left out: 20 is the most for one order.")).to_be_visible()
    expect(line(page)).to_have_count(20)
    expect(adder(page)).to_have_count(0)
