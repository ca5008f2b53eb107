"""A line between the browser and the app that can be cut and restored: what a tunnel or a sleeping phone does."""

from __future__ import annotations

import contextlib
import socket
import threading
from urllib.parse import urlsplit


class CuttableLine:
    """Passes bytes on in both directions. While it is cut, what is open breaks and nothing new gets through."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        self._there = (parts.hostname, parts.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._is_cut = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def cut(self) -> None:
        """Break everything."""
        with self._lock:
            self._is_cut.set()
            for end in self._open:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def repair(self) -> None:
        """Let everything through again."""
        self._is_cut.clear()

    def close(self) -> None:
        """Cut for good; returns when nothing of it runs any more."""
        self.cut()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                here, _address = self._listener.accept()
            except OSError:
                return
            if self._is_cut.is_set():
                here.close()
                continue
            try:
                there = socket.create_connection(self._there, 10)
            except OSError:
                here.close()
                continue
            there.settimeout(None)
            with self._lock:
                self._open |= {here, there}
            for one, other in ((here, there), (there, here)):
                thread = threading.Thread(target=self._pass_on, args=(one, other), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65_536):
                other.sendall(data)
        self._end(one, other)

    def _end(self, one: socket.socket, other: socket.socket) -> None:
        """One has said all that it had to say; and who hears no more need not speak."""
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        one.close()
        with self._lock:
            self._open.discard(one)
