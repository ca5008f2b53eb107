"""The rows of jobs are written by studio/queue alone, and read elsewhere for limits and reports only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.arrows import ROOT, app_files

TABLES = "studio.storage.tables"
WRITING = {"insert", "insert_if_new", "update", "delete"}
READERS = {"studio/money/ledger.py", "studio/money/reconciliation.py", "studio/owner_service.py"}
"""What may be spent, and what the owner is told."""


def elsewhere() -> list[Path]:
    """The app without the queue; migrations write whatever an old database had."""
    outside = [path for path in app_files() if not path.is_relative_to("studio/queue")]
    return [path for path in outside if not path.is_relative_to("studio/storage/migrations")]


def names_of_the_table(source: str) -> set[str]:
    """What a file calls the table that it has imported."""
    froms = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom) and node.module == TABLES]
    return {name.asname or name.name for node in froms for name in node.names if name.name == "jobs"}


def writes(source: str) -> list[str]:
    """The calls in a file that write the table, as they stand there."""
    names = {"jobs"} | names_of_the_table(source)
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [ast.unparse(call) for call in calls if _writes(call, names)]


def _writes(call: ast.Call, names: set[str]) -> bool:
    match call.func:
        case ast.Name(id=called):
            about = call.args
        case ast.Attribute(value=before, attr=called):
            about = [before, *call.args]
        case _:
            return False
    return called in WRITING and any(_is_table(one, names) for one in about)


def _is_table(node: ast.expr, names: set[str]) -> bool:
    return ast.unparse(node) in names or ast.unparse(node).endswith("tables.jobs")


def test_no_other_room_writes_jobs() -> None:
    found = {path.as_posix(): writes((ROOT / path).read_text("utf-8")) for path in elsewhere()}
    assert len(found) > 150
    assert {path: calls for path, calls in found.items() if calls} == {}


def test_other_rooms_read_jobs_for_limits_and_reports_only() -> None:
    """Also a write that no word of it tells, as in a loop over tables, begins with this import."""
    have_it = {path.as_posix() for path in elsewhere() if names_of_the_table((ROOT / path).read_text("utf-8"))}
    assert have_it == READERS


def test_the_queue_itself_is_seen_to_write() -> None:
    queue = {path.name for path in (ROOT / "studio/queue").glob("*.py") if writes(path.read_text("utf-8"))}
    assert {"placing.py", "leases.py", "soft_deletion.py"} <= queue


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("update(jobs)", True),
        ("connection.execute(update(jobs).where(jobs.c.id == 1).values(visitor=''))", True),
        ("insert(jobs).values(id=1)", True),
        ("delete(jobs)", True),
        ("sqlalchemy.delete(jobs)", True),
        ("jobs.update()", True),
        ("tables.jobs.delete()", True),
        ("update(tables.jobs)", True),
        ("insert_if_new(connection, jobs, id=1)", True),
        (f"from {TABLES} import jobs as rows\nupdate(rows)", True),
        ("select(jobs)", False),
        ("update(drafts).where(drafts.c.visitor == jobs.c.visitor)", False),
        ("update(rows)", False),
    ],
)
def test_a_write_is_told_from_a_read(line: str, seen: bool) -> None:
    assert bool(writes(line)) is seen
