"""A worker as a process of its own, over the real store, media and client; and how it comes to die at a named step."""

from __future__ import annotations

import http.client
import logging
import os
import signal
import sys
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from studio.storage.database import Database
from studio.storage.errors import StorageAway
from studio.videos.validate_in_sandbox import check_here
from studio.worker.worker import Context, Worker
from tests.crash.fast_clock import FastClock
from tests.crash.naive import NaiveWorker
from tests.crash.steps import (
    CHARGED_UNREAD,
    POSTER_BESIDE,
    VIDEO_BESIDE,
    WITHIN_DOWNLOAD,
    SteppedMedia,
    SteppedProvider,
    SteppedStore,
)
from videoapi.client import VideoAPI

KEY = "key-of-the-flaky-provider"
THREADS = 2
READ_TIMEOUT_S = 0.6
"""Real seconds; what the flaky provider does not say by then it never says."""
IDLE_S = 0.03
RENEW_EVERY_S = 20.0
"""As in the app, by the fast clock: a third of a lease."""
POLLS_PER_S = 50.0
"""By the fast clock: the pace is not what is tested here."""

_INTO_PLACE = {".jpg": POSTER_BESIDE, ".mp4": VIDEO_BESIDE}


@dataclass(frozen=True, slots=True)
class Shift:
    """What a worker process is told."""

    database_url: str
    folder: Path
    base_url: str
    clock: FastClock
    steps: frozenset[str] = frozenset()
    """At whichever of them comes first it kills itself; none: it works on until it is killed."""
    sleeps_at: str | None = None
    """The step at which it stands still, once, until somebody wakes it."""
    naive: bool = False
    """The control: sends again whatever was not answered."""


def work(shift: Shift) -> None:
    """Work until killed."""
    logging.disable()  # a thousand lost workers have nothing to say that the verification does not see
    ambush = Ambush(shift)
    sys.addaudithook(ambush.hear)
    database = Database(shift.database_url)
    store = SteppedStore(database, ambush, polls_per_s=POLLS_PER_S)
    provider = VideoAPI(
        shift.base_url, KEY, connect_timeout_s=0.5, read_timeout_s=READ_TIMEOUT_S, answer_timeout_s=2, retries=0
    )
    context = Context(
        store=store,
        media=SteppedMedia((shift.folder / "media").as_uri(), ambush),
        provider=SteppedProvider(provider, ambush),
        backend="aimlapi",
        scratch=shift.folder / "scratch",
        clock=shift.clock,
        sleep=shift.clock.pause,
        # A child takes longer to start than most workers here live; how one dies is tested beside it.
        check=check_here,
    )
    worker = NaiveWorker(context) if shift.naive else Worker(context)
    # Of one that is to stand still no other thread may be in the middle of a transaction.
    for _ in range(1 if shift.sleeps_at else THREADS):
        threading.Thread(target=_tick_on, args=(worker, shift.folder), daemon=True).start()
    parent = os.getppid()
    while os.getppid() == parent:
        shift.clock.pause(RENEW_EVERY_S)
        with _ErrorsNoted(shift.folder):
            worker.renew()


def _tick_on(worker: Worker, folder: Path) -> None:
    while True:
        with _ErrorsNoted(folder):
            if worker.tick():
                continue
        time.sleep(IDLE_S)


class _ErrorsNoted:
    """Notes an exception in the run's log and goes on, as the app's threads do."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if error is None:
            return False
        name = "away" if isinstance(error, StorageAway) else "broke"
        _append(self._folder / name, "".join(traceback.format_exception(error)) + "\0")
        return isinstance(error, Exception)


class Ambush:
    """Kills this process with SIGKILL at its step, and leaves a note that it did."""

    def __init__(self, shift: Shift) -> None:
        self._shift = shift
        self._hit = threading.Lock()
        self._awake = threading.Lock()

    def __call__(self, step: str, about: str = "") -> None:
        """Hear that a step has come; at some of them the kill has to wait for the other side."""
        if step == self._shift.sleeps_at and self._awake.acquire(blocking=False):
            os.kill(os.getpid(), signal.SIGSTOP)
        if step not in self._shift.steps:
            return
        if step == CHARGED_UNREAD:
            threading.Thread(target=self._when_charged, args=(about,), daemon=True).start()
            # The question has to be at the provider before the order is.
            time.sleep(0.05)
        elif step == WITHIN_DOWNLOAD:
            self._hold_download(about)
        else:
            self._strike(step)

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        """Steps within the keeping of a file are told by the interpreter itself, as audit events."""
        if event != "os.rename":
            return
        step = _INTO_PLACE.get(Path(str(arguments[1])).suffix)
        if step in self._shift.steps:
            self._strike(step)

    def _strike(self, step: str) -> None:
        with self._hit:
            _append(self._shift.folder / "hits", step + "\n")
            os.kill(os.getpid(), signal.SIGKILL)
            signal.pause()

    def _when_charged(self, client_request_id: str) -> None:
        with suppress(OSError, http.client.HTTPException):
            if self._ask(f"/control/charged?id={quote(client_request_id)}") == 200:
                self._strike(CHARGED_UNREAD)

    def _hold_download(self, about: str) -> None:
        url, _, name = about.partition("\n")
        part = Path(name)
        with suppress(OSError, http.client.HTTPException):
            before = part.stat().st_size if part.exists() else 0
            self._ask(f"/control/half?path={quote(urlsplit(url).path)}")
            threading.Thread(target=self._when_it_grows, args=(part, before), daemon=True).start()

    def _when_it_grows(self, part: Path, before: int) -> None:
        end = time.monotonic() + 2
        while time.monotonic() < end:
            if part.exists() and part.stat().st_size not in (0, before):
                self._strike(WITHIN_DOWNLOAD)
            time.sleep(0.002)

    def _ask(self, path: str) -> int:
        connection = http.client.HTTPConnection(urlsplit(self._shift.base_url).netloc, timeout=3)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
