"""The gallery's grid under mouse, finger and keys: playing, watching large, selecting, favourites, sizes, days."""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from studio import urls
from studio.jobs.job import Job
from tests.app_process import AppProcess, wait_until
from tests.browser import screen
from tests.browser.screen import DESK, PHONE
from tests.browser.watch import Watch
from tests.kept_videos import keep_videos

pytestmark = pytest.mark.browser

PRESSED_AT = "(button, at) => void setTimeout(() => button.click(), at - Date.now())"
"""At that time, in milliseconds since 1970."""

DEVICES = pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
NewTab = Callable[..., Page]


def with_videos(page: Page, app: AppProcess, tmp_path: Path, number: int = 4) -> list[Job]:
    """A gallery of so many, shown."""
    screen.open_page(page)
    prompts = [f"Film number {place}" for place in range(number)]
    jobs = keep_videos(app, screen.visitor_of(app, page.context), prompts, tmp_path)
    screen.go(page, "Gallery")
    expect(screen.video_cards(page)).to_have_count(min(number, 24))
    return jobs


def large(page: Page) -> Locator:
    """The large view."""
    return page.get_by_role("dialog").filter(has=page.locator(".film"))


def test_the_mouse_over_a_video_plays_it_without_sound_and_leaving_brings_its_poster_back(
    app: AppProcess, page: Page, tmp_path: Path
) -> None:
    with_videos(page, app, tmp_path)
    films = screen.video_cards(page).locator("video")
    films.nth(1).hover()
    screen.playing(films.nth(1))
    assert films.nth(1).evaluate("film => film.muted")
    films.nth(2).hover()
    screen.playing(films.nth(2))
    wait_until(lambda: films.nth(1).evaluate("film => film.paused && film.readyState === 0"), "the poster is back")


def test_with_reduced_motion_nothing_plays_before_it_is_asked_for(
    app: AppProcess, new_tab: NewTab, tmp_path: Path
) -> None:
    page = new_tab(reduced_motion="reduce")
    with_videos(page, app, tmp_path)
    film = screen.video_cards(page).locator("video").first
    film.hover()
    assert film.evaluate("film => film.paused")
    screen.video_cards(page).first.focus()
    page.keyboard.press("Space")
    screen.playing(film)


def test_a_fingers_first_tap_plays_a_video_and_the_second_shows_it_large(
    app: AppProcess, new_tab: NewTab, tmp_path: Path
) -> None:
    page = new_tab(**PHONE)
    with_videos(page, app, tmp_path)
    film = screen.video_cards(page).locator("video").first
    film.tap()
    screen.playing(film)
    assert film.evaluate("film => film.muted")
    expect(large(page)).to_have_count(0)
    film.tap()
    screen.playing(large(page).locator("video"))
    assert screen.fits_across(page)


