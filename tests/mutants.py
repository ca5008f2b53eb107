"""Breaks the code a little, again and again, and counts how often its own tests notice.

`python -m tests.mutants [--sample N] [MODULE …]`: all modules of the rooms below, or these; with a sample, so many
mutants of each module, the same ones for the same seed. For each mutant (a comparison turned
round, a number one off, a condition negated …) the tests nearest to the module run first, then those of its room, until
one fails. Prints what no test noticed, and the score of each room. The mutants are made by cosmic-ray, in a copy of the
files that git knows: the checkout stays as it is. A whole run takes hours.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {
    "videoapi": ("tests/videoapi", "tests/studio/orders", "tests/test_models.py"),
    "studio/money": (
        "tests/studio/money",
        "tests/studio/test_owner_service.py",
        "tests/studio/queue/test_leases.py",
        "tests/studio/queue/test_fairness.py",
        "tests/studio/queue/test_several_at_once.py",
    ),
    "studio/queue": ("tests/studio/queue",),
    "studio/jobs": ("tests/studio/jobs", "tests/studio/worker/test_outages.py"),
    "studio/access": ("tests/studio/access", "tests/attacks/test_lockouts.py"),
}
"""Where a mistake costs money or lets somebody in, and the tests that should notice."""
LEFT_OUT = (
    "core/ReplaceBinaryOperator_(?!Add_Sub|Sub_Add|Mul_Div|Div_Mul|FloorDiv_Mul|Mod_Mul|Pow_Mul).*",
    "core/ReplaceComparisonOperator_(?!Is).*_Is(Not)?",
)
"""Of the eleven others for each operator one is enough; and `|` stands in types, which nothing evaluates. `is` for `==`
changes nothing for small numbers and names, and of a column it is one more condition that never holds."""
FLOOR = 0.9
"""A room whose tests notice less needs tests."""
TIMES_AS_LONG = 5
"""A mutant that makes the tests take so many times as long has been noticed: most often it loops for ever."""


def main() -> int:
    """Run it; 1 where a room stays below the floor."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutants", description="Do the tests notice broken code?")
    asked.add_argument("modules", nargs="*", help="like studio/money/limits.py; all of the rooms where none is named")
    asked.add_argument("--sample", type=int, help="so many mutants of each module (default: all)")
    asked.add_argument("--seed", type=int, default=1, help="which ones those are")
    asked.add_argument("--bin", type=Path, default=ROOT / ".venv-mutants/bin", help="the folder with cosmic-ray")
    given = asked.parse_args()
    made: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder) / "copy"
        _copy_to(copy)
        for module in given.modules or _modules(copy):
            session, config = _mutants_of(module, copy, Path(folder), given.bin)
            _leave_out_declarations(session, (copy / module).read_text().splitlines())
            if given.sample is not None:
                _draw(session, given.sample, random.Random(f"{given.seed} {module}"))
            _run(given.bin / "cosmic-ray", "exec", config, session, cwd=copy)
            number, survived = _outcome(session)
            made[_room_of(module)] += number
            noticed[_room_of(module)] += number - survived
            print(f"{module}: {number - survived} of {number} noticed", flush=True)
    for room in made:
        print(f"{room}: {noticed[room]} of {made[room]} noticed, {noticed[room] / max(1, made[room]):.0%}")
    return int(any(noticed[room] < FLOOR * made[room] for room in made))


def _copy_to(copy: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)


def _modules(copy: Path) -> Iterator[str]:
    for room in ROOMS:
        for path in sorted((copy / room).glob("*.py")):
            if path.name != "__init__.py":
                yield path.relative_to(copy).as_posix()


def _room_of(module: str) -> str:
    room = str(Path(module).parent)
    if room not in ROOMS:
        raise SystemExit(f"{module} is in none of {', '.join(ROOMS)}")
    return room


def nearest(module: str, copy: Path) -> list[str]:
    """The tests that run for a module, those that bear its name first."""
    room, stem = _room_of(module), Path(module).stem
    named = [path for folder in ROOMS[room] for path in (copy / folder).glob(f"test_*{stem}*.py")]
    return [*(path.relative_to(copy).as_posix() for path in sorted(named)), *ROOMS[room]]


def _mutants_of(module: str, copy: Path, folder: Path, programs: Path) -> tuple[Path, Path]:
    """The file in which the mutants of a module are written down, and that in which stands how to try them."""
    tests = f"{sys.executable} -m pytest -q -x -p no:cacheprovider {' '.join(nearest(module, copy))}"
    begun = time.monotonic()
    whole = subprocess.run(tests.split(), cwd=copy, check=False, capture_output=True, text=True)
    if whole.returncode != 0:
        raise SystemExit(f"the tests of {module} fail without any mutant:\n{whole.stdout[-2000:]}")
    patience_s = 10 + TIMES_AS_LONG * (time.monotonic() - begun)
    name = module.replace("/", "-")
    config, session = folder / f"{name}.toml", folder / f"{name}.sqlite"
    config.write_text(
        f'[cosmic-ray]\nmodule-path = ["{module}"]\ntimeout = {patience_s:.0f}\nexcluded-modules = []\n'
        f'test-command = "{tests}"\n[cosmic-ray.distributor]\nname = "local"\n'
        f"[cosmic-ray.filters.operators-filter]\nexclude-operators = {list(LEFT_OUT)}\n"
    )
    _run(programs / "cosmic-ray", "init", config, session, cwd=copy)
    _run(programs / "cr-filter-operators", session, config, cwd=copy)
    return session, config


def _run(program: Path, *operands: str | Path, cwd: Path) -> None:
    subprocess.run([program, *operands], cwd=cwd, check=True, stdout=subprocess.DEVNULL)


def _leave_out_declarations(session: Path, lines: list[str]) -> None:
    """A dataclass that is no longer frozen or has no slots does the same: that is for who writes the code."""
    with closing(sqlite3.connect(session)) as db, db:
        for job, row in db.execute("SELECT job_id, start_pos_row FROM mutation_specs").fetchall():
            if lines[row - 1].lstrip().startswith("@dataclass("):
                _forget(db, job)


def _forget(db: sqlite3.Connection, job: str) -> None:
    db.execute("DELETE FROM mutation_specs WHERE job_id = ?", (job,))
    db.execute("DELETE FROM work_items WHERE job_id = ?", (job,))


def _draw(session: Path, number: int, chance: random.Random) -> None:
    """Leave only so many of the mutants that are to be tried."""
    with closing(sqlite3.connect(session)) as db, db:
        to_try = "SELECT job_id FROM work_items WHERE job_id NOT IN (SELECT job_id FROM work_results) ORDER BY rowid"
        found = [job for (job,) in db.execute(to_try)]
        for job in set(found) - set(chance.sample(found, min(number, len(found)))):
            _forget(db, job)


def _outcome(session: Path) -> tuple[int, int]:
    """How many mutants were tried, and how many survived; prints what those had changed."""
    with closing(sqlite3.connect(session)) as db:
        tried = db.execute("SELECT diff, test_outcome FROM work_results WHERE worker_outcome != 'SKIPPED'").fetchall()
    survivors = [diff for diff, outcome in tried if outcome == "SURVIVED"]
    for diff in survivors:
        print(diff, end="\n\n")
    return len(tried), len(survivors)


if __name__ == "__main__":
    sys.exit(main())
