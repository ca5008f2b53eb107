"""What is given away: one video by its link, and one's whole gallery to another device."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.app_process import AppProcess
from tests.browser import screen
from tests.browser.barriers import barriers
from tests.browser.screen import visitor_of
from tests.kept_videos import keep_videos

pytestmark = pytest.mark.browser

NewVisitor = Callable[..., BrowserContext]
NewTab = Callable[..., Page]
HOSTILE = "<img src=x onerror=alert(1)>\n**bold** ![x](http://example.invalid/x.png) $$x$$ :red[hot]"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def with_videos(app: AppProcess, page: Page, folder: Path, *prompts: str) -> list[str]:
    """The visitor has these videos, and looks at the gallery; gives the jobs' ids."""
    screen.open_page(page)
    jobs = keep_videos(app, visitor_of(app, page.context), prompts, folder)
    screen.go(page, "Gallery")
    return [job.id for job in jobs]


def card(page: Page, job_id: str) -> Locator:
    return screen.video_card(page, job_id)


def share(page: Page, job_id: str) -> str:
    """Share a video from its card in the gallery; the link."""
    screen.choose(card(page, job_id), "Share")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Anyone with the link can watch the video")
    expect(dialog.get_by_role("img", name="The same link as a QR code")).to_have_count(0)
    dialog.get_by_role("button", name="Make a link").click()
    return link_in(dialog)


def link_in(dialog: Locator) -> str:
    """The link that a dialog shows, as text and as a QR code."""
    expect(dialog.get_by_role("img", name="The same link as a QR code")).to_be_visible()
    return dialog.get_by_test_id("stCode").locator("code").inner_text()


def watch_shared(page: Page, link: str) -> Locator:
    """Follow a share link; the video that is there."""
    page.goto(link)
    page.get_by_role("heading", name="A video for you", exact=True).wait_for()
    screen.settled(page)
    return page.locator("video")


def link_to_gallery(page: Page) -> str:
    page.get_by_role("button", name="Open my gallery on another device").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("It works once and expires in 15 minutes")
    return link_in(dialog)


def test_somebody_with_the_link_sees_the_video_play_with_its_words_and_can_make_their_own(
    app: AppProcess, page: Page, new_tab: NewTab, tmp_path: Path
) -> None:
    [job_id] = with_videos(app, page, tmp_path, HOSTILE)
    link = share(page, job_id)
    assert re.fullmatch(rf"{re.escape(app.url)}/v/[A-Za-z0-9]{{17}}", link)

    other = new_tab()
    other.on("dialog", lambda _: pytest.fail("a script of the visitor ran"))
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.url))
    playing = screen.playing(watch_shared(other, link))
    assert (playing["width"], playing["muted"]) == (360, True)
    assert other.url == f"{app.url}/video?id={link[-17:]}"
    assert other.get_by_test_id("stText").text_content() == HOSTILE
    assert not any(job_id in url for url in asked)
    for own in ("Download", "Share", "Shared", "Delete"):
        expect(other.get_by_text(own, exact=True)).to_have_count(0)

    other.get_by_role("button", name="Make your own", exact=True).click()
    expect(other.get_by_role("heading", name="Make a picture move", exact=True)).to_be_visible()
    screen.go(other, "Gallery")
    expect(other.get_by_text("Nothing here yet.")).to_be_visible()


def test_the_link_can_be_copied_with_one_tap_and_scanned(app: AppProcess, new_tab: NewTab, tmp_path: Path) -> None:
    page = new_tab(**PHONE, color_scheme="dark", permissions=["clipboard-write"])
    [job_id] = with_videos(app, page, tmp_path, "To be sent")
    link = share(page, job_id)
    screen.settled(page)
    seen = page.get_by_role("img", name="The same link as a QR code").screenshot()
    pixels = cv2.imdecode(np.frombuffer(seen, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert pixels is not None
    assert cv2.QRCodeDetector().detectAndDecode(pixels)[0] == link
    page.get_by_role("button", name="Copy the link").tap()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    page.get_by_role("button", name="Close").tap()
    screen.go(page, "Create")
    screen.prompt(page).focus()
    page.keyboard.press("Control+V")
    expect(screen.prompt(page)).to_have_value(link)


def test_who_stops_sharing_takes_the_video_back_from_everybody(
    app: AppProcess, page: Page, new_tab: NewTab, tmp_path: Path
) -> None:
    [job_id, _] = with_videos(app, page, tmp_path, "Mine again", "Another")
    link = share(page, job_id)
    other = new_tab()
    screen.playing(watch_shared(other, link))

    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Stop sharing").click()
    expect(dialog.get_by_role("button", name="Make a link")).to_be_visible()

    other.reload()
    expect(other.get_by_role("heading", name="There is no video here", exact=True)).to_be_visible()
    expect(other.get_by_role("button", name="Make your own", exact=True)).to_be_visible()
    expect(other.locator("video")).to_have_count(0)
    for path in ("", "/video.mp4", "/poster.jpg"):
        assert other.request.get(link + path).status == 404

    dialog.get_by_role("button", name="Make a link").click()
    again = link_in(dialog)
    assert again != link
    screen.playing(watch_shared(other, again))


def test_one_video_has_a_page_for_its_visitor_and_for_nobody_else(
    app: AppProcess, page: Page, new_tab: NewTab, tmp_path: Path
) -> None:
    [job_id, _] = with_videos(app, page, tmp_path, "One of mine", "Another of mine")
    screen.choose(card(page, job_id), "Open")
    expect(page.get_by_role("heading", name="Your video", exact=True)).to_be_visible()
    expect(page).to_have_url(f"{app.url}/video?id={job_id}")
    screen.playing(page.locator("video"))
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download", exact=True).click()
    assert saved.value.suggested_filename.endswith(".mp4")

    other = new_tab()
    for wanted in (job_id, "", "x", "%00", "a" * 17, "a" * 5000):
        other.goto(f"/video?id={wanted}")
        expect(other.get_by_role("heading", name="There is no video here", exact=True)).to_be_visible()
        screen.settled(other)

    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="Your gallery", exact=True)).to_be_visible()
    expect(page.get_by_text("Another of mine")).to_be_visible()
    expect(page.get_by_text("One of mine", exact=True)).to_have_count(0)


