"""What is installed is exactly what was locked: every package, with hashes, and no word of where it came from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"^([A-Za-z0-9._-]+)(\[[a-z,]+\])?==([^\s;\\]+)", re.MULTILINE)
LOCKED = re.compile(r"[a-z0-9-]+(\[[a-z,-]+\])?==[^ ;\\]+( ; [^\\]+?)?( \\\n    --hash=sha256:[0-9a-f]{64})+\n")
NAMES = ("requirements", "requirements-test", "requirements-tools", "requirements-mutants")


def plain(name: str) -> str:
    """A package's name as the index spells it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(path: Path) -> dict[str, str]:
    return {plain(name): version for name, _, version in PIN.findall(path.read_text("utf-8"))}


@pytest.mark.parametrize("name", NAMES)
def test_every_pin_is_locked_at_its_version(name: str) -> None:
    wanted = pins(ROOT / f"{name}.txt")
    locked = pins(ROOT / f"{name}.lock")
    assert wanted
    assert wanted.items() <= locked.items(), "run: make lock"


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_file_holds_packages_with_hashes_and_nothing_else(name: str) -> None:
    lock = (ROOT / f"{name}.lock").read_text("utf-8")
    entries = list(LOCKED.finditer(lock))
    assert "".join(entry[0] for entry in entries) == lock
    assert len(entries) >= len(pins(ROOT / f"{name}.txt"))


def test_what_the_tests_run_with_is_what_the_app_runs_with() -> None:
    assert pins(ROOT / "requirements.lock").items() <= pins(ROOT / "requirements-test.lock").items()


def test_nothing_is_installed_but_what_is_locked() -> None:
    installs = re.findall(r"^\t.*?(?:\$\(PIP\)|pip install) .*$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert len(installs) == 4
    for line in installs:
        assert line.endswith(".lock")
        assert "--require-hashes" in line or "$(PIP)" in line
