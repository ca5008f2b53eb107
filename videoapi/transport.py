"""One request and its answer, without surprises: no retries, no redirects, no cookies, nothing from the environment,
nothing of unlimited size or length. What the network did comes out as one of our errors.
"""

import http.client
import io
import logging
import re
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy

import certifi
import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    NewConnectionError,
    ReadTimeoutError,
)

from videoapi.error_answers import header
from videoapi.errors import NoAnswer, NotReachable, UnreadableAnswer, VideoAPIError
from videoapi.untrusted import identifier

BODY_MAX = 1024 * 1024
"""Bytes of an answer that are read at most. The longest agreed one, a full page of the log, has about 60 KiB."""

_CHUNK = 64 * 1024

# What requests, urllib3 and http.client let out when the network or the other side misbehaves. ValueError is among
# them because http.client meets some malformed answers (a chunk's length, a header) with a plain one.
NETWORK_FAULTS = (HTTPError, http.client.HTTPException, OSError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long to wait, in seconds."""

    connect_s: float
    """For a connection, and for each piece of an order to leave."""
    read_s: float
    """For the answer's beginning, and between any two pieces of it."""
    answer_s: float
    """For the whole body of an answer, however steadily it drips."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer: its status, headers and body, all untrusted."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@lru_cache(maxsize=8)
def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """Certificates are always checked: against `ca_file`, or against the list that certifi ships.

    Each list is read once in a process, which takes about 15 ms. Raises OSError where `ca_file` cannot be read.
    """
    return ssl.create_default_context(cafile=ca_file or certifi.where())


class PlainSession(requests.Session):
    """A session that does what it is told and no more, over as many kept connections as are asked for."""

    def __init__(self, tls: ssl.SSLContext, *, connections: int) -> None:
        super().__init__()
        # Neither proxies nor .netrc from the environment: they would see the key, or put another in its place.
        self.trust_env = False
        self.headers.clear()
        self.cookies = RequestsCookieJar(DefaultCookiePolicy(allowed_domains=()))
        self.mount("https://", _Adapter(tls, connections))
        self.mount("http://", _Adapter(None, connections))

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Never: even with `allow_redirects=False` requests would read a redirect's whole body to prepare the next."""


class _Adapter(HTTPAdapter):
    def __init__(self, tls: ssl.SSLContext | None, connections: int) -> None:
        self._tls = tls
        super().__init__(pool_connections=2, pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: object) -> None:
        """The pool as requests makes it, with our certificates."""
        more = more | {"ssl_context": self._tls} if self._tls else more
        super().init_poolmanager(connections, maxsize, block, **more)


@contextmanager
def open_answer(
    session: PlainSession,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    timeouts: Timeouts,
    body: bytes | None = None,
) -> Iterator[urllib3.BaseHTTPResponse]:
    """Send one request, once, and yield the answer with its body unread. The connection is given back or closed after.

    Raises NotReachable where certainly nothing was sent, NoAnswer for everything else the network can do.
    """
    sent = dict(headers)
    stream = None
    if body is not None:
        # Handed over in pieces: given at once, the whole order would have to leave within the connect timeout, and a
        # picture on a slow line would fail after it may have arrived.
        stream = io.BytesIO(body)
        sent["Content-Length"] = str(len(body))
    error: VideoAPIError | None = None
    response: urllib3.BaseHTTPResponse | None = None
    try:
        response = session.request(
            method,
            url,
            data=stream,
            headers=sent,
            timeout=(timeouts.connect_s, timeouts.read_s),
            allow_redirects=False,
            stream=True,
        ).raw
    except NETWORK_FAULTS as fault:
        error = fault_error(fault)
    if error is not None or response is None:
        # Raised outside the handler: the original names the address and must not travel along as its context.
        raise error or NoAnswer()
    try:
        yield response
    finally:
        # An answer read to its end has given its connection back already. Any other would leave its rest for the next
        # request on the same connection, and takes the connection with it.
        response.close()


def exchange(
    session: PlainSession,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    timeouts: Timeouts,
    body: bytes | None = None,
) -> Answer:
    """Send one request, once, and return the whole answer.

    Raises NotReachable (nothing sent), NoAnswer (no whole answer), or UnreadableAnswer (longer than BODY_MAX).
    """
    with open_answer(session, method, url, headers=headers, timeouts=timeouts, body=body) as response:
        deadline = time.monotonic() + timeouts.answer_s
        received = bytearray()
        error: VideoAPIError | None = None
        try:
            while piece := response.read1(_CHUNK, decode_content=True):
                received += piece
                if len(received) > BODY_MAX:
                    error = UnreadableAnswer("an answer of more than 1 MiB")
                    break
                if time.monotonic() > deadline:
                    error = NoAnswer("the answer did not end in time")
                    break
        except DecodeError:
            error = UnreadableAnswer("an answer that could not be unpacked")
        except NETWORK_FAULTS as fault:
            error = fault_error(fault)
        if error is not None:
            error.status = response.status
            error.inference_id = identifier(header(response.headers, "x-inference-id"))
            raise error
        return Answer(status=response.status, headers=dict(response.headers), body=bytes(received))


def fault_error(fault: BaseException) -> VideoAPIError:
    """Our error for what the network layer raised. NotReachable only where no byte of the request can have left.

    Whether a reset came before or after the order was taken cannot be told apart by its exception (measured), so that
    everything not certainly before the first byte is NoAnswer.
    """
    causes = list(_causes(fault))
    kind = type(causes[-1]).__name__ if causes else type(fault).__name__
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return NotReachable("the certificate could not be verified")
    # requests wraps them; there is one attempt only, so that each tells of the whole of it.
    for cause in causes:
        if isinstance(cause, (NewConnectionError, ConnectTimeoutError)):
            return NotReachable(f"no connection ({type(cause).__name__})")
    if any(isinstance(cause, (ReadTimeoutError, TimeoutError)) for cause in causes):
        return NoAnswer("no answer in time")
    return NoAnswer(f"the connection broke ({kind})")


def _causes(fault: BaseException) -> Iterator[BaseException]:
    """The exception and what lies under it: urllib3 keeps the original in args, __cause__ or __context__."""
    waiting: list[BaseException] = [fault]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        under = [*current.args, current.__cause__, current.__context__, getattr(current, "reason", None)]
        waiting.extend(cause for cause in under if isinstance(cause, BaseException))


class _WithoutQueries(logging.Filter):
    """Cuts what stands behind the `?` of any address in a line: urllib3 logs whole paths, and ours can be signed."""

    _QUERY = re.compile(r"\?[^\s\"'<>]+")

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if "?" in text:
            record.msg, record.args = self._QUERY.sub("?…", text), ()
            # A warning about broken headers says them a second time in its traceback.
            record.exc_info = None
        return True


_WITHOUT_QUERIES = _WithoutQueries()


def quiet_logs() -> None:
    """Keep signatures out of urllib3's log lines, at every level and for every user of urllib3 in this process.

    Only the text after a `?` is lost. Calling it again changes nothing.
    """
    for name in ("connectionpool", "connection", "poolmanager", "response", "util.retry"):
        logging.getLogger(f"urllib3.{name}").addFilter(_WITHOUT_QUERIES)
