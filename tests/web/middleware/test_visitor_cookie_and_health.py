"""Every browser gets one cookie, that scripts cannot read; and /healthz tells whether the server can do its work."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import requests
import streamlit

from studio import clock, urls
from studio.access.visitors import COOKIE, HOST_PREFIX, Known, Visitors
from studio.storage.secret_file import secret_in
from tests.app_process import AppProcess

SCRIPT = next((Path(streamlit.__file__).parent / "static" / "static" / "js").glob("index.*.js")).name
HTTPS = {"X-Forwarded-Proto": "https"}
PAGE = {"Accept": "text/html,application/xhtml+xml"}


def given(answer: requests.Response, name: str = COOKIE) -> str | None:
    """The visitor cookie that an answer sets, with all that is said about it."""
    ours = [cookie for cookie in all_given(answer) if cookie.startswith(f"{name}=")]
    assert len(ours) <= 1
    return ours[0] if ours else None


def all_given(answer: requests.Response) -> list[str]:
    """Every cookie of this app that an answer sets."""
    cookies = [value for name, value in answer.raw.headers.items() if name.lower() == "set-cookie"]
    return [cookie for cookie in cookies if "kineograph" in cookie]


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
    [cookie] = all_given(requests.get(app.url, headers=PAGE | HTTPS, timeout=30))
    assert cookie.startswith(f"{HOST_PREFIX}{COOKIE}=")
    said = [part.strip().lower() for part in cookie.split(";")[1:]]
    assert {"secure", "path=/", "httponly"} <= set(said)
    assert not [part for part in said if part.startswith("domain")]


def test_a_neighbour_below_the_same_domain_cannot_put_a_cookie_in_the_place_of_ours(app: AppProcess) -> None:
    visitors = Visitors(secret_in(app.data_dir))
    ours, theirs = visitors.new(), visitors.new()
    mine = f"{HOST_PREFIX}{COOKIE}={visitors.cookie(ours, name=HOST_PREFIX + COOKIE)}"
    # What they can set: without the prefix, with a value that was given to themselves, under either name.
    for value in (visitors.cookie(theirs), visitors.cookie(theirs, name=HOST_PREFIX + COOKIE)):
        planted = f"{COOKIE}={value}"
        both = requests.get(app.url, headers=PAGE | HTTPS | {"Cookie": f"{planted}; {mine}"}, timeout=30)
        assert all_given(both) == [], "ours counts, and is young"
        alone = requests.get(app.url, headers=PAGE | HTTPS | {"Cookie": planted}, timeout=30)
        fresh, ended = all_given(alone)
        value = fresh.split(";")[0].partition("=")[2]
        assert visitors.read(value, name=HOST_PREFIX + COOKIE) not in (None, theirs)
        assert ended.startswith(f'{COOKIE}="";')
        assert "Max-Age=0" in ended


def test_a_cookie_is_renewed_while_it_is_used_so_that_a_daily_visitor_never_loses_the_gallery(app: AppProcess) -> None:
    """On day 399 as on every other: the new one is of the same visitor, and dated today."""
    for days in (2, 399):
        dated = Visitors(secret_in(app.data_dir), now=lambda days=days: clock.now() - timedelta(days=days))
        visitor = dated.new()
        answer = requests.get(app.url, headers=PAGE | {"Cookie": f"{COOKIE}={dated.cookie(visitor)}"}, timeout=30)
        cookie = given(answer)
        assert cookie is not None
        value = cookie.split(";")[0].partition("=")[2]
        assert Visitors(secret_in(app.data_dir)).of({COOKIE: value}) == Known(visitor, is_due=False)
        assert answer.headers["Cache-Control"] == "no-store"


STATIC = (
    "/favicon.png",
    f"/static/js/{SCRIPT}",
    "/app/static/samples/lake.jpg",
    urls.ICON,
    urls.PLAIN_STYLE,
    "/healthz",
    "/_stcore/health",
)


@pytest.mark.parametrize("path", STATIC)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_others_may_keep_names_nobody_even_where_a_page_is_asked_for(
    app: AppProcess, path: str, scheme: str
) -> None:
    headers = PAGE | {"X-Forwarded-Proto": scheme}
    old = Visitors(secret_in(app.data_dir), now=lambda: clock.now() - timedelta(days=9))
    for cookies in ({}, {COOKIE: old.cookie(old.new())}):
        answer = requests.get(app.url + path, headers=headers, cookies=cookies, timeout=30)
        assert all_given(answer) == []


@pytest.mark.parametrize("path", ["/", "/gallery", "/no-such-page", "/v/abc", "/open/abc"])
def test_an_answer_that_names_somebody_is_kept_by_nobody(app: AppProcess, path: str) -> None:
    answer = requests.get(app.url + path, headers=PAGE, timeout=30)
    assert len(all_given(answer)) == 1
    assert answer.headers["Cache-Control"] == "no-store"


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
    ids=range(5),  # one holds the time of its making: two processes would not name it alike
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


def test_a_browser_that_kept_the_page_and_not_the_cookie_gets_one(app: AppProcess) -> None:
    page = {"Accept": "text/html"}
    kept = requests.get(app.url, headers=page, timeout=30)
    known = {"kineograph_visitor": kept.cookies["kineograph_visitor"]}
    again = requests.get(app.url, headers=page, cookies=known, timeout=30)
    condition = {"If-None-Match": again.headers.get("ETag", "*"), "If-Modified-Since": "Thu, 01 Jan 2099 00:00:00 GMT"}
    assert "kineograph_visitor" in requests.get(app.url, headers=page | condition, timeout=30).cookies
