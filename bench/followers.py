"""What tabs that follow a job cost the server: each looks as a browser does, and each browser listens on one line."""

from __future__ import annotations

import asyncio
import heapq
import random
import secrets
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import psutil
import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection

from bench.tabs import END_BYTES, computed_s, open_tab
from studio import clock, urls
from studio.access.visitors import COOKIE, Visitors
from studio.build import open_storage
from studio.jobs.job import Job, State
from studio.orders.order import Order
from studio.settings import Settings
from tests.app_process import AppProcess

TABS, TABS_OF_A_VISITOR = 200, 8
WATCHED_S = 30.0
MOVES_EVERY_S = 40.0
"""How often the job of a tab moves: a job of three minutes has four or five steps."""
WANTED_CORES = 0.1
NOW_AND_THEN = timedelta(hours=1)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        app = AppProcess(Path(folder), pace=1)
        app.start()
        try:
            cookies = [_follower(app.data_dir) for _ in range(TABS // TABS_OF_A_VISITOR)]
            idle = _idle_cores(app)
            asyncio.run(_follow(app, [cookies[number % len(cookies)] for number in range(TABS)], idle))
        finally:
            app.end_for_good()


def _follower(data_dir: Path) -> str:
    """A new visitor whose job is under way, and not looked at meanwhile; their cookie as a browser sends it."""
    visitors = Visitors((data_dir / "cookie-secret").read_text())
    visitor, job_id, now = visitors.new(), secrets.token_hex(16), clock.now()
    with open_storage(Settings(data_dir=data_dir)) as storage:
        job = Job(
            id=job_id,
            visitor=visitor,
            order=Order(prompt="The camera glides over the water", picture_key="pictures/none.jpg"),
            backend="demo",
            state=State.GENERATING,
            created_at=now,
            next_at=now + NOW_AND_THEN,
            price_micros=0,
            attempt=1,
            submitted_at=now,
            generation_id=job_id,
            accepted_at=now,
            expected_s=172.0,
        )
        storage.store.place(job, nonce=job_id)
    return f"{COOKIE}={visitors.cookie(visitor)}"


def _idle_cores(app: AppProcess) -> float:
    server = psutil.Process(app.pid)
    before = computed_s(server)
    # Nothing to wait for: what it computes while nobody asks anything is the figure.
    time.sleep(WATCHED_S / 3)
    return (computed_s(server) - before) / (WATCHED_S / 3)


async def _follow(app: AppProcess, cookies: Sequence[str], idle: float) -> None:
    server = psutil.Process(app.pid)
    lines = [
        requests.get(app.url + urls.EVENTS, headers={"Cookie": cookie}, stream=True, timeout=60)
        for cookie in dict.fromkeys(cookies)
    ]
    tabs = await asyncio.gather(*(_Tab.opened(app.url, cookie) for cookie in cookies))
    try:
        for name, moves_every_s in (
            ("nothing moves", None),
            (f"each job moves every {MOVES_EVERY_S:.0f} s", MOVES_EVERY_S),
        ):
            before, begin = computed_s(server), time.perf_counter()
            waits = await asyncio.gather(*(tab.follow(WATCHED_S, moves_every_s) for tab in tabs))
            cores = (computed_s(server) - before) / (time.perf_counter() - begin) - idle
            took = sorted(1000 * one for tab in waits for one in tab)
            print(
                f"{len(tabs)} tabs that follow a job, {len(lines)} lines; {name}: {cores:.3f} of a core"
                f" (at most {WANTED_CORES} wanted), {len(took) / WATCHED_S:.0f} looks a second,"
                f" each answered after {took[len(took) // 2]:.0f} ms (p95 {took[int(len(took) * 0.95)]:.0f})"
            )
        print(f"  beside {idle:.3f} of a core of a server that nobody looks at")
    finally:
        await asyncio.gather(*(tab.socket.close() for tab in tabs))
        for line in lines:
            line.close()


class _Tab:
    """A tab on Create, with what its page has told it to ask for."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.look, self.every_s = "", 0.0
        """The fragment that looks, and how often."""
        self.told = ""
        """The fragment that runs when the browser was told of something."""

    @classmethod
    async def opened(cls, url: str, cookie: str) -> _Tab:
        tab = cls(await open_tab(url, cookie))
        await tab._ask("", is_first=True)
        assert tab.look
        assert tab.told
        return tab

    async def follow(self, for_s: float, moves_every_s: float | None) -> list[float]:
        """Look as often as the page has said, and when told; how long each answer took, in seconds."""
        begin, took = time.perf_counter(), list[float]()
        due = [(begin + random.uniform(0, self.every_s), self.look, self.every_s)]
        if moves_every_s is not None:
            due.append((begin + random.uniform(0, moves_every_s), self.told, moves_every_s))
        while True:
            at, fragment, every_s = heapq.heappop(due)
            if at > begin + for_s:
                return took
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            asked = time.perf_counter()
            await self._ask(fragment)
            took.append(time.perf_counter() - asked)
            heapq.heappush(due, (at + every_s, fragment, every_s))

    async def _ask(self, fragment: str, *, is_first: bool = False) -> None:
        ask = BackMsg()
        ask.rerun_script.page_name = ""
        ask.rerun_script.fragment_id = fragment
        await self.socket.send(ask.SerializeToString())
        while True:
            got = await self.socket.recv(decode=False)
            if len(got) >= END_BYTES and not is_first:
                continue
            message = ForwardMsg.FromString(got)
            if message.WhichOneof("type") == "auto_rerun":
                self.look, self.every_s = message.auto_rerun.fragment_id, message.auto_rerun.interval
            elif message.delta.new_element.bidi_component.component_name == "kineograph_events":
                self.told = message.delta.fragment_id
            elif message.WhichOneof("type") == "script_finished":
                return


if __name__ == "__main__":
    main()
