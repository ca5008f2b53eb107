"""A connection to a host on the open internet: looked up once, judged, and made to the very address that was judged.

For links that strangers give. Between a look-up of our own and another one by whoever connects, a name could change to
an address of this network; so there is one look-up only. Everything on a connection together ends at a deadline,
however it drips.
"""

import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from videoapi.errors import AddressRefused
from videoapi.public_addresses import is_public_ip
from videoapi.transport import tls_context

HTTPS_PORT = 443
_CONNECT_S = 5.0
"""For one of a host's addresses, before the next is tried; and for all of the handshake."""
_STOP_CHECK_S = 0.5
"""How long a silent host may hold up whoever wants to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """When everything has to be over."""

    at: float
    """As time.monotonic() counts, in seconds."""
    stopped: Callable[[], bool] = lambda: False
    """True once nobody wants the outcome any more."""

    def left(self) -> float:
        """Seconds until then. Raises TimeoutError where there are none, and where it is stopped."""
        left = self.at - time.monotonic()
        if left <= 0 or self.stopped():
            raise TimeoutError("the time is up")
        return left


def _addresses_of(host: str) -> Sequence[str]:
    found = socket.getaddrinfo(host, HTTPS_PORT, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How a host is looked up, connected to, and known to be the one it says."""

    look_up: Callable[[str], Sequence[str]] = _addresses_of
    """The addresses of a name, as numbers. Raises OSError."""
    connect: Callable[[tuple[str, int], float], socket.socket] = socket.create_connection
    """A connection to (address, port) within so many seconds. Raises OSError."""
    tls: ssl.SSLContext | None = None
    """In place of the certificate authorities that certifi lists."""


class Line:
    """A socket, as far as http.client needs one, on which everything together ends at a deadline."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock = sock
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        """As socket.sendall."""
        self._sock.settimeout(self._deadline.left())
        self._sock.sendall(data)

    def receive(self, buffer: memoryview) -> int:
        """As socket.recv_into."""
        while True:
            self._sock.settimeout(min(_STOP_CHECK_S, self._deadline.left()))
            try:
                return self._sock.recv_into(buffer)
            except TimeoutError:
                continue  # the deadline says whether it is over

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What comes in, as a file."""
        return io.BufferedReader(_Received(self))

    def close(self) -> None:
        """Not yet: http.client lets go of its socket before the body has been read."""

    def hang_up(self) -> None:
        """Close it."""
        self._sock.close()


class _Received(io.RawIOBase):
    """What comes in on a line."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        return self._line.receive(buffer)


def connect_https(host: str, deadline: Deadline, network: Network) -> Line:
    """A line to the host, encrypted, to port 443; its certificate is good for that name.

    Raises AddressRefused where any of its addresses is not a public one: then nothing was connected to. TimeoutError at
    the deadline, and OSError for everything else that the network does.
    """
    deadline.left()
    addresses = _looked_up(host, deadline, network)
    if not addresses or not all(map(is_public_ip, addresses)):
        raise AddressRefused("its host is not on the open internet")
    plain = _connected(addresses, deadline, network)
    try:
        # The whole handshake has this time, not each of its pieces.
        plain.settimeout(min(_CONNECT_S, deadline.left()))
        return Line((network.tls or tls_context(None)).wrap_socket(plain, server_hostname=host), deadline)
    except BaseException:
        plain.close()
        raise


def _connected(addresses: Sequence[str], deadline: Deadline, network: Network) -> socket.socket:
    for address in addresses:
        try:
            return network.connect((address, HTTPS_PORT), min(_CONNECT_S, deadline.left()))
        except OSError:
            deadline.left()
    raise ConnectionError("none of its addresses answers")


def _looked_up(host: str, deadline: Deadline, network: Network) -> Sequence[str]:
    # Nothing can stop a look-up, which a name server may hold up for half a minute: it is left to itself.
    answers: queue.SimpleQueue[Sequence[str] | None] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(network.look_up(host))
        except (OSError, UnicodeError):
            answers.put(None)

    threading.Thread(target=ask, name="looking-up", daemon=True).start()
    while True:
        try:
            addresses = answers.get(timeout=min(_STOP_CHECK_S, deadline.left()))
        except queue.Empty:
            continue
        if addresses is None:
            raise ConnectionError("there is no such host")
        return addresses
