"""Videos side by side: in step under one scrubber, one heard, what differs marked, one over the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from studio.jobs.job import Job
from tests.app_process import AppProcess, wait_until
from tests.browser import screen
from tests.browser.barriers import barriers
from tests.browser.screen import DESK, PHONE
from tests.kept_videos import LANDSCAPE, PORTRAIT, keep_videos

pytestmark = pytest.mark.browser

NewTab = Callable[..., Page]


def selecting(page: Page, app: AppProcess, tmp_path: Path, shapes: dict[str, tuple[int, int]]) -> list[Job]:
    """A gallery with a video of each of these shapes, in which some are being selected."""
    screen.open_page(page)
    visitor = screen.visitor_of(app, page.context)
    jobs = [keep_videos(app, visitor, [prompt], tmp_path, size=size)[0] for prompt, size in shapes.items()]
    screen.go(page, "Gallery")
    page.get_by_role("button", name="Select", exact=True).click()
    return jobs


def choose(page: Page, *jobs: Job) -> None:
    for job in jobs:
        screen.video_card(page, job.id).get_by_role("checkbox").click()


def compare(page: Page) -> Locator:
    """The button."""
    return page.locator(".gallery-chosen").get_by_role("button", name="Compare")


def compared(page: Page) -> Locator:
    """What it opens."""
    return page.get_by_role("dialog").filter(has=page.get_by_role("heading", name="Compare"))


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_two_play_in_step_under_one_scrubber_and_one_is_heard(
    app: AppProcess, new_tab: NewTab, tmp_path: Path, device: dict[str, object]
) -> None:
    page = new_tab(**device)
    one, other = selecting(page, app, tmp_path, {"A dog runs": LANDSCAPE, "A cat runs": LANDSCAPE})
    choose(page, one)
    expect(compare(page)).to_be_disabled()
    choose(page, other)
    screen.pressed(compare(page), device)
    films = compared(page).locator("video")
    expect(films).to_have_count(2)
    for at in range(2):
        screen.playing(films.nth(at))
    assert [films.nth(at).evaluate("film => film.muted") for at in range(2)] == [False, True]
    assert barriers(page) == []
    assert screen.fits_across(page)

    hear = compared(page).get_by_role("button", name="Hear this one")
    screen.pressed(hear.nth(1), device)
    assert [films.nth(at).evaluate("film => film.muted") for at in range(2)] == [True, False]
    compared(page).get_by_role("slider", name="Position").fill("0.5")
    for at in range(2):
        wait_until(
            lambda at=at: films.nth(at).evaluate("film => film.paused && Math.abs(film.currentTime - 0.5) < 0.05"),
            "both stand where the scrubber is",
        )
    compared(page).get_by_role("button", name="Play").click()
    expect(compared(page).get_by_role("button", name="Pause")).to_be_visible()
    apart = films.evaluate_all("all => Math.abs(all[0].currentTime - all[1].currentTime)")
    assert apart < 0.3

    # Alike in all but their words.
    expect(compared(page).locator("mark")).to_have_text(["A cat runs", "A dog runs"])

    wipe = compared(page).get_by_role("button", name="One over the other")
    screen.pressed(wipe, device)
    compared(page).get_by_role("slider", name="Where one ends").fill("25")
    films_place = compared(page).locator(".film").last
    assert films_place.evaluate("film => getComputedStyle(film).clipPath") == "inset(0px 0px 0px 25%)"
    assert films.nth(0).bounding_box() == films.nth(1).bounding_box()

    page.keyboard.press("Escape")
    expect(compared(page)).to_have_count(0)
    expect(compare(page)).to_be_focused()
    screen.pressed(compare(page), device)
    expect(compared(page)).to_be_visible()
    page.go_back()
    expect(compared(page)).to_have_count(0)
    assert screen.video_card(page, one.id).get_by_role("checkbox").is_checked()


def test_four_of_any_shape_can_be_compared_and_no_more(app: AppProcess, new_tab: NewTab, tmp_path: Path) -> None:
    page = new_tab(reduced_motion="reduce")
    shapes = {f"Film {number}": PORTRAIT if number % 2 else LANDSCAPE for number in range(5)}
    jobs = selecting(page, app, tmp_path, shapes)
    choose(page, *jobs)
    expect(compare(page)).to_be_disabled()
    choose(page, jobs[0])
    compare(page).click()
    films = compared(page).locator("video")
    expect(films).to_have_count(4)
    expect(compared(page).get_by_role("button", name="One over the other")).to_have_count(0)
    # Nothing plays by itself, and the keys of the grid rest.
    assert films.evaluate_all("all => all.every(film => film.paused)")
    page.keyboard.press("Delete")
    compared(page).get_by_role("button", name="Play").click()
    screen.playing(films.first)
    compared(page).get_by_role("button", name="Close").click()
    expect(screen.video_cards(page)).to_have_count(5)
