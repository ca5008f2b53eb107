"""Orders over real sockets: what is sent, how often, and what is known about it afterwards."""

import json
import logging
import re
import socket
import ssl
import subprocess
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.videoapi.scripted_server import Action, Received, ScriptedServer, answer
from videoapi import (
    Forbidden,
    GenerationRequest,
    KeyRejected,
    NoAnswer,
    NotFound,
    NotReachable,
    OrderInvalid,
    OutOfCredit,
    ServiceDown,
    Status,
    TooManyRequests,
    UnreadableAnswer,
    VideoAPI,
    VideoAPIError,
)

KEY = "canary-key-4f1d9a7be02c"
ORDER = GenerationRequest(
    model="alibaba/wan-2-6-i2v",
    prompt="A canary sings.",
    image_url="data:image/jpeg;base64,AAAA",
    resolution="720p",
    duration=5,
)
QUEUED = answer(200, '{"id": "abc", "status": "queued", "meta": {"usage": {"credits_used": 1575000}}}')


@contextmanager
def client(base_url: str, **options: object) -> Iterator[VideoAPI]:
    settings: dict[str, object] = {"connect_timeout_s": 2.0, "read_timeout_s": 2.0, "backoff_s": 0.01} | options
    api = VideoAPI(base_url, KEY, **settings)  # type: ignore[arg-type]
    try:
        yield api
    finally:
        api.close()


def order_once(script: list[Action], **options: object) -> tuple[VideoAPIError, ScriptedServer]:
    with (
        ScriptedServer(script) as server,
        client(server.base_url, **options) as api,
        pytest.raises(VideoAPIError) as caught,
    ):
        api.create(ORDER, client_request_id="job-1.1")
    return caught.value, server


def test_an_order_is_one_post_with_its_fields_its_key_and_its_own_id() -> None:
    with ScriptedServer([QUEUED]) as server, client(server.base_url + "/") as api:
        generation = api.create(ORDER, client_request_id="job-1.1")
    assert (generation.generation_id, generation.status, generation.credits_used) == ("abc", Status.QUEUED, 1575000)
    (request,) = server.requests
    assert request.line == "POST /v2/video/generations HTTP/1.1"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["x-client-request-id"] == "job-1.1"
    assert request.headers["connection"] == "close"
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == {
        "model": "alibaba/wan-2-6-i2v",
        "prompt": "A canary sings.",
        "image_url": "data:image/jpeg;base64,AAAA",
        "resolution": "720p",
        "duration": 5,
    }


@pytest.mark.parametrize("bad", ["", "a b", "å", "x" * 129, "a/b", "a\r\nX-Evil: 1", "a\n"])
def test_an_id_that_the_provider_would_drop_is_refused_before_anything_is_sent(bad: str) -> None:
    with ScriptedServer([]) as server, client(server.base_url) as api, pytest.raises(ValueError, match="1 to 128"):
        api.create(ORDER, client_request_id=bad)
    assert server.connections == 0


