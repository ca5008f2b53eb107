"""Arrows point down only: who may import whom, read from the imports themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

MAY_IMPORT: dict[str, frozenset[str]] = {
    "app.py": frozenset({"components", "web", "studio"}),
    "pages": frozenset({"components", "studio", "videoapi.errors"}),
    "components": frozenset({"components", "studio", "videoapi.errors"}),
    "web": frozenset({"web", "studio"}),
    "studio": frozenset({"studio", "videoapi"}),
    "studio/build.py": frozenset({"studio", "videoapi", "demo.process"}),
    "videoapi": frozenset({"videoapi"}),
    "demo": frozenset({"demo"}),
}
"""What of the project each room may import. A file named here goes before its room."""

HAS_SCREEN = {"app.py", "pages", "components"}
"""Where Streamlit may be imported."""

FREE_ROOMS = {"tests", "bench", "docs"}
"""Not part of the app: they may import what they need, and nothing of the app may import them."""

OURS = {"app", "pages", "components", "web", "studio", "videoapi", "demo"} | FREE_ROOMS

FILES = sorted(
    path.relative_to(ROOT)
    for path in ROOT.rglob("*.py")
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
)
APP_FILES = [path for path in FILES if path.parts[0] not in FREE_ROOMS]


def imports(source: str) -> Iterator[str]:
    """Every module that the source imports, wherever in it; a relative import as dots."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            # `from studio import jobs` imports the module studio.jobs, and `from videoapi.errors import X` does not
            # import videoapi.errors.X; only for the packages themselves does the difference matter.
            yield from (f"{module}.{name.name}" if module in OURS else module for name in node.names)


def forbidden(path: Path, source: str) -> list[str]:
    """What a file imports against the rules."""
    room = path.parts[0]
    allowed = MAY_IMPORT.get(path.as_posix(), MAY_IMPORT.get(room, frozenset()))
    found = []
    for module in imports(source):
        top = module.split(".")[0]
        if module.startswith(".") or (top in OURS and not _covered(module, allowed)):
            found.append(module)
        if top in ("streamlit", "streamlit_extras") and room not in HAS_SCREEN:
            found.append(module)
    return sorted(set(found))


def _covered(module: str, allowed: frozenset[str]) -> bool:
    return any(module == name or module.startswith(name + ".") for name in allowed)


def test_every_file_is_in_a_room_that_the_rules_know() -> None:
    rooms = {name for name in MAY_IMPORT if "/" not in name} | FREE_ROOMS
    assert [str(path) for path in FILES if path.parts[0] not in rooms] == []
    assert len(APP_FILES) > 50


@pytest.mark.parametrize("path", APP_FILES, ids=str)
def test_arrows_point_down_only(path: Path) -> None:
    assert forbidden(path, (ROOT / path).read_text("utf-8")) == []


def test_only_one_file_starts_the_demo() -> None:
    starts = [
        path.as_posix()
        for path in APP_FILES
        if path.parts[0] != "demo" and any(m.startswith("demo") for m in imports((ROOT / path).read_text("utf-8")))
    ]
    assert starts == ["studio/build.py"]


@pytest.mark.parametrize(
    ("path", "line", "against"),
    [
        ("studio/jobs.py", "import streamlit as st", ["streamlit"]),
        ("studio/jobs.py", "from streamlit.runtime import get_instance", ["streamlit.runtime"]),
        ("studio/jobs.py", "from components import frame", ["components.frame"]),
        ("studio/jobs.py", "from demo.process import start", ["demo.process"]),
        ("studio/jobs.py", "def late():\n    import web.health", ["web.health"]),
        ("studio/jobs.py", "from .orders import Order", [".orders"]),
        ("studio/build.py", "from demo.process import start", []),
        ("studio/build.py", "from demo import process", []),
        ("studio/build.py", "from demo.render import render", ["demo.render"]),
        ("studio/build.py", "import demo", ["demo"]),
        ("videoapi/wire.py", "from studio.jobs import Job", ["studio.jobs"]),
        ("videoapi/wire.py", "from videoapi.errors import NoAnswer", []),
        ("demo/server.py", "import videoapi.wire", ["videoapi.wire"]),
        ("web/health.py", "from components.language import _", ["components.language"]),
        ("web/health.py", "from videoapi.client import VideoAPI", ["videoapi.client"]),
        ("web/health.py", "import streamlit", ["streamlit"]),
        ("components/player.py", "from videoapi.client import VideoAPI", ["videoapi.client"]),
        ("components/player.py", "from videoapi import VideoAPI", ["videoapi.VideoAPI"]),
        ("components/player.py", "from videoapi import errors", []),
        ("components/player.py", "from web import health", ["web.health"]),
        ("components/player.py", "from pages import create", ["pages.create"]),
        ("pages/create.py", "import streamlit, studio.desk, requests", []),
        ("pages/create.py", "from tests.chromium import path", ["tests.chromium"]),
        ("app.py", "from components import mishap", []),
        ("app.py", "from videoapi.client import VideoAPI", ["videoapi.client"]),
    ],
)
def test_an_arrow_that_points_up_is_seen(path: str, line: str, against: list[str]) -> None:
    assert forbidden(Path(path), line) == against
