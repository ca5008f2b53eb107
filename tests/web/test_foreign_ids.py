"""Nobody gets anything of somebody else's, on any route of the app's own, however they ask.

Every answer about another visitor's video is the same as about one that does not exist. A new route without a row here
fails the first test.
"""

from __future__ import annotations

import http.client
import json
import secrets
import string
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest
import streamlit

from studio import clock, urls
from studio.access.visitors import COOKIE, Visitors
from studio.orders.drafts import Draft, DraftSound
from studio.pictures.thumbnails import small_poster
from studio.queue.job_store import Store
from studio.sharing.gallery_links import GalleryLinks
from studio.sharing.shares import Shares
from studio.storage import media_keys
from studio.storage.media import Media
from studio.storage.secret_file import secret_in
from tests.app_process import ROOT, AppProcess
from tests.kept_videos import keep_videos

STREAMLITS = Path(streamlit.__file__).parent / "static" / "index.html"
WORDS = "A canary nobody else may hear of"
MADE = "back-and-forth.mp4"

BY_ITS_VISITOR = (
    *(urls.VIDEO, urls.POSTER, urls.SMALL_POSTER, urls.THUMBNAIL),
    *(urls.PICTURE, urls.SMALL_PICTURE, urls.SOUND, urls.EDIT),
)
FOR_ITS_VISITOR_ONLY = set(BY_ITS_VISITOR)
"""By the job's id (picture and sound: by their own), and only with its visitor's cookie."""

CHOSEN_BY_ITS_VISITOR = {urls.TAKEAWAY}
"""The same, by ids after the address; tests/web/routes/test_takeaway.py says what comes of one's own."""

FOR_WHO_HAS_THE_LINK = {
    urls.SHARE,
    urls.SHARED_VIDEO,
    urls.SHARED_POSTER,
    urls.OPEN_GALLERY,
}
"""By a token that was given away. The job's id opens nothing here, nor does a token that is not quite right."""

FOR_ITS_BROWSER_ONLY = {urls.ADMITTED, urls.BEGIN_ANEW, urls.OWNER_LINK}
"""Give a browser cookies: tests/attacks/test_fixation.py says to whom."""

FOR_EVERYBODY = {
    urls.SAMPLE: "lake",
    urls.SAMPLE_FILM: "",
    urls.PLAIN_STYLE: "",
    urls.PAGE_START: "",
    urls.PAGE_START_STYLE: "",
    urls.ICON: "",
    urls.MANIFEST: "",
    urls.OLDER_MANIFEST: "",
    urls.INSTALLED_ICON: "icon-192",
    "/healthz": "",
}
"""The same for all, and nothing of anybody; with a name that is served."""

FROM_ITS_VISITOR_ONLY = {urls.SHARE_TARGET, urls.BRING_IN}
"""Take what a visitor gives, by the cookie alone: tests/web/routes/test_share_target.py and test_bring_in.py say from
whom."""

FROM_EVERYBODY = {urls.LANGUAGE}
"""Takes nothing but one of the languages that there are: tests/web/routes/test_language.py."""

FOR_WHO_LISTENS = {urls.EVENTS}
"""By the cookie alone, without an id: tests/web/routes/test_events.py says who hears what."""

NOT_COMPARED = {"date", "server"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, as far as anybody could tell a difference."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Line:
    """Sends paths exactly as they are written; a browser or `requests` would tidy them first."""

    def __init__(self, app: AppProcess) -> None:
        self._port = int(app.url.rpartition(":")[2])

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        # A line for each: on one that stays open every answer takes 40 ms (Streamlit leaves Nagle's algorithm on).
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, headers=said | {"Connection": "close"})
        answer = line.getresponse()
        body = answer.read()
        line.close()
        kept = sorted((n.lower(), v) for n, v in answer.getheaders() if n.lower() not in NOT_COMPARED)
        return Answer(answer.status, tuple(kept), body)


@dataclass(frozen=True, slots=True)
class Theirs:
    """What belongs to another visitor: all that could be asked for, and the bytes that must not come."""

    job: str
    picture: str
    sound: str
    cookie: str
    share: str
    gallery_link: str
    tags: tuple[str, ...]
    bytes: tuple[bytes, ...]

    def id_for(self, pattern: str) -> str:
        """What an address of this kind names."""
        return {urls.PICTURE: self.picture, urls.SMALL_PICTURE: self.picture, urls.SOUND: self.sound}.get(
            pattern, self.job
        )


