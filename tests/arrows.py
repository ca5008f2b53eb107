"""Who imports whom, read from the imports themselves: `python -m tests.arrows` prints the arrows between rooms.

A room is a folder of the app, or a file beside the folders. The layer test holds the arrows to its table.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

FREE = {"tests", "bench", "docs"}
"""Not part of the app: they may import what they need, and nothing of the app may import them."""

HOUSES = {"components", "web", "studio", "demo"}
"""Folders with rooms in them; a file beside the rooms is one by itself."""

OURS = {"app", "pages", "components", "web", "languages", "studio", "videoapi", "demo"} | FREE


@dataclass(frozen=True, slots=True)
class Arrow:
    """One import: a file takes something from a module."""

    path: Path
    """From the project's root."""
    module: str
    """Dotted; with dots in front where the import is relative."""


def app_files(root: Path = ROOT) -> list[Path]:
    """Every Python file of the app, from its root."""
    found = (path.relative_to(root) for path in root.rglob("*.py"))
    seen = (path for path in found if not any(part.startswith(".") for part in path.parts))
    return sorted(path for path in seen if path.parts[0] not in FREE)


def imports(source: str, root: Path = ROOT) -> Iterator[str]:
    """Every module that the source imports, wherever in it; a relative import as dots."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            # `from studio.jobs import job` imports the module studio.jobs.job; `from videoapi.errors import NoAnswer`
            # imports nothing below videoapi.errors.
            folder = root.joinpath(*module.split("."))
            is_package = module in OURS or (module.split(".")[0] in OURS and folder.is_dir())
            yield from (f"{module}.{name.name}" if is_package else module for name in node.names)


def room_of(module: str, root: Path = ROOT) -> str:
    """The room that a module stands in: studio.jobs for studio.jobs.job; studio.clock, beside the rooms, is one."""
    parts = module.split(".")
    room = root.joinpath(*parts[:2])
    is_room = parts[0] in HOUSES and len(parts) > 1 and (room.is_dir() or room.with_suffix(".py").exists())
    return ".".join(parts[:2]) if is_room else parts[0]


def module_of(path: Path) -> str:
    """A file's dotted name."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def arrows(root: Path = ROOT) -> Iterator[Arrow]:
    """Every import of the app's own modules by the app's own files."""
    for path in app_files(root):
        for module in imports((root / path).read_text("utf-8"), root):
            if module.lstrip(".").split(".")[0] in OURS:
                yield Arrow(path, module)


def _print(root: Path) -> None:
    counted: Counter[tuple[str, str]] = Counter()
    files: set[tuple[Path, str]] = set()
    for arrow in arrows(root):
        start, end = room_of(module_of(arrow.path), root), room_of(arrow.module, root)
        files.add((arrow.path, arrow.module))
        if start != end:
            counted[start, end] += 1
    for (start, end), number in sorted(counted.items()):
        print(f"{start:28} -> {end:28} {number:3}")
    print(f"{len(app_files(root))} files, {len(files)} imports of our own modules, {len(counted)} arrows between rooms")


if __name__ == "__main__":
    _print(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT)
