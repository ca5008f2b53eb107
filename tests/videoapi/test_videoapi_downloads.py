"""Fetching a file over real sockets: whole, resumed, cut, expired, too large, and without the key."""

import fcntl
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.videoapi.scripted_server import Action, Received, ScriptedServer, answer
from videoapi import (
    AddressExpired,
    AddressRefused,
    DownloadCut,
    DownloadTooLarge,
    NoAnswer,
    NotReachable,
    ServiceDown,
    TooManyRequests,
    UnreadableAnswer,
    VideoAPI,
    VideoAPIError,
    etag_path,
)

KEY = "canary-key-4f1d9a7be02c"
FILM = bytes(range(256)) * 1200
ETAG = '"5f2a-1"'
TAGGED = [("ETag", ETAG)]
CUT = answer(200, FILM[:100_000], declare=len(FILM), headers=TAGGED)


@contextmanager
def store(script: list[Action], **options: float) -> Iterator[tuple[ScriptedServer, VideoAPI]]:
    with ScriptedServer(script) as server:
        settings = {"connect_timeout_s": 2.0, "read_timeout_s": 2.0} | options
        api = VideoAPI(server.base_url, KEY, **settings)  # type: ignore[arg-type]
        yield server, api
        api.close()


def rest(start: int, *, total: int = len(FILM), etag: str = ETAG, said: str | None = None) -> Action:
    place = said if said is not None else f"bytes {start}-{total - 1}/{total}"
    return answer(206, FILM[start:], headers=[("ETag", etag), ("Content-Range", place)])


def fetch(api: VideoAPI, server: ScriptedServer, part: Path, *, max_bytes: int = 10**7) -> None:
    api.fetch(f"{server.base_url}/files/a.mp4?Expires=1&Signature=canary-signature", part, max_bytes=max_bytes)


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "video.part"


def left(part: Path) -> set[str]:
    return {path.name for path in part.parent.iterdir()}


@pytest.mark.parametrize("headers", [[], TAGGED])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_file_comes_whole_private_and_alone(part: Path, headers: list[tuple[str, str]], chunked: bool) -> None:
    with store([answer(200, FILM, headers=headers, chunked=chunked)]) as (server, api):
        fetch(api, server, part)
    assert part.read_bytes() == FILM
    assert stat.S_IMODE(part.stat().st_mode) == 0o600
    assert left(part) == {"video.part"}


def test_the_store_is_told_neither_the_key_nor_any_cookie(part: Path) -> None:
    hop = answer(302, headers=[("Location", "/files/b.mp4"), ("Set-Cookie", "a=b; Path=/")])
    with store([hop, answer(200, FILM)]) as (server, api):
        fetch(api, server, part)
    for request in server.requests:
        assert KEY.encode() not in request.raw
        assert not {"authorization", "cookie", "range", "if-range"} & set(request.headers)
        assert request.headers["accept-encoding"] == "identity"
    assert [request.line.split()[1] for request in server.requests][1] == "/files/b.mp4"


