"""What goes wrong is said in words, costs nothing, and leaves the form as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from components.messages.sentences import REASONS
from demo.orders.failures import Failure
from studio.jobs.job import Reason
from tests.app_process import wait_until
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
"""These stop all orders until the owner has fixed something: test_browser_stops.py looks at them."""

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


HELP = {
    Failure.INVALID: "Change the order",
    Failure.PICTURE_MODERATED: "Choose another picture",
    Failure.WORDS_MODERATED: "Change the words",
    Failure.RESULT_MODERATED: "Change the words",
    Failure.FAMOUS_CHARACTER: "Choose another picture",
    Failure.AUDIO_UNREACHABLE: "Change the order",
    Failure.TOO_BUSY: "Try again",
    Failure.UNKNOWN_FAILURE: "Try again",
}
"""What a person is offered then, and nothing else but to dismiss it."""


@pytest.mark.parametrize("failure", ENDINGS)
def test_an_order_that_fails_says_why_and_offers_the_one_thing_that_helps(page: Page, failure: Failure) -> None:
    words = f"A storm comes up, {failure}"
    screen.open_page(page)
    screen.give_picture(page)
    page.get_by_text("10 sec", exact=True).click()
    card = screen.order(page, words)
    notice = card.get_by_role("alert")
    expect(notice).to_contain_text(REASONS[ENDINGS[failure]].happened)
    expect(notice).to_contain_text(REASONS[ENDINGS[failure]].do)
    expect(notice).to_contain_text("Nothing was charged.")
    expect(card.get_by_role("button").filter(has_text=re.compile("."))).to_have_text(
        [re.compile(f"{HELP[failure]}$"), re.compile("Dismiss$")]
    )

    screen.say(page, "Something else meanwhile")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(screen.picture(page)).to_have_count(0)
    before = screen.shown_job(page)
    card.get_by_role("button", name=HELP[failure], exact=True).click()
    if HELP[failure] == "Try again":
        # The same goes out, and fails in the same way; the form is left alone.
        wait_until(lambda: screen.shown_job(page) != before, "another order stands in its place")
        expect(notice).to_contain_text(REASONS[ENDINGS[failure]].happened)
        expect(screen.cards(page)).to_have_count(1)
        expect(screen.prompt(page)).to_have_value("Something else meanwhile")
    else:
        expect(screen.prompt(page)).to_have_value(words)
        expect(screen.picture(page)).to_be_visible()
        expect(page.get_by_role("radio", name="10 sec")).to_be_checked()

    card.get_by_role("button", name="Dismiss", exact=True).click()
    expect(card).to_have_count(0)


@pytest.mark.parametrize("failure", SEARCHED)
def test_an_order_whose_answer_proves_nothing_is_looked_for_and_not_called_failed(page: Page, failure: Failure) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    card = screen.order(page, f"Rain, {failure}")
    expect(card.get_by_role("alert")).to_contain_text("We sent your order but got no reply.")
    expect(card.get_by_role("alert")).not_to_contain_text("This video couldn't be made")


# One of each sort: an answer that gets lost, a wait to be sent, and a video that arrives damaged.
@pytest.mark.parametrize("failure", [Failure.LOST_ANSWER, Failure.BUSY, Failure.DAMAGED_VIDEO])
def test_an_outage_that_passes_ends_in_a_video_by_itself(page: Page, failure: Failure) -> None:
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
    screen.is_sent_as(page, 960, 640)

    # What is only small can be had all the same; an impatient hand changes nothing.
    page.get_by_role("button", name="Enlarge it").dblclick(delay=50)
    expect(page.get_by_text("720 × 1080")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("button", name="Enlarge it")).to_have_count(0)
    expect(screen.prompt(page)).to_have_value("She dances")


PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
TOO_LARGE = "This picture is larger than 20 MB. Choose a smaller one."
GIVE_LARGE = """([way, where, name]) => {
  const transfer = new DataTransfer(), options = {bubbles: true, cancelable: true};
  transfer.items.add(new File([new Uint8Array(22e6)], name, {type: "image/jpeg"}));
  const target = document.querySelector(where);
  if (way === "paste") target.dispatchEvent(new ClipboardEvent("paste", {...options, clipboardData: transfer}));
  else for (const kind of ["dragenter", "dragover", "drop"])
    target.dispatchEvent(new DragEvent(kind, {...options, dataTransfer: transfer}));
}"""


@pytest.mark.parametrize("device", [{}, PHONE], ids=["desk", "phone"])
def test_of_several_that_are_refused_after_each_other_only_the_last_is_spoken_of(
    new_tab: Callable[..., Page], tmp_path: Path, device: dict[str, object]
) -> None:
    page = new_tab(**device)
    screen.open_page(page)
    screen.say(page, "She dances")

    def refused(what: bytes, name: str, said: str) -> None:
        (tmp_path / name).write_bytes(what)
        screen.chooser(page).set_input_files(tmp_path / name)
        expect(page.get_by_role("alert").filter(has_text=said)).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(1)
        expect(page.get_by_test_id("stFileChip")).to_have_count(0)

    refused(jpeg(2000, 300), "panorama.jpg", "This picture is too long and narrow: 2000 × 300.")
    refused(jpeg_of_bytes(22_000_000), "large.jpg", TOO_LARGE)
    refused(jpeg_of_bytes(25_000_000), "larger.jpg", TOO_LARGE)
    refused(b"\x00\x00\x00\x18ftypmp42" + bytes(5_000), "film.mp4", "This video doesn't say how it was made here.")
    refused(jpeg_of_bytes(25_000_000), "larger.jpg", TOO_LARGE)
    screen.give_picture(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(screen.prompt(page)).to_have_value("She dances")

    # With a picture there, a further one that is too large leaves it as it is.
    refused(jpeg_of_bytes(25_000_000), "larger.jpg", TOO_LARGE)
    expect(screen.picture(page)).to_be_visible()
    expect(screen.prompt(page)).to_have_value("She dances")


@pytest.mark.parametrize(
    ("way", "where"),
    [
        ("drop", "h1"),
        ("drop", '[data-testid="stFileUploaderDropzone"]'),
        ("paste", "body"),
    ],
)
def test_a_photo_that_is_too_large_is_refused_in_our_words_however_it_comes(page: Page, way: str, where: str) -> None:
    screen.open_page(page)
    expect(page.get_by_text("20MB per file").filter(visible=True)).to_have_count(1)
    # The page takes what is dropped anywhere from the moment on that its field takes several.
    page.locator("input[type=file][multiple]").first.wait_for(state="attached")
    page.evaluate(GIVE_LARGE, [way, where, "large.jpg"])
    expect(page.get_by_role("alert").get_by_text(TOO_LARGE, exact=True)).to_be_visible()
    expect(page.get_by_test_id("stFileChip")).to_have_count(0)
    screen.give_picture(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_further_photo_that_is_too_large_is_refused_in_our_words(page: Page, tmp_path: Path) -> None:
    (tmp_path / "large.jpg").write_bytes(jpeg_of_bytes(22_000_000))
    screen.open_page(page)
    screen.give_picture(page)
    page.get_by_role("region", name="Add pictures").locator("input[type=file]").set_input_files(tmp_path / "large.jpg")
    expect(page.get_by_role("alert").get_by_text(TOO_LARGE, exact=True)).to_be_visible()
    expect(page.get_by_test_id("stFileChip")).to_have_count(0)


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
