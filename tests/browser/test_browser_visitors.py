"""What one visitor made is nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from studio.access.visitors import COOKIE, Visitors
from tests.app_process import AppProcess
from tests.browser import screen
from tests.browser.screen import visitor_of
from tests.kept_videos import keep_videos

pytestmark = pytest.mark.browser

FILES = ("/app/static/videos/{id}.mp4", "/app/static/posters/{id}.jpg", "/app/static/thumbnails/{id}.jpg")


def test_nobody_else_gets_a_visitors_video_poster_or_picture(
    app: AppProcess, page: Page, new_visitor: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    screen.open_page(page)
    owner = visitor_of(app, page.context)
    [job] = keep_videos(app, owner, ["Only mine"], tmp_path)
    files = [file.format(id=job.id) for file in FILES]
    assert [page.request.get(file).status for file in files] == [200, 200, 200]

    nobody = new_visitor()
    assert [nobody.request.get(file).status for file in files] == [404, 404, 404]

    another = new_visitor()
    screen.open_page(another.new_page(), "/gallery")
    expect(another.pages[0].get_by_text("Nothing here yet.")).to_be_visible()
    assert [another.request.get(file).status for file in files] == [404, 404, 404]

    forger = new_visitor()
    forged = Visitors("a secret of the forger's own").cookie(owner)
    forger.add_cookies([{"name": COOKIE, "value": forged, "url": app.url}])
    assert [forger.request.get(file).status for file in files] == [404, 404, 404]
    screen.open_page(forger.new_page(), "/gallery")
    expect(forger.pages[0].get_by_text("Nothing here yet.")).to_be_visible()
    assert visitor_of(app, forger) != owner


def test_an_order_under_way_is_seen_by_its_own_visitor_only(page: Page, new_tab: Callable[..., Page]) -> None:
    words = "A birthday surprise"
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, words)
    other = new_tab()
    screen.open_page(other)
    expect(other.get_by_text(words)).to_have_count(0)
    expect(screen.picture(other)).to_have_count(0)
    screen.video(page, words)
