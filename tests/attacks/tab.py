"""A tab without a browser: a page's cookies, its socket, its uploads. For attacks, and honest people beside them."""

from __future__ import annotations

import http.client
import re
import socket
import struct
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.app_process import AppProcess

XSRF = "_streamlit_xsrf"


def as_sent(data: bytes) -> bytes:
    """The body in which a browser sends a file."""
    return b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n%s\r\n--b--\r\n' % data


class Tab:
    """One open page of one visitor. Closing it closes its socket; the cookies stay."""

    def __init__(self, app: AppProcess, cookies: Mapping[str, str] | None = None) -> None:
        self.app = app
        self.cookies = dict(cookies) if cookies is not None else cookies_of_a_new_visitor(app)
        self._socket: ClientConnection | None = None
        self._opened = ExitStack()
        self.session = ""
        self.largest = 0

    def open(self, page: str = "", session: str = "", **headers: str) -> Self:
        """Connect, asking for a session if one is given, and have the page drawn."""
        self._socket = self._opened.enter_context(self.connect(session, **headers))
        self.draw(page)
        return self

    def connect(self, session: str = "", **headers: str) -> ClientConnection:
        """A socket as a browser opens it; open while it is a context."""
        words = ["streamlit", self.cookies.get(XSRF, "none"), *([session] if session else [])]
        protocols = [Subprotocol(word) for word in words]
        return connect(
            f"{re.sub('^http', 'ws', self.app.url)}/_stcore/stream",
            additional_headers={"Cookie": cookie_header(self.cookies)} | headers,
            origin=Origin(self.app.url),
            subprotocols=protocols,
            max_size=None,
            compression=None,
            proxy=None,
        )

    def draw(self, page: str = "", asked: BackMsg | None = None) -> list[ForwardMsg]:
        """Run the page's script; what it said, to the end of the run."""
        assert self._socket is not None
        if asked is None:
            asked = BackMsg()
            asked.rerun_script.page_name = page
        self._socket.send(asked.SerializeToString())
        messages = []
        while True:
            sent = self._socket.recv(timeout=60)
            assert isinstance(sent, bytes)
            self.largest = max(self.largest, len(sent))
            said = ForwardMsg()
            said.ParseFromString(sent)
            messages.append(said)
            if said.WhichOneof("type") == "new_session":
                self.session = said.new_session.initialize.session_id
            if said.WhichOneof("type") == "script_finished":
                return messages

    def say(self, message: bytes) -> None:
        """Send this, and read what comes until the server closes the socket (ConnectionClosed)."""
        assert self._socket is not None
        self._socket.send(message)
        while True:
            self._socket.recv(timeout=60)

    def close(self) -> None:
        """Close the socket; the server keeps the session for a while."""
        self._opened.close()

    def put(self, body: bytes, file: str = "a", session: str | None = None, method: str = "PUT") -> requests.Response:
        """An upload (`as_sent`) to this tab's session, or to another's."""
        return requests.request(
            method,
            f"{self.app.url}/_stcore/upload_file/{session or self.session}/{file}",
            data=body,
            headers=self._upload_headers(),
            timeout=180,
        )

    def put_in_pieces(self, pieces: Iterable[bytes], length: int, file: str = "a") -> int:
        """An upload that arrives as slowly as its pieces are given; the status of the answer, 0 for none."""
        line = http.client.HTTPConnection("127.0.0.1", port_of(self.app), timeout=180)
        line.putrequest("PUT", f"/_stcore/upload_file/{self.session}/{file}")
        for name, value in (self._upload_headers() | {"Content-Length": str(length)}).items():
            line.putheader(name, value)
        line.endheaders()
        try:
            for piece in pieces:
                line.send(piece)
            status = line.getresponse().status
        except (ConnectionError, http.client.HTTPException):
            status = 0
        line.close()
        return status

    def _upload_headers(self) -> dict[str, str]:
        return {
            "Content-Type": "multipart/form-data; boundary=b",
            "Cookie": cookie_header(self.cookies),
            "X-Xsrftoken": self.cookies.get(XSRF, ""),
            "Origin": self.app.url,
        }


def cookies_of_a_new_visitor(app: AppProcess) -> dict[str, str]:
    """What a browser has after its first page: the visitor's cookie, and Streamlit's token."""
    browser = requests.Session()
    browser.get(app.url, headers={"Accept": "text/html"}, timeout=30)
    browser.get(f"{app.url}/_stcore/health", timeout=30)
    return {str(cookie.name): str(cookie.value) for cookie in browser.cookies}


def cookie_header(cookies: Mapping[str, str]) -> str:
    """As a browser sends them."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def port_of(app: AppProcess) -> int:
    """Where it listens."""
    return int(app.url.rpartition(":")[2])


def raw(app: AppProcess, data: bytes = b"") -> socket.socket:
    """A bare connection on which something has been sent."""
    line = socket.create_connection(("127.0.0.1", port_of(app)), timeout=60)
    line.sendall(data)
    return line


def handshake(cookies: Mapping[str, str], host: str, **headers: str) -> bytes:
    """A WebSocket handshake, byte for byte; a header given as "" is left out."""
    said = {
        "Host": host,
        "Origin": f"http://{host}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Protocol": "streamlit",
        "Cookie": cookie_header(cookies),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value)
    return f"GET /_stcore/stream HTTP/1.1\r\n{lines}\r\n".encode()


def frame(opcode: int, payload: bytes, *, fin: bool = True, announced: int | None = None) -> bytes:
    """A WebSocket frame of a client, masked with zeros; it may announce more than it brings."""
    length = len(payload) if announced is None else announced
    head = struct.pack("!B", (0x80 if fin else 0) | opcode)
    if length < 126:
        head += struct.pack("!B", 0x80 | length)
    elif length < 2**16:
        head += struct.pack("!BH", 0x80 | 126, length)
    else:
        head += struct.pack("!BQ", 0x80 | 127, length)
    return head + bytes(4) + payload


def session_given(app: AppProcess, cookies: Mapping[str, str], protocols: str) -> str:
    """The session that a handshake with exactly this Sec-WebSocket-Protocol gets; "" for none at all."""
    ours = f"127.0.0.1:{port_of(app)}"
    with raw(app, handshake(cookies, ours, Sec_WebSocket_Protocol=protocols)) as line:
        stream = line.makefile("rb")
        if b" 101 " not in stream.readline():
            return ""
        while stream.readline() != b"\r\n":
            pass
        ask = BackMsg()
        ask.rerun_script.page_name = ""
        line.sendall(frame(2, ask.SerializeToString()))
        while True:
            _, short = stream.read(2)
            length = {126: 2, 127: 8}.get(short)
            size = short if length is None else int.from_bytes(stream.read(length), "big")
            said = ForwardMsg()
            said.ParseFromString(stream.read(size))
            if said.WhichOneof("type") == "new_session":
                return str(said.new_session.initialize.session_id)


def status_of(line: socket.socket) -> int:
    """The status of the answer that comes; 0 where the connection ends without one."""
    first = line.makefile("rb").readline()
    return int(first.split()[1]) if first else 0


def server_process(app: AppProcess) -> Path:
    """Its folder in /proc."""
    return Path("/proc") / str(app.pid)


def memory_mb(app: AppProcess) -> float:
    """What the server has in memory at this moment (RSS)."""
    [line] = [one for one in (server_process(app) / "status").read_text().splitlines() if one.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def descriptors(app: AppProcess) -> int:
    """Open files and connections of the server."""
    return len(list((server_process(app) / "fd").iterdir()))
