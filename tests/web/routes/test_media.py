"""Videos, posters and thumbnails over HTTP, as browsers and download managers ask for them."""

from __future__ import annotations

import json
import re
import secrets
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import av
import pytest
import requests
from PIL import Image

from studio import urls
from studio.access.visitors import COOKIE, Visitors
from studio.edits import Edits
from studio.jobs.job import Job
from studio.orders.travelling import travelling
from studio.queue.job_store import Store
from studio.storage.media import Media
from studio.storage.secret_file import secret_in
from studio.videos.edit import BACK_AND_FORTH, GIF, LAST_FRAME, joined, trim
from tests.app_process import AppProcess
from tests.kept_videos import keep_videos


class Film:
    """A visitor's finished video, and how that visitor's browser asks for it."""

    def __init__(self, app: AppProcess, job: Job) -> None:
        assert job.video is not None
        self.job = job
        self.url = f"{app.url}/app/static/videos/{job.id}.mp4"
        self.poster_url = f"{app.url}/app/static/posters/{job.id}.jpg"
        self.small_poster_url = app.url + urls.small_poster(job.id)
        self.thumbnail_url = f"{app.url}/app/static/thumbnails/{job.id}.jpg"
        self.cookies = {COOKIE: Visitors(secret_in(app.data_dir)).cookie(job.visitor)}
        self.media = Media((app.data_dir / "media").as_uri())
        self.bytes = self.media.read(job.video.video_key)

    def get(self, url: str | None = None, **headers: str) -> requests.Response:
        return requests.get(url or self.url, headers=headers, cookies=self.cookies, timeout=30)


@pytest.fixture(scope="module")
def film(app: AppProcess, tmp_path_factory: pytest.TempPathFactory) -> Film:
    visitor = secrets.token_hex(16)
    [job] = keep_videos(app, visitor, ["../../etc/passwd\r\nSet-Cookie: x=y"], tmp_path_factory.mktemp("film"))
    return Film(app, job)


def test_a_video_comes_whole_and_may_be_kept_by_its_visitors_browser_alone(film: Film) -> None:
    answer = film.get()
    assert answer.status_code == 200
    assert answer.content == film.bytes
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["Content-Length"] == str(len(film.bytes))
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert "private" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_poster_comes_small_for_a_grid_and_may_be_kept(film: Film) -> None:
    assert film.job.video is not None
    small, large = film.get(film.small_poster_url), film.get(film.poster_url)
    assert small.headers["Content-Type"] == "image/jpeg"
    assert small.headers["Cache-Control"] == large.headers["Cache-Control"]
    with Image.open(BytesIO(small.content)) as less, Image.open(BytesIO(large.content)) as more:
        assert (less.format, less.width) == ("JPEG", 400)
        assert less.width / less.height == pytest.approx(more.width / more.height, rel=0.01)
    assert len(small.content) < len(large.content) / 2
    assert film.get(film.small_poster_url, **{"If-None-Match": small.headers["ETag"]}).status_code == 304
    assert requests.get(film.small_poster_url, timeout=30).status_code == 404


def test_a_player_that_jumps_gets_just_the_bytes_it_asks_for(film: Film) -> None:
    size = len(film.bytes)
    for asked, start, stop in (
        ("0-99", 0, 100),
        ("100-", 100, size),
        ("-50", size - 50, size),
        ("10-9999999", 10, size),
    ):
        answer = film.get(Range=f"bytes={asked}")
        assert answer.status_code == 206
        assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{size}"
        assert answer.headers["Content-Length"] == str(stop - start)
        assert answer.content == film.bytes[start:stop]


def test_a_range_behind_the_end_is_refused_with_the_size(film: Film) -> None:
    answer = film.get(Range=f"bytes={len(film.bytes)}-")
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(film.bytes)}"
    assert answer.content == b""


def test_a_thousand_ranges_at_once_give_the_whole_file_once(film: Film) -> None:
    answer = film.get(Range="bytes=" + ",".join(f"{n}-{n}" for n in range(1000)))
    assert answer.status_code == 200
    assert answer.content == film.bytes


def test_what_the_browser_already_has_is_not_sent_again(film: Film) -> None:
    etag = film.get().headers["ETag"]
    again = film.get(**{"If-None-Match": etag})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["ETag"] == etag
    assert film.get(**{"If-None-Match": '"another"'}).status_code == 200


@pytest.mark.parametrize("form", ["W/{etag}", '{etag}, "other"', '"other", {etag}', "*"])
def test_a_tag_among_others_or_made_weak_by_a_proxy_is_recognised(film: Film, form: str) -> None:
    etag = film.get().headers["ETag"]
    assert film.get(**{"If-None-Match": form.format(etag=etag)}).status_code == 304


def test_a_download_goes_on_only_where_the_file_is_still_the_same(film: Film) -> None:
    etag = film.get().headers["ETag"]
    assert film.get(Range="bytes=5-", **{"If-Range": etag}).status_code == 206
    changed = film.get(Range="bytes=5-", **{"If-Range": '"another"'})
    assert changed.status_code == 200
    assert changed.content == film.bytes


