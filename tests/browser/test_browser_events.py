"""A page is told when its job has moved, shows how far it is by itself, and asks every second when nobody can tell."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, WebSocket, expect

from components.create.job_board import EVERY_S
from studio.jobs.progress import Course
from studio.urls import EVENTS
from tests.app_process import AppProcess, wait_until
from tests.arrows import ROOT
from tests.browser import screen
from tests.browser.watch import Watch

pytestmark = [pytest.mark.browser, pytest.mark.own_app]

NEVER_ASKS = ROOT / "tests" / "browser" / "never_asks.js"
STAYS = "A boat that is never done, demo: stuck"


class Looks:
    """How often pages asked for a rerun, and for a line."""

    def __init__(self, context: BrowserContext) -> None:
        self.reruns = 0
        self.lines: list[Page] = []
        context.on("page", self._follow)

    def in_seconds(self, page: Page, seconds: float) -> int:
        before = self.reruns
        page.wait_for_timeout(1000 * seconds)
        return self.reruns - before

    def _follow(self, page: Page) -> None:
        page.on("websocket", self._socket)
        page.on("request", lambda request: self._request(page, request))

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda _frame: self._sent())

    def _sent(self) -> None:
        self.reruns += 1

    def _request(self, page: Page, request: Request) -> None:
        if request.url.endswith(EVENTS):
            self.lines.append(page)


@pytest.fixture
def context(new_visitor: Callable[..., BrowserContext]) -> BrowserContext:
    return new_visitor()


@pytest.fixture
def looks(context: BrowserContext) -> Looks:
    return Looks(context)


def test_a_video_is_on_the_page_by_what_the_page_is_told_alone(context: BrowserContext, looks: Looks) -> None:
    context.add_init_script(path=NEVER_ASKS)
    page = context.new_page()
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, "Told at once")
    screen.video(page, "Told at once")
    assert len(looks.lines) == 1


def test_while_its_line_is_up_a_tab_hardly_asks_and_while_it_is_cut_it_asks_every_second(
    app: AppProcess, context: BrowserContext, looks: Looks, watch: Watch
) -> None:
    watch.away = True
    page = context.new_page()
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, STAYS)
    expect(page.locator(screen.PROGRESS)).to_have_attribute("aria-label", "Making your video")
    assert looks.in_seconds(page, 10) <= 10 / EVERY_S + 1

    context.route(f"**{EVENTS}", lambda route: route.abort())
    page.reload()
    screen.settled(page)
    wait_until(lambda: looks.in_seconds(page, 2) >= 2, "it asks every second", 30)
    context.unroute(f"**{EVENTS}")
    wait_until(lambda: looks.in_seconds(page, 5) <= 2, "its line is up again", 60)


def test_all_tabs_of_a_browser_share_one_line_and_the_next_takes_it_over(
    app: AppProcess, context: BrowserContext, looks: Looks
) -> None:
    first = context.new_page()
    screen.open_page(first)
    wait_until(lambda: looks.in_seconds(first, 0.1) >= 0 and looks.lines == [first], "the first tab has the line", 10)
    second = context.new_page()
    screen.open_page(second)
    assert looks.in_seconds(second, 1) >= 0
    assert looks.lines == [first]
    screen.give_picture(first)
    screen.order(first, STAYS)
    expect(screen.card(second, STAYS)).to_be_visible(timeout=1500)
    first.close()
    wait_until(lambda: looks.in_seconds(second, 0.1) >= 0 and looks.lines == [first, second], "it was taken over", 10)


SCALE = """bar => new DOMMatrix(getComputedStyle(bar.firstElementChild).transform).a"""


def test_the_bar_moves_smoothly_forward_has_a_name_and_stands_still_for_who_wants_no_motion(
    context: BrowserContext,
) -> None:
    page = context.new_page()
    screen.open_page(page)
    screen.give_picture(page)
    card = screen.order(page, STAYS)
    bar = card.get_by_role("progressbar", name="Making your video")
    bar.wait_for()
    seen = []
    for _ in range(30):
        seen.append(bar.evaluate(SCALE))
        page.wait_for_timeout(100)
    assert seen == sorted(seen)
    assert len(set(seen)) >= 15, "between two looks of the page it moves, and not in jumps"
    assert seen[-1] < 0.97
    before = seen[-1]
    page.reload()
    assert bar.evaluate(SCALE) >= before - 0.01
    expect(card.get_by_text("so far")).to_be_visible()
    page.emulate_media(reduced_motion="reduce")
    assert bar.evaluate("bar => getComputedStyle(bar.firstElementChild).transitionProperty") == "none"


DRAWN = """async ([source, html, data, seconds]) => {
  const address = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
  const draw = (await import(address)).default;
  let now = 0;
  performance.now = () => now;
  let tick;
  window.setInterval = (call) => { tick = call; return 1; };
  const parentElement = document.createElement("div");
  parentElement.innerHTML = html;
  draw({data, parentElement});
  const bar = parentElement.querySelector(".done"), drawn = [];
  for (const second of seconds) {
    now = 1000 * second;
    tick();
    drawn.push(Number(/scaleX\\((.*)\\)/.exec(bar.style.transform)[1]));
  }
  return [drawn, parentElement.querySelector(".times").textContent];
}"""


@pytest.mark.parametrize(
    "course",
    [Course(0, 0.1, 0, 172), Course(0.1, 0.9, 3, 6), Course(0.1, 0.9, 100, 172), Course(0.1, 0.9, 500, 172)],
)
def test_the_browser_moves_the_bar_on_the_course_that_the_server_knows(browser: Browser, course: Course) -> None:
    page = browser.new_page()
    names = ("course.js", "progress_bar.js", "progress_bar.html")
    above, bar, html = [(ROOT / "components/result" / name).read_text("utf-8") for name in names]
    parts = [above + bar, html]
    names = ("start", "span", "since_s", "expected_s")
    data = {
        "job": "one",
        "stage": "Making",
        "course": {name: getattr(course, name) for name in names},
        "elapsed_s": 55.5,
        "times": ["", " so far"],
    }
    seconds = [0, 1, 2.5, 10, 60, 119.6]
    drawn, times = page.evaluate(DRAWN, [*parts, data, seconds])
    page.close()
    assert drawn == pytest.approx([course.at(second) for second in seconds])
    assert times == "2:55 so far"
