"""Pictures being prepared: taken at once, made ready one by one, visitor by visitor, and fetched when they are.

A page is drawn by a script that the next keystroke stops. So the bytes are handed over here in one step, and what
becomes of them does not depend on any page: threads of our own prepare them, one visitor after another. A link is
fetched by other threads before that: a host that is slow keeps nobody else's picture waiting.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from studio.orders.drafts import DraftPicture
from studio.pictures.fetch import Fetch, Link, LinkRefusal, LinkRefused, fetch_picture
from studio.pictures.prepare import PictureRefused, Refusal
from studio.storage.errors import StorageAway

log = logging.getLogger(__name__)

AT_ONCE = 2
"""Pictures prepared at the same moment: as many as prepare_in_sandbox.CONCURRENT."""
WAITING_OF_A_VISITOR = 4
"""Pictures of one visitor that may wait: a person has one form on each device."""
WAITING_MAX_BYTES = 200 * 1024 * 1024
"""Bytes that may wait for being prepared in all: ten of the largest pictures, some fifty of a phone's."""
FETCHED_AT_ONCE = 4
"""Links whose pictures are fetched at the same moment, or wait, fetched, for being prepared: each may hold 20 MB."""
LINKS_WAITING = 40
"""Links that may wait to be fetched in all. If every one were as slow as it may be, the last would wait 150 s."""
SMALL_MAX_BYTES = 512 * 1024
"""What is too small in pixels is kept, to be enlarged if that is wanted, where it is no larger than this."""
SMALL_KEPT = 40
"""Of so many at a time: 20 MB in all."""
REMEMBERED = 1_000
"""Visitors whose outcomes are kept for a tab that asks later; each is a few hundred bytes."""
UNTOLD_MAX = 24
"""Of each, outcomes: somewhat more than a form has pictures."""


class TooManyWaiting(Exception):
    """So many pictures wait to be prepared that this one was not taken."""


Prepare = Callable[[bytes], DraftPicture]
"""Makes a picture fit to send, and keeps it. Raises PictureRefused and StorageAway."""

Outcome = DraftPicture | PictureRefused | LinkRefused | StorageAway


class Preparation:
    """One picture on its way to a form."""

    def __init__(self, visitor: str) -> None:
        self.visitor = visitor
        self.outcome: Outcome | None = None
        """The picture, or why there is none; None until `is_done`."""
        self.told = False
        """True once a page has taken note of the outcome."""
        self.to_enlarge = b""
        """What was given, where it was refused as too small and can be taken enlarged; not kept for long."""
        self._is_wanted = True
        self._deciding = threading.Lock()
        self._done = threading.Event()

    @property
    def is_done(self) -> bool:
        """True once there is an outcome."""
        return self._done.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Wait until it is done, so many seconds at most; True when it is."""
        return self._done.wait(timeout_s)

    @property
    def is_wanted(self) -> bool:
        """False once the person has put something else in its place."""
        return self._is_wanted

    def cancel(self) -> None:
        """The person has put something else in its place: from now on it comes onto no form."""
        with self._deciding:
            self._is_wanted = False

    def deliver(self, picture: DraftPicture, keep: Callable[[str, DraftPicture], None]) -> bool:
        """Put the picture on the visitor's kept form, unless it is no longer wanted; True where it was."""
        with self._deciding:
            if self._is_wanted:
                keep(self.visitor, picture)
            return self._is_wanted

    def end(self, outcome: Outcome) -> None:
        """This came of it."""
        self.outcome = outcome
        self._done.set()


@dataclass(frozen=True, slots=True)
class _Request:
    """What a visitor gave, for as long as it waits."""

    preparation: Preparation
    given: bytes | Link = field(repr=False)
    prepare: Prepare
    was_fetched: bool = False
    """The bytes came from a link."""

    @property
    def upload_bytes(self) -> int:
        """What it takes of WAITING_MAX_BYTES; what was fetched has a limit of its own."""
        return 0 if self.was_fetched or isinstance(self.given, Link) else len(self.given)


