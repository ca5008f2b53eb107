"""What a person finds in the gallery, and can do there."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from studio import urls
from tests.app_process import AppProcess
from tests.browser import screen
from tests.browser.screen import visitor_of
from tests.kept_videos import keep_videos

pytestmark = pytest.mark.browser


def test_an_empty_gallery_shows_the_way_to_create(page: Page) -> None:
    screen.open_page(page, "/gallery")
    page.get_by_role("button", name="Create a video", exact=True).click()
    expect(page.get_by_role("heading", name="Make a picture move", exact=True)).to_be_visible()


def test_a_gallery_of_thirty_loads_no_video_before_play(app: AppProcess, page: Page, tmp_path: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    screen.open_page(page)
    prompts = [f"Film number {number:02}" for number in range(1, 31)]
    keep_videos(app, visitor_of(app, page.context), prompts, tmp_path)

    screen.go(page, "Gallery")
    shown = page.get_by_text(re.compile(r"^Film number \d\d$"))
    expect(shown.first).to_be_visible()
    screen.settled(page)
    page.mouse.move(1, 1)  # a video that comes to lie under it would play
    screen.video_cards(page).last.scroll_into_view_if_needed()
    expect(shown).to_have_text(prompts)
    page.reload()
    expect(shown).to_have_text(prompts)
    screen.settled(page)
    assert [url for url in asked if ".mp4" in url] == []

    films = screen.video_cards(page).locator("video")
    films.nth(1).hover()
    screen.playing(films.nth(1))
    assert films.nth(1).evaluate("film => film.muted")
    assert len({url for url in asked if ".mp4" in url}) == 1, "one is played, one is loaded"
    films.nth(2).click()
    large = page.get_by_role("dialog").locator("video")
    assert screen.playing(large)["width"] == 360
    assert not large.evaluate("film => film.muted")
    assert len({url for url in asked if ".mp4" in url}) == 2


def test_use_again_fills_the_form_with_picture_words_and_settings(app: AppProcess, page: Page, tmp_path: Path) -> None:
    screen.open_page(page)
    keep_videos(app, visitor_of(app, page.context), ["The tide comes in"], tmp_path)
    screen.go(page, "Gallery")
    page.get_by_role("button", name="Use again", exact=True).click()

    expect(screen.picture(page)).to_be_visible()
    expect(screen.prompt(page)).to_have_value("The tide comes in")
    expect(page.get_by_role("radio", name="10 sec")).to_be_checked()
    expect(page.get_by_role("radio", name="Best (1080p)")).to_be_checked()
    screen.open_more(page)
    expect(page.get_by_role("spinbutton", name="Seed")).to_have_value("7")


@pytest.mark.parametrize(
    "words",
    [
        "![x](http://example.invalid/x.png) [a](http://example.invalid)",
        "<img src=http://example.invalid/y.png onerror=alert(1)><script>alert(2)</script>",
        "' onfocus='alert(3)' autofocus='",
        "$$x^2$$ :red[hot] :material/bolt: **bold** `code`",
        "first line\nsecond   line",
    ],
)
def test_what_a_person_typed_is_shown_as_typed_and_does_nothing(
    app: AppProcess, page: Page, tmp_path: Path, words: str
) -> None:
    page.on("dialog", lambda _: pytest.fail("a script of the visitor ran"))
    screen.open_page(page)
    keep_videos(app, visitor_of(app, page.context), [words], tmp_path)
    screen.go(page, "Gallery")
    shown = screen.video_cards(page)
    assert shown.locator(".words").text_content() == words
    assert shown.locator("video").get_attribute("aria-label") == words
    assert shown.locator("img, script, a:not([href^='/app/static/videos/'])").count() == 0


def test_everything_is_taken_away_as_one_file_by_one_press(app: AppProcess, page: Page, tmp_path: Path) -> None:
    screen.open_page(page)
    prompts = ["A paper boat drifts off", "=cmd|' /C calc'!A0"]
    kept = keep_videos(app, visitor_of(app, page.context), prompts, tmp_path)
    screen.go(page, "Gallery")
    link = page.get_by_role("link", name=re.compile(r"^Download all as ZIP \(2 videos, [\d.]+ [kM]B\)$"))
    with page.expect_download() as saved:
        link.click()
    assert re.fullmatch(r"kineograph-\d{4}-\d\d-\d\d\.zip", saved.value.suggested_filename)
    with zipfile.ZipFile(saved.value.path()) as archive:
        assert archive.testzip() is None
        said = json.loads(archive.read("videos.json"))["videos"]
        assert [row["prompt"] for row in said] == prompts[::-1]
        for row, job in zip(said, kept[::-1], strict=True):
            assert archive.read(row["video"]) == page.request.get(urls.download(job.id)).body()
