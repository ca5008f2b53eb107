"""What a child may take of this computer. The kernel sees to it, whatever the decoder in the child does."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from studio import sandbox
from studio.sandbox import ChildDied, Sandbox, TookTooLong

GREEDY = "tests.studio.greedy_child"
MEMORY_BYTES = 256 * 1024 * 1024


def greedy() -> Sandbox:
    return Sandbox(GREEDY, concurrent=1, slot_wait_s=None, memory_limit_bytes=MEMORY_BYTES)


def left_alone(work: bytes) -> tuple[bytes, int]:
    """What a child says that nobody watches, and how it ends; it may take one second."""
    child = sandbox.start_child(GREEDY)
    try:
        answer, _ = child.communicate(sandbox.request(work, 1, MEMORY_BYTES), timeout=30)
    finally:
        sandbox.end_child(child)
    return answer, child.returncode


def test_a_child_that_wants_more_memory_than_it_may_have_gets_none() -> None:
    with pytest.raises(ChildDied, match="code 3"):
        greedy().run(b"memory", timeout_s=30)


def test_a_child_that_does_not_come_to_an_end_is_ended() -> None:
    with pytest.raises(TookTooLong):
        greedy().run(b"processor", timeout_s=1)


def test_a_child_that_computes_and_nobody_waits_for_is_ended_by_its_processor_time_alone() -> None:
    answer, code = left_alone(b"processor")
    assert answer == b""
    assert code == -signal.SIGXCPU


def test_a_child_that_only_waits_and_nobody_waits_for_is_ended_by_the_clock_alone() -> None:
    assert left_alone(b"time") == (b"", -signal.SIGALRM)


def test_a_child_can_write_no_byte_into_any_file(tmp_path: Path) -> None:
    assert left_alone(os.fsencode(tmp_path / "disk")) == (b"EFBIG", 0)
    assert (tmp_path / "disk").read_bytes() == b""
