"""Start and reruns of the pages, beside floors that do the same kind of work.

A rerun is timed from asking to its end over the socket that browsers use: with one tab that asks again as soon as it is
answered, and with fifty that do so at the same time. Beside an empty page, which is what Streamlit itself takes; and
beside the same widgets with nothing behind them, which is what the rest of the page costs: Create as somebody new finds
it, as its floor has no videos either.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from playwright.sync_api import sync_playwright

from bench.filled_gallery import fill
from bench.statements import Reads, of_a_rerun
from bench.tabs import Load, reruns
from tests import chromium
from tests.app_process import ROOT, AppProcess, wait_until

FLOORS = ROOT / "bench" / "floors"
STARTS = 3
VIDEOS = 24
TABS = {1: 100, 50: 6}
"""Tabs at once, and how often each asks: some seconds of a server that does nothing else."""
TABS_OF_A_VISITOR = 10
"""One visitor may have 16 open."""
EMPTY = "empty page"
WAITED_FOR = """
computing: CPU time of the server for one rerun. busy: how much of one core that was, over all reruns. With one tab the
rest of a rerun went by handing over between threads and waiting for socket and files. With fifty, a rerun waits while
the others compute, as Python lets one thread compute at a time. What else the machine does makes both longer: compare
within one run only, and "computing" before all else."""


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    beside: str
    """The row with the same widgets; its own name for a floor."""
    server: AppProcess
    page: str
    cookies: Sequence[str]
    reads: Reads | None = None


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        ours = AppProcess(Path(folder) / "ours", pace=1)
        empty = _Floor(Path(folder) / "empty", "empty.py")
        same = _Floor(Path(folder) / "same", "same_widgets.py")
        _starts(ours, empty)
        servers = (ours, empty, same)
        try:
            for server in servers:
                server.start()
            _tabs(_rows(ours, empty, same))
        finally:
            for server in servers:
                server.end_for_good()


def _starts(ours: AppProcess, empty: AppProcess) -> None:
    pages = {EMPTY: (empty, "Empty"), "Create": (ours, "Create video")}
    with _browser() as drawn:
        times = {name: [_cold(app, drawn, text) for _ in range(STARTS)] for name, (app, text) in pages.items()}
    cold = {name: statistics.median(took) for name, took in times.items()}
    print(f"cold start to the first drawn page, median of {STARTS}")
    for name, took in cold.items():
        print(f"  {name:20} {took:8.2f} s {took / cold[EMPTY]:8.2f} x the empty page")


def _rows(ours: AppProcess, empty: AppProcess, same: AppProcess) -> list[_Row]:
    visitors = [fill(ours.data_dir, VIDEOS) for _ in range(max(TABS) // TABS_OF_A_VISITOR)]
    new = [fill(ours.data_dir, 0) for _ in visitors]
    theirs, news = ([of[number % len(of)] for number in range(max(TABS))] for of in (visitors, new))
    nobodys = [""] * max(TABS)
    return [
        _Row(EMPTY, EMPTY, empty, "", nobodys),
        _Row("Create's widgets", "Create's widgets", same, "", nobodys),
        _Row("Create", "Create's widgets", ours, "", news, of_a_rerun("create.py")),
        # With a strip of tiles, and one video large with all that can be made of it, which no floor has.
        _Row("Create, with videos", "Create's widgets", ours, "", theirs, of_a_rerun("create.py", VIDEOS)),
        _Row("Gallery's widgets", "Gallery's widgets", same, "gallery", nobodys),
        _Row("Gallery", "Gallery's widgets", ours, "gallery", theirs, of_a_rerun("gallery.py", VIDEOS)),
    ]


def _tabs(rows: Sequence[_Row]) -> None:
    for row in rows:  # what a server loads with its first page is no tab's
        reruns(row.server.url, row.server.pid, row.page, row.cookies[:2], 1)
    for tabs, each in TABS.items():
        print(f"{tabs} open, each rerun {each} times as soon as it is answered; the Gallery with {VIDEOS} videos")
        print(
            "                      median (p95)        x empty x same   computing   busy  messages  statements"
            "  (transactions)  memory a tab"
        )
        loads: dict[str, Load] = {}
        for row in rows:
            loads[row.name] = reruns(row.server.url, row.server.pid, row.page, row.cookies[:tabs], each)
            _print(row, loads)
    print(WAITED_FOR)


def _print(row: _Row, loads: dict[str, Load]) -> None:
    load = loads[row.name]
    median = statistics.median(load.times_s)
    p95 = sorted(load.times_s)[int(len(load.times_s) * 0.95)]
    empty, same = (median / statistics.median(loads[name].times_s) for name in (EMPTY, row.beside))
    reads = f"{row.reads.statements:8} {row.reads.transactions:15}" if row.reads else " " * 24
    print(
        f"  {row.name:19} {median * 1e3:7.1f} ({p95 * 1e3:7.1f}) ms {empty:7.2f} {same:7.2f} "
        f"{load.computed_each_s * 1e3:8.1f} ms {load.busy:6.2f} {load.messages:8} {reads} "
        f"{load.bytes_a_tab / 1e6:10.2f} MB"
    )


class _Floor(AppProcess):
    """A floor of bench/floors, under the same configuration."""

    def __init__(self, folder: Path, script: str) -> None:
        super().__init__(folder, pace=1)
        self._script = FLOORS / script

    def start(self) -> None:
        with self.log.open("ab") as log:
            streamlit = str(Path(sys.executable).with_name("streamlit"))
            self._process = self._spawn([streamlit, "run", str(self._script)], log)
        self._groups.append(self._process.pid)
        wait_until(lambda: _answers(self.url), "the floor answers", 60)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/_stcore/health", timeout=5).ok
    except requests.RequestException:
        return False


@contextmanager
def _browser() -> Iterator[Callable[[str, str], None]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.needed_path(), args=chromium.arguments())

        def drawn(url: str, text: str) -> None:
            page = browser.new_page()
            page.goto(url)
            page.get_by_text(text, exact=True).first.wait_for()
            page.close()

        yield drawn
        browser.close()


def _cold(app: AppProcess, drawn: Callable[[str, str], None], text: str) -> float:
    begin = time.monotonic()
    app.start()
    drawn(app.url, text)
    took = time.monotonic() - begin
    app.end_for_good()
    return took


if __name__ == "__main__":
    main()