def test_a_gallery_opens_on_another_device_once_and_looking_at_the_link_uses_nothing_up(
    app: AppProcess, page: Page, new_visitor: NewVisitor, new_tab: NewTab, tmp_path: Path
) -> None:
    with_videos(app, page, tmp_path, "Made at home", "Made there too")
    link = link_to_gallery(page)
    for _ in range(2):
        preview = new_visitor()
        assert preview.request.get(link, headers={"Accept": "text/html"}).status == 200
        assert visitor_of(app, preview) != visitor_of(app, page.context)

    phone = new_tab(**PHONE)
    phone.goto(link)
    phone.get_by_role("button", name="Open the gallery").click()
    expect(phone.get_by_role("heading", name="Your gallery", exact=True)).to_be_visible()
    expect(phone.get_by_text("Made at home")).to_be_visible()
    assert visitor_of(app, phone.context) == visitor_of(app, page.context)

    third = new_visitor()
    refused = third.request.get(link, headers={"Accept": "text/html"})
    assert refused.status == 404
    assert "works once and expires in 15 minutes" in refused.text()
    screen.open_page(third.new_page(), "/gallery")
    expect(third.pages[0].get_by_text("Nothing here yet.")).to_be_visible()


def test_a_device_with_videos_of_its_own_loses_none_and_may_say_no(
    app: AppProcess, page: Page, new_tab: NewTab, tmp_path: Path
) -> None:
    with_videos(app, page, tmp_path, "Made at home")
    link = link_to_gallery(page)
    phone = new_tab(**PHONE)
    with_videos(app, phone, tmp_path, "Made on the phone")
    before = visitor_of(app, phone.context)

    phone.goto(link)
    expect(phone.get_by_text("This device has one video or order of its own.")).to_be_visible()
    phone.get_by_role("link", name="Not now").click()
    expect(phone.get_by_text("Made on the phone")).to_be_visible()
    assert visitor_of(app, phone.context) == before

    phone.goto(link)
    phone.get_by_role("button", name="Open, and add this device's videos to it").click()
    expect(phone.get_by_text("Made at home")).to_be_visible()
    expect(phone.get_by_text("Made on the phone")).to_be_visible()
    screen.open_page(page, "/gallery")
    expect(page.get_by_text("Made on the phone")).to_be_visible()


def test_what_a_tab_that_stayed_open_orders_afterwards_is_in_the_gallery_too(
    app: AppProcess, page: Page, new_tab: NewTab, tmp_path: Path
) -> None:
    with_videos(app, page, tmp_path, "Made at home")
    link = link_to_gallery(page)
    phone = new_tab()
    screen.open_page(phone)
    before = visitor_of(app, phone.context)
    phone.goto(link)
    phone.get_by_role("button", name="Open the gallery").click()
    expect(phone.get_by_text("Made at home")).to_be_visible()
    # What the old tab orders is still ordered by whom that tab knows.
    keep_videos(app, before, ["Ordered in the old tab"], tmp_path)
    screen.open_page(phone, "/gallery")
    expect(phone.get_by_text("Ordered in the old tab")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_of_it_is_a_barrier_or_sticks_out_on_a_phone(
    app: AppProcess, new_tab: NewTab, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    page = new_tab(**PHONE, color_scheme=scheme)

    def is_fine(where: str) -> None:
        assert barriers(page) == [], where
        assert screen.fits_across(page), where

    words = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 2
    [job_id, _] = with_videos(app, page, tmp_path, words, "Another")
    screen.choose(card(page, job_id), "Share")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Make a link")).to_be_visible()
    screen.settled(page)
    is_fine("before sharing")
    dialog.get_by_role("button", name="Make a link").click()
    link = link_in(dialog)
    screen.settled(page)
    is_fine("sharing")
    page.goto(f"/video?id={job_id}")
    expect(page.get_by_role("button", name="Shared", exact=True)).to_be_visible()
    screen.settled(page)
    is_fine("one's own video")
    screen.open_page(page, "/gallery")
    to_gallery = link_to_gallery(page)
    screen.settled(page)
    is_fine("the link to the gallery")

    page = new_tab(**PHONE, color_scheme=scheme)
    # People are led on from this page at once; who reads it is a program, or has switched that off.
    page.route("**/v/*", lambda route: route.fulfill(response=(got := route.fetch()), body=stays(got.text())))
    page.goto(link)
    expect(page.get_by_role("link", name="Watch the video")).to_be_visible()
    assert barriers(page) == [], "the page for previews"
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    watch_shared(page, f"/video?id={link[-17:]}")
    is_fine("a shared video")
    page.goto(to_gallery)
    expect(page.get_by_role("button", name="Open the gallery")).to_be_visible()
    assert barriers(page) == [], "the question"
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def stays(html: str) -> str:
    """The same page, but it leads nobody on."""
    return re.sub(r'<meta http-equiv="refresh"[^>]*>', "", html)
