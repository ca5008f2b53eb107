"""What a video does to its decoder, it does to a process of its own; one that does it again and again is set aside."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from bench.damaged_videos import RECIPES, make_video
from studio import sandbox
from studio.jobs.job import Reason, State
from studio.queue.store_part import LEASE
from studio.sandbox import Sandbox
from studio.videos import validate_in_sandbox
from studio.videos.validate import VideoBroken
from studio.videos.validate_in_sandbox import (
    ASIDE,
    CHECKS_MAX,
    CUT_OFF_MAX,
    CheckDied,
    WholeVideo,
    check_apart,
    check_here,
    check_with,
)
from tests.app_process import wait_until
from tests.studio.shop import Killed, Shop

ROOT = Path(validate_in_sandbox.__file__).parents[2]


@pytest.fixture
def film(tmp_path: Path, tiny_mp4: bytes) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(tiny_mp4)
    return path


@pytest.fixture(scope="module")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real video whose check takes a while: the same second, two thousand times in one stream."""
    folder = tmp_path_factory.mktemp("long")
    second, path = folder / "second.mp4", folder / "long.mp4"
    make_video(second, RECIPES[0])
    repeated(second, path, times=2_000)
    return path


def repeated(source: Path, target: Path, *, times: int) -> None:
    import av

    with av.open(str(source)) as old:
        packets = [(bytes(packet), packet.is_keyframe, packet.duration) for packet in old.demux(video=0) if packet.size]
        with av.open(str(target), "w") as new:
            stream = new.add_stream_from_template(old.streams.video[0])
            at = 0
            for _ in range(times):
                for content, is_key, duration in packets:
                    packet = av.Packet(content)
                    packet.stream, packet.time_base = stream, old.streams.video[0].time_base
                    packet.pts = packet.dts = at
                    packet.duration, packet.is_keyframe = duration, is_key
                    at += duration or 1
                    new.mux(packet)


def children() -> list[psutil.Process]:
    """The processes that check a video now."""
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if validate_in_sandbox.MODULE in child.cmdline():
                found.append(child)
    return found


def limit_of(child: psutil.Process, which: int) -> tuple[int, int] | None:
    """What the kernel lets a process take of something, softly and at the most; None where it is gone."""
    with contextlib.suppress(psutil.NoSuchProcess):
        soft, hard = child.rlimit(which)
        return soft, hard
    return None


def is_limited(child: psutil.Process) -> bool:
    """True once it has its work: its memory is limited from then on."""
    memory = limit_of(child, resource.RLIMIT_AS)
    return memory is not None and memory[0] == validate_in_sandbox.MEMORY_LIMIT_BYTES


def test_a_whole_video_comes_back_as_if_checked_here(film: Path) -> None:
    assert check_apart(film) == check_here(film)
    assert children() == []


def test_large_videos_fit_the_memory_that_a_child_may_have(tmp_path: Path) -> None:
    for recipe in RECIPES:
        path = tmp_path / f"{recipe.name}.mp4"
        make_video(path, recipe)
        assert check_apart(path).facts == check_here(path).facts


def test_a_broken_video_is_told_apart_from_a_broken_check(film: Path) -> None:
    film.write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    with pytest.raises(VideoBroken, match=r"box mdat .* says") as apart:
        check_apart(film)
    with pytest.raises(VideoBroken, match=r"box mdat .* says") as here:
        check_here(film)
    assert str(apart.value) == str(here.value)


