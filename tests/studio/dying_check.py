"""The check of a video, in a process that the video kills: whatever it decodes, it ends by SIGSEGV."""

from __future__ import annotations

import os
import signal

from studio.sandbox import serve


def _die(_work: bytes) -> bytes:
    os.kill(os.getpid(), signal.SIGSEGV)
    return b""


if __name__ == "__main__":
    serve(_die)
