"""What the machine works in, and what it has been through."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from studio.storage.database import Database


@dataclass(frozen=True, slots=True)
class World:
    """What outlives an example: making it takes a hundred times as long as a step."""

    database: Database
    folder: Path
    video: bytes
    picture: bytes


@dataclass(slots=True)
class Counts:
    """What a run has been through, so that one that goes nowhere is seen."""

    steps: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    """Ended jobs, by state."""
    crashed_at: Counter[str] = field(default_factory=Counter)
    stalled_at: Counter[str] = field(default_factory=Counter)
    lost_and_charged: int = 0
    """Orders that were accepted and whose answer got lost."""


def told_of(counts: Counts) -> str:
    """One line about a run."""
    ends = ", ".join(f"{number} {state}" for state, number in sorted(counts.ends.items()))
    return (
        f"machine: {counts.steps} steps, invariants never broken; {counts.crashed_at.total()} crashes at "
        f"{len(counts.crashed_at)} steps, {counts.stalled_at.total()} stalls at {len(counts.stalled_at)}; "
        f"{counts.lost_and_charged} charged without an answer; ended: {ends}"
    )
