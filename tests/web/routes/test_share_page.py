"""A share link over HTTP: what programs read in it, that it leads people on, and that ending it ends it."""

from __future__ import annotations

import re
import secrets
from html.parser import HTMLParser
from pathlib import Path

import pytest
import requests

from studio import clock
from studio.jobs.job import Job
from studio.queue.job_store import Store
from studio.sharing.shares import Shares
from studio.storage.database import Database
from studio.storage.media import Media
from tests.app_process import AppProcess
from tests.kept_videos import keep_videos

WORDS = "The <b>tide</b> \"comes\" in & 'goes'</title><script>alert(1)</script>"


class Shared:
    """A video that is shared, and how anybody asks for it."""

    def __init__(self, app: AppProcess, folder: Path, words: str = WORDS) -> None:
        self.app = app
        [self.job] = keep_videos(app, secrets.token_hex(16), [words], folder)
        self.token = self._share()
        self.page = f"{app.url}/v/{self.token}"
        self.video, self.poster = f"{self.page}/video.mp4", f"{self.page}/poster.jpg"

    def _share(self) -> str:
        database = self._database()
        token = Shares(database, clock.now).share(self.job.visitor, self.job.id)
        database.close()
        assert token is not None
        return token

    def revoke(self) -> None:
        database = self._database()
        assert Shares(database, clock.now).revoke(self.job.visitor, self.job.id)
        database.close()

    def delete(self) -> None:
        database = self._database()
        assert Store(database).hide(self.job.id, self.job.visitor, clock.now())
        database.close()

    def _database(self) -> Database:
        return self.app.open_database()

    def film(self) -> bytes:
        return Media((self.app.data_dir / "media").as_uri()).read(kept(self.job).video_key)


def kept(job: Job):  # type: ignore[no-untyped-def]
    assert job.video is not None
    return job.video


