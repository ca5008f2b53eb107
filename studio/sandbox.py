"""Work on a stranger's bytes in a process of its own, so that what kills a decoder does not kill the app.

Each piece of work has its own child: no visitor's bytes meet another's, and a limit is met by dying. Plain
`subprocess`, pipes and end of file: nothing forks inside a threaded server without exec, nothing is unpickled, and a
child whose parent is gone reads the end of its input and leaves. A child gets none of the app's environment.

The parent holds a `Sandbox`; the child is a module that calls `serve` when it is run.
"""

from __future__ import annotations

import contextlib
import math
import os
import resource
import signal
import struct
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_KEPT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG", "TMPDIR")
"""What a child needs of the environment to start at all; the app's secrets are not among it."""
_LIMITS = struct.Struct(">IQQ")
_NO_MEMORY = 3
"""How a child ends that had no memory left even for its answer."""


class NoSlot(Exception):
    """Others were at work for too long; this was not begun."""


class TookTooLong(Exception):
    """The child was ended: its time was up."""


class ChildDied(Exception):
    """The child crashed, was killed, or wanted more memory than it may have."""


class Sandbox:
    """Runs one module's work in children, at most `concurrent` at once. Safe for threads.

    After `warm_up` a child waits with its imports done, so that nobody waits for a start; with `keeps_one_ready`, the
    next one does as soon as that has its work. Work waits `slot_wait_s` seconds for its turn; None: until it comes,
    which the time limit of those before it bounds. A child answers through its pipe and may write no file; with
    `file_limit_bytes`, files of that size, each.
    """

    def __init__(
        self,
        module: str,
        *,
        concurrent: int,
        slot_wait_s: float | None,
        memory_limit_bytes: int,
        file_limit_bytes: int = 0,
        keeps_one_ready: bool = False,
    ) -> None:
        self._module = module
        self._slot_wait_s = slot_wait_s
        self._memory_limit_bytes = memory_limit_bytes
        self._file_limit_bytes = file_limit_bytes
        self._keeps_one_ready = keeps_one_ready
        self._slots = threading.BoundedSemaphore(concurrent)
        self._lock = threading.Lock()
        self._ready: subprocess.Popen[bytes] | None = None
        self._at_work: set[subprocess.Popen[bytes]] = set()
        self._closed = False
        self._stopped = False

    def warm_up(self) -> None:
        """Start the child that waits ready, unless one does. Returns at once."""
        with self._lock:
            if self._ready is None and not self._closed:
                self._ready = start_child(self._module)

    def run(self, work: bytes, *, timeout_s: float) -> bytes:
        """The child's answer to one piece of work, which must not be empty. No child outlives the call.

        Raises NoSlot, TookTooLong after `timeout_s` seconds of wall time (or of processor time on one core), and
        ChildDied; RuntimeError where the child failed by our own fault, and after `close()`.
        """
        if not self._slots.acquire(timeout=self._slot_wait_s):
            raise NoSlot
        try:
            child = self._take()
            sent = request(work, timeout_s, self._memory_limit_bytes, self._file_limit_bytes)
            try:
                answer, _ = child.communicate(sent, timeout=timeout_s)
            except subprocess.TimeoutExpired:
                raise TookTooLong from None
            finally:
                with self._lock:
                    self._at_work.discard(child)
                end_child(child)
        finally:
            self._slots.release()
        check_end(self._module, child.returncode)
        return answer

    def close(self) -> None:
        """End the child that waits, and take no more work. Work under way comes to its end."""
        with self._lock:
            self._closed = True
            child, self._ready = self._ready, None
        if child is not None:
            end_child(child)

    def stop(self) -> None:
        """As `close`, and what is under way ends at once: its callers get ChildDied."""
        self.close()
        with self._lock:
            self._stopped = True
            for child in self._at_work:
                child.kill()

    def _take(self) -> subprocess.Popen[bytes]:
        """The child that waits ready, where it is wanted with the next one started in its place; or a new one."""
        with self._lock:
            if self._closed:
                raise RuntimeError(f"nothing is done by {self._module} after close()")
            child, self._ready = self._ready, start_child(self._module) if self._keeps_one_ready else None
        if child is not None and child.poll() is not None:
            end_child(child)
            child = None
        child = child or start_child(self._module)
        with self._lock:
            self._at_work.add(child)
            if self._stopped:  # since it was asked for
                child.kill()
        return child


def start_child(module: str) -> subprocess.Popen[bytes]:
    """A child that waits for its work."""
    return subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=_ROOT,
        env={name: os.environ[name] for name in _KEPT if name in os.environ} | {"MALLOC_ARENA_MAX": "2"},
    )


def end_child(child: subprocess.Popen[bytes]) -> None:
    """The child is gone, waited for, and its pipes are closed, whatever it was doing."""
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def request(work: bytes, timeout_s: float, memory_limit_bytes: int, file_limit_bytes: int = 0) -> bytes:
    """What the child reads: the seconds, and the bytes of memory and of a file, that it may take; then its work up to
    the end of the input."""
    return _LIMITS.pack(math.ceil(timeout_s), memory_limit_bytes, file_limit_bytes) + work


def check_end(module: str, returncode: int) -> None:
    """Raise for how a child ended, unless that was well."""
    if returncode in (-signal.SIGXCPU, -signal.SIGALRM):
        raise TookTooLong
    if returncode < 0 or returncode == _NO_MEMORY:
        raise ChildDied(f"code {returncode}")  # Negative: the number of a signal.
    if returncode != 0:
        raise RuntimeError(f"{module} failed with code {returncode}; its own output says why")


def serve(answer_to: Callable[[bytes], bytes], *, cores: int = 1) -> None:
    """The child's side: one piece of work in, one answer out, within the limits that come with the work.

    `cores` is how many threads may be busy at once: so many times the seconds may it take of the processor.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the app; this ends when its input does.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # A core file would hold the picture, and take its time.
    # A decoder that prints must not print into the answer.
    pipe = os.dup(1)
    os.dup2(2, 1)
    warnings.simplefilter("ignore")  # Nobody reads a child's warnings: they are about details of broken files.
    read = sys.stdin.buffer.read()
    if len(read) <= _LIMITS.size:
        return
    seconds, memory_bytes, file_bytes = _LIMITS.unpack_from(read)
    _limit_this_process(seconds, memory_bytes, file_bytes, cores)
    try:
        answer = answer_to(read[_LIMITS.size :])
        with os.fdopen(pipe, "wb") as out:
            out.write(answer)
    except MemoryError:
        os._exit(_NO_MEMORY)
    except BrokenPipeError:
        pass  # the app is gone, and nobody waits for the answer


def _limit_this_process(seconds: int, memory_bytes: int, file_bytes: int, cores: int) -> None:
    """Beyond these the kernel ends the process, whatever the decoder is doing."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    processor_s = math.ceil(used) + seconds * cores
    limits = (
        (resource.RLIMIT_AS, memory_bytes, memory_bytes),
        # A second later: Linux says with a signal of its own that the time is up only below the hard limit.
        (resource.RLIMIT_CPU, processor_s, processor_s + 1),
        (resource.RLIMIT_FSIZE, file_bytes, file_bytes),  # Most have nothing to write but their answer, into a pipe.
    )
    for which, soft, hard in limits:
        # macOS knows RLIMIT_AS but does not let it be set; the wall limit holds everywhere.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (soft, hard))
    # The parent ends a child that is late. Should the parent be gone, the child ends itself.
    signal.setitimer(signal.ITIMER_REAL, seconds + 1)