def test_neither_a_proxy_nor_a_password_of_the_environment_is_used(
    part: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy would see the key; a password for the host would take its place."""
    netrc = tmp_path / "home" / ".netrc"
    netrc.parent.mkdir()
    netrc.write_text("machine 127.0.0.1 login someone password canary-password\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    polled = answer(200, '{"id": "abc", "status": "queued"}')
    with ScriptedServer([polled, answer(200, FILM)]) as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.base_url)
        with store([polled, answer(200, FILM)]) as (server, api):
            api.look_up("abc")
            fetch(api, server, part)
        assert proxy.connections == 0
    asked, fetched = server.requests
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert "authorization" not in fetched.headers


def test_a_cut_download_goes_on_where_it_stopped(part: Path) -> None:
    with store([CUT, rest(100_000)]) as (server, api):
        with pytest.raises(DownloadCut, match="IncompleteRead") as caught:
            fetch(api, server, part)
        assert caught.value.retryable
        assert part.read_bytes() == FILM[:100_000]
        fetch(api, server, part)
    assert part.read_bytes() == FILM
    assert server.requests[1].headers["range"] == "bytes=100000-"
    assert server.requests[1].headers["if-range"] == ETAG
    assert left(part) == {"video.part"}


def test_a_download_cut_many_times_still_arrives_whole(part: Path) -> None:
    def serve(request: Received) -> Action:
        found = re.match(r"bytes=(\d+)-", request.headers.get("range", ""))
        start = int(found.group(1)) if found else 0
        end = min(start + 50_000, len(FILM))
        headers = [*TAGGED, ("Content-Range", f"bytes {start}-{len(FILM) - 1}/{len(FILM)}")] if start else TAGGED
        return answer(206 if start else 200, FILM[start:end], declare=len(FILM) - start, headers=headers)

    with ScriptedServer(serve) as server:
        api = VideoAPI(server.base_url, KEY)
        tries = 0
        while True:
            tries += 1
            try:
                fetch(api, server, part)
                break
            except DownloadCut:
                assert tries < 10
    assert part.read_bytes() == FILM
    assert tries == 7


OTHER = FILM[::-1]
START_OVER = {
    "the file has changed": [answer(200, OTHER, headers=[("ETag", '"other"')])],
    "the range is not satisfiable": [answer(416), answer(200, OTHER)],
    "the range starts elsewhere": [rest(99_999), answer(200, OTHER)],
    "the range ends elsewhere": [rest(100_000, said=f"bytes 100000-200000/{len(FILM)}"), answer(200, OTHER)],
    "the range is of another file": [rest(100_000, etag='"other"'), answer(200, OTHER)],
    "the range says nothing of itself": [answer(206, FILM[100_000:]), answer(200, OTHER)],
    "the range says nonsense": [rest(100_000, said="bytes */*"), answer(200, OTHER)],
}


@pytest.mark.parametrize("why", START_OVER)
def test_a_download_starts_over_where_going_on_could_mix_two_files(part: Path, why: str) -> None:
    with store([CUT, *START_OVER[why]]) as (server, api):
        with pytest.raises(DownloadCut, match="IncompleteRead"):
            fetch(api, server, part)
        fetch(api, server, part)
    assert part.read_bytes() == OTHER
    assert "range" in server.requests[1].headers
    assert len(server.requests) == 1 + len(START_OVER[why])
    if len(server.requests) == 3:
        assert "range" not in server.requests[2].headers
    assert left(part) == {"video.part"}


def _is_free(part: Path) -> bool:
    """Whether another worker could lock what is at the part's place, and so begin to write there too."""
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


@pytest.mark.parametrize("why", START_OVER)
def test_a_lock_on_the_part_holds_while_the_download_starts_over(part: Path, why: str) -> None:
    script, free = iter([CUT, *START_OVER[why]]), []

    def serve(_request: Received) -> Action:
        free.append(_is_free(part))
        return next(script)

    part.touch()
    with part.open("r+b") as locked, ScriptedServer(serve) as server:
        fcntl.flock(locked, fcntl.LOCK_EX)
        api = VideoAPI(server.base_url, KEY)
        with pytest.raises(DownloadCut, match="IncompleteRead"):
            fetch(api, server, part)
        fetch(api, server, part)
        free.append(_is_free(part))
        assert os.path.samestat(os.fstat(locked.fileno()), part.stat())
        api.close()
    assert free == [False] * (2 + len(START_OVER[why]))
    assert part.read_bytes() == OTHER


@pytest.mark.parametrize("etag", [None, 'W/"weak"', "bare", '"two\tparts"', '"' + "x" * 300 + '"'], ids=ascii)
def test_a_download_without_a_sure_name_for_the_file_starts_over(part: Path, etag: str | None) -> None:
    headers = [("ETag", etag)] if etag else []
    with store([answer(200, FILM[:9], declare=len(FILM), headers=headers), answer(200, FILM)]) as (server, api):
        with pytest.raises(DownloadCut, match="IncompleteRead"):
            fetch(api, server, part)
        fetch(api, server, part)
    assert "range" not in server.requests[1].headers
    assert part.read_bytes() == FILM


@pytest.mark.parametrize("planted", ['"a"\r\nX-Evil: 1', "", 'W/"a"', "é", '"a" '], ids=ascii)
def test_a_spoilt_note_beside_the_part_is_ignored(part: Path, planted: str) -> None:
    part.write_bytes(b"old")
    etag_path(part).write_text(planted)
    with store([answer(200, FILM)]) as (server, api):
        fetch(api, server, part)
    assert "range" not in server.requests[0].headers
    assert b"Evil" not in server.requests[0].raw
    assert part.read_bytes() == FILM


def test_a_part_alone_is_never_added_to(part: Path) -> None:
    part.write_bytes(b"left by something else")
    with store([answer(200, FILM)]) as (server, api):
        fetch(api, server, part)
    assert part.read_bytes() == FILM


def test_a_link_planted_at_the_parts_place_is_not_written_through(part: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    part.symlink_to(precious)
    with store([answer(200, FILM)]) as (server, api), pytest.raises(OSError, match=r"video\.part"):
        fetch(api, server, part)
    assert precious.read_bytes() == b"precious"


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
CUTS: dict[str, tuple[Action, str]] = {
    "declared more than came": (answer(200, FILM, declare=len(FILM) + 1), "IncompleteRead"),
    "reset": (
        Action(pieces=[b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n" + FILM[:70_000]], hang=False, reset=True),
        "the connection broke",
    ),
    "chunks cut": (Action(pieces=[CHUNKED + b"ffff\r\nabc"]), "IncompleteRead"),
    "chunks that are none": (Action(pieces=[CHUNKED + b"xyz\r\nabc"]), "ValueError"),
    "nothing at all": (answer(200, b""), "0 bytes of 0"),
    "nothing, of unknown length": (Action(pieces=[b"HTTP/1.1 200 OK\r\n\r\n"]), "0 bytes of an unknown number"),
    "silence in the middle": (
        Action(pieces=[b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"], hang=True),
        "no answer in time",
    ),
    "dripping for ever": (
        Action(pieces=[b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", *[b"x"] * 200], pause_s=0.02),
        "it took too long",
    ),
}
"""What cuts a download, and what is said of it."""


@pytest.mark.parametrize("how", CUTS)
def test_a_file_that_does_not_come_to_its_end_is_cut_and_may_be_tried_again(part: Path, how: str) -> None:
    action, said = CUTS[how]
    begun = time.monotonic()
    with (
        store([action], fetch_timeout_s=0.5, read_timeout_s=0.3) as (server, api),
        pytest.raises(DownloadCut, match=said) as caught,
    ):
        fetch(api, server, part)
    assert time.monotonic() - begun < 2.0, "it took longer than its time limits"
    assert caught.value.retryable
    assert not caught.value.outcome_unknown


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_an_address_that_has_expired_asks_for_a_fresh_one(part: Path, status: int) -> None:
    body = "<Error><Code>AccessDenied</Code><Message>Request has expired.</Message></Error>"
    with store([answer(status, body)]) as (server, api), pytest.raises(AddressExpired) as caught:
        fetch(api, server, part)
    assert caught.value.status == status
    assert left(part) == set()


OTHERWISE: dict[str, tuple[Action, type[VideoAPIError], str]] = {
    "busy": (answer(429, headers=[("Retry-After", "3")]), TooManyRequests, "HTTP 429"),
    "down": (answer(503), ServiceDown, "HTTP 503"),
    "no content": (Action(pieces=[b"HTTP/1.1 204 No Content\r\n\r\n"]), UnreadableAnswer, "HTTP 204.*neither the file"),
    "a part not asked for": (rest(0), UnreadableAnswer, "HTTP 206.*neither the file"),
    "416 without a range": (answer(416), UnreadableAnswer, "HTTP 416.*neither the file"),
    "packed": (answer(200, FILM, headers=[("Content-Encoding", "gzip")]), UnreadableAnswer, "came packed"),
    "a redirect to nowhere": (answer(302), UnreadableAnswer, "HTTP 302.*neither the file"),
    "silence": (Action(hang=True), NoAnswer, "no answer in time"),
    "closed": (Action(), NoAnswer, "the connection broke"),
}


@pytest.mark.parametrize("what", OTHERWISE)
def test_other_errors_of_a_download_may_be_tried_again_and_is_never_in_doubt(part: Path, what: str) -> None:
    action, kind, said = OTHERWISE[what]
    with store([action], read_timeout_s=0.3) as (server, api), pytest.raises(VideoAPIError, match=said) as caught:
        fetch(api, server, part)
    assert type(caught.value) is kind
    assert (caught.value.retryable, caught.value.outcome_unknown) == (True, False)
    assert left(part) == set()


def test_a_store_that_is_not_there_is_not_reachable(part: Path) -> None:
    with store([]) as (server, api):
        gone = f"{server.base_url}/files/a.mp4"
    with pytest.raises(NotReachable, match="NewConnectionError") as caught:
        api.fetch(gone, part, max_bytes=100)
    assert caught.value.retryable


def test_a_file_declared_too_large_is_not_begun(part: Path) -> None:
    with store([answer(200, b"x", declare=2_000_000)]) as (server, api), pytest.raises(DownloadTooLarge):
        fetch(api, server, part, max_bytes=1_000_000)
    assert left(part) == set()


@pytest.mark.parametrize("chunked", [True, False])
def test_a_file_that_grows_too_large_is_stopped_and_removed(part: Path, chunked: bool) -> None:
    unbounded = Action(pieces=[b"HTTP/1.1 200 OK\r\nETag: " + ETAG.encode() + b"\r\n\r\n", *[bytes(65536)] * 400])
    action = answer(200, bytes(2_000_000), chunked=True, headers=TAGGED) if chunked else unbounded
    with store([action]) as (server, api), pytest.raises(DownloadTooLarge):
        fetch(api, server, part, max_bytes=1_000_000)
    assert left(part) == set()
    assert server.bytes_sent < 20_000_000


def test_the_rest_of_a_file_counts_with_what_is_there(part: Path) -> None:
    too_much = f"bytes 100000-{10**7}/{10**7 + 1}"
    with store([CUT, rest(100_000, said=too_much)]) as (server, api):
        with pytest.raises(DownloadCut, match="IncompleteRead"):
            fetch(api, server, part)
        with pytest.raises(DownloadTooLarge):
            fetch(api, server, part, max_bytes=10**7)
    assert left(part) == set()


def test_a_file_of_exactly_the_limit_is_taken(part: Path) -> None:
    with store([answer(200, FILM)]) as (server, api):
        fetch(api, server, part, max_bytes=len(FILM))
    assert part.read_bytes() == FILM


def test_redirects_are_followed_five_times_and_no_more(part: Path) -> None:
    hop = answer(307, headers=[("Location", "next")])
    with store([hop] * 5 + [answer(200, FILM)]) as (server, api):
        fetch(api, server, part)
    assert part.read_bytes() == FILM
    part.unlink()
    with store([hop] * 20) as (server, api), pytest.raises(AddressRefused, match="redirects too often"):
        fetch(api, server, part)
    assert len(server.requests) == 6


def test_no_signature_is_in_any_error_of_a_download_or_in_any_log_line(
    part: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    actions = [*(action for action, _ in CUTS.values()), *(action for action, _, _ in OTHERWISE.values())]
    actions += [answer(403), answer(302)]
    actions += [answer(302, headers=[("Location", "https://evil.test/?Signature=canary-signature")])]
    broken = b"HTTP/1.1 302 Found\r\nbad header\r\nLocation: https://a.test/?Signature=canary-signature\r\n\r\n"
    actions += [Action(pieces=[broken])]
    for action in actions:
        with (
            store([action], fetch_timeout_s=0.2, read_timeout_s=0.1) as (server, api),
            pytest.raises(VideoAPIError) as caught,
        ):
            fetch(api, server, part)
        error: BaseException | None = caught.value
        assert error is not None
        assert error.__cause__ is None
        assert error.__context__ is None
        assert "canary" not in f"{error} {error!r} {error.args} {vars(error)}"
        part.unlink(missing_ok=True)
    assert "/files/a.mp4?…" in caplog.text
    assert "Failed to parse headers" in caplog.text
    assert "canary" not in caplog.text


def test_what_was_fetched_is_on_disk_before_the_fetch_returns(part: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_size)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with store([answer(200, FILM)]) as (server, api):
        fetch(api, server, part)
    assert synced == [len(FILM)]
