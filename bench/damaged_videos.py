"""Damages real MP4s in every way a download can go wrong, and counts how many still pass for whole.

    python bench/damaged_videos.py [how many, 500] [seed, 1]

Prints accepted and refused for each kind of damage; wanted is 0 accepted, and every undamaged file accepted. Exit code
1 where it is otherwise.
"""

from __future__ import annotations

import random
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from studio.videos.validate import VideoBroken, VideoFacts, check_whole

SAMPLE_TABLES = (b"stsz", b"stco", b"stsc", b"stts")
"""The tables that say where each sample is, how long it is, and when it is shown."""

HOLE_BYTES = 4096
"""The least a hole or a swapped block takes: a page of a disk, the smallest thing that is lost in one piece."""

BODIES = (
    b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n",
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Request has expired.</Message>'
    b"</Error>",
    b'{"error": {"code": "NotFound", "message": "The file is no longer available."}}',
    b"",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a whole video is made."""

    name: str
    codec: str = "libx264"
    width: int = 320
    height: int = 192
    frames: int = 48
    fps: int = 24
    sound: bool = True
    faststart: bool = True
    fades_in: int = 0
    """It begins black and is as bright as it gets after so many frames."""


RECIPES = (
    Recipe(name="h264-sound-faststart"),
    Recipe(name="h264-sound-index-last", faststart=False),
    Recipe(name="h264-silent-faststart", sound=False),
    Recipe(name="h264-silent-index-last", sound=False, faststart=False),
    Recipe(name="h265-sound", codec="libx265", frames=24),
)


def make_video(path: Path, recipe: Recipe, *, seed: int = 1) -> None:
    """Writes a real MP4: moving noise, which no encoder can shrink to nothing, and a tone."""
    rng = np.random.default_rng(seed)
    scene = rng.integers(0, 200, (recipe.height // 8 + 32, recipe.width // 8 + 32, 3), dtype=np.uint8)
    scene = scene.repeat(8, 0).repeat(8, 1)
    rate = 44100
    said = 0
    options = {"movflags": "faststart"} if recipe.faststart else {}
    with av.open(str(path), "w", format="mp4", options=options) as container:
        quiet = {"x265-params": "log-level=none:pools=1"} if recipe.codec == "libx265" else {"preset": "veryfast"}
        video = container.add_stream(recipe.codec, rate=recipe.fps, options=quiet)
        video.width, video.height, video.pix_fmt = recipe.width, recipe.height, "yuv420p"
        sound = container.add_stream("aac", rate=rate, layout="stereo") if recipe.sound else None
        for number in range(recipe.frames):
            top, left = number * 2 % 200, number * 3 % 200
            pixels = scene[top : top + recipe.height, left : left + recipe.width].astype(np.uint16)
            pixels = pixels + rng.integers(0, 48, (recipe.height, recipe.width, 1), dtype=np.uint16)
            if number < recipe.fades_in:
                pixels = pixels * number // recipe.fades_in
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels.astype(np.uint8)), format="rgb24")
            frame.pts = number
            container.mux(video.encode(frame))
            while sound is not None and said / rate < (number + 1) / recipe.fps:
                wave = (np.sin(2 * np.pi * 440 * (said + np.arange(1024)) / rate) * 0.3).astype(np.float32)
                wave += rng.normal(0, 0.1, 1024).astype(np.float32)
                piece = av.AudioFrame.from_ndarray(np.stack([wave, wave]), format="fltp", layout="stereo")
                piece.sample_rate, piece.pts = rate, said
                said += 1024
                container.mux(sound.encode(piece))
        container.mux(video.encode(None))
        if sound is not None:
            container.mux(sound.encode(None))


def place_of(data: bytes, kind: bytes) -> tuple[int, int]:
    """Where a top-level box starts and ends."""
    at = 0
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        if data[at + 4 : at + 8] == kind:
            return at, at + size
        at += size
    raise LookupError(kind)


def cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(1, len(data))]


def zeroed_tail(data: bytes, rng: random.Random) -> bytes:
    lost = rng.randrange(HOLE_BYTES, len(data) - 64)
    return data[:-lost] + bytes(lost)


def zeroed_hole(data: bytes, rng: random.Random) -> bytes:
    start, end = place_of(data, b"mdat")
    length = rng.randrange(HOLE_BYTES, max(HOLE_BYTES + 1, (end - start) // 4))
    at = rng.randrange(start + 8, end - length)
    return data[:at] + bytes(length) + data[at + length :]


def swapped_blocks(data: bytes, rng: random.Random) -> bytes:
    start, end = place_of(data, b"mdat")
    length = rng.randrange(HOLE_BYTES, max(HOLE_BYTES + 1, (end - start) // 6))
    one = rng.randrange(start + 8, end - 2 * length)
    other = rng.randrange(one + length, end - length + 1)
    return (
        data[:one]
        + data[other : other + length]
        + data[one + length : other]
        + data[one : one + length]
        + data[other + length :]
    )


def missing_middle(data: bytes, rng: random.Random) -> bytes:
    length = rng.randrange(HOLE_BYTES, len(data) // 2)
    at = rng.randrange(64, len(data) - length)
    return data[:at] + data[at + length :]


def error_page(data: bytes, rng: random.Random) -> bytes:
    body = rng.choice(BODIES)
    # Some services begin to send the file and then append the error to it.
    return body if rng.random() < 0.6 else data[: rng.randrange(32, len(data))] + body


def index_cut(data: bytes, rng: random.Random) -> bytes:
    start, end = place_of(data, b"moov")
    lost = rng.randrange(4, end - start)
    return data[: end - lost] + data[end:]


def index_missing(data: bytes, rng: random.Random) -> bytes:
    start, end = place_of(data, b"moov")
    return data[:start] + data[end:]


def index_emptied(data: bytes, rng: random.Random) -> bytes:
    start, end = place_of(data, b"moov")
    return data[: start + 8] + bytes(end - start - 8) + data[end:]


def table_flipped(data: bytes, rng: random.Random) -> bytes:
    """A byte of a sample table turned into its opposite, so that the number it belongs to is surely another."""
    tables = []
    for kind in SAMPLE_TABLES:
        at = data.find(kind)
        while at >= 0:
            tables.append(at)
            at = data.find(kind, at + 4)
    index_start, index_end = place_of(data, b"moov")
    at = rng.choice([table for table in tables if index_start < table < index_end])
    (size,) = struct.unpack_from(">I", data, at - 4)
    # After the name, version and flags: the counts and the rows. The fourth number of an stsc row only names which
    # description applies, which is not a matter of place or time.
    rows = [byte for byte in range(at + 8, at - 4 + size) if data[at : at + 4] != b"stsc" or not _describes(byte - at)]
    byte = rng.choice(rows)
    return data[:byte] + bytes([data[byte] ^ 0xFF]) + data[byte + 1 :]


def _describes(offset: int) -> bool:
    return offset >= 12 and (offset - 12) % 12 >= 8


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "cut": cut,
    "zeroed tail": zeroed_tail,
    "zeroed hole": zeroed_hole,
    "swapped blocks": swapped_blocks,
    "missing middle": missing_middle,
    "error page": error_page,
    "index cut": index_cut,
    "index missing": index_missing,
    "index emptied": index_emptied,
    "table flipped": table_flipped,
}


def verdict(path: Path) -> VideoFacts | str:
    """The facts about a video that passes for whole, or why it does not."""
    try:
        return check_whole(path)
    except VideoBroken as broken:
        return str(broken)


def main(count: int, seed: int) -> int:
    rng = random.Random(seed)
    accepted: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        wholes = []
        for recipe in RECIPES:
            path = Path(folder) / f"{recipe.name}.mp4"
            make_video(path, recipe)
            whole = verdict(path)
            print(f"undamaged {recipe.name}: {'accepted' if isinstance(whole, VideoFacts) else 'REFUSED: ' + whole}")
            wholes.append((recipe.name, path.read_bytes(), isinstance(whole, VideoFacts)))
        damaged = Path(folder) / "damaged.mp4"
        kinds = list(DAMAGES)
        for number in range(count):
            kind = kinds[number % len(kinds)]
            name, data, _ = rng.choice(wholes)
            broken = DAMAGES[kind](data, rng)
            damaged.write_bytes(broken)
            start = time.perf_counter()
            found = verdict(damaged)
            slowest = max(slowest, time.perf_counter() - start)
            if isinstance(found, VideoFacts) and broken != data:
                accepted[kind] += 1
                print(f"ACCEPTED: {kind} of {name}, number {number}")
            else:
                refused[kind] += 1
    for kind in kinds:
        print(f"{kind:16} refused {refused[kind]:4}   accepted {accepted[kind]}")
    print(f"{refused.total()} refused, {accepted.total()} accepted, slowest {slowest:.2f} s")
    return 1 if accepted.total() or not all(passed for _, _, passed in wholes) else 0


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(arguments + [500, 1][len(arguments) :])))