@DEVICES
def test_large_it_has_its_sound_and_goes_on_by_keys_and_closes_by_every_way(
    app: AppProcess, new_tab: NewTab, tmp_path: Path, device: dict[str, object]
) -> None:
    page = new_tab(**device)
    first, second, *_ = with_videos(page, app, tmp_path)
    card = screen.video_card(page, first.id)
    card.focus()
    page.keyboard.press("Enter")
    film = large(page).locator("video")
    screen.playing(film)
    assert not film.evaluate("film => film.muted")
    expect(large(page).get_by_text("Film number 0")).to_be_visible()
    expect(large(page).get_by_role("button", name="Previous video")).to_be_disabled()
    large(page).get_by_role("button", name="Next video").click()
    expect(large(page).get_by_text("Film number 1")).to_be_visible()
    page.keyboard.press("f")
    expect(large(page).get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(large(page)).to_have_count(0)
    there = screen.video_card(page, second.id)
    expect(there).to_be_focused()
    expect(there.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")

    # The browser's own way back closes it, and leads nowhere else.
    page.keyboard.press("Enter")
    screen.playing(large(page).locator("video"))
    page.go_back()
    expect(large(page)).to_have_count(0)
    expect(page).to_have_url(re.compile("/gallery$"))
    screen.settled(page)
    expect(there.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")

    # A click beside it.
    there.locator(".enlarge").click()
    screen.playing(large(page).locator("video"))
    page.mouse.click(5, 5)
    expect(large(page)).to_have_count(0)


def test_by_keys_alone_one_walks_loves_and_deletes(app: AppProcess, page: Page, tmp_path: Path) -> None:
    jobs = with_videos(page, app, tmp_path)
    cards = [screen.video_card(page, job.id) for job in jobs]
    cards[0].focus()
    page.keyboard.press("ArrowRight")
    expect(cards[1]).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(cards[0]).to_be_focused()
    page.keyboard.press("f")
    expect(cards[0].get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog")
    expect(help_.get_by_role("heading", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_).to_have_count(0)
    with page.expect_download() as saved:
        page.keyboard.press("d")
    assert saved.value.suggested_filename.endswith(".mp4")
    # The menu too.
    cards[0].get_by_role("button", name="More").press("Enter")
    expect(page.get_by_role("menuitem", name="Open")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitem", name="Delete")).to_be_focused()
    page.keyboard.press("Escape")
    expect(cards[0].get_by_role("button", name="More")).to_be_focused()
    cards[0].focus()
    page.keyboard.press("Delete")
    expect(cards[0]).to_have_count(0)
    # The next one is where it was, and the one that comes back has the focus.
    expect(cards[1]).to_be_focused()
    page.get_by_role("button", name="Undo").press("Enter")
    expect(cards[0]).to_be_focused()
    # No letter acts where somebody types.
    field = page.get_by_label("Search", exact=True)
    field.press_sequentially("f?d")
    expect(field).to_have_value("f?d")
    expect(page.get_by_role("dialog")).to_have_count(0)


@DEVICES
def test_several_are_selected_saved_as_one_file_loved_deleted_and_brought_back(
    app: AppProcess, new_tab: NewTab, tmp_path: Path, device: dict[str, object]
) -> None:
    page = new_tab(**device)
    jobs = with_videos(page, app, tmp_path, 6)
    cards = [screen.video_card(page, job.id) for job in jobs]
    select = page.get_by_role("button", name="Select", exact=True)
    select.click()
    expect(select).to_have_attribute("aria-pressed", "true")
    boxes = [card.get_by_role("checkbox", name="Select this video") for card in cards]
    boxes[1].click()
    expect(page.get_by_text(re.compile(r"^1 selected \("))).to_be_visible()
    boxes[3].click(modifiers=["Shift"])
    expect(page.get_by_text(re.compile(r"^3 selected \("))).to_be_visible()
    screen.pressed(cards[5].locator("video"), device)  # anywhere on its picture
    expect(boxes[5]).to_be_checked()
    expect(large(page)).to_have_count(0)
    boxes[5].click()
    assert [box.is_checked() for box in boxes] == [False, True, True, True, False, False]
    assert screen.fits_across(page)

    with page.expect_download() as saved:
        page.get_by_role("link", name="Download selected").click()
    with zipfile.ZipFile(saved.value.path()) as archive:
        assert sum(name.endswith(".mp4") for name in archive.namelist()) == 3

    # A page that is drawn anew keeps what is selected.
    page.locator(".gallery-chosen").get_by_role("button", name="Favourite").click()
    for at, card in enumerate(cards):
        heart = card.get_by_role("button", name="Favourite")
        expect(heart).to_have_attribute("aria-pressed", str(1 <= at <= 3).lower())
    screen.settled(page)
    assert [box.is_checked() for box in boxes] == [False, True, True, True, False, False]

    screen.pressed(page.locator(".gallery-chosen").get_by_role("button", name="Delete"), device)
    expect(screen.video_cards(page)).to_have_count(3)
    expect(page.get_by_text(re.compile(r"^0 selected \("))).to_be_visible()
    expect(page.get_by_text("3 videos are in the bin.")).to_be_visible()
    screen.pressed(page.get_by_role("button", name="Undo"), device)
    expect(screen.video_cards(page)).to_have_count(6)
    page.get_by_role("button", name="Done").click()
    expect(boxes[0]).to_be_hidden()


def test_a_heart_counts_as_it_was_meant_in_two_tabs_and_one_right_after_the_other(
    app: AppProcess, page: Page, tmp_path: Path
) -> None:
    one, other, third, _ = with_videos(page, app, tmp_path)
    second_tab = page.context.new_page()
    screen.open_page(second_tab, "/gallery")
    # Both see that it is none: each would be told of the other's press at once.
    at = time.time() * 1000 + 700
    for tab in (page, second_tab):
        screen.video_card(tab, one.id).get_by_role("button", name="Favourite").evaluate(PRESSED_AT, at)
    page.wait_for_function("at => Date.now() >= at", arg=at)
    screen.video_card(page, other.id).get_by_role("button", name="Favourite").dblclick()
    # Before the first can have been answered.
    screen.video_card(page, third.id).get_by_role("button", name="Favourite").click()
    screen.settled(page)
    screen.settled(second_tab)
    page.reload()
    for job in (one, other, third):
        heart = screen.video_card(page, job.id).get_by_role("button", name="Favourite")
        expect(heart).to_have_attribute("aria-pressed", "true")


def test_what_another_tab_has_deleted_goes_by_itself_or_else_does_nothing_but_say_so(
    app: AppProcess, page: Page, watch: Watch, tmp_path: Path
) -> None:
    first, gone, *_ = with_videos(page, app, tmp_path)
    second_tab = page.context.new_page()
    screen.open_page(second_tab, "/gallery")
    screen.choose(screen.video_card(second_tab, first.id), "Delete")
    expect(screen.video_card(page, first.id)).to_have_count(0)

    # Where nobody can tell it.
    watch.away = True
    page.context.route(f"**{urls.EVENTS}", lambda route: route.abort())
    second_tab.close()
    page.reload()
    expect(screen.video_card(page, gone.id)).to_have_count(1)
    second_tab = page.context.new_page()
    screen.open_page(second_tab, "/gallery")
    screen.choose(screen.video_card(second_tab, gone.id), "Delete")
    expect(screen.video_card(second_tab, gone.id)).to_have_count(0)
    screen.choose(screen.video_card(page, gone.id), "Share")
    expect(screen.notes(page)).to_contain_text("This video is no longer here.")
    expect(screen.video_card(page, gone.id)).to_have_count(0)


@DEVICES
def test_pictures_have_the_size_that_was_chosen_also_after_a_reload(
    app: AppProcess, new_tab: NewTab, tmp_path: Path, device: dict[str, object]
) -> None:
    page = new_tab(**device)
    jobs = with_videos(page, app, tmp_path, 12)

    def width() -> float:
        return float(screen.video_card(page, jobs[0].id).evaluate("card => card.getBoundingClientRect().width"))

    usual = width()
    page.get_by_role("button", name="Large", exact=True).click()
    wait_until(lambda: width() > usual, "larger")
    assert screen.fits_across(page)
    page.get_by_role("button", name="Small", exact=True).click()
    wait_until(lambda: width() < usual, "smaller")
    small = width()
    assert screen.fits_across(page)
    page.reload()
    expect(screen.video_cards(page)).to_have_count(12)
    wait_until(lambda: width() == small, "as chosen")


def test_videos_stand_under_the_day_on_which_they_were_ordered(app: AppProcess, page: Page, tmp_path: Path) -> None:
    with_videos(page, app, tmp_path, 30)  # one an hour
    headings = page.locator(".gallery-days").get_by_role("heading")
    expect(headings.first).to_have_text("Today")
    page.get_by_text("Film number 23").scroll_into_view_if_needed()
    expect(page.get_by_text("Film number 29")).to_be_attached()
    expect(headings.last).to_have_text(re.compile("^(Yesterday|\\w+day, )"))


def test_posters_are_loaded_as_one_comes_near(app: AppProcess, new_tab: NewTab, tmp_path: Path) -> None:
    page = new_tab(**PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    screen.open_page(page)
    page.evaluate("() => localStorage.setItem('kineograph-gallery-size', 'large')")
    jobs = with_videos(page, app, tmp_path, 12)
    screen.settled(page)
    first, *_, last = (urls.small_poster(job.id) for job in jobs)
    film = screen.video_card(page, jobs[0].id).locator("video")
    expect(film).to_have_attribute("poster", first)
    screen.settled(page)
    assert not any(url.endswith(last) for url in asked)
    with page.expect_request(lambda request: request.url.endswith(last)):
        screen.video_card(page, jobs[-1].id).scroll_into_view_if_needed()
