"""Videos that a visitor made earlier, put where the app keeps them, without waiting for each to be made."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av

from studio.jobs.job import Job, KeptVideo, State
from studio.orders.order import Order
from studio.pictures.thumbnails import thumbnail
from studio.queue.job_store import Store
from studio.storage.media import Media
from studio.storage.media_keys import thumbnail_key
from studio.videos.validate import check_whole, poster
from tests.app_process import AppProcess
from tests.photos import jpeg, scene

LANDSCAPE, PORTRAIT = (360, 240), (240, 360)


def keep_videos(
    app: AppProcess,
    visitor: str,
    prompts: Sequence[str],
    scratch: Path,
    *,
    chained: bool = False,
    size: tuple[int, int] = LANDSCAPE,
) -> list[Job]:
    """Finished videos with these prompts, the first being the newest, in the data folder of a running app."""
    database = app.open_database()
    try:
        media = Media((app.data_dir / "media").as_uri())
        return keep_in(Store(database), media, visitor, prompts, scratch, chained=chained, size=size)
    finally:
        database.close()


def keep_in(
    store: Store,
    media: Media,
    visitor: str,
    prompts: Sequence[str],
    scratch: Path,
    *,
    chained: bool = False,
    size: tuple[int, int] = LANDSCAPE,
) -> list[Job]:
    """The same, in this store; each can be played, and has its poster, picture and thumbnail. Those that are `chained`
    each go on from the one that is next older."""
    made = scratch / "made.mp4"
    write_video(made, size=size)
    facts, still, picture = check_whole(made), poster(made), jpeg()
    now = datetime.now(UTC)
    jobs = list[Job]()
    for age, prompt in reversed(list(enumerate(prompts))):
        job_id = secrets.token_hex(16)
        picture_key = f"pictures/{job_id[:2]}/{job_id}.jpg"
        video = KeptVideo(
            video_key=f"videos/{job_id[:2]}/{job_id}.mp4",
            poster_key=f"posters/{job_id[:2]}/{job_id}.jpg",
            width=facts.width,
            height=facts.height,
            duration_s=facts.duration_s,
            size_bytes=facts.bytes,
            has_sound=facts.has_sound,
        )
        media.put(picture_key, picture)
        media.put(thumbnail_key(picture_key), thumbnail(picture))
        media.put(video.poster_key, still)
        media.put(video.video_key, made.read_bytes())
        placed = Job(
            id=job_id,
            visitor=visitor,
            order=Order(prompt=prompt, picture_key=picture_key, duration_s=10, resolution="1080p", seed=7),
            backend="demo",
            state=State.WAITING,
            created_at=now - timedelta(hours=age),
            next_at=None,
            price_micros=0,
            continues=jobs[0].id if chained and jobs else None,
        )
        job = replace(placed, state=State.DONE, ended_at=now, video=video)
        jobs.insert(0, store.place(job, nonce=secrets.token_hex(16)))
    return jobs


def write_video(path: Path, seconds: int = 1, size: tuple[int, int] = LANDSCAPE) -> None:
    """A small film of a picture that drifts to the side: real H.264 in a real MP4."""
    width, height = size
    wide = scene(width + 120, height)
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(30 * seconds):
            frame = av.VideoFrame.from_image(wide.crop((number, 0, number + width, height)))  # type: ignore[no-untyped-call]
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
