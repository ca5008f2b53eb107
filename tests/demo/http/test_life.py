"""Start, stop, crash and restart of the stand-in, with real processes."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from demo import process
from demo.orders.ledger import Ledger
from demo.rendering.render_pool import KEEP_S, RenderPool
from tests.demo.stand_in_caller import KEY, Caller, wait_until

REPOSITORY = Path(__file__).resolve().parents[3]

Start = Callable[[], tuple[process.DemoProcess, Caller]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts stand-ins, all on one data folder."""
    running: list[process.DemoProcess] = []

    def begin() -> tuple[process.DemoProcess, Caller]:
        running.append(process.start(tmp_path / "data", key=KEY, pace=0, draft=True))
        return running[-1], Caller(base_url=running[-1].base_url)

    yield begin
    for one in running:
        one.stop()


def _worker_of(pid: int) -> psutil.Process:
    """The render process of a stand-in, once it is there."""
    found: list[psutil.Process] = []

    def there() -> bool:
        children = psutil.Process(pid).children(recursive=True)
        # Besides the renderers, multiprocessing keeps one process that tidies up after crashes.
        found[:] = [child for child in children if "spawn_main" in " ".join(child.cmdline())]
        return bool(found)

    wait_until(there)
    return found[0]


def _is_gone(worker: psutil.Process) -> bool:
    return not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("ending", ["standard input closes", "SIGTERM", "SIGKILL"])
def test_it_ends_with_its_parent_and_takes_its_workers_along(tmp_path: Path, ending: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "demo", "--data", str(tmp_path), "--pace", "0", "--key", KEY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        try:
            caller = Caller(base_url=server.stdout.readline().removeprefix("listening on ").strip())
            # Far longer to render than this test waits.
            caller.place("zoom in", resolution="1080p", duration=15)
            worker = _worker_of(server.pid)
            if ending == "standard input closes":
                server.stdin.close()
            else:
                server.send_signal(getattr(signal, ending))
            server.wait(10)
            wait_until(lambda: _is_gone(worker), 5)
            assert server.stdout.read() == "", "one line is all it ever says there"
        finally:
            server.kill()


def test_after_a_kill_the_workers_go_and_the_next_start_finishes_the_work(start: Start) -> None:
    first, caller = start()
    # Long enough for a worker to be met at work: a short one may have ended before it is looked for.
    placed = [caller.place("static", seed=seed, duration=10) for seed in (1, 2)]
    failing = caller.place("demo: picture moderated")
    worker = _worker_of(first.pid)
    os.kill(first.pid, signal.SIGKILL)
    wait_until(lambda: _is_gone(worker), 10)
    first.stop()  # or it would be started again beside the next
    _, caller = start()
    assert [caller.ended(generation_id)["status"] for generation_id in placed] == ["completed", "completed"]
    assert caller.ended(failing)["error"]["name"] == "DataInspectionFailed"
    assert len(caller.log_rows()) == 3


def test_one_that_is_killed_is_started_again_at_the_same_address_and_finishes_its_work(start: Start) -> None:
    running, caller = start()
    placed = [caller.place("static", seed=seed) for seed in (1, 2)]
    for _ in range(2):
        killed = running.pid
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: not running.is_up)
        wait_until(lambda: running.is_up)
        assert running.pid not in (killed, os.getpid())
    assert running.base_url == caller.base_url
    assert [caller.ended(generation_id)["status"] for generation_id in placed] == ["completed", "completed"]
    assert len(caller.log_rows()) == 2


def test_one_that_is_stopped_stays_so(start: Start) -> None:
    threads = threading.active_count()
    running, _ = start()
    pid = running.pid
    running.stop()
    assert not running.is_up
    assert (running.pid, psutil.pid_exists(pid)) == (pid, False)
    assert threading.active_count() == threads, "nobody watches it any more"


