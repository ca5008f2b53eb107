"""What a screen asks, with everything real behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from studio.forms.preparing import Prepare
from studio.jobs.job import Job, State
from studio.orders.drafts import Draft
from studio.orders.framing import Frame
from studio.pictures.framing import FramedPicture, framed
from studio.pictures.prepare import prepare
from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.quota import NO_CEILING, Ceiling
from studio.visitor_service import VisitorService
from tests.studio.installation import a_visitor_service
from tests.studio.strategies import NOON, a_job_in
from videoapi.models import MODELS

ME, OTHER = "a" * 32, "b" * 32
FLASH, WAN_2_7, SEEDANCE = (
    "alibaba/wan-2-6-image-to-video-flash",
    "alibaba/wan-2-7-i2v",
    "bytedance/seedance-1-0-pro-i2v",
)


def keys(media: Media) -> set[str]:
    """All pictures and videos that are kept, and what is shown of them in lists."""
    return {key for prefix in ("pictures/", "thumbnails/", "videos/", "posters/") for key, _ in media.keys(prefix)}


class Front:
    """The visitor service with everything real behind it, and how often it woke the worker."""

    def __init__(
        self,
        database: Database,
        store: Store,
        media: Media,
        prepare_: Prepare = prepare,
        ceiling: Ceiling = NO_CEILING,
        frame: Callable[[bytes, Frame], FramedPicture] = framed,
    ) -> None:
        self.now = NOON
        self.rung = 0
        self.database, self.store, self.media = database, store, media
        self.visitor_service = a_visitor_service(
            database, store, media, self.clock, prepare=prepare_, frame=frame, wake=self._wake, ceiling=ceiling
        )

    def offering(self, *models: str) -> VisitorService:
        """The same installation after its owner has chosen which models there are."""
        offered = [MODELS[model] for model in models]
        return a_visitor_service(self.database, self.store, self.media, self.clock, models=offered)

    def clock(self) -> datetime:
        return self.now

    def _wake(self) -> None:
        self.rung += 1

    def form(self, small_jpeg: bytes, **changes: Any) -> Draft:
        return Draft(
            picture=self.visitor_service.forms.picture_files.add(small_jpeg),
            **({"prompt": "The waves roll in."} | changes),
        )

    def ended(self, job: Job, state: State, **changes: Any) -> Job:
        """The job, moved to its end as a worker would."""
        claim = self.store.claim_due(self.now)
        assert claim is not None
        assert claim.job.id == job.id
        like = a_job_in(state)
        names = ("state", "next_at", "ended_at", "video", "reason", "generation_id", "accepted_at", "finished_at")
        moved = replace(claim.job, **({name: getattr(like, name) for name in names} | changes))
        assert self.store.save(claim, moved) is not None
        return moved
