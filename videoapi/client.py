"""The provider over HTTP: order, poll, find what was lost, ask for balance, charges and prices, fetch a file."""

import json
import random
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

from videoapi.billing import (
    Balance,
    Charged,
    LogPage,
    LogRow,
    Pricing,
    read_balance,
    read_log_page,
    read_pricing,
    sum_up,
)
from videoapi.download import DEFAULT_VIDEO_HOSTS, AllowedAddresses, fetch_file
from videoapi.errors import UnreadableAnswer, VideoAPIError
from videoapi.key_info import KeyInfo, read_key_info
from videoapi.transport import Answer, PlainSession, Timeouts, exchange, quiet_logs, tls_context
from videoapi.untrusted import escaped_forms
from videoapi.wire import GENERATIONS_PATH, Generation, GenerationRequest, read_generation, request_body

# The provider drops other ids without a word, and the order could then not be found again:
# https://docs.aimlapi.com/capabilities/request-tracing-and-cost
_CLIENT_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
# Anything else would not survive in a header, and the error about it would print the key.
_KEY = re.compile(r"[\x21-\x7e]+")
# A key shorter than this is a placeholder; blanking it out of answers would spoil ordinary words.
_KEY_TO_HIDE_MIN = 12

RETRY_AFTER_MAX_S = 120.0
"""Seconds. Asked to wait longer than this, a call gives up and hands the wait to its caller."""

CHARGED_PAGES = 20
"""Pages of 100 rows. Twenty questions are a tenth of what the provider's own limit allows in a minute."""

_BACKOFF_MAX_S = 8.0
_LOG_PAGE_ROWS = 100
# 20,000 requests: more than the provider's own limit lets anyone make in an hour and a half.
_LOG_PAGES_MAX = 200
_LOG_WINDOW_MAX = timedelta(days=92)

_Read = TypeVar("_Read")


