"""What a video costs here, and what the catalogue says of that."""

from __future__ import annotations

from demo.orders.models import MODELS

CREDITS_PER_USD = 2_000_000
"""The provider's fixed rate."""

OPENING_BALANCE_CREDITS = 50 * CREDITS_PER_USD
REFILL_BELOW_CREDITS = 10 * CREDITS_PER_USD
REFILL_CREDITS = 40 * CREDITS_PER_USD
"""The pretend account tops itself up, as accounts with automatic payment do, or the demo would end after 63 videos."""


def cost_credits(model: str, resolution: str, duration_s: int) -> int:
    """What a video of this quality and length costs, in credits."""
    return MODELS[model].credits_per_second[resolution] * duration_s


def usd(credits_used: int) -> float:
    """Credits as US dollars."""
    return round(credits_used / CREDITS_PER_USD, 6)


def balance_credits(spent: int) -> int:
    """What is left of the pretend balance after `spent` credits in all: between $10 and $50."""
    left = OPENING_BALANCE_CREDITS - spent
    while left < REFILL_BELOW_CREDITS:
        left += REFILL_CREDITS
    return left


def catalogue_entry(model: str) -> dict[str, object]:
    """The model's entry of GET /v1/models, without the optional sections."""
    return {
        "id": model,
        "aliases": [],
        "type": "video",
        "info": {"name": MODELS[model].name, "developer": model.partition("/")[0]},
        "tags": ["playground:video"],
    }


def pricing(model: str) -> dict[str, object]:
    """The `pricing` section of the model's entry: a rate per second for each resolution."""
    return {
        "kind": "variants",
        "dimensions": ["resolution"],
        "variants": [
            {"when": {"resolution": resolution}, "price": usd(rate), "unit": "second", "per": 1}
            for resolution, rate in MODELS[model].credits_per_second.items()
        ],
    }
