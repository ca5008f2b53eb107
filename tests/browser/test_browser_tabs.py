"""A tab that served one test serves the next, and nothing of who was here is left in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.app_process import AppProcess
from tests.browser import screen
from tests.browser.tabs import Tabs
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

KEEP = "() => { localStorage.setItem('mine', 'yes'); sessionStorage.setItem('mine', 'yes'); }"
KEPT = "() => [localStorage.getItem('mine'), sessionStorage.getItem('mine')]"


def test_the_next_visitor_finds_the_same_tab_and_nothing_in_it(tabs: Tabs, app: AppProcess, watch: Watch) -> None:
    settled = {"base_url": app.url}
    with tabs.for_one_test(watch, settled) as new_tab:
        page = new_tab()
        screen.open_page(page)
        screen.say(page, "Typed by who was here")
        before = screen.visitor_of(app, page.context)
        page.evaluate(KEEP)
        screen.open_page(page.context.new_page(), "/gallery")
    with tabs.for_one_test(watch, settled) as new_tab:
        again = new_tab()
        assert again is page
        assert new_tab() is not page, "two visitors of one test have a tab each"
        assert again.context.pages == [again]
        assert again.context.cookies() == []
        assert again.evaluate("history.length") == 1
        screen.open_page(again)
        assert again.evaluate(KEPT) == [None, None]
        assert screen.prompt(again).input_value() == ""
        assert screen.visitor_of(app, again.context) != before


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.route("**/more", lambda route: route.abort()),
        lambda page: page.add_init_script("window.more = 1"),
        lambda page: page.context.add_init_script("window.more = 1"),
        lambda page: page.emulate_media(color_scheme="dark"),
        lambda page: page.on("dialog", lambda dialog: dialog.dismiss()),
        lambda page: page.close(),
    ],
    ids=["a route", "a script of a tab", "a script of a browser", "colours", "an ear", "closed"],
)
def test_a_tab_that_was_changed_for_good_serves_nobody_else(
    tabs: Tabs, app: AppProcess, watch: Watch, change: Callable[[Page], object]
) -> None:
    settled = {"base_url": app.url, "locale": "en-US"}
    with tabs.for_one_test(watch, settled) as new_tab:
        page = new_tab()
        page.goto("/healthz")
        change(page)
    with tabs.for_one_test(watch, settled) as new_tab:
        assert new_tab() is not page
    assert page.is_closed()


def test_what_nobody_wants_is_told_to_the_test_that_has_the_tab(tabs: Tabs, app: AppProcess) -> None:
    settled = {"base_url": app.url, "locale": "en-GB"}
    first, second = Watch(), Watch()
    for watch in (first, second):
        with tabs.for_one_test(watch, settled) as new_tab:
            page = new_tab()
            page.goto("/healthz")
            page.evaluate(f"console.error('seen by {'first' if watch is first else 'second'}')")
    assert [seen.partition(" (")[0] for seen in first.seen] == ["console: seen by first"]
    assert [seen.partition(" (")[0] for seen in second.seen] == ["console: seen by second"]
