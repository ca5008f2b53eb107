"""How long the demo takes to render five seconds of video, beside the least that any renderer could take.

    python bench/demo_rendering.py [PICTURE]

The floor is the same encoder, with the same settings, given the same number of still frames in the same run: what is
above it is the camera, the sound and the file. Every figure is the median of three. Limits: 5 s at 720p, 12 s at 1080p.
"""

from __future__ import annotations

import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from demo.film import render
from demo.film.camera import FRAMES_PER_SECOND
from demo.film.encode import write_mp4
from demo.film.views import View
from demo.rendering import make_video

FRAMES = 5 * FRAMES_PER_SECOND
LIMITS_S = {720: 5.0, 1080: 12.0}
PROMPTS = ("", "pan right", "push in")


def landscape() -> Image.Image:
    """A picture with hills of every size and a little grain: as hard to encode as a photo of trees and sky."""
    rng = np.random.default_rng(1)
    total = np.zeros((1280, 1920, 3))
    for cells in (3, 6, 12, 24, 48, 96, 192):
        rough = Image.fromarray(rng.integers(0, 255, (cells, cells * 3 // 2, 3), dtype=np.uint8))
        total += np.asarray(rough.resize((1920, 1280), Image.Resampling.BICUBIC), dtype=float) / cells
    total = (total - total.min()) / (total.max() - total.min()) * 235
    return Image.fromarray(np.uint8(np.clip(total + rng.normal(0, 3, total.shape), 0, 255)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a piece of work took: by the clock, and of all cores together."""

    seconds: float
    cpu_seconds: float


def median_cost(work: Callable[[], object]) -> Cost:
    """The median of three runs."""
    runs = []
    for _ in range(3):
        clock, cpu = time.perf_counter(), time.process_time()
        work()
        runs.append((time.perf_counter() - clock, time.process_time() - cpu))
    return Cost(
        seconds=statistics.median(clock for clock, _ in runs), cpu_seconds=statistics.median(cpu for _, cpu in runs)
    )


def main() -> None:
    """Prints a table. On a busy machine the CPU columns tell more than the clock."""
    picture = Image.open(sys.argv[1]).convert("RGB") if len(sys.argv) > 1 else landscape()
    print(f"{os.cpu_count()} cores; {FRAMES} frames")
    print("quality  prompt      render s  cpu s  floor s  cpu s  ratio  limit s")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "video.mp4"
        for short_side, limit in LIMITS_S.items():
            size = render.frame_size(picture.size, short_side)
            (still,) = render.frames(picture, [[View()]], np.zeros((16, 16), np.float32), size, None)
            floor = median_cost(partial(encode_still, place, still, size))
            for prompt in PROMPTS:
                taken = median_cost(
                    partial(
                        make_video.make_video,
                        picture,
                        place,
                        prompt=prompt,
                        seed=1,
                        short_side=short_side,
                        frames=FRAMES,
                    )
                )
                print(
                    f"{short_side:4}p    {prompt or '(none)':10} {taken.seconds:9.2f} {taken.cpu_seconds:6.2f}"
                    f" {floor.seconds:8.2f} {floor.cpu_seconds:6.2f} {taken.seconds / floor.seconds:6.1f} {limit:8.1f}"
                    f"{'' if taken.seconds <= limit else '  OVER'}"
                )


def encode_still(place: Path, still: render.Frame, size: tuple[int, int]) -> None:
    """The floor: one frame, again and again."""
    write_mp4(place, itertools.repeat(still, FRAMES), size, None)


if __name__ == "__main__":
    main()
