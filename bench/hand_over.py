"""From "the provider is done" to "plays in the browser", for jobs of 20, 60 and 172 s, and how often that took looking.

For three who wait each alone and, some seconds later, for three who share the two polls a second. At true speed, as
what is learned and how often is looked goes by the clock; one length after the other, or what is measured is how a
dozen browsers draw videos on two cores. Each time with an app and a stand-in for the provider of its own. The app has a
key and takes the stand-in for the provider itself: what it expects of the demo is another thing, and knows nothing of
such lengths.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from playwright.sync_api import Browser, Page, sync_playwright

from bench.polls import SEED_LOOP_S, TYPICAL_S
from demo import process
from demo.http.generations import SLOW_S
from studio.jobs.job import Job
from studio.queue.job_store import Store
from tests import chromium
from tests.app_process import AppProcess
from tests.browser import screen

TOGETHER = (1, 1, 1, 3)
"""Visitors who wait for a job of each length at the same time, each group with an app of its own; a group some seconds
after the one before it, as an order takes so long."""
WANTED_MEDIAN_S, WANTED_WORST_S = 1.0, 2.0
KEY = "a-key-for-the-bench"
WORDS = "Slow zoom demo: slow"
_BEGINS = (Path(__file__).parent / "first_played.js").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What became of one job, in seconds from the provider's being done with it."""

    noticed_s: float
    kept_s: float
    playing_s: float
    polls: int


class _Installation:
    """An app with a provider of its own that takes so many seconds for each job, and those who wait for one."""

    def __init__(self, folder: Path, length_s: float) -> None:
        self.length_s = length_s
        self._done = folder / "provider"
        self._provider = process.start(self._done, key=KEY, pace=length_s / SLOW_S, draft=True)
        settings = {
            "AIMLAPI_KEY": KEY,
            "AIMLAPI_BASE_URL": self._provider.base_url,
            "STUDIO_DAILY_BUDGET_USD": "100",
        }
        self._app = AppProcess(folder / "app", pace=1, settings=settings)
        self._pages: list[Page] = []

    def __enter__(self) -> _Installation:
        self._app.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._app.end_for_good()
        self._provider.stop()

    def order(self, browser: Browser) -> None:
        """One visitor more, who orders and stays."""
        context = browser.new_context(base_url=self._app.url, viewport={"width": 1280, "height": 1800})
        context.set_default_timeout(2 * 1000 * (self.length_s + 60))
        page = context.new_page()
        screen.open_page(page)
        screen.give_picture(page)
        screen.order(page, WORDS)
        page.evaluate(_BEGINS)
        self._pages.append(page)

    def handed_over(self) -> list[HandedOver]:
        """What became of each of them; waits for it."""
        return [self._of(page) for page in self._pages]

    def _of(self, page: Page) -> HandedOver:
        page.wait_for_function("() => window.began !== null")
        began_s = float(page.evaluate("() => window.began"))
        database = self._app.open_database()
        try:
            [job] = Store(database).finished(screen.visitor_of(self._app, page.context), limit=1)
        finally:
            database.close()
        assert job.finished_at is not None
        assert job.ended_at is not None
        done_s = self._done_s(job)
        return HandedOver(
            job.finished_at.timestamp() - done_s, job.ended_at.timestamp() - done_s, began_s - done_s, job.polls
        )

    def _done_s(self, job: Job) -> float:
        """When a look says for the first time that the job is done: once it is rendered, and not before it is due."""
        with closing(sqlite3.connect(f"file:{self._done / 'demo.sqlite3'}?mode=ro", uri=True)) as ledger:
            found = "SELECT due, file_name FROM generation WHERE id = ?"
            due_s, file_name = ledger.execute(found, (job.generation_id,)).fetchone()
        return max(float(due_s), self._done.joinpath("videos", str(file_name)).stat().st_mtime)


def main() -> None:
    """Print the figures."""
    found: dict[tuple[float, int], list[HandedOver]] = {}
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        for length_s in sorted(TYPICAL_S):
            browser = playwright.chromium.launch(executable_path=chromium.quick_path(), args=chromium.arguments())
            with ExitStack() as running:
                groups = [
                    (visitors, running.enter_context(_Installation(Path(name) / f"{length_s:.0f}-{n}", length_s)))
                    for n, visitors in enumerate(TOGETHER)
                ]
                for visitors, installation in groups:
                    for _ in range(visitors):
                        installation.order(browser)
                for visitors, installation in groups:
                    found.setdefault((length_s, visitors), []).extend(installation.handed_over())
            browser.close()
    _print(found)


def _print(found: dict[tuple[float, int], list[HandedOver]]) -> None:
    load = os.getloadavg()
    print(
        "seconds from the provider's being done to playing in the browser; the machine's load at the end"
        f" {load[0]:.1f} (1 min), {load[1]:.1f} (5 min)"
    )
    print(
        "  job    at once   noticed          kept          playing: median  worst   wanted at most   polls"
        "   seed's loop"
    )
    for length_s in sorted({length_s for length_s, _ in found}):
        found[length_s, sum(TOGETHER)] = [job for (of_s, _), jobs in found.items() if of_s == length_s for job in jobs]
    for (length_s, visitors), jobs in sorted(found.items()):
        at_once = "all" if visitors == sum(TOGETHER) else str(visitors)
        noticed, kept, playing = (
            [job.noticed_s for job in jobs],
            [job.kept_s for job in jobs],
            [job.playing_s for job in jobs],
        )
        print(
            f"  {length_s:4.0f} s {at_once:>6} {statistics.median(noticed):10.2f} {statistics.median(kept):13.2f}"
            f" {statistics.median(playing):24.2f} {max(playing):6.2f} {WANTED_MEDIAN_S:11.1f} and {WANTED_WORST_S}"
            f" {statistics.median(job.polls for job in jobs):7.0f} {SEED_LOOP_S / 2:10.1f} late"
        )


if __name__ == "__main__":
    main()
