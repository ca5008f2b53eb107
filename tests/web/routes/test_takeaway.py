"""All videos as one file, over HTTP: what is inside, whose it is, and what it costs the server."""

from __future__ import annotations

import csv
import http.client
import io
import json
import re
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from bench.takeaway import LARGE, Growth, keep_large, of_a_download
from studio.access.visitors import COOKIE, Visitors
from studio.file_names import among_others, saved_as
from studio.jobs.job import Job
from studio.storage.media import Media
from studio.storage.secret_file import secret_in
from tests.app_process import AppProcess, wait_until
from tests.kept_videos import keep_videos
from tests.studio.test_hostile_words import HOSTILE

PROMPTS = [
    *(shown for _, shown in HOSTILE.values()),
    "../../etc/passwd\r\nSet-Cookie: x=y",
    "=cmd|' /C calc'!A0",
    "CON",
    "\u202e4pm.exe .\u200b",
    "Das Boot läuft aus, 海へ",
    "x" * 3_000,
]


NAME = re.compile(r"""(kineograph-\d{4}-\d\d-\d\d-[0-9a-f]{6}(-[^\s./\\:*?"<>|]+)?[.](mp4|jpg)|videos[.](csv|json))""")


@dataclass(frozen=True, slots=True)
class Gallery:
    """A visitor's videos, and how that visitor's browser asks for them."""

    url: str
    cookie: str
    videos: list[Job]
    """The oldest first."""

    @property
    def cookies(self) -> dict[str, str]:
        return {COOKIE: self.cookie}

    def get(self, query: str = "", **headers: str) -> requests.Response:
        return requests.get(f"{self.url}/takeaway.zip{query}", headers=headers, cookies=self.cookies, timeout=60)

    def download(self, job: Job) -> requests.Response:
        address = f"{self.url}/app/static/videos/{job.id}.mp4?download=1"
        return requests.get(address, cookies=self.cookies, timeout=60)


def gallery_of(app: AppProcess, videos: list[Job]) -> Gallery:
    return Gallery(app.url, Visitors(secret_in(app.data_dir)).cookie(videos[0].visitor), videos)


