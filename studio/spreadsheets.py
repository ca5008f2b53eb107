"""Lines of a CSV file that a spreadsheet opens as it is, and never calculates. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
"""A spreadsheet would calculate a cell that begins so (OWASP, CSV injection); the wide forms in East Asian ones."""


def no_formula(text: str) -> str:
    """The same text; with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def line(cells: Iterable[str]) -> str:
    """One line of a CSV file, with its end."""
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
