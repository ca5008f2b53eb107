"""In each language the pages are whole: said in it throughout, laid out for it, and kept once it was chosen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from components.page_language import STREAMLITS_OWN
from languages.catalogues import translations
from languages.spoken import LANGUAGES, WRITTEN_IN, Language
from tests.app_process import AppProcess, wait_until
from tests.browser import screen
from tests.browser.barriers import barriers
from tests.browser.clipped import clipped
from tests.browser.screen import DESK, PHONE
from tests.kept_videos import keep_videos

pytestmark = pytest.mark.browser

NewTab = Callable[..., Page]
NARROW = {**PHONE, "viewport": {"width": 360, "height": 740}}
OTHERS = [language for language in LANGUAGES if language is not WRITTEN_IN]
EACH = pytest.mark.parametrize("language", OTHERS, ids=lambda each: each.code)


def said(language: Language, sentence: str) -> str:
    return translations(language.code).gettext(sentence)


def is_in(page: Page, language: Language, heading: str) -> None:
    """Returns when the page is drawn in that language."""
    page.get_by_role("heading", name=said(language, heading), exact=True).wait_for()
    screen.settled(page)
    html = page.locator("html")
    expect(html).to_have_attribute("lang", language.code)
    expect(html).to_have_attribute("dir", "rtl" if language.is_right_to_left else "ltr")


def choose(page: Page, code: str) -> None:
    # By hand the field that was typed in is left first.
    page.get_by_label("Language").focus()
    page.get_by_label("Language").select_option(code)


def language(code: str) -> Language:
    return next(each for each in LANGUAGES if each.code == code)


def test_a_language_is_chosen_at_once_without_losing_what_was_typed_and_kept(app: AppProcess, new_tab: NewTab) -> None:
    page = new_tab(**DESK)
    screen.open_page(page)
    screen.give_picture(page)
    page.evaluate("() => { window.isTheSame = true; }")
    screen.prompt(page).fill("She waves")
    with page.expect_response(lambda answer: "/language/" in answer.url) as kept:
        choose(page, "fr")
    assert kept.value.status == 204
    french = language("fr")
    is_in(page, french, "Make a picture move")
    assert page.evaluate("() => window.isTheSame"), "the page was not loaded anew"
    prompt = page.get_by_role("textbox", name=said(french, "Prompt"), exact=True)
    expect(prompt).to_have_value("She waves")
    expect(page.get_by_alt_text(said(french, "Your picture as it will be sent"))).to_be_visible()
    # On every page, after a reload, in another tab, and on the pages without Streamlit.
    page.get_by_role("link", name=said(french, "Gallery"), exact=True).click()
    is_in(page, french, "Your gallery")
    page.reload()
    is_in(page, french, "Your gallery")
    another = page.context.new_page()
    another.goto("/")
    is_in(another, french, "Make a picture move")
    expect(another.get_by_role("textbox", name=said(french, "Prompt"), exact=True)).to_have_value("She waves")
    another.close()
    plain = page.context.request.get("/v/" + "x" * 22).text()
    assert f"<h1>{said(french, 'This link does not work any more')}</h1>" in plain
    # And back.
    choose(page, "en")
    is_in(page, WRITTEN_IN, "Your gallery")
    page.reload()
    is_in(page, WRITTEN_IN, "Your gallery")


@pytest.mark.parametrize("path", ["/", "/gallery", "/how-it-works"])
def test_a_page_asks_for_nothing_that_is_not_there(new_tab: NewTab, path: str) -> None:
    page = new_tab(**DESK)
    failed: list[str] = []
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    page.goto(path)
    screen.settled(page)
    assert page.evaluate("() => window.__streamlit.BACKEND_BASE_URL === window.location.origin")
    assert failed == []


def test_of_two_choices_in_a_row_the_last_one_holds(app: AppProcess, new_tab: NewTab) -> None:
    page = new_tab(**DESK)
    screen.open_page(page)
    for code in ("fr", "ja", "pt"):
        choose(page, code)
    is_in(page, language("pt"), "Make a picture move")
    expect(page.get_by_label("Language")).to_have_value("pt")
    page.reload()
    is_in(page, language("pt"), "Make a picture move")


def test_the_choice_is_made_by_keyboard_and_keeps_the_focus(app: AppProcess, new_tab: NewTab) -> None:
    page = new_tab(**DESK)
    screen.open_page(page)
    chooser = page.get_by_label("Language")
    chooser.focus()
    chooser.press("P")
    is_in(page, language("pt"), "Make a picture move")
    expect(page.get_by_label("Language")).to_be_focused()


@EACH
def test_a_browser_is_spoken_to_in_its_language_and_nothing_is_cut_off(
    app: AppProcess, new_tab: NewTab, tmp_path_factory: pytest.TempPathFactory, language: Language
) -> None:
    page = new_tab(**NARROW, locale=language.code)
    page.goto("/")
    is_in(page, language, "Make a picture move")
    keep_videos(app, screen.visitor_of(app, page.context), ["Waves roll in", "Clouds"], tmp_path_factory.mktemp("kept"))
    for path, heading in (
        ("/", "Make a picture move"),
        ("/gallery", "Your gallery"),
        ("/figures", "Your figures"),
        ("/bin", "Bin"),
        ("/privacy", "Privacy"),
        ("/how-it-works", "How it works"),
        ("/accessibility", "Accessibility"),
    ):
        page.goto(path)
        is_in(page, language, heading)
        assert screen.fits_across(page), path
        assert clipped(page) == [], path
        # They are said in English until the script for them has run.
        wait_until(lambda: foreign(page, language) == [], f"{path} says {foreign(page, language)} no more")


def foreign(page: Page, language: Language) -> list[str]:
    """Streamlit's own words that are still in English."""
    seen = page.locator("body").inner_text()
    own = [word for word in STREAMLITS_OWN if said(language, word) != word and "{" not in word]
    lines = {line.strip() for line in seen.splitlines()}
    return [word for word in own if word in lines] + re.findall(r"\d+MB per file", seen)


def test_from_right_to_left_a_video_is_made_watched_and_found(app: AppProcess, new_tab: NewTab) -> None:
    arabic = language("ar")
    page = new_tab(**DESK, locale="ar")
    page.goto("/")
    is_in(page, arabic, "Make a picture move")
    page.get_by_role("button", name=said(arabic, "Mountain lake at dusk")).click()
    page.get_by_alt_text(said(arabic, "Your picture as it will be sent")).wait_for()
    screen.settled(page)
    left = page.get_by_role("textbox", name=said(arabic, "Prompt"), exact=True).bounding_box()
    right = page.get_by_alt_text(said(arabic, "Your picture as it will be sent")).bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] < right["x"], "the picture comes first, at the right"
    page.get_by_role("button", name=said(arabic, "Create video"), exact=True).click()
    page.locator("video").first.wait_for(timeout=60_000)
    screen.settled(page)
    expect(page.get_by_role("link", name=said(arabic, "Download")).first).to_be_visible()
    assert clipped(page) == []
    page.get_by_role("link", name=said(arabic, "Gallery"), exact=True).click()
    is_in(page, arabic, "Your gallery")
    expect(page.locator("[data-video]")).to_have_count(1)
    assert clipped(page) == []
    assert barriers(page) == []
