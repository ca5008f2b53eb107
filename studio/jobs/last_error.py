"""The words for what a failed step met. The screen has a sentence for each; types keep any other from being stored."""

from __future__ import annotations

from enum import StrEnum
from typing import NewType, TypeAlias

from studio.jobs.circuit_breaker import Stop
from studio.storage.errors import StorageProblem


class StepError(StrEnum):
    """What went wrong on our own side."""

    INTERRUPTED = "interrupted"
    """Whoever was sending it is gone."""
    FETCHED_ELSEWHERE = "fetched_elsewhere"
    """Another worker on this machine still writes to the same download."""
    VIDEO_BROKEN = "video_broken"
    CHECK_DIED = "check_died"
    """The process that checked the video ended before it had an answer."""


ProviderError = NewType("ProviderError", str)
"""The name of one of the provider's errors in videoapi.errors. Only studio.worker.provider_mapping.word makes one."""

Why: TypeAlias = StepError | StorageProblem | Stop | ProviderError
"""All that a job's `last_error` may say."""
