"""Hostile uploads of every kind, each prepared in a process of its own as the app does it.

    python bench/hostile_uploads.py [how many, 1000] [first number, 0]

Wanted: 0 crashes of this process, 0 over 10 s, no child over 400 MiB, each refused for a known reason or prepared
right.
Exit code 1 where it is otherwise. Each number stands for the same bytes every time.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.upload_corpus import corpus, faults_of, hostile
from studio.pictures.prepare import PictureRefused
from studio.pictures.prepare_in_sandbox import CONCURRENT, PictureProcesses

SLOWEST_S = 10.0
MOST_MIB = 400


def main(count: int = 1000, first: int = 0) -> int:
    pictures = corpus()
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    slowest = (0.0, "")
    children = PictureProcesses()
    start = time.perf_counter()

    def judge(number: int) -> tuple[str, float, str, str]:
        name, data = hostile(pictures, number)
        began = time.perf_counter()
        fault = ""
        try:
            picture = children.prepare(data)
        except PictureRefused as refused:
            outcome = f"refused: {refused.refusal}"
        except RuntimeError as error:
            outcome, fault = "neither", str(error)
        else:
            outcome, fault = "prepared", "; ".join(faults_of(picture))
        return outcome, time.perf_counter() - began, f"{number} ({name})", fault

    with ThreadPoolExecutor(CONCURRENT) as pool:
        for outcome, took, name, fault in pool.map(judge, range(first, first + count)):
            outcomes[outcome] += 1
            slowest = max(slowest, (took, name))
            if fault:
                wrong.append(f"{name}: {fault}")
    children.close()
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    for outcome, times in sorted(outcomes.items()):
        print(f"{times:6} {outcome}")
    print(f"{count} uploads in {time.perf_counter() - start:.0f} s, slowest {slowest[0]:.2f} s: {slowest[1]}")
    print(f"largest child {most:.0f} MiB, {len(wrong)} neither refused nor right")
    for line in wrong[:20]:
        print("WRONG", line)
    return 1 if wrong or slowest[0] > SLOWEST_S or most > MOST_MIB else 0


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