def test_one_that_dies_at_each_start_does_not_keep_the_machine_busy(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(process, "RESTART_PAUSES_S", (0.0, 0.0, 3_600.0))
    running, caller = start()
    data = tmp_path / "data"
    data.rename(tmp_path / "moved away")
    data.write_text("a file where the folder should be")
    os.kill(running.pid, signal.SIGKILL)
    wait_until(lambda: caplog.messages.count("the demo has died and is started again") == 3)
    assert caplog.messages.count("the demo could not be started again") == 2
    assert not running.is_up
    running.stop()
    with pytest.raises(requests.ConnectionError, match="NewConnectionError"):
        caller.get("/v2/billing")


def test_an_address_still_works_after_a_restart(start: Start) -> None:
    first, caller = start()
    url = caller.ended(caller.place())["video"]["url"]
    first.stop()
    _, again = start()
    assert requests.get(url.replace(caller.base_url, again.base_url), timeout=10).status_code == 200


def test_a_worker_that_is_killed_from_outside_is_replaced_once(start: Start) -> None:
    running, caller = start()
    generation_id = caller.place("static")
    _worker_of(running.pid).kill()
    assert caller.ended(generation_id)["status"] == "completed"


def test_a_picture_is_not_kept_longer_than_the_work_on_it(start: Start, tmp_path: Path) -> None:
    _, caller = start()
    caller.ended(caller.place("static"))
    assert list((tmp_path / "data" / "pictures").iterdir()) == []


def test_a_start_that_fails_says_why(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(process.DemoDidNotStart, match="FileExistsError"):
        process.start(tmp_path / "data", key=KEY)


def test_stop_may_be_called_twice(start: Start) -> None:
    running, _ = start()
    running.stop()
    running.stop()
    assert not psutil.pid_exists(running.pid)


def test_any_key_is_accepted_when_none_is_set(tmp_path: Path) -> None:
    running = process.start(tmp_path, key="", pace=0)
    try:
        assert Caller(base_url=running.base_url, key="anything").get("/v2/billing").status_code == 200
        assert requests.get(running.base_url + "/v2/billing", timeout=10).status_code == 401
    finally:
        running.stop()


def test_an_order_waits_then_is_worked_on_then_is_done(tmp_path: Path) -> None:
    running = process.start(tmp_path, key=KEY, pace=0.3, draft=True)
    try:
        caller = Caller(base_url=running.base_url)
        placed_at = time.monotonic()
        generation_id = caller.place("static")
        seen: list[str] = []

        def ended() -> bool:
            status = str(caller.look(generation_id).json()["status"])
            if status not in seen:
                seen.append(status)
            return status == "completed"

        wait_until(ended)
        assert seen == ["queued", "generating", "completed"]
        assert time.monotonic() - placed_at >= 0.3 * 5
    finally:
        running.stop()


def test_the_slow_order_takes_twelve_times_as_long_as_the_usual_one(tmp_path: Path) -> None:
    running = process.start(tmp_path, key=KEY, pace=0.03, draft=True)
    try:
        caller = Caller(base_url=running.base_url)
        placed_at = time.monotonic()
        caller.ended(caller.place("static, demo: slow"))
        assert time.monotonic() - placed_at >= 0.03 * 60
    finally:
        running.stop()


def test_files_older_than_a_day_are_removed(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "demo.sqlite3")
    render_pool = RenderPool(ledger, tmp_path)
    now = 1_000_000.0
    with sqlite3.connect(tmp_path / "demo.sqlite3") as db:
        for name, created in (("old", now - KEEP_S - 1), ("young", now - KEEP_S + 1)):
            db.execute(
                "INSERT INTO generation (id, request_id, created, due, model, settings, credits, file_name)"
                " VALUES (?, '', ?, NULL, '', '{}', 0, ?)",
                (name, created, f"{name}.mp4"),
            )
            render_pool.video(f"{name}.mp4").write_bytes(b"video")
            render_pool.keep_given(name, b"picture", b"last", b"sound")
    db.close()
    render_pool.delete_old(now)
    render_pool.close()
    ledger.close()
    left = sorted(path.name for folder in ("videos", "pictures") for path in (tmp_path / folder).iterdir())
    assert left == ["young", "young.last", "young.mp4", "young.sound"]


def _kept_seed(data: Path, generation_id: str) -> Any:
    with closing(sqlite3.connect(data / "demo.sqlite3")) as db:
        (kept,) = db.execute("SELECT settings FROM generation WHERE id = ?", (generation_id,)).fetchone()
    return json.loads(kept)["seed"]


def test_an_order_without_a_seed_gets_one_that_is_kept(start: Start, tmp_path: Path) -> None:
    """Else a render that is done again after a crash would give another film."""
    _, caller = start()
    generation_id = caller.place("demo: stuck", seed=...)
    assert _kept_seed(tmp_path / "data", generation_id) in range(2**31)


def test_a_seed_that_is_given_is_kept_as_it_is(start: Start, tmp_path: Path) -> None:
    _, caller = start()
    for seed in (0, 7, 2**31 - 1):
        assert _kept_seed(tmp_path / "data", caller.place("demo: stuck", seed=seed)) == seed


def test_a_picture_is_whole_on_the_disk_before_it_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(tmp_path / "demo.sqlite3")
    render_pool = RenderPool(ledger, tmp_path)
    seen: list[tuple[str, int]] = []
    fsync, replace = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        seen.append(("fsync", os.fstat(descriptor).st_size))
        fsync(descriptor)

    def replaced(path: Path, target: Path) -> Path:
        seen.append((target.name, path.stat().st_size))
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    render_pool.keep_given("one", b"x" * 70_000, b"y" * 50_000, None)
    render_pool.close()
    ledger.close()
    assert seen == [("fsync", 70_000), ("one", 70_000), ("fsync", 50_000), ("one.last", 50_000)]


def test_counting_from_many_threads_loses_nothing(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "demo.sqlite3")
    threads = [threading.Thread(target=lambda: [ledger.attempt("order") for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.attempt("order") == 81
    ledger.close()
