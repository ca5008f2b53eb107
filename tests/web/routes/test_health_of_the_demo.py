"""The demo dies under a running app: it says so, the demo comes back by itself, and what was being made is made."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path

import requests

from studio.jobs.job import Job, State
from studio.orders.order import Order
from studio.queue.job_store import Store
from studio.storage.media import Media
from tests.app_process import AppProcess, running_app, wait_until
from tests.photos import jpeg
from tests.running_demo import demo_of


def placed(app: AppProcess, store: Store) -> Job:
    """An order that the app's worker finds, as if it had been placed on its page."""
    key = f"pictures/ab/{secrets.token_hex(16)}.jpg"
    Media((app.data_dir / "media").as_uri()).put(key, jpeg())
    now = datetime.now(UTC)
    job = Job(
        id=secrets.token_hex(16),
        visitor=secrets.token_hex(16),
        order=Order(prompt="The waves roll in.", picture_key=key, duration_s=5, resolution="720p", seed=7),
        backend="demo",
        state=State.WAITING,
        created_at=now,
        next_at=now,
        price_micros=0,
    )
    return store.place(job, nonce=job.id)


def test_a_demo_that_is_killed_comes_back_and_finishes_the_job(tmp_path: Path) -> None:
    with running_app(tmp_path) as app:
        database = app.open_database()
        store = Store(database)
        job = placed(app, store)

        def seen() -> Job:
            found = store.get(job.id)
            assert found is not None
            return found

        wait_until(lambda: seen().state in (State.QUEUED, State.GENERATING), "the demo has the order")
        said: list[tuple[int, str]] = []

        def health() -> tuple[int, str]:
            answer = requests.get(f"{app.url}/healthz", timeout=10)
            said.append((answer.status_code, answer.json()["status"]))
            return said[-1]

        assert health() == (200, "ok")
        killed = demo_of(app)
        killed.kill()
        wait_until(lambda: health() == (503, "demo stopped"), "/healthz tells that the demo is down")
        wait_until(lambda: health() == (200, "ok"), "/healthz tells that it is back")
        wait_until(lambda: seen().is_final, "the job ended", 120)
        assert (seen().state, seen().attempt) == (State.DONE, 1)
        assert "the demo has died and is started again" in app.said()
        database.close()
