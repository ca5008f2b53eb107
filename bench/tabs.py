"""Open tabs as a server sees them: sockets that ask for a rerun of their page and read until it has ended."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

WARM_UP = 3
"""Reruns before those that are measured: the first draws everything, and what is kept is kept by then."""
END_BYTES = 200
"""The message that a run has ended is shorter; longer ones are not unpacked, or the bench would measure itself."""
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Load:
    """What so many tabs saw of a page that each asks for again as soon as it has it."""

    times_s: list[float]
    """Of each rerun, from asking to its end."""
    wall_s: float
    computed_s: float
    """CPU time of the server meanwhile, in all its threads."""
    messages: int
    """To the page, of one rerun."""
    bytes_a_tab: float
    """What the server's memory has grown by, by tab."""

    @property
    def busy(self) -> float:
        """Of one core: near 1 the reruns waited for each other's computing, as Python's lock lets one compute."""
        return self.computed_s / self.wall_s

    @property
    def computed_each_s(self) -> float:
        """Of one rerun."""
        return self.computed_s / len(self.times_s)


def reruns(url: str, server: int, page: str, cookies: Sequence[str], each: int, *, query: str = "") -> Load:
    """Open a tab for each cookie ("" has none) and have each rerun its page so often, all at the same time.

    `server` is the process that serves them, `query` what the address of the page has.
    """
    return asyncio.run(_reruns(url, psutil.Process(server), page, query, cookies, each))


async def _reruns(url: str, server: psutil.Process, page: str, query: str, cookies: Sequence[str], each: int) -> Load:
    memory = server.memory_info().rss
    sockets = await asyncio.gather(*(open_tab(url, cookie) for cookie in cookies))
    try:
        ask = BackMsg()
        ask.rerun_script.page_name = page
        ask.rerun_script.query_string = query
        asked = ask.SerializeToString()
        warm = await asyncio.gather(*(_ask(socket, asked, WARM_UP) for socket in sockets))
        computed, begin = computed_s(server), time.perf_counter()
        runs = await asyncio.gather(*(_ask(socket, asked, each) for socket in sockets))
        wall = time.perf_counter() - begin
        computed = computed_s(server) - computed
        grown = server.memory_info().rss - memory
    finally:
        await asyncio.gather(*(socket.close() for socket in sockets))
    times = [took for run in runs for took, _ in run]
    return Load(times, wall, computed, warm[0][-1][1], grown / len(sockets))


async def open_tab(url: str, cookie: str) -> ClientConnection:
    """A socket as a browser opens it for a new tab."""
    return await connect(
        re.sub("^http", "ws", url) + "/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        origin=Origin(url),  # as a browser does: without it there is no socket
        additional_headers={"Cookie": cookie} if cookie else {},
        max_size=None,
        compression=None,
    )


async def _ask(socket: ClientConnection, asked: bytes, times: int) -> list[tuple[float, int]]:
    """Seconds and messages of each rerun."""
    found = []
    for _ in range(times):
        begin = time.perf_counter()
        await socket.send(asked)
        found.append((await _until_ended(socket), time.perf_counter() - begin))
    return [(took, messages) for messages, took in found]


async def _until_ended(socket: ClientConnection) -> int:
    messages = 0
    async with asyncio.timeout(PATIENCE_S):
        while True:
            got = await socket.recv(decode=False)
            messages += 1
            if len(got) < END_BYTES and ForwardMsg.FromString(got).WhichOneof("type") == "script_finished":
                return messages


def computed_s(server: psutil.Process) -> float:
    """CPU time of a process so far, in all its threads."""
    times = server.cpu_times()
    return float(times.user + times.system)
