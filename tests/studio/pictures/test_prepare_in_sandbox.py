"""What a picture does to its decoder, it does to a process of its own."""

from __future__ import annotations

import contextlib
import io
import os
import resource
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from PIL import Image

from bench.upload_corpus import corpus, exif, large_jpeg, saved, scene
from studio import sandbox
from studio.pictures import prepare_in_sandbox
from studio.pictures.prepare import Change, PictureRefused, Refusal, prepare
from studio.pictures.prepare_in_sandbox import PictureProcesses

ROOT = Path(prepare_in_sandbox.__file__).parents[2]


@pytest.fixture
def processes() -> Iterator[PictureProcesses]:
    made = PictureProcesses()
    yield made
    made.close()
    assert children() == set(), "no child is left, not even as a zombie"


_BEFORE: set[int] = set()
"""Children that were there when the test began: what other tests work with, such as a shared database."""


@pytest.fixture(autouse=True)
def _only_our_own_children_count() -> Iterator[None]:
    _BEFORE.update(_all_children())
    yield
    _BEFORE.clear()


def children() -> set[int]:
    """The processes that this test has started and not yet waited for."""
    return _all_children() - _BEFORE


def _all_children() -> set[int]:
    found: set[int] = set()
    for thread in Path("/proc/self/task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread that has just ended
            found |= {int(pid) for pid in (thread / "children").read_text().split()}
    return found


def is_decoding(pid: int) -> bool:
    """True once a child has its picture: its memory is limited from then on."""
    try:
        lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return "unlimited" not in next(line for line in lines if line.startswith("Max address space"))


def eventually(holds: Callable[[], bool], within_s: float = 10) -> bool:
    """True as soon as it holds; False after so many seconds in which it never did."""
    deadline = time.monotonic() + within_s
    between = threading.Event()
    while time.monotonic() < deadline:
        if holds():
            return True
        between.wait(0.005)
    return False


def endless_jpeg() -> bytes:
    """A real, small JPEG of 36 megapixels that takes minutes: its last scan comes five thousand times."""
    buffer = io.BytesIO()
    Image.new("L", (6000, 6000), 128).save(buffer, "JPEG", progressive=True)
    data = buffer.getvalue()
    last = data.rfind(b"\xff\xda")
    (length,) = struct.unpack_from(">H", data, last + 2)
    assert length < 20
    return data[:last] + data[last:-2] * 5000 + data[-2:]


@pytest.fixture(scope="module")
def endless() -> bytes:
    return endless_jpeg()


def test_a_picture_comes_back_as_if_prepared_here(processes: PictureProcesses) -> None:
    for name, data in corpus().items():
        if name in ("JPEG", "PNG alpha", "WebP animated", "BMP", "HEIC turned 6"):
            assert processes.prepare(data) == prepare(data)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", Refusal.EMPTY),
        (b"hello", Refusal.NOT_A_PICTURE),
        (saved(scene(), "GIF"), Refusal.UNSUPPORTED_KIND),
        (saved(scene((200, 900)), "PNG"), Refusal.TOO_SMALL),
        (saved(scene(), "JPEG")[:4000], Refusal.CUT_OFF),
    ],
)
def test_a_refusal_comes_back_with_its_facts(processes: PictureProcesses, data: bytes, refusal: Refusal) -> None:
    with pytest.raises(PictureRefused) as here:
        prepare(data)
    with pytest.raises(PictureRefused) as apart:
        processes.prepare(data)
    assert apart.value.refusal == here.value.refusal == refusal
    assert apart.value.facts == here.value.facts


def test_a_small_picture_is_enlarged_there_too(processes: PictureProcesses) -> None:
    small = saved(scene((100, 80)), "PNG")
    with pytest.raises(PictureRefused) as refused:
        processes.prepare(small)
    assert refused.value.can_be_enlarged
    assert processes.prepare(small, enlarge=True) == prepare(small, enlarge=True)


def test_a_picture_that_would_take_minutes_is_refused_in_time(processes: PictureProcesses, endless: bytes) -> None:
    assert len(endless) < 20_000_000
    start = time.monotonic()
    with pytest.raises(PictureRefused) as caught:
        processes.prepare(endless, timeout_s=1.0)
    assert caught.value.refusal == Refusal.TOOK_TOO_LONG
    assert caught.value.facts == {"limit": 1}
    assert time.monotonic() - start < 6, "the rest is a busy machine"
    assert processes.prepare(saved(scene(), "JPEG")).width == 480


