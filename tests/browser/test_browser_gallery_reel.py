"""Selected videos become one, in the order that was chosen."""

from __future__ import annotations

from pathlib import Path

import av
import pytest
from playwright.sync_api import Page, expect

from tests.app_process import AppProcess
from tests.browser import screen
from tests.browser.barriers import barriers
from tests.kept_videos import LANDSCAPE, PORTRAIT, keep_videos

pytestmark = pytest.mark.browser


def test_selected_videos_are_put_in_order_and_joined_saved_and_kept(
    app: AppProcess, page: Page, tmp_path: Path
) -> None:
    screen.open_page(page)
    visitor = screen.visitor_of(app, page.context)
    [tall] = keep_videos(app, visitor, ["The **tall** one"], tmp_path, size=PORTRAIT)
    [wide] = keep_videos(app, visitor, ["The wide one"], tmp_path, size=LANDSCAPE)
    screen.go(page, "Gallery")
    reel = page.locator(".gallery-chosen").get_by_role("button", name="Show reel")
    page.get_by_role("button", name="Select", exact=True).click()
    screen.video_card(page, tall.id).get_by_role("checkbox").click()
    expect(reel).to_be_disabled()
    screen.video_card(page, wide.id).get_by_role("checkbox").click()
    reel.click()
    dialog = page.get_by_role("dialog")
    lines = dialog.get_by_test_id("stText")
    expect(lines).to_have_text(["1. The **tall** one", "2. The wide one"])
    dialog.get_by_role("button", name="Down").first.click()
    expect(lines).to_have_text(["1. The wide one", "2. The **tall** one"])
    screen.settled(page)
    assert barriers(page) == []
    dialog.get_by_role("button", name="Make the show reel").click()
    made = screen.saved(page, dialog.get_by_role("link", name="Download"), tmp_path)
    with av.open(str(made)) as film:
        stream = film.streams.video[0]
        assert (stream.width, stream.height) == LANDSCAPE, "the first decides"
        assert sum(1 for _ in film.decode(stream)) == 60, "both are whole"
    dialog.get_by_role("button", name="Keep as a video").click()
    expect(dialog.get_by_text("gallery")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    page.reload()
    expect(screen.video_cards(page)).to_have_count(3)
