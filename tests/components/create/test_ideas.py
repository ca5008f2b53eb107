"""The last descriptions in a list: each by a line that is its own, and shown as it was written."""

from __future__ import annotations

import re

from components.create.ideas import labels


def test_each_description_has_a_line_of_its_own_in_the_order_given() -> None:
    long = "word " * 30
    by_label = labels(["Short", f"{long}sea", f"{long}land", "Short\n"])
    assert list(by_label.values()) == ["Short", f"{long}sea", f"{long}land", "Short\n"]
    assert all(len(label.replace("\\", "")) <= len("word " * 8 + " (2)") for label in by_label)


def test_nothing_in_a_line_means_anything_to_markdown() -> None:
    """Or a description would load a picture from anywhere, and be shown as what was never said."""
    (label,) = labels(["![x](//a.b/c) $1$ :red[x]"])
    assert not re.search(r"(?<!\\)[!-/:-@\[\]^-`{-~]", label)
    assert re.sub(r"\\(.)", r"\1", label) == "![x](//a.b/c) $1$ :red[x]"