class VideoAPI:
    """The provider, for one key. Safe to share between threads. Every method raises only VideoAPIError for what the
    network or the provider does; ValueError is a caller's mistake.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        video_hosts: Sequence[str] = DEFAULT_VIDEO_HOSTS,
        connect_timeout_s: float = 5.0,
        read_timeout_s: float = 60.0,
        answer_timeout_s: float = 120.0,
        fetch_timeout_s: float = 900.0,
        retries: int = 3,
        backoff_s: float = 0.5,
        ca_file: str | None = None,
    ) -> None:
        """Nothing is sent yet.

        `retries` and `backoff_s` are for GETs only: so many further tries, the first after about `backoff_s` seconds,
        then doubling up to 8. An order is never sent again. `ca_file` replaces the list of certificate authorities.

        Raises ValueError for a base address that is not http(s)://host[:port][/path], and for a key that cannot be one.
        """
        self._addresses = AllowedAddresses(base_url, video_hosts)
        if not _KEY.fullmatch(key):
            raise ValueError("the key is empty or holds characters that no key has")
        if retries < 0 or backoff_s < 0:
            raise ValueError("retries and backoff_s must not be negative")
        self._base_url = base_url.rstrip("/")
        self._key = key
        self._quoted_key = re.compile(escaped_forms(key))
        self._quoted_key_in_bytes = re.compile(escaped_forms(key).encode("ascii"))
        self._timeouts = Timeouts(connect_s=connect_timeout_s, read_s=read_timeout_s, answer_s=answer_timeout_s)
        self._fetch_timeout_s = fetch_timeout_s
        self._retries = retries
        self._backoff_s = backoff_s
        self._tls = tls_context(ca_file)
        self._closed = threading.Event()
        # More threads than this still work; their further connections are just not kept.
        self._session = PlainSession(self._tls, connections=8)
        quiet_logs()

    def __repr__(self) -> str:
        return f"VideoAPI({self._base_url!r})"

    def create(self, request: GenerationRequest, *, client_request_id: str) -> Generation:
        """Order one video: exactly one POST, on a connection of its own, never repeated here.

        Raises the errors of `read_generation`, NotReachable and NoAnswer. Where the error says `outcome_unknown`, the
        order may have been accepted: look for it with `look_up(error.inference_id)` or `find_lost`, do not send again.
        `client_request_id` goes with it and into the provider's log; ValueError if the provider would drop it.
        """
        if not _CLIENT_REQUEST_ID.fullmatch(client_request_id):
            raise ValueError("client_request_id must be 1 to 128 of A-Z a-z 0-9 . _ : -")
        body = json.dumps(request_body(request), separators=(",", ":")).encode()
        headers = self._headers(with_key=True) | {
            "Content-Type": "application/json",
            "X-Client-Request-Id": client_request_id,
            # A kept connection may be half dead, which would add doubt to the one call that must have none.
            "Connection": "close",
        }
        with PlainSession(self._tls, connections=1) as session:
            url = self._base_url + GENERATIONS_PATH
            answer = exchange(session, "POST", url, headers=headers, timeouts=self._timeouts, body=body)
        return self._read(read_generation, answer)

    def look_up(self, generation_id: str) -> Generation:
        """The state of an order. Raises the errors of `read_generation`; NotFound can pass soon after the order.

        An answer about another generation is UnreadableAnswer: it may be somebody else's video.
        """
        generation = self._get(GENERATIONS_PATH, {"generation_id": generation_id}, read_generation)
        # Some models' ids are seen with and without ":<model>" at their end.
        if generation.generation_id.partition(":")[0] != generation_id.partition(":")[0]:
            raise UnreadableAnswer("an answer about another generation").while_reading()
        return generation

    def find_lost(self, client_request_id: str, *, since: datetime, until: datetime) -> LogRow | None:
        """The order that went out under this id, from the provider's log between two moments; None if it is not there.

        None is no proof that it never will be: the log is written some time after the request. Where several rows bear
        the id, one that succeeded is preferred. Raises UnreadableAnswer where the log could not be read to its end, and
        ValueError for moments without a zone, in the wrong order, or more than 92 days apart (the provider's limit).
        """
        failed: LogRow | None = None
        for page in self._log(since, until, pages=_LOG_PAGES_MAX):
            for row in page.rows:
                if row.client_request_id == client_request_id:
                    if row.succeeded:
                        return row
                    failed = failed or row
            if not page.has_more:
                return failed
        raise UnreadableAnswer("the log could not be read to its end").while_reading()

    def charged(self, start: datetime, end: datetime, *, pages: int = CHARGED_PAGES) -> Charged:
        """What the provider's log says was charged for this key's requests made between two moments, newest first.

        Reads `pages` pages of 100 rows at most, and says in `complete` whether that was all. A charge lands some time
        after a video is completed; until then its row is there without one. Raises the errors of `read_log_page`, and
        ValueError as `find_lost` does.
        """
        rows: list[LogRow] = []
        has_more = True
        for page in self._log(start, end, pages=pages):
            rows += page.rows
            has_more = page.has_more
        return sum_up(rows, complete=not has_more)

    def _log(self, since: datetime, until: datetime, *, pages: int) -> Iterator[LogPage]:
        """The log between two moments, page by page. The last page says `has_more` where it could not be read on."""
        if since.tzinfo is None or until.tzinfo is None or not timedelta(0) <= until - since <= _LOG_WINDOW_MAX:
            raise ValueError("since and until must have a zone, be in order, and at most 92 days apart")
        window = {"start": _utc_text(since), "end": _utc_text(until), "limit": str(_LOG_PAGE_ROWS)}
        offset = 0
        for _ in range(pages):
            page = self._get("/v2/logs", window | {"offset": str(offset)}, read_log_page)
            yield page
            if not page.has_more or not page.rows:
                return
            offset += len(page.rows)

    def key_info(self) -> KeyInfo:
        """What the provider tells about the key. Raises the errors of `read_key_info`.

        An older edition of its reference wants a management key for this: KeyRejected or Forbidden here says nothing
        about orders.
        """

        def read(status: int, headers: Mapping[str, str], body: bytes) -> KeyInfo:
            return read_key_info(status, headers, body, key=self._key)

        return self._get("/v1/key", {}, read)

    def balance(self) -> Balance:
        """What the account has left. Raises the errors of `read_balance`."""
        return self._get("/v2/billing", {}, read_balance)

    def pricing(self, model: str) -> Pricing:
        """The current price list of a model; asked without the key, which this needs none of."""

        def read(status: int, headers: Mapping[str, str], body: bytes) -> Pricing:
            return read_pricing(status, headers, body, model=model)

        return self._get("/v1/models", {"id": model, "include": "pricing"}, read, with_key=False)

    def fetch(self, url: str, part: Path, *, max_bytes: int) -> None:
        """Bring the file at `url` to `part`, going on where an earlier try stopped. See `videoapi.download`."""
        fetch_file(
            url,
            part,
            allowed=self._addresses,
            max_bytes=max_bytes,
            tls=self._tls,
            timeouts=Timeouts(
                connect_s=self._timeouts.connect_s, read_s=self._timeouts.read_s, answer_s=self._fetch_timeout_s
            ),
        )

    def close(self) -> None:
        """Close kept connections, and wake any thread that waits between two tries."""
        self._closed.set()
        self._session.close()

    def _headers(self, *, with_key: bool) -> dict[str, str]:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "videoapi"}
        return headers | {"Authorization": f"Bearer {self._key}"} if with_key else headers

    def _get(
        self,
        path: str,
        params: Mapping[str, str],
        read: Callable[[int, Mapping[str, str], bytes], _Read],
        *,
        with_key: bool = True,
    ) -> _Read:
        """Ask, and ask again while that may help: nothing is ordered by asking."""
        url = self._base_url + path + ("?" + urlencode(params) if params else "")
        tries = 0
        while True:
            try:
                answer = exchange(
                    self._session, "GET", url, headers=self._headers(with_key=with_key), timeouts=self._timeouts
                )
                return self._read(read, answer)
            except VideoAPIError as error:
                error.while_reading()
                wait_s = pause_s(error, tries, self._retries, self._backoff_s)
                if wait_s is None or self._closed.wait(wait_s):
                    raise
            tries += 1

    def _read(self, read: Callable[[int, Mapping[str, str], bytes], _Read], answer: Answer) -> _Read:
        """Read an answer from which the key is blanked out: services have been seen to quote it in their refusals."""
        if len(self._key) < _KEY_TO_HIDE_MIN:
            return read(answer.status, answer.headers, answer.body)
        headers = {name: self._quoted_key.sub("[key]", value) for name, value in answer.headers.items()}
        return read(answer.status, headers, self._quoted_key_in_bytes.sub(b"[key]", answer.body))


def pause_s(error: VideoAPIError, tries: int, retries: int, backoff_s: float) -> float | None:
    """How long to wait before the next try, in seconds; None to give up. `tries` counts those already repeated.

    The provider's own wait is obeyed up to RETRY_AFTER_MAX_S. Without one the pause doubles, and half of it is jitter,
    so that many callers do not come back at once.
    """
    if not error.retryable or tries >= retries:
        return None
    if error.retry_after_s is not None:
        return error.retry_after_s if error.retry_after_s <= RETRY_AFTER_MAX_S else None
    return min(_BACKOFF_MAX_S, backoff_s * 2.0**tries) * random.uniform(0.5, 1.0)


def _utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
