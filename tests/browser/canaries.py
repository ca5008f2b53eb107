"""Secrets that are recognised wherever and however they are written, and what an app said in front of them."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from tests.browser.echoing_provider import SIGNATURE

OWNERS_CODE = "canaryOWNER82e0 &/%"
COOKIE_SECRET = "canaryCOOKIE4b7a'\"\\ß and more, to be long"
CLIENT_SECRET = "canaryOIDC93f5/+="
PASSWORD = "canaryPASS06d4@:/"
WORDS = "canaryWORDS2c9e flies"
WORDS_BELOW = "canaryBELOW7a31 too"
"""On a line of their own: what a database quotes of a row goes on to the next line."""
FORBIDDEN = "canaryFORBID1e8b"
"""A draft with this word is refused by the database: a page breaks, and its trace quotes the row."""
WRONG_CODE = "canaryGUESS5f60 guess"

CORES = {
    "the key": "canaryKEY7d1f",
    "a signature": SIGNATURE,
    "the owner's code": "canaryOWNER82e0",
    "the cookies' secret": "canaryCOOKIE4b7a",
    "the sign-in provider's secret": "canaryOIDC93f5",
    "the database's password": "canaryPASS06d4",
    "a wrong code": "canaryGUESS5f60",
}
TYPED = {"a prompt": "canaryWORDS2c9e", "a prompt's second line": "canaryBELOW7a31", "a draft": FORBIDDEN}
"""A visitor sees their own words, and their job keeps them; nobody else does."""


def forms(core: str) -> dict[str, str]:
    """What to look for: the letters as they are, and as base64 has them wherever in a text they stand."""
    found = {"plain": core}
    for before in range(3):
        whole = b64encode(b"\0" * before + core.encode()).decode().rstrip("=")
        # The first and the last letters depend on what stands around.
        found[f"base64 after {before}"] = whole[(before * 8 + 5) // 6 : len(core.encode() + b"\0" * before) * 8 // 6]
    return found


def told(text: str | bytes, canaries: dict[str, str]) -> list[str]:
    """Which canaries are in a text, and how written. Escapes of addresses, JSON and web pages hide none."""
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    said = re.sub(r"\\u00([0-9a-fA-F]{2})|%([0-9a-fA-F]{2})|&#x([0-9a-fA-F]{2});", _letter, said)
    hits = []
    for name, core in canaries.items():
        for how, form in forms(core).items():
            found = re.finditer(re.escape(form), said, re.IGNORECASE if how == "plain" else 0)
            hits += [f"{name}, {how}: …{said[max(0, at.start() - 60) : at.end() + 20]!r}" for at in found]
    return hits


def _letter(escaped: re.Match[str]) -> str:
    return chr(int(next(filter(None, escaped.groups())), 16))


@dataclass
class Run:
    """What the app wrote, kept and showed while everything went wrong."""

    canaries: dict[str, str]
    log: str = ""
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    pages: dict[str, list[str | bytes]] = field(default_factory=dict)
    """What a browser got, by who looked: answers to requests, and every message of Streamlit's."""
    export: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    met: dict[str, int] = field(default_factory=dict)
    references: list[str] = field(default_factory=list)
    """What people were told to quote."""
    links: dict[str, str] = field(default_factory=dict)

    def watch(self, who: str, page: Page) -> None:
        """Keep all that this page is sent."""
        kept = self.pages.setdefault(who, [])
        page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: kept.append(frame)))
