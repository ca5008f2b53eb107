"""What uploads take up on this server: those that arrive, and those that Streamlit holds until the page takes them.

Streamlit (1.67.0) bounds the size of one. It holds each until its tab has been gone for `disconnectedSessionTTL`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from web.middleware.places import Holder, Limits, Places

BYTES = Limits(in_all=256 * 2**20, kept=64 * 2**20, of_one=64 * 2**20, of_network=128 * 2**20)
"""Arriving and held together, by the length that each has told. Six phones that send 20 MB each at the same time take
less than half; what arrives lies in a file until it is complete."""

HELD_S = 120.0
"""The longest that a complete upload is held. The page takes it in its next run, tenths of a second later."""
GONE_S = 20.0
"""How long after a tab was closed; one that lost its line is back by then."""
LOOK_EVERY_S = 0.25
"""How often one who waits looks whether a page has taken what was held: pages do not say so."""
BACK_EVERY_S = 2.0
"""How often it is looked whether a tab that was closed is back."""


class UploadStore(Protocol):
    """Where Streamlit holds uploads."""

    def is_connected(self, session: str) -> bool:
        """True while a tab with this session is open."""

    def held(self, session: str, files: Iterable[str]) -> set[str]:
        """Which of these files of a session are still held."""

    def remove(self, session: str, file: str) -> None:
        """Let go of one; no error where it is gone."""


@dataclass(frozen=True, slots=True)
class _Upload:
    session: str
    file: str
    holder: Holder
    length: int


class HeldUploads:
    """The bytes of uploads, and whose they are. Used on the event loop alone."""

    def __init__(self, store: UploadStore, limits: Limits = BYTES) -> None:
        self._store = store
        self._bytes = Places(limits)
        self._held: dict[tuple[str, str], _Upload] = {}
        self._gone: set[str] = set()

    @property
    def taken(self) -> int:
        """Bytes that count at this moment."""
        return self._bytes.taken

    async def room_for(self, holder: Holder, length: int, wait_s: float) -> bool:
        """Take so many bytes as soon as they are there; False where they are not within the time."""
        loop = asyncio.get_running_loop()
        end = loop.time() + wait_s
        while not self._bytes.take(holder, length):
            if self._forget_what_was_taken():
                continue
            left = end - loop.time()
            if left <= 0:
                return False
            await asyncio.sleep(min(LOOK_EVERY_S, left))
        return True

    def never_came(self, holder: Holder, length: int) -> None:
        """An upload for which there was room has failed."""
        self._bytes.give_back(holder, length)

    def came(self, session: str, file: str, holder: Holder, length: int) -> None:
        """An upload is complete, and Streamlit holds it."""
        before = self._held.pop((session, file), None)
        if before is not None:
            self._bytes.give_back(before.holder, before.length)
        upload = _Upload(session, file, holder, length)
        self._held[session, file] = upload
        asyncio.get_running_loop().call_later(HELD_S, self._let_go, upload)
        # The tab may have been closed while this was on its way.
        self.a_tab_was_closed()

    def a_tab_was_closed(self) -> None:
        """What its session holds is let go of, unless the tab comes back."""
        now = asyncio.get_running_loop().time()
        for session in {upload.session for upload in self._held.values()} - self._gone:
            if not self._store.is_connected(session):
                self._gone.add(session)
                self._look_for(session, now)

    def _look_for(self, session: str, gone_since: float) -> None:
        """Until the tab is back, or has been gone for long enough."""
        loop = asyncio.get_running_loop()
        left = gone_since + GONE_S - loop.time()
        if left > 0 and not self._store.is_connected(session):
            loop.call_later(min(BACK_EVERY_S, left), self._look_for, session, gone_since)
            return
        self._gone.discard(session)
        if not self._store.is_connected(session):
            for upload in [upload for upload in self._held.values() if upload.session == session]:
                self._let_go(upload)

    def _let_go(self, upload: _Upload) -> None:
        # By identity: another upload may have come to the same address since.
        if self._held.get((upload.session, upload.file)) is upload:
            self._store.remove(upload.session, upload.file)
            del self._held[upload.session, upload.file]
            self._bytes.give_back(upload.holder, upload.length)

    def _forget_what_was_taken(self) -> bool:
        """True where something counted is held no more."""
        by_session: dict[str, list[str]] = {}
        for session, file in self._held:
            by_session.setdefault(session, []).append(file)
        gone = [
            (session, file)
            for session, files in by_session.items()
            for file in set(files) - self._store.held(session, files)
        ]
        for key in gone:
            upload = self._held.pop(key)
            self._bytes.give_back(upload.holder, upload.length)
        return bool(gone)
