"""Each video says its seed, and the next one may differ in one thing alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from studio.jobs.job import Job
from studio.queue.job_store import Store
from tests.app_process import AppProcess
from tests.browser import screen
from tests.browser.screen import DESK, PHONE
from tests.kept_videos import keep_videos

pytestmark = pytest.mark.browser

WORDS = "A gull glides past"


def kept(app: AppProcess, page: Page) -> list[Job]:
    """The visitor's orders and videos, newest first."""
    database = app.open_database()
    try:
        store, visitor = Store(database), screen.visitor_of(app, page.context)
        found = [*store.unfinished(visitor), *store.finished(visitor, limit=10)]
        return sorted(found, key=lambda job: job.created_at, reverse=True)
    finally:
        database.close()


def test_three_variations_show_three_seeds_which_are_those_that_are_kept(app: AppProcess, page: Page) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    page.get_by_role("radiogroup", name="How many").get_by_text("3", exact=True).click()
    screen.say(page, WORDS)
    screen.create_button(page).click()
    expect(screen.tile(page, f"Your video is ready: {WORDS}")).to_have_count(3)
    seeds = {job.order.seed for job in kept(app, page)}
    assert len(seeds) == 3
    assert None not in seeds

    named = [tile.get_attribute("aria-label") or "" for tile in screen.tiles(page).all()]
    assert {name.rpartition(" · ")[2] for name in named} == {f"Seed {seed}" for seed in seeds}
    for tile in screen.tiles(page).all():
        tile.click()
        said = (tile.get_attribute("title") or "").rpartition(" · ")[2]
        expect(screen.cards(page).get_by_text(said, exact=True)).to_be_visible()

    [job, *_] = kept(app, page)
    page.goto(f"/video?id={job.id}")
    expect(page.get_by_text(f" · Seed {job.order.seed} · ")).to_be_visible()
    screen.open_page(page, "/gallery")
    for seed in seeds:
        expect(page.get_by_text(f" · Seed {seed} · ")).to_be_visible()


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_one_thing_is_changed_and_all_else_is_as_it_was_the_seed_too(
    app: AppProcess, new_tab: Callable[..., Page], device: dict[str, object]
) -> None:
    page = new_tab(**device)
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, WORDS)
    screen.video(page, WORDS)
    [first] = kept(app, page)
    assert first.order.seed is not None, "nobody chose one"
    screen.say(page, "Something else meanwhile")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(screen.picture(page)).to_have_count(0)
    film = screen.card(page, WORDS).locator("video")
    film.evaluate("video => { video.dataset.before = 'yes' }")

    page.get_by_role("button", name="Change one thing", exact=True).click()
    expect(screen.prompt(page)).to_have_value(WORDS)
    expect(screen.prompt(page)).to_be_focused()
    expect(screen.prompt(page)).to_be_in_viewport(ratio=0.9)
    expect(screen.picture(page)).to_be_visible()
    # The same player, which plays on.
    expect(film).to_have_attribute("data-before", "yes")
    screen.settled(page)
    assert screen.draft_of(app, page).seed == first.order.seed

    page.keyboard.press("End")
    page.keyboard.type(" slowly")
    screen.prompt(page).blur()
    screen.settled(page)
    screen.create_button(page).click()
    expect(screen.tiles(page)).to_have_count(2)
    screen.video(page, f"{WORDS} slowly")
    second, _ = kept(app, page)
    assert second.order.prompt == f"{WORDS} slowly"
    assert replace(second.order, prompt=WORDS) == first.order

    # The same form used again is another one each time.
    screen.tile(page, f"Your video is ready: {WORDS} ·").click()
    screen.cards(page).get_by_text(WORDS, exact=True).wait_for()
    page.get_by_role("button", name="Use again", exact=True).click()
    expect(screen.prompt(page)).to_have_value(WORDS)
    screen.settled(page)
    assert screen.draft_of(app, page).seed is None


def test_from_a_videos_page_the_way_leads_to_the_form(app: AppProcess, page: Page, tmp_path: Path) -> None:
    screen.open_page(page)
    [video] = keep_videos(app, screen.visitor_of(app, page.context), [WORDS], tmp_path)
    page.goto(f"/video?id={video.id}")
    page.get_by_role("button", name="Change one thing", exact=True).click()
    expect(page.get_by_role("heading", name="Make a picture move")).to_be_visible()
    expect(screen.prompt(page)).to_have_value(WORDS)
    expect(screen.prompt(page)).to_be_focused()
    expect(screen.card(page, WORDS).locator("video")).to_be_visible()
    page.get_by_text("More options", exact=True).click()
    expect(page.get_by_role("spinbutton", name="Seed")).to_have_value(re.compile("^7$"))
