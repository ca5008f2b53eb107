"""Words that read oddly to those who met them have been replaced, wherever they stood: none of them comes back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WITH_WORDS = ("components/**/*.py", "pages/**/*.py", "web/**/*.py", "studio/commands.py", "studio/__main__.py")
TEMPLATES = ("components/**/*.html", "components/**/*.js", "web/templates/**/*")

ODD = (
    "how to come in",
    "come in",
    "is not right, or it has ended",
    "two things to start",
    "no video came of this",
    "order was not taken",
    "bringing your video here",
    "say it differently",
    "the answer got lost",
    "ask again",
    "what one visitor may spend",
    "takes no new orders",
    "you can close this page. it will be",
    "mends that",
    "can mend",
    "makes no sense",
    "whoever",
    "works once, for 15 minutes",
    "has stopped sharing",
    "without place",
    "mail address",
    "internet address",
    "cannot be had again",
    "i have it",
    "uncertain",
    "answer lost",
    "owner's books",
    "this video costs {amount}. you have",
    "ready, {size}",
    "brought here",
    "taken offence",
)
"""In small letters. Each stood on a page or in a terminal once."""

ODD_NAMES = ("at the provider",)
"""Odd where nothing else is said: the heading of a figure."""

FINE = ("email address",)
"""Has one of them inside, and is what is said in its place."""


def words_of(path: Path) -> Iterator[str]:
    """Every text of a module but what it says of itself to its readers; of another file, all but that."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield re.sub(r"(?m)^\s*//.*$", "", source)
        return
    tree = ast.parse(source)
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def files() -> list[Path]:
    return sorted(path for kind in (*WITH_WORDS, *TEMPLATES) for path in ROOT.glob(kind) if path.is_file())


def odd(words: str) -> list[str]:
    said = re.sub(r"\s+", " ", words).lower()
    for fine in FINE:
        said = said.replace(fine, "")
    if said in ODD_NAMES:
        return [said]
    return [phrase for phrase in ODD if re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", said)]


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_odd_phrase_is_said_to_anybody(path: Path) -> None:
    found = [(phrase, words[:80]) for words in words_of(path) for phrase in odd(words)]
    assert found == []


def test_an_odd_phrase_would_be_found() -> None:
    assert odd("Reload the page to see how\n to come in.") == ["how to come in", "come in"]
    assert odd("No email address, no IP address") == []
    assert len(files()) > 100
