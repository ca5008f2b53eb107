"""Create as a person meets it: what was asked for stands where the eyes are, and nothing typed or pressed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.app_process import wait_until
from tests.browser import screen

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 800}}


def in_view(page: Page, selector: str) -> bool:
    """True where the whole element is in the window."""
    return bool(
        page.locator(selector).evaluate(
            "e => { const b = e.getBoundingClientRect(); return b.top >= 0 && b.bottom <= innerHeight + 1; }"
        )
    )


def test_words_are_kept_while_the_hand_is_still_in_the_field(page: Page) -> None:
    screen.open_page(page)
    screen.prompt(page).click()
    page.keyboard.type("Waves roll in, and")
    # The server has them when what stands beside the button is about them.
    expect(page.get_by_text("Add a picture and a sentence to start.")).to_have_count(0)
    page.reload()
    expect(screen.prompt(page)).to_have_value("Waves roll in, and")


def test_who_goes_on_typing_while_words_are_kept_loses_none_and_keeps_the_place(page: Page) -> None:
    screen.open_page(page)
    screen.prompt(page).click()
    words = "One two three four five six seven eight nine ten"
    for word in words.split():
        page.keyboard.type(f"{word} ", delay=30)
        # Around the moment at which words are sent.
        page.wait_for_timeout(650)
    screen.settled(page)
    expect(screen.prompt(page)).to_have_value(words + " ")
    expect(screen.prompt(page)).to_be_focused()


def test_a_paste_that_is_too_long_is_taken_and_counted(page: Page) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    screen.say(page, "w" * 2200)
    expect(page.get_by_role("alert")).to_contain_text("2,200 of 1,500 characters. Leave out 700")
    assert len(screen.prompt(page).input_value()) == 2200
    screen.create_button(page).click()
    expect(page.get_by_text("Shorten it to 1,500 characters.")).to_be_visible()
    expect(screen.cards(page)).to_have_count(0)
    screen.say(page, "w" * 1500)
    expect(page.get_by_text("of 1,500 characters")).to_have_count(0)


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_what_was_made_stands_where_the_eyes_are_after_a_reload_until_one_starts_fresh(
    new_tab: Callable[..., Page], device: dict[str, object]
) -> None:
    page = new_tab(**device)
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, "A gull glides past")
    page.reload()
    screen.card(page, "A gull glides past").wait_for()
    screen.video(page, "A gull glides past")
    page.reload()
    screen.video(page, "A gull glides past")
    screen.settled(page)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    assert in_view(page, "video")
    expect(page.get_by_role("button", name="Make another one")).to_be_visible()

    other = page.context.new_page()
    screen.open_page(other)
    screen.video(other, "A gull glides past")
    page.get_by_role("button", name="Start fresh").click()
    expect(page.locator("video")).to_have_count(0)
    expect(screen.prompt(page)).to_have_value("")
    expect(screen.picture(page)).to_have_count(0)
    expect(page.get_by_role("button", name="Create video")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Create video").wait_for()
    screen.settled(page)
    expect(page.locator("video")).to_have_count(0)
    screen.go(page, "Gallery")
    expect(page.get_by_text("A gull glides past")).to_be_visible()


def test_another_tab_that_kept_words_meanwhile_does_not_bring_back_what_was_put_away(page: Page) -> None:
    other = page.context.new_page()
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, "Put away soon")
    screen.video(page, "Put away soon")
    screen.open_page(other)
    screen.video(other, "Put away soon")
    page.get_by_role("button", name="Start fresh").click()
    expect(page.locator("video")).to_have_count(0)
    screen.say(other, "Typed in the other tab")
    other.reload()
    expect(screen.prompt(other)).to_have_value("Typed in the other tab")
    expect(other.locator("video")).to_have_count(0)


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_a_press_is_shown_at_once_and_the_button_says_what_another_would_do(
    new_tab: Callable[..., Page], device: dict[str, object]
) -> None:
    page = new_tab(**device)
    screen.open_page(page)
    screen.give_picture(page)
    screen.say(page, "Pressed once demo: stuck")
    button = page.get_by_role("button", name=re.compile("Create video|Make another one"))
    # In the same task as the press: before any answer can have come.
    says = button.evaluate("b => { b.click(); return [b.getAttribute('aria-busy'), b.parentElement.dataset.says]; }")
    assert says == ["true", "Sending …"]
    expect(page.get_by_role("button", name="Make another one")).to_be_visible()
    expect(button).not_to_have_attribute("aria-busy", "true")
    screen.say(page, "Something else demo: stuck")
    expect(page.get_by_role("button", name="Create video")).to_be_visible()


def test_on_a_phone_price_and_button_are_in_reach_wherever_one_is(new_tab: Callable[..., Page]) -> None:
    page = new_tab(**PHONE)
    screen.open_page(page)
    screen.give_picture(page)
    screen.settled(page)
    for share in (0, 0.5, 1):
        page.locator("[data-testid=stMain]").evaluate(f"e => e.scrollTo(0, e.scrollHeight * {share})")
        assert in_view(page, ".st-key-create button")
    screen.say(page, "Enough")
    expect(page.get_by_text("Free in the demo.")).to_be_in_viewport()


def test_with_a_picture_there_is_no_second_empty_drop_zone(page: Page) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    screen.settled(page)
    expect(page.get_by_text("20MB per file").filter(visible=True)).to_have_count(0)
    expect(page.get_by_text("Use the camera")).to_have_count(0)
    before = screen.picture(page).get_attribute("src")
    screen.give_picture(page)
    expect(screen.picture(page)).not_to_have_attribute("src", before or "")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("20MB per file").filter(visible=True)).to_have_count(1)


def test_several_results_play_one_at_a_time(page: Page) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, "First of them")
    screen.order(page, "Second of them")
    screen.tile(page, "Your video is ready: First of them").wait_for()
    screen.tile(page, "Your video is ready: Second of them").wait_for()
    expect(page.locator("video")).to_have_count(1)
    expect(page.locator("video[autoplay]")).to_have_count(1)


def test_a_landscape_photo_becomes_a_portrait_video_of_the_part_that_was_chosen(page: Page, tmp_path: Path) -> None:
    left_red, right_blue = Image.new("RGB", (1280, 720), "red"), Image.new("RGB", (640, 720), "blue")
    left_red.paste(right_blue, (640, 0))
    photo = BytesIO()
    left_red.save(photo, "JPEG", quality=95)
    screen.open_page(page)
    screen.give_picture(page, photo.getvalue())
    page.get_by_role("radiogroup", name="Shape").get_by_text("9:16", exact=True).click()
    expect(page.get_by_text(re.compile(r"^Usually .* · 720 × 1280$"))).to_be_visible()
    page.get_by_role("slider", name="Left to right").focus()
    page.keyboard.press("End")
    # What will be sent is shown, and is all blue.
    expect(page.get_by_text("Ready, 405 × 720")).to_be_visible()
    wait_until(lambda: _colours(page) == {"blue"}, "the chosen part is shown")

    screen.order(page, "static")
    video = screen.video(page, "static")
    shown = video.bounding_box()
    assert shown is not None
    assert shown["width"] / shown["height"] == pytest.approx(9 / 16, rel=0.02), "no bars beside it"
    poster = Image.open(BytesIO(page.request.get(video.get_attribute("poster") or "").body())).convert("RGB")
    assert poster.height > poster.width
    red, _green, blue = np.asarray(poster).mean(axis=(0, 1))
    assert blue > 150 > red

    # Another shape and back: the part is remembered.
    page.get_by_role("radiogroup", name="Shape").get_by_text("1:1", exact=True).click()
    expect(page.get_by_text("Ready, 720 × 720")).to_be_visible()
    page.get_by_role("radiogroup", name="Shape").get_by_text("9:16", exact=True).click()
    expect(page.get_by_text("Ready, 405 × 720")).to_be_visible()
    wait_until(lambda: _colours(page) == {"blue"}, "the chosen part is shown again")


def _colours(page: Page) -> set[str]:
    """What is seen at the left and at the right of the picture as it will be sent."""
    source = screen.picture(page).get_attribute("src") or ""
    answer = page.request.get(source)
    if not answer.ok:
        return set()  # another choice has replaced it meanwhile
    seen = Image.open(BytesIO(answer.body())).convert("RGB")
    row = np.asarray(seen)[seen.height // 2]
    return {"red" if spot[0] > spot[2] else "blue" for spot in (row[len(row) // 30], row[-len(row) // 30])}


A_FILE = """async ([event, where]) => {
  const canvas = new OffscreenCanvas(640, 480);
  const context = canvas.getContext("2d");
  context.fillStyle = "green";
  context.fillRect(0, 0, 640, 480);
  const transfer = new DataTransfer();
  transfer.items.add(new File([await canvas.convertToBlob({type: "image/png"})], "x.png", {type: "image/png"}));
  const options = {bubbles: true, cancelable: true};
  const target = document.querySelector(where);
  if (event === "paste") {
    target.dispatchEvent(new ClipboardEvent("paste", {...options, clipboardData: transfer}));
    return null;
  }
  const over = new DragEvent("dragover", {...options, dataTransfer: transfer});
  target.dispatchEvent(over);
  const marked = document.documentElement.hasAttribute("data-dropping");
  target.dispatchEvent(new DragEvent("drop", {...options, dataTransfer: transfer}));
  return [over.defaultPrevented, marked, document.documentElement.hasAttribute("data-dropping")];
}"""


@pytest.mark.parametrize(("event", "where"), [("drop", "h1"), ("drop", "textarea"), ("paste", "body")])
def test_a_picture_is_taken_wherever_it_is_dropped_and_when_it_is_pasted(page: Page, event: str, where: str) -> None:
    screen.open_page(page)
    expect(page.get_by_text("20MB per file").filter(visible=True)).to_have_count(1)
    seen = page.evaluate(A_FILE, [event, where])
    assert seen in (None, [True, True, False])
    expect(page.get_by_text("Ready, 640 × 480.")).to_be_visible()
    # With a picture there, the next one takes its place.
    before = screen.picture(page).get_attribute("src")
    page.evaluate(A_FILE, [event, where])
    expect(screen.picture(page)).not_to_have_attribute("src", before or "")
