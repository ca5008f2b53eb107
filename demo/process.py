"""Start the stand-in from another program, and be sure it ends with it. Standard library only."""

from __future__ import annotations

import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

log = logging.getLogger(__name__)

START_LIMIT_S = 30.0
"""A start takes about a second; a small machine under load may need ten. Later than this it is not coming."""

STOP_LIMIT_S = 10.0
"""Closing takes well under a second; after this the process is killed."""

_LINE = "listening on "

_PASSED_ON = (
    *("PATH", "HOME", "LANG", "LC_", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_"),
    *("PYTHON", "VIRTUAL_ENV", "SSL_CERT_", "OPENBLAS_", "OMP_", "MKL_"),
)
"""Beginnings of names: where programs and certificates are, which language, how many threads."""


class DemoDidNotStart(RuntimeError):
    """The stand-in ended early or did not answer in time; the message carries what it said last."""


RESTART_PAUSES_S = (0.0, 1.0, 5.0, 30.0)
"""Before the first, second, … start again in a row; the last one before all further ones. A stand-in that dies at every
start must not keep the machine busy."""

STEADY_S = 60.0
"""One that ran for so long is started again at once, however often it had died before."""


class DemoProcess:
    """A stand-in that answers at `base_url`. It ends with `stop()`, or by itself when this program ends.

    Where it dies before that, it is started again at the same address, over the same folder: what it knew and what it
    was making is there again.
    """

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._command = command
        self._environment = environment
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._child = _Child(command, environment, port=0)
        self.base_url = self._child.base_url
        self._watch = threading.Thread(target=self._keep_up, name="demo-watch", daemon=True)
        self._watch.start()

    @property
    def pid(self) -> int:
        """The process that answers now, or that did last."""
        return self._child.process.pid

    @property
    def is_up(self) -> bool:
        """False from its death until it answers again."""
        return self._child.process.poll() is None

    def stop(self) -> None:
        """End it and its workers; returns when they are gone. May be called twice."""
        self._stopping.set()
        with self._lock:  # not in the middle of a start
            self._child.stop()
        self._watch.join(STOP_LIMIT_S)

    def _keep_up(self) -> None:
        deaths, began = 0, time.monotonic()
        while True:
            code = self._child.process.wait()
            if self._stopping.is_set():
                return
            deaths = deaths + 1 if time.monotonic() - began < STEADY_S else 1
            log.error("the demo has died and is started again", extra={"code": code, "deaths": deaths})
            if self._stopping.wait(RESTART_PAUSES_S[min(deaths, len(RESTART_PAUSES_S)) - 1]):
                return
            began = time.monotonic()
            self._start_again()

    def _start_again(self) -> None:
        port = int(self.base_url.rpartition(":")[2])
        with self._lock:
            if self._stopping.is_set():
                return
            self._child.stop()  # what is left of it: readers and pipes
            try:
                self._child = _Child(self._command, self._environment, port=port)
            except DemoDidNotStart as error:
                log.error("the demo could not be started again", extra={"why": str(error)})


class _Child:
    """One process of the stand-in, from its start to its end."""

    def __init__(self, command: list[str], environment: dict[str, str], *, port: int) -> None:
        """Returns when it answers. Raises DemoDidNotStart, with the reason in words."""
        self.process = subprocess.Popen(
            [*command, "--port", str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=Path(__file__).resolve().parent.parent,
        )
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        first_line: queue.Queue[str] = queue.Queue()
        last_words: deque[str] = deque(maxlen=20)
        self._readers = (
            threading.Thread(target=_read_lines, args=(self.process.stdout, first_line.put), daemon=True),
            threading.Thread(target=_read_lines, args=(self.process.stderr, last_words.append), daemon=True),
        )
        for reader in self._readers:
            reader.start()
        try:
            line = first_line.get(timeout=START_LIMIT_S)
        except queue.Empty:
            line = ""
        if not line.startswith(_LINE):
            self.stop()
            said = "".join(last_words).strip() or "it said nothing"
            raise DemoDidNotStart(f"The demo did not start (exit code {self.process.returncode}): {said}")
        self.base_url = line.removeprefix(_LINE).strip()

    def stop(self) -> None:
        """End it and its workers; returns when they are gone. May be called twice."""
        _stop(self.process)
        for reader in self._readers:
            reader.join(STOP_LIMIT_S)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


def start(
    data_dir: Path | str,
    *,
    key: str,
    pace: float = 1.0,
    address_life_s: int = 86_400,
    draft: bool = False,
    private_links: bool = False,
) -> DemoProcess:
    """A stand-in that already answers, with its state under `data_dir`.

    `key` is the only key it accepts; "" accepts any. `pace` 1 takes its time as a provider does, 0 never waits.
    `draft` makes videos of a quarter of the size, for who wants them quickly; with `private_links` links
    to this computer are fetched too.
    Raises DemoDidNotStart, with the reason in words.
    """
    command = [sys.executable, "-m", "demo", "--data", str(data_dir)]
    command += ["--pace", str(pace), "--address-life", str(address_life_s), *(["--draft"] if draft else [])]
    command += ["--private-links"] if private_links else []
    # The key travels in the environment: a command line is readable by every user of the machine.
    return DemoProcess(command, {**_needed(os.environ), "DEMO_KEY": key})


def _needed(environment: Mapping[str, str]) -> dict[str, str]:
    """What a Python that renders and fetches needs of the environment. Our owner's secrets are none of its business: it
    opens pictures of strangers.
    """
    return {name: value for name, value in environment.items() if name.upper().startswith(_PASSED_ON)}


def _read_lines(stream: IO[str], take: Callable[[str], None]) -> None:
    """Hands over every line, then "" for the end. Reading on keeps the other side from blocking on a full pipe."""
    for line in stream:
        take(line)
    take("")


def _stop(process: subprocess.Popen[str]) -> None:
    if process.stdin is not None and not process.stdin.closed:
        process.stdin.close()
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
