"""Start and reruns of the pages, beside an empty Streamlit page with the same settings."""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from bench.filled_gallery import fill
from tests import chromium
from tests.app_process import ROOT, AppProcess, wait_until

STARTS = 3
RERUNS = 100
VIDEOS = 12


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder, _browser() as drawn:
        ours, empty = AppProcess(Path(folder) / "ours", pace=1), _Empty(Path(folder) / "empty", pace=1)
        cold = {name: [_cold(app, drawn, text) for _ in range(STARTS)] for name, app, text in (
            ("empty page", empty, "Empty"), ("Create", ours, "Create video"))}  # fmt: skip
        print(f"cold start to the first drawn page, median of {STARTS}")
        _compare({name: statistics.median(times) for name, times in cold.items()}, "s", 1)
        for app in (ours, empty):
            app.start()
        try:
            cookie = fill(ours, VIDEOS)
            print(f"rerun of a page, median of {RERUNS} (p95), Gallery with {VIDEOS} videos")
            times = {
                "empty page": _reruns(empty.url, "", ""),
                "Create": _reruns(ours.url, "", cookie),
                "Gallery": _reruns(ours.url, "gallery", cookie),
            }
            _compare({name: statistics.median(t) for name, t in times.items()}, "ms", 1000, times)
        finally:
            for app in (ours, empty):
                app.end_for_good()


class _Empty(AppProcess):
    """The floor: a page with a title and nothing else, under the same configuration."""

    def start(self) -> None:
        script = self.data_dir.parent / "empty.py"
        script.write_text('import streamlit as st\n\nst.title("Empty")\n')
        (self.data_dir.parent / "home" / ".streamlit").mkdir(exist_ok=True)
        settings = (ROOT / ".streamlit" / "config.toml").read_text()
        (self.data_dir.parent / "home" / ".streamlit" / "config.toml").write_text(settings)
        with self.log.open("ab") as log:
            self._process = self._spawn([str(Path(sys.executable).with_name("streamlit")), "run", str(script)], log)
        self._groups.append(self._process.pid)
        wait_until(lambda: _answers(self.url), "the empty app answers", 60)


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


def _reruns(url: str, page: str, cookie: str) -> list[float]:
    """Seconds of each rerun, from asking to `script_finished`, over the socket that the browser uses."""
    headers = {"Cookie": cookie} if cookie else {}
    address = re.sub("^http", "ws", url) + "/_stcore/stream"
    # As a browser does: without an Origin there is no socket.
    with connect(
        address,
        subprotocols=["streamlit"],
        origin=url,
        additional_headers=headers,
        max_size=None,  # type: ignore[list-item,arg-type]
    ) as socket:
        ask = BackMsg()
        ask.rerun_script.page_name = page
        _rerun(socket, ask)
        _rerun(socket, ask)
        return [_rerun(socket, ask) for _ in range(RERUNS)]


def _rerun(socket: ClientConnection, ask: BackMsg) -> float:
    begin = time.perf_counter()
    socket.send(ask.SerializeToString())
    while True:
        said = ForwardMsg()
        said.ParseFromString(socket.recv(timeout=30))  # type: ignore[arg-type]
        if said.WhichOneof("type") == "script_finished":
            return time.perf_counter() - begin


def _compare(
    medians: dict[str, float], unit: str, scale: float, all_times: dict[str, list[float]] | None = None
) -> None:
    floor = medians["empty page"]
    for name, median in medians.items():
        p95 = f" ({sorted(all_times[name])[int(len(all_times[name]) * 0.95)] * scale:.1f})" if all_times else ""
        print(f"  {name:12} {median * scale:8.2f} {unit}{p95}   {median / floor:5.2f} x the empty page")


if __name__ == "__main__":
    main()
