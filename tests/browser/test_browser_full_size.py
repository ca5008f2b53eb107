"""The main thing once in its real size: a picture and a sentence in, a video of 720 lines out, and it stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.app_process import AppProcess, running_app
from tests.browser import screen

pytestmark = pytest.mark.browser

WATCH_BARS = """selector => {
  window.bars = [];
  const parts = root => [...root.querySelectorAll("*")].flatMap(
    part => part.shadowRoot ? [part, ...parts(part.shadowRoot)] : [part]);
  setInterval(() => {
    const board = document.querySelector(selector);
    const bar = board && parts(board).find(part => part.role === "progressbar");
    if (bar) window.bars.push(Number(bar.getAttribute("aria-valuenow")));
  }, 100);
}"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """The app as everybody has it, whose demo renders every pixel."""
    with running_app(tmp_path_factory.mktemp("app"), settings={"STUDIO_DEMO_DRAFT": "false"}) as app:
        yield app


def test_a_photo_and_a_sentence_become_a_video_that_plays_and_stays(
    app: AppProcess, page: Page, tmp_path: Path
) -> None:
    words = "Slow zoom in while the light grows warm"
    screen.open_page(page)
    screen.give_picture(page)
    screen.is_sent_as(page, 960, 640)

    card = screen.order(page, words)
    page.evaluate(WATCH_BARS, screen.BOARD)
    expect(card.get_by_text("so far")).to_be_visible()
    expect(page.get_by_text("You can close this page. Your video will be in your gallery.")).to_be_visible()

    video = screen.video(page, words)
    expect(page.get_by_role("status")).to_have_text("Your video is ready.")
    bars = page.evaluate("window.bars")
    assert bars == sorted(bars), "the bar never goes back"
    assert len(set(bars)) >= 3, "the bar moves"
    assert max(bars) < 99, "the bar does not pretend to be nearly there"

    says = screen.playing(video)
    assert (says["width"], says["height"]) == (1080, 720), "720p with the picture's own shape"
    assert says["seconds"] == pytest.approx(5, abs=0.1)
    assert says["muted"], "nobody is startled"

    _is_a_whole_video(_downloaded(page, screen.card(page, words), tmp_path), seconds=5)

    screen.go(page, "Gallery")
    expect(page.get_by_text(words)).to_be_visible()
    page.reload()
    expect(page.get_by_text(words)).to_be_visible()

    page.goto("about:blank")
    app.kill()
    app.start()
    screen.open_page(page, "/gallery")
    expect(page.get_by_text(words)).to_be_visible()
    page.locator("video").click()
    assert screen.playing(page.get_by_role("dialog").locator("video"))["width"] == 1080


def _downloaded(page: Page, card: Locator, folder: Path) -> Path:
    link = card.get_by_role("link", name="Download", exact=True)
    with page.context.expect_event("download") as download:
        link.click()
    assert re.fullmatch(r"kineograph-\d{4}-\d\d-\d\d-[0-9a-f]{6}\.mp4", download.value.suggested_filename)
    target = folder / "downloaded.mp4"
    download.value.save_as(target)
    return target


def _is_a_whole_video(path: Path, *, seconds: float) -> None:
    with av.open(str(path)) as container:
        frames = sum(1 for _ in container.decode(video=0))
        rate = container.streams.video[0].average_rate
    assert rate is not None
    assert frames / float(rate) == pytest.approx(seconds, abs=0.05)
