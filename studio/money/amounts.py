"""Amounts: whole millionths of a dollar everywhere, dollars where they are typed in or shown. Pure."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from videoapi.billing import MICROS_PER_USD


def micros_of(usd: Decimal) -> int:
    """Dollars in millionths; what is less than one is left out."""
    return int((usd * MICROS_PER_USD).to_integral_value(ROUND_FLOOR))


def dollars(micros: int) -> Decimal:
    """Millionths of a dollar as dollars, exactly."""
    return Decimal(micros) / MICROS_PER_USD
