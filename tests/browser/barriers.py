"""What keeps people from using a page, as axe-core finds it."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

STREAMLITS_OWN = {
    "aria-dialog-name": 'data-testid="stToast"',
}
"""Rule and place of what is wrong in Streamlit's own elements, however they are used.

aria-dialog-name: a toast (1.67) is an alert dialog labelled by an element that it does not have; it is read out all
the same, by its text.
"""


def barriers(page: Page) -> list[str]:
    """What axe calls serious or critical, by rule and place."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
        if STREAMLITS_OWN.get(rule["id"], "nowhere") not in node["html"]
    ]
