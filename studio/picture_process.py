"""Preparing a stranger's picture in a process of its own, so that what kills a decoder does not kill the app.

Each picture has its own child: no visitor's bytes meet another's, and a limit is met by dying. One child waits ready,
its imports done, so nobody waits for a start. Plain `subprocess`, pipes and end of file: nothing forks inside a
threaded server without exec, nothing is unpickled, and a child whose parent is gone reads the end of its input and
leaves.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import math
import os
import resource
import signal
import struct
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

from PIL import Image

from studio.pictures import Change, Picture, PictureRefused, Refusal, prepare

MEMORY_LIMIT_BYTES = 1024 * 1024 * 1024
"""Address space of a child. The largest picture we take, 40 megapixels of WebP, needs about 700 MB of it."""
CONCURRENT = 2
"""Pictures prepared at the same time in this process; more would only share the same cores and hold more memory."""
_TURN_WAIT_S = 30.0
"""How long an upload waits for its turn behind others before it is told to come back."""

_ROOT = Path(__file__).resolve().parents[1]

_log = logging.getLogger(__name__)


class PictureProcesses:
    """Prepares pictures in children, at most `concurrent` at once, with one child kept ready. Safe for threads."""

    def __init__(self, *, concurrent: int = CONCURRENT, memory_limit_bytes: int = MEMORY_LIMIT_BYTES) -> None:
        self._memory_limit_bytes = memory_limit_bytes
        self._turns = threading.BoundedSemaphore(concurrent)
        self._lock = threading.Lock()
        self._ready: subprocess.Popen[bytes] | None = None
        self._closed = False

    def warm_up(self) -> None:
        """Starts the child that waits ready. Returns at once; without it the first picture waits for the imports."""
        with self._lock:
            if self._ready is None and not self._closed:
                self._ready = _start_child()

    def prepare(self, data: bytes, *, timeout_s: float = 10.0) -> Picture:
        """As `pictures.prepare`, and whatever the bytes do to the decoder, this process lives on.

        Raises PictureRefused: besides its reasons there, TOOK_TOO_LONG after `timeout_s` seconds of wall or processor
        time (or half a minute of waiting behind others), and UNREADABLE where the decoder crashed or wanted too much
        memory. No child outlives the call. Raises RuntimeError after `close()`.
        """
        if len(data) == 0:
            raise PictureRefused(Refusal.EMPTY)  # For a child, no input means that nobody wants anything.
        if not self._turns.acquire(timeout=_TURN_WAIT_S):
            raise PictureRefused(Refusal.TOOK_TOO_LONG, limit=round(_TURN_WAIT_S))
        try:
            child = self._take()
            try:
                answer, _ = child.communicate(_request(data, timeout_s, self._memory_limit_bytes), timeout=timeout_s)
            except subprocess.TimeoutExpired:
                raise PictureRefused(Refusal.TOOK_TOO_LONG, limit=round(timeout_s)) from None
            finally:
                _end(child)
        finally:
            self._turns.release()
        return _read_answer(answer, child.returncode, timeout_s)

    def close(self) -> None:
        """Ends the child that waits, and takes no more pictures. Pictures under way come to their end."""
        with self._lock:
            self._closed = True
            child, self._ready = self._ready, None
        if child is not None:
            _end(child)

    def _take(self) -> subprocess.Popen[bytes]:
        """The child that waits ready, with the next one started in its place."""
        with self._lock:
            if self._closed:
                raise RuntimeError("no picture is prepared after close()")
            child, self._ready = self._ready, _start_child()
        if child is not None and child.poll() is None:
            return child
        if child is not None:
            _end(child)
        return _start_child()


_processes = PictureProcesses()
atexit.register(_processes.close)


def prepare_apart(data: bytes, *, timeout_s: float = 10.0) -> Picture:
    """As `PictureProcesses.prepare`, with the children this process shares."""
    return _processes.prepare(data, timeout_s=timeout_s)


def warm_up() -> None:
    """Starts the shared child that waits ready; call it when the server starts."""
    _processes.warm_up()


def close() -> None:
    """Ends the shared child that waits. Nothing is prepared afterwards."""
    _processes.close()


def _start_child() -> subprocess.Popen[bytes]:
    # The child has no use for the app's secrets, so it does not get the app's environment.
    kept = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG", "TMPDIR")
    return subprocess.Popen(
        [sys.executable, "-m", "studio.picture_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=_ROOT,
        env={name: os.environ[name] for name in kept if name in os.environ},
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    """The child is gone, waited for, and its pipes are closed, whatever it was doing."""
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


_LIMITS = struct.Struct(">IQ")
_NO_MEMORY = 3
"""How a child ends that had no memory left even for its answer."""


def _request(data: bytes, timeout_s: float, memory_limit_bytes: int) -> bytes:
    """What the child reads: the seconds and the bytes it may take, then the upload up to the end of the input."""
    return _LIMITS.pack(math.ceil(timeout_s), memory_limit_bytes) + data


def _read_answer(answer: bytes, returncode: int, timeout_s: float) -> Picture:
    """The picture the child made. Raises PictureRefused as the child did, or for how it died.

    The answer is checked as what it is, the word of a process that read a stranger's bytes: JSON, then the JPEG.
    """
    if returncode in (-signal.SIGXCPU, -signal.SIGALRM):
        raise PictureRefused(Refusal.TOOK_TOO_LONG, limit=round(timeout_s))
    if returncode < 0 or returncode == _NO_MEMORY:
        # Negative: the number of a signal.
        _log.warning("decoding a picture broke off", extra={"code": returncode})
        raise PictureRefused(Refusal.UNREADABLE)
    if returncode != 0:
        raise RuntimeError(f"the process that prepares pictures failed with code {returncode}; its own output says why")
    head, _, jpeg = answer.partition(b"\n")
    said: dict[str, Any] = json.loads(head)
    if "refusal" in said:
        raise PictureRefused(Refusal(said["refusal"]), **said["facts"])
    return Picture(
        jpeg=jpeg,
        width=int(said["width"]),
        height=int(said["height"]),
        original_width=int(said["original_width"]),
        original_height=int(said["original_height"]),
        kind=str(said["kind"]),
        changes=tuple(Change(change) for change in said["changes"]),
    )


def _answer(data: bytes) -> bytes:
    try:
        picture = prepare(data)
    except PictureRefused as refused:
        return json.dumps({"refusal": refused.refusal, "facts": dict(refused.facts)}).encode() + b"\n"
    said = {
        "width": picture.width,
        "height": picture.height,
        "original_width": picture.original_width,
        "original_height": picture.original_height,
        "kind": picture.kind,
        "changes": picture.changes,
    }
    return json.dumps(said).encode() + b"\n" + picture.jpeg


def _limit_this_process(seconds: int, memory_bytes: int) -> None:
    """Beyond these the kernel ends the process, whatever the decoder is doing."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    limits = (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, math.ceil(used) + seconds),
        (resource.RLIMIT_FSIZE, 0),  # It has nothing to write but its answer, into a pipe.
    )
    for which, limit in limits:
        # macOS knows RLIMIT_AS but does not let it be set; the wall limit holds everywhere.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (limit, limit))
    # The parent ends a child that is late. Should the parent be gone, the child ends itself.
    signal.setitimer(signal.ITIMER_REAL, seconds + 1)


def _main() -> None:
    """One upload in, one answer out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the app; this ends when its input does.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # A core file would hold the picture, and take its time.
    # A decoder that prints must not print into the answer.
    answer_to = os.dup(1)
    os.dup2(2, 1)
    # Nobody reads a child's warnings: too many pixels are an error, the rest is about details of broken files.
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    request = sys.stdin.buffer.read()
    if len(request) <= _LIMITS.size:
        return
    _limit_this_process(*_LIMITS.unpack_from(request))
    try:
        answer = _answer(request[_LIMITS.size :])
        with os.fdopen(answer_to, "wb") as pipe:
            pipe.write(answer)
    except MemoryError:
        os._exit(_NO_MEMORY)


if __name__ == "__main__":
    _main()
