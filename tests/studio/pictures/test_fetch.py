"""Links to a picture that strangers give: what is fetched, from where, how much of it and for how long.

Names and addresses are a test's own, and behind every public address stands one real server on loopback, which counts
who comes.
"""

from __future__ import annotations

import itertools
import logging
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from studio.access.rate_limits import PICTURES, RateLimits, Uploads
from studio.forms import TooManyPictures
from studio.orders.drafts import DraftPicture
from studio.pictures.fetch import (
    LINK_MAX,
    REDIRECTS_MAX,
    Fetch,
    Link,
    LinkRefusal,
    LinkRefused,
    fetch_picture,
    read_link,
)
from studio.pictures.prepare import MAX_UPLOAD_BYTES, PictureRefused, Refusal
from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.quota import Ceiling
from studio.visitor_service import VisitorService
from tests import photos
from tests.studio.installation import a_visitor_service
from tests.studio.strategies import NOON
from tests.videoapi.scripted_server import Action, Received, ScriptedServer, answer
from tests.videoapi.test_videoapi_addresses import recorded
from videoapi.public_connections import Network

PUBLIC, ALSO_PUBLIC, PRIVATE = "93.184.216.34", "2606:4700::1111", "127.0.0.1"
LINK = "https://pictures.example/p.jpg"
ME = "a" * 32
LIMIT_S = 30.0
FAR_TOO_LONG_S = 5.0

PRIVATE_LINKS = [
    "https://127.0.0.1/p.jpg",
    "https://127.0.0.1:443/p.jpg",
    "https://localhost/p.jpg",
    "https://LOCALHOST./p.jpg",
    "https://app.localhost/p.jpg",
    "https://127.1/p.jpg",
    "https://2130706433/p.jpg",
    "https://0x7f000001/p.jpg",
    "https://0177.0.0.1/p.jpg",
    "https://0/p.jpg",
    "https://[::1]/p.jpg",
    "https://[::]/p.jpg",
    "https://[::ffff:127.0.0.1]/p.jpg",
    "https://[::ffff:93.184.216.34]/p.jpg",
    "https://[64:ff9b::7f00:1]/p.jpg",
    "https://[2002:7f00:1::]/p.jpg",
    "https://[fe80::1]/p.jpg",
    "https://[fec0::1]/p.jpg",
    "https://[fd00:ec2::254]/p.jpg",
    "https://10.0.0.1/p.jpg",
    "https://172.16.0.1/p.jpg",
    "https://192.168.1.1/p.jpg",
    "https://192.0.0.10/p.jpg",
    "https://100.100.100.200/p.jpg",
    "https://169.254.169.254/latest/meta-data/",
    "https://224.0.0.1/p.jpg",
    "https://metadata.google.internal/p.jpg",
    "https://intranet/p.jpg",
    "https://router.lan/p.jpg",
    "https://pictures.example@127.0.0.1/p.jpg",
    "https://user:password@pictures.example/p.jpg",
    "https://pictures.example\\@127.0.0.1/p.jpg",
    "https://pictures.example%2f@127.0.0.1/p.jpg",
    "https://pictures.example:8443/p.jpg",
    "https://pictures.example:22/p.jpg",
    "https:///p.jpg",
    "https://",
]
UNICODE_PRIVATE_LINKS = ["https://\uff11\uff12\uff17.0.0.1/p.jpg", "https://127\u30020\u30020\u30021/p.jpg"]
UNWRITABLE_LINKS = ["https://xn--a\u00fc.example/p.jpg", "https://" + "\u00fc" * 60 + ".example/p.jpg"]
NO_HTTPS_LINKS = [
    "http://pictures.example/p.jpg",
    "http://127.0.0.1/p.jpg",
    "ftp://pictures.example/p.jpg",
    "file:///etc/passwd",
    "gopher://pictures.example/_x",
    "data:image/png;base64,AAAA",
    "javascript:alert(1)",
]
NO_LINKS = [
    "",
    "a lighthouse",
    "pictures.example/p.jpg",
    "//pictures.example/p.jpg",
    "https:/pictures.example/p.jpg",
    "https://pictures.example/p\r\nHost: evil.example",
    "https://pictures.example/\x00",
    "https://pictures.example/" + "a" * LINK_MAX,
]