def _is_open(preparation: Preparation) -> bool:
    return preparation.is_wanted and not preparation.told


class Preparations:
    """Prepares pictures in threads of its own, one of a visitor at a time and visitors in turn."""

    def __init__(
        self,
        prepare: Prepare,
        keep: Callable[[str, DraftPicture], None],
        drop: Callable[[DraftPicture], None],
        *,
        fetch: Fetch = fetch_picture,
        at_once: int = AT_ONCE,
        waiting_max_bytes: int = WAITING_MAX_BYTES,
    ) -> None:
        """`prepare` is for those that are taken without one of their own; `keep` puts a picture on the visitor's kept
        form; `drop` deletes one that is no longer wanted; `fetch` gets the bytes behind a link."""
        self._prepare = prepare
        self._keep = keep
        self._drop = drop
        self._fetch = fetch
        self._at_once = at_once
        self._waiting_max_bytes = waiting_max_bytes
        self._change = threading.Condition()
        self._waiting: dict[str, deque[_Request]] = {}
        """By visitor, the next first."""
        self._waiting_bytes = 0
        self._waiting_links = 0
        self._fetched = 0
        """Links that are being fetched, or are fetched and wait for being prepared."""
        self._running: set[str] = set()
        self._latest: dict[str, list[Preparation]] = {}
        """By visitor, the last of them last: those of which no page has taken note, and that one in any case."""
        self._too_small: deque[Preparation] = deque()
        self._preparing_threads: list[threading.Thread] = []
        self._fetching_threads: list[threading.Thread] = []
        self._closed = False

    def take(self, visitor: str, data: bytes, prepare: Prepare | None = None) -> Preparation:
        """Take a picture in; returns at once. `prepare` prepares this one, in another way than the others.

        Raises TooManyWaiting, and then it was not taken.
        """
        return self._add(_Request(Preparation(visitor), data, prepare or self._prepare))

    def take_link(self, visitor: str, link: Link, prepare: Prepare | None = None) -> Preparation:
        """As `take`, with the picture behind a link."""
        return self._add(_Request(Preparation(visitor), link, prepare or self._prepare))

    def latest(self, visitor: str) -> Preparation | None:
        """The visitor's last picture, while it is being prepared or no page has taken note of how that ended."""
        with self._change:
            latest = self._latest.get(visitor, [None])[-1]
        return latest if latest is not None and _is_open(latest) else None

    def untold(self, visitor: str) -> tuple[Preparation, ...]:
        """All of the visitor's pictures that are wanted and of which no page has taken note yet, oldest first."""
        with self._change:
            return tuple(one for one in self._latest.get(visitor, ()) if _is_open(one))

    def close(self) -> None:
        """Take no more. What is being prepared comes to its end; what waits is let go of, and fetching breaks off."""
        with self._change:
            self._closed = True
            self._change.notify_all()
        for thread in [*self._fetching_threads, *self._preparing_threads]:
            thread.join()

    def _add(self, request: _Request) -> Preparation:
        taken = request.preparation
        is_link = isinstance(request.given, Link)
        with self._change:
            queue = self._waiting.get(taken.visitor, deque())
            full = self._waiting_bytes + request.upload_bytes > self._waiting_max_bytes
            full = full or self._waiting_links + is_link > LINKS_WAITING
            if self._closed or full or len(queue) >= WAITING_OF_A_VISITOR:
                raise TooManyWaiting
            queue.append(request)
            self._waiting[taken.visitor] = queue
            self._waiting_bytes += request.upload_bytes
            self._waiting_links += is_link
            self._remember(taken)
            self._one_more(self._preparing_threads, self._prepare_one_by_one, self._at_once)
            if is_link:
                self._one_more(self._fetching_threads, self._fetch_one_by_one, FETCHED_AT_ONCE)
            self._change.notify_all()
        return taken

    def _one_more(self, threads: list[threading.Thread], work: Callable[[], None], most: int) -> None:
        if len(threads) < most:
            threads.append(threading.Thread(target=work, name="preparing", daemon=True))
            threads[-1].start()

    def _remember(self, taken: Preparation) -> None:
        before = self._latest.pop(taken.visitor, [])
        self._latest[taken.visitor] = [*(one for one in before if _is_open(one)), taken][-UNTOLD_MAX:]
        while len(self._latest) > REMEMBERED:
            self._latest.pop(next(iter(self._latest)))

    def _prepare_one_by_one(self) -> None:
        while (request := self._next(links=False)) is not None:
            assert isinstance(request.given, bytes)
            outcome = self._outcome(request, request.given)
            if isinstance(outcome, PictureRefused) and outcome.can_be_enlarged:
                self._keep_to_enlarge(request.preparation, request.given)
            self._end(request.preparation, outcome)

    def _keep_to_enlarge(self, refused: Preparation, given: bytes) -> None:
        if len(given) > SMALL_MAX_BYTES:
            return
        with self._change:
            refused.to_enlarge = given
            self._too_small.append(refused)
            if len(self._too_small) > SMALL_KEPT:
                self._too_small.popleft().to_enlarge = b""

    def _fetch_one_by_one(self) -> None:
        while (request := self._next(links=True)) is not None:
            assert isinstance(request.given, Link)
            fetched = self._fetch_link(request.preparation, request.given)
            if isinstance(fetched, bytes):
                self._put_back(replace(request, given=fetched, was_fetched=True))
            else:
                with self._change:
                    self._fetched -= 1
                self._end(request.preparation, fetched)

    def _end(self, preparation: Preparation, outcome: Outcome) -> None:
        with self._change:
            self._running.discard(preparation.visitor)
            self._change.notify_all()
        preparation.end(outcome)

    def _next(self, *, links: bool) -> _Request | None:
        """The next request, waited for; None at the end."""
        with self._change:
            while not self._closed:
                visitor = next((one for one in self._waiting if self._is_next(one, links)), None)
                if visitor is None:
                    self._change.wait()
                    continue
                queue = self._waiting.pop(visitor)
                request = queue.popleft()
                if queue:  # behind all others
                    self._waiting[visitor] = queue
                self._waiting_bytes -= request.upload_bytes
                self._waiting_links -= links
                self._fetched += links - request.was_fetched
                self._running.add(visitor)
                # Who waited for room to fetch has it now.
                self._change.notify_all()
                return request
            return None

    def _is_next(self, visitor: str, links: bool) -> bool:
        if visitor in self._running or isinstance(self._waiting[visitor][0].given, Link) is not links:
            return False
        return not links or self._fetched < FETCHED_AT_ONCE

    def _put_back(self, request: _Request) -> None:
        """It is fetched: before what else its visitor gave, as it was."""
        visitor = request.preparation.visitor
        with self._change:
            self._waiting.setdefault(visitor, deque()).appendleft(request)
            self._running.discard(visitor)
            self._change.notify_all()

    def _fetch_link(self, preparation: Preparation, link: Link) -> bytes | LinkRefused:
        try:
            return self._fetch(link, lambda: self._closed or not preparation.is_wanted)
        except LinkRefused as why_not:
            return why_not
        except Exception as error:  # noqa: BLE001 - as below; without its trace, which may quote the link
            log.error("fetching a linked picture broke", extra={"kind": type(error).__name__})
            return LinkRefused(LinkRefusal.NOT_REACHABLE)

    def _outcome(self, request: _Request, data: bytes) -> Outcome:
        try:
            picture = request.prepare(data)
            if not request.preparation.deliver(picture, self._keep):
                self._drop(picture)
        except (PictureRefused, StorageAway) as why_not:
            return why_not
        except Exception:  # whatever it was: the thread serves the others, and the person is told
            log.exception("preparing a picture broke")
            return PictureRefused(Refusal.UNREADABLE)
        return picture