HALF = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ACCEPTED = '{"id": "abc", "status": "queued"}'
BROKE, LATE, NO_ID = "the connection broke", "no answer in time", "a success without the id"
AMBIGUOUS: dict[str, tuple[Action, type[VideoAPIError], str]] = {
    "closed on accept": (Action(read_at_most=0), NoAnswer, BROKE),
    "reset at the first byte": (Action(read_at_most=1, reset=True), NoAnswer, BROKE),
    "reset in the middle of the upload": (Action(read_at_most=100, reset=True), NoAnswer, BROKE),
    "reset after the whole order": (Action(reset=True), NoAnswer, BROKE),
    "closed after the whole order": (Action(), NoAnswer, BROKE),
    "no answer in time": (Action(hang=True), NoAnswer, LATE),
    "headers cut": (Action(pieces=[HALF]), UnreadableAnswer, NO_ID),
    "headers, then silence": (Action(pieces=[HALF], hang=True), NoAnswer, LATE),
    "reset in the headers": (Action(pieces=[HALF], reset=True), NoAnswer, BROKE),
    "body cut": (answer(200, '{"id": "abc"', declare=500), NoAnswer, BROKE),
    "chunked body cut": (Action(pieces=[HALF + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"id']), NoAnswer, BROKE),
    "chunks that are none": (Action(pieces=[HALF + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc"]), NoAnswer, BROKE),
    "body that stops coming": (Action(pieces=[HALF + b"Content-Length: 50\r\n\r\n{"], hang=True), NoAnswer, "in time"),
    "body that drips for ever": (
        Action(pieces=[HALF + b"Content-Length: 500\r\n\r\n", *([b" "] * 400)], pause_s=0.05),
        NoAnswer,
        "did not end in time",
    ),
    "something that is not HTTP": (Action(pieces=[b"SSH-2.0-OpenSSH_9.6\r\n\r\n"]), NoAnswer, BROKE),
    "a hundred and one headers": (
        Action(pieces=[HALF + b"".join(b"X-%d: 1\r\n" % n for n in range(101)) + b"Content-Length: 0\r\n\r\n"]),
        NoAnswer,
        BROKE,
    ),
    "two lengths": (Action(pieces=[HALF + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}"]), NoAnswer, BROKE),
    "408": (answer(408, "{}"), NoAnswer, "HTTP 408"),
    "200 with a web page": (
        answer(200, "<html><title>Just a moment...</title></html>"),
        UnreadableAnswer,
        "Just a moment",
    ),
    "200 without an id": (answer(200, '{"status": "queued"}'), UnreadableAnswer, NO_ID),
    "200 with an error in it": (answer(200, '{"statusCode": 400, "message": "no"}'), UnreadableAnswer, NO_ID),
    "200 with nothing": (answer(200), UnreadableAnswer, NO_ID),
    "200 with half an object": (answer(200, '{"id": "abc", "sta'), UnreadableAnswer, NO_ID),
    "200 with a list": (answer(200, f"[{ACCEPTED}]"), UnreadableAnswer, NO_ID),
    "200 with null": (answer(200, "null"), UnreadableAnswer, NO_ID),
    "200 said to be packed": (
        answer(200, ACCEPTED, headers=[("Content-Encoding", "gzip")]),
        UnreadableAnswer,
        "could not be unpacked",
    ),
    "204": (Action(pieces=[b"HTTP/1.1 204 No Content\r\n\r\n"]), UnreadableAnswer, "HTTP 204.*" + NO_ID),
    "301 to elsewhere": (answer(301, headers=[("Location", "http://127.0.0.1:9/")]), UnreadableAnswer, "HTTP 301"),
    "307 to itself": (answer(307, headers=[("Location", "/v2/video/generations")]), UnreadableAnswer, "HTTP 307"),
    "302 to a broken address": (answer(302, headers=[("Location", "http://[::1")]), UnreadableAnswer, "HTTP 302"),
    "500": (answer(500, '{"message": "Internal server error"}'), ServiceDown, "HTTP 500"),
    "502 with a web page": (answer(502, "<html><title>Bad gateway</title></html>"), ServiceDown, "HTTP 502"),
    "503 asking to wait": (answer(503, "", headers=[("Retry-After", "1")]), ServiceDown, "HTTP 503"),
    "504": (answer(504, "Generation timeout"), ServiceDown, "HTTP 504"),
    "524": (answer(524, "<html>A timeout occurred</html>"), ServiceDown, "HTTP 524"),
    "599": (answer(599), ServiceDown, "HTTP 599"),
}


@pytest.mark.parametrize("fault", AMBIGUOUS)
def test_an_order_without_a_clear_answer_is_in_doubt_and_is_sent_exactly_once(fault: str) -> None:
    action, kind, said = AMBIGUOUS[fault]
    waiting = "stop" in fault or "silence" in fault or "in time" in fault
    begun = time.monotonic()
    error, server = order_once([action, QUEUED, QUEUED], read_timeout_s=0.2 if waiting else 2.0, answer_timeout_s=0.3)
    assert time.monotonic() - begun < 5.0, "it hung on a fault that its timeouts are for"
    assert type(error) is kind, repr(error)
    assert re.search(said, str(error)), repr(error)
    assert error.outcome_unknown
    assert not error.retryable
    assert server.connections == 1
    assert len(server.requests) == (0 if "on accept" in fault else 1)


REFUSED: dict[str, tuple[Action, type[VideoAPIError], bool]] = {
    "400": (answer(400, '{"message": ["duration must be one of 5, 10, 15"], "statusCode": 400}'), OrderInvalid, False),
    "401": (answer(401, '{"statusCode": 401, "message": "This request requires a valid key."}'), KeyRejected, False),
    "402": (answer(402, '{"message": "pay"}'), OutOfCredit, False),
    "403 out of credit": (
        answer(403, '{"message": "No.", "error": {"data": {"kind": "err_insufficent_credits"}}}'),
        OutOfCredit,
        False,
    ),
    "403": (answer(403, '{"message": "Forbidden"}'), Forbidden, False),
    "403 page": (answer(403, "<html><title>Request blocked</title></html>"), Forbidden, False),
    "404": (answer(404, ""), NotFound, False),
    "413": (answer(413, "<html><title>413 Request Entity Too Large</title></html>"), OrderInvalid, False),
    "429": (answer(429, "{}", headers=[("Retry-After", "7")]), TooManyRequests, True),
}


@pytest.mark.parametrize("status", REFUSED)
def test_an_order_that_was_clearly_refused_is_not_in_doubt_and_is_not_sent_again_here(status: str) -> None:
    action, kind, retryable = REFUSED[status]
    error, server = order_once([action, QUEUED])
    assert type(error) is kind
    assert (error.outcome_unknown, error.retryable) == (False, retryable)
    assert error.retry_after_s == (7.0 if status == "429" else None)
    assert (server.connections, server.posts) == (1, 1)


def test_a_refused_connection_has_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with client(f"http://127.0.0.1:{port}") as api, pytest.raises(NotReachable, match="NewConnectionError") as caught:
        api.create(ORDER, client_request_id="job-1.1")
    assert (caught.value.retryable, caught.value.outcome_unknown) == (True, False)


def test_a_host_that_does_not_exist_has_been_sent_nothing() -> None:
    # RFC 6761 keeps .invalid from ever existing.
    with client("http://nothing.invalid") as api, pytest.raises(NotReachable, match="NameResolution") as caught:
        api.create(ORDER, client_request_id="job-1.1")
    assert not caught.value.outcome_unknown


def test_a_connection_that_is_not_taken_in_time_has_sent_nothing() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fillers = [socket.socket() for _ in range(2)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        try:
            address = f"http://127.0.0.1:{full.getsockname()[1]}"
            with (
                client(address, connect_timeout_s=0.2) as api,
                pytest.raises(NotReachable, match="ConnectTimeout") as caught,
            ):
                api.create(ORDER, client_request_id="job-1.1")
        finally:
            for filler in fillers:
                filler.close()
    assert not caught.value.outcome_unknown


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test -addext subjectAltName=IP:127.0.0.1"
    alone = path.with_name("certificate.pem")
    subprocess.run([*command.split(), "-keyout", path, "-out", alone], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + alone.read_bytes())
    return path


def tls_server(certificate: Path, script: list[Action]) -> ScriptedServer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return ScriptedServer(script, tls=context)


def test_a_certificate_that_nobody_vouches_for_is_sent_nothing(certificate: Path) -> None:
    with (
        tls_server(certificate, [QUEUED]) as server,
        client(server.base_url) as api,
        pytest.raises(NotReachable, match="the certificate could not be verified") as caught,
    ):
        api.create(ORDER, client_request_id="job-1.1")
    assert not caught.value.outcome_unknown
    assert server.requests == []


def test_a_certificate_for_another_host_is_sent_nothing(certificate: Path) -> None:
    with (
        tls_server(certificate, [QUEUED]) as server,
        client(f"https://localhost:{server.port}", ca_file=str(certificate)) as api,
        pytest.raises(NotReachable, match="the certificate could not be verified"),
    ):
        api.create(ORDER, client_request_id="job-1.1")
    assert server.requests == []


def test_a_certificate_of_a_given_authority_is_spoken_to(certificate: Path) -> None:
    with (
        tls_server(certificate, [QUEUED, Action(reset=True)]) as server,
        client(server.base_url, ca_file=str(certificate)) as api,
    ):
        assert api.create(ORDER, client_request_id="job-1.1").generation_id == "abc"
        with pytest.raises(NoAnswer, match="the connection broke") as caught:
            api.create(ORDER, client_request_id="job-1.2")
    assert caught.value.outcome_unknown
    assert server.posts == 2


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (Action(read_at_most=1), "the connection broke"),
        (Action(read_at_most=1, reset=True), "the connection broke"),
        (Action(read_at_most=1, pieces=[b"HTTP/1.1 400 Bad Request\r\n\r\n"]), "the connection broke .SSLError"),
        (Action(read_at_most=1, hang=True), "no answer in time"),
    ],
    ids=["handshake cut", "handshake reset", "plain HTTP where TLS was due", "handshake without an answer"],
)
def test_other_errors_of_tls_leave_it_in_doubt(action: Action, said: str) -> None:
    with (
        ScriptedServer([action]) as server,
        client(f"https://127.0.0.1:{server.port}", connect_timeout_s=0.3) as api,
        pytest.raises(NoAnswer, match=said) as caught,
    ):
        api.create(ORDER, client_request_id="job-1.1")
    assert caught.value.outcome_unknown


def test_a_picture_on_a_slow_line_arrives_though_it_takes_longer_than_the_connect_timeout() -> None:
    order = GenerationRequest(
        model="m", prompt="p", image_url="data:," + "A" * 8_000_000, resolution="720p", duration=5
    )
    slow = Action(read_bytes_per_s=8_000_000, pieces=QUEUED.pieces)
    with ScriptedServer([slow]) as server, client(server.base_url, connect_timeout_s=0.4, read_timeout_s=5.0) as api:
        assert api.create(order, client_request_id="job-1.1").generation_id == "abc"
    assert len(server.requests[0].raw) > 8_000_000


def test_an_answer_without_end_is_left_after_a_megabyte() -> None:
    endless = (b"100000\r\n" + b" " * 0x100000 + b"\r\n" for _ in range(200))
    start = HALF + b"Transfer-Encoding: chunked\r\n\r\n"
    error, server = order_once([Action(pieces=(piece for part in ([start], endless) for piece in part))])
    assert isinstance(error, UnreadableAnswer)
    assert error.outcome_unknown
    # What the kernels hold between the two sides comes on top of what was read.
    assert server.bytes_sent < 32 * 1024 * 1024


@pytest.mark.parametrize(
    "action",
    [
        answer(200, "<html>", headers=[("X-Inference-Id", "lost-1")]),
        answer(500, "{}", headers=[("x-inference-id", "lost-1")]),
        answer(200, '{"id": "lo', declare=99, headers=[("X-INFERENCE-ID", "lost-1")]),
    ],
    ids=["web page", "500", "cut"],
)
def test_a_spoilt_answer_still_tells_the_id_that_its_headers_hold(action: Action) -> None:
    error, _ = order_once([action])
    assert error.inference_id == "lost-1"
    assert error.outcome_unknown


def chain(error: BaseException) -> Iterator[BaseException]:
    waiting: list[BaseException | None] = [error]
    while waiting:
        current = waiting.pop()
        if current is not None:
            yield current
            waiting += [current.__cause__, current.__context__]
            waiting += [arg for arg in current.args if isinstance(arg, BaseException)]


def test_the_key_is_in_no_error_no_log_line_and_no_repr(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = f'{{"message": "Incorrect API key provided: {KEY}", "error": {{"message": ["{KEY}", "Bearer {KEY}"]}}}}'
    script = [action for action, _, _ in AMBIGUOUS.values()] + [action for action, _, _ in REFUSED.values()]
    script += [answer(status, echo, headers=[("X-Request-Id", KEY)]) for status in (200, 302, 400, 401, 403, 429, 500)]
    for action in script:
        error, _ = order_once([action], read_timeout_s=0.1, answer_timeout_s=0.1)
        for link in chain(error):
            assert isinstance(link, VideoAPIError), "a foreign exception travels along"
            told = f"{link} {link!r} {link.args} {vars(link)} " + "".join(traceback.format_exception(link))
            assert KEY not in told
    with client("http://127.0.0.1:1") as api:
        assert KEY not in repr(api)
    assert caplog.records, "nothing was logged, so nothing was shown"
    assert KEY not in caplog.text
    assert "canary sings" not in caplog.text
    assert "canary sings" not in repr(ORDER)
    assert "AAAA" not in repr(ORDER)


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "clé", "tab\t"])
def test_a_key_that_cannot_be_one_is_refused_without_being_printed(key: str) -> None:
    with pytest.raises(ValueError, match="the key") as caught:
        VideoAPI("https://api.aimlapi.com", key)
    assert not key or key not in str(caught.value)


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "api.aimlapi.com",
        "ftp://a",
        "https://",
        "https://user:pass@a.b",
        "https://a b",
        "https://a.b?x=1",
        "file:///",
    ],
)
def test_a_base_address_that_cannot_be_one_is_refused(base_url: str) -> None:
    with pytest.raises(ValueError, match="base address"):
        VideoAPI(base_url, KEY)


def test_threads_share_one_client_and_each_gets_its_own_answer() -> None:
    def serve(request: Received) -> Action:
        if request.line.startswith("POST"):
            name = request.headers["x-client-request-id"]
            return answer(200, json.dumps({"id": name, "status": "queued"}))
        name = request.line.partition("generation_id=")[2].partition(" ")[0]
        return answer(200, json.dumps({"id": name, "status": "generating"}), keep_open=True)

    wrong: list[str] = []
    with ScriptedServer(serve) as server, client(server.base_url) as api:

        def work(number: int) -> None:
            for turn in range(12):
                name = f"{number}-{turn}"
                ordered = api.create(ORDER, client_request_id=name).generation_id
                if ordered != name or api.look_up(name).generation_id != name:
                    wrong.append(name)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.posts == 96
        # Orders each on a connection of their own; polls share theirs.
        assert server.connections < 96 + 12
    assert wrong == []
