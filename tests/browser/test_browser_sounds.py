"""A sound of one's own, as a file: it is heard in the video, and what becomes of it is said before the click."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, Route, expect

from components.messages.sentences import REASONS
from demo.orders.failures import Failure
from studio.jobs.job import Reason
from tests import sounds
from tests.browser import screen
from tests.browser.barriers import barriers
from tests.browser.screen import PHONE

pytestmark = pytest.mark.browser

UPLOADS = re.compile("/_stcore/upload_file/")
DESK: dict[str, object] = {"viewport": {"width": 1280, "height": 900}}
DEVICES = pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])


def more(page: Page) -> None:
    """Open "More options", where the sound is given."""
    screen.open_more(page)
    page.get_by_role("textbox", name="Link to an audio file").wait_for()


def chooser(page: Page) -> Locator:
    return page.get_by_role("region", name="Audio file", exact=True).locator("input[type=file]")


def give(page: Page, data: bytes, name: str = "tune.wav", kind: str = "audio/wav") -> None:
    chooser(page).set_input_files(FilePayload(name=name, mimeType=kind, buffer=data))


def kept(page: Page) -> Locator:
    """The place of the sound that is on the form."""
    return page.locator(".st-key-sound-kept")


def refused(page: Page) -> Locator:
    return page.locator(".st-key-more").get_by_role("alert")


def link(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Link to an audio file")


def downloaded(page: Page, card: Locator, folder: Path) -> bytes:
    with page.expect_download() as begun:
        card.get_by_role("link", name="Download").click()
    path = folder / "video.mp4"
    begun.value.save_as(path)
    return path.read_bytes()


@DEVICES
def test_a_tone_that_is_given_is_heard_in_the_video(
    new_visitor: Callable[..., BrowserContext], device: dict[str, object], tmp_path: Path
) -> None:
    page = new_visitor(**device).new_page()
    screen.open_page(page)
    screen.give_picture(page)
    more(page)
    give(page, sounds.wav(7, sounds.HIGH), "My tune.wav")
    expect(kept(page)).to_contain_text("My tune.wav")
    expect(kept(page)).to_contain_text("7 sec of sound: the first 5 sec are used.")
    player = kept(page).locator("audio")
    expect(player).to_have_count(1)
    page.wait_for_function("() => document.querySelector('.st-key-sound-kept audio').duration > 6.9")
    assert screen.fits_across(page)
    # Another length, and the line says so without a new upload.
    page.get_by_text("10 sec", exact=True).click()
    expect(kept(page)).to_contain_text("7 sec of sound: the rest of the video is silent.")
    page.get_by_text("5 sec", exact=True).click()
    expect(kept(page)).to_contain_text("the first 5 sec are used.")

    page.reload()
    screen.settled(page)
    # In sight without a click: it is sent along.
    expect(kept(page).get_by_text("My tune.wav")).to_be_visible()
    assert barriers(page) == []
    screen.say(page, "static, the waves roll in")
    screen.create_button(page).dblclick(delay=200)
    video = screen.video(page, "static, the waves roll in")
    expect(video).to_be_visible()
    expect(screen.cards(page)).to_have_count(1)
    film = downloaded(page, screen.card(page, "static, the waves roll in"), tmp_path)
    assert sounds.pitch(sounds.heard(film, 0.5, 4.5)) == pytest.approx(sounds.HIGH, abs=3)
    assert len(sounds.heard(film)) / 48_000 == pytest.approx(5, abs=0.05)

    # "Use again" brings it back with its name; a downloaded video carries none, and does not say that it did.
    kept(page).get_by_role("button", name="Remove sound").click()
    expect(kept(page)).to_have_count(0)
    expect(chooser(page)).to_have_count(1)
    page.get_by_role("button", name="Use again").first.click()
    expect(kept(page)).to_contain_text("My tune.wav")
    screen.upload(page, film, "video.mp4", "video/mp4")
    expect(page.get_by_text("as far as it can be here")).to_be_visible()
    expect(kept(page)).to_have_count(0)


def test_what_is_no_sound_is_refused_in_words_and_the_form_stays(page: Page) -> None:
    screen.open_page(page)
    screen.say(page, "She dances")
    more(page)
    for data, name, words in (
        (sounds.m4a(5), "renamed.mp3", "This file is not a WAV or MP3, whatever its name says."),
        (sounds.wav(2), "short.wav", "This sound is shorter than 3 seconds"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"words " * 900, "broken.mp3", "We could not read this audio file"),
    ):
        give(page, data, name)
        expect(refused(page)).to_contain_text(words)
    # What a file is called is text, whatever it looks like.
    name = "**bold** $x$ <img src=x onerror=alert(1)> :smile: _.mp3"
    give(page, sounds.mp3(4, tags={"title": "A secret"}), name, "audio/mpeg")
    expect(kept(page)).to_contain_text("4 sec of sound")
    expect(kept(page).get_by_text(name, exact=True)).to_be_visible()
    expect(refused(page)).to_have_count(0)
    expect(screen.prompt(page)).to_have_value("She dances")


def test_a_file_takes_the_place_of_a_link_and_a_link_that_of_a_file(page: Page) -> None:
    screen.open_page(page)
    more(page)
    link(page).fill("https://example.com/a.mp3")
    link(page).blur()
    screen.settled(page)
    give(page, sounds.wav(5))
    expect(kept(page)).to_contain_text("5 sec of sound: as long as the video.")
    expect(link(page)).to_have_value("")
    expect(page.get_by_text("Your audio file takes the place of the link.")).to_be_visible()
    link(page).fill("https://example.com/b.mp3")
    link(page).blur()
    expect(kept(page)).to_have_count(0)
    expect(page.get_by_text("The link takes the place of your audio file.")).to_be_visible()
    expect(link(page)).to_have_value("https://example.com/b.mp3")


def test_a_provider_that_refuses_the_file_is_told_as_that_and_a_link_is_offered(page: Page) -> None:
    words = f"A street at noon, {Failure.AUDIO_REFUSED}"
    screen.open_page(page)
    screen.give_picture(page)
    more(page)
    expect(page.get_by_text("The service may refuse a file. Then nothing is charged")).to_be_visible()
    give(page, sounds.wav(5))
    kept(page).wait_for()
    card = screen.order(page, words)
    notice = card.get_by_role("alert")
    expect(notice).to_contain_text(REASONS[Reason.AUDIO_FILE_REFUSED].happened)
    expect(notice).to_contain_text(REASONS[Reason.AUDIO_FILE_REFUSED].do)
    expect(notice).to_contain_text("Nothing was charged.")
    expect(kept(page)).to_contain_text("tune.wav")


def test_a_press_while_the_file_is_on_its_way_waits_for_it(page: Page, tmp_path: Path) -> None:
    words = "static, wind in the grass"
    screen.open_page(page)
    screen.give_picture(page)
    screen.say(page, words)
    more(page)
    held = list[Route]()
    page.route(UPLOADS, lambda route: held.append(route))
    give(page, sounds.wav(6, sounds.HIGH))
    expect(page.locator("[data-testid=stFileChip]")).to_be_visible()
    screen.create_button(page).click()
    expect(page.locator("[data-says='Waiting for your sound …']")).to_have_count(1)
    expect(screen.cards(page)).to_have_count(0)
    held.pop().continue_()
    screen.video(page, words).wait_for()
    expect(screen.cards(page)).to_have_count(1)
    film = downloaded(page, screen.card(page, words), tmp_path)
    assert sounds.pitch(sounds.heard(film, 0.5, 4.5)) == pytest.approx(sounds.HIGH, abs=3)


def test_a_press_does_not_order_without_a_file_that_was_refused(page: Page) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    screen.say(page, "The waves roll in")
    more(page)
    held = list[Route]()
    page.route(UPLOADS, lambda route: held.append(route))
    give(page, sounds.wav(2))
    expect(page.locator("[data-testid=stFileChip]")).to_be_visible()
    screen.create_button(page).click()
    expect(page.locator("[data-says='Waiting for your sound …']")).to_have_count(1)
    held.pop().continue_()
    expect(refused(page)).to_contain_text("This sound is shorter than 3 seconds")
    expect(page.locator("[data-says]")).to_have_count(0)
    screen.settled(page)
    expect(screen.cards(page)).to_have_count(0)
