"""An order that came to nothing, or whose answer got lost: one click helps, costs what it says, and counts once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from demo.process import start
from studio.jobs.job import Job, Reason, State
from studio.queue.job_store import Store
from tests.app_process import AppProcess, running_app, wait_until
from tests.browser import screen
from tests.browser.screen import DESK, PHONE
from tests.ended_jobs import end_job
from tests.hasty import hand

pytestmark = pytest.mark.browser

both_widths = pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])

KEY = "test-key-of-the-endings"
PRICE = "$0.53"
"""What the stand-in asks for five seconds at 720p."""
WORDS = "The waves roll in"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """An app that pays a stand-in for the provider by a key."""
    provider = start(tmp_path_factory.mktemp("provider"), key=KEY, pace=0.1, draft=True)
    settings = {"AIMLAPI_KEY": KEY, "AIMLAPI_BASE_URL": provider.base_url, "STUDIO_DAILY_BUDGET_USD": "50"}
    with running_app(tmp_path_factory.mktemp("app"), settings=settings) as app:
        yield app
    provider.stop()


def opened(
    app: AppProcess, page: Page, state: State = State.FAILED, *, words: str = WORDS, **changes: object
) -> Locator:
    """The card of an order of this visitor that ended so, on Create."""
    screen.open_page(page)
    end_job(app, screen.visitor_of(app, page.context), words, state, **changes)
    screen.open_page(page)
    return screen.card(page, WORDS)


def kept(app: AppProcess, page: Page) -> list[Job]:
    """The visitor's orders without a video, and their videos; newest first."""
    database = app.open_database()
    try:
        store, visitor = Store(database), screen.visitor_of(app, page.context)
        return [*store.unfinished(visitor), *store.finished(visitor, limit=10)]
    finally:
        database.close()


def in_sight(found: Locator) -> None:
    """It is where it can be seen, and nothing lies over it."""
    expect(found).to_be_in_viewport(ratio=0.9)
    assert found.evaluate(
        """one => {
          const {left, top, width, height} = one.getBoundingClientRect();
          return one.contains(document.elementFromPoint(left + width / 2, top + height / 2));
        }"""
    )


@both_widths
def test_trying_again_orders_just_the_same_in_its_place_and_once_of_two_clicks(
    app: AppProcess, new_tab: Callable[..., Page], device: dict[str, object]
) -> None:
    page = new_tab(**device)
    card = opened(app, page, reason=Reason.BUSY)
    [failed] = kept(app, page)
    expect(card.get_by_text(f"About {PRICE}.")).to_be_visible()
    assert screen.fits_across(page)
    screen.grown(page)
    x, y = hand.middle_of(card.get_by_role("button", name="Try again", exact=True))
    page.mouse.click(x, y)
    hand.after(200)
    page.mouse.click(x, y)

    page.get_by_role("heading", name=re.compile("^Your video is")).wait_for()
    expect(card.get_by_role("alert")).to_have_count(0)
    expect(screen.prompt(page)).to_have_value("")
    screen.playing(screen.video(page, WORDS))
    [made] = kept(app, page)
    assert (made.order, made.retry_of, made.price_micros) == (failed.order, failed.id, 525_000)
    expect(screen.tiles(page)).to_have_count(0)


@both_widths
def test_who_tries_again_is_put_where_it_is_waited_for(
    app: AppProcess, new_tab: Callable[..., Page], device: dict[str, object]
) -> None:
    page = new_tab(**device)
    card = opened(app, page, words=f"{WORDS} {hand.NO_RENDERING}", reason=Reason.TIMED_OUT)
    card.get_by_role("button", name="Try again", exact=True).click()
    heading = page.get_by_role("heading", name="Your video is on its way")
    expect(heading).to_be_focused()
    in_sight(heading)


@both_widths
def test_of_a_picture_that_was_refused_the_way_leads_to_the_picture(
    app: AppProcess, new_tab: Callable[..., Page], device: dict[str, object]
) -> None:
    page = new_tab(**device)
    card = opened(app, page, reason=Reason.PICTURE_MODERATED)
    expect(card.get_by_role("button", name="Try again")).to_have_count(0)
    card.get_by_role("button", name="Choose another picture").click()
    expect(screen.prompt(page)).to_have_value(WORDS)
    chooser = page.get_by_role("region", name="Picture", exact=True).get_by_role("button", name="Upload", exact=True)
    expect(chooser).to_be_focused()
    in_sight(chooser)
    in_sight(screen.picture(page))


@both_widths
def test_of_words_that_were_refused_the_way_leads_to_the_words(
    app: AppProcess, new_tab: Callable[..., Page], device: dict[str, object]
) -> None:
    page = new_tab(**device)
    card = opened(app, page, reason=Reason.WORDS_MODERATED)
    card.get_by_role("button", name="Change the words").click()
    expect(screen.prompt(page)).to_have_value(WORDS)
    expect(screen.prompt(page)).to_be_focused()
    in_sight(screen.prompt(page))
    # Who goes on typing types there.
    page.keyboard.press("End")
    page.keyboard.type(" gently")
    expect(screen.prompt(page)).to_have_value(f"{WORDS} gently")