class Internet:
    """Names that lead where a test says, one real server behind every address, and a memory of what was asked."""

    def __init__(self, server: ScriptedServer, certificate: Path, names: dict[str, Sequence[str]]) -> None:
        self._port = server.port
        self._certificate = certificate
        self._names = names
        self.looked_up: list[str] = []
        self.connected: list[tuple[str, int]] = []

    @property
    def network(self) -> Network:
        return Network(
            look_up=self._look_up,
            connect=self._connect,
            tls=ssl.create_default_context(cafile=str(self._certificate)),
        )

    def _look_up(self, host: str) -> Sequence[str]:
        self.looked_up.append(host)
        if host not in self._names:
            raise socket.gaierror(f"no such host: {host}")
        return self._names[host]

    def _connect(self, where: tuple[str, int], timeout_s: float) -> socket.socket:
        self.connected.append(where)
        return socket.create_connection(("127.0.0.1", self._port), timeout_s)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of two hosts of this test's own, with its key in the same file."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    names = "subjectAltName=DNS:pictures.example,DNS:xn--bcher-kva.example"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=pictures"]
    command += ["-addext", names, "-keyout", str(path), "-out", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return path


Script = Sequence[Action] | Callable[[Received], Action]


@pytest.fixture
def internet(certificate: Path) -> Iterator[Callable[..., tuple[ScriptedServer, Internet]]]:
    """Opens a server with a script, and what leads to it: `pictures.example` unless a test names others."""
    with ExitStack() as opened:

        def open_(
            script: Script, *, names: dict[str, Sequence[str]] | None = None, tls: bool = True
        ) -> tuple[ScriptedServer, Internet]:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server = opened.enter_context(ScriptedServer(script, tls=context if tls else None))
            return server, Internet(server, certificate, names or {"pictures.example": [PUBLIC]})

        yield open_


Opened = Callable[..., tuple[ScriptedServer, Internet]]


def never() -> bool:
    return False


def fetch(link: str, internet: Internet, *, deadline_s: float = LIMIT_S, stopped: Callable[[], bool] = never) -> bytes:
    return fetch_picture(read_link(link), stopped, network=internet.network, deadline_s=deadline_s)


def refused(link: str, internet: Internet, **options: float) -> LinkRefusal:
    with pytest.raises(LinkRefused) as caught:
        fetch(link, internet, **options)  # type: ignore[arg-type]
    return caught.value.refusal


def to(address: str) -> Action:
    return answer(302, headers=[("Location", address)])


# Where to.


def test_a_picture_behind_a_link_is_fetched_as_it_is(internet: Opened) -> None:
    photo = photos.jpeg()
    server, there = internet([answer(200, photo, headers=[("Content-Type", "image/jpeg")])])
    assert fetch(f"  {LINK}?size=large#top\n", there) == photo
    assert server.requests[0].line == "GET /p.jpg?size=large HTTP/1.1"
    assert (there.looked_up, there.connected) == (["pictures.example"], [(PUBLIC, 443)])


def test_the_site_learns_nothing_but_that_somebody_wants_a_picture(internet: Opened) -> None:
    hop = answer(302, headers=[("Location", "/q.jpg"), ("Set-Cookie", "a=b; Path=/")])
    server, there = internet([hop, answer(200, b"picture")])
    fetch(LINK, there)
    wanted = {"host", "user-agent", "accept", "accept-encoding", "connection"}
    for request in server.requests:
        assert set(request.headers) == wanted
        assert request.headers["host"] == "pictures.example"
        assert request.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("link", PRIVATE_LINKS + UNICODE_PRIVATE_LINKS + UNWRITABLE_LINKS, ids=ascii)
def test_a_private_address_is_neither_looked_up_nor_connected_to(link: str) -> None:
    with recorded() as asked, pytest.raises(LinkRefused) as caught:
        fetch_picture(read_link(link), never)
    assert caught.value.refusal is LinkRefusal.NOT_PUBLIC
    assert asked == []


@pytest.mark.parametrize("link", NO_HTTPS_LINKS + NO_LINKS, ids=lambda link: ascii(link[:60]))
def test_what_is_no_https_link_is_not_fetched(link: str) -> None:
    with recorded() as asked, pytest.raises(LinkRefused) as caught:
        fetch_picture(read_link(link), never)
    assert caught.value.refusal is LinkRefusal.NOT_HTTPS
    assert asked == []


@pytest.mark.parametrize(
    "addresses",
    [
        [PRIVATE],
        ["::1"],
        ["10.1.2.3"],
        ["169.254.169.254"],
        ["fe80::1%lo"],
        ["::ffff:127.0.0.1"],
        [PUBLIC, PRIVATE],
        [],
    ],
    ids=str,
)
def test_a_public_name_that_leads_to_a_private_place_is_not_connected_to(
    internet: Opened, addresses: list[str]
) -> None:
    server, there = internet([answer(200, b"secret")], names={"pictures.example": addresses})
    assert refused(LINK, there) is LinkRefusal.NOT_PUBLIC
    assert (there.looked_up, there.connected, server.connections) == (["pictures.example"], [], 0)


def test_a_name_that_changes_after_it_was_judged_changes_nothing(internet: Opened) -> None:
    class Rebinding(dict[str, Sequence[str]]):
        """The first answer is public, every later one is this computer."""

        answers = itertools.chain([[PUBLIC]], itertools.repeat([PRIVATE]))

        def __getitem__(self, host: str) -> Sequence[str]:
            return next(self.answers)

    server, there = internet(
        [answer(200, b"picture"), answer(200, b"secret")], names=Rebinding({"pictures.example": []})
    )
    assert fetch(LINK, there) == b"picture"
    assert there.connected == [(PUBLIC, 443)], "to the very address that was judged"
    assert refused(LINK, there) is LinkRefusal.NOT_PUBLIC
    assert server.connections == 1


def test_the_next_of_a_hosts_addresses_is_tried_where_one_does_not_answer(internet: Opened) -> None:
    _, there = internet([answer(200, b"picture")], names={"pictures.example": [ALSO_PUBLIC, PUBLIC]})
    asked: list[tuple[str, int]] = []

    def first_is_down(where: tuple[str, int], timeout_s: float) -> socket.socket:
        asked.append(where)
        if where[0] == ALSO_PUBLIC:
            raise OSError("Network is unreachable")
        return there.network.connect(where, timeout_s)

    network = Network(look_up=there.network.look_up, connect=first_is_down, tls=there.network.tls)
    assert fetch_picture(read_link(LINK), never, network=network) == b"picture"
    assert asked == [(ALSO_PUBLIC, 443), (PUBLIC, 443)]


def test_a_redirect_is_judged_like_a_link(internet: Opened) -> None:
    # Without a host it leads to the host that it came from.
    private = [link for link in PRIVATE_LINKS if urlsplit(link).netloc]
    onward = [*private, *NO_HTTPS_LINKS]
    server, there = internet([to(address) for address in onward])
    why = [refused(LINK, there) for _ in onward]
    assert why == [LinkRefusal.NOT_PUBLIC] * len(private) + [LinkRefusal.NOT_HTTPS] * len(NO_HTTPS_LINKS)
    assert len(server.requests) == server.connections == len(onward)


def test_a_redirect_to_a_public_name_of_a_private_place_is_not_connected_to(internet: Opened) -> None:
    names = {"pictures.example": [PUBLIC], "inside.example": [PRIVATE]}
    server, there = internet([to("https://inside.example/admin"), answer(200, b"secret")], names=names)
    assert refused(LINK, there) is LinkRefusal.NOT_PUBLIC
    assert there.looked_up == ["pictures.example", "inside.example"]
    assert server.connections == 1


def test_three_redirects_are_followed_and_no_more(internet: Opened) -> None:
    server, there = internet([*[to("/next.jpg")] * REDIRECTS_MAX, answer(200, b"picture")])
    assert fetch(LINK, there) == b"picture"
    server, there = internet([to("/next.jpg")] * 20)
    assert refused(LINK, there) is LinkRefusal.NOT_REACHABLE
    assert len(server.requests) == REDIRECTS_MAX + 1 == 4


def test_a_link_in_another_alphabet_leads_where_a_browser_goes(internet: Opened) -> None:
    onward = "/schöner Ort.jpg".encode().decode("latin-1")
    server, there = internet([to(onward), answer(200, b"picture")], names={"xn--bcher-kva.example": [PUBLIC]})
    assert fetch("HTTPS://Bücher.example/größe 1.jpg?a=%20b", there) == b"picture"
    first, second = (request.line.split()[1] for request in server.requests)
    assert first == "/gr%C3%B6%C3%9Fe%201.jpg?a=%20b"
    assert second == "/sch%C3%B6ner%20Ort.jpg"
    assert server.requests[0].headers["host"] == "xn--bcher-kva.example"


def test_a_site_that_cannot_prove_its_name_is_told_nothing(internet: Opened) -> None:
    server, there = internet([answer(200, b"picture")], names={"other.example": [PUBLIC]})
    assert refused("https://other.example/p.jpg", there) is LinkRefusal.NOT_REACHABLE
    assert server.requests == []


# What for.

OTHERWISE: dict[str, tuple[Action, LinkRefusal]] = {
    "not found": (answer(404), LinkRefusal.NOT_FOUND),
    "gone": (answer(410), LinkRefusal.NOT_FOUND),
    "sign in": (answer(401), LinkRefusal.NO_ACCESS),
    "expired": (answer(403, "<Error/>"), LinkRefusal.NO_ACCESS),
    "down": (answer(503), LinkRefusal.NOT_REACHABLE),
    "busy": (answer(429), LinkRefusal.NOT_REACHABLE),
    "a redirect to nowhere": (answer(302), LinkRefusal.NOT_REACHABLE),
    "a part": (answer(206, b"picture"), LinkRefusal.NOT_REACHABLE),
    "closed": (Action(), LinkRefusal.NOT_REACHABLE),
    "cut": (answer(200, b"pict", declare=7), LinkRefusal.NOT_REACHABLE),
    "cut in a chunk": (
        Action(pieces=[b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\npict"]),
        LinkRefusal.NOT_REACHABLE,
    ),
    "no HTTP": (Action(pieces=[b"SSH-2.0-OpenSSH_9.2\r\n"]), LinkRefusal.NOT_REACHABLE),
    "nonsense": (
        Action(pieces=[b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"]),
        LinkRefusal.NOT_REACHABLE,
    ),
    "packed": (answer(200, b"picture", headers=[("Content-Encoding", "gzip")]), LinkRefusal.NOT_REACHABLE),
    "a page": (
        answer(200, "<html>", headers=[("Content-Type", "Text/HTML; charset=utf-8")]),
        LinkRefusal.NOT_A_PICTURE,
    ),
    "data": (answer(200, "{}", headers=[("Content-Type", "application/json")]), LinkRefusal.NOT_A_PICTURE),
    "a film": (answer(200, b"film", headers=[("Content-Type", "video/mp4")]), LinkRefusal.NOT_A_PICTURE),
    "declared too large": (answer(200, b"x", declare=MAX_UPLOAD_BYTES + 1), LinkRefusal.TOO_LARGE),
}


@pytest.mark.parametrize("what", OTHERWISE)
def test_what_is_no_picture_is_refused_for_what_it_is(internet: Opened, what: str) -> None:
    action, why = OTHERWISE[what]
    _, there = internet([action])
    assert refused(LINK, there) is why


@pytest.mark.parametrize("kind", ["image/jpeg", "application/octet-stream", "text/plain", "binary/octet-stream", ""])
def test_what_may_be_a_picture_is_left_to_the_decoder_to_judge(internet: Opened, kind: str) -> None:
    _, there = internet([answer(200, b"picture", headers=[("Content-Type", kind)] if kind else [])])
    assert fetch(LINK, there) == b"picture"


def test_a_name_that_nobody_has_is_not_reachable(internet: Opened) -> None:
    _, there = internet([])
    assert refused("https://nobody.example/p.jpg", there) is LinkRefusal.NOT_REACHABLE


# How much, and for how long.


def test_a_picture_of_exactly_the_limit_is_taken(internet: Opened) -> None:
    _, there = internet([answer(200, bytes(MAX_UPLOAD_BYTES), chunked=True)])
    assert len(fetch(LINK, there)) == MAX_UPLOAD_BYTES


def test_a_body_without_an_end_is_ended_at_the_limit(internet: Opened) -> None:
    endless = itertools.chain([b"HTTP/1.1 200 OK\r\n\r\n"], itertools.repeat(bytes(65536)))
    server, there = internet([Action(pieces=endless)])
    assert refused(LINK, there) is LinkRefusal.TOO_LARGE
    assert server.bytes_sent < 2 * MAX_UPLOAD_BYTES


DRIPS = {
    "the answer": [b"H"],
    "a header": [b"HTTP/1.1 200 OK\r\nX: "],
    "the body": [b"HTTP/1.1 200 OK\r\n\r\n"],
    "a declared body": [b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"],
    "a chunk": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n270f\r\n"],
}


@pytest.mark.parametrize("where", DRIPS)
def test_what_drips_ends_at_the_deadline(internet: Opened, where: str) -> None:
    _, there = internet([Action(pieces=[*DRIPS[where], *[b"x"] * 1_000], pause_s=0.05)])
    begun = time.monotonic()
    assert refused(LINK, there, deadline_s=0.4) is LinkRefusal.TOO_SLOW
    assert time.monotonic() - begun < FAR_TOO_LONG_S


def test_redirects_that_drip_share_one_deadline(internet: Opened) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: /next.jpg\r\nX: "
    hop = Action(pieces=[head, *[b"x"] * 5, b"\r\n\r\n"], pause_s=0.05)
    server, there = internet([hop] * 10)
    assert refused(LINK, there, deadline_s=0.6) is LinkRefusal.TOO_SLOW
    assert len(server.requests) < REDIRECTS_MAX + 1


@pytest.mark.parametrize("tls", [True, False], ids=["after the handshake", "before the handshake"])
def test_silence_ends_at_the_deadline(internet: Opened, tls: bool) -> None:
    _, there = internet([Action(hang=True, read_at_most=None if tls else 0)], tls=tls)
    begun = time.monotonic()
    assert refused(LINK, there, deadline_s=0.4) is LinkRefusal.TOO_SLOW
    assert time.monotonic() - begun < FAR_TOO_LONG_S


def test_a_name_server_that_does_not_answer_ends_at_the_deadline() -> None:
    over = threading.Event()

    def look_up(_host: str) -> Sequence[str]:
        over.wait(LIMIT_S)
        return [PUBLIC]

    begun = time.monotonic()
    with pytest.raises(LinkRefused) as caught:
        fetch_picture(read_link(LINK), never, network=Network(look_up=look_up), deadline_s=0.3)
    assert caught.value.refusal is LinkRefusal.TOO_SLOW
    assert time.monotonic() - begun < FAR_TOO_LONG_S
    over.set()


def test_fetching_ends_soon_after_nobody_wants_the_picture_any_more(internet: Opened) -> None:
    server, there = internet([Action(hang=True)])
    begun = time.monotonic()
    with pytest.raises(LinkRefused):
        fetch(LINK, there, stopped=lambda: bool(server.requests))
    assert time.monotonic() - begun < FAR_TOO_LONG_S


# Onto the form.


@contextmanager
def front(
    internet: Internet, database: Database, store: Store, media: Media, **options: object
) -> Iterator[VisitorService]:
    fetch_: Fetch = partial(fetch_picture, network=internet.network)
    service = a_visitor_service(database, store, media, lambda: NOON, fetch=fetch_, **options)  # type: ignore[arg-type]
    yield service
    service.close()


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    opened.close()


def test_a_picture_behind_a_link_comes_onto_the_form_like_an_upload(
    internet: Opened, database: Database, store: Store, media: Media
) -> None:
    _, there = internet([to("/q.heic"), answer(200, photos.heic_from_a_phone())])
    with front(there, database, store, media) as service:
        taken = service.forms.take_link(ME, LINK)
        assert taken.wait(LIMIT_S)
        assert isinstance(taken.outcome, DraftPicture)
        assert service.forms.draft(ME).picture == taken.outcome
        assert {"turned_upright", "location_removed", "converted"} <= set(taken.outcome.changes)
        assert (taken.outcome.width, taken.outcome.height) == (640, 960)
        assert service.forms.has_picture(taken.outcome)


def test_what_became_of_a_link_is_the_outcome_of_its_preparation(
    internet: Opened, database: Database, store: Store, media: Media
) -> None:
    _, there = internet([answer(404), answer(200, b"words"), answer(200)])
    with front(there, database, store, media) as service:
        outcomes = []
        for _ in range(3):
            taken = service.forms.take_link(ME, LINK)
            assert service.forms.preparation(ME) is taken
            assert taken.wait(LIMIT_S)
            outcomes.append(taken.outcome)
        assert service.forms.draft(ME).picture is None
    gone, words, nothing = outcomes
    assert isinstance(gone, LinkRefused)
    assert gone.refusal is LinkRefusal.NOT_FOUND
    assert isinstance(words, PictureRefused)
    assert words.refusal is Refusal.NOT_A_PICTURE
    assert isinstance(nothing, PictureRefused)
    assert nothing.refusal is Refusal.EMPTY


def test_links_and_uploads_count_together(internet: Opened, database: Database, store: Store, media: Media) -> None:
    server, there = internet([])
    uploads = Uploads(RateLimits(database), lambda: NOON)
    for _ in range(PICTURES):
        assert uploads.may(ME)
    with front(there, database, store, media, may_upload=uploads.may) as service:
        with pytest.raises(TooManyPictures):
            service.forms.take_link(ME, LINK)
        assert service.forms.preparation(ME) is None
    assert server.connections == 0


def test_a_link_that_is_none_is_refused_at_once_and_counts_for_nothing(
    internet: Opened, database: Database, store: Store, media: Media
) -> None:
    asked: list[str] = []
    _, there = internet([])
    with front(there, database, store, media, may_upload=asked.append) as service, pytest.raises(LinkRefused):
        service.forms.take_link(ME, "https://127.0.0.1/p.jpg")
    assert asked == []


def test_at_the_owners_ceiling_no_link_is_fetched(
    internet: Opened, database: Database, store: Store, media: Media, tmp_path: Path
) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "video").write_bytes(bytes(10))
    ceiling = Ceiling(1, [full])
    ceiling.measure()
    server, there = internet([])
    with front(there, database, store, media, ceiling=ceiling) as service, pytest.raises(PictureRefused) as caught:
        service.forms.take_link(ME, LINK)
    assert caught.value.refusal is Refusal.NO_ROOM
    assert server.connections == 0


# The link may hold a token.


def test_no_log_no_error_and_no_file_has_a_word_of_the_link(
    internet: Opened, sqlite_url: str, media: Media, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link = "https://pictures.example/canary-1/p.jpg?token=canary-2"
    onward = to("https://pictures.example/canary-3\x7f?token=canary-4")
    broken = Action(pieces=[b"HTTP/1.1 200 OK\r\nbad header canary-5\r\n\r\n"])
    actions = [action for action, _ in OTHERWISE.values()] + [onward, broken]
    database = Database(sqlite_url)
    _, there = internet([*actions, answer(200, photos.jpeg())])
    with front(there, database, Store(database, polls_per_s=1e9), media) as service:
        for number in range(len(actions) + 1):
            taken = service.forms.take_link(ME, link)
            assert taken.wait(LIMIT_S)
            said: BaseException | DraftPicture | None = taken.outcome
            assert (number == len(actions)) is isinstance(said, DraftPicture)
            assert "canary" not in f"{taken.outcome!r} {taken!r} {vars(taken)}"
            if isinstance(said, BaseException):
                assert "canary" not in f"{said.args} {vars(said)} {said.__cause__!r} {said.__context__!r}"
    database.close()
    assert "canary" not in repr(read_link(link))
    assert "canary" not in caplog.text
    kept = [Path(sqlite_url.removeprefix("sqlite:///")), *(path for path in tmp_path.rglob("*") if path.is_file())]
    assert len(kept) >= 3
    for path in kept:
        assert b"canary" not in path.read_bytes()
        assert "canary" not in str(path.name)


def test_a_refused_link_is_not_quoted_either() -> None:
    for link in (
        "https://canary\uff0fx@127.0.0.1/canary",
        "https://[canary/",
        "https://" + "canary" * 20 + ".example/",
    ):
        with pytest.raises(LinkRefused) as caught:
            read_link(link)
        error = caught.value
        assert "canary" not in f"{error!r} {error.args} {vars(error)} {error.__cause__!r} {error.__context__!r}"


def test_a_link_is_told_by_nothing_but_its_address() -> None:
    assert Link("https://pictures.example/p.jpg") == read_link(" https://pictures.example/p.jpg#x ")
    assert urlsplit(read_link("https://pictures.example").address).path == "/"
