"""A job as a row of the database, and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping

from studio.jobs.job import Job, KeptVideo, Reason, State
from studio.orders.order import Order

_ORDER = (
    "prompt", "picture_key", "duration_s", "resolution", "with_sound", "several_shots",
    "improve_prompt", "negative_prompt", "seed", "audio_url",
)  # fmt: skip
_JOB = (
    "id", "visitor", "backend", "state", "created_at", "next_at", "price_micros", "cost_micros", "retry_of", "attempt",
    "submitted_at", "generation_id", "accepted_at", "expected_s", "finished_at", "ended_at", "reason",
    "reason_detail",
)  # fmt: skip
_OLDER_NAMES = {"polls": "looks", "consecutive_failures": "trouble", "last_error": "trouble_kind"}
"""Fields whose column is called what it was called first."""


def order_row_of(order: Order) -> dict[str, Any]:
    """What the row of a job says of its order."""
    return {name: getattr(order, name) for name in _ORDER}


def row_of(job: Job) -> dict[str, Any]:
    """What the row of a job holds, but for who attends to it."""
    row = order_row_of(job.order)
    row |= {name: getattr(job, name) for name in _JOB}
    row |= {column: getattr(job, name) for name, column in _OLDER_NAMES.items()}
    video = job.video
    row |= {
        "video_key": video and video.video_key,
        "poster_key": video and video.poster_key,
        "width": video and video.width,
        "height": video and video.height,
        "video_duration_s": video and video.duration_s,
        "size_bytes": video and video.size_bytes,
        "has_sound": video and video.has_sound,
    }
    return row


def job_of(row: RowMapping) -> Job:
    """The job that a row stands for."""
    video = None
    if row["video_key"] is not None:
        video = KeptVideo(
            video_key=row["video_key"],
            poster_key=row["poster_key"],
            width=row["width"],
            height=row["height"],
            duration_s=row["video_duration_s"],
            size_bytes=row["size_bytes"],
            has_sound=row["has_sound"],
        )
    fields = {name: row[name] for name in _JOB}
    fields |= {name: row[column] for name, column in _OLDER_NAMES.items()}
    fields["state"] = State(row["state"])
    fields["reason"] = None if row["reason"] is None else Reason(row["reason"])
    return Job(order=Order(**{name: row[name] for name in _ORDER}), video=video, **fields)
