"""Makes the film on "How it works" of our own picture, by the demo: `python -m docs.draw_sample_film [file]`."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from demo.rendering.make_video import make_video
from studio.pictures.samples import SAMPLE_FILM

FRAMES, SEED = 150, 4


def main(path: Path) -> None:
    """Writes it: five seconds, small enough to begin at once on a phone."""
    sample, short_side = SAMPLE_FILM.of, min(SAMPLE_FILM.width, SAMPLE_FILM.height)
    with Image.open(sample.file) as picture:
        make_video(
            picture, path, prompt=sample.prompt, seed=SEED, short_side=short_side, frames=FRAMES, with_sound=False
        )
    print(f"{path.name}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE_FILM.file)
