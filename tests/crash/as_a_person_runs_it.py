"""`python -m tests.crash` as a process of its own, and what it says when all is well."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

NOTHING_LOST = re.compile(
    r"lost 0, paid twice 0, broken videos 0, caps passed 0 of [1-9]\d* checks, ledger issues 0; "
    r"unfinished 0, rows wrong 0, ticks broken 0"
)


def run(*options: str) -> tuple[int, str]:
    """The program as a person runs it: its exit code, and what it said."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.crash", "--seed", "1", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=480,
        check=False,
    )
    print(ended.stdout)
    return ended.returncode, ended.stdout
