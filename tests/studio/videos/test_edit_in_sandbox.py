"""An edit is made in a process of its own, within its limits, and says how far it is."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from studio.videos import edit, edit_in_sandbox
from studio.videos.edit import BACK_AND_FORTH, GIF, EditRefusal, EditRefused
from studio.videos.edit_in_sandbox import edit_here, edit_with, progress_file, read_progress, sandbox
from tests.app_process import wait_until
from tests.studio.videos.numbered_film import draw, numbers

ROOT = Path(edit_in_sandbox.__file__).parents[2]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw(tmp_path_factory.mktemp("film") / "film.mp4", frames=20)


@pytest.fixture(scope="module")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that keeps an encoder at work for some seconds."""
    return draw(tmp_path_factory.mktemp("long") / "long.mp4", frames=60, size=(640, 360), noise=True)


def children() -> list[psutil.Process]:
    """The processes that edit now."""
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if edit_in_sandbox.MODULE in child.cmdline():
                found.append(child)
    return found


def test_what_a_child_makes_is_what_is_made_here(film: Path, tmp_path: Path) -> None:
    here, apart = tmp_path / "here.mp4", tmp_path / "apart.mp4"
    edit_here(edit.trim(0.04, 0.6), [film], here, lambda _: None)
    edit_with(sandbox(), edit.trim(0.04, 0.6), [film], apart)
    assert numbers(apart) == numbers(here) == list(range(1, 15))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["apart.mp4", "here.mp4"]
    assert children() == []


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (edit.trim(0.1, 0.12), EditRefusal.TOO_SHORT),
        (edit.frame(3.0), EditRefusal.OUTSIDE),
        (edit.trim(0.5, 9.0), EditRefusal.OUTSIDE),
    ],
)
def test_a_refusal_comes_back_with_its_reason(film: Path, tmp_path: Path, what: edit.Edit, why: EditRefusal) -> None:
    with pytest.raises(EditRefused) as refused:
        edit_with(sandbox(), what, [film], tmp_path / what.name)
    assert refused.value.reason is why


def test_a_child_writes_no_more_than_a_result_may_have(long_film: Path, tmp_path: Path) -> None:
    small = sandbox(file_limit_bytes=200_000)
    for what in (BACK_AND_FORTH, GIF):
        with pytest.raises(EditRefused) as refused:
            edit_with(small, what, [long_film], tmp_path / what.name)
        assert refused.value.reason is EditRefusal.TOO_LARGE
        assert (tmp_path / what.name).stat().st_size <= 200_000


def test_a_video_that_wants_more_memory_than_there_is_takes_none_of_the_apps(film: Path, tmp_path: Path) -> None:
    with pytest.raises(EditRefused) as refused:
        edit_with(sandbox(memory_limit_bytes=64 * 1024 * 1024), BACK_AND_FORTH, [film], tmp_path / "out.mp4")
    assert refused.value.reason is EditRefusal.UNREADABLE


def test_an_edit_that_takes_too_long_is_ended(long_film: Path, tmp_path: Path) -> None:
    with pytest.raises(EditRefused) as refused:
        edit_with(sandbox(), BACK_AND_FORTH, [long_film], tmp_path / "out.mp4", timeout_s=1.0)
    assert refused.value.reason is EditRefusal.TOOK_TOO_LONG
    assert children() == []


def test_a_stopped_server_waits_for_no_edit(long_film: Path, tmp_path: Path) -> None:
    ours, out = sandbox(), tmp_path / "out.mp4"
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(edit_with, ours, BACK_AND_FORTH, [long_film], out)
        wait_until(lambda: read_progress(out) > 0, "a child is at work")
        ours.stop()
        with pytest.raises(EditRefused, match="the process died: code -9"):
            under_way.result(timeout=5)
    assert children() == []
    assert not progress_file(out).exists()
    with pytest.raises(RuntimeError, match="after close"):
        edit_with(ours, BACK_AND_FORTH, [long_film], out)


def test_it_says_how_far_it_is_and_gives_way_to_others(long_film: Path, tmp_path: Path) -> None:
    out, seen, nice = tmp_path / "out.mp4", set(), set()
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.02):
            seen.add(read_progress(out))
            for child in children():
                with contextlib.suppress(psutil.NoSuchProcess):
                    if 0 < read_progress(out) < 1:
                        nice.add(child.nice())

    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(look)
        edit_with(sandbox(), edit.trim(0.04, 2.0), [long_film], out)
        done.set()
        looking.result()
    assert len(seen) > 5
    assert 0.0 in seen
    assert nice == {psutil.Process().nice() + 10}
    assert read_progress(out) == 0.0


def test_the_child_starts_light_and_the_app_decodes_nothing_by_naming_edits() -> None:
    def loaded(module: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-c", f"import sys, {module}; print(*sys.modules)"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        return set(done.stdout.split())

    assert not loaded("studio.videos.edit_in_sandbox") & {"streamlit", "sqlalchemy", "requests", "obstore", "pydantic"}
    assert not loaded("studio.videos.edit") & {"av", "PIL", "numpy"}


@pytest.mark.parametrize("what", [GIF, edit.WEBP, edit.LAST_FRAME, BACK_AND_FORTH, edit.frame(1.5), edit.trim(0, 2)])
def test_a_name_says_what_it_is(what: edit.Edit) -> None:
    assert what.kind.value.split("_")[0] in what.name or what.name.startswith("animation")
    assert edit.media_type(what.name).split("/")[0] in ("image", "video")
    assert edit.joined(("a", "b")).name != edit.joined(("b", "a")).name
    with pytest.raises(EditRefused, match="outside: nan s"):
        edit.frame(float("nan"))
