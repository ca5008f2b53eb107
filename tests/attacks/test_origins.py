"""Pages of other sites: what a browser would let them send here with a visitor's cookies, and under other names."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import requests

from tests.app_process import AppProcess, running_app
from tests.attacks.tab import Tab, as_sent, cookie_header, cookies_of_a_new_visitor, handshake, port_of, raw, status_of

PUBLIC = "https://films.example"


def opened(app: AppProcess, host: str | None = None, **headers: str) -> int:
    """The status that a handshake of a visitor gets."""
    ours = host or f"127.0.0.1:{port_of(app)}"
    with raw(app, handshake(cookies_of_a_new_visitor(app), ours, **headers)) as line:
        return status_of(line)


def test_a_page_on_another_port_of_this_machine_cannot_read_a_gallery(app: AppProcess) -> None:
    here = f"localhost:{port_of(app)}"
    assert opened(app, here) == 101
    for origin in ("http://localhost:3000", "http://127.0.0.1:3000", f"http://127.0.0.1:{port_of(app)}"):
        assert opened(app, here, Origin=origin) == 403, origin


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://evil.example",
        "https://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:{port}.evil.example",
        "http://evil.example@127.0.0.1:{port}",
        "http://127.0.0.1:{port}/",
        "http://127.0.0.1:{port}@evil.example",
        "file://",
        "ws://127.0.0.1:{port}",
        "chrome-extension://abcdefghijklmnop",
        "http://127.0.0.1:{port}, http://127.0.0.1:{port}",
    ],
)
def test_no_other_origin_gets_a_socket(app: AppProcess, origin: str) -> None:
    assert opened(app, Origin=origin.format(port=port_of(app))) == 403


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/_stcore/upload_file/a/b", "/open/x", "/"])
def test_no_other_origin_writes(app: AppProcess, method: str, path: str) -> None:
    for headers in ({"Origin": "http://localhost:3000"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = requests.request(method, app.url + path, headers=headers, data=b"x", timeout=30)
        assert (answer.status_code, answer.text) == (403, "This did not come from a page of this site."), headers


class Hole:
    """A server on this machine that takes connections and never answers; given to the app as its way out."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.taken: list[socket.socket] = []
        self._thread = threading.Thread(target=self._take)
        self._thread.start()

    @property
    def settings(self) -> dict[str, str]:
        """The environment that leads there."""
        way = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        return {"HTTP_PROXY": way, "HTTPS_PROXY": way, "NO_PROXY": "127.0.0.1,localhost"}

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        for one in (self._listener, *self.taken):
            one.close()

    def _take(self) -> None:
        while True:
            try:
                self.taken.append(self._listener.accept()[0])
            except OSError:
                return


@pytest.fixture
def hole() -> Iterator[Hole]:
    opened = Hole()
    yield opened
    opened.close()


def test_foreign_handshakes_keep_nobody_waiting_and_ask_nobody_else(
    hole: Hole, tmp_path_factory: pytest.TempPathFactory
) -> None:
    times: list[float] = []
    stop = threading.Event()
    with running_app(tmp_path_factory.mktemp("hole"), settings=hole.settings) as app:
        cookies, host = cookies_of_a_new_visitor(app), f"127.0.0.1:{port_of(app)}"

        def ask_for_health() -> None:
            while not stop.is_set():
                begin = time.monotonic()
                assert requests.get(f"{app.url}/healthz", timeout=60).status_code == 200
                times.append(time.monotonic() - begin)

        asking = threading.Thread(target=ask_for_health)
        asking.start()
        try:
            for number in range(5):
                with raw(app, handshake(cookies, host, Origin=f"http://evil{number}.example")) as line:
                    assert status_of(line) == 403
        finally:
            stop.set()
            asking.join()
    print(f"\n/healthz during 5 foreign handshakes: longest {max(times):.2f} s; {len(hole.taken)} calls to elsewhere")
    assert max(times) < 2.0
    assert hole.taken == []


REBOUND = [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil.local",
    "a.b",
    "",
    "localhost@evil",
]


@pytest.mark.parametrize("name", REBOUND)
def test_a_name_that_somebody_points_here_reaches_nothing(app: AppProcess, name: str) -> None:
    cookies = cookies_of_a_new_visitor(app)
    host = f"{name}:{port_of(app)}"
    for path in ("/", "/gallery", "/_stcore/health", "/_stcore/host-config", "/app/static/samples/lake.jpg"):
        answer = requests.get(app.url + path, headers={"Host": host, "Cookie": cookie_header(cookies)}, timeout=30)
        assert answer.status_code == 400, path
        assert "set-cookie" not in {header.lower() for header in answer.headers}
    with raw(app, handshake(cookies, host)) as line:
        assert status_of(line) == 400


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "kino.localhost",
        "127.0.0.1",
        "10.1.2.3",
        "[::1]",
        "[fe80::1]",
        socket.gethostname(),
    ],
)
def test_what_can_only_be_this_machine_is_answered(app: AppProcess, host: str) -> None:
    answer = requests.get(app.url, headers={"Host": f"{host}:{port_of(app)}"}, timeout=30)
    assert answer.status_code == 200


def test_the_page_for_another_name_says_what_to_set(app: AppProcess) -> None:
    answer = requests.get(app.url, headers={"Host": "brave-lion.trycloudflare.com"}, timeout=30)
    assert answer.status_code == 400
    assert "STUDIO_PUBLIC_URL=https://brave-lion.trycloudflare.com" in answer.text
    assert "STUDIO_ALLOWED_HOSTS" in answer.text
    # It looks like the others: what it is drawn with is there under that name.
    for path in ("/app/static/plain.css", "/app/static/icon.png", "/healthz"):
        assert requests.get(app.url + path, headers={"Host": "brave-lion.trycloudflare.com"}, timeout=30).ok
    hostile = requests.get(app.url, headers={"Host": '"><script>alert(1)</script>'}, timeout=30)
    assert hostile.status_code == 400
    assert "<script" not in hostile.text


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """The app of an owner who has named its public address."""
    with running_app(tmp_path_factory.mktemp("public"), settings={"STUDIO_PUBLIC_URL": f"{PUBLIC}/"}) as app:
        yield app


@pytest.mark.parametrize(
    ("host", "proto", "origin", "status"),
    [
        # A proxy that says all there is to say.
        ("films.example", "https", PUBLIC, 101),
        ("films.example:443", "https", PUBLIC, 101),
        # One that keeps the scheme to itself; one that puts its own name for us in.
        ("films.example", "", PUBLIC, 101),
        ("127.0.0.1:8501", "", PUBLIC, 101),
        # By the owner, on the machine itself.
        ("127.0.0.1:8501", "", "http://127.0.0.1:8501", 101),
        # An unencrypted page of that name is anybody's on the way.
        ("films.example", "https", "http://films.example", 403),
        ("films.example", "https", "https://films.example:8443", 403),
        ("films.example", "https", "https://evil.example", 403),
        ("evil.example", "https", "https://evil.example", 400),
    ],
)
def test_behind_a_proxy_the_public_address_is_the_apps_own(
    public: AppProcess, host: str, proto: str, origin: str, status: int
) -> None:
    assert opened(public, host, Origin=origin, X_Forwarded_Proto=proto) == status


def test_a_page_of_the_app_itself_is_not_in_the_way(app: AppProcess) -> None:
    tab = Tab(app).open()
    assert tab.put(as_sent(b"a picture")).status_code == 204
    tab.close()
