"""What it costs a real server to send a hundred videos of 20 MB as one ZIP: memory, time, and no disk."""

from __future__ import annotations

import os
import secrets
import struct
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import requests

from studio.access.visitors import COOKIE, Visitors
from studio.build import open_storage
from studio.jobs.job import Job
from studio.settings import Settings
from studio.storage.secret_file import secret_in
from tests.app_process import AppProcess, running_app
from tests.kept_videos import keep_in

VIDEOS = 100
LARGE = 20_000_000
"""Bytes of a video, its last box the most of them: one to skip, with nothing in it."""
LOOKED_EVERY_S = 0.02
READ_AT_ONCE = 2**20


@dataclass(frozen=True, slots=True)
class Growth:
    """What a download took."""

    sent_bytes: int
    memory_bytes: int
    """How much more the server held at its most than before."""
    scratch_files: int
    """The most that were lying where downloads and edits are put together."""
    took_s: float
    computed_s: float


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as app:
        videos = keep_large(app.data_dir, VIDEOS)
        cookie = Visitors(secret_in(app.data_dir)).cookie(videos[0].visitor)
        # What is loaded by the first of all is no matter of how much is sent.
        of_a_download(app, cookie, ids=videos[0].id)
        grown = of_a_download(app, cookie)
    print(
        f"{VIDEOS} videos of {LARGE / 1e6:.0f} MB as one ZIP: {grown.sent_bytes / 1e9:.2f} GB in {grown.took_s:.1f} s"
    )
    print(f"  the server's memory grew by at most {grown.memory_bytes / 2**20:.1f} MiB (wanted: less than 64)")
    print(f"  {grown.computed_s:.1f} s of processor, {grown.scratch_files} files of its own on the disk")


def keep_large(data_dir: Path, number: int) -> list[Job]:
    """So many large videos of a new visitor, in the data folder of a running app."""
    with tempfile.TemporaryDirectory() as scratch, open_storage(Settings(data_dir=data_dir)) as storage:
        prompts = [f"Large video {n}" for n in range(number)]
        jobs = keep_in(storage.store, storage.media, secrets.token_hex(16), prompts, Path(scratch))
        for job in jobs:
            assert job.video is not None
            _enlarge(data_dir / "media" / job.video.video_key)
    return [replace(job, video=job.video and replace(job.video, size_bytes=LARGE)) for job in jobs]


def _enlarge(path: Path) -> None:
    room = LARGE - path.stat().st_size
    with path.open("ab") as file:
        file.write(struct.pack(">I4s", room, b"free"))
    os.truncate(path, LARGE)


def of_a_download(app: AppProcess, cookie: str, ids: str | None = None) -> Growth:
    """Download all, or some, as one ZIP as fast as it comes, and watch the server meanwhile."""
    server, scratch, done = psutil.Process(app.pid), app.data_dir / "scratch", threading.Event()
    before, computed = server.memory_info().rss, sum(server.cpu_times()[:2])
    most, files = [before], [0]

    def watch() -> None:
        while not done.wait(LOOKED_EVERY_S):
            most.append(server.memory_info().rss)
            files.append(sum(1 for _ in scratch.iterdir()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    begun, sent = time.monotonic(), 0
    try:
        with requests.get(
            f"{app.url}/takeaway.zip",
            params={"ids": ids} if ids else {},
            cookies={COOKIE: cookie},
            stream=True,
            timeout=60,
        ) as answer:
            answer.raise_for_status()
            for piece in answer.iter_content(READ_AT_ONCE):
                sent += len(piece)
    finally:
        done.set()
        watcher.join()
    took_s = time.monotonic() - begun
    return Growth(sent, max(most) - before, max(files), took_s, sum(server.cpu_times()[:2]) - computed)


if __name__ == "__main__":
    main()
