"""How long a person waits from an upload to the picture as it will be sent, and how much memory that takes.

    python bench/picture_preparation.py

The floor is the least anyone could do: Pillow opening, scaling and saving the same bytes in this process, without a
look at turning, colours, metadata or danger. "apart" is what the app does, in a child that waits ready; "cold" is the
same without one waiting. Medians of three. Limits: 12 megapixels as JPEG or HEIC in 1.5 s, no child over 400 MiB.
"""

from __future__ import annotations

import io
import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.upload_corpus import exif, saved
from studio.orders.framing import MAX_SENT_SIDE
from studio.pictures.prepare import prepare
from studio.pictures.prepare_in_sandbox import PictureProcesses

PHONE = (4032, 3024)
LARGEST = (8160, 6144)
"""The 50 megapixels of a phone whose sensor has them."""
OF_108 = (12_000, 9_000)
LIMIT_S = 1.5
LIMITED = ("JPEG, 12 megapixels", "HEIC, 12 megapixels")
LIMIT_MIB = 400


def photo(size: tuple[int, int]) -> Image.Image:
    """As detailed as a photo is: coarse colours with fine noise over them."""
    rng = np.random.default_rng(12)
    coarse = Image.fromarray(rng.integers(40, 216, (size[1] // 32, size[0] // 32, 3), dtype=np.uint8))
    image = coarse.resize(size, Image.Resampling.BICUBIC)
    noise = Image.fromarray(rng.integers(0, 256, (1024, 1024), dtype=np.uint8))
    tiled = Image.new("L", size)
    for left in range(0, size[0], 1024):
        for top in range(0, size[1], 1024):
            tiled.paste(noise, (left, top))
    return Image.blend(image, tiled.convert("RGB"), 0.06)


def median_s(work: Callable[[], object], times: int = 3) -> float:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def naive(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        image.thumbnail((MAX_SENT_SIDE, MAX_SENT_SIDE))
        return saved(image.convert("RGB"), "JPEG", quality=92)


def cold(data: bytes) -> None:
    processes = PictureProcesses()
    try:
        processes.prepare(data)
    finally:
        processes.close()


def largest_child_mib() -> float:
    """The peak of the largest child so far. A child counts as no smaller than its parent was when it started."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def make_uploads() -> dict[str, bytes]:
    phone, largest = photo(PHONE), Image.linear_gradient("L").resize(LARGEST).convert("RGB")
    return {
        "JPEG, 12 megapixels": saved(phone, "JPEG", quality=92, exif=exif(orientation=6, gps=True)),
        "HEIC, 12 megapixels": saved(phone, "HEIF", quality=60, grid_tile_size=512),
        "WebP, 12 megapixels": saved(phone, "WEBP", quality=60, method=0),
        "PNG, 6 megapixels": saved(phone.resize((2832, 2124)), "PNG", compress_level=1),
        "JPEG, 50 megapixels": saved(largest, "JPEG", quality=85),
        "JPEG, 108 megapixels": saved(phone.resize(OF_108), "JPEG", quality=80),
        "progressive, 108 megapixels": saved(phone.resize(OF_108), "JPEG", quality=70, progressive=True),
        "HEIC, 50 megapixels": saved(largest, "HEIF", quality=30, grid_tile_size=512),
        "PNG with alpha, 50 megapixels": saved(largest.convert("RGBA"), "PNG", compress_level=1),
        "screenshot, PNG 1080p": saved(photo((1920, 1080)).quantize(64), "PNG"),
    }


def main() -> int:
    # Made in another process: what this one once held would be counted as its children's.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        uploads = pool.submit(make_uploads).result()
        # It is counted among the children when it ends, so the children are measured before that.
        processes = PictureProcesses()
        processes.warm_up()
        apart, without, peak = {}, {}, {}
        for name, data in uploads.items():
            apart[name] = median_s(partial(processes.prepare, data))
            without[name] = median_s(partial(cold, data))
            peak[name] = largest_child_mib()
        processes.close()
    slow = [name for name in uploads if name in LIMITED and apart[name] > LIMIT_S]
    print(f"{'picture':32}{'MB':>6}{'floor':>9}{'here':>9}{'apart':>9}{'cold':>9}   largest child so far")
    for name, data in uploads.items():
        floor, here = median_s(partial(naive, data)), median_s(partial(prepare, data))
        print(
            f"{name:32}{len(data) / 1e6:6.1f}{floor:8.2f}s{here:8.2f}s{apart[name]:8.2f}s{without[name]:8.2f}s"
            f"   {peak[name]:.0f} MiB{'  OVER' if name in slow or peak[name] > LIMIT_MIB else ''}"
        )
    return 1 if slow or max(peak.values()) > LIMIT_MIB else 0


if __name__ == "__main__":
    sys.exit(main())
