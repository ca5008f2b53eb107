"""What made each video, as a table for people and as JSON for programs. Pure.

Words, choices, amounts and times alone: never a key, a visitor or an address of this installation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from studio.jobs.job import Job
from studio.money.amounts import dollars
from studio.money.prices import counted_cost
from studio.orders.order import OrderSettings
from studio.spreadsheets import line, no_formula

FILES = ("video", "poster", "picture", "ending_picture", "sound")
"""What there may be of a video, by what the sheet calls it."""
_BYTE_ORDER_MARK = "\ufeff"
"""By it spreadsheets know UTF-8."""

Described = dict[str, Any]
"""A video by its headings; None where there is nothing to say."""


def described(job: Job, files: Mapping[str, str], names: Mapping[str, str], albums: Sequence[str] = ()) -> Described:
    """What made a video, and what its files are called in the archive: `files` by FILES. `names` are the names of the
    other videos there, by the jobs' ids; `albums` those that it stands in."""
    order, video = job.order, job.video
    is_paid = job.made_from is None
    return {
        **{kind: files.get(kind) for kind in FILES},
        "title": job.title or None,
        "notes": job.notes or None,
        "favourite": job.is_favourite,
        "albums": list(albums),
        **{setting.name: getattr(order, setting.name) for setting in fields(OrderSettings)},
        "made_by": job.backend,
        "made_from": names.get(job.made_from or ""),
        "made_as": job.made_as,
        "continues": names.get(job.continues or ""),
        "price_usd": _usd(job.price_micros) if is_paid else None,
        "cost_usd": _usd(counted_cost(job.cost_micros, job.price_micros)) if is_paid else None,
        "ordered_at": _moment(job.created_at),
        "submitted_at": _moment(job.submitted_at),
        "accepted_at": _moment(job.accepted_at),
        "finished_at": _moment(job.finished_at),
        "kept_at": _moment(job.ended_at),
        "width": video and video.width,
        "height": video and video.height,
        "length_s": video and video.duration_s,
        "has_sound": video and video.has_sound,
    }


def as_json(videos: Sequence[Described], left_out: Sequence[str]) -> bytes:
    """All of it, with the names of those that had been deleted when their turn came."""
    said = {"kineograph": 1, "videos": list(videos), "left_out": list(left_out)}
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def as_csv(videos: Sequence[Described]) -> bytes:
    """A line for each, under its headings; opened by a spreadsheet it is text and numbers, never a formula."""
    headings = list(videos[0]) if videos else list(FILES)
    lines = [line(headings), *(line(_cell(video[heading]) for heading in headings) for video in videos)]
    return (_BYTE_ORDER_MARK + "".join(lines)).encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        value = ", ".join(value)
    return no_formula(value) if isinstance(value, str) else str(value)


def _usd(micros: int) -> float:
    return float(dollars(micros))


def _moment(when: datetime | None) -> str | None:
    return None if when is None else when.astimezone(UTC).isoformat(timespec="seconds")
