"""How the parts of Create stand to each other: the stage beside the form, the button in reach on a phone."""

from __future__ import annotations

from components import front_end

ORDER_BAR = "order-bar"
"""Key of the container with price and button."""
BOARD = "job-board"
"""Key of the one with the jobs of today."""

_STAGE = front_end.of(__file__, is_for_the_page=True)


def dress() -> None:
    """Give the page its shape."""
    _STAGE()
