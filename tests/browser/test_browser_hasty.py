"""The next click comes at once or 300 ms after any other: what the first one meant has come about all the same.

Few distances here; `python -m tests.hasty` counts over many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType, Page, expect

from tests.app_process import AppProcess, running_app
from tests.browser import screen
from tests.browser.screen import DESK, PHONE
from tests.browser.watch import Watch
from tests.chromium import arguments, needed_path
from tests.hasty import hand
from tests.hasty.slow_line import SlowLine
from tests.kept_videos import keep_videos

pytestmark = pytest.mark.browser

NEXT_MS = [0, 300]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """The app with room for many orders at once."""
    with running_app(tmp_path_factory.mktemp("app"), settings=hand.SETTINGS) as app:
        yield app


@pytest.fixture
def slow_page(app: AppProcess, browser: Browser) -> Iterator[Page]:
    """A tab behind a line on which everything takes 300 ms longer, in each direction."""
    line = SlowLine(app.url, 0.3)
    context = browser.new_context(base_url=line.url, has_touch=True, viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()
    line.close()


# Ordering.


@pytest.mark.parametrize("milliseconds", [0, 200, 1_500])
def test_two_clicks_are_one_order(app: AppProcess, page: Page, milliseconds: int) -> None:
    assert hand.double(app, page, hand.clicks_on_the_button, milliseconds) == 1


@pytest.mark.parametrize("milliseconds", [250])
def test_two_taps_over_a_slow_line_are_one_order(app: AppProcess, slow_page: Page, milliseconds: int) -> None:
    assert hand.double(app, slow_page, hand.taps, milliseconds) == 1


def test_enter_held_down_is_one_order(app: AppProcess, page: Page) -> None:
    assert hand.double(app, page, hand.enter_held_down, 1_000) == 1


def test_two_tabs_at_once_are_one_order(app: AppProcess, page: Page) -> None:
    hand.filled_form(page, "From two tabs at once")
    other = page.context.new_page()
    screen.open_page(other)
    screen.picture(other).wait_for()
    for tab in (page, other):
        screen.create_button(tab).click(no_wait_after=True)
    screen.settled(other)
    assert hand.orders_of(app, page) == 1


def test_who_wants_just_the_same_once_more_is_asked_and_gets_one_however_hasty(app: AppProcess, page: Page) -> None:
    hand.filled_form(page, "Once more")
    screen.create_button(page).click()
    screen.card(page, hand.NO_RENDERING).wait_for()
    screen.settled(page)
    screen.create_button(page).click()
    expect(page.get_by_text("You ordered exactly this")).to_contain_text("Make another?")
    assert hand.orders_of(app, page) == 1

    another = page.get_by_role("button", name="Make another", exact=True)
    x, y = hand.middle_of(another)
    page.mouse.click(x, y)
    hand.after(200)
    page.mouse.click(x, y)
    expect(screen.tiles(page)).to_have_count(2)
    screen.settled(page)
    assert hand.orders_of(app, page) == 2


def test_a_sentence_that_is_still_being_typed_and_a_picture_that_is_still_being_prepared_are_in_the_order(
    app: AppProcess, page: Page
) -> None:
    screen.open_page(page)
    screen.prompt(page).fill(f"Typed to the end {hand.NO_RENDERING}")
    screen.upload(page, hand.jpeg())
    page.get_by_text("10 sec", exact=True).click()
    screen.create_button(page).click()
    card = screen.card(page, f"Typed to the end {hand.NO_RENDERING}")
    card.or_(page.get_by_text("Add a picture first")).first.wait_for()
    if card.count() == 0:
        # The click was there before the upload was: nothing was ordered, and nothing is lost.
        screen.picture(page).wait_for()
        screen.create_button(page).click()
    expect(card).to_be_visible()


@pytest.mark.parametrize("pressed", ["Create video", "2"])
def test_a_press_counts_for_what_was_pressed_though_it_moves_away_meanwhile(
    app: AppProcess, new_tab: Callable[..., Page], pressed: str
) -> None:
    """A narrow window: the words are kept as the mouse goes down, a line below goes with that, and all above moves."""
    page = new_tab(viewport={"width": 390, "height": 844})
    screen.open_page(page)
    screen.give_picture(page)
    missing = page.get_by_text("Say in a sentence what should happen in the video.")
    expect(missing).to_be_visible()
    words = f"Held down {hand.NO_RENDERING}"
    bar = page.locator(".st-key-order-bar")
    target = screen.create_button(page) if pressed == "Create video" else bar.get_by_text(pressed, exact=True)
    screen.prompt(page).fill(words)
    box = target.bounding_box()
    assert box is not None
    # Where it is now, and is not any more afterwards.
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 3)
    page.mouse.down()
    expect(missing).to_have_count(0)
    after = target.bounding_box()
    assert after is not None
    assert after["y"] > box["y"] + 3
    page.mouse.up()
    if pressed == "Create video":
        expect(screen.card(page, words)).to_be_visible()
        expect(screen.cards(page)).to_have_count(1)
        assert hand.orders_of(app, page) == 1
    else:
        expect(page.get_by_role("radio", name=pressed, exact=True)).to_be_checked()


# The picture.


@pytest.mark.parametrize("milliseconds", NEXT_MS)
@pytest.mark.parametrize("change", hand.CHANGES)
def test_a_picture_is_there_whatever_else_changes(page: Page, change: str, milliseconds: int) -> None:
    assert hand.picture_then_change(page, hand.CHANGES[change], milliseconds)


def test_a_page_loaded_anew_goes_on_waiting_for_the_picture_that_was_given_before(page: Page) -> None:
    screen.open_page(page)
    screen.upload(page, hand.jpeg(4_000, 3_000))
    page.get_by_text("Preparing your picture …").or_(screen.picture(page)).first.wait_for()
    page.reload()
    expect(screen.picture(page)).to_be_visible()


@pytest.mark.parametrize("milliseconds", NEXT_MS)
def test_a_sample_and_its_removal_hold_whatever_is_clicked_next(page: Page, milliseconds: int) -> None:
    screen.open_page(page)
    page.get_by_role("button", name="Balloons at sunrise").click()
    hand.after(milliseconds)
    hand.change_length(page)
    expect(screen.picture(page)).to_be_visible()
    expect(page.get_by_role("radio", name="10 sec")).to_be_checked()

    page.get_by_role("button", name="Remove", exact=True).click()
    hand.after(milliseconds)
    hand.change_sound(page)
    expect(screen.picture(page)).to_have_count(0)
    page.reload()
    screen.settled(page)
    expect(screen.picture(page)).to_have_count(0)
    expect(page.get_by_role("switch", name="With sound")).not_to_be_checked()


@pytest.mark.parametrize("milliseconds", [0, 300])
def test_a_photo_just_taken_is_there_whatever_else_changes(
    app: AppProcess, chromium: BrowserType, watch: Watch, milliseconds: int
) -> None:
    camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    browser = chromium.launch(executable_path=needed_path(), args=[*arguments(), *camera])
    page = browser.new_context(base_url=app.url, permissions=["camera"]).new_page()
    watch.follow(page)
    screen.open_page(page)
    page.get_by_text("Use the camera", exact=True).click()
    take = page.get_by_role("button", name="Take Photo")
    take.click()
    while take.is_visible():
        # Streamlit (1.67) opens the camera twice, the second time for a width that has settled. Until it shows
        # something there is nothing to take.
        take.click()
    hand.after(milliseconds)
    hand.change_length(page)
    expect(screen.picture(page)).to_be_visible()
    browser.close()


# How an order goes on.


@pytest.mark.parametrize("milliseconds", NEXT_MS)
def test_changing_the_words_and_dismissing_hold_whatever_is_clicked_next(page: Page, milliseconds: int) -> None:
    words = "A storm comes up, demo: words moderated"
    screen.open_page(page)
    screen.give_picture(page)
    card = screen.order(page, words)
    card.get_by_role("button", name="Change the words", exact=True).wait_for()
    screen.say(page, "Something else")
    card.get_by_role("button", name="Change the words", exact=True).click()
    hand.after(milliseconds)
    hand.change_sound(page)
    expect(screen.prompt(page)).to_have_value(words)

    card.get_by_role("button", name="Dismiss", exact=True).click()
    hand.after(milliseconds)
    hand.change_length(page)
    expect(card).to_have_count(0)
    page.reload()
    screen.settled(page)
    expect(card).to_have_count(0)


# The gallery.


@pytest.mark.parametrize("milliseconds", NEXT_MS)
def test_what_is_clicked_in_the_gallery_holds_whatever_is_clicked_next(
    app: AppProcess, page: Page, tmp_path: Path, milliseconds: int
) -> None:
    screen.open_page(page)
    shared, gone, used = keep_videos(
        app, screen.visitor_of(app, page.context), ["To be shared", "To be gone", "To be used again"], tmp_path
    )
    screen.go(page, "Gallery")
    dialog = page.get_by_role("dialog")

    screen.choose(screen.video_card(page, shared.id), "Share")
    dialog.get_by_role("button", name="Make a link").click()
    hand.after(milliseconds)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    screen.choose(screen.video_card(page, shared.id), "Share")
    dialog.get_by_role("button", name="Stop sharing").click()
    hand.after(milliseconds)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    screen.choose(screen.video_card(page, shared.id), "Share")
    expect(dialog.get_by_role("button", name="Make a link")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)

    screen.choose(screen.video_card(page, gone.id), "Delete")
    hand.after(milliseconds)
    screen.video_card(page, used.id).get_by_role("button", name="Favourite").click()
    expect(page.get_by_text("To be gone")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("To be shared")).to_be_visible()
    expect(page.get_by_text("To be gone")).to_have_count(0)

    screen.video_card(page, used.id).get_by_role("button", name="Use again", exact=True).click()
    hand.after(milliseconds)
    page.get_by_role("link", name="Create", exact=True).click()
    expect(screen.prompt(page)).to_have_value("To be used again")
    expect(screen.picture(page)).to_be_visible()


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_a_link_followed_straight_after_typing_leads_there_and_the_words_are_kept(
    new_tab: Callable[..., Page], device: dict[str, object]
) -> None:
    page = new_tab(**device)
    screen.open_page(page)
    screen.prompt(page).fill("She waves")
    screen.pressed(page.get_by_role("link", name="Gallery", exact=True), device)
    page.get_by_role("heading", name="Your gallery", exact=True).wait_for()
    screen.settled(page)
    screen.pressed(page.get_by_role("link", name="Create", exact=True), device)
    page.get_by_role("heading", name="Make a picture move", exact=True).wait_for()
    expect(screen.prompt(page)).to_have_value("She waves")
