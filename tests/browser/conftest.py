"""A real app, and a real Chromium that looks at it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.app_process import AppProcess, running_app
from tests.chromium import arguments, needed_path, quick_path

LIMIT_MS = 60_000
"""How long a state may take to come: the longest is a video that waits for another one's rendering."""

expect.set_options(timeout=LIMIT_MS)

STREAMLITS_PROBES = re.compile(r"/[a-z]+/_stcore/(health|host-config)$")
"""Streamlit 1.67 asks below the page's path first when a page other than the first is opened, and is told 404."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """The app, started as a person starts it."""
    with running_app(tmp_path_factory.mktemp("app")) as app:
        yield app


@pytest.fixture(scope="module")
def chromium() -> Iterator[BrowserType]:
    """What starts a Chromium. For one module: Playwright's loop, left open, would hinder other tests' asyncio."""
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="module")
def browser(chromium: BrowserType) -> Iterator[Browser]:
    """A running Chromium."""
    running = chromium.launch(executable_path=quick_path(), args=arguments())
    yield running
    running.close()


class Watch:
    """What a page does that nobody wants: errors in the console, requests that leave this computer."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.away = False
        """The server is down on purpose: a browser complains about that, and rightly."""

    def follow(self, page: Page) -> None:
        """Watch this page from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(f"script error: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        address = message.location["url"]
        if message.type == "error" and not self.away and not STREAMLITS_PROBES.search(urlsplit(address).path):
            self.seen.append(f"console: {message.text} ({address})")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1":
            self.seen.append(f"left this computer: {request.url}")


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test at its end if a page did what nobody wants."""
    watch = Watch()
    yield watch
    assert watch.seen == []


@pytest.fixture
def new_visitor(browser: Browser, app: AppProcess, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """Makes a browser that was never here before; what Playwright's `new_context` takes may be given."""
    contexts = []

    def make(**options: object) -> BrowserContext:
        settled: dict[str, object] = {"base_url": app.url, "viewport": {"width": 1280, "height": 900}}
        context = browser.new_context(**{**settled, **options})  # type: ignore[arg-type]
        context.set_default_timeout(LIMIT_MS)
        context.on("page", watch.follow)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_visitor: Callable[..., BrowserContext]) -> Page:
    """An empty tab of a visitor who was never here before."""
    return new_visitor().new_page()


@pytest.fixture
def page_without_cookies(app: AppProcess, chromium: BrowserType, watch: Watch, tmp_path: Path) -> Iterator[Page]:
    """A tab of a browser whose owner has switched cookies off."""
    settings = tmp_path / "profile" / "Default" / "Preferences"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"profile": {"default_content_setting_values": {"cookies": 2}}}))
    context = chromium.launch_persistent_context(
        tmp_path / "profile", executable_path=needed_path(), args=arguments(), base_url=app.url
    )
    context.set_default_timeout(LIMIT_MS)
    page = context.new_page()
    watch.follow(page)
    yield page
    context.close()
