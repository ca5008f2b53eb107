"""Which Hosts are answered to, over HTTP and WebSocket; and what of Streamlit is not there for anybody outside."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
import requests

from tests.app_process import AppProcess, running_app
from web.middleware.hosts import allowed_hosts, names
from web.middleware.origins import is_our_own, public_origin

OURS = "films.example"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """The app of an owner who has named the hosts that it answers to."""
    settings = {"STUDIO_ALLOWED_HOSTS": f"{OURS}, *.films.example"}
    with running_app(tmp_path_factory.mktemp("guarded"), settings=settings) as app:
        yield app


def handshake(app: AppProcess, host: str) -> bytes:
    """The status line that a WebSocket asked for under this Host gets."""
    port = int(app.url.rpartition(":")[2])
    asked = (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: streamlit\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(asked.encode())
        return line.makefile("rb").readline()


@pytest.mark.parametrize("host", [OURS, f"{OURS}:8443", "www.films.example", "FILMS.example"])
def test_an_allowed_host_is_answered(guarded: AppProcess, host: str) -> None:
    assert requests.get(guarded.url, headers={"Host": host}, timeout=30).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "evil.example",
        "evil-films.example",
        "films.example.evil.example",
        "films.example@evil",
    ],
)
@pytest.mark.parametrize("path", ["/", "/app/static/samples/lake.jpg", "/_stcore/health"])
def test_another_host_is_refused(guarded: AppProcess, host: str, path: str) -> None:
    assert requests.get(guarded.url + path, headers={"Host": host}, timeout=30).status_code == 400


def test_a_socket_is_opened_under_an_allowed_host_only(guarded: AppProcess) -> None:
    assert b" 101 " in handshake(guarded, OURS)
    assert b" 400 " in handshake(guarded, "evil.example")


def test_a_probe_may_ask_for_health_by_any_address(guarded: AppProcess) -> None:
    for host in ("10.1.2.3:8501", "localhost", OURS):
        assert requests.get(f"{guarded.url}/healthz", headers={"Host": host}, timeout=30).status_code == 200


@pytest.mark.parametrize("path", ["/healthzX", "/healthz/", "/healthz/x", "//healthz", "/x/healthz", "/HEALTHZ"])
def test_what_only_looks_like_the_health_check_is_not_answered_under_any_name(guarded: AppProcess, path: str) -> None:
    asked = f"GET {path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(guarded.url.rpartition(":")[2])), timeout=30) as line:
        line.sendall(asked.encode())
        assert b" 400 " in line.makefile("rb").readline()


def test_without_hosts_named_only_what_must_be_this_machine_is_answered(app: AppProcess) -> None:
    for host, status in (("127.0.0.1:8501", 200), ("kino.localhost", 200), ("[::1]:8501", 200), ("evil.example", 400)):
        assert requests.get(app.url, headers={"Host": host}, timeout=30).status_code == status
    assert b" 101 " in handshake(app, "192.168.1.7:8501")
    assert b" 400 " in handshake(app, "evil.example")


@pytest.mark.parametrize(
    ("allowed", "public", "host", "is_answered"),
    [
        ((), None, "localhost", True),
        ((), None, "x.y.localhost:1", True),
        ((), None, "10.0.0.1", True),
        ((), None, "[2001:db8::1]:8501", True),
        ((), None, "films.example", False),
        ((), None, "localhost.evil.example", False),
        ((), None, "evillocalhost", False),
        ((), None, "127.0.0.1.evil.example", False),
        ((), None, "127.1", False),
        ((), None, "", False),
        ((), None, "localhost:99999", False),
        ((), None, "localhost:0", False),
        ((), None, "localhost:", False),
        ((), None, "user@localhost", False),
        ((), None, "[::1", False),
        ((), None, "local host", False),
        ((), "films.example", "films.example", True),
        ((), "films.example", "FILMS.EXAMPLE.", True),
        ((), "films.example", "www.films.example", False),
        ((), "films.example", "localhost", True),
        (("a.example",), "films.example", "films.example", True),
        (("a.example",), "films.example", "a.example:8501", True),
        (("a.example",), "films.example", "localhost", False),
        (("a.example",), None, "127.0.0.1", False),
        (("127.0.0.1",), None, "127.0.0.1", True),
        (("*.a.example",), None, "x.a.example", True),
        (("*.a.example",), None, "a.example", False),
        (("*.a.example",), None, "evil-a.example", False),
    ],
)
def test_which_host_is_answered(allowed: tuple[str, ...], public: str | None, host: str, is_answered: bool) -> None:
    assert names(allowed, public).include(host) is is_answered


def test_this_machine_is_answered_by_its_own_name() -> None:
    own = names((), None)
    assert own.include(socket.gethostname())
    assert own.include(f"{socket.gethostname().partition('.')[0]}.local:8501")


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        (None, None),
        ("https://films.example", "https://films.example"),
        ("https://Films.example/", "https://films.example"),
        ("https://films.example:443", "https://films.example"),
        ("http://10.0.0.5:8501", "http://10.0.0.5:8501"),
    ],
)
def test_the_public_address_is_read_as_a_browser_writes_it(written: str | None, origin: str | None) -> None:
    assert public_origin(written) == origin


@pytest.mark.parametrize(
    "written", ["films.example", "https://", "https://a.example/films", "ftp://a.example", "", "*"]
)
def test_a_public_address_that_is_none_is_refused_at_the_start(written: str) -> None:
    with pytest.raises(ValueError, match="STUDIO_PUBLIC_URL"):
        public_origin(written)


@pytest.mark.parametrize(
    ("origin", "scheme", "host", "public", "is_ours"),
    [
        ("http://a:8501", "http", "a:8501", None, True),
        ("http://a", "http", "a:80", None, True),
        ("http://a:80", "http", "a", None, True),
        ("https://a", "https", "a:443", None, True),
        ("https://a", "http", "a", None, True),
        ("https://a:8443", "http", "a:8443", None, True),
        ("https://a", "http", "a:80", None, False),
        ("http://a", "https", "a", None, False),
        ("http://a:1", "http", "a:2", None, False),
        ("http://a", "http", "b", None, False),
        ("null", "http", "a", None, False),
        ("", "http", "a", None, False),
        ("a", "http", "a", None, False),
        ("ws://a", "http", "a", None, False),
        ("http://a/", "http", "a", None, False),
        ("http://x@a", "http", "a", None, False),
        ("https://films.example", "http", "127.0.0.1:8501", "https://films.example", True),
        ("https://evil.example", "http", "127.0.0.1:8501", "https://films.example", False),
    ],
)
def test_whose_page_an_origin_names(origin: str, scheme: str, host: str, public: str | None, is_ours: bool) -> None:
    assert is_our_own(origin, scheme=scheme, host=host, public=public) is is_ours


@pytest.mark.parametrize("written", ["films.example", "*.films.example", "localhost", "127.0.0.1"])
def test_a_host_is_a_name_or_all_below_one(written: str) -> None:
    assert allowed_hosts([written]) == (written,)


@pytest.mark.parametrize(
    "written",
    ["https://films.example", "films.example:8501", "films.example/", "*", "a*.example", "*.", "", "a b", "ä.de"],
)
def test_what_can_match_no_request_is_refused_at_the_start(written: str) -> None:
    with pytest.raises(ValueError, match="STUDIO_ALLOWED_HOSTS"):
        allowed_hosts([written])


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS"])
@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/metrics/",
        "/_stcore/%6detrics",
        "/_stcore/metrics?families=session_events",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/interact",
        "/_stcore/agent/mcp",
        "/_stcore/agent",
        "/_stcore/script-health-check",
    ],
)
def test_what_is_for_the_inside_is_not_there(app: AppProcess, method: str, path: str) -> None:
    answer = requests.request(method, app.url + path, timeout=30)
    assert answer.status_code == 404
    assert answer.text == ("" if method == "HEAD" else "There is nothing here.")


def test_no_other_way_of_writing_it_leads_inside(app: AppProcess) -> None:
    for path in ("//_stcore/metrics", "/_stcore//metrics", "/x/../_stcore/metrics", "/gallery/_stcore/metrics"):
        answer = requests.get(app.url + path, timeout=30)
        assert "# TYPE" not in answer.text
        assert '"openapi"' not in answer.text
