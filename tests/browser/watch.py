"""What a page does that nobody wants."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Request


class Watch:
    """What pages do that nobody wants: errors in the console, requests that leave this computer."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.away = False
        """The server is down on purpose: a browser complains about that, and rightly."""

    def follow(self, page: Page) -> None:
        """Watch this page from now on."""
        Watch.of(page, lambda: self)

    @staticmethod
    def of(page: Page, now: Callable[[], Watch | None]) -> None:
        """From now on this page is watched by whichever `now` names at the moment, or by none."""

        def spoke(message: ConsoleMessage) -> None:
            if (watch := now()) is not None:
                watch._console(message)

        def failed(error: Error) -> None:
            if (watch := now()) is not None:
                watch.seen.append(f"script error: {error}")

        def asked(request: Request) -> None:
            if (watch := now()) is not None:
                watch._request(request)

        page.on("console", spoke)
        page.on("pageerror", failed)
        page.on("request", asked)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not self.away:
            self.seen.append(f"console: {message.text} ({message.location['url']})")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1":
            self.seen.append(f"left this computer: {request.url}")