def test_asking_for_the_head_gives_the_same_answer_without_the_film(film: Film) -> None:
    answer = requests.head(film.url, cookies=film.cookies, timeout=30)
    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(len(film.bytes))
    assert answer.content == b""


def test_a_download_has_a_name_of_ours_whatever_the_prompt_says(film: Film) -> None:
    shown, saved = film.get(), film.get(film.url + "?download=1")
    assert shown.headers["Content-Disposition"] == "inline"
    assert re.fullmatch(
        r'attachment; filename="kineograph-\d{4}-\d\d-\d\d-[0-9a-f]{6}\.mp4"', saved.headers["Content-Disposition"]
    )
    assert "x=y" not in str(saved.headers)


def test_a_download_carries_what_made_it_and_comes_whole_or_in_parts(film: Film, tmp_path: Path) -> None:
    saved = film.get(film.url + "?download=1")
    whole, size = saved.content, len(saved.content)
    assert saved.headers["Content-Length"] == str(size)
    (tmp_path / "saved.mp4").write_bytes(whole)
    with av.open(str(tmp_path / "saved.mp4")) as container:
        said = json.loads(container.metadata["comment"])
        assert (said["prompt"], said["duration_s"], said["seed"]) == (film.job.order.prompt, 10, 7)
        still = next(stream for stream in container.streams.video if stream.disposition & 0x400)
        picture = film.media.read(film.job.order.picture_key)
        assert [bytes(packet) for packet in container.demux(still) if packet.size] == [picture]
    for secret in (film.job.visitor, film.job.id, "pictures/"):
        assert secret.encode() not in whole
    etag = saved.headers["ETag"]
    assert etag != film.get().headers["ETag"], "it is another file"
    # As a download that was cut off in many places goes on.
    places = [0, 1, 40, size // 3, size - len(film.bytes), size - 100, size]
    parts = [
        film.get(film.url + "?download=1", Range=f"bytes={start}-{stop - 1}", **{"If-Range": etag})
        for start, stop in pairwise(places)
    ]
    assert {part.status_code for part in parts} == {206}
    assert b"".join(part.content for part in parts) == whole
    head = requests.head(film.url + "?download=1", cookies=film.cookies, timeout=30)
    assert head.headers["Content-Length"] == str(size)
    assert film.get(film.url + "?download=1", Range=f"bytes={size}-").status_code == 416


def test_a_poster_and_a_thumbnail_are_pictures(film: Film) -> None:
    for url in (film.poster_url, film.thumbnail_url):
        answer = film.get(url)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.content.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    "cookie",
    [None, "", "x", "null", "W10.AAAA", "a" * 5000, "another visitor", "another secret", "no signature"],
)
def test_nobody_but_its_visitor_learns_that_a_video_is_there(app: AppProcess, film: Film, cookie: str | None) -> None:
    owner = film.job.visitor
    made = {
        "another visitor": Visitors(secret_in(app.data_dir)).cookie(secrets.token_hex(16)),
        "another secret": Visitors("another secret").cookie(owner),
        "no signature": f'"{owner}"',
    }
    jar = {} if cookie is None else {COOKIE: made.get(cookie, cookie)}
    for url in (film.url, film.poster_url, film.thumbnail_url):
        answers = [requests.get(there, cookies=jar, timeout=30) for there in (url, url.replace(film.job.id, "0" * 32))]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
        assert "no-store" in answers[0].headers["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["..%2F..%2Fkineograph.db", "%2e%2e/%2e%2e/cookie-secret", "x", "%00", "a" * 3000, "' OR 1=1 --"]
)
def test_an_address_that_is_no_id_finds_nothing(app: AppProcess, film: Film, path: str) -> None:
    answer = film.get(f"{app.url}/app/static/videos/{path}.mp4")
    # 400 is Streamlit's own guard against such paths; 200 its page, which answers for every address that is no route.
    assert answer.status_code in (400, 404) or b"<title>" in answer.content
    assert b"SQLite format" not in answer.content


def test_a_video_whose_file_is_gone_is_not_there(app: AppProcess, tmp_path: Path) -> None:
    [job] = keep_videos(app, secrets.token_hex(16), ["Gone"], tmp_path)
    film = Film(app, job)
    assert job.video is not None
    Media((app.data_dir / "media").as_uri()).delete(job.video.video_key)
    assert film.get().status_code == 404
    assert film.get(film.poster_url).status_code == 200


@pytest.fixture(scope="module")
def made_of(app: AppProcess, film: Film) -> dict[str, str]:
    """The addresses of what the visitor made of the film, by kind of file."""
    database = app.open_database()
    media = Media((app.data_dir / "media").as_uri())
    edits = Edits(store=Store(database), media=media, scratch=app.data_dir / "scratch")
    made = [edits.make(film.job.visitor, film.job.id, what).result() for what in (GIF, LAST_FRAME, trim(0.2, 0.8))]
    edits.close()
    database.close()
    return {one.media_type: app.url + urls.edit(film.job.id, one.name) for one in made}


