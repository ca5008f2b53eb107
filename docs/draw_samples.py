"""Draws the three sample pictures, the same ones every time: `python docs/draw_samples.py [folder]`."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from sample_scenes.balloons import balloons
from sample_scenes.lake import lake
from sample_scenes.lighthouse import lighthouse

MAX_BYTES = 350_000
"""A page shows all three at once, on a phone too."""

SCENES = {"lake": lake, "balloons": balloons, "lighthouse": lighthouse}


def main(folder: Path) -> None:
    """Writes every scene as a JPEG of at most MAX_BYTES, without metadata."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in SCENES.items():
        image = draw()
        for quality in range(92, 60, -2):
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
            if buffer.tell() <= MAX_BYTES:
                break
        (folder / f"{name}.jpg").write_bytes(buffer.getvalue())
        print(f"{name}.jpg: {image.width} x {image.height}, {buffer.tell() // 1000} KB, quality {quality}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "studio" / "sample_pictures")
