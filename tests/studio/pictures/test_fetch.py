"""Links to a picture that strangers give: what is fetched, from where, how much of it and for how long.

Names and addresses are a test's own, and behind every public address stands one real server on loopback, which counts
who comes.
"""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import pytest

from studio.pictures.fetch import (
    LINK_MAX,
    REDIRECTS_MAX,
    Link,
    LinkRefusal,
    LinkRefused,
    fetch_picture,
    read_link,
)
from studio.pictures.prepare import MAX_UPLOAD_BYTES
from tests import photos
from tests.studio.internet import LIMIT_S, LINK, PUBLIC, Internet, Opened, to
from tests.videoapi.scripted_server import Action, answer
from tests.videoapi.test_videoapi_addresses import recorded
from videoapi.public_connections import Network

ALSO_PUBLIC, PRIVATE = "2606:4700::1111", "127.0.0.1"
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


def never() -> bool:
    return False


def fetch(link: str, internet: Internet, *, deadline_s: float = LIMIT_S, stopped: Callable[[], bool] = never) -> bytes:
    return fetch_picture(read_link(link), stopped, network=internet.network, deadline_s=deadline_s)


def refused(link: str, internet: Internet, **options: float) -> LinkRefusal:
    with pytest.raises(LinkRefused) as caught:
        fetch(link, internet, **options)  # type: ignore[arg-type]
    return caught.value.refusal


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
    with pytest.raises(LinkRefused, match="too_slow"):
        fetch(LINK, there, stopped=lambda: bool(server.requests))
    assert time.monotonic() - begun < FAR_TOO_LONG_S


# The link may hold a token.


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
