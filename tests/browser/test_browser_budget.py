"""Real prices, from a provider that stands in on this computer: what each may spend, and what the owner can do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from demo.process import start
from studio import clock
from studio.access.codes import Codes
from studio.money.statements import adds_up
from studio.storage.database import Database
from studio.storage.tables import jobs, ledger
from tests.app_process import AppProcess, running_app
from tests.browser import screen
from tests.browser.screen import DESK, PHONE

pytestmark = pytest.mark.browser

KEY = "test-key-of-the-budget"
OWNERS_CODE = "the owner's own long code"
PRICE = "$0.53"
"""What the stand-in asks for five seconds at 720p."""
BUDGET = {"STUDIO_DAILY_BUDGET_USD": "1.50", "STUDIO_VISITOR_BUDGET_USD": "0.60", "STUDIO_OWNER_CODE": OWNERS_CODE}
FOR_TWO = {"STUDIO_DAILY_BUDGET_USD": "5", "STUDIO_VISITOR_BUDGET_USD": "1.30"}
WITH_CODE = {"STUDIO_DAILY_BUDGET_USD": "5", "STUDIO_ACCESS": "code", "STUDIO_OWNER_CODE": OWNERS_CODE}
WITHOUT_BUDGET = {"STUDIO_OWNER_CODE": OWNERS_CODE}


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The stand-in, as if it were the provider: the app has a key, and pays by it."""
    running = start(tmp_path_factory.mktemp("provider"), key=KEY, pace=0, draft=True)
    yield running.base_url
    running.stop()


@pytest.fixture
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, provider: str
) -> Iterator[AppProcess]:
    """An app with a key and the settings that the test names; nothing has been spent yet."""
    settings = {"AIMLAPI_KEY": KEY, "AIMLAPI_BASE_URL": provider} | request.param
    with running_app(tmp_path_factory.mktemp("app"), pace=0, settings=settings) as app:
        yield app
        assert adds_up(database(app)) == []
        assert KEY not in app.said()
        assert OWNERS_CODE not in app.said()


def database(app: AppProcess) -> Database:
    return app.open_database()


def jobs_placed(app: AppProcess) -> int:
    with database(app).read() as connection:
        return int(connection.execute(select(func.count()).select_from(jobs)).scalar_one())


def is_owner(page: Page) -> None:
    """Open the owner's page by the code."""
    page.goto("/owner")
    page.get_by_label("Owner's code").fill(OWNERS_CODE)
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_role("button", name="Leave the owner's page").wait_for()
    screen.settled(page)


@pytest.mark.parametrize("app", [BUDGET], indirect=True, ids=["budget"])
def test_each_has_a_share_and_all_together_reach_the_cap(app: AppProcess, new_tab: Callable[..., Page]) -> None:
    ann, ben = new_tab(), new_tab()
    for page in (ann, ben):
        screen.open_page(page)
        expect(page.get_by_text(f"1 video · {PRICE} · $0.60 left today, enough for 1")).to_be_visible()
        screen.give_picture(page)
    screen.order(ann, "Ann's only one today")
    screen.order(ben, "Ben's only one today")
    screen.video(ann, "Ann's only one today")
    screen.video(ben, "Ben's only one today")
    expect(ann.get_by_text("This costs more than the $0.07 you have left today.")).to_be_visible()

    screen.give_picture(ann)
    screen.say(ann, "One more")
    expect(screen.create_button(ann)).to_be_disabled()
    said = re.compile("You can go on at .*; your form stays as it is.")
    expect(ann.get_by_text(said).first).to_be_visible()
    expect(screen.prompt(ann)).to_have_value("One more")

    # A thrown away cookie is a new visitor, and the day's budget is the same.
    again = new_tab()
    screen.open_page(again)
    expect(again.get_by_text("This costs more than the $0.45 you have left today.")).to_be_visible()
    screen.give_picture(again)
    screen.say(again, "One more")
    expect(screen.create_button(again)).to_be_disabled()
    assert jobs_placed(app) == 2
    with database(app).read() as connection:
        assert connection.execute(select(func.sum(ledger.c.micros))).scalar_one() == 1_050_000


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("app", [FOR_TWO], indirect=True, ids=["for two"])
def test_what_does_not_fit_is_greyed_with_the_reason_and_what_would_fit_is_one_click_away(
    app: AppProcess, new_tab: Callable[..., Page], device: dict[str, object]
) -> None:
    page = new_tab(**device)
    screen.open_page(page)
    screen.give_picture(page)
    screen.say(page, "Two of these, then")
    how_many = page.get_by_role("radiogroup", name="How many")
    expect(page.get_by_text("1 video · $0.53 · $1.30 left today, enough for 2")).to_be_in_viewport()
    faint = [how_many.locator(":scope > *").nth(n).evaluate("e => getComputedStyle(e).opacity < 0.5") for n in range(4)]
    assert faint == [False, False, True, True]

    screen.choose_option(page, "How many", "4")
    expect(screen.create_button(page)).to_be_disabled()
    told = page.get_by_text("4 videos · $2.10 · $1.30 left today, enough for 2")
    why = page.get_by_text("This costs more than the $1.30 you have left today.")
    expect(told).to_be_visible()
    expect(why).to_be_visible()
    if device is PHONE:
        for found in (told, why, screen.create_button(page)):
            expect(found).to_be_in_viewport()
        # The bar leaves the form to be seen, and the form can be moved out from under it.
        bar = page.locator(".st-key-order-bar").bounding_box()
        assert bar is not None
        assert bar["height"] <= 0.36 * 844
        page.locator("[data-testid=stMain]").evaluate("e => e.scrollTo(0, e.scrollHeight)")
        foot = page.get_by_role("link", name="Privacy", exact=True).bounding_box()
        assert foot is not None
        assert foot["y"] + foot["height"] <= bar["y"]
    page.get_by_role("button", name="5 sec, Good (720p), 2 videos: $1.05").click()
    expect(how_many.get_by_role("radio", name="2")).to_be_checked()
    expect(page.get_by_text("2 videos · $1.05 · $1.30 left today, enough for 2")).to_be_visible()
    screen.create_button(page).click()
    expect(screen.tiles(page)).to_have_count(2)
    assert jobs_placed(app) == 2