@pytest.fixture(scope="module")
def theirs(app: AppProcess, tmp_path_factory: pytest.TempPathFactory) -> Theirs:
    visitor = secrets.token_hex(16)
    [job] = keep_videos(app, visitor, [WORDS], tmp_path_factory.mktemp("theirs"))
    assert job.video is not None
    media = Media((app.data_dir / "media").as_uri())
    picture_key = job.order.picture_key
    made = media_keys.edit(job.id, MADE)
    media.put(made, media.read(job.video.video_key)[::-1])
    small = media_keys.thumbnail_key(picture_key)
    sound_key = media_keys.new_sound()
    media.put(sound_key, b"a canary's own song, which nobody else may hear" * 20)
    keys = (job.video.video_key, job.video.poster_key, small, picture_key, small, sound_key, made)
    files = [media.read(key) for key in keys]
    files.insert(2, small_poster(files[1]))
    picture, sound = (PurePosixPath(key).stem for key in (picture_key, sound_key))
    database = app.open_database()
    form = Draft(sound=DraftSound(key=sound_key, name="song.mp3", length_s=5))
    Store(database).keep_draft(visitor, form.to_json(), clock.now())
    share = Shares(database, clock.now).share(visitor, job.id)
    gallery_link = GalleryLinks(database, clock.now).make(visitor)
    database.close()
    assert share is not None
    cookie = Visitors(secret_in(app.data_dir)).cookie(visitor)
    line = Line(app)
    tags = []
    names = (job.id, job.id, job.id, job.id, picture, picture, sound, job.id)
    for pattern, named, file in zip(BY_ITS_VISITOR, names, files, strict=True):
        answer = line.ask(pattern.format(id=named, name=MADE), Cookie=f"{COOKIE}={cookie}")
        # Or none of what follows would mean anything.
        assert (answer.status, answer.body) == (200, file)
        tags.append(dict(answer.headers)["etag"])
    assert line.ask(f"/v/{share}/video.mp4").body == files[0]
    pieces = [file[start : start + 48] for file in files for start in (0, len(file) // 2, len(file) - 48)]
    return Theirs(
        job.id, picture, sound, cookie, share, gallery_link, tuple(tags), (*pieces, WORDS.encode(), visitor.encode())
    )


@pytest.fixture
def line(app: AppProcess) -> Line:
    return Line(app)


def strangers(app: AppProcess, theirs: Theirs) -> dict[str, str]:
    """Everybody but the visitor whose it is, by the cookies that they send."""
    visitors = Visitors(secret_in(app.data_dir))
    owner = visitors.read(theirs.cookie)
    assert owner is not None
    value, dot, signature = theirs.cookie.rpartition(".")
    return {
        "nobody": "",
        "another visitor": f"{COOKIE}={visitors.cookie(visitors.new())}",
        "the visitor's id as it is": f"{COOKIE}={owner}",
        "signed with another secret": f"{COOKIE}={Visitors('another').cookie(owner)}",
        "a wrong signature": f"{COOKIE}={value}{dot}{signature[::-1]}",
        "no signature": f"{COOKIE}={value}",
        "another visitor's signature": f"{COOKIE}={value}{dot}{visitors.cookie(visitors.new()).rpartition('.')[2]}",
        "under another name": f"{COOKIE}2={theirs.cookie}",
        "in capitals": f"{COOKIE.upper()}={theirs.cookie}",
        "something else of ours": f"{COOKIE}={theirs.share}",
    }


SPELLINGS = [
    "{id}",
    "{ID}",
    "{short}",
    "{id}%00",
    "%00{id}",
    "{id}%0a",
    "{id}.mp4",
    "../videos/{id}",
    "..%2fvideos%2f{id}",
    "%2e%2e/videos/{id}",
    "%2e%2e%2fvideos%2f{id}",
    "..%5c{id}",
    "./{id}",
    "{id}/../{id}",
    "%252e%252e%252f{id}",
    "{id}%20",
    "{id};x",
    "*",
    "%25",
    "{id}' OR '1'='1".replace(" ", "%20"),
]

MANNERS: list[tuple[str, str, dict[str, str]]] = [
    ("GET", "", {}),
    ("HEAD", "", {}),
    ("GET", "?download=1", {}),
    ("GET", "", {"Range": "bytes=0-99"}),
    ("GET", "", {"Range": "bytes=-1"}),
    ("HEAD", "?download", {"Range": "bytes=0-"}),
    ("GET", "", {"If_None_Match": "*"}),
    ("GET", "", {"X_Forwarded_For": "127.0.0.1", "X_Original_URL": "/", "X_HTTP_Method_Override": "GET"}),
]


def spelled(spelling: str, identity: str) -> str:
    return spelling.format(id=identity, ID=identity.swapcase(), short=identity[:8])


def told_apart(one: Answer, other: Answer, identity: str, unknown: str) -> bool:
    """True where an answer gives away more than that the question was asked."""

    def bare(answer: Answer, asked: str) -> Answer:
        for written in (asked, asked.swapcase(), asked[:8]):
            headers = tuple((name, value.replace(written, "?")) for name, value in answer.headers)
            answer = Answer(answer.status, headers, answer.body.replace(written.encode(), b"?"))
        return answer

    return bare(one, identity) != bare(other, unknown)


def test_every_route_of_the_app_is_in_the_tables_above() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import app, json; print(json.dumps([route.path for route in app.app._user_routes]))"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(Path.home())},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    routes = json.loads(told.stdout.splitlines()[-1])
    of_somebody = (
        FOR_ITS_VISITOR_ONLY
        | CHOSEN_BY_ITS_VISITOR
        | FOR_WHO_HAS_THE_LINK
        | FOR_ITS_BROWSER_ONLY
        | FROM_ITS_VISITOR_ONLY
    )
    known = of_somebody | FROM_EVERYBODY | FOR_WHO_LISTENS | set(FOR_EVERYBODY)
    assert sorted(routes) == sorted(known)


@pytest.mark.parametrize("pattern", sorted(FOR_ITS_VISITOR_ONLY | CHOSEN_BY_ITS_VISITOR))
def test_a_stranger_learns_nothing_of_a_video_not_even_that_it_is_there(
    app: AppProcess, theirs: Theirs, line: Line, pattern: str
) -> None:
    unknown = secrets.token_hex(16)
    for who, cookie in strangers(app, theirs).items():
        for method, query, headers in [*MANNERS, *(("GET", "", {"If_None_Match": tag}) for tag in theirs.tags)]:
            asked, blank = (
                line.ask(_path(pattern, identity, MADE) + _more(pattern, query), method, Cookie=cookie, **headers)
                for identity in (theirs.id_for(pattern), unknown)
            )
            assert asked.status == 404, (who, method, headers)
            assert not told_apart(asked, blank, theirs.id_for(pattern), unknown), (who, method, headers)
            assert all(piece not in asked.body for piece in theirs.bytes), (who, method, headers)


@pytest.mark.parametrize(
    "pattern", sorted(FOR_ITS_VISITOR_ONLY | CHOSEN_BY_ITS_VISITOR | FOR_WHO_HAS_THE_LINK | {urls.SAMPLE})
)
def test_no_spelling_of_an_id_leads_round_the_question_whose_it_is(
    app: AppProcess, theirs: Theirs, line: Line, pattern: str
) -> None:
    unknown = secrets.token_hex(16)
    # A part of it is asked for in Streamlit's own words.
    page = line.ask("/").body + STREAMLITS.read_bytes()
    another = strangers(app, theirs)["another visitor"]
    for spelling in SPELLINGS:
        for method, query, headers in MANNERS[:4]:
            asked, blank = (
                line.ask(
                    _path(pattern, spelled(spelling, identity)) + _more(pattern, query),
                    method,
                    Cookie=another,
                    **headers,
                )
                for identity in (theirs.id_for(pattern), unknown)
            )
            assert not told_apart(asked, blank, theirs.id_for(pattern), unknown), (spelling, method, headers)
            assert all(piece not in asked.body for piece in theirs.bytes), (spelling, method, headers)
            # What is no address of ours is answered with the empty page.
            assert asked.status >= 400 or asked.body in page or pattern == urls.OPEN_GALLERY, spelling


@pytest.mark.parametrize("pattern", sorted(FOR_WHO_HAS_THE_LINK))
def test_a_link_that_is_not_quite_the_one_given_away_opens_nothing(
    app: AppProcess, theirs: Theirs, line: Line, pattern: str
) -> None:
    token = theirs.gallery_link if pattern == urls.OPEN_GALLERY else theirs.share
    other_token = theirs.share if pattern == urls.OPEN_GALLERY else theirs.gallery_link
    unknown = "".join(secrets.choice(string.ascii_letters) for _ in token)
    last = "a" if token[-1] != "a" else "b"
    for wrong in (token[:8], token[:-1], token[:-1] + last, token + "a", token.swapcase(), other_token, theirs.job):
        for method, query, headers in MANNERS[:4]:
            asked, blank = (line.ask(_path(pattern, one) + query, method, **headers) for one in (wrong, unknown))
            assert not told_apart(asked, blank, wrong, unknown), (wrong, method, headers)
            assert all(piece not in asked.body for piece in theirs.bytes), (wrong, method, headers)


@pytest.mark.parametrize("pattern", sorted(FOR_EVERYBODY))
def test_what_is_for_everybody_is_the_same_for_everybody(
    app: AppProcess, theirs: Theirs, line: Line, pattern: str
) -> None:
    path = _path(pattern, FOR_EVERYBODY[pattern])
    answers = {line.ask(path, Cookie=cookie) for cookie in [*strangers(app, theirs).values(), theirs.cookie]}
    assert len(answers) == 1
    assert answers.pop().status == 200


def _path(pattern: str, value: str, name: str | None = None) -> str:
    chosen = f"{pattern}?ids={{id}}" if pattern in CHOSEN_BY_ITS_VISITOR else pattern
    return chosen.replace("{id}", value).replace("{token}", value).replace("{name}", name or value)


def _more(pattern: str, query: str) -> str:
    return query.replace("?", "&") if pattern in CHOSEN_BY_ITS_VISITOR else query