def test_a_file_that_cannot_be_read_says_nothing_of_the_video(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as missing:
        check_apart(tmp_path / "none.mp4")
    # The child said so, and names no file: a child that could not be started at all would name the interpreter.
    assert (missing.value.errno, missing.value.filename) == (errno.ENOENT, None)


@pytest.mark.parametrize("by", [signal.SIGSEGV, signal.SIGKILL])
def test_a_decoder_that_crashes_costs_one_check_and_no_more(long_film: Path, film: Path, by: signal.Signals) -> None:
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(check_apart, long_film)
        wait_until(lambda: any(map(is_limited, children())), "a child decodes")
        os.kill(children()[0].pid, by)
        with pytest.raises(CheckDied, match=str(-by)):
            under_way.result()
    assert check_apart(film).facts.frames == 6
    assert children() == []


def test_a_check_that_would_take_too_long_is_ended(long_film: Path) -> None:
    with pytest.raises(CheckDied, match="not done after 1 s"):
        check_with(validate_in_sandbox.sandbox(), long_film, timeout_s=1.0)
    assert children() == []


def test_a_video_that_wants_more_memory_than_there_is_takes_none_of_the_apps(film: Path) -> None:
    # Less than the child has already: whatever it asks for next is not there.
    starved = validate_in_sandbox.sandbox(memory_limit_bytes=64 * 1024 * 1024)
    with pytest.raises((CheckDied, VideoBroken), match=r"the process died|[Mm]emory"):
        check_with(starved, film)


@pytest.mark.parametrize(
    ("takes", "timeout_s", "said"),
    [("memory", 30.0, "the process died: code 3"), ("processor", 1.0, "not done after 1 s")],
)
def test_a_check_that_takes_all_it_can_get_is_ended_with_words(
    takes: str, timeout_s: float, said: str, tmp_path: Path
) -> None:
    greedy = Sandbox("tests.studio.greedy_child", concurrent=1, slot_wait_s=None, memory_limit_bytes=256 * 1024 * 1024)
    with pytest.raises(CheckDied, match=said):
        check_with(greedy, tmp_path / takes, timeout_s=timeout_s)


def test_a_child_has_its_limits_while_it_decodes(long_film: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(check_with, validate_in_sandbox.sandbox(), long_film, timeout_s=20.0)
        # The size of files is the last one to be limited.
        wait_until(lambda: any(limit_of(child, resource.RLIMIT_FSIZE) == (0, 0) for child in children()), "it decodes")
        (child,) = children()
        memory, processor = limit_of(child, resource.RLIMIT_AS), limit_of(child, resource.RLIMIT_CPU)
        core = limit_of(child, resource.RLIMIT_CORE)
        child.kill()
        with pytest.raises(CheckDied, match=str(-signal.SIGKILL)):
            under_way.result()
    assert memory == (validate_in_sandbox.MEMORY_LIMIT_BYTES,) * 2
    assert core == (0, 0)
    # All cores for the seconds it was given, beside what its start took.
    assert processor is not None
    assert processor[0] + 1 == processor[1]
    everything = 20 * (os.cpu_count() or 1)
    assert everything < processor[0] <= everything + 5


def test_a_check_that_nobody_waits_for_any_more_ends_by_itself(long_film: Path) -> None:
    child = sandbox.start_child(validate_in_sandbox.MODULE)
    answer, _ = child.communicate(sandbox.request(os.fsencode(long_film), 1, validate_in_sandbox.MEMORY_LIMIT_BYTES))
    assert answer == b""
    assert child.returncode in (-signal.SIGXCPU, -signal.SIGALRM, -signal.SIGKILL)


def test_a_check_whose_app_is_gone_ends_without_a_word(film: Path, capfd: pytest.CaptureFixture[str]) -> None:
    child = sandbox.start_child(validate_in_sandbox.MODULE)
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdout.close()
    child.stdin.write(sandbox.request(os.fsencode(film), 30, validate_in_sandbox.MEMORY_LIMIT_BYTES))
    child.stdin.close()
    assert child.wait(30) == 0
    assert capfd.readouterr().err == ""


def test_a_child_that_was_made_ready_checks_and_no_other_is_started_in_its_place(film: Path) -> None:
    checks = validate_in_sandbox.sandbox()
    for _ in range(2):
        checks.warm_up()
    [ready] = children()
    assert check_with(checks, film) == check_here(film)
    assert not ready.is_running()
    assert children() == []
    checks.warm_up()
    [waits] = children()
    assert waits.pid != ready.pid
    checks.close()
    assert children() == []


def test_the_child_knows_none_of_the_apps_secrets(long_film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIMLAPI_KEY", "canary-key")
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(check_apart, long_film)
        wait_until(lambda: any(map(is_limited, children())), "a child decodes")
        [child] = children()
        environment = child.environ()
        child.kill()
        with pytest.raises(CheckDied, match=str(-signal.SIGKILL)):
            under_way.result()
    assert "canary-key" not in environment.values()
    assert set(environment) <= {*sandbox._KEPT, "MALLOC_ARENA_MAX"}


def test_the_child_starts_light() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, studio.videos.validate_in_sandbox; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not set(done.stdout.split()) & {"streamlit", "sqlalchemy", "requests", "obstore", "pydantic"}


# What becomes of the job.


def dies(_path: Path) -> WholeVideo:
    raise CheckDied("the process died")


def in_a_child_without_memory(path: Path) -> WholeVideo:
    """A real child, which really dies."""
    return check_with(DYING, path)


DYING = Sandbox("tests.studio.dying_check", concurrent=1, slot_wait_s=None, memory_limit_bytes=2**40)


def test_a_video_that_kills_each_check_ends_with_a_sentence_and_is_kept_aside(any_shop: Shop, tiny_mp4: bytes) -> None:
    shop = any_shop
    shop.check = in_a_child_without_memory
    shop.worker = shop.new_worker()
    job = shop.until(shop.placed(), State.FETCHING)
    assert job.last_error == "check_died"
    ended = shop.until(job, State.EXPIRED)
    assert (ended.reason, ended.video) == (Reason.NEVER_CHECKED, None)
    assert len(shop.provider.fetched) == CHECKS_MAX
    assert (shop.scratch / ASIDE / f"{job.id}.mp4").read_bytes() == tiny_mp4
    assert list(shop.scratch.glob("*.part")) == []
    assert len(shop.provider.sent) == 1


def test_checks_that_end_with_the_server_are_counted_as_well(any_shop: Shop, tiny_mp4: bytes) -> None:
    shop = any_shop

    def killed(_path: Path) -> WholeVideo:
        raise Killed

    shop.check = killed
    shop.worker = shop.new_worker()
    job = shop.step(shop.placed())
    for _ in range(CUT_OFF_MAX):
        shop.killed(job)
        assert shop.seen(job).state is State.FETCHING
    ended = shop.step(job)
    assert (ended.state, ended.reason) == (State.EXPIRED, Reason.NEVER_CHECKED)
    assert (shop.scratch / ASIDE / f"{job.id}.mp4").read_bytes() == tiny_mp4


def test_a_check_that_ends_in_order_makes_good_the_deaths_before_it(shop: Shop) -> None:
    deaths = CHECKS_MAX - 1
    turns = [*[dies] * deaths, check_here_as_broken, *[dies] * deaths, check_here]

    def next_turn(path: Path) -> WholeVideo:
        return turns.pop(0)(path)

    shop.check = next_turn
    shop.worker = shop.new_worker()
    done = shop.until(shop.placed(), State.DONE)
    assert done.video is not None
    assert turns == []
    assert not (shop.scratch / ASIDE).exists()


def check_here_as_broken(_path: Path) -> WholeVideo:
    raise VideoBroken("cut")


def test_a_worker_that_lost_the_job_does_not_check_it_any_more(shop: Shop) -> None:
    job = shop.until(shop.placed(), State.QUEUED)
    shop.now += LEASE
    claim = shop.store.claim_due(max(shop.now, job.next_at or shop.now))
    assert claim is not None
    shop.store.give_back(claim)
    assert shop.store.check_begun(claim) is None
