"""Start the stand-in from another program, and be sure it ends with it. Standard library only."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

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


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoProcess:
    """A stand-in that answers at `base_url`. It ends with `stop()`, or by itself when this program ends."""

    base_url: str
    pid: int
    stop: Callable[[], None]
    """Ends it and its workers; returns when they are gone. May be called twice."""


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
    `draft` makes videos of a quarter of the size, for tests that want many of them quickly; with `private_links` links
    to this computer are fetched too.
    Raises DemoDidNotStart, with the reason in words.
    """
    command = [sys.executable, "-m", "demo", "--port", "0", "--data", str(data_dir)]
    command += ["--pace", str(pace), "--address-life", str(address_life_s), *(["--draft"] if draft else [])]
    command += ["--private-links"] if private_links else []
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # The key travels in the environment: a command line is readable by every user of the machine.
        env={**_needed(os.environ), "DEMO_KEY": key},
        cwd=Path(__file__).resolve().parent.parent,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    first_line: queue.Queue[str] = queue.Queue()
    last_words: deque[str] = deque(maxlen=20)
    readers = (
        threading.Thread(target=_read_lines, args=(process.stdout, first_line.put), daemon=True),
        threading.Thread(target=_read_lines, args=(process.stderr, last_words.append), daemon=True),
    )
    for reader in readers:
        reader.start()

    def stop() -> None:
        _stop(process)
        for reader in readers:
            reader.join(STOP_LIMIT_S)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()

    try:
        line = first_line.get(timeout=START_LIMIT_S)
    except queue.Empty:
        line = ""
    if not line.startswith(_LINE):
        stop()
        said = "".join(last_words).strip() or "it said nothing"
        raise DemoDidNotStart(f"The demo did not start (exit code {process.returncode}): {said}")
    return DemoProcess(base_url=line.removeprefix(_LINE).strip(), pid=process.pid, stop=stop)


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
