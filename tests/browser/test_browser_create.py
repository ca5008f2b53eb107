"""Create as a person meets it: what was asked for stands where the eyes are, and nothing typed or pressed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import screen

pytestmark = [pytest.mark.browser, pytest.mark.own_app]

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


def test_on_a_phone_no_empty_box_stands_between_picture_and_prompt(new_tab: Callable[..., Page]) -> None:
    page = new_tab(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    screen.open_page(page)
    # Without a picture there is the box, and no toggle: a phone's file chooser offers its camera.
    expect(page.get_by_text("20MB per file").filter(visible=True)).to_have_count(1)
    expect(page.get_by_text("Use the camera").filter(visible=True)).to_have_count(0)
    screen.give_picture(page)
    for gone in ("20MB per file", "Use the camera", "Take a photo", "Link to a picture"):
        expect(page.get_by_text(gone).filter(visible=True)).to_have_count(0)
    expect(page.get_by_text("Picture", exact=True).filter(visible=True)).to_have_count(0)
    picture, prompt = screen.picture(page).bounding_box(), screen.prompt(page).bounding_box()
    assert picture is not None
    assert prompt is not None
    assert picture["y"] + picture["height"] < prompt["y"]
    # What takes further files is a button each, no box.
    uploaders = [one.bounding_box() for one in page.get_by_test_id("stFileUploader").filter(visible=True).all()]
    between = [box for box in uploaders if box is not None and picture["y"] < box["y"] < prompt["y"]]
    assert len(between) == 2
    assert max(box["height"] for box in between) < 60
    assert max(box["width"] for box in between) < 250


def test_several_results_play_one_at_a_time(page: Page) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, "First of them")
    screen.order(page, "Second of them")
    screen.tile(page, "Your video is ready: First of them").wait_for()
    screen.tile(page, "Your video is ready: Second of them").wait_for()
    expect(page.locator("video")).to_have_count(1)
    expect(page.locator("video[autoplay]")).to_have_count(1)


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
    screen.is_sent_as(page, 640, 480)
    # With a picture there, the next one takes its place.
    before = screen.picture(page).get_attribute("src")
    page.evaluate(A_FILE, [event, where])
    expect(screen.picture(page)).not_to_have_attribute("src", before or "")
