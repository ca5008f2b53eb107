"""A line on which everything takes a while, as on a phone far from the next mast: later, and no slower."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time

from tests.browser.cuttable_line import CuttableLine


class SlowLine(CuttableLine):
    """Passes bytes on in both directions, each so many seconds after it came."""

    def __init__(self, url: str, delay_s: float) -> None:
        self._delay_s = delay_s
        super().__init__(url)

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        on_its_way: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        arrive = threading.Thread(target=self._arrive, args=(on_its_way, other), daemon=True)
        arrive.start()
        with contextlib.suppress(OSError):
            while data := one.recv(65_536):
                on_its_way.put((time.monotonic() + self._delay_s, data))
        on_its_way.put((time.monotonic() + self._delay_s, b""))
        arrive.join()
        self._end(one, other)

    @staticmethod
    def _arrive(on_its_way: queue.SimpleQueue[tuple[float, bytes]], other: socket.socket) -> None:
        never = threading.Event()
        while True:
            at, data = on_its_way.get()
            never.wait(max(0.0, at - time.monotonic()))
            if not data:
                return
            with contextlib.suppress(OSError):
                other.sendall(data)
