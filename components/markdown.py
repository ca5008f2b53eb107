"""Words of a person's where Streamlit reads Markdown: the labels of menus and of choices."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")
"""All that can mean something to Markdown."""


def plain(words: str) -> str:
    """Markdown that shows these words letter by letter."""
    return _MARKS.sub(r"\\\1", words)
