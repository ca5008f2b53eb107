"""A raw-socket server on loopback that does exactly what a test says, also what no decent server does.

It keeps every byte it was sent and counts its connections, so that a test can claim what was sent, and what was not.
"""

import select
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from types import TracebackType

# A test that waits longer than this for the other side is broken, not slow.
PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What to do with one request. The default reads all of it and closes without a word."""

    read_at_most: int | None = None
    """Bytes of the request to read before going on; None for all of it, 0 to act as soon as somebody connects."""
    read_bytes_per_s: int | None = None
    """Read no faster than this."""
    pieces: Iterable[bytes] = ()
    """What to send, piece by piece."""
    pause_s: float = 0.0
    """How long to wait before each piece."""
    hang: bool = False
    """Then say nothing more, until the other side goes or the server is stopped."""
    reset: bool = False
    """Then end with a reset (RST) rather than an orderly close."""
    keep_open: bool = False
    """Then wait for the next request on the same connection."""


def answer(
    status: int,
    body: bytes | str = b"",
    *,
    headers: Sequence[tuple[str, str]] = (),
    declare: int | None = None,
    chunked: bool = False,
    keep_open: bool = False,
) -> Action:
    """A well-formed answer; `declare` lies about its length, and `keep_open` says so in the answer too."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in headers)]
    if chunked:
        lines.append("Transfer-Encoding: chunked")
        data = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (data[:7], data[7:]) if piece) + b"0\r\n\r\n"
    else:
        lines.append(f"Content-Length: {len(data) if declare is None else declare}")
    if not keep_open:
        lines.append("Connection: close")
    return Action(pieces=["\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + data], keep_open=keep_open)


@dataclass(slots=True)
class Received:
    """One request as it came in, whole or not."""

    raw: bytes

    @property
    def line(self) -> str:
        return self.raw.split(b"\r\n", 1)[0].decode("latin-1")

    @property
    def headers(self) -> dict[str, str]:
        rows = self.raw.split(b"\r\n\r\n", 1)[0].decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]


@dataclass(slots=True)
class ScriptedServer:
    """Serves the actions of a script in order, or whatever a function makes of each request, until it is left."""

    script: Sequence[Action] | Callable[[Received], Action]
    tls: ssl.SSLContext | None = None
    requests: list[Received] = field(default_factory=list)
    connections: int = 0
    bytes_sent: int = 0
    _position: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    def __enter__(self) -> "ScriptedServer":
        self._listener.settimeout(PATIENCE_S)
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        # Wakes the thread in accept(); closing alone would not.
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE_S)
            assert not thread.is_alive(), "a connection of the scripted server did not end"
        self._listener.close()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def base_url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def posts(self) -> int:
        return sum(request.raw.startswith(b"POST ") for request in self.requests)

    def wait_for_requests(self, count: int) -> None:
        """Return once so many requests have come in."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.requests) >= count, PATIENCE_S)

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(PATIENCE_S)
        try:
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            if self._peek().read_at_most == 0:
                self._perform(connection, self._take(None))
                return
            while (received := self._read(connection)) is not None:
                action = self._take(received)
                self._perform(connection, action)
                if not action.keep_open:
                    return
        except OSError:
            # The other side went first. What it sent is recorded; there is nobody left to tell.
            return
        finally:
            connection.close()

    def _peek(self) -> Action:
        with self._lock:
            scripted = not callable(self.script) and self._position < len(self.script)
            return self.script[self._position] if scripted else Action()  # type: ignore[index]

    def _take(self, received: Received | None) -> Action:
        if callable(self.script):
            assert received is not None
            return self.script(received)
        with self._lock:
            self._position += 1
            # One request too many is answered in a way that no test expects.
            return self.script[self._position - 1] if self._position <= len(self.script) else answer(418, "too many")

    def _read(self, connection: socket.socket) -> Received | None:
        """The next request, recorded from its first byte on; None where no further one comes."""
        action = self._peek()
        raw = b""
        received: Received | None = None
        while not _is_whole(raw) and (action.read_at_most is None or len(raw) < action.read_at_most):
            if self._stopped.is_set():
                break
            if not select.select([connection], [], [], 0.05)[0] and not _has_pending(connection):
                continue
            piece = connection.recv(64 * 1024 if action.read_at_most is None else action.read_at_most - len(raw))
            if not piece:
                break
            raw += piece
            if received is None:
                received = Received(raw)
                self.requests.append(received)
            received.raw = raw
            if action.read_bytes_per_s is not None:
                self._stopped.wait(len(piece) / action.read_bytes_per_s)
        with self._changed:
            self._changed.notify_all()
        return received

    def _perform(self, connection: socket.socket, action: Action) -> None:
        for piece in action.pieces:
            if action.pause_s and self._stopped.wait(action.pause_s):
                return
            connection.sendall(piece)
            self.bytes_sent += len(piece)
        while action.hang and not self._stopped.is_set():
            if select.select([connection], [], [], 0.05)[0] and not connection.recv(64 * 1024):
                return
        if action.reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif not action.keep_open:
            connection.shutdown(socket.SHUT_WR)


def _has_pending(connection: socket.socket) -> bool:
    return isinstance(connection, ssl.SSLSocket) and connection.pending() > 0


def _is_whole(raw: bytes) -> bool:
    head, end, body = raw.partition(b"\r\n\r\n")
    if not end:
        return False
    for row in head.split(b"\r\n")[1:]:
        name, _, value = row.partition(b":")
        if name.lower() == b"content-length":
            return len(body) >= int(value)
    return True
