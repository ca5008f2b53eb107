"""What forms, and the files that are given for them, are kept with."""

from __future__ import annotations

from dataclasses import dataclass

from studio.clock import Clock
from studio.queue.job_store import Store
from studio.retention.deletion import Deletion
from studio.storage.media import Media
from studio.storage.quota import NO_CEILING, Ceiling


@dataclass(frozen=True, slots=True, kw_only=True)
class FormStorage:
    """Where forms and files are, what deletes those that nobody needs, and how much there may be."""

    store: Store
    media: Media
    deletion: Deletion
    clock: Clock
    ceiling: Ceiling = NO_CEILING
