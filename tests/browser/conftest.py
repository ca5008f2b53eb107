"""A real app, and a real Chromium that looks at it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    Page,
    expect,
    sync_playwright,
)

from tests.app_process import AppProcess, running_app
from tests.browser.tabs import Tabs
from tests.browser.watch import Watch
from tests.chromium import arguments, needed_path, quick_arguments, quick_path

LIMIT_MS = 60_000
"""How long a state may take to come: the longest is a video that waits for another one's rendering."""

expect.set_options(timeout=LIMIT_MS)

WINDOW = {"width": 1280, "height": 900}


@pytest.fixture(scope="package")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """The app, started as a person starts it. A start costs as much as some tests: all files but a few look at it."""
    with running_app(tmp_path_factory.mktemp("app")) as app:
        yield app


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """The same for one file only, which ends it, or counts what it does, or leaves jobs that never end."""
    with running_app(tmp_path_factory.mktemp("app")) as app:
        yield app


@pytest.fixture(scope="module")
def app(request: pytest.FixtureRequest) -> AppProcess:
    """The app that this file looks at; with the mark `own_app` nobody else does."""
    is_alone = request.node.get_closest_marker("own_app") is not None
    app: AppProcess = request.getfixturevalue("own_app" if is_alone else "shared_app")
    return app


@pytest.fixture(scope="package")
def chromium() -> Iterator[BrowserType]:
    """What starts a Chromium. Ends with these tests: Playwright's loop, left open, would hinder others' asyncio."""
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="package")
def browser(chromium: BrowserType) -> Iterator[Browser]:
    """A running Chromium."""
    running = chromium.launch(executable_path=quick_path(), args=quick_arguments())
    yield running
    running.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test at its end if a page did what nobody wants."""
    watch = Watch()
    yield watch
    assert watch.seen == []


@pytest.fixture
def new_visitor(browser: Browser, app: AppProcess, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """Makes a browser that no test had before, where a tab is not enough (`new_tab` costs half of it)."""
    contexts = []

    def make(**options: object) -> BrowserContext:
        settled: dict[str, object] = {"base_url": app.url, "viewport": WINDOW}
        context = browser.new_context(**{**settled, **options})  # type: ignore[arg-type]
        context.set_default_timeout(LIMIT_MS)
        context.on("page", watch.follow)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="package")
def tabs(browser: Browser) -> Tabs:
    """Those of this Chromium, for one test after the other."""
    return Tabs(browser, LIMIT_MS)


@pytest.fixture
def new_tab(tabs: Tabs, app: AppProcess, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Makes an empty tab of a visitor who was never here before; what Playwright's `new_context` takes may be given."""
    with tabs.for_one_test(watch, {"base_url": app.url, "viewport": WINDOW}) as new_tab:
        yield new_tab


@pytest.fixture
def page(new_tab: Callable[..., Page]) -> Page:
    """An empty tab of a visitor who was never here before."""
    return new_tab()


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
