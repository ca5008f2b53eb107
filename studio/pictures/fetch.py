"""The picture behind a link that a stranger gives, or a refusal for which the screen has a sentence.

Fetched once, here, from hosts on the open internet only, and prepared like an upload afterwards. The link itself goes
nowhere else: it may hold a token, so no log, no error and no database has it.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, urldefrag, urljoin, urlsplit

import requests

from studio.pictures.prepare import MAX_UPLOAD_BYTES
from videoapi.errors import AddressRefused
from videoapi.public_addresses import is_public_https
from videoapi.public_connections import Deadline, Network, connect_https

LINK_MAX = 8_192
"""Characters. Signed links of object stores run to some thousand; servers refuse much longer ones."""
DEADLINE_S = 15.0
"""For all of it: look-ups, redirects, and the picture however it drips. 20 MB in that time are 11 Mbit/s."""
REDIRECTS_MAX = 3

_CHUNK = 64 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)
_NAME = "Kineograph"
_WANTED = "image/jpeg, image/png, image/webp, image/heic, image/bmp, */*;q=0.1"
"""Servers that choose by it would send an AVIF otherwise, which nothing here takes."""
_CLEARLY_NONE = ("text/", "audio/", "video/")
_NONE = ("application/json", "application/xml", "application/xhtml+xml", "application/javascript")


class LinkRefusal(StrEnum):
    """Why no picture came of a link. The screen has the sentence for each."""

    NOT_HTTPS = "not_https"
    """It is no https address, or leads on to one that is none."""
    NOT_PUBLIC = "not_public"
    """It leads, or leads on, to a place that is not on the open internet. Nothing there was connected to."""
    NOT_REACHABLE = "not_reachable"
    """No such host, no connection, a certificate that is not good, an answer that breaks off or makes no sense."""
    NOT_FOUND = "not_found"
    NO_ACCESS = "no_access"
    """It opens for some only, or no longer."""
    NOT_A_PICTURE = "not_a_picture"
    """The server says that it is something else: a page, most often."""
    TOO_LARGE = "too_large"
    """More bytes than an upload may have."""
    TOO_SLOW = "too_slow"
    """It was not here after DEADLINE_S."""


class LinkRefused(Exception):
    """No picture came of the link. Says why as a `LinkRefusal`; the sentence is the screen's."""

    def __init__(self, refusal: LinkRefusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Link:
    """A link that may be fetched, as far as its spelling tells."""

    address: str = field(repr=False)
    """Plain ASCII without a fragment. Hidden in repr: it may hold a token."""


Fetch = Callable[[Link, Callable[[], bool]], bytes]
"""The bytes behind a link, for as long as the second argument does not say that nobody wants them. Raises LinkRefused.
"""


def read_link(text: str) -> Link:
    """The link in what a person pasted: spaces around it go, other alphabets are written as servers want them.

    Raises LinkRefused: NOT_HTTPS, NOT_PUBLIC. Nothing is looked up or connected to.
    """
    text = text.strip()
    if not text.lower().startswith("https://") or len(text) > LINK_MAX or not text.isprintable():
        raise LinkRefused(LinkRefusal.NOT_HTTPS)
    address = _as_sent(text)
    # As it was written, because a backslash would be gone; and as it is used.
    if not (is_public_https(text) and is_public_https(address) and address.isascii()) or " " in address:
        raise LinkRefused(LinkRefusal.NOT_PUBLIC)
    return Link(address)


def _as_sent(text: str) -> str:
    """The address in the letters that servers and resolvers take; empty where it cannot be written so."""
    prepared = requests.PreparedRequest()
    try:
        prepared.prepare_url(text, None)
    except ValueError:
        return ""
    return urldefrag(prepared.url or "").url


def fetch_picture(
    link: Link, stopped: Callable[[], bool], *, network: Network | None = None, deadline_s: float = DEADLINE_S
) -> bytes:
    """What is behind the link: at most MAX_UPLOAD_BYTES, and nobody has decoded it.

    Each of at most REDIRECTS_MAX redirects is judged like the link. No cookie, key or referrer goes along. Returns, or
    raises LinkRefused, within `deadline_s` seconds, and some seconds after `stopped` says so, most often half a one.
    """
    deadline = Deadline(at=time.monotonic() + deadline_s, stopped=stopped)
    try:
        for _ in range(REDIRECTS_MAX + 1):
            found = _one_hop(link, deadline, network or Network())
            if isinstance(found, bytes):
                return found
            link = read_link(urljoin(link.address, found))
    except AddressRefused:
        why = LinkRefusal.NOT_PUBLIC
    except TimeoutError:
        why = LinkRefusal.TOO_SLOW
    except (OSError, http.client.HTTPException, ValueError):
        why = LinkRefusal.NOT_REACHABLE
    else:
        why = LinkRefusal.NOT_REACHABLE  # it leads on and on
    # Raised outside the handlers: some originals quote the address, and must not travel along as its context.
    raise LinkRefused(why)


def _one_hop(link: Link, deadline: Deadline, network: Network) -> bytes | str:
    """The bytes, or where the link leads on to."""
    parts = urlsplit(link.address)
    line = connect_https(parts.hostname or "", deadline, network)
    try:
        connection = http.client.HTTPConnection(parts.netloc)
        connection.sock = line
        connection.request("GET", _target(parts), headers=_headers(parts))
        answer = connection.getresponse()
        if answer.status in _REDIRECTS and (onward := answer.getheader("Location")):
            # http.client reads every header as Latin-1; an address in another alphabet comes as UTF-8.
            return onward.encode("latin-1").decode("utf-8", "replace")
        _judge(answer)
        return _body(answer)
    finally:
        line.hang_up()


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _headers(parts: SplitResult) -> dict[str, str]:
    host = parts.hostname or ""
    return {
        "Host": f"[{host}]" if ":" in host else host,
        "User-Agent": _NAME,
        "Accept": _WANTED,
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def _judge(answer: http.client.HTTPResponse) -> None:
    """Raises LinkRefused unless a picture may follow."""
    match answer.status:
        case 200:
            pass
        case 404 | 410:
            raise LinkRefused(LinkRefusal.NOT_FOUND)
        case 401 | 402 | 403 | 407 | 451:
            raise LinkRefused(LinkRefusal.NO_ACCESS)
        case _:
            raise LinkRefused(LinkRefusal.NOT_REACHABLE)
    said = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    # Plain text is what some servers say of every file that they do not know.
    if said in _NONE or (said.startswith(_CLEARLY_NONE) and said != "text/plain"):
        raise LinkRefused(LinkRefusal.NOT_A_PICTURE)
    if (answer.getheader("Content-Encoding") or "").strip().lower() not in ("", "identity"):
        raise LinkRefused(LinkRefusal.NOT_REACHABLE)
    if (answer.length or 0) > MAX_UPLOAD_BYTES:
        raise LinkRefused(LinkRefusal.TOO_LARGE)


def _body(answer: http.client.HTTPResponse) -> bytes:
    received = bytearray()
    while piece := answer.read(_CHUNK):
        received += piece
        if len(received) > MAX_UPLOAD_BYTES:
            raise LinkRefused(LinkRefusal.TOO_LARGE)
    if answer.length:
        raise http.client.IncompleteRead(b"", answer.length)
    return bytes(received)
