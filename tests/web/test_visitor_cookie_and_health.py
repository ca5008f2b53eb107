"""Every browser gets one cookie, that scripts cannot read; and /healthz tells whether the server can do its work."""

from __future__ import annotations

import pytest
import requests

from studio.visitors import COOKIE, Visitors, secret_in
from tests.app_process import AppProcess

PAGE = {"Accept": "text/html,application/xhtml+xml"}


def given(answer: requests.Response) -> str | None:
    """The visitor cookie that an answer sets, with all that is said about it."""
    cookies = [value for name, value in answer.raw.headers.items() if name.lower() == "set-cookie"]
    ours = [cookie for cookie in cookies if cookie.startswith(f"{COOKIE}=")]
    assert len(ours) <= 1
    return ours[0] if ours else None


@pytest.mark.parametrize("path", ["/", "/gallery", "/no-such-page"])
def test_a_page_gives_a_new_browser_a_cookie_that_no_script_can_read(app: AppProcess, path: str) -> None:
    cookie = given(requests.get(app.url + path, headers=PAGE, timeout=30))
    assert cookie is not None
    said = [part.strip().lower() for part in cookie.split(";")[1:]]
    assert "httponly" in said
    assert "samesite=lax" in said
    assert "path=/" in said
    assert any(part.startswith("max-age=") and int(part[8:]) > 300 * 86_400 for part in said)
    assert "secure" not in said, "over plain http a secure cookie would never come back"


def test_behind_https_the_cookie_never_travels_in_the_clear(app: AppProcess) -> None:
    cookie = given(requests.get(app.url, headers=PAGE | {"X-Forwarded-Proto": "https"}, timeout=30))
    assert cookie is not None
    assert "secure" in [part.strip().lower() for part in cookie.split(";")[1:]]


def test_a_browser_that_has_a_cookie_keeps_it(app: AppProcess) -> None:
    cookie = given(requests.get(app.url, headers=PAGE, timeout=30))
    assert cookie is not None
    mine = {"Cookie": cookie.split(";")[0]}
    assert given(requests.get(app.url, headers=PAGE | mine, timeout=30)) is None


def test_two_new_browsers_are_two_visitors(app: AppProcess) -> None:
    first, second = (given(requests.get(app.url, headers=PAGE, timeout=30)) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.split(";")[0] != second.split(";")[0]


@pytest.mark.parametrize(
    "forged",
    [
        "x",
        '"0123456789abcdef0123456789abcdef"',
        Visitors("a secret of the forger's own").cookie("0" * 32),
        "e30.AAAA",
        "\u00e9".encode().decode("latin-1"),
    ],
)
def test_a_forged_cookie_is_replaced(app: AppProcess, forged: str) -> None:
    cookie = given(requests.get(app.url, headers=PAGE | {"Cookie": f"{COOKIE}={forged}"}, timeout=30))
    assert cookie is not None
    value = cookie.split(";")[0].partition("=")[2]
    assert Visitors(secret_in(app.data_dir)).read(value) not in (None, "0" * 32)


def test_our_cookie_is_found_beside_broken_ones_of_others(app: AppProcess) -> None:
    cookie = given(requests.get(app.url, headers=PAGE, timeout=30))
    assert cookie is not None
    beside = {"Cookie": f'other=a b; {cookie.split(";")[0]}; [odd]={{"json": 1}}'}
    assert given(requests.get(app.url, headers=PAGE | beside, timeout=30)) is None


def test_only_pages_give_cookies(app: AppProcess) -> None:
    for path in ("/healthz", "/_stcore/health", "/app/static/samples/lake.jpg", "/favicon.png"):
        assert given(requests.get(app.url + path, headers={"Accept": "*/*"}, timeout=30)) is None


def test_health_tells_that_it_works_and_on_what(app: AppProcess) -> None:
    answer = requests.get(f"{app.url}/healthz", timeout=30)
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "backend": "demo", "worker": "running"}
    assert requests.head(f"{app.url}/healthz", timeout=30).status_code == 200
