"""What a person does and looks at on the pages. Nothing here waits for time, only for what is to be seen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect

from studio.access.visitors import COOKIE, Visitors
from studio.orders.drafts import Draft, read_draft
from studio.queue.job_store import Store
from studio.storage.secret_file import secret_in
from tests.app_process import AppProcess, wait_until
from tests.photos import jpeg

BOARD = ".st-key-job-board"
CARD = "[class*=st-key-job-]:not(.st-key-job-board)"
PROGRESS = f"{BOARD} [role=progressbar]"
HOW_IT_PLAYS = """video => {
  const {top, bottom} = video.getBoundingClientRect();
  return {
    at: video.currentTime, runs: !video.paused && video.readyState >= 2, readyState: video.readyState,
    networkState: video.networkState, paused: video.paused, muted: video.muted, autoplay: video.autoplay,
    error: video.error && video.error.message, top, bottom, inView: top >= 0 && top < innerHeight * 0.8,
  };
}"""
HEADINGS = {"/": "Make a picture move", "/gallery": "Your gallery"}

DESK: dict[str, object] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, object] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
"""What Playwright's `new_context` takes for a window of that size."""


def settled(page: Page) -> None:
    """The page is connected and has drawn all it has."""
    page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]").wait_for()
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def open_page(page: Page, path: str = "/") -> None:
    """Go there by its address; returns when it is drawn."""
    page.goto(path)
    page.get_by_role("heading", name=HEADINGS[path], exact=True).wait_for()
    settled(page)


def go(page: Page, link: str) -> None:
    """Go there by the navigation; returns when it is drawn."""
    page.get_by_role("link", name=link, exact=True).click()
    heading = HEADINGS["/" if link == "Create" else "/gallery"]
    page.get_by_role("heading", name=heading, exact=True).wait_for()
    settled(page)


def chooser(page: Page) -> Locator:
    """Where the uploader called "Picture" takes files."""
    return page.get_by_role("region", name="Picture", exact=True).locator("input[type=file]")


def upload(page: Page, data: bytes, name: str = "holiday.jpg", kind: str = "image/jpeg") -> None:
    """Hand a file to the uploader called "Picture"; what becomes of it is another question."""
    chooser(page).set_input_files(FilePayload(name=name, mimeType=kind, buffer=data))


def picture(page: Page) -> Locator:
    """The picture on the form, as it will be sent."""
    return page.get_by_alt_text("Your picture as it will be sent")


def is_sent_as(page: Page, width: int, height: int) -> None:
    """Returns when the picture on the form has that size, as it will be sent."""
    size = "image => [image.naturalWidth, image.naturalHeight]"
    wait_until(lambda: picture(page).evaluate(size) == [width, height], f"the picture is {width} × {height}")


def give_picture(page: Page, data: bytes | None = None, name: str = "holiday.jpg", kind: str = "image/jpeg") -> None:
    """Upload a photo; returns when it is shown as it will be sent."""
    upload(page, jpeg() if data is None else data, name, kind)
    picture(page).wait_for()
    settled(page)


def prompt(page: Page) -> Locator:
    """The text area for the sentence."""
    return page.get_by_role("textbox", name="Prompt", exact=True)


def say(page: Page, words: str) -> None:
    """Type the sentence and leave the field."""
    prompt(page).fill(words)
    prompt(page).blur()
    settled(page)


def open_settings(page: Page) -> None:
    """Open length, quality and sound: on a phone a line stands in their place, elsewhere they are there."""
    page.locator(".settings-line").first.wait_for(state="attached")
    # Drawn anew, it stands there twice for a moment, once unseen.
    line = page.locator(".settings-line").filter(visible=True)
    if line.count() > 0 and line.first.get_attribute("aria-expanded") == "false":
        line.first.click()
    page.get_by_role("radiogroup", name="Length").wait_for()


def open_more(page: Page) -> None:
    """Open "More options", where that is closed."""
    open_settings(page)
    more = page.locator(".st-key-more details")
    if more.get_attribute("open") is None:
        more.get_by_text("More options", exact=True).click()


def notes(page: Page) -> Locator:
    """The short notes that are shown now, of what came of a click."""
    return page.locator(".notes .note")


def grown(page: Page) -> None:
    """What was opened has all that is in it, and its full size: until then what is below moves away from a click."""
    settled(page)
    page.wait_for_function("() => document.getAnimations().every(each => each.playState !== 'running')")


def choose_option(page: Page, group: str, choice: str) -> None:
    """One of the choices of that name: a shape, a length, a quality, how many."""
    if group in ("Length", "Quality"):
        open_settings(page)
    page.get_by_role("radiogroup", name=group).get_by_text(choice, exact=True).click()
    settled(page)


