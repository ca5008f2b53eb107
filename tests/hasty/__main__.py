"""Counts what comes of a hasty hand: `python -m tests.hasty` (some 15 minutes), `--step 500` for fewer distances.

Double clicks at 0 to 3,000 ms, by mouse and by touch, without and with 300 ms added to each direction of the line: how
many orders were sent. A field changed 0 to 1,500 ms after a picture was chosen: how many pictures were lost.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from tests import chromium
from tests.app_process import running_app
from tests.hasty import hand
from tests.hasty.slow_line import SlowLine

LATENCY_S = 0.3

Result = TypeVar("Result")
Act = Callable[[Page, int], None]
ACTS: dict[str, tuple[Act, bool]] = {
    "mouse, one point": (hand.clicks_at_one_point, False),
    "mouse, the button": (hand.clicks_on_the_button, False),
    "touch, the button": (hand.taps, True),
    "Enter held down": (hand.enter_held_down, False),
}


def main() -> int:
    """Print a line for each way; 1 where an order was sent twice or a picture lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.hasty", description=__doc__)
    parser.add_argument("--step", type=int, default=100, help="milliseconds between two distances")
    step = parser.parse_args().step
    expect.set_options(timeout=30_000)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder), settings=hand.SETTINGS) as app,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium.needed_path(), args=chromium.arguments())
        slow = SlowLine(app.url, LATENCY_S)
        bad = 0
        for line, url in (("direct", app.url), ("+300 ms", slow.url)):
            for name, (act, has_touch) in ACTS.items():
                sent = Counter(
                    _on_a_new_page(browser, url, has_touch, partial(hand.double, app, act=act, milliseconds=ms))
                    for ms in range(0, 3_001, step)
                )
                bad += sum(times for orders, times in sent.items() if orders != 1)
                print(f"{line:8} {name:18} {sent.total():3} double clicks, orders sent: {_told(sent)}", flush=True)
            for name, change in hand.CHANGES.items():
                kept = Counter(
                    _on_a_new_page(
                        browser,
                        url,
                        False,
                        partial(hand.picture_then_change, change=change, milliseconds=ms),
                    )
                    for ms in range(0, 1_501, step)
                )
                bad += kept[False]
                print(
                    f"{line:8} {name + ' changed':18} {kept.total():3} pictures chosen, lost: {kept[False]}", flush=True
                )
        slow.close()
        browser.close()
    return 1 if bad else 0


def _on_a_new_page(browser: Browser, url: str, has_touch: bool, measure: Callable[[Page], Result]) -> Result:
    context = browser.new_context(base_url=url, has_touch=has_touch, viewport={"width": 1280, "height": 900})
    try:
        return measure(context.new_page())
    finally:
        context.close()


def _told(sent: Counter[int]) -> str:
    return ", ".join(f"{times} times {orders}" for orders, times in sorted(sent.items()))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Error as error:
        sys.exit(f"the browser gave up: {error}")
