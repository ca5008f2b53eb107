"""What the files of a video are called where somebody saves them. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import UTC

from studio.jobs.job import Job

WORDS_MAX_BYTES = 80
"""Of the words in a name: with all that stands around them it stays below half of what any file system takes."""
_KEPT = ("L", "M", "N")
"""Letters, what belongs to them, and digits (Unicode categories): nothing that any system reads as something else."""


def saved_as(job: Job, made: str | None = None) -> str:
    """A video by itself, or what was `made` of it; never of a person's words: kineograph-2026-11-22-1a2b3c.mp4,
    …-1a2b3c-back-and-forth.mp4. The day is that of UTC.

    Everything that leaves a page is dated so (files, the ledger, what commands print): nobody knows where it is read.
    """
    return f"{_dated(job)}-{job.id[:6]}" + (".mp4" if made is None else f"-{made}")


def among_others(jobs: Sequence[Job]) -> dict[str, str]:
    """What the files of several videos begin with, by the jobs' ids: as one by itself, and then its words, by which it
    is found among the others: kineograph-2026-11-22-1a2b3c-a-paper-boat-drifts-off.

    Each differs from every other, also where capitals do not count; by name they stand in the order of their days.
    Safe on Windows, macOS and Linux: no name that a system keeps for itself, nothing unseen, at most 160 bytes.
    """
    begun = Counter(saved_as(job) for job in jobs)
    return {job.id: _name(job, digits=6 if begun[saved_as(job)] == 1 else len(job.id)) for job in jobs}


def _name(job: Job, *, digits: int) -> str:
    return "-".join(filter(None, (_dated(job), job.id[:digits], _words(job.order.prompt))))


def _dated(job: Job) -> str:
    return f"kineograph-{job.created_at.astimezone(UTC):%Y-%m-%d}"


def _words(text: str) -> str:
    """The words with a dash between each two, as many as have room; of a first one that is too long, its beginning."""
    kept = (ch if unicodedata.category(ch)[0] in _KEPT else " " for ch in unicodedata.normalize("NFC", text.lower()))
    whole = "-".join("".join(kept).split())
    cut = whole.encode()[: WORDS_MAX_BYTES + 1].decode(errors="ignore")
    if cut == whole:
        return whole
    return cut.rpartition("-")[0] or whole.encode()[:WORDS_MAX_BYTES].decode(errors="ignore")
