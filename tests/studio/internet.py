"""An internet of a test's own: names that lead where it says, and one real server on loopback behind every address."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.videoapi.scripted_server import Action, Received, ScriptedServer, answer
from videoapi.public_connections import Network

PUBLIC = "93.184.216.34"
LINK = "https://pictures.example/p.jpg"
LIMIT_S = 30.0
"""Far longer than anything takes that comes to its end."""


class Internet:
    """Names that lead where a test says, one real server behind every address, and a memory of what was asked."""

    def __init__(self, server: ScriptedServer, certificate: Path, names: dict[str, Sequence[str]]) -> None:
        self._port = server.port
        self._certificate = certificate
        self._names = names
        self.looked_up: list[str] = []
        self.connected: list[tuple[str, int]] = []

    @property
    def network(self) -> Network:
        """What fetching goes out by."""
        return Network(
            look_up=self._look_up,
            connect=self._connect,
            tls=ssl.create_default_context(cafile=str(self._certificate)),
        )

    def _look_up(self, host: str) -> Sequence[str]:
        self.looked_up.append(host)
        if host not in self._names:
            raise socket.gaierror(f"no such host: {host}")
        return self._names[host]

    def _connect(self, where: tuple[str, int], timeout_s: float) -> socket.socket:
        self.connected.append(where)
        return socket.create_connection(("127.0.0.1", self._port), timeout_s)


Script = Sequence[Action] | Callable[[Received], Action]
Opened = Callable[..., tuple[ScriptedServer, Internet]]
"""The fixture `internet`: opens a server with a script, and gives what leads to it."""


def to(address: str) -> Action:
    """A redirect there."""
    return answer(302, headers=[("Location", address)])