@pytest.mark.parametrize("app", [WITH_CODE], indirect=True, ids=["with a code"])
def test_a_code_lets_in_by_its_words_or_its_link_until_the_owner_revokes_it(
    app: AppProcess, new_tab: Callable[..., Page]
) -> None:
    code, words = Codes(database(app), clock.now).make("newsletter", 600_000)
    stranger, reader, owner = (new_tab() for _ in range(3))
    screen.open_page(stranger)
    expect(screen.create_button(stranger)).to_have_count(0)
    stranger.get_by_label("Access code").fill("abcd-efgh-jkmn-pqrs")
    stranger.get_by_role("button", name="Continue").click()
    expect(stranger.get_by_text("This code is wrong or has expired.")).to_be_visible()
    expect(screen.create_button(stranger)).to_have_count(0)
    stranger.get_by_label("Access code").fill(words.upper())
    stranger.get_by_role("button", name="Continue").click()
    expect(screen.create_button(stranger)).to_be_visible()

    reader.goto(f"/?code={words}")
    expect(screen.create_button(reader)).to_be_visible()
    expect(reader).not_to_have_url(re.compile("code="))
    screen.settled(reader)
    expect(reader.get_by_text(f"1 video · {PRICE} · $0.60 left today, enough for 1")).to_be_visible()
    screen.give_picture(reader)
    screen.order(reader, "By the link")
    screen.video(reader, "By the link")
    # The code's budget is one for all who have it.
    stranger.reload()
    expect(stranger.get_by_text("This costs more than the $0.07 you have left today.")).to_be_visible()

    is_owner(owner)
    owner.locator(f".st-key-revoke-{code.id}").get_by_role("button").click()
    owner.get_by_role("button", name="Revoke it").click()
    expect(owner.get_by_text("Codes that have ended: 1")).to_be_visible()
    reader.reload()
    expect(reader.get_by_label("Access code")).to_be_visible()
    expect(screen.create_button(reader)).to_have_count(0)
    screen.go(reader, "Gallery")
    expect(reader.get_by_text("By the link")).to_be_visible()
    assert words not in app.said()


@pytest.mark.parametrize("app", [BUDGET], indirect=True, ids=["budget"])
def test_the_owner_pauses_and_resumes_and_the_visitors_form_stays(
    app: AppProcess, new_tab: Callable[..., Page]
) -> None:
    visitor, owner = new_tab(), new_tab()
    screen.open_page(visitor)
    screen.give_picture(visitor)
    screen.say(visitor, "Wait for me")
    is_owner(owner)
    owner.get_by_role("button", name="Pause new orders").click()
    expect(owner.get_by_text(re.compile("New orders are paused since"))).to_be_visible()
    screen.create_button(visitor).click()
    expect(visitor.get_by_text("New orders are paused for now.").first).to_be_visible()
    screen.settled(visitor)
    assert jobs_placed(app) == 0
    owner.get_by_role("button", name="Take orders again").click()
    expect(owner.get_by_role("button", name="Pause new orders")).to_be_visible()
    screen.create_button(visitor).click()
    screen.card(visitor, "Wait for me").wait_for()
    screen.video(visitor, "Wait for me")
    assert jobs_placed(app) == 1


@pytest.mark.parametrize("app", [WITHOUT_BUDGET], indirect=True, ids=["without a budget"])
def test_with_a_key_and_no_budget_the_app_starts_locked_and_says_what_to_set(app: AppProcess, page: Page) -> None:
    screen.open_page(page)
    expect(page.get_by_text("This site is not open to everybody yet.")).to_be_visible()
    expect(page.get_by_text(re.compile("STUDIO_DAILY_BUDGET_USD"))).to_be_visible()
    expect(screen.create_button(page)).to_have_count(0)
    _code, words = Codes(database(app), clock.now).make("friends", 5_000_000)
    page.get_by_label("Access code").fill(words)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("$5.00 left today")).to_be_visible()


@pytest.mark.parametrize("app", [BUDGET], indirect=True, ids=["budget"])
def test_everything_a_visitor_has_is_deleted_on_request(app: AppProcess, page: Page) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, "Nobody shall know")
    screen.video(page, "Nobody shall know")
    page.get_by_role("link", name="Privacy", exact=True).click()
    page.get_by_role("button", name="Delete everything I have here").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("Everything is deleted.")).to_be_visible()
    screen.open_page(page, "/gallery")
    expect(page.get_by_text("Nothing here yet.")).to_be_visible()
    left = [path for path in (app.data_dir / "media").rglob("*") if path.is_file()]
    assert left == []
    assert b"Nobody shall know" not in (app.data_dir / "kineograph.db").read_bytes()
