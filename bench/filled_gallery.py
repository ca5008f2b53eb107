"""A visitor with so many finished videos, put straight into an app's store, running or not."""

from __future__ import annotations

import secrets
import tempfile
from datetime import timedelta
from pathlib import Path

from PIL import Image

from studio import clock
from studio.access.visitors import COOKIE, Visitors
from studio.build import open_storage
from studio.jobs.job import Job, KeptVideo, State
from studio.orders.order import Order
from studio.settings import Settings


def fill(data_dir: Path, videos: int) -> str:
    """Give a new visitor so many videos; returns their cookie as a browser sends it."""
    visitors = Visitors((data_dir / "cookie-secret").read_text())
    visitor = visitors.new()
    with open_storage(Settings(data_dir=data_dir)) as storage:
        picture = _jpeg()
        for number in range(videos):
            job_id = secrets.token_hex(16)
            made = clock.now() - timedelta(hours=number)
            video = KeptVideo(
                video_key=f"videos/{job_id[:2]}/{job_id}.mp4",
                poster_key=f"posters/{job_id[:2]}/{job_id}.jpg",
                width=1280,
                height=720,
                duration_s=5.0,
                size_bytes=3_000_000,
                has_sound=True,
            )
            storage.media.put(video.poster_key, picture)
            job = Job(
                id=job_id,
                visitor=visitor,
                order=Order(
                    prompt=f"Video {number}: the camera glides over the water", picture_key="pictures/none.jpg"
                ),
                backend="demo",
                state=State.DONE,
                created_at=made,
                ended_at=made,
                next_at=None,
                price_micros=0,
                video=video,
            )
            storage.store.place(job, nonce=job_id)
    return f"{COOKIE}={visitors.cookie(visitor)}"


def _jpeg() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "poster.jpg"
        # Some 10 kB, as a picture of sky and sea has.
        sky, sea = Image.linear_gradient("L").resize((640, 360)), Image.radial_gradient("L").resize((640, 360))
        Image.merge("RGB", (sky, sea, Image.effect_noise((640, 360), 8))).save(path, quality=80)
        return path.read_bytes()
