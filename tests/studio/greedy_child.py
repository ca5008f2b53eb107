"""A child that takes all it can get of one thing, and does nothing about it: only a limit of the kernel ends it."""

from __future__ import annotations

import errno
import os
import signal
from pathlib import Path

from studio.sandbox import serve

_PIECE_BYTES = 16 * 1024 * 1024
_PIECES = 128
"""Two gigabytes, of which no byte is touched: where no limit holds, a test is red and the machine none the poorer."""


def _take(work: bytes) -> bytes:
    """`work` is a path, as of a video to check, whose last part names the thing."""
    match work.rpartition(b"/")[2]:
        case b"memory":
            return b"%d pieces" % len([bytes(_PIECE_BYTES) for _ in range(_PIECES)])
        case b"processor":
            signal.signal(signal.SIGALRM, signal.SIG_IGN)  # the clock's limit is another
            while True:
                pass
        case b"time":
            while True:
                signal.pause()
        case b"disk":
            try:
                return b"%d bytes" % Path(os.fsdecode(work)).write_bytes(b"x")
            except OSError as error:
                return errno.errorcode[error.errno or 0].encode()
        case other:
            raise ValueError(other)


if __name__ == "__main__":
    serve(_take)
