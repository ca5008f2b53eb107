"""How Create is laid out, at a desk and on a phone: what belongs together stands together, and all is in reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.app_process import AppProcess, running_app
from tests.browser import screen
from tests.browser.screen import DESK, PHONE
from tests.photos import jpeg

pytestmark = pytest.mark.browser

DEVICES = pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
THREE = {
    "STUDIO_MODELS": "alibaba/wan-2-6-i2v,alibaba/wan-2-6-image-to-video-flash,alibaba/wan-2-7-i2v",
}
FINGER_PX = 44
NewTab = Callable[..., Page]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """An app with three models to choose from."""
    with running_app(tmp_path_factory.mktemp("app"), settings=THREE) as app:
        yield app


def box(found: Locator) -> tuple[float, float, float, float]:
    """Left, top, width and height of what is seen."""
    seen = found.bounding_box()
    assert seen is not None
    return seen["x"], seen["y"], seen["width"], seen["height"]


def test_at_a_desk_length_quality_and_sound_are_one_row_and_the_button_is_seen_without_scrolling(
    new_tab: NewTab,
) -> None:
    page = new_tab(**DESK)
    screen.open_page(page)
    screen.give_picture(page)
    expect(page.locator(".settings-line")).to_be_hidden()
    row = [
        box(page.get_by_role("radiogroup", name="Length")),
        box(page.get_by_role("radiogroup", name="Quality")),
        box(page.get_by_text("With sound", exact=True)),
    ]
    middles = [top + height / 2 for _, top, _, height in row]
    assert max(middles) - min(middles) < 12
    assert [left for left, *_ in row] == sorted(left for left, *_ in row)
    expect(page.get_by_role("switch", name="Several shots")).to_be_hidden()
    expect(page.get_by_role("radiogroup", name="How many")).to_be_in_viewport()
    expect(screen.create_button(page)).to_be_in_viewport(ratio=1)


def test_on_a_phone_one_line_says_the_settings_and_opens_them(new_tab: NewTab) -> None:
    page = new_tab(**PHONE)
    screen.open_page(page)
    screen.give_picture(page)
    line = page.get_by_role("button", name="5 sec · Good (720p) · with sound", exact=True)
    length = page.get_by_role("radiogroup", name="Length")
    expect(line).to_have_attribute("aria-expanded", "false")
    expect(length).to_be_hidden()
    assert box(line)[3] >= FINGER_PX
    # By touch and by keyboard.
    line.tap()
    expect(length).to_be_visible()
    expect(line).to_have_attribute("aria-expanded", "true")
    line.press("Enter")
    expect(length).to_be_hidden()
    line.press("Enter")
    # What is chosen is said, and the choices stay open.
    screen.choose_option(page, "Length", "10 sec")
    screen.choose_option(page, "Quality", "Best (1080p)")
    page.get_by_text("With sound", exact=True).tap()
    page.get_by_role("button", name="10 sec · Best (1080p) · no sound", exact=True).tap()
    expect(length).to_be_hidden()
    page.reload()
    expect(page.get_by_role("button", name="10 sec · Best (1080p) · no sound", exact=True)).to_be_visible()


def test_on_a_phone_how_many_price_and_button_are_in_reach_and_cover_less_than_a_third(new_tab: NewTab) -> None:
    page = new_tab(**PHONE)
    screen.open_page(page)
    screen.give_picture(page)
    for share in (0, 0.5, 1):
        page.locator("[data-testid=stMain]").evaluate(f"e => e.scrollTo(0, e.scrollHeight * {share})")
        for found in (page.get_by_role("radiogroup", name="How many"), screen.create_button(page)):
            expect(found).to_be_in_viewport(ratio=1)
        expect(page.get_by_text("Free in the demo.")).to_be_in_viewport(ratio=1)
    assert box(page.locator(".st-key-order-bar"))[3] < 844 / 3
    for number in range(4):
        _, _, width, height = box(page.get_by_role("radiogroup", name="How many").locator("label").nth(number))
        assert min(width, height) >= FINGER_PX
    page.get_by_role("radiogroup", name="How many").get_by_text("4", exact=True).tap()
    expect(page.get_by_text("4 videos · Free in the demo.")).to_be_in_viewport()


@DEVICES
def test_each_model_has_a_sentence_that_says_what_it_is_chosen_for(new_tab: NewTab, device: dict[str, object]) -> None:
    page = new_tab(**device)
    screen.open_page(page)
    expect(page.get_by_text("The best all-rounder, with sound and several shots.")).to_be_visible()
    for model, sentence in (("Wan 2.6 Flash", "Faster and cheaper."), ("Wan 2.7", "The best movement.")):
        # A list of choices closes when the page moves.
        page.get_by_role("combobox", name="Model").scroll_into_view_if_needed()
        page.get_by_role("combobox", name="Model").click()
        page.get_by_role("option", name=model, exact=True).click()
        expect(page.get_by_text(sentence, exact=True)).to_be_visible()
        expect(page.get_by_text("The best all-rounder, with sound and several shots.")).to_have_count(0)


@DEVICES
@pytest.mark.parametrize("size", [(720, 1280), (1280, 720)], ids=["portrait", "landscape"])
def test_a_video_has_its_own_shape_and_leaves_room_for_what_can_be_done_with_it(
    new_tab: NewTab, device: dict[str, object], size: tuple[int, int]
) -> None:
    page = new_tab(**device)
    screen.open_page(page)
    screen.give_picture(page, jpeg(*size))
    shown = box(screen.picture(page))
    assert abs(shown[2] / shown[3] - size[0] / size[1]) < 0.02
    high = 844 if device is PHONE else 800
    assert shown[3] <= (0.4 if device is PHONE else 0.6) * high + 1
    screen.order(page, f"In its own shape {size[0]}")
    video = screen.video(page, f"In its own shape {size[0]}")
    screen.playing(video)
    screen.settled(page)
    _, _, width, height = box(video)
    assert height <= 0.6 * high + 1
    film = video.evaluate("v => v.videoWidth / v.videoHeight")
    assert abs(width / height - film) < 0.02


@DEVICES
def test_while_a_video_is_made_its_picture_has_its_own_shape_and_how_far_it_is_is_seen(
    new_tab: NewTab, device: dict[str, object]
) -> None:
    page = new_tab(**device)
    screen.open_page(page)
    screen.give_picture(page, jpeg(720, 1280))
    card = screen.order(page, "It takes long demo: stuck")
    picture = card.locator(".st-key-stage-film img")
    screen.settled(page)
    assert picture.evaluate("e => getComputedStyle(e).objectFit") == "contain", "or it is drawn as wide as its card"
    assert box(picture)[3] <= 0.6 * (844 if device is PHONE else 800) + 1
    expect(page.get_by_role("heading", name="Your video is on its way")).to_be_in_viewport(ratio=1)
    bar = page.locator(screen.PROGRESS)
    expect(bar).to_be_in_viewport(ratio=1)
    if device is PHONE:
        _, top, _, height = box(bar)
        assert top + height < box(page.locator(".st-key-order-bar"))[1], "the bar with the button lies over it"
    # It would keep the others of this file waiting.
    card.get_by_role("button", name="Stop waiting").click()
    expect(screen.cards(page)).to_have_count(0)


@DEVICES
def test_the_sentence_about_a_picture_and_what_can_be_done_with_it_take_no_more_rows_than_they_need(
    new_tab: NewTab, device: dict[str, object]
) -> None:
    page = new_tab(**device)
    screen.open_page(page)
    screen.give_picture(page)
    said, upload = page.get_by_text("Ready.", exact=False), page.locator(".st-key-picture-replace button")
    middles = [
        top + height / 2 for _, top, _, height in map(box, (said, upload, page.get_by_role("button", name="Remove")))
    ]
    buttons = middles[1:] if device is PHONE else middles
    assert max(buttons) - min(buttons) < 12


TARGETS = """() => [...document.querySelectorAll(
    "a, button, summary, [data-testid=stRadioOption], [data-testid=stCheckbox] label, [role=combobox]")]
  .filter(e => e.checkVisibility() && !e.disabled && !e.closest("[aria-hidden=true], [data-testid=stTooltipIcon]"))
  .map(e => [e.ariaLabel || e.innerText, e.getBoundingClientRect()])
  .filter(([, {width, height}]) => width > 1 && height > 1 && (height < 44 || width < 44))
  .map(([name, {width, height}]) => `${name}: ${width} x ${height}`)"""
"""What can be tapped and is smaller than a finger; but the signs that say more of a field."""


def test_whatever_a_finger_taps_is_large_enough_for_it(new_tab: NewTab) -> None:
    page = new_tab(**PHONE)
    screen.open_page(page)
    page.get_by_role("button", name="Mountain lake at dusk").wait_for()
    assert page.evaluate(TARGETS) == [], "empty"
    screen.give_picture(page)
    screen.open_more(page)
    page.get_by_label("What to avoid").wait_for()
    screen.settled(page)
    assert page.evaluate(TARGETS) == [], "with everything open"
    screen.order(page, "Large enough")
    screen.video(page, "Large enough")
    screen.settled(page)
    assert page.evaluate(TARGETS) == [], "with a video"
    screen.go(page, "Gallery")
    page.locator("video").wait_for()
    assert page.evaluate(TARGETS) == [], "the gallery"


@DEVICES
def test_nobody_is_told_to_press_enter_and_the_logo_leads_nowhere(new_tab: NewTab, device: dict[str, object]) -> None:
    page = new_tab(**device)
    screen.open_page(page)
    screen.prompt(page).click()
    page.keyboard.type("Waves")
    page.get_by_label("Link to a picture").click()
    page.keyboard.type("https://")
    screen.open_more(page)
    page.get_by_label("What to avoid").click()
    page.keyboard.type("fog")
    expect(page.get_by_text("Press ").filter(visible=True)).to_have_count(0)
    page.locator(".st-key-navigation img").hover()
    expect(
        page.locator(".st-key-navigation").get_by_role("button", name="Fullscreen").filter(visible=True)
    ).to_have_count(0)
