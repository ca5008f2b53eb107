"""Fetching a finished file: only from addresses that may be trusted, whole or resumable, never with the key."""

import os
import re
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin

import urllib3

from videoapi.error_answers import header, read_error
from videoapi.errors import (
    AddressExpired,
    AddressRefused,
    DownloadCut,
    DownloadTooLarge,
    ServiceDown,
    TooManyRequests,
    UnreadableAnswer,
    VideoAPIError,
)
from videoapi.transport import NETWORK_FAULTS, PlainSession, Timeouts, fault_error, open_answer

DEFAULT_VIDEO_HOSTS = ("aimlapi.com", "aliyuncs.com")
"""Where finished videos lie: the provider's own store, and the model maker's that it sometimes passes on."""

_REDIRECTS_MAX = 5
_CHUNK = 64 * 1024
_PORTS = {"http": 80, "https": 443}

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
# Deliberately narrower than what the standards allow: no user, no escapes in the host, and only visible ASCII without a
# backslash after it. What does not match is never handed to a more forgiving parser.
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<rest>(?:[/?](?:(?!\\)[\x21-\x7e])*)?)"
)
_STRONG_ETAG = re.compile(r'"[\x21\x23-\x7e]{1,256}"')
_CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")


class AllowedAddresses:
    """Which addresses may be fetched: https on the hosts named and below them, and the provider's own origin."""

    def __init__(self, base_url: str, video_hosts: Sequence[str]) -> None:
        """Raises ValueError for a base address or a host that is not one."""
        origin = _origin(base_url)
        if origin is None or "?" in base_url or "#" in base_url:
            raise ValueError("the base address must be http(s)://host[:port][/path]")
        self._origin = origin
        self._hosts = tuple(host.lower() for host in video_hosts)
        if any(not _HOST.fullmatch(host) or host.rpartition(".")[2].isdigit() for host in self._hosts):
            raise ValueError("video hosts are plain host names such as aimlapi.com")

    def check(self, url: str) -> None:
        """Raise AddressRefused unless `url` may be fetched. Nothing is resolved or connected to find out."""
        origin = _origin(url)
        if origin == self._origin:
            return
        if origin is None:
            raise AddressRefused("it is not a plain http(s) address")
        scheme, host, port = origin
        if scheme != "https" or port != _PORTS["https"]:
            raise AddressRefused("it is not https on the usual port")
        if not any(host == allowed or host.endswith("." + allowed) for allowed in self._hosts):
            raise AddressRefused("its host is not one that videos come from")


def _origin(url: str) -> tuple[str, str, int] | None:
    """(scheme, host, port) of an address, or None where it is not plainly one."""
    found = _ADDRESS.fullmatch(url)
    if found is None:
        return None
    scheme, host = found["scheme"], found["host"].lower()
    port = int(found["port"] or _PORTS[scheme])
    if not 0 < port < 65536 or not (host.startswith("[") or _HOST.fullmatch(host)):
        return None
    return scheme, host, port


def etag_path(part: Path) -> Path:
    """Where the name of the file's version is kept while it is being fetched."""
    return part.with_name(part.name + ".etag")


def fetch_file(
    url: str, part: Path, *, allowed: AllowedAddresses, max_bytes: int, tls: ssl.SSLContext, timeouts: Timeouts
) -> None:
    """Bring the file at `url` to `part` (mode 0600), complete and flushed to disk. Renaming it is the caller's.

    Where `part` exists from an earlier try and the store says it is still the same file, only the rest is fetched. It
    is written to, never put in place of another, so that a lock which the caller holds on it goes on to hold; only what
    is too large is removed at the end.
    `timeouts.answer_s` bounds the whole of it. Raises AddressRefused, AddressExpired, DownloadCut, DownloadTooLarge,
    and NotReachable, NoAnswer, ServiceDown, TooManyRequests or UnreadableAnswer as when polling; OSError for the disk.
    """
    deadline = time.monotonic() + timeouts.answer_s
    job = _Fetch(part=part, max_bytes=max_bytes, deadline=deadline, timeouts=timeouts)
    with PlainSession(tls, connections=1) as session:
        for _ in range(_REDIRECTS_MAX + 1):
            allowed.check(url)
            try:
                try:
                    target = job.attempt(session, url)
                except _StartOver:
                    job.start_over()
                    target = job.attempt(session, url)
            except VideoAPIError as error:
                error.while_reading()
                raise
            if target is None:
                return
            try:
                url = urljoin(url, target)
            except ValueError:
                url = ""
    raise AddressRefused("it redirects too often")


class _StartOver(Exception):
    """What we have is no beginning of what the store has. Only raised while there is something to forget."""


