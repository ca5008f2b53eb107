"""Where a browser can hand files to other programs, the video itself is sent; where it cannot, nothing is offered.

No browser that these tests can have has such a menu: the page is given one that notes what it was handed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.app_process import AppProcess
from tests.browser import screen
from tests.browser.screen import PHONE
from tests.kept_videos import keep_videos

pytestmark = pytest.mark.browser

NewTab = Callable[..., Page]
MENU = """mood => {
  window.handed = [];
  let presses = 0;
  navigator.canShare = ({files}) => files !== undefined && files.every(file => file.type === 'video/mp4');
  navigator.share = async ({files}) => {
    presses += 1;
    if (mood === 'forgets the press' && presses === 1) throw new DOMException('', 'NotAllowedError');
    if (mood === 'is closed') throw new DOMException('', 'AbortError');
    for (const file of files) {
      const bytes = new Uint8Array(await file.arrayBuffer());
      window.handed.push({name: file.name, type: file.type, bytes: [...bytes]});
    }
  };
}"""


def dialog_of(app: AppProcess, page: Page, folder: Path, mood: str | None) -> Locator:
    """The dialog in which a video is shared, in a browser whose menu is in that mood; None: it has none."""
    screen.open_page(page)
    [job] = keep_videos(app, screen.visitor_of(app, page.context), ["Waves roll in"], folder)
    screen.go(page, "Gallery")
    if mood is not None:
        page.evaluate(MENU, mood)
    screen.choose(screen.video_card(page, job.id), "Share")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Make a link").wait_for()
    return dialog


def test_the_film_is_handed_over_without_what_a_download_carries(
    app: AppProcess, new_tab: NewTab, tmp_path: Path
) -> None:
    page = new_tab(**PHONE)
    dialog = dialog_of(app, page, tmp_path, "is fine")
    dialog.get_by_role("button", name="Send the video itself").tap()
    page.wait_for_function("() => window.handed.length === 1")
    [file] = page.evaluate("() => window.handed")
    assert file["name"].startswith("kineograph-")
    assert file["name"].endswith(".mp4")
    film = tmp_path / "handed.mp4"
    film.write_bytes(bytes(file["bytes"]))
    with av.open(str(film)) as container:
        assert container.streams.video[0].width > 0
    assert b"Waves roll in" not in film.read_bytes()
    # Once more, without fetching it again.
    dialog.get_by_role("button", name="Send the video itself").tap()
    page.wait_for_function("() => window.handed.length === 2")


def test_a_browser_that_has_forgotten_the_press_gets_the_film_with_the_next(
    app: AppProcess, new_tab: NewTab, tmp_path: Path
) -> None:
    page = new_tab(**PHONE)
    dialog = dialog_of(app, page, tmp_path, "forgets the press")
    dialog.get_by_role("button", name="Send the video itself").tap()
    dialog.get_by_role("button", name="Ready. Send it now").tap()
    page.wait_for_function("() => window.handed.length === 1")
    expect(dialog.get_by_role("button", name="Send the video itself")).to_be_visible()


def test_who_closes_the_menu_is_told_of_no_failure(app: AppProcess, new_tab: NewTab, tmp_path: Path) -> None:
    page = new_tab(**PHONE)
    dialog = dialog_of(app, page, tmp_path, "is closed")
    button = dialog.get_by_role("button", name="Send the video itself")
    button.tap()
    expect(button).to_be_visible()
    expect(button).not_to_have_attribute("aria-busy", "true")


def test_where_the_browser_cannot_nothing_is_offered(app: AppProcess, new_tab: NewTab, tmp_path: Path) -> None:
    dialog = dialog_of(app, new_tab(**PHONE), tmp_path, None)
    expect(dialog.get_by_role("button", name="Send the video itself")).to_have_count(0)
