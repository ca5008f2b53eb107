"""Draws the icons of the installed app, the same ones every time: `python docs/draw_icons.py [folder]`."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageDraw

SHEETS = ((0.36, 0.0, "#f3cba8"), (0.18, 0.1, "#dd8a5a"), (0.0, 0.2, "#b3401c"))
"""Left and top of each sheet, and its colour, from the back to the front; in parts of the drawing."""
SHEET, CORNER = 0.64, 0.12
GROUND = "#fff7f0"
FINER = 4
"""Drawn so many times as large: the edges come out smooth."""


def drawing(size: int, *, margin: float, ground: str | None) -> Image.Image:
    """Sheets of a flip book, the first of which plays; with `margin` of its side free all around."""
    side = size * FINER
    image = Image.new("RGBA", (side, side), ground or (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    inner = side * (1 - 2 * margin)

    def at(part: float) -> float:
        return side * margin + inner * part

    for left, top, colour in SHEETS:
        box = (at(left), at(top * 0.9), at(left + SHEET), at(top * 0.9 + SHEET * 1.2))
        pen.rounded_rectangle(box, inner * CORNER, fill=colour)
    middle, height = (at(0.33), at(0.57)), inner * 0.17
    pen.polygon(
        [(middle[0] - height * 0.8, middle[1] - height), (middle[0] - height * 0.8, middle[1] + height),
         (middle[0] + height, middle[1])],
        fill="white",
    )  # fmt: skip
    return image.resize((size, size), Image.Resampling.LANCZOS)


def main(folder: Path) -> None:
    """Writes them: two sizes with nothing around, and one that a phone may cut to its own shape."""
    folder.mkdir(parents=True, exist_ok=True)
    for size in (192, 512):
        drawing(size, margin=0.02, ground=None).save(folder / f"icon-{size}.png", optimize=True)
    # Inside of a circle of four fifths everything has to be seen (W3C, maskable icons).
    drawing(512, margin=0.22, ground=GROUND).save(folder / "maskable-512.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "web" / "icons")
