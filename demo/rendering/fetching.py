"""Fetches what an order only links to, with the limits the model's maker documents, by the standard library.

Whoever can order can name an address: so only public ones are connected to, on every hop of a redirect, and the whole
takes a bounded time, however it drips.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

from demo.orders.given_files import AUDIO_LIMIT_BYTES

PICTURE_LIMIT_BYTES = 20 * 1024 * 1024

DEADLINE_S = 30.0
"""For all of it, redirects included: a slow host is reported as one that cannot be reached."""
_CONNECT_S = 5.0
_STOP_CHECK_S = 0.5
"""How long a silent host may hold up the end of the process."""
_REDIRECTS_MAX = 3
_CHUNK = 64 * 1024
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PORTS = {"http": 80, "https": 443}
_UNREACHABLE = "Unable to download the media resource during the data inspection process."


class NotFetched(Exception):
    """The link gave nothing usable: how the provider names it, and its sentence."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.message = message


class _Refused(Exception):
    """The address is not one to connect to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """Fetches links. `stopped` says that the process is to end."""

    deadline_s: float = DEADLINE_S
    private: bool = False
    """Addresses of this computer and its network too: for tests, whose servers are there."""
    stopped: Callable[[], bool] = lambda: False

    def picture(self, url: str, destination: Path) -> None:
        """The picture of an http(s) link as a file. Raises NotFetched."""
        self._bring(url, destination, PICTURE_LIMIT_BYTES, "InvalidFile.Size", "The image is larger than 20 MB.")

    def sound(self, url: str, destination: Path) -> None:
        """The sound of an http(s) link as a file. Raises NotFetched."""
        self._bring(url, destination, AUDIO_LIMIT_BYTES, "InvalidURL", "File size is larger than 15MB.")

    def _bring(self, url: str, destination: Path, limit: int, too_large: str, sentence: str) -> None:
        deadline = time.monotonic() + self.deadline_s
        try:
            for _ in range(_REDIRECTS_MAX + 1):
                target = self._one_hop(url, destination, limit, deadline)
                if target is None:
                    break
                url = urljoin(url, target)
            else:
                raise _Refused("too many redirects")
        except (OSError, http.client.HTTPException, ValueError, _Refused) as failed:
            raise NotFetched("InvalidParameter.DataInspection", _UNREACHABLE) from failed
        if destination.stat().st_size > limit:
            raise NotFetched(too_large, sentence)

    def _one_hop(self, url: str, destination: Path, limit: int, deadline: float) -> str | None:
        """The next address, or None where the file is there: whole, or one byte longer than allowed."""
        parts = urlsplit(url)
        line = self._connected(parts, deadline)
        try:
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port or _PORTS[parts.scheme])
            connection.sock = line
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", path, headers={"User-Agent": "demo", "Connection": "close"})
            answer = connection.getresponse()
            if answer.status in (301, 302, 303, 307, 308) and (target := answer.getheader("Location")):
                return target
            if answer.status != 200:
                raise _Refused(f"HTTP {answer.status}")
            with destination.open("wb") as file:
                while file.tell() <= limit and (piece := answer.read(min(_CHUNK, limit + 1 - file.tell()))):
                    file.write(piece)
            return None
        finally:
            line.hang_up()

    def _connected(self, parts: SplitResult, deadline: float) -> _Line:
        """A connection to one of the host's addresses: the very one that was judged, so that no name can change."""
        host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme)
        if not host or port is None or "@" in parts.netloc:
            raise _Refused("not a plain http(s) address")
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if not self.private and not all(_is_public(address) for address in addresses):
            raise _Refused("not a public address")
        left = min(_CONNECT_S, deadline - time.monotonic())
        if left <= 0:
            raise TimeoutError("no time is left")
        plain = socket.create_connection((addresses[0], port), timeout=left)
        if parts.scheme == "http":
            return _Line(plain, deadline, self.stopped)
        try:
            plain.settimeout(max(0.01, deadline - time.monotonic()))
            return _Line(ssl.create_default_context().wrap_socket(plain, server_hostname=host), deadline, self.stopped)
        except OSError:
            plain.close()
            raise


class _Line:
    """A socket, as far as http.client needs one, on which everything together ends at a deadline."""

    def __init__(self, sock: socket.socket, deadline: float, stopped: Callable[[], bool]) -> None:
        self._sock = sock
        self._deadline = deadline
        self._stopped = stopped

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(self._left())
        self._sock.sendall(data)

    def receive(self, buffer: memoryview) -> int:
        """As socket.recv_into."""
        while True:
            self._sock.settimeout(min(_STOP_CHECK_S, self._left()))
            try:
                return self._sock.recv_into(buffer)
            except TimeoutError:
                continue

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Received(self))

    def close(self) -> None:
        """Not yet: http.client lets go of its socket before the body has been read."""

    def hang_up(self) -> None:
        self._sock.close()

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0 or self._stopped():
            raise OSError("the time is up")
        return left


class _Received(io.RawIOBase):
    """What comes in on a line."""

    def __init__(self, line: _Line) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        return self._line.receive(buffer)


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    # Those that carry an IPv4 address lead to it: mapped, 6to4, Teredo; NAT64 is not told apart by the library.
    carries = isinstance(ip, ipaddress.IPv6Address) and (ip.ipv4_mapped or ip.sixtofour or ip.teredo or ip in _NAT64)
    return ip.is_global and not ip.is_multicast and not carries
