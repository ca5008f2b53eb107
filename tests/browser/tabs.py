"""Tabs that serve one test after the other, emptied between them.

The page in a tab that has compiled Streamlit's scripts before, and whose browser has them, costs 0.5 s of processor;
in a new browser 1.3 s (measured), and nearly every test opens one. A tab is emptied of all that the app can tell a
visitor by: cookies, both kinds of storage, history, other tabs. One that a test has changed for longer than a page
lasts is closed, and the next test gets another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.browser.watch import Watch

LASTING = (
    "add_init_script",
    "add_locator_handler",
    "emulate_media",
    "expose_binding",
    "expose_function",
    "grant_permissions",
    "new_cdp_session",
    "on",
    "once",
    "route",
    "route_from_har",
    "route_web_socket",
    "set_default_navigation_timeout",
    "set_default_timeout",
    "set_extra_http_headers",
    "set_geolocation",
    "set_offline",
    "set_viewport_size",
)
"""What changes a tab, or a browser, for longer than a page lasts."""

OF_THE_APP = "/healthz"
"""An address of the app that is no page. Its tab is emptied there: elsewhere Chromium would end its process, and with
it what was compiled."""

EMPTYING_LIMIT_MS = 10_000


class Tab:
    """A tab of a browser of its own."""

    def __init__(self, browser: Browser, limit_ms: int, options: dict[str, Any]) -> None:
        self.watch: Watch | None = None
        self._changed = False
        self.context = browser.new_context(**options)
        self.context.set_default_timeout(limit_ms)
        self.context.on("page", self._follow)
        self.page = self.context.new_page()
        for thing in (self.context, self.page):
            for name in LASTING:
                if hasattr(thing, name):
                    setattr(thing, name, self._noticed(getattr(thing, name)))

    def can_serve_again(self) -> bool:
        """Empty it; True where nothing is left of who was here."""
        self.watch = None
        if self._changed or self.page.is_closed():
            return False
        try:
            self._empty()
        except Error:  # as when its app is gone
            return False
        return True

    def _empty(self) -> None:
        for other in self.context.pages:
            if other is not self.page:
                other.close()
        self.page.goto(OF_THE_APP, timeout=EMPTYING_LIMIT_MS)
        self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        session = BrowserContext.new_cdp_session(self.context, self.page)
        session.send("Page.resetNavigationHistory")
        session.detach()
        self.context.clear_cookies()

    def _noticed(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def noticed(*arguments: Any, **named: Any) -> Any:
            self._changed = True
            return method(*arguments, **named)

        return noticed

    def _follow(self, page: Page) -> None:
        Watch.of(page, lambda: self.watch)


class Tabs:
    """The tabs of one running Chromium, those at work and those that wait."""

    def __init__(self, browser: Browser, limit_ms: int) -> None:
        self._browser = browser
        self._limit_ms = limit_ms
        self._waiting: dict[str, list[Tab]] = {}
        self._app: str | None = None

    @contextmanager
    def for_one_test(self, watch: Watch, settled: dict[str, Any]) -> Iterator[Callable[..., Page]]:
        """Gives empty tabs of visitors who were never here before, each in a browser of its own; what Playwright's
        `new_context` takes may be given. Afterwards they wait for another test, as far as nothing is left in them."""
        at_work: list[tuple[str, Tab]] = []
        self._let_go_of_apps_other_than(settled["base_url"])

        def new_tab(**options: object) -> Page:
            wanted = {**settled, **options}
            alike = repr(sorted(wanted.items()))
            waiting = self._waiting.setdefault(alike, [])
            tab = waiting.pop() if waiting else Tab(self._browser, self._limit_ms, wanted)
            tab.watch = watch
            at_work.append((alike, tab))
            return tab.page

        try:
            yield new_tab
        finally:
            for alike, tab in at_work:
                if tab.can_serve_again():
                    self._waiting[alike].append(tab)
                else:
                    tab.context.close()

    def _let_go_of_apps_other_than(self, app: str) -> None:
        """What waits at one that is looked at no more would only hold memory."""
        if app != self._app:
            for tab in [tab for waiting in self._waiting.values() for tab in waiting]:
                tab.context.close()
            self._waiting.clear()
            self._app = app