def test_a_child_that_nobody_watches_ends_itself(endless: bytes) -> None:
    child = sandbox.start_child(prepare_in_sandbox.MODULE)
    answer, _ = child.communicate(
        sandbox.request(prepare_in_sandbox.preparing(endless), 1, prepare_in_sandbox.MEMORY_LIMIT_BYTES)
    )
    assert answer == b""
    assert child.returncode in (-signal.SIGXCPU, -signal.SIGALRM, -signal.SIGKILL)


@pytest.mark.parametrize("by", [signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGKILL])
def test_a_decoder_that_crashes_costs_one_picture_and_no_more(
    processes: PictureProcesses, endless: bytes, by: signal.Signals
) -> None:
    processes.warm_up()
    (working,) = children()
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(processes.prepare, endless)
        assert eventually(lambda: is_decoding(working))
        os.kill(working, by)
        with pytest.raises(PictureRefused) as caught:
            under_way.result()
    assert caught.value.refusal == Refusal.UNREADABLE
    assert processes.prepare(saved(scene(), "PNG")).kind == "PNG"


def test_a_picture_that_wants_too_much_memory_is_refused() -> None:
    processes = PictureProcesses(memory_limit_bytes=220 * 1024 * 1024)
    large = saved(Image.new("RGB", (6300, 6300), "teal"), "PNG", compress_level=1)
    with pytest.raises(PictureRefused) as caught:
        processes.prepare(large)
    assert caught.value.refusal == Refusal.UNREADABLE
    assert processes.prepare(saved(scene(), "JPEG")).width == 480
    processes.close()
    assert children() == set()


def test_108_megapixels_of_a_phone_take_less_memory_than_40_of_a_png() -> None:
    """By the kernel's own count: with so little, the picture of the test before is refused."""
    processes = PictureProcesses(memory_limit_bytes=220 * 1024 * 1024)
    picture = processes.prepare(large_jpeg((12_000, 9_000)))
    assert (picture.original_width, picture.original_height) == (12_000, 9_000)
    assert (picture.width, picture.height) == (2000, 1500)
    processes.close()


@pytest.mark.parametrize(
    ("takes", "timeout_s", "refusal", "facts"),
    [(b"/memory", 30.0, Refusal.UNREADABLE, {}), (b"/processor", 1.0, Refusal.TOOK_TOO_LONG, {"limit": 1})],
)
def test_a_decoder_that_takes_all_it_can_get_ends_as_a_refusal(
    monkeypatch: pytest.MonkeyPatch, takes: bytes, timeout_s: float, refusal: Refusal, facts: dict[str, int]
) -> None:
    monkeypatch.setattr(prepare_in_sandbox, "MODULE", "tests.studio.greedy_child")
    processes = PictureProcesses(memory_limit_bytes=256 * 1024 * 1024)
    with pytest.raises(PictureRefused) as refused:
        processes.prepare(takes, timeout_s=timeout_s)
    assert (refused.value.refusal, refused.value.facts) == (refusal, facts)
    processes.close()
    assert children() == set()


def test_a_child_has_its_limits_while_it_decodes(processes: PictureProcesses, endless: bytes) -> None:
    processes.warm_up()
    (pid,) = children()
    working = psutil.Process(pid)
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(processes.prepare, endless, timeout_s=9.0)
        # It is the last one to be set.
        assert eventually(lambda: working.rlimit(resource.RLIMIT_FSIZE) == (0, 0))
        memory, processor = working.rlimit(resource.RLIMIT_AS), working.rlimit(resource.RLIMIT_CPU)
        core = working.rlimit(resource.RLIMIT_CORE)
        working.kill()
        with pytest.raises(PictureRefused) as refused:
            under_way.result()
    assert refused.value.refusal is Refusal.UNREADABLE
    assert memory == (prepare_in_sandbox.MEMORY_LIMIT_BYTES,) * 2
    assert core == (0, 0)
    # One core for the seconds it was given, beside what its start took.
    assert processor[0] + 1 == processor[1]
    assert 9 < processor[0] <= 9 + 5


