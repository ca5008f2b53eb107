"""What only the owner can fix: nobody's order goes out meanwhile, and everybody is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from components.messages.sentences import REASONS
from demo.orders.failures import Failure
from studio.jobs.job import Reason
from tests.app_process import AppProcess, running_app
from tests.browser import screen

pytestmark = pytest.mark.browser


@pytest.fixture
def app(tmp_path: Path) -> Iterator[AppProcess]:
    """An app for one test alone: what stops it, stops it for everybody."""
    with running_app(tmp_path) as app:
        yield app


@pytest.mark.parametrize(
    ("failure", "reason"),
    [(Failure.OUT_OF_CREDIT, Reason.OUT_OF_CREDIT), (Failure.KEY_REJECTED, Reason.KEY_REJECTED)],
)
def test_when_only_the_owner_can_help_everybody_is_told_and_no_form_is_lost(
    page: Page, new_tab: Callable[..., Page], failure: Failure, reason: Reason
) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    card = screen.order(page, f"A storm comes up, {failure}")
    notice = card.get_by_role("alert")
    expect(notice).to_contain_text(REASONS[reason].happened)
    expect(notice).to_contain_text(REASONS[reason].do)
    expect(notice).to_contain_text("Nothing was charged.")
    # Nothing goes out until then: it is told where it was clicked, and the order stays to be tried again.
    card.get_by_role("button", name="Try again", exact=True).click()
    expect(card.get_by_role("alert")).to_have_count(2)
    expect(card.get_by_role("alert").last).to_contain_text("your form stays as it is")
    expect(screen.prompt(page)).to_have_value(f"A storm comes up, {failure}")
    expect(screen.picture(page)).to_be_visible()

    other = new_tab()
    screen.open_page(other)
    expect(other.get_by_role("alert")).to_be_visible()
    screen.give_picture(other)
    screen.say(other, "Something harmless")
    screen.create_button(other).click()
    screen.settled(other)
    expect(other.get_by_role("alert")).to_be_visible()
    expect(screen.cards(other)).to_have_count(0)
    expect(screen.prompt(other)).to_have_value("Something harmless")
