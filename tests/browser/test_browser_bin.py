"""What is deleted goes into the bin at once, and comes back from it; out of the bin it goes for good, asked first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from studio import urls
from studio.jobs.job import Job
from tests.app_process import AppProcess
from tests.browser import screen
from tests.browser.screen import DESK, PHONE
from tests.kept_videos import keep_videos

pytestmark = pytest.mark.browser

NewTab = Callable[..., Page]


def with_videos(page: Page, app: AppProcess, tmp_path: Path, *prompts: str) -> list[Job]:
    """A gallery of these, shown."""
    screen.open_page(page)
    jobs = keep_videos(app, screen.visitor_of(app, page.context), prompts, tmp_path)
    screen.go(page, "Gallery")
    expect(screen.video_cards(page)).to_have_count(len(jobs))
    return jobs


def status_of(page: Page, address: str) -> int:
    """What the app answers with."""
    return page.request.get(address).status


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_a_deleted_video_waits_in_the_bin_with_its_link_and_comes_back_with_it(
    app: AppProcess, new_tab: NewTab, tmp_path: Path, device: dict[str, object]
) -> None:
    page = new_tab(**device)
    one, _other = with_videos(page, app, tmp_path, "To be missed", "To be kept")
    card = screen.video_card(page, one.id)
    screen.choose(card, "Share")
    page.get_by_role("dialog").get_by_role("button", name="Make a link").click()
    link = page.get_by_role("dialog").get_by_test_id("stCode").locator("code").inner_text()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    assert status_of(page, link) == 200

    screen.choose(card, "Delete")
    expect(card).to_have_count(0)
    expect(page.get_by_text("The video is in the bin.")).to_be_visible()
    assert status_of(page, link) == 404
    screen.pressed(page.get_by_role("button", name="Undo"), device)
    expect(card).to_be_visible()
    expect(page.get_by_text("The video is in the bin.")).to_have_count(0)
    assert status_of(page, link) == 200

    screen.choose(card, "Delete")
    expect(card).to_have_count(0)
    page.reload()
    expect(page.get_by_text("To be kept")).to_be_visible()
    expect(card).to_have_count(0)
    screen.pressed(page.get_by_role("link", name="Bin"), device)
    expect(page.get_by_role("heading", name="Bin", exact=True)).to_be_visible()
    expect(screen.video_cards(page)).to_have_count(1)
    expect(card).to_contain_text("Deleted for good on")
    assert screen.fits_across(page)
    screen.pressed(card.get_by_role("button", name="Restore"), device)
    expect(page.get_by_text("The bin is empty.")).to_be_visible()
    screen.go(page, "Gallery")
    expect(card).to_be_visible()
    assert status_of(page, link) == 200


def test_out_of_the_bin_a_video_goes_for_good_and_asks_first(app: AppProcess, page: Page, tmp_path: Path) -> None:
    gone, last, stays = with_videos(page, app, tmp_path, "To be deleted", "The last one", "To be kept")
    for job in (gone, last):
        screen.choose(screen.video_card(page, job.id), "Delete")
        expect(screen.video_card(page, job.id)).to_have_count(0)
    page.get_by_role("link", name="Bin").click()
    card, question = screen.video_card(page, gone.id), page.get_by_role("dialog")

    screen.choose(card, "Delete for good")
    expect(question).to_contain_text("To be deleted")
    question.get_by_role("button", name="Keep it").click()
    expect(question).to_have_count(0)
    expect(card).to_be_visible()
    assert status_of(page, urls.video(gone.id)) == 200

    # By the key as well.
    card.focus()
    page.keyboard.press("Delete")
    question.get_by_role("button", name="Delete for good").click()
    expect(card).to_have_count(0)

    page.get_by_role("button", name="Empty the bin").click()
    question.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("The bin is empty.")).to_be_visible()
    for job, status in ((gone, 404), (last, 404), (stays, 200)):
        for address in (urls.video(job.id), urls.poster(job.id), urls.thumbnail(job.id)):
            assert status_of(page, address) == status


def test_the_last_video_can_be_had_back_and_a_second_click_of_delete_says_nothing(
    app: AppProcess, page: Page, tmp_path: Path
) -> None:
    [only] = with_videos(page, app, tmp_path, "The only one")
    page.goto(f"/video?id={only.id}")
    page.get_by_role("button", name="Delete", exact=True).dblclick(delay=50)
    expect(page.get_by_role("heading", name="Your gallery")).to_be_visible()
    expect(page.get_by_text("Nothing here yet.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(screen.video_card(page, only.id)).to_be_visible()
    expect(screen.notes(page)).to_have_count(0)

    # On its own page too, where another tab has deleted it.
    page.goto(f"/video?id={only.id}")
    other = page.context.new_page()
    screen.open_page(other, "/gallery")
    screen.choose(screen.video_card(other, only.id), "Delete")
    expect(screen.video_card(other, only.id)).to_have_count(0)
    page.reload()
    expect(page.get_by_text("This video is in the bin.")).to_be_visible()
    expect(page.get_by_role("button", name="Share")).to_have_count(0)
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("button", name="Share")).to_be_visible()


def test_several_are_restored_at_once_from_the_bin(app: AppProcess, page: Page, tmp_path: Path) -> None:
    jobs = with_videos(page, app, tmp_path, "One", "Two", "Three")
    page.get_by_role("button", name="Select", exact=True).click()
    for job in jobs:
        screen.video_card(page, job.id).get_by_role("checkbox").click()
    page.locator(".gallery-chosen").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("3 videos are in the bin.")).to_be_visible()
    page.get_by_role("link", name="Bin").click()
    expect(screen.video_cards(page)).to_have_count(3)
    page.get_by_role("button", name="Select", exact=True).click()
    for job in jobs[:2]:
        screen.video_card(page, job.id).get_by_role("checkbox").click()
    page.locator(".gallery-chosen").get_by_role("button", name="Restore").click()
    expect(screen.video_cards(page)).to_have_count(1)
    page.get_by_role("link", name="Back to the gallery").click()
    expect(screen.video_cards(page)).to_have_count(2)
