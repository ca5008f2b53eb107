"""The owner's bar and tables. The second place that writes HTML: every value escaped, nothing loaded, nothing to click.

Streamlit's own table reads its cells as Markdown, which loads pictures from anywhere and takes two dollar signs for a
formula; its data frame is a canvas, which a phone cannot wrap.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

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


def bar(parts: Sequence[Part]) -> str:
    """A bar divided as the sizes are, and below it what each colour means. Nothing is drawn of what is nothing."""
    whole = sum(part.size for part in parts)
    # Seen, however small: a cent of a hundred dollars too.
    pieces = "".join(
        f"<div style='flex:{part.size} 1 0;min-width:3px;background:{part.colour}'></div>"
        for part in parts
        if part.size
    )
    said = ", ".join(f"{part.label} {part.amount}" for part in parts)
    drawn = (
        f"<div role='img' aria-label='{escape(said, quote=True)}' style='display:flex;gap:2px;height:14px;"
        f"border-radius:7px;overflow:hidden;background:{LEFT}'>{pieces if whole else ''}</div>"
    )
    return f"{drawn}<div style='display:flex;flex-wrap:wrap;gap:2px 18px;margin-top:8px'>{_legend(parts)}</div>"


def _legend(parts: Sequence[Part]) -> str:
    return "".join(
        "<span style='white-space:nowrap;font-size:.875rem'>"
        f"<span style='display:inline-block;width:10px;height:10px;border-radius:5px;margin-right:6px;"
        f"background:{part.colour}'></span>{escape(part.label)} "
        f"<span style='font-variant-numeric:tabular-nums;font-weight:600'>{escape(part.amount)}</span></span>"
        for part in parts
    )


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A quiet table as wide as the page; long words break instead of widening it. The last column is for figures."""
    last = len(headings) - 1
    head = "".join(
        f"<th scope='col' style='padding:4px {0 if at == last else 12}px 6px 0;font-weight:600;"
        f"text-align:{'right' if at == last else 'left'}'>{escape(heading)}</th>"
        for at, heading in enumerate(headings)
    )
    body = "".join(f"<tr>{''.join(_cell(cell, at == last) for at, cell in enumerate(row))}</tr>" for row in rows)
    return (
        "<table style='width:100%;border-collapse:collapse;font-size:.9rem'>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cell(text: str, is_last: bool) -> str:
    side = "right" if is_last else "left"
    figures = "font-variant-numeric:tabular-nums;padding-right:0;" if is_last else ""
    # A short word is an id or an amount: it is read, and searched for, whole.
    whole = "white-space:nowrap;" if is_last or (len(text) <= WORD_MAX and " " not in text) else ""
    return (
        f"<td style='padding:7px 12px 7px 0;border-top:1px solid {LEFT};vertical-align:top;text-align:{side};"
        f"overflow-wrap:anywhere;{figures}{whole}'>{escape(text)}</td>"
    )
