"""The owner's bar and tables. Every value is escaped, nothing is loaded, nothing is there to click.

Streamlit's own table reads its cells as Markdown, which loads pictures from anywhere and takes two dollar signs for a
formula; its data frame is a canvas, which a phone cannot wrap.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from components.language import listed
from studio.resources import render

# Told apart by hue and by lightness, and 3:1 against both backgrounds of the theme (WCAG 1.4.11).
SPENT = "#c2501f"
RESERVED = "#b8862b"
UNCERTAIN = "#8a6bbf"
LEFT = "rgba(128,128,128,.25)"

WORD_MAX = 12
"""Characters: what a phone has room for beside two more columns."""


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a bar."""

    label: str
    amount: str
    """As it is shown."""
    size: int
    """In any unit, the same for all."""
    colour: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a table."""

    text: str
    stays_whole: bool


def bar(parts: Sequence[Part]) -> str:
    """A bar divided as the sizes are, and below it what each colour means. Nothing is drawn of what is nothing."""
    said = listed(f"{part.label} {part.amount}" for part in parts)
    return render(__file__, "bar.html", parts=parts, said=said, empty=LEFT)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A quiet table as wide as the page; long words break instead of widening it. The last column is for figures."""
    cells = [[Cell(text, stays_whole=_is_word(text)) for text in row] for row in rows]
    return render(__file__, "table.html", headings=headings, rows=cells, line=LEFT)


def _is_word(text: str) -> bool:
    """A short word is an id or an amount: it is read, and searched for, whole."""
    return len(text) <= WORD_MAX and " " not in text