def create_button(page: Page) -> Locator:
    """The button that orders."""
    return page.get_by_role("button", name=re.compile("^(Create video|Make another one)$"))


def cards(page: Page) -> Locator:
    """The job that is shown large, or none."""
    return page.locator(BOARD).locator(CARD)


def card(page: Page, words: str) -> Locator:
    """The job with these words, where it is shown large."""
    return cards(page).filter(has_text=words)


def shown_job(page: Page) -> str:
    """What the page calls the card of the job that is shown large; empty where none is."""
    found = cards(page)
    classes = (found.first.get_attribute("class") or "") if found.count() else ""
    return next((one for one in classes.split() if one.startswith("st-key-job-")), "")


def tiles(page: Page) -> Locator:
    """The jobs of today in their strip, where there are several."""
    return page.get_by_role("group", name="Your videos of today").get_by_role("button")


def tile(page: Page, words: str) -> Locator:
    """Those of the strip whose stage or words have this in them."""
    return page.get_by_role("group", name="Your videos of today").get_by_role("button", name=words)


def enlarge(page: Page, words: str) -> Locator:
    """Choose the job with these words from the strip; its card."""
    tile(page, words).click()
    found = card(page, words)
    found.wait_for()
    return found


def order(page: Page, words: str) -> Locator:
    """Order a video with what is on the form and these words; its card, as soon as it is there."""
    say(page, words)
    create_button(page).click()
    found = card(page, words)
    found.wait_for()
    return found


def video(page: Page, words: str) -> Locator:
    """The finished video with these words, as soon as it is there: of several it is chosen then."""
    found = card(page, words).locator("video")
    ready = tile(page, f"Your video is ready: {words}")
    ready.or_(found).first.wait_for()
    if ready.count():
        ready.click()
    found.wait_for()
    return found


def playing(found: Locator) -> dict[str, Any]:
    """What a playing video says of itself; returns only once its pictures really move on.

    Chromium lets a silent video that starts by itself wait until it is in view, so it is brought there first.
    """
    seen: list[float] = []
    says_now: dict[str, Any] = {}

    def moves_on() -> bool:
        says_now.update(found.evaluate(HOW_IT_PLAYS))
        if says_now["runs"]:
            seen.append(says_now["at"])
        elif not says_now["inView"]:
            found.scroll_into_view_if_needed()
        return bool(seen) and max(seen) - min(seen) > 0.3

    try:
        wait_until(moves_on, "the video plays", limit_s=60)
    except AssertionError as stands:
        raise AssertionError(f"{stands}: {says_now}, seen {seen[-3:]}") from stands
    says: dict[str, Any] = found.evaluate(
        "video => ({width: video.videoWidth, height: video.videoHeight, muted: video.muted, seconds: video.duration})"
    )
    return says


def saved(page: Page, link: Locator, folder: Path) -> Path:
    """The file that a link saves, under the name that it comes with."""
    with page.expect_download() as download:
        link.click()
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    return target


def pressed(found: Locator, device: dict[str, object]) -> None:
    """Tap it on a device that has touch, and click it on another: a finger does not stay above what comes next."""
    if device.get("has_touch"):
        found.tap()
    else:
        found.click()


def video_cards(page: Page) -> Locator:
    """The videos in the gallery, each with its words and buttons."""
    return page.locator("[data-video]")


def video_card(page: Page, job_id: str) -> Locator:
    """One of them."""
    return page.locator(f"[data-video='{job_id}']")


def choose(card: Locator, action: str) -> None:
    """Open the menu of a card in the gallery, and choose from it."""
    card.get_by_role("button", name="More", exact=True).click()
    card.page.get_by_role("menuitem", name=action, exact=True).click()


def visitor_of(app: AppProcess, context: BrowserContext) -> str:
    """Who this browser is to the app, by its cookie."""
    cookie = next(cookie["value"] for cookie in context.cookies(app.url) if cookie["name"] == COOKIE)
    visitor = Visitors(secret_in(app.data_dir)).read(cookie)
    assert visitor is not None
    return visitor


def fits_across(page: Page) -> bool:
    """True when nothing sticks out at the side."""
    return bool(
        page.evaluate(
            """() => [document.scrollingElement, document.querySelector("[data-testid=stMain]")]
                     .every(part => part.scrollWidth <= part.clientWidth)"""
        )
    )


def draft_of(app: AppProcess, page: Page) -> Draft:
    """The form of this browser's visitor as the server keeps it."""
    database = app.open_database()
    try:
        return read_draft(Store(database).draft(visitor_of(app, page.context)))
    finally:
        database.close()
