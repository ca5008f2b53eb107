"""What is kept of a video that was checked and found whole: where, and what the check said of it. Pure."""

from __future__ import annotations

from typing import Protocol

from studio.jobs.job import KeptVideo
from studio.storage import media_keys


class Facts(Protocol):
    """What is needed of studio.videos.validate.VideoFacts."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def duration_s(self) -> float: ...
    @property
    def bytes(self) -> int: ...
    @property
    def has_sound(self) -> bool: ...


def kept_video(job_id: str, facts: Facts) -> KeptVideo:
    """A job's video with these facts, under the keys of that job."""
    return KeptVideo(
        video_key=media_keys.video(job_id),
        poster_key=media_keys.poster(job_id),
        width=facts.width,
        height=facts.height,
        duration_s=facts.duration_s,
        size_bytes=facts.bytes,
        has_sound=facts.has_sound,
    )
