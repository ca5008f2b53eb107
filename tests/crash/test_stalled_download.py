"""A worker that stands still in the middle of a download, loses its job to another, and wakes again."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from studio.jobs.job import State
from studio.orders.drafts import Draft
from studio.queue.job_store import Store
from studio.storage.database import Database
from studio.storage.media import Media
from studio.worker.worker import Context, Worker
from tests.crash.films import film_of, make_films, read_films
from tests.crash.folders import a_picture
from tests.crash.in_memory import TAKES, InMemoryProvider
from tests.studio.installation import a_visitor_service

PATIENCE_S = 10.0
"""Whoever waits longer for the other is broken, not slow."""


@dataclass(slots=True)
class StallingProvider(InMemoryProvider):
    """Goes on with what is there, as the real client does; the first that does so stands still before it writes."""

    half_there: threading.Event = field(default_factory=threading.Event)
    wake: threading.Event = field(default_factory=threading.Event)

    def fetch(self, url: str, part: Path, *, max_bytes: int) -> None:
        """The rest of the file, appended."""
        with part.open("ab") as file:
            rest = self.video[file.tell() :]
            if not self.half_there.is_set():
                file.write(rest[: len(rest) // 2])
                file.flush()
                rest = rest[len(rest) // 2 :]
                self.half_there.set()
                assert self.wake.wait(PATIENCE_S)
            file.write(rest)


def test_a_worker_that_wakes_in_the_middle_of_a_download_breaks_no_video_that_another_has_kept(
    sqlite_url: str, tmp_path: Path
) -> None:
    moments = [datetime(2026, 11, 22, 12, tzinfo=UTC)]

    def clock() -> datetime:
        moments.append(moments[-1] + timedelta(milliseconds=1))
        return moments[-1]

    make_films(tmp_path)
    film = film_of(read_films(tmp_path), 0)
    database, media = Database(sqlite_url), Media((tmp_path / "media").as_uri())
    store, provider = Store(database, polls_per_s=1_000_000), StallingProvider(clock, film)
    visitor_service = a_visitor_service(database, store, media, clock)
    context = Context(store, media, provider, "aimlapi", tmp_path, clock)
    job = visitor_service.place(
        "a" * 32, Draft(picture=visitor_service.forms.picture_files.add(a_picture()), prompt="the waves roll in")
    )
    Worker(context).tick()
    moments.append(moments[-1] + TAKES)

    stalled = threading.Thread(target=Worker(context).tick)
    stalled.start()
    assert provider.half_there.wait(PATIENCE_S)
    for _ in range(3):
        moments.append(moments[-1] + timedelta(seconds=61))
        Worker(context).tick()
    provider.wake.set()
    stalled.join(PATIENCE_S)
    for _ in range(3):
        moments.append(moments[-1] + timedelta(seconds=61))
        Worker(context).tick()

    ended = store.get(job.id)
    assert ended is not None
    assert ended.state is State.DONE
    assert ended.video is not None
    assert media.read(ended.video.video_key) == film
    database.close()
