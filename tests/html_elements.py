"""Reads HTML as a browser does."""

from __future__ import annotations

from html.parser import HTMLParser


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """The elements of a piece of HTML with their attributes, in their order."""
    found: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, dict(attrs)))

    Reader().feed(html)
    return found
