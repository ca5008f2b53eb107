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
    """Walk through Create once at a desk and once on a phone."""
    expect.set_options(timeout=LIMIT_MS)
    STEPS.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder), settings={"STUDIO_DEMO_DRAFT": "false"}) as app,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium.needed_path(), args=chromium.arguments())
        at_the_desk(_page(browser, app.url, DESK))
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
    page.get_by_text("Ready, 1600 × 900").wait_for()
    _keep(page, STEPS / "2-shape-and-words.png")
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


def on_a_phone(page: Page) -> None:
    """The form with a picture, the button in reach."""
    page.get_by_role("button", name="Balloons at sunrise").click()
    screen.picture(page).wait_for()
    screen.settled(page)
    _keep(page, DOCS / "screenshot-phone.png")


def _keep(page: Page, path: Path) -> None:
    screen.settled(page)
    page.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, 0)")
    expect(page.get_by_test_id("stToast")).to_have_count(0)
    page.screenshot(path=path)
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
