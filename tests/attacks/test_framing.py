"""Requests that two servers could read in two ways: refused, and nothing behind them is taken for a request."""

from __future__ import annotations

import pytest

from tests.app_process import AppProcess
from tests.attacks.tab import handshake, port_of, raw

SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
CHUNKS = b"0\r\n\r\n" + SMUGGLED
TAIL = b"Host: 127.0.0.1\r\n"

AMBIGUOUS = {
    "a length and chunks": TAIL + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS,
    "chunks and a length": TAIL + b"Transfer-Encoding: chunked\r\nContent-Length: 48\r\n\r\n" + CHUNKS,
    "in capitals": TAIL + b"CONTENT-LENGTH: 5\r\nTRANSFER-ENCODING: CHUNKED\r\n\r\n" + CHUNKS,
    "folded": TAIL + b"Content-Length: 5\r\nTransfer-Encoding:\r\n chunked\r\n\r\n" + CHUNKS,
    "two lengths": TAIL + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n" + SMUGGLED,
    "two lengths in one line": TAIL + b"Content-Length: 0, 5\r\n\r\n" + SMUGGLED,
    "a length with a sign": TAIL + b"Content-Length: +0\r\n\r\n" + SMUGGLED,
    "two codings": TAIL + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + CHUNKS,
    "a coding twice": TAIL + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS,
    "no coding": TAIL + b"Transfer-Encoding: identity\r\n\r\n" + CHUNKS,
    "a space before the colon": TAIL + b"Transfer-Encoding : chunked\r\n\r\n" + CHUNKS,
    "a tab of another kind": TAIL + b"Transfer-Encoding: \x0bchunked\r\n\r\n" + CHUNKS,
    "two hosts": TAIL + b"Host: evil.example\r\n\r\n" + SMUGGLED,
    "no host": b"\r\n" + SMUGGLED,
}


def answers(app: AppProcess, request: bytes) -> tuple[list[int], bytes]:
    """The statuses of all that comes back on one connection, and the whole of it."""
    with raw(app, request) as line:
        line.settimeout(15)
        got = b""
        while piece := line.recv(65536):
            got += piece
    return [int(part[:3]) for part in got.split(b"HTTP/1.1 ")[1:]], got


@pytest.mark.parametrize("what", AMBIGUOUS)
@pytest.mark.parametrize("path", ["/", "/_stcore/upload_file/a/b", "/healthz"])
def test_what_can_be_read_in_two_ways_is_refused_and_ends_the_connection(app: AppProcess, what: str, path: str) -> None:
    statuses, got = answers(app, f"POST {path} HTTP/1.1\r\n".encode() + AMBIGUOUS[what])
    print(f"\n{what}: {statuses}")
    assert statuses in ([400], [501])
    assert b"connection: close" in got.lower()


def test_chunks_are_unknown_to_http_1_0(app: AppProcess) -> None:
    request = b"POST / HTTP/1.0\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS
    assert answers(app, request)[0] == [400]


@pytest.mark.parametrize("target", ["http://evil.example/", "http://127.0.0.1/healthz", "*", "healthz"])
def test_an_address_that_brings_its_own_host_is_refused(app: AppProcess, target: str) -> None:
    request = f"OPTIONS {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() + SMUGGLED
    assert answers(app, request)[0] == [400]


def test_a_handshake_with_a_body_opens_no_socket_and_breaks_nothing(app: AppProcess) -> None:
    host = f"127.0.0.1:{port_of(app)}"
    for extra in ({"Content-Length": "5"}, {"Transfer_Encoding": "chunked"}):
        request = handshake({}, host, Connection="Upgrade, close", **extra)
        statuses, _ = answers(app, request + b"0\r\n\r\n")
        assert 101 not in statuses, extra


def test_one_after_another_is_answered_as_before(app: AppProcess) -> None:
    last = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    assert answers(app, SMUGGLED + SMUGGLED + last)[0] == [200, 200, 200]
