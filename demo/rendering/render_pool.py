"""Renders what was accepted: one process a video, at most as many at once as the machine has cores."""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from demo.orders.ledger import Generation, Ledger, Outcome
from demo.rendering.fetching import Fetcher, NotFetched
from demo.rendering.worker import Task, Verdict, work

log = logging.getLogger(__name__)

KEEP_S = 24 * 3600
"""The provider keeps a finished file for a day."""

_CRASHED = {"name": "InternalError.Algo", "message": "An internal error has occured during execution, try again later."}

_FETCHES_AT_ONCE = 8
"""Beside the renders: what only links to its picture may wait for a slow host, and keeps nobody else waiting."""

_TRIES = 2
"""A worker may be killed from outside (memory, an operator). Twice in a row for the same picture is no accident."""


class RenderPool:
    """Turns accepted orders into files under `folder`. What it had in hand when it died, the next one does again."""

    def __init__(self, ledger: Ledger, folder: Path, *, draft: bool = False, private_links: bool = False) -> None:
        self._draft = draft
        self._ledger = ledger
        self._videos = folder / "videos"
        self._pictures = folder / "pictures"
        for place in (self._videos, self._pictures):
            place.mkdir(parents=True, exist_ok=True)
        # A spawned process starts clean; a forked one would inherit the server's sockets and locks.
        self._processes = multiprocessing.get_context("spawn")
        self._slots = ThreadPoolExecutor(max_workers=os.cpu_count() or 1, thread_name_prefix="render")
        self._links = ThreadPoolExecutor(max_workers=_FETCHES_AT_ONCE, thread_name_prefix="link")
        self._fetcher = Fetcher(private=private_links, stopped=lambda: self._closing)
        self._lock = threading.Lock()
        self._running: set[BaseProcess] = set()
        self._closing = False

    def keep_given(self, generation_id: str, picture: bytes | None, last: bytes | None, sound: bytes | None) -> None:
        """What came along is on disk before the order is in the ledger, or a restart would find an order without it."""
        places = (self._picture(generation_id), self._last(generation_id), self._sound(generation_id))
        for place, data in zip(places, (picture, last, sound), strict=True):
            if data is not None:
                _write_whole(place, data)

    def take(self, generation: Generation) -> None:
        """The generation will be rendered when a slot is free. Returns at once."""
        if _is_linked(generation):
            self._links.submit(self._fetch, generation).add_done_callback(_report)
        else:
            self._slots.submit(self._render, generation).add_done_callback(_report)

    def resume(self) -> None:
        """Takes up everything the ledger knows as unfinished."""
        for generation in self._ledger.unfinished():
            self.take(generation)

    def video(self, file_name: str) -> Path:
        """Where a finished file lies, if it is still there."""
        return self._videos / file_name

    def delete_old(self, now: float) -> None:
        """Removes videos and pictures whose day is over."""
        for generation in self._ledger.older_than(now - KEEP_S):
            self.video(generation.file_name).unlink(missing_ok=True)
            self._drop_given(generation)

    def close(self) -> None:
        """Ends every worker; returns when they are gone. Unfinished work waits for the next start."""
        with self._lock:
            self._closing = True
            running = list(self._running)
        for process in running:
            process.kill()
        self._links.shutdown(wait=True, cancel_futures=True)
        self._slots.shutdown(wait=True, cancel_futures=True)

    def _fetch(self, generation: Generation) -> None:
        """Brings what the order links to; only then is it rendered."""
        try:
            if generation.image_url:
                self._fetcher.picture(generation.image_url, self._picture(generation.id))
            if last_image_url := generation.settings.get("last_image_url"):
                self._fetcher.picture(last_image_url, self._last(generation.id))
            if audio_url := generation.settings.get("audio_url"):
                self._fetcher.sound(audio_url, self._sound(generation.id))
        except NotFetched as failed:
            if not self._closing:
                self._ledger.end(generation.id, Outcome.ERROR, error={"name": failed.name, "message": failed.message})
                self._drop_given(generation)
            return
        with self._lock:
            if not self._closing:
                self._slots.submit(self._render, generation).add_done_callback(_report)

    def _drop_given(self, generation: Generation) -> None:
        self._picture(generation.id).unlink(missing_ok=True)
        self._last(generation.id).unlink(missing_ok=True)
        self._sound(generation.id).unlink(missing_ok=True)

    def _render(self, generation: Generation) -> None:
        self._ledger.start(generation.id, time.time())
        for _ in range(_TRIES):
            verdict = self._one_try(generation)
            if self._closing:
                return
            if verdict is not None:
                break
        else:
            verdict = Verdict(error=_CRASHED)
        if verdict.error is None:
            self._ledger.end(generation.id, Outcome.COMPLETED)
        else:
            self._ledger.end(generation.id, Outcome.ERROR, error=verdict.error)
        self._drop_given(generation)

    def _one_try(self, generation: Generation) -> Verdict | None:
        """What the worker said, or None if it died without a word."""
        settings = generation.settings
        # One from before a sound could come along does not say.
        has_sound = settings.get("has_audio") or settings.get("audio_url")
        task = Task(
            settings=settings,
            picture=self._picture(generation.id),
            # An order from before there were such pictures does not say.
            last=self._last(generation.id) if settings.get("has_last_image") else None,
            given=self._sound(generation.id) if has_sound else None,
            destination=self.video(generation.file_name),
            draft=self._draft,
        )
        ours, theirs = self._processes.Pipe(duplex=False)
        process = self._processes.Process(target=work, args=(task, theirs), name=f"render {generation.id}", daemon=True)
        with self._lock:
            if self._closing:
                return None
            process.start()
            self._running.add(process)
        theirs.close()
        try:
            return _hear(ours)
        finally:
            ours.close()
            process.join()
            with self._lock:
                self._running.discard(process)
            if process.exitcode != 0 and not self._closing:
                log.warning("the worker of generation %s ended with code %s", generation.id, process.exitcode)
            process.close()

    def _picture(self, generation_id: str) -> Path:
        return self._pictures / generation_id

    def _last(self, generation_id: str) -> Path:
        return self._pictures / f"{generation_id}.last"

    def _sound(self, generation_id: str) -> Path:
        return self._pictures / f"{generation_id}.sound"


def _is_linked(generation: Generation) -> bool:
    settings = generation.settings
    return bool(generation.image_url or settings.get("last_image_url") or settings.get("audio_url"))


def _report(done: Future[None]) -> None:
    """A fault of ours on a render thread would otherwise vanish: the future is read by nobody."""
    if not done.cancelled() and done.exception() is not None:
        log.error("a render could not be looked after", exc_info=done.exception())


def _hear(connection: Connection[None, Verdict]) -> Verdict | None:
    try:
        return connection.recv()
    except EOFError:
        return None


def _write_whole(path: Path, data: bytes) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
