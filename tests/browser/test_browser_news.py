"""Who does not look hears of their video all the same: by the tab, a sound, a notification, a status line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect

from tests.app_process import AppProcess, wait_until
from tests.browser import screen
from tests.browser.conftest import LIMIT_MS, WINDOW
from tests.browser.watch import Watch
from tests.chromium import arguments, needed_path

pytestmark = pytest.mark.browser

HEARD = """
window.heard = {notes: [], tones: 0};
window.Notification = class extends Notification {
  constructor(title, options) { super(title, options); window.heard.notes.push([title, options.body]); }
};
const begin = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...times) { window.heard.tones += 1; return begin.apply(this, times); };
"""
"""Counts what the real Chromium is asked to show and to play."""
LOOKS_AWAY = "Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true})"
LOOKS_AGAIN = """
delete document.visibilityState;
document.dispatchEvent(new Event('visibilitychange'));
"""
ICON = "document.querySelector('link[rel~=icon]').href"
STATUS = "[role=status]"


@pytest.fixture(scope="module")
def whole_browser(chromium: BrowserType) -> Iterator[Browser]:
    """The whole Chromium: its headless shell shows no notifications."""
    running = chromium.launch(executable_path=needed_path(), args=arguments())
    yield running
    running.close()


@pytest.fixture
def context(whole_browser: Browser, app: AppProcess, watch: Watch) -> Iterator[BrowserContext]:
    context = whole_browser.new_context(base_url=app.url, viewport=WINDOW)
    context.set_default_timeout(LIMIT_MS)
    context.on("page", watch.follow)
    yield context
    context.close()


def test_the_tab_shows_how_far_it_is_and_is_itself_again_once_the_video_was_seen(context: BrowserContext) -> None:
    page = context.new_page()
    titles: list[str] = []
    page.expose_function("titled", lambda title: titles.append(title))
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => new MutationObserver(() => titled(document.title))"
        ".observe(document.head, {subtree: true, childList: true, characterData: true}))"
    )
    screen.open_page(page)
    own = page.evaluate(ICON)
    screen.give_picture(page)
    screen.order(page, "She waves")
    expect(page).to_have_title(re.compile(r"^\d+ % · Kineograph$"))
    assert page.evaluate(ICON).startswith("data:image/png")
    screen.video(page, "She waves")
    expect(page).to_have_title("Kineograph")
    wait_until(lambda: page.evaluate(ICON) == own, "the icon is its own again")
    percents = [int(found[1]) for title in titles if (found := re.match(r"(\d+) % ·", title))]
    assert percents == sorted(percents), "it never goes back"
    expect(page.locator(STATUS).filter(has_text="Your video is ready.")).to_have_count(1)
    # From the button that was pressed: whoever listens is put where the news is.
    expect(page.get_by_role("heading", name="Your video is ready")).to_be_focused()


def test_who_types_meanwhile_keeps_the_focus(context: BrowserContext) -> None:
    page = context.new_page()
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, "She turns")
    screen.prompt(page).click()
    screen.video(page, "She turns")
    expect(page.locator(STATUS).filter(has_text="Your video is ready.")).to_have_count(1)
    expect(screen.prompt(page)).to_be_focused()


def test_a_sound_and_a_notification_when_wanted_from_one_tab_of_two_and_once(context: BrowserContext) -> None:
    context.grant_permissions(["notifications"])
    context.add_init_script(HEARD)
    pages: list[Page] = [context.new_page(), context.new_page()]
    for page in pages:
        screen.open_page(page)
        # Before the order, of which nothing is to be missed.
        page.evaluate(LOOKS_AWAY)
    first, second = pages
    screen.give_picture(first)
    # Slowly: a button that is pressed as the video comes goes with the press.
    screen.order(first, "She laughs demo: slow")
    tell = first.get_by_role("button", name="Tell me when it is ready")
    tell.click()
    expect(first.get_by_role("button", name="You'll be told when it is ready")).to_have_attribute(
        "aria-pressed", "true"
    )
    for page in pages:
        screen.video(page, "She laughs")
        expect(page).to_have_title("Ready · Kineograph")
    heard = [page.evaluate("window.heard") for page in pages]
    assert [note for told in heard for note in told["notes"]] == [["Kineograph", "Your video is ready."]]
    assert sum(told["tones"] for told in heard) == 2
    first.evaluate(LOOKS_AGAIN)
    expect(first).to_have_title("Kineograph")
    # What was chosen is known after a reload, and by the other tab.
    second.reload()
    screen.settled(second)
    screen.give_picture(second)
    screen.order(second, "She sings")
    expect(second.get_by_role("button", name="You'll be told when it is ready")).to_be_visible()


def test_who_stops_waiting_is_told_what_becomes_of_it_and_finds_it_in_the_gallery(context: BrowserContext) -> None:
    page = context.new_page()
    screen.open_page(page)
    screen.give_picture(page)
    # The demo may begin at once, or after a moment: which of the two it was decides the sentence, and nothing else may.
    card = screen.order(page, "She leaves")
    card.get_by_role("button", name="Stop waiting").dblclick()
    told = page.get_by_text(re.compile("^(Taken back before it was sent|It had been sent already)"))
    told.wait_for()
    was_sent = told.inner_text().startswith("It had")
    expect(screen.card(page, "She leaves")).to_have_count(0)
    page.reload()
    screen.settled(page)
    expect(screen.card(page, "She leaves")).to_have_count(0)
    if was_sent:

        def is_in_the_gallery() -> bool:
            screen.open_page(page, "/gallery")
            return page.get_by_text("She leaves").count() == 1

        wait_until(is_in_the_gallery, "it was made all the same", 60)


@pytest.mark.parametrize(("viewport", "most"), [((1280, 800), 0.05), ((390, 844), 0.2)], ids=["desk", "phone"])
def test_the_page_does_not_jump_when_the_video_takes_the_place_of_its_picture(
    new_tab: Callable[..., Page], viewport: tuple[int, int], most: float
) -> None:
    page = new_tab(viewport={"width": viewport[0], "height": viewport[1]})
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, "She looks")
    page.locator(screen.PROGRESS).wait_for()
    screen.settled(page)
    page.evaluate(
        """() => {
          window.jumped = 0;
          const add = (shift) => { if (!shift.hadRecentInput) window.jumped += shift.value; };
          new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({type: "layout-shift"});
        }"""
    )
    screen.video(page, "She looks")
    expect(page.get_by_role("button", name="Start fresh")).to_be_visible()
    screen.settled(page)
    # Web Vitals calls a tenth good and a quarter poor, of a page that nobody waits on.
    assert page.evaluate("window.jumped") < most
