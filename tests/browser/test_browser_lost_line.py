"""A line that is down: a person reads words of ours, and nothing lies over the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.app_process import running_app
from tests.browser import screen
from tests.browser.screen import DESK, PHONE
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser


TOLD = "(() => { window.said = ''; new MutationObserver(() => { window.said += document.body.innerText; })" + (
    ".observe(document.body, {subtree: true, childList: true, characterData: true}); })()"
)
"""Keeps all that is to be read from now on, however shortly."""


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_while_the_server_is_away_nothing_is_read_but_our_own_words(
    new_tab: Callable[..., Page], watch: Watch, tmp_path: Path, device: dict[str, object]
) -> None:
    with running_app(tmp_path / "app") as app:
        page = new_tab(**device, base_url=app.url)
        screen.open_page(page)
        page.get_by_role("button", name="Balloons at sunrise").click()
        screen.picture(page).wait_for()
        screen.settled(page)
        page.evaluate(TOLD)
        with page.expect_console_message(lambda message: "is not responding" in message.text, timeout=60_000):
            app.kill()
        expect(page.get_by_role("alert").get_by_text("No connection. Your videos are being made")).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert "not responding" not in page.evaluate("window.said")
        assert screen.fits_across(page)
        app.start()
        expect(page.get_by_text("No connection.")).to_have_count(0)
        screen.settled(page)
        expect(screen.picture(page)).to_be_visible()
    # That nothing could be reached is what this is about.
    watch.seen.clear()
