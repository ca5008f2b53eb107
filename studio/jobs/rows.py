"""A job as a row of the database, and back."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import RowMapping

from studio.jobs.job import Job, KeptVideo, Reason, State
from studio.orders.order import Order
from studio.storage.search_words import kept_form

_ORDER = tuple(field.name for field in fields(Order))
_JOB_COLUMNS = {field.name: field.name for field in fields(Job) if field.name not in ("order", "video")} | {
    "polls": "looks",
    "consecutive_failures": "trouble",
    "last_error": "trouble_kind",
}
"""A job's fields and their columns: three are called what they were called first."""
_VIDEO_COLUMNS = {field.name: field.name for field in fields(KeptVideo)} | {"duration_s": "video_duration_s"}
"""A video's fields and their columns: the order's length has the name of one."""


def order_row_of(order: Order) -> dict[str, Any]:
    """What the row of a job says of its order."""
    return {name: getattr(order, name) for name in _ORDER}


def row_of(job: Job) -> dict[str, Any]:
    """What the row of a job holds, but for who attends to it."""
    row = order_row_of(job.order)
    row |= {column: getattr(job, name) for name, column in _JOB_COLUMNS.items()}
    row |= {column: job.video and getattr(job.video, name) for name, column in _VIDEO_COLUMNS.items()}
    return row | label_row_of(job)


def label_row_of(job: Job) -> dict[str, str]:
    """What the row of a job says of its title and notes, and by which words it is found."""
    return {
        "title": job.title,
        "notes": job.notes,
        "search_words": kept_form(job.order.prompt, job.title, job.notes),
    }


def job_of(row: RowMapping) -> Job:
    """The job that a row stands for."""
    video = None
    if row["video_key"] is not None:
        video = KeptVideo(**{name: row[column] for name, column in _VIDEO_COLUMNS.items()})
    values = {name: row[column] for name, column in _JOB_COLUMNS.items()}
    values["state"] = State(row["state"])
    values["reason"] = None if row["reason"] is None else Reason(row["reason"])
    return Job(order=Order(**{name: row[name] for name in _ORDER}), video=video, **values)