def test_no_more_than_two_are_under_way_at_once(processes: PictureProcesses, endless: bytes) -> None:
    ended: list[str] = []

    def prepare_and_note(name: str, data: bytes) -> None:
        how = "prepared"
        try:
            processes.prepare(data, timeout_s=60.0)
        except (PictureRefused, RuntimeError) as error:
            how = repr(error)
        ended.append(f"{name}: {how}")

    def decoding() -> set[int]:
        return {pid for pid in children() if is_decoding(pid)}

    with ThreadPoolExecutor(3) as pool:
        for name in ("first", "second"):
            pool.submit(prepare_and_note, name, endless)
        two = eventually(lambda: len(decoding()) == 2, within_s=50)
        assert two, f"ended {ended}, running {[(pid, state_of(pid), is_decoding(pid)) for pid in children()]}"
        third = pool.submit(prepare_and_note, "third", saved(scene(), "JPEG"))
        # It takes a third of a second where it need not wait; they would decode for a minute.
        with pytest.raises(TimeoutError):
            third.result(2)
        one, other = decoding()
        os.kill(one, signal.SIGKILL)
        third.result()
        os.kill(other, signal.SIGKILL)
    assert len(ended) == 3
    assert not ended[0].startswith("third"), "it had to wait for its turn"


def test_a_waiting_child_that_died_is_replaced(processes: PictureProcesses) -> None:
    processes.warm_up()
    (waiting,) = children()
    os.kill(waiting, signal.SIGKILL)
    assert eventually(lambda: state_of(waiting) == "Z")
    assert processes.prepare(saved(scene(), "JPEG")).width == 480


def test_nothing_is_left_running_after_closing() -> None:
    processes = PictureProcesses()
    processes.warm_up()
    processes.prepare(saved(scene(), "JPEG"))
    assert len(children()) == 1
    processes.close()
    processes.close()
    assert children() == set()
    with pytest.raises(RuntimeError, match=r"after close\(\)"):
        processes.prepare(saved(scene(), "JPEG"))


def state_of(pid: int) -> str:
    """The letter that the kernel gives a process: R, S, Z for one that ended; nothing for one that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_the_waiting_child_ends_when_the_app_is_killed() -> None:
    app = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from studio.pictures.prepare_in_sandbox import PictureProcesses; p = PictureProcesses(); "
            "p.warm_up(); print(p._sandbox._ready.pid, flush=True); sys.stdin.read()",
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert app.stdout is not None
    child = int(app.stdout.readline())
    assert state_of(child) in ("R", "S", "D")
    app.kill()
    app.communicate()
    assert eventually(lambda: state_of(child) in ("", "Z", "X"))


def test_the_children_serve_and_end_with_the_app() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            "import sys; from studio.pictures.prepare_in_sandbox import PictureProcesses; p = PictureProcesses(); "
            "print(p.prepare(sys.stdin.buffer.read()).width); p.close()",
        ],
        cwd=ROOT,
        input=saved(scene(), "JPEG"),
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"480\n"
    assert done.stderr == b""


def test_the_child_knows_none_of_the_apps_secrets(processes: PictureProcesses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIMLAPI_KEY", "canary-key")
    processes.warm_up()
    (child,) = children()
    assert eventually(lambda: b"PATH=" in Path(f"/proc/{child}/environ").read_bytes())
    environment = Path(f"/proc/{child}/environ").read_bytes()
    assert b"studio.pictures.prepare_in_sandbox" in Path(f"/proc/{child}/cmdline").read_bytes()
    assert b"canary-key" not in environment


def test_the_child_starts_light() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, studio.pictures.prepare_in_sandbox; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert not loaded & {"streamlit", "numpy", "av", "sqlalchemy", "requests", "obstore"}


def test_a_child_that_fails_by_our_own_fault_is_not_blamed_on_the_picture() -> None:
    with pytest.raises(RuntimeError, match="code 1"):
        sandbox.check_end(prepare_in_sandbox.MODULE, 1)


def test_what_was_done_survives_the_way_between_processes(processes: PictureProcesses) -> None:
    picture = processes.prepare(saved(scene((3000, 2000)), "PNG", exif=exif(orientation=6, gps=True)))
    assert (picture.width, picture.height) == (1333, 2000)
    assert picture.changes == (
        Change.TURNED_UPRIGHT,
        Change.LOCATION_REMOVED,
        Change.RESIZED_DOWN,
        Change.CONVERTED,
    )
