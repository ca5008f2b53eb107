"""What a browser may do hangs on a cookie of its own: nobody else gets it, and a hasty click loses nothing of it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import Error as PlaywrightError
from pydantic import SecretStr

from studio import clock, urls
from studio.access.admission import OWNER_WRONG_IN_ALL, Admission, owner_link
from studio.access.codes import Codes
from studio.access.sessions import COOKIE as RIGHTS
from studio.orders.pause import Switches
from studio.settings import Settings
from studio.storage.database import Database
from tests.app_process import AppProcess, running_app, wait_until
from tests.browser import screen
from tests.browser.screen import visitor_of
from tests.kept_videos import keep_videos

pytestmark = pytest.mark.browser

NewTab = Callable[..., Page]
OWNERS_CODE = "the owner's own long code"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """The app, with a code for its owner."""
    settings = {"STUDIO_OWNER_CODE": OWNERS_CODE, "STUDIO_ACCESS": "open"}
    with running_app(tmp_path_factory.mktemp("app"), pace=0, settings=settings) as app:
        yield app


@pytest.fixture
def database(app: AppProcess) -> Iterator[Database]:
    opened = app.open_database()
    yield opened
    opened.close()


def say_code(page: Page, words: str = OWNERS_CODE) -> None:
    page.goto("/owner")
    page.get_by_label("Owner's code").fill(words)
    page.get_by_role("button", name="Open", exact=True).click()


def become_owner(page: Page) -> None:
    say_code(page)
    is_owner(page)


def is_owner(page: Page) -> None:
    page.get_by_role("button", name="Leave the owner's page").wait_for()
    screen.settled(page)


def is_not_owner(page: Page) -> None:
    page.goto("/owner")
    expect(page.get_by_label("Owner's code")).to_be_visible()
    screen.settled(page)
    expect(page.get_by_role("button", name="Leave the owner's page")).to_have_count(0)


def link_to_gallery(page: Page) -> str:
    page.get_by_role("button", name="Open my gallery on another device").click()
    return page.get_by_role("dialog").get_by_test_id("stCode").locator("code").inner_text()


def token_of(context: BrowserContext) -> str | None:
    return next((cookie["value"] for cookie in context.cookies() if cookie["name"] == RIGHTS), None)


def test_whoever_made_a_gallery_link_that_the_owner_opened_is_not_the_owner(
    app: AppProcess, new_tab: NewTab, tmp_path: Path
) -> None:
    mallory, owner = new_tab(), new_tab()
    screen.open_page(mallory)
    keep_videos(app, visitor_of(app, mallory.context), ["Look at this!"], tmp_path)
    screen.go(mallory, "Gallery")
    owner.goto(link_to_gallery(mallory))
    owner.get_by_role("button", name="Open the gallery").click()
    expect(owner.get_by_text("Look at this!")).to_be_visible()
    assert visitor_of(app, owner.context) == visitor_of(app, mallory.context)
    become_owner(owner)

    is_not_owner(mallory)
    # The other way round: what the owner's browser may do stays with it, whatever gallery it opens.
    screen.open_page(mallory, "/gallery")
    owner.goto(link_to_gallery(mallory))
    expect(owner.get_by_text("already open on this device")).to_be_visible()
    owner.goto("/owner")
    is_owner(owner)


def test_the_owner_comes_in_while_strangers_guess_and_sees_where_the_page_is_open_and_shuts_it_there(
    new_tab: NewTab, database: Database
) -> None:
    settings = Settings(owner_code=SecretStr(OWNERS_CODE))
    strangers = Admission(database, Codes(database, clock.now), settings, clock.now, lambda _seconds: None)
    for n in range(OWNER_WRONG_IN_ALL + 4):
        strangers.try_owner(f"{n:032x}", "wrong")
    computer, phone = new_tab(), new_tab()
    become_owner(computer)
    become_owner(phone)
    before = token_of(phone.context)
    assert before
    computer.reload()
    is_owner(computer)
    expect(computer.get_by_text("This browser", exact=True)).to_have_count(1)
    others = computer.get_by_role("button", name="Shut it there")
    expect(others.first).to_be_visible()
    for left in range(others.count(), 0, -1):
        others.first.click()
        expect(others).to_have_count(left - 1)
    is_not_owner(phone)
    computer.reload()
    is_owner(computer)
    become_owner(phone)
    assert token_of(phone.context) not in (None, before)


def test_a_link_from_the_command_line_opens_the_owners_page(page: Page, database: Database) -> None:
    page.goto(urls.owner_link(owner_link(database, clock.now)))
    page.get_by_role("button", name="Open the owner's page").click()
    is_owner(page)
    assert page.url.endswith("/owner")


def test_a_tab_that_was_open_before_goes_on_after_something_was_added_in_another(
    page: Page, database: Database
) -> None:
    """The old token is dead; the tab learns that, and loads with the new one."""
    become_owner(page)
    other = page.context.new_page()
    _code, words = Codes(database, clock.now).make("friends", 5_000_000)
    before = token_of(page.context)
    other.goto(f"/?code={words}")
    wait_until(lambda: token_of(page.context) != before, "the code has brought a new token")
    # Whichever comes first, the click or the tab's own look at who it is: it stays the owner's page.
    page.get_by_role("button", name="Pause new orders").click()
    is_owner(page)
    with contextlib.suppress(PlaywrightError):
        page.reload()  # broken off where the tab does so by itself in this very moment
    is_owner(page)
    Switches(database, clock.now).resume()


def test_a_link_with_a_code_asks_before_it_takes_the_place_of_ones_own(page: Page, database: Database) -> None:
    codes = Codes(database, clock.now)
    _own, mine = codes.make("friends **bold**", 5_000_000)
    _other, theirs = codes.make("somebody's", 5_000_000)
    page.goto(f"/?code={mine}")
    expect(screen.create_button(page)).to_be_visible()
    screen.settled(page)
    before = token_of(page.context)
    question = page.get_by_text("You already use the code “friends **bold**”. Use the one of this link instead?")

    page.goto(f"/?code={mine}")
    expect(page).not_to_have_url(re.compile("code="))
    screen.settled(page)
    expect(question).to_have_count(0)

    page.goto(f"/?code={theirs}")
    expect(question).to_be_visible()
    expect(page).not_to_have_url(re.compile("code="))
    page.get_by_role("button", name="Keep mine").click()
    expect(question).to_have_count(0)
    assert token_of(page.context) == before

    page.goto(f"/?code={theirs}")
    page.get_by_role("button", name="Use the new one").click()
    wait_until(lambda: token_of(page.context) != before, "the other code was taken")
    expect(screen.create_button(page)).to_be_visible()
    screen.settled(page)
    page.goto(f"/?code={mine}")
    expect(page.get_by_text("You already use the code “somebody's”.")).to_be_visible()


def test_who_signs_out_everywhere_keeps_the_gallery_here_and_nowhere_else(
    app: AppProcess, new_tab: NewTab, tmp_path: Path
) -> None:
    here, lost = new_tab(), new_tab()
    screen.open_page(here)
    before = visitor_of(app, here.context)
    [job] = keep_videos(app, before, ["Mine alone"], tmp_path)
    screen.go(here, "Gallery")
    lost.goto(link_to_gallery(here))
    lost.get_by_role("button", name="Open the gallery").click()
    expect(lost.get_by_text("Mine alone")).to_be_visible()
    become_owner(here)

    here.goto("/privacy")
    here.get_by_role("button", name="Sign out everywhere").click()
    here.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    expect(here.get_by_role("heading", name="You are signed out everywhere")).to_be_visible()
    assert visitor_of(app, here.context) != before
    here.get_by_role("link", name="To the gallery").click()
    expect(here.get_by_text("Mine alone")).to_be_visible()
    assert here.request.get(urls.video(job.id)).status == 200

    screen.open_page(lost, "/gallery")
    expect(lost.get_by_text("Nothing here yet.")).to_be_visible()
    assert lost.request.get(urls.video(job.id)).status == 404
    is_not_owner(here)


@pytest.mark.parametrize("ms", [0, 100, 300, 1000])
def test_the_next_click_undoes_none_of_the_owners(page: Page, database: Database, ms: int) -> None:
    """Streamlit stops a script at its next element when another click arrives; what was clicked is done anyway."""
    switches, codes = Switches(database, clock.now), Codes(database, clock.now)
    switches.resume()
    become_owner(page)
    page.get_by_label("Name").fill(f"newsletter {ms}")
    page.get_by_role("button", name="Make a code").click()
    page.wait_for_timeout(ms)
    page.evaluate("document.querySelector('.st-key-owner-pause button').click()")
    expect(page.get_by_role("dialog")).to_contain_text("Copy it now")
    words = page.get_by_role("dialog").get_by_test_id("stCode").first.locator("code").inner_text()
    found = codes.find(words)
    assert found is not None
    assert found.name == f"newsletter {ms}"
    wait_until(lambda: switches.paused() is not None, "the pause was taken")
    page.get_by_role("button", name="I've copied it").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Take orders again").click()
    page.wait_for_timeout(ms)
    page.evaluate(f"document.querySelector('.st-key-revoke-{found.id} button').click()")
    wait_until(lambda: switches.paused() is None, "orders are taken again")
