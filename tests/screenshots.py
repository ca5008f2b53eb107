"""python -m tests.screenshots: makes the pictures in docs/ anew, from the running app with its demo."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import chromium
from tests.app_process import ROOT, running_app
from tests.browser import screen

DOCS = ROOT / "docs"
STEPS = DOCS / "creating"
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 1}
LIMIT_MS = 120_000


def main() -> None:
    """Walk through Create at a desk, with one picture and with several, and on a phone."""
    expect.set_options(timeout=LIMIT_MS)
    STEPS.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder), settings={"STUDIO_DEMO_DRAFT": "false"}) as app,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium.needed_path(), args=chromium.arguments())
        at_the_desk(_page(browser, app.url, DESK))
        several_at_once(_page(browser, app.url, DESK))
        on_a_phone(_page(browser, app.url, PHONE))
        browser.close()


def _page(browser: Browser, url: str, device: Mapping[str, object]) -> Page:
    page = browser.new_context(base_url=url, **device).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(LIMIT_MS)
    screen.open_page(page)
    page.get_by_role("button", name="Balloons at sunrise").wait_for()
    return page


def at_the_desk(page: Page) -> None:
    """Each step, from the empty page to what is made of the video."""
    _keep(page, STEPS / "1-picture.png")
    page.get_by_role("button", name="Balloons at sunrise").click()
    screen.picture(page).wait_for()
    page.get_by_role("radiogroup", name="Shape").get_by_text("16:9", exact=True).click()
    screen.is_sent_as(page, 1600, 900)
    _keep(page, STEPS / "2-shape-and-words.png")
    page.get_by_text("Ideas for your description", exact=True).click()
    page.get_by_text("What moves", exact=True).wait_for()
    _keep(page, STEPS / "2-ideas.png")
    page.get_by_text("Ideas for your description", exact=True).click()
    screen.create_button(page).click()
    screen.cards(page).first.get_by_text("so far").wait_for()
    _keep(page, STEPS / "3-waiting.png")
    screen.cards(page).first.locator("video").wait_for()
    screen.playing(page.locator("video"))
    _keep(page, STEPS / "4-video.png")
    _keep(page, DOCS / "screenshot.png")
    screen.choose(screen.cards(page).first, "Save as GIF")
    page.get_by_role("dialog").get_by_role("link", name="Download (").wait_for()
    _keep(page, STEPS / "5-gif.png")
    for action, name in (("Trim", "5-trim.png"), ("Show as code", "5-code.png")):
        page.get_by_role("dialog").get_by_role("button", name="Close").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        screen.choose(screen.cards(page).first, action)
        page.get_by_role("dialog").wait_for()
        _keep(page, STEPS / name)


def several_at_once(page: Page) -> None:
    """Pictures in line on the form, what becomes of each in the strip, and where all of it is found again."""
    screen.chooser(page).set_input_files(sorted((ROOT / "studio" / "pictures" / "sample_pictures").glob("*.jpg")))
    line = page.get_by_role("group", name="Your pictures, in the order in which they are sent")
    expect(line.locator("button.show")).to_have_count(3)
    screen.say(page, "The light changes slowly, and the camera moves closer.")
    _keep(page, STEPS / "1-several.png")
    screen.create_button(page).click()
    expect(screen.tiles(page)).to_have_count(3)
    screen.tile(page, "Your video is ready").first.wait_for()
    _keep(page, STEPS / "3-strip.png")
    in_the_gallery(page)


def in_the_gallery(page: Page) -> None:
    """What was made, with two of them selected."""
    expect(screen.tile(page, "Your video is ready")).to_have_count(3)
    screen.go(page, "Gallery")
    expect(screen.video_cards(page)).to_have_count(3)
    page.get_by_role("button", name="Select", exact=True).click()
    for place in range(2):
        screen.video_cards(page).nth(place).get_by_role("checkbox").click()
    _keep(page, STEPS / "6-gallery.png")


def on_a_phone(page: Page) -> None:
    """The form with a picture, the button in reach."""
    page.get_by_role("button", name="Balloons at sunrise").click()
    screen.picture(page).wait_for()
    screen.settled(page)
    _keep(page, DOCS / "screenshot-phone.png")


def _keep(page: Page, path: Path) -> None:
    screen.settled(page)
    page.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, 0)")
    expect(screen.notes(page)).to_have_count(0)
    page.screenshot(path=path)
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
