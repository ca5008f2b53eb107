"""Orders that ended without a video, or whose answer got lost, put where the app keeps them."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from studio.jobs.job import FINAL, Job, State
from studio.pictures.thumbnails import thumbnail
from studio.queue.job_store import Store
from studio.storage.media import Media
from studio.storage.media_keys import thumbnail_key
from tests.app_process import AppProcess
from tests.photos import jpeg
from tests.studio.strategies import a_job_in, an_order


def end_job(app: AppProcess, visitor: str, words: str, state: State = State.FAILED, **changes: Any) -> Job:
    """One of a visitor's orders as it ended a moment ago, its picture included, in the data folder of a running app."""
    key = f"pictures/ab/{secrets.token_hex(16)}.jpg"
    media = Media((app.data_dir / "media").as_uri())
    media.put(key, jpeg())
    media.put(thumbnail_key(key), thumbnail(jpeg()))
    now = datetime.now(UTC)
    moments = (
        {"ended_at": now} if state in FINAL else {"next_at": now + timedelta(hours=1)}  # so long nobody looks for it
    )
    order = an_order(prompt=words, picture_key=key, seed=7)
    placed = {"visitor": visitor, "created_at": now, "order": order, "price_micros": 530_000}
    job = a_job_in(state, **(placed | moments | changes))
    database = app.open_database()
    try:
        Store(database).place(job, job.id)
    finally:
        database.close()
    return job
