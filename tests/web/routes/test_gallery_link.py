"""Opening a gallery in another browser over HTTP: asking uses nothing up, and no other site can do it for anybody."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
import requests

from studio import clock
from studio.access.visitors import COOKIE, Visitors
from studio.sharing.gallery_links import GalleryLinks
from studio.storage.secret_file import secret_in
from tests.app_process import AppProcess
from tests.kept_videos import keep_videos

OWN = {"Sec-Fetch-Site": "same-origin"}


class House:
    """An app, and whoever makes links in it."""

    def __init__(self, app: AppProcess) -> None:
        self.app = app
        self.visitors = Visitors(secret_in(app.data_dir))

    def link(self, visitor: str) -> str:
        database = self.app.open_database()
        token = GalleryLinks(database, clock.now).make(visitor)
        database.close()
        return f"{self.app.url}/open/{token}"

    def cookies(self, visitor: str | None) -> dict[str, str]:
        return {} if visitor is None else {COOKIE: self.visitors.cookie(visitor)}

    def ask(self, link: str, visitor: str | None) -> requests.Response:
        return requests.get(link, cookies=self.cookies(visitor), headers={"Accept": "text/html"}, timeout=30)

    def open(self, link: str, visitor: str | None, headers: dict[str, str] = OWN) -> requests.Response:
        return requests.post(link, cookies=self.cookies(visitor), headers=headers, timeout=30, allow_redirects=False)

    def becomes(self, answer: requests.Response) -> str | None:
        """Who the browser is after this answer, if it says so."""
        return self.visitors.read(answer.cookies.get(COOKIE))

    def films(self, visitor: str, number: int, folder: Path) -> None:
        keep_videos(self.app, visitor, [f"Film {n}" for n in range(number)], folder)


@pytest.fixture(scope="module")
def house(app: AppProcess) -> House:
    return House(app)


def anybody() -> str:
    return secrets.token_hex(16)


def opened(house: House, answer: requests.Response, home: str) -> bool:
    return answer.status_code == 303 and house.becomes(answer) == home


def test_the_button_opens_the_gallery_and_goes_there(house: House) -> None:
    home = anybody()
    answer = house.open(house.link(home), anybody())
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/gallery"
    assert answer.headers["Cache-Control"] == "no-store"
    assert house.becomes(answer) == home
    cookie = answer.headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_asking_says_what_it_means_and_uses_nothing_up(house: House) -> None:
    home, link = anybody(), ""
    link = house.link(home)
    for method in ("GET", "HEAD", "GET"):
        answer = requests.request(method, link, headers={"Accept": "text/html"}, timeout=30)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert house.becomes(answer) != home
    assert "Open this gallery on this device?" in house.ask(link, anybody()).text
    assert opened(house, house.open(link, anybody()), home)


def test_a_link_works_once(house: House) -> None:
    link = house.link(anybody())
    house.open(link, anybody())
    for again in (house.open(link, anybody()), house.ask(link, anybody())):
        assert again.status_code == 404
        assert "This link does not work any more" in again.text
        assert "Open my gallery on another device" in again.text
        assert COOKIE not in again.headers.get("Set-Cookie", "") or house.becomes(again) is not None
    assert COOKIE not in house.open(link, anybody()).headers.get("Set-Cookie", "")


def test_a_device_with_videos_of_its_own_is_told_and_nothing_is_done_unasked(house: House, tmp_path: Path) -> None:
    home, phone = anybody(), anybody()
    house.films(phone, 3, tmp_path)
    link = house.link(home)
    question = house.ask(link, phone)
    assert "This device has 3 videos" in question.text
    assert "Not now" in question.text
    assert ">Open the gallery<" not in question.text

    answer = house.open(link, phone)
    assert answer.status_code == 200
    assert "This device has 3 videos" in answer.text
    assert house.becomes(answer) is None
    assert opened(house, house.open(f"{link}?bring=yes", phone), home), "being asked used nothing up"
    # What came along is the other gallery's now.
    assert "This device has 3 videos" in house.ask(house.link(anybody()), home).text


def test_ones_own_link_in_ones_own_browser_is_not_used_up(house: House) -> None:
    home = anybody()
    link = house.link(home)
    assert "already open on this device" in house.ask(link, home).text
    assert opened(house, house.open(link, anybody()), home)


@pytest.mark.parametrize(
    ("headers", "counts"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "{app}"}, True),
        ({"Origin": "{app}"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": ""}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "{app}"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "{app}.evil.example"}, False),
        ({"Origin": "http://evil.example@127.0.0.1"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "http://["}, False),
        ({"Referer": "{app}/open/x"}, False),
        ({}, False),
    ],
)
def test_only_the_page_that_asks_can_open_it(house: House, headers: dict[str, str], counts: bool) -> None:
    home = anybody()
    link = house.link(home)
    answer = house.open(link, anybody(), {name: said.format(app=house.app.url) for name, said in headers.items()})
    assert opened(house, answer, home) is counts
    if not counts:
        assert answer.status_code == 403
        assert COOKIE not in answer.headers.get("Set-Cookie", "")
        assert opened(house, house.open(link, anybody()), home), "a refusal used nothing up"


def test_a_browser_without_cookies_is_told_and_uses_nothing_up(house: House) -> None:
    home = anybody()
    link = house.link(home)
    answer = house.open(link, None)
    assert answer.status_code == 400
    assert "blocks cookies" in answer.text
    assert opened(house, house.open(link, anybody()), home)


def test_no_other_site_can_put_the_question_in_a_frame(house: House) -> None:
    headers = house.ask(house.link(anybody()), anybody()).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("token", ["x", "a" * 22, "%00", "' OR 1=1 --", "a" * 3000, "<script>alert(1)</script>"])
def test_an_address_that_is_no_link_opens_nothing(house: House, token: str) -> None:
    for answer in (house.ask(f"{house.app.url}/open/{token}", anybody()),
                   house.open(f"{house.app.url}/open/{token}", anybody())):  # fmt: skip
        # 400 and 405 are Streamlit's own; 200 its page, which answers for every address that is no route.
        assert answer.status_code in (400, 404, 405) or b'<div id="root">' in answer.content
        assert "<script>alert" not in answer.text
