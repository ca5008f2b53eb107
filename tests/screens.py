"""python -m tests.screens [languages ...]: pictures of every page and state, in each language, theme and width.

They go to `screens/`, to be looked through after a change of looks or words; the chosen ones among them are kept in
`docs/screens/`, so that a change of looks shows in review. All of it is some 500 pictures in ten minutes; with `ar de`
those two languages alone, and with `--chosen` the chosen ones alone.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from languages.catalogues import translations
from languages.spoken import LANGUAGES, Language
from studio.jobs.job import Reason, State
from tests import chromium
from tests.app_process import ROOT, AppProcess, running_app
from tests.browser import screen
from tests.browser.clipped import clipped
from tests.ended_jobs import end_job
from tests.kept_videos import keep_videos

ALL, CHOSEN = ROOT / "screens", ROOT / "docs" / "screens"
WIDTHS = {
    "desk": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True},
}
THEMES = ("light", "dark")
KEPT = {
    *(f"{state}-desk-light-en" for state in ("create", "create-picture", "create-video", "gallery", "how-it-works")),
    *("create-video-phone-dark-de", "gallery-phone-light-ja", "create-picture-phone-light-hi"),
    *(
        "gallery-desk-dark-fr",
        "create-picture-desk-light-ar",
        "gallery-phone-dark-ar",
        "gallery-large-desk-light-zh-Hans",
    ),
}
"""By state, width, theme and language."""
PROMPTS = ("The waves roll in and out", "A balloon drifts over the valley, slowly", "Smoke rises from the cabin")
LIMIT_MS = 120_000

Said = Callable[[str], str]


def main(arguments: list[str]) -> None:
    """Take them, and say where words are cut off."""
    expect.set_options(timeout=LIMIT_MS)
    wanted = [each for each in LANGUAGES if each.code in arguments or not set(arguments) - {"--chosen"}]
    folder = CHOSEN if "--chosen" in arguments else ALL
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.needed_path(), args=chromium.arguments())
        with running_app(Path(data) / "app", settings={"STUDIO_OWNER_CODE": "an-owners-code"}) as app:
            for language in wanted:
                for width in WIDTHS:
                    if folder is ALL or any(one.endswith(f"-{language.code}") and f"-{width}-" in one for one in KEPT):
                        _take(browser, app, language, width, folder, Path(data))
        browser.close()


def _take(browser: Browser, app: AppProcess, language: Language, width: str, folder: Path, scratch: Path) -> None:
    context = browser.new_context(base_url=app.url, locale=language.code, reduced_motion="reduce", **WIDTHS[width])  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(LIMIT_MS)
    for state in _states(app, page, translations(language.code).gettext, scratch):
        for theme in THEMES:
            name = f"{state}-{width}-{theme}-{language.code}"
            if folder is CHOSEN and name not in KEPT:
                continue
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.locator("[data-testid=stMain]").evaluate_all("found => found.forEach(main => main.scrollTo(0, 0))")
            if folder is CHOSEN:
                page.screenshot(path=folder / f"{name}.jpg", type="jpeg", quality=80)
            else:
                page.screenshot(path=folder / f"{name}.png")
            for words in clipped(page):
                print(f"{name}: cut off: {words}")
            if page.locator("[data-testid=stMain]").count() > 0 and not screen.fits_across(page):
                print(f"{name}: wider than the window")
    print(f"{language.code} {width}", flush=True)
    context.close()


def _states(app: AppProcess, page: Page, said: Said, scratch: Path) -> Iterator[str]:
    """Each state as it is reached, by its name."""
    yield from _creating(page, said)
    visitor = screen.visitor_of(app, page.context)
    keep_videos(app, visitor, PROMPTS, scratch)
    keep_videos(app, visitor, ("Tall",), scratch, size=(240, 400))
    end_job(app, visitor, "Too much for it", reason=Reason.UNKNOWN, created_at=datetime.now(UTC) - timedelta(minutes=1))
    end_job(app, visitor, "Still waiting", State.UNCONFIRMED, created_at=datetime.now(UTC) - timedelta(minutes=2))
    yield from _in_the_gallery(page, said)
    yield from _further_pages(page, said)


def _creating(page: Page, said: Said) -> Iterator[str]:
    _open(page, "/")
    balloons = page.get_by_role("button", name=said("Balloons at sunrise"))
    balloons.wait_for()
    yield "create"
    balloons.click()
    page.get_by_alt_text(said("Your picture as it will be sent")).wait_for()
    screen.settled(page)
    yield "create-picture"
    page.get_by_text(said("Ideas for your description"), exact=True).click()
    screen.grown(page)
    yield "create-ideas"
    page.get_by_text(said("Ideas for your description"), exact=True).click()
    page.get_by_role("button", name=said("Create video"), exact=True).click()
    page.locator(screen.PROGRESS).first.wait_for()
    yield "create-waiting"
    page.locator(f"{screen.BOARD} video").first.wait_for()
    screen.settled(page)
    yield "create-video"


def _in_the_gallery(page: Page, said: Said) -> Iterator[str]:
    _open(page, "/gallery")
    page.locator("[data-video]").first.wait_for()
    yield "gallery"
    page.get_by_role("button", name=said("Select"), exact=True).click()
    for place in range(2):
        screen.video_cards(page).nth(place).get_by_role("checkbox").click()
    yield "gallery-selected"
    page.get_by_role("button", name=said("Select"), exact=True).click()
    page.keyboard.press("?")
    yield "gallery-keys"
    page.keyboard.press("Escape")
    _open(page, "/gallery")
    page.locator("[data-video] .enlarge, [data-video] video").filter(visible=True).first.click()
    page.locator(".gallery-large").wait_for()
    yield "gallery-large"


def _further_pages(page: Page, said: Said) -> Iterator[str]:
    for path in ("figures", "bin", "how-it-works", "accessibility", "privacy", "owner"):
        _open(page, f"/{path}")
        yield path
    page.get_by_label(said("Owner's code")).fill("an-owners-code")
    page.get_by_label(said("Owner's code")).press("Enter")
    page.get_by_role("button", name=said("Leave the owner's page")).wait_for()
    screen.settled(page)
    yield "owner-open"
    page.goto("/v/" + "x" * 22)
    yield "no-share"


def _open(page: Page, path: str) -> None:
    page.goto(path)
    page.get_by_role("heading").first.wait_for()
    screen.settled(page)


if __name__ == "__main__":
    main(sys.argv[1:])