@pytest.fixture(scope="module")
def gallery(app: AppProcess, tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    videos = keep_videos(app, secrets.token_hex(16), PROMPTS, tmp_path_factory.mktemp("videos"))
    return gallery_of(app, videos[::-1])


def opened(answer: requests.Response) -> zipfile.ZipFile:
    assert answer.status_code == 200
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return archive


def test_it_holds_every_video_byte_for_byte_as_it_is_downloaded_by_itself(app: AppProcess, gallery: Gallery) -> None:
    answer = gallery.get()
    archive, media = opened(answer), Media((app.data_dir / "media").as_uri())
    said = json.loads(archive.read("videos.json"))
    assert said["left_out"] == []
    assert len(said["videos"]) == len(gallery.videos)
    for job, row in zip(gallery.videos, said["videos"], strict=True):
        single = gallery.download(job)
        assert archive.read(row["video"]) == single.content
        assert row["video"].startswith(saved_as(job).removesuffix(".mp4"))
        assert saved_as(job) in single.headers["Content-Disposition"]
        assert job.video is not None
        assert archive.read(row["poster"]) == media.read(job.video.poster_key)
        assert archive.read(row["picture"]) == media.read(job.order.picture_key)
        assert (row["prompt"], row["seed"], row["duration_s"]) == (job.order.prompt, 7, 10)
    assert len(archive.namelist()) == 3 * len(gallery.videos) + 2
    rows = list(csv.DictReader(io.StringIO(archive.read("videos.csv").decode("utf-8-sig"), newline="")))
    assert [row["video"] for row in rows] == [row["video"] for row in said["videos"]]
    assert [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t"))] == []
    assert "'=cmd|' /C calc'!A0" in [row["prompt"] for row in rows]
    assert archive.read("videos.csv").startswith(b"\xef\xbb\xbf")


def test_names_have_no_folder_and_nothing_that_a_system_stumbles_over(gallery: Gallery, tmp_path: Path) -> None:
    archive = opened(gallery.get())
    for info in archive.infolist():
        assert NAME.fullmatch(info.filename)
        assert len(info.filename.encode()) <= 160
        assert info.compress_type == zipfile.ZIP_STORED
    archive.extractall(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(archive.namelist())


def test_it_comes_as_a_file_that_nobody_keeps_and_that_has_no_parts(gallery: Gallery) -> None:
    answer = gallery.get(Range="bytes=0-9")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert re.fullmatch(
        r'attachment; filename="kineograph-\d{4}-\d\d-\d\d\.zip"', answer.headers["Content-Disposition"]
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Accept-Ranges"] == "none"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"]
    assert "Content-Length" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    head = requests.head(f"{gallery.url}/takeaway.zip", cookies=gallery.cookies, timeout=30)
    same = ("Content-Type", "Content-Disposition", "Cache-Control", "Accept-Ranges")
    assert {name: head.headers[name] for name in same} == {name: answer.headers[name] for name in same}
    assert head.content == b""


def test_chosen_ones_come_alone_and_neither_foreign_nor_absent_ids_change_that(
    app: AppProcess, gallery: Gallery, tmp_path: Path
) -> None:
    [theirs] = keep_videos(app, secrets.token_hex(16), ["A canary of theirs"], tmp_path)
    one, _, two = gallery.videos[:3]
    alone = opened(gallery.get(f"?ids={two.id},{one.id}"))
    names = among_others([one, two])
    assert {name for name in alone.namelist() if name.endswith(".mp4")} == {f"{name}.mp4" for name in names.values()}
    for other in (theirs.id, secrets.token_hex(16), "", "%00", "..%2f..", "*"):
        mixed = gallery.get(f"?ids={one.id},{other}&ids={two.id}")
        assert opened(mixed).namelist() == alone.namelist()
        assert b"canary" not in mixed.content
        assert theirs.id.encode() not in mixed.content


def test_where_there_is_nothing_the_answer_is_that_of_every_other_route(app: AppProcess, gallery: Gallery) -> None:
    absent = f"{app.url}/app/static/videos/{secrets.token_hex(16)}.mp4"
    other = requests.get(absent, cookies=gallery.cookies, timeout=30)
    somebody_new = {COOKIE: Visitors(secret_in(app.data_dir)).cookie(secrets.token_hex(16))}
    answers = [
        gallery.get(f"?ids={secrets.token_hex(16)}"),
        gallery.get("?ids="),
        requests.get(f"{app.url}/takeaway.zip", cookies=somebody_new, timeout=30),
        requests.get(f"{app.url}/takeaway.zip", timeout=30),
    ]
    for answer in answers:
        assert (answer.status_code, answer.content) == (other.status_code, other.content) == (404, other.content)
        assert answer.headers["Cache-Control"] == other.headers["Cache-Control"]


def test_no_secret_is_in_it(app: AppProcess, gallery: Gallery) -> None:
    content = gallery.get().content
    kept = [secret for job in gallery.videos for secret in (job.id, job.visitor, job.order.picture_key)]
    for secret in (*kept, gallery.cookie, secret_in(app.data_dir), str(app.data_dir), "127.0.0.1"):
        assert secret.encode() not in content


@contextmanager
def unread(gallery: Gallery) -> Iterator[http.client.HTTPResponse]:
    """An archive that has begun to come, and of which nothing more is read than its beginning."""
    line = http.client.HTTPConnection("127.0.0.1", int(gallery.url.rpartition(":")[2]), timeout=60)
    line.request("GET", "/takeaway.zip", headers={"Cookie": f"{COOKIE}={gallery.cookie}"})
    answer = line.getresponse()
    try:
        if answer.status == 200:
            assert answer.read(4) == b"PK\x03\x04"
        yield answer
    finally:
        answer.close()
        line.close()


@pytest.fixture(scope="module")
def large(app: AppProcess) -> Gallery:
    """Twelve videos of 20 MB."""
    return gallery_of(app, keep_large(app.data_dir, 12))


def test_two_come_at_once_and_a_third_is_told_so_until_one_ends_or_its_browser_goes_away(large: Gallery) -> None:
    with unread(large) as first:
        with unread(large) as second, unread(large) as third:
            assert (first.status, second.status, third.status) == (200, 200, 429)
            said = third.read().decode()
            assert "Two of your downloads are still under way" in said
            assert third.headers["Retry-After"] == "60"
            assert third.headers["Content-Type"].startswith("text/html")
            assert "no-store" in third.headers["Cache-Control"]
            assert large.get(f"?ids={large.videos[0].id}").status_code == 429

        def has_ended() -> bool:
            with unread(large) as again:
                return again.status == 200

        wait_until(has_ended, "what nobody reads any more has ended")


def test_a_download_takes_a_bounded_amount_of_memory_and_no_disk(app: AppProcess) -> None:
    # Of somebody whose downloads have all ended.
    cookie = gallery_of(app, keep_large(app.data_dir, 12)).cookie
    grown: Growth = of_a_download(app, cookie)
    assert grown.sent_bytes > 12 * LARGE
    assert grown.memory_bytes < 64 * 2**20
    assert grown.scratch_files == 0


def test_a_server_that_is_asked_to_stop_does_not_wait_for_it(tmp_path: Path) -> None:
    app = AppProcess(tmp_path, pace=1)
    try:
        app.start()
        with unread(gallery_of(app, keep_large(app.data_dir, 3))) as answer:
            assert answer.status == 200
            # Fails where that takes half a minute: an answer that nobody reads would take two.
            app.stop()
            with pytest.raises((http.client.IncompleteRead, OSError)):
                answer.read()
        assert "Traceback" not in app.said()
    finally:
        app.end_for_good()
