"""The cards of the gallery, as its grid is told of them: Streamlit's own test runner does not draw it."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest


def told(tab: AppTest) -> dict[str, Any]:
    """All that the grid is told."""
    [grid] = [one.proto for one in tab.get("bidi_component") if one.proto.component_name == "kineograph_grid"]
    found: dict[str, Any] = json.loads(grid.json)
    return found


def days(tab: AppTest) -> list[dict[str, Any]]:
    """The days that have videos, each in words and with its cards."""
    found: list[dict[str, Any]] = told(tab)["days"]
    return found


def cards(tab: AppTest) -> list[dict[str, Any]]:
    """All of them, in the order in which they are seen."""
    return [card for day in days(tab) for card in day["cards"]]


def words(tab: AppTest) -> list[str]:
    """What each video was asked for."""
    return [card["words"] for card in cards(tab)]
