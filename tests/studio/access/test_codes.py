"""What a code may cost a day, as its owner types it."""

from __future__ import annotations

import re

import pytest

from studio.access.codes import NotAnAmount, amount_micros


@pytest.mark.parametrize(
    ("typed", "micros"), [("5", 5_000_000), (" $2.50 ", 2_500_000), ("0.01", 10_000), ("1e2", 10**8)]
)
def test_an_amount_is_read_to_the_cent(typed: str, micros: int) -> None:
    assert amount_micros(typed) == micros


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0",
        "-5",
        "0.001",
        "2.505",
        "five",
        "5 dollars",
        "5,00",
        "NaN",
        "sNaN",
        "Infinity",
        "1e999999",
        "1000001",
        "0x5",
    ],
)
def test_what_is_no_positive_amount_is_refused(typed: str) -> None:
    with pytest.raises(NotAnAmount, match=f"^{re.escape(typed)}$"):
        amount_micros(typed)
