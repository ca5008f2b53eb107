"""Signing in with a real OpenID Connect provider: who is on the owner's list can order, and nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserType, Page, expect
from sqlalchemy import select

from studio.access.identity import key_of
from studio.storage.tables import ledger
from tests.app_process import AppProcess, running_app
from tests.browser import screen
from tests.chromium import arguments, needed_path
from tests.openid_provider import OpenIDProvider, account, running_provider

pytestmark = pytest.mark.browser

ANN = account("Ann", "Ann@Example.org")
BOB = account("Bob", "bob@friends.example")
EVE = account("Eve", "eve@evil-example.org")
MALLORY = account("Mallory", "ann@example.org", verified=False)
ALLOWED = "ann@example.org, friends.example"

FILE = """
[auth]
client_id = "{provider.client_id}"
client_secret = "{provider.client_secret}"
server_metadata_url = "{provider.url}/.well-known/openid-configuration"
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
"""
"""What an owner writes; the cookies' secret is the app's own business."""


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIDProvider]:
    """Where these people have their accounts."""
    with running_provider([ANN, BOB, EVE, MALLORY]) as provider:
        yield provider


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, provider: OpenIDProvider) -> Iterator[AppProcess]:
    """The app, open to those who sign in and are on the list."""
    settings = {"STUDIO_ACCESS": "sign-in", "STUDIO_SIGN_IN_ALLOWED": ALLOWED}
    folder = tmp_path_factory.mktemp("app")
    with running_app(folder, pace=0, settings=settings, secrets_toml=FILE.format(provider=provider)) as app:
        provider.redirect_uris.add(f"{app.url}/oauth2callback")
        yield app


def sign_in(page: Page, name: str) -> None:
    """Sign in with this account, from the button to the page that comes after."""
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name=name, exact=True).click()
    page.get_by_role("heading", name=screen.HEADINGS["/"], exact=True).wait_for()
    screen.settled(page)


def arrives(page: Page, name: str, address: str) -> None:
    """Open the app, sign in, and be known."""
    screen.open_page(page)
    sign_in(page, name)
    expect(page.get_by_text(f"Signed in as {address}")).to_be_visible()
    expect(screen.create_button(page)).to_be_visible()


def sign_out(page: Page) -> None:
    """Sign out, here and at the provider."""
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    screen.settled(page)


def is_shut(page: Page) -> None:
    """Nothing can be ordered here."""
    screen.settled(page)
    expect(screen.create_button(page)).to_have_count(0)
    expect(page.get_by_role("region", name="Picture")).to_have_count(0)


def payers(app: AppProcess) -> dict[str, str]:
    """Whose allowance each order counts on, by job."""
    database = app.open_database()
    try:
        with database.read() as connection:
            return {row.job_id: row.payer for row in connection.execute(select(ledger.c.job_id, ledger.c.payer))}
    finally:
        database.close()


def test_who_signs_in_and_is_on_the_list_gets_a_video(page: Page) -> None:
    screen.open_page(page)
    is_shut(page)
    arrives(page, "Ann", "Ann@Example.org")
    screen.give_picture(page)
    screen.order(page, "Ann's first video")
    screen.video(page, "Ann's first video")

    page.reload()
    expect(page.get_by_text("Signed in as Ann@Example.org")).to_be_visible()
    expect(screen.create_button(page)).to_be_visible()
    screen.go(page, "Gallery")
    expect(page.get_by_text("Ann's first video")).to_be_visible()
    expect(page.get_by_text("Signed in as Ann@Example.org")).to_be_visible()


def test_a_domain_on_the_list_lets_in_its_people(page: Page) -> None:
    arrives(page, "Bob", "bob@friends.example")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Eve", "You are not on this app's list."),
        ("Mallory", "Your sign-in provider does not confirm that your email address is yours"),
    ],
)
def test_who_is_not_on_the_list_is_told_and_may_be_somebody_else(page: Page, name: str, sentence: str) -> None:
    screen.open_page(page)
    sign_in(page, name)
    expect(page.get_by_text(sentence)).to_be_visible()
    is_shut(page)
    page.reload()
    expect(page.get_by_text(sentence)).to_be_visible()
    is_shut(page)

    page.get_by_role("button", name="Sign in as somebody else", exact=True).click()
    sign_in(page, "Bob")
    expect(page.get_by_text("Signed in as bob@friends.example")).to_be_visible()
    expect(screen.create_button(page)).to_be_visible()


def test_signing_out_shuts_the_door_here_and_at_the_provider(page: Page, provider: OpenIDProvider) -> None:
    arrives(page, "Bob", "bob@friends.example")
    ended = len(provider.signed_out)
    sign_out(page)
    assert provider.signed_out[ended:] == [BOB.subject]
    is_shut(page)
    page.reload()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    is_shut(page)
    expect(page.get_by_text("Signed in")).to_have_count(0)


def test_a_tab_left_open_does_not_undo_a_sign_out_in_another(page: Page) -> None:
    arrives(page, "Bob", "bob@friends.example")
    left_open = page.context.new_page()
    screen.open_page(left_open)
    expect(screen.create_button(left_open)).to_be_visible()
    sign_out(page)

    screen.go(left_open, "Gallery")
    screen.go(left_open, "Create")
    expect(left_open.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    is_shut(left_open)
    page.reload()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    is_shut(page)


def test_another_account_on_the_same_computer_takes_over_nothing(page: Page) -> None:
    screen.open_page(page)
    tab = page.context.new_page()
    screen.open_page(tab)
    with tab.expect_request("**/auth/login?**") as begun:
        tab.get_by_role("button", name="Sign in", exact=True).click()
    tab.get_by_role("button", name="Eve", exact=True).wait_for()
    sign_in(page, "Bob")
    expect(screen.create_button(page)).to_be_visible()

    # Not by what she has open: of two that are begun in one browser, Authlib knows the later one only.
    tab.goto(begun.value.url)
    tab.get_by_role("button", name="Eve", exact=True).click()
    expect(tab.get_by_text("You are not on this app's list.")).to_be_visible()
    is_shut(tab)
    page.reload()
    expect(page.get_by_text("You are not on this app's list.")).to_be_visible()
    is_shut(page)


def test_who_turns_back_at_the_provider_is_where_they_were(page: Page) -> None:
    screen.open_page(page)
    sign_in(page, "Cancel")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    is_shut(page)


def test_one_person_with_two_browsers_has_one_allowance(
    app: AppProcess, page: Page, new_tab: Callable[..., Page], provider: OpenIDProvider
) -> None:
    other = new_tab()
    before = payers(app)
    for browser, words in ((page, "From the desk"), (other, "From the phone")):
        arrives(browser, "Ann", "Ann@Example.org")
        screen.give_picture(browser)
        screen.order(browser, words)
    assert screen.visitor_of(app, page.context) != screen.visitor_of(app, other.context)
    new = {job: payer for job, payer in payers(app).items() if job not in before}
    assert len(new) == 2
    assert set(new.values()) == {key_of(provider.url, ANN.subject)}

    expect(other.get_by_text("From the desk")).to_have_count(0)


def test_where_sign_in_cannot_work_the_page_says_where_it_does(chromium: BrowserType, app: AppProcess) -> None:
    """Streamlit drops a sign-in at another address than redirect_uri's, without a word."""
    elsewhere = [*arguments(), "--host-resolver-rules=MAP elsewhere.localhost 127.0.0.1"]
    browser = chromium.launch(executable_path=needed_path(), args=elsewhere)
    page = browser.new_page(base_url=app.url.replace("127.0.0.1", "elsewhere.localhost"))
    screen.open_page(page)
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_have_count(0)
    page.get_by_role("link", name=app.url, exact=True).wait_for()
    assert page.get_by_role("link", name=app.url, exact=True).get_attribute("href") == app.url
    is_shut(page)
    browser.close()


