"""Links to a picture or a sound, as an attack on the demo: on what stands near it, and on everybody else's orders."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest

from demo import process
from demo.rendering.fetching import AUDIO_LIMIT_BYTES, Fetcher, NotFetched
from tests.demo.stand_in_caller import KEY, Caller

FAR_TOO_LONG_S = 10.0


class Site(ThreadingHTTPServer):
    """A web server on loopback that redirects, and remembers who came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    """/file has bytes; /to?ADDRESS leads there; /big never ends."""

    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path.startswith("/to?"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to?"))
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(AUDIO_LIMIT_BYTES // 2**20 + 5 if self.path == "/big" else 1):
                self.wfile.write(b"x" * 2**20)
        except OSError:
            return  # it hung up, as it should

    def log_message(self, *_: object) -> None:
        """Nothing: the test's output is not the place."""


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def why(caught: pytest.ExceptionInfo[NotFetched]) -> str:
    """What was found, which the one sentence for all of it does not say."""
    return str(caught.value.__cause__)


@contextmanager
def dripping(before: bytes) -> Iterator[str]:
    """A server that says so much, and then a byte every tenth of a second for ever. Gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip(connection: socket.socket) -> None:
        with connection:
            try:
                connection.sendall(before)
                while not over.wait(0.1):
                    connection.sendall(b"x")
            except OSError:
                return  # it hung up, as it should

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return  # the listener is shut
            threading.Thread(target=drip, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/a.wav"
    over.set()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


PRIVATE = [
    "http://127.0.0.1:{port}/file",
    "http://localhost:{port}/file",
    "http://0.0.0.0:{port}/file",
    "http://127.1:{port}/file",
    "http://2130706433:{port}/file",
    "http://0x7f000001:{port}/file",
    "http://0177.0.0.1:{port}/file",
    "http://[::1]:{port}/file",
    "http://[::ffff:127.0.0.1]:{port}/file",
    "http://user:password@127.0.0.1:{port}/file",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://[fe80::1]/",
    "http://[64:ff9b::7f00:1]/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "gopher://127.0.0.1:{port}/_x",
    "http://",
]


@pytest.mark.parametrize("link", PRIVATE)
def test_nothing_private_is_fetched_however_it_is_written(site: Site, tmp_path: Path, link: str) -> None:
    with pytest.raises(NotFetched) as caught:
        Fetcher().sound(link.format(port=site.server_port), tmp_path / "sound")
    assert why(caught) in ("not a public address", "not a plain http(s) address")
    assert site.asked == []


def test_a_redirect_is_judged_like_a_link(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The first hop is let through as a public one would be; the second stands for the cloud's own metadata service.
    judged: list[str] = []

    def first_is_public(address: str) -> bool:
        judged.append(address)
        return len(judged) == 1

    monkeypatch.setattr("demo.rendering.fetching._is_public", first_is_public)
    with pytest.raises(NotFetched) as caught:
        Fetcher().sound(f"{site.address}/to?{site.address}/file", tmp_path / "sound")
    assert why(caught) == "not a public address"
    assert [path.partition("?")[0] for path in site.asked] == ["/to"]
    assert len(judged) == 2


def test_redirects_and_sizes_have_an_end(site: Site, tmp_path: Path) -> None:
    fetcher = Fetcher(private=True)
    with pytest.raises(NotFetched) as caught:
        fetcher.sound(f"{site.address}/to?/to?/to?/to?/file", tmp_path / "sound")
    assert why(caught) == "too many redirects"
    for elsewhere in ("file:///etc/passwd", "ftp://127.0.0.1/"):
        with pytest.raises(NotFetched) as caught:
            fetcher.sound(f"{site.address}/to?{elsewhere}", tmp_path / "sound")
        assert why(caught) == "not a plain http(s) address"
    with pytest.raises(NotFetched, match="15MB"):
        fetcher.sound(f"{site.address}/big", tmp_path / "sound")
    fetcher.sound(f"{site.address}/to?/file", tmp_path / "sound")
    assert (tmp_path / "sound").stat().st_size == 2**20


@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_link_that_drips_ends_at_the_deadline(tmp_path: Path, before: bytes) -> None:
    begun = time.monotonic()
    with dripping(before) as link, pytest.raises(NotFetched) as caught:
        Fetcher(private=True, deadline_s=0.5).sound(link, tmp_path / "sound")
    assert why(caught) == "the time is up"
    assert time.monotonic() - begun < FAR_TOO_LONG_S


def test_links_that_drip_keep_no_other_order_waiting(tmp_path: Path) -> None:
    running = process.start(tmp_path, key=KEY, pace=0, draft=True, private_links=True)
    try:
        caller = Caller(base_url=running.base_url)
        with dripping(b"HTTP/1.1 200 OK\r\n\r\n") as link:
            dripped = [caller.place(audio_url=link, generate_audio=True) for _ in range(8)]
            assert caller.ended(caller.place())["status"] == "completed"
            still = [caller.look(generation).json()["status"] for generation in dripped]
            assert "completed" not in still
    finally:
        running.stop()


def test_the_demo_and_its_renders_know_none_of_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = ("AIMLAPI_KEY", "STUDIO_OWNER_CODE", "STUDIO_COOKIE_SECRET", "AWS_SECRET_ACCESS_KEY", "DATABASE_PASSWORD")
    for name in ours:
        monkeypatch.setenv(name, "canary-of-our-own")
    running = process.start(tmp_path, key=KEY, pace=0, draft=True)
    try:
        environment = psutil.Process(running.pid).environ()
        assert "canary-of-our-own" not in environment.values()
        assert {"PATH", "DEMO_KEY"} <= set(environment)
        caller = Caller(base_url=running.base_url)
        assert caller.ended(caller.place())["status"] == "completed", "it works without them"
    finally:
        running.stop()
