"""A banner for a line that is down: Streamlit's own words say that a server is not responding, not that all is safe."""

from __future__ import annotations

from components import front_end
from components.language import _

_BANNER = front_end.of(__file__)


def watch() -> None:
    """From now on the page says so when its line is down."""
    words = _(
        "No connection. Your videos are being made all the same; this page goes on by itself when the line is back."
    )
    _BANNER(data={"words": words})
