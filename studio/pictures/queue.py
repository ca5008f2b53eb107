"""Pictures being prepared: taken at once, made ready in turn, and fetched when they are.

A page is drawn by a script that the next keystroke stops. So the bytes are handed over here in one step, and what
becomes of them does not depend on any page: threads of our own prepare them, one visitor after another.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from studio.orders.drafts import DraftPicture
from studio.pictures.prepare import PictureRefused, Refusal
from studio.storage.errors import StorageAway

log = logging.getLogger(__name__)

AT_ONCE = 2
"""Pictures prepared at the same moment: as many as prepare_in_sandbox.CONCURRENT."""
WAITING_OF_A_VISITOR = 4
"""Pictures of one visitor that may wait: a person has one form on each device."""
WAITING_MAX_BYTES = 200 * 1024 * 1024
"""Bytes that may wait for their turn in all: ten of the largest pictures, some fifty of a phone's."""
REMEMBERED = 1_000
"""Visitors whose last outcome is kept for a tab that asks later; each is a few hundred bytes."""


class TooManyWaiting(Exception):
    """So many pictures wait to be prepared that this one was not taken."""


Outcome = DraftPicture | PictureRefused | StorageAway


class Preparation:
    """One picture on its way to a form."""

    def __init__(self, visitor: str) -> None:
        self.visitor = visitor
        self.outcome: Outcome | None = None
        """The picture, or why there is none; None until `is_done`."""
        self.told = False
        """True once a page has taken note of the outcome."""
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
class _Turn:
    """A picture whose turn comes."""

    preparation: Preparation
    data: bytes = field(repr=False)
    prepare: Callable[[bytes], DraftPicture]


class Preparations:
    """Prepares pictures in threads of its own, one of a visitor at a time and all visitors in turn."""

    def __init__(
        self,
        prepare: Callable[[bytes], DraftPicture],
        keep: Callable[[str, DraftPicture], None],
        drop: Callable[[DraftPicture], None],
        *,
        at_once: int = AT_ONCE,
        waiting_max_bytes: int = WAITING_MAX_BYTES,
    ) -> None:
        """`prepare` raises PictureRefused and StorageAway; `keep` puts a picture on the visitor's kept form; `drop`
        deletes one that is no longer wanted."""
        self._prepare = prepare
        self._keep = keep
        self._drop = drop
        self._at_once = at_once
        self._waiting_max_bytes = waiting_max_bytes
        self._change = threading.Condition()
        self._waiting: dict[str, deque[_Turn]] = {}
        """By visitor, whose turn it is first."""
        self._waiting_bytes = 0
        self._running: set[str] = set()
        self._latest: dict[str, Preparation] = {}
        self._threads: list[threading.Thread] = []
        self._closed = False

    def take(self, visitor: str, data: bytes, prepare: Callable[[bytes], DraftPicture] | None = None) -> Preparation:
        """Take a picture in; returns at once. `prepare` prepares this one, in another way than the others.

        Raises TooManyWaiting, and then it was not taken.
        """
        taken = Preparation(visitor)
        with self._change:
            queue = self._waiting.get(visitor, deque())
            full = len(queue) >= WAITING_OF_A_VISITOR or self._waiting_bytes + len(data) > self._waiting_max_bytes
            if self._closed or full:
                raise TooManyWaiting
            queue.append(_Turn(taken, data, prepare or self._prepare))
            self._waiting[visitor] = queue
            self._waiting_bytes += len(data)
            self._remember(taken)
            if len(self._threads) < self._at_once:
                self._threads.append(threading.Thread(target=self._work, name="preparing", daemon=True))
                self._threads[-1].start()
            self._change.notify()
        return taken

    def latest(self, visitor: str) -> Preparation | None:
        """The visitor's last picture, while it is being prepared or no page has taken note of what became of it."""
        with self._change:
            latest = self._latest.get(visitor)
        return None if latest is None or latest.told or not latest.is_wanted else latest

    def close(self) -> None:
        """Take no more. What is being prepared comes to its end; what waits is let go of."""
        with self._change:
            self._closed = True
            self._change.notify_all()
        for thread in self._threads:
            thread.join()

    def _remember(self, taken: Preparation) -> None:
        self._latest.pop(taken.visitor, None)
        self._latest[taken.visitor] = taken
        while len(self._latest) > REMEMBERED:
            self._latest.pop(next(iter(self._latest)))

    def _work(self) -> None:
        while (turn := self._next()) is not None:
            outcome = self._outcome(turn)
            with self._change:
                self._running.discard(turn.preparation.visitor)
                self._change.notify_all()
            turn.preparation.end(outcome)

    def _next(self) -> _Turn | None:
        """The next in turn, waited for; None at the end."""
        with self._change:
            while not self._closed:
                visitor = next((one for one in self._waiting if one not in self._running), None)
                if visitor is None:
                    self._change.wait()
                    continue
                queue = self._waiting.pop(visitor)
                turn = queue.popleft()
                if queue:  # behind all others
                    self._waiting[visitor] = queue
                self._waiting_bytes -= len(turn.data)
                self._running.add(visitor)
                return turn
            return None

    def _outcome(self, turn: _Turn) -> Outcome:
        try:
            picture = turn.prepare(turn.data)
            if not turn.preparation.deliver(picture, self._keep):
                self._drop(picture)
        except (PictureRefused, StorageAway) as why_not:
            return why_not
        except Exception:  # whatever it was: the thread serves the others, and the person is told
            log.exception("preparing a picture broke")
            return PictureRefused(Refusal.UNREADABLE)
        return picture