class Reader(HTMLParser):
    """A page as programs read it: its title, its tags, its links, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.elements: list[str] = []
        self.text = ""
        self.title = ""
        self._inside: list[str] = []
        self._address: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.elements.append(tag)
        if tag == "meta":
            self.said[values.get("property") or values.get("name") or values.get("http-equiv") or "charset"] = (
                values.get("content", "")
            )
        else:
            self._inside.append(tag)
        if tag == "a":
            self._address = values["href"]

    def handle_endtag(self, tag: str) -> None:
        self._address = None if tag == "a" else self._address
        self._inside.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._address is not None:
            self.links[data] = self._address
        if self._inside and self._inside[-1] == "title":
            self.title += data


def read(url: str, **headers: str) -> Reader:
    answer = requests.get(url, headers=headers, timeout=30)
    assert answer.status_code == 200
    return Reader(answer.text)


@pytest.fixture(scope="module")
def shared(app: AppProcess, tmp_path_factory: pytest.TempPathFactory) -> Shared:
    return Shared(app, tmp_path_factory.mktemp("film"))


def test_a_preview_shows_the_words_a_still_and_the_film_by_whole_addresses(shared: Shared) -> None:
    page = read(shared.page)
    video = kept(shared.job)
    assert page.title == f"{WORDS} · Kineograph"
    said = page.said
    assert said["og:type"] == "video.other"
    assert said["og:title"] == said["twitter:title"] == WORDS
    assert WORDS in said["description"]
    assert said["og:description"] == said["description"]
    assert said["og:url"] == shared.page
    assert said["og:image"] == said["twitter:image"] == shared.poster
    assert (said["og:image:width"], said["og:image:height"]) == ("640", "427")
    assert said["og:video"] == shared.video
    assert said["og:video:type"] == "video/mp4"
    assert (said["og:video:width"], said["og:video:height"]) == (str(video.width), str(video.height))
    assert said["twitter:card"] == "summary_large_image"
    assert said["robots"] == "noindex"


def test_people_are_led_on_to_the_video_at_once_and_have_a_link_to_it(shared: Shared) -> None:
    page = read(shared.page)
    assert page.said["refresh"] == f"0; url=/video?id={shared.token}"
    assert page.links["Watch the video"] == f"/video?id={shared.token}"
    assert page.links["Make your own"] == "/"
    assert WORDS in page.text


def test_what_a_person_typed_is_text_wherever_it_stands(shared: Shared) -> None:
    page = read(shared.page)
    assert "script" not in page.elements
    assert "b" not in page.elements
    assert page.elements.count("title") == 1


def test_a_long_text_is_cut_for_the_preview_and_whole_on_the_page(app: AppProcess, tmp_path: Path) -> None:
    words = "All the waves of the sea. " * 40
    page = read(Shared(app, tmp_path, words).page)
    assert len(page.said["og:title"]) <= 70
    assert page.said["og:title"].endswith("…")
    assert len(page.said["og:description"]) <= 250
    assert words in page.text


def test_the_page_has_no_script_and_nothing_of_another_server(shared: Shared) -> None:
    answer = requests.get(shared.page, timeout=30)
    assert "<script" not in answer.text
    assert " style=" not in answer.text
    assert set(re.findall(r'(?:href|src)="(\w+:)?//', answer.text)) == set()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    for address in re.findall(r'<link[^>]+href="([^"]+)"', answer.text):
        assert requests.get(shared.app.url + address, timeout=30).headers["Content-Type"].split(";")[0] in (
            "text/css",
            "image/png",
        )


def test_behind_https_the_addresses_are_https(shared: Shared) -> None:
    page = read(shared.page, **{"X-Forwarded-Proto": "https", "Host": "films.localhost"})
    assert page.said["og:video:secure_url"] == f"https://films.localhost/v/{shared.token}/video.mp4"
    assert page.said["og:image"] == f"https://films.localhost/v/{shared.token}/poster.jpg"


@pytest.mark.parametrize(
    ("host", "begins"),
    [
        ("films.localhost", "http://films.localhost/"),
        ("127.0.0.1:8501", "http://127.0.0.1:8501/"),
        ("[::1]:8501", "http://[::1]:8501/"),
        ("evil.example/path?", "/v/"),
        ("a@evil.example", "/v/"),
        ('x" onload="alert(1)', "/v/"),
        ("<script>", "/v/"),
        ("exämple.org", "/v/"),
        ("a" * 300, "/v/"),
        ("host:port", "/v/"),
        (".", "/v/"),
    ],
)
def test_a_host_that_is_no_plain_name_comes_back_in_no_address(shared: Shared, host: str, begins: str) -> None:
    answer = requests.get(shared.page, headers={"Host": host.encode("latin-1")}, timeout=30)
    if answer.status_code == 200:
        page = Reader(answer.text)
        assert page.said["og:image"].startswith(begins)
        assert page.said["og:video"].startswith(begins)
        assert "alert" not in answer.text.replace("alert(1)&lt;/script&gt;", "")
    else:
        assert (answer.status_code, begins) == (400, "/v/")


def test_the_film_comes_to_whoever_has_the_link_whole_and_in_parts(shared: Shared) -> None:
    film = shared.film()
    whole = requests.get(shared.video, timeout=30)
    assert (whole.status_code, whole.content) == (200, film)
    assert whole.headers["Content-Type"] == "video/mp4"
    part = requests.get(shared.video, headers={"Range": "bytes=10-99"}, timeout=30)
    assert (part.status_code, part.content) == (206, film[10:100])
    still = requests.get(shared.poster, timeout=30)
    assert still.headers["Content-Type"] == "image/jpeg"
    assert still.content.startswith(b"\xff\xd8\xff")
    assert requests.head(shared.video, timeout=30).headers["Content-Length"] == str(len(film))


def test_the_link_opens_nothing_but_this_video_and_its_still(shared: Shared) -> None:
    for kind, end in (("videos", "mp4"), ("posters", "jpg"), ("thumbnails", "jpg")):
        for name in (shared.token, shared.job.id):
            assert requests.get(f"{shared.app.url}/app/static/{kind}/{name}.{end}", timeout=30).status_code == 404
    assert requests.get(f"{shared.app.url}/v/{shared.job.id}/video.mp4", timeout=30).status_code == 404
    text = requests.get(shared.page, timeout=30).text
    assert shared.job.id not in text
    assert shared.job.visitor not in text


@pytest.mark.parametrize("ending", ["revoke", "delete"])
def test_a_link_that_was_ended_or_whose_video_was_deleted_shows_nothing(
    app: AppProcess, tmp_path: Path, ending: str
) -> None:
    shared = Shared(app, tmp_path)
    etag = requests.get(shared.video, timeout=30).headers["ETag"]
    getattr(shared, ending)()
    gone = requests.get(shared.page, timeout=30)
    assert gone.status_code == 404
    assert "This link does not work any more" in gone.text
    assert Reader(gone.text).links["Make your own"] == "/"
    assert "tide" not in gone.text
    assert shared.token not in gone.text
    for url in (shared.video, shared.poster):
        for headers in ({}, {"If-None-Match": etag}, {"Range": "bytes=0-9"}):
            assert requests.get(url, headers=headers, timeout=30).status_code == 404


def test_a_browser_asks_again_each_time_before_it_shows_what_it_kept(shared: Shared) -> None:
    for url in (shared.video, shared.poster):
        answer = requests.get(url, timeout=30)
        assert answer.headers["Cache-Control"] == "private, no-cache"
        again = requests.get(url, headers={"If-None-Match": answer.headers["ETag"]}, timeout=30)
        assert again.status_code == 304
        assert again.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    "token", ["x", "a" * 17, "%00", "..", "%2e%2e", "' OR 1=1 --", "a" * 3000, "é" * 17, "<script>alert(1)</script>"]
)
def test_an_address_that_is_no_link_is_told_so_kindly(app: AppProcess, token: str) -> None:
    answer = requests.get(f"{app.url}/v/{token}", timeout=30)
    if token in ("..", "%2e%2e"):  # the client itself goes up a folder
        return
    # 400 is Streamlit's own guard against such paths; 200 its page, which answers for every address that is no route.
    assert answer.status_code in (400, 404) or b'<div id="root">' in answer.content
    assert "<script>alert" not in answer.text