def test_what_was_made_of_a_video_is_shown_in_parts_and_saved_under_a_name_that_says_what_it_is(
    film: Film, made_of: dict[str, str]
) -> None:
    names = []
    for kind, url in made_of.items():
        whole = film.get(url)
        assert (whole.status_code, whole.headers["Content-Type"]) == (200, kind)
        assert whole.headers["Content-Disposition"] == "inline"
        assert whole.headers["Cache-Control"] == film.get().headers["Cache-Control"]
        assert whole.headers["X-Content-Type-Options"] == "nosniff"
        part = film.get(url, Range="bytes=10-19")
        assert (part.status_code, part.content) == (206, whole.content[10:20])
        assert film.get(url, **{"If-None-Match": whole.headers["ETag"]}).status_code == 304
        saved = film.get(url + "?download=1").headers["Content-Disposition"]
        named = re.fullmatch(r'attachment; filename="kineograph-\d{4}-\d\d-\d\d-[0-9a-f]{6}-(.+)"', saved)
        assert named is not None
        names.append(named[1])
    assert names == ["animation.gif", "last-frame.jpg", "trim-200-800.mp4"]
    assert film.get(made_of["image/gif"]).content.startswith(b"GIF89a")


def told(folder: Path, film: bytes) -> tuple[dict[str, object], list[bytes]]:
    """What a film says to players of how it was ordered, and the pictures attached to it."""
    path = folder / "saved.mp4"
    path.write_bytes(film)
    with av.open(str(path)) as container:
        still = next(stream for stream in container.streams.video if stream.disposition & 0x400)
        pictures = [bytes(packet) for packet in container.demux(still) if packet.size]
        return json.loads(container.metadata["comment"]), pictures


def test_every_video_that_is_made_of_others_carries_what_made_the_first_and_is_the_same_film(
    app: AppProcess, tmp_path: Path
) -> None:
    visitor = secrets.token_hex(16)
    second, first = keep_videos(app, visitor, ["It lands", "A gull glides"], tmp_path, chained=True)
    film = Film(app, first)
    database = app.open_database()
    edits = Edits(store=Store(database), media=film.media, scratch=app.data_dir / "scratch")
    whats = (trim(0.2, 0.8), BACK_AND_FORTH, joined((second.id,)))
    made = [edits.make(visitor, first.id, what).result() for what in whats]
    edits.close()
    database.close()
    for one in made:
        url = app.url + urls.edit(first.id, one.name)
        shown, saved = film.get(url).content, film.get(url + "?download=1")
        said, pictures = told(tmp_path, saved.content)
        assert said == json.loads(travelling(first.order)), one.name
        assert said["prompt"] == "A gull glides"
        assert pictures == [film.media.read(first.order.picture_key)]
        for secret in (visitor, first.id, second.id, "pictures/", "127.0.0.1"):
            assert secret.encode() not in saved.content
        assert frames(tmp_path, saved.content) == frames(tmp_path, shown), "not one coded picture is another"
        etag, half = saved.headers["ETag"], len(saved.content) // 2
        rest = film.get(url + "?download=1", Range=f"bytes={half}-", **{"If-Range": etag})
        assert (rest.status_code, rest.content) == (206, saved.content[half:])
        assert etag != film.get(url).headers["ETag"]


def frames(folder: Path, film: bytes) -> list[tuple[int | None, bytes]]:
    """The coded pictures of a film, and when each is shown."""
    path = folder / "film.mp4"
    path.write_bytes(film)
    with av.open(str(path)) as container:
        return [(packet.pts, bytes(packet)) for packet in container.demux(video=0) if packet.size]


def test_what_was_not_made_is_not_there_and_has_no_other_answer_than_somebody_elses(
    app: AppProcess, film: Film, made_of: dict[str, str]
) -> None:
    another = {COOKIE: Visitors(secret_in(app.data_dir)).cookie(secrets.token_hex(16))}
    theirs = requests.get(made_of["image/gif"], cookies=another, timeout=30)
    not_made = film.get(app.url + urls.edit(film.job.id, "animation.webp"))
    no_name = film.get(app.url + urls.edit(film.job.id, "anything"))
    assert [answer.status_code for answer in (theirs, not_made, no_name)] == [404] * 3
    assert theirs.content == not_made.content == no_name.content
    assert "no-store" in theirs.headers["Cache-Control"]


def test_a_sample_is_for_everybody_and_a_wrong_name_for_nobody(app: AppProcess) -> None:
    assert requests.get(f"{app.url}/app/static/samples/lake.jpg", timeout=30).content.startswith(b"\xff\xd8\xff")
    assert requests.get(f"{app.url}/app/static/samples/..%2Flake.jpg", timeout=30).status_code == 400
    assert requests.get(f"{app.url}/app/static/samples/nothing.jpg", timeout=30).status_code == 404


def test_what_is_sent_can_be_played(film: Film, tmp_path: Path) -> None:
    saved = tmp_path / "saved.mp4"
    saved.write_bytes(film.get().content)
    with av.open(str(saved)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 30