@both_widths
def test_a_lost_answer_says_so_first_and_asks_about_a_second_charge_only_when_it_is_ordered_again(
    app: AppProcess, new_tab: Callable[..., Page], device: dict[str, object]
) -> None:
    page = new_tab(**device)
    card = opened(app, page, State.UNCONFIRMED)
    expect(card.get_by_role("alert")).to_have_text(
        re.compile(
            r"We sent your order but got no reply\. It may have cost about \$0\.53\. "
            r"We'll keep checking for up to 24 hours\.$"
        )
    )
    tick = card.get_by_role("checkbox", name="I know that it may be charged a second time.")
    expect(tick).to_have_count(0)
    # A second click opens nothing more, and hits nothing else.
    x, y = hand.middle_of(card.get_by_role("button", name="Order again", exact=True))
    page.mouse.click(x, y)
    hand.after(200)
    page.mouse.click(x, y)
    expect(card.get_by_text(f"you pay for both: this would be about {PRICE} more.")).to_be_visible()
    again = card.get_by_role("button", name=f"Order again for about {PRICE}", exact=True)
    expect(again).to_be_disabled()
    expect(tick).not_to_be_checked()
    assert len(kept(app, page)) == 1
    assert screen.fits_across(page)

    card.get_by_text("I know that it may be charged a second time.").click()
    expect(again).to_be_enabled()
    x, y = hand.middle_of(again)
    page.mouse.click(x, y)
    hand.after(200)
    page.mouse.click(x, y)
    expect(screen.tiles(page)).to_have_count(2)
    screen.settled(page)
    assert len(kept(app, page)) == 2


def test_a_lost_answer_that_is_dismissed_stays_away_and_goes_on_being_looked_for(app: AppProcess, page: Page) -> None:
    card = opened(app, page, State.UNCONFIRMED)
    card.get_by_role("button", name="Dismiss", exact=True).click()
    expect(screen.cards(page)).to_have_count(0)
    page.reload()
    screen.settled(page)
    expect(screen.cards(page)).to_have_count(0)
    [job] = kept(app, page)
    assert job.state is State.UNCONFIRMED


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.WAITING, "Not sent yet. “Stop waiting” takes it back, and it costs nothing."),
        (State.GENERATING, f"it is made and paid for all the same (about {PRICE}), and comes into your gallery."),
    ],
)
def test_what_stopping_does_to_the_bill_can_be_read_on_a_phone_before_the_click(
    app: AppProcess, new_tab: Callable[..., Page], state: State, said: str
) -> None:
    page = new_tab(**PHONE)
    card = opened(app, page, state)
    line = card.get_by_text(said)
    line.scroll_into_view_if_needed()
    expect(line).to_be_visible()
    assert screen.fits_across(page)


def test_who_stops_waiting_for_what_has_gone_out_is_told_that_it_is_paid(app: AppProcess, page: Page) -> None:
    card = opened(app, page, State.GENERATING)
    card.get_by_role("button", name="Stop waiting").click()
    expect(
        page.get_by_text("It had been sent already, so it will be made and paid for. You'll find it in your gallery.")
    ).to_be_visible()
    expect(screen.cards(page)).to_have_count(0)
    assert [job.state for job in kept(app, page)] == [State.GENERATING]


def test_an_ending_is_told_by_the_one_status_line_and_by_nothing_that_has_to_be_clicked_away(
    app: AppProcess, page: Page
) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, "She smiles demo: words moderated")
    heading = page.get_by_role("heading", name="Your video is on its way")
    # Where it did not end at once, whoever ordered is put where it is waited for.
    heading.or_(screen.cards(page).get_by_role("alert")).first.wait_for()
    expect(page.get_by_role("status")).to_have_count(1)
    expect(page.get_by_role("status")).to_have_text("One of your videos could not be made.")
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    expect(screen.notes(page)).to_have_count(0)


def test_an_ending_while_the_gallery_is_looked_at_is_told_on_the_way_back(app: AppProcess, page: Page) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, "She sings")
    screen.go(page, "Gallery")
    wait_until(lambda: kept(app, page)[0].state is State.DONE, "it is made", 60)
    screen.go(page, "Create")
    expect(page.get_by_role("status")).to_have_text("Your video is ready.")
    # And on no other way back.
    screen.go(page, "Gallery")
    screen.go(page, "Create")
    expect(page.get_by_role("heading", name="Your video is ready")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("")


@both_widths
def test_who_orders_is_put_where_it_is_waited_for(new_tab: Callable[..., Page], device: dict[str, object]) -> None:
    page = new_tab(**device)
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, "It never ends demo: stuck")
    heading = page.get_by_role("heading", name="Your video is on its way")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()


FIRST_WORD_IS_LOST = """() => {
  const real = Element.prototype.scrollIntoView;
  Element.prototype.scrollIntoView = function (how) { if (how?.behavior !== "smooth") real.call(this, how); };
}"""


def test_what_was_ordered_is_brought_into_view_also_where_the_first_word_of_it_is_lost(
    new_tab: Callable[..., Page],
) -> None:
    page = new_tab(**screen.PHONE)
    screen.open_page(page)
    screen.give_picture(page)
    page.evaluate(FIRST_WORD_IS_LOST)
    screen.order(page, "It never ends demo: stuck")
    heading = page.get_by_role("heading", name="Your video is on its way")
    expect(heading).to_be_in_viewport()
    expect(heading).to_be_focused()
