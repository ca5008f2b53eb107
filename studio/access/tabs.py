"""Whose tab it is: a session id stands in addresses and logs, so that knowing one must not be enough to have it."""

from __future__ import annotations

import threading
from collections import OrderedDict

REMEMBERED = 10_000
"""Far above what one server has open at once; the one not drawn for longest is forgotten first."""


class Tabs:
    """Of every tab that a page was drawn for: the visitor. In memory, as the sessions themselves are. Thread-safe."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._visitors: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, session: str, visitor: str) -> None:
        """A page is being drawn for this visitor in this session."""
        with self._lock:
            self._visitors[session] = visitor
            self._visitors.move_to_end(session)
            while len(self._visitors) > self._remembered:
                self._visitors.popitem(last=False)

    def is_of(self, session: str, visitor: str | None) -> bool:
        """True where the session was last drawn for this visitor; False for one that is not known."""
        with self._lock:
            return visitor is not None and self._visitors.get(session) == visitor
