"""From "the provider is done" to "plays in the browser", on the real app with the demo, and how often it looked."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.polls import SEED_LOOP_S
from tests import chromium
from tests.app_process import AppProcess
from tests.browser import screen

JOBS = 5
WANTED_MEDIAN_S, WANTED_WORST_S = 1.0, 2.0


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        app = AppProcess(Path(folder), pace=1)
        app.start()
        try:
            waits = _orders(app)
            polls = _polls(app)
        finally:
            app.end_for_good()
    print(f"from the provider's being done to playing in the browser, {JOBS} jobs of 5 s at 720p in the demo")
    print(
        f"  median {statistics.median(waits):.2f} s, worst {max(waits):.2f} s"
        f" (at most {WANTED_MEDIAN_S} and {WANTED_WORST_S} s wanted)"
    )
    print(f"  polls per job: median {statistics.median(polls):.0f}, most {max(polls)}")
    print(f"  the seed's loop of {SEED_LOOP_S:.0f} s is {SEED_LOOP_S / 2:.1f} s late on average, before any download")


def _orders(app: AppProcess) -> list[float]:
    waits = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.needed_path(), args=chromium.arguments())
        page = browser.new_context(base_url=app.url, viewport={"width": 1280, "height": 1800}).new_page()
        screen.open_page(page)
        screen.give_picture(page)
        for number in range(JOBS):
            words = f"Slow zoom, take {number}"
            done = _DoneAt(app.data_dir / "demo", known=number)
            screen.order(page, words)
            screen.playing(screen.video(page, words))
            began = screen.video(page, words).evaluate("video => Date.now() / 1000 - video.currentTime")
            waits.append(began - done.moment())
        browser.close()
    return waits


class _DoneAt:
    """Watches the demo's ledger for the moment at which a further generation is done: from then on a look says so."""

    def __init__(self, folder: Path, *, known: int) -> None:
        self._path = folder / "demo.sqlite3"
        self._known = known
        self._moment = 0.0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def moment(self) -> float:
        """Seconds since 1970; waits for it, two minutes at the most."""
        self._thread.join(120)
        return self._moment

    def _watch(self) -> None:
        never = threading.Event()
        with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)) as ledger:
            while True:
                done = ledger.execute("SELECT due FROM generation WHERE outcome = 'completed'").fetchall()
                now = time.time()
                if len(done) > self._known and all(due <= now for (due,) in done):
                    self._moment = now
                    return
                never.wait(0.01)


def _polls(app: AppProcess) -> list[int]:
    with sqlite3.connect(f"file:{app.data_dir / 'kineograph.db'}?mode=ro", uri=True) as store:
        return [row[0] for row in store.execute("SELECT looks FROM jobs")]


if __name__ == "__main__":
    main()