def test_a_cookie_made_by_somebody_else_signs_nobody_in(page: Page, app: AppProcess) -> None:
    arrives(page, "Ann", "Ann@Example.org")
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies(app.url)}
    signed = cookies["_streamlit_user"]
    assert signed["httpOnly"]
    assert signed["sameSite"] == "Lax"
    value = signed["value"].strip('"')
    changed = value[:-2] + ("A" if value[-2] != "A" else "B") + value[-1]
    # Away from the page first, which would go on listening and be told that nobody is there.
    page.goto("/healthz")
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "_streamlit_user", "value": changed, "url": app.url}])
    screen.open_page(page)
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    is_shut(page)


def test_nobody_is_named_where_the_app_keeps_its_things(page: Page, app: AppProcess) -> None:
    arrives(page, "Ann", "Ann@Example.org")
    kept = b"".join(path.read_bytes() for path in app.data_dir.glob("kineograph.db*"))
    assert b"person" in kept, "what is read is the database: it has the kind of Ann's admission"
    assert b"ann@example.org" not in kept.lower()
    assert "ann@example.org" not in app.said().lower()


def test_a_sign_in_begun_by_one_is_not_ended_by_another(
    page: Page, new_tab: Callable[..., Page], app: AppProcess, provider: OpenIDProvider
) -> None:
    """Who is sent a link with somebody else's code in it does not find themselves signed in as that person."""
    screen.open_page(page)
    page.get_by_role("button", name="Sign in", exact=True).click()
    ticket = page.locator("[name=ticket]").get_attribute("value", timeout=30_000)
    form: dict[str, str | float | bool] = {"ticket": str(ticket), "account": ANN.subject}
    answer = page.request.post(f"{provider.url}/choose", form=form, max_redirects=0)
    link = answer.headers["location"]
    assert link.startswith(f"{app.url}/oauth2callback?")

    other = new_tab()
    other.goto(link)
    expect(other.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    is_shut(other)


def test_who_signs_out_everywhere_is_out_in_every_browser_until_they_sign_in_anew(
    page: Page, new_tab: Callable[..., Page]
) -> None:
    """Streamlit's own cookie on the other device still says who has signed in there."""
    other = new_tab()
    arrives(other, "Bob", "bob@friends.example")
    arrives(page, "Bob", "bob@friends.example")
    page.get_by_role("link", name="Privacy", exact=True).click()
    page.get_by_role("button", name="Sign out everywhere").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out everywhere")).to_be_visible()
    for browser in (page, other):
        screen.open_page(browser)
        expect(browser.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
        is_shut(browser)
    sign_in(other, "Bob")
    expect(other.get_by_text("Signed in as bob@friends.example")).to_be_visible()
    expect(screen.create_button(other)).to_be_visible()
