"""What goes wrong is said in words, costs nothing, and leaves the form as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from components.messages.notices import REASONS
from demo.orders.failures import Failure
from studio.jobs.job import Reason
from tests.browser import screen
from tests.photos import jpeg, jpeg_of_bytes

pytestmark = pytest.mark.browser

ENDINGS = {
    Failure.INVALID: Reason.ORDER_INVALID,
    Failure.PICTURE_MODERATED: Reason.PICTURE_MODERATED,
    Failure.WORDS_MODERATED: Reason.WORDS_MODERATED,
    Failure.RESULT_MODERATED: Reason.RESULT_MODERATED,
    Failure.FAMOUS_CHARACTER: Reason.FAMOUS_CHARACTER,
    Failure.AUDIO_UNREACHABLE: Reason.AUDIO_UNREACHABLE,
    Failure.TOO_BUSY: Reason.BUSY,
    Failure.UNKNOWN_FAILURE: Reason.UNKNOWN,
}
"""The words that end an order, and what a person is told then."""

STOPS = (Failure.OUT_OF_CREDIT, Failure.KEY_REJECTED)
"""These stop all orders until the owner has mended something: test_browser_stops.py looks at them."""

SEARCHED = (Failure.ERROR_BEFORE, Failure.HTML)
"""Nothing was ordered, but that cannot be known: it stays looked for."""

FOUND_AGAIN = (Failure.ERROR_AFTER, Failure.LOST_ANSWER, Failure.CUT_ANSWER)
PASSING = (
    # With a sound that was given as a file: test_browser_sounds.py.
    Failure.AUDIO_REFUSED,
    Failure.BUSY,
    Failure.SLOW,
    Failure.LOOKUP_TROUBLE,
    Failure.STRANGE_STATUS,
    Failure.DAMAGED_VIDEO,
    Failure.EXPIRED_ADDRESS,
)
ENDLESS = (Failure.STUCK,)


def test_every_failure_of_the_demo_is_looked_at_here() -> None:
    assert {*ENDINGS, *STOPS, *SEARCHED, *FOUND_AGAIN, *PASSING, *ENDLESS} == set(Failure)


@pytest.mark.parametrize("failure", ENDINGS)
def test_an_order_that_fails_says_why_and_trying_again_fills_everything_in(page: Page, failure: Failure) -> None:
    words = f"A storm comes up, {failure}"
    screen.open_page(page)
    screen.give_picture(page)
    page.get_by_text("10 sec", exact=True).click()
    card = screen.order(page, words)
    notice = card.get_by_role("alert")
    expect(notice).to_contain_text(REASONS[ENDINGS[failure]].happened)
    expect(notice).to_contain_text(REASONS[ENDINGS[failure]].do)
    expect(notice).to_contain_text("Nothing was charged.")

    screen.say(page, "Something else meanwhile")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(screen.picture(page)).to_have_count(0)
    card.get_by_role("button", name="Try again", exact=True).click()
    expect(screen.prompt(page)).to_have_value(words)
    expect(screen.picture(page)).to_be_visible()
    expect(page.get_by_role("radio", name="10 sec")).to_be_checked()

    card.get_by_role("button", name="Dismiss", exact=True).click()
    expect(card).to_have_count(0)
    expect(screen.picture(page)).to_be_visible()


@pytest.mark.parametrize("failure", SEARCHED)
def test_an_order_whose_answer_proves_nothing_is_looked_for_and_not_called_failed(page: Page, failure: Failure) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    card = screen.order(page, f"Rain, {failure}")
    expect(card.get_by_role("alert")).to_contain_text("We sent your order but got no reply.")
    expect(card.get_by_role("alert")).not_to_contain_text("This video couldn't be made")


# One of each sort: an answer that gets lost, a wait to be sent, and a video that arrives damaged.
@pytest.mark.parametrize("failure", [Failure.LOST_ANSWER, Failure.BUSY, Failure.DAMAGED_VIDEO])
def test_trouble_that_passes_ends_in_a_video_by_itself(page: Page, failure: Failure) -> None:
    words = f"Sunshine, {failure}"
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, words)
    screen.playing(screen.video(page, words))
    expect(screen.card(page, words)).to_have_count(1)


def test_a_file_that_is_no_picture_is_refused_in_words_and_the_form_stays(page: Page) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    screen.say(page, "She dances")

    screen.upload(page, b"%PDF-1.7\n" + b"words, not pixels\n" * 500, "holiday.jpg")
    expect(page.get_by_role("alert")).to_contain_text("PDF")
    screen.upload(page, b"<html>not a picture</html>", "page.jpg")
    expect(page.get_by_role("alert")).not_to_contain_text("PDF")

    screen.upload(page, jpeg(200, 300), "small.jpg")
    expect(page.get_by_role("alert")).to_contain_text("This picture is only 200 × 300 pixels.")
    expect(page.get_by_role("alert")).to_contain_text("Choose one whose sides are 240 pixels or more")

    expect(screen.picture(page)).to_be_visible()
    expect(screen.prompt(page)).to_have_value("She dances")
    expect(page.get_by_text("960 × 640")).to_be_visible()

    # What is only small can be had all the same; an impatient hand changes nothing.
    page.get_by_role("button", name="Enlarge it").dblclick(delay=50)
    expect(page.get_by_text("720 × 1080")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("button", name="Enlarge it")).to_have_count(0)
    expect(screen.prompt(page)).to_have_value("She dances")


def test_a_photo_of_twenty_five_megabytes_is_refused_in_words_and_the_form_stays(page: Page, tmp_path: Path) -> None:
    huge = tmp_path / "huge.jpg"
    huge.write_bytes(jpeg_of_bytes(25_000_000))
    screen.open_page(page)
    screen.say(page, "She dances")
    screen.chooser(page).set_input_files(huge)
    expect(page.get_by_role("alert")).to_contain_text("must be 20")
    screen.give_picture(page)
    expect(screen.prompt(page)).to_have_value("She dances")


def test_create_says_what_is_missing_instead_of_failing(page: Page) -> None:
    screen.open_page(page)
    expect(page.get_by_text("Add a picture and a sentence to start.")).to_be_visible()
    screen.create_button(page).click()
    expect(page.get_by_role("alert")).to_have_count(2)
    screen.give_picture(page)
    expect(page.get_by_text("Say in a sentence what should happen in the video.")).to_be_visible()
    screen.say(page, "   ")
    screen.create_button(page).click()
    expect(page.get_by_role("alert")).to_have_count(1)
    expect(screen.cards(page)).to_have_count(0)