@dataclass(slots=True, kw_only=True)
class _Fetch:
    """One file on its way to disk."""

    part: Path
    max_bytes: int
    deadline: float
    timeouts: Timeouts

    def attempt(self, session: PlainSession, url: str) -> str | None:
        """One request. None when the file is complete, or the next address on a redirect.

        Raises _StartOver, only where an earlier try left something.
        """
        have, etag = self._resumable()
        headers = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "videoapi"}
        if have:
            headers |= {"Range": f"bytes={have}-", "If-Range": etag}
        with open_answer(session, "GET", url, headers=headers, timeouts=self.timeouts) as response:
            status = response.status
            if status in (301, 302, 303, 307, 308) and (target := header(response.headers, "location")):
                return target
            if have and status == 416:
                raise _StartOver
            if status not in (200, 206) or (status == 206 and not have):
                raise _refusal(status, response.headers)
            if header(response.headers, "content-encoding").lower() not in ("", "identity"):
                raise UnreadableAnswer("the file came packed, though not asked to", status=status)
            if status == 206:
                total = _range_total(response.headers, have, etag)
                if total is None:
                    raise _StartOver
                self._too_large(total)
                with self._open(os.O_APPEND) as file:
                    self._receive(response, file, have, total)
                return None
            declared = header(response.headers, "content-length")
            total = int(declared) if re.fullmatch(r"\d{1,15}", declared) else None
            self._too_large(total or 0)
            with self._open(os.O_TRUNC) as file:
                # In this order: a stop in between leaves an empty part, never a part beside another file's name.
                self._remember(header(response.headers, "etag"))
                self._receive(response, file, 0, total)
            return None

    def _resumable(self) -> tuple[int, str]:
        try:
            have = self.part.stat().st_size
            etag = etag_path(self.part).read_text("ascii")
        except (FileNotFoundError, UnicodeDecodeError):
            return 0, ""
        return (have, etag) if 0 < have <= self.max_bytes and _STRONG_ETAG.fullmatch(etag) else (0, "")

    def _remember(self, etag: str) -> None:
        if _STRONG_ETAG.fullmatch(etag):
            etag_path(self.part).write_text(etag, "ascii")
        else:
            etag_path(self.part).unlink(missing_ok=True)

    def start_over(self) -> None:
        """Empty what was fetched so far. The file stays the same one: the caller may have locked it."""
        etag_path(self.part).unlink(missing_ok=True)
        self._open(os.O_TRUNC).close()

    def _too_large(self, size: int) -> None:
        if size > self.max_bytes:
            # The part goes last: from then on it may be another's.
            etag_path(self.part).unlink(missing_ok=True)
            self.part.unlink(missing_ok=True)
            raise DownloadTooLarge(f"more than {self.max_bytes} bytes")

    def _open(self, mode: int) -> BinaryIO:
        # O_NOFOLLOW: a link planted at the part's place must not send the bytes elsewhere.
        flags = os.O_WRONLY | os.O_CREAT | mode | getattr(os, "O_NOFOLLOW", 0)
        return os.fdopen(os.open(self.part, flags, 0o600), "wb")

    def _receive(self, response: urllib3.BaseHTTPResponse, file: BinaryIO, have: int, total: int | None) -> None:
        """Write what comes, until it ends. What came is on disk, also where the rest did not come."""
        cut = ""
        while not cut and have != total:
            try:
                piece = response.read1(_CHUNK, decode_content=False)
            except NETWORK_FAULTS as fault:
                cut = fault_error(fault).detail
                break
            if not piece:
                break
            have += len(piece)
            self._too_large(have)
            file.write(piece)
            if time.monotonic() > self.deadline and have != total:
                cut = "it took too long"
        file.flush()
        os.fsync(file.fileno())
        if not cut and (have == 0 or (total is not None and have != total)):
            cut = f"{have} bytes of {'an unknown number' if total is None else total}"
        if cut:
            # Raised outside the handler: the original names the address and must not travel along as its context.
            raise DownloadCut(cut)
        etag_path(self.part).unlink(missing_ok=True)


def _range_total(headers: Mapping[str, str], have: int, etag: str) -> int | None:
    """The whole file's size, if a partial answer goes on exactly where we stopped and is of the same file."""
    found = _CONTENT_RANGE.fullmatch(header(headers, "content-range").strip())
    if found is None or header(headers, "etag") not in ("", etag):
        return None
    first, last, total = (int(number) for number in found.groups())
    return total if first == have and last == total - 1 else None


def _refusal(status: int, headers: Mapping[str, str]) -> VideoAPIError:
    """What a store's refusal means. Its body is not read: it is XML that names the signature."""
    if status in (401, 403, 404, 410):
        return AddressExpired(status=status)
    error = read_error(status, headers, b"")
    if isinstance(error, (TooManyRequests, ServiceDown)):
        return error
    return UnreadableAnswer("neither the file nor a refusal we know", status=status)
