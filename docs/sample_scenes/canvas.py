"""Light, noise and shapes to draw a scene with.

Colours are mixed as light between 0 and 1; heights and positions are parts of the picture's height and width, so that a
scene reads the same at any size.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Plane = NDArray[np.float32]
Colour = tuple[float, float, float]

OVERSAMPLING = 2
"""Everything is computed at twice the size and scaled down, which makes the edges smooth."""


def rgb(code: str) -> Colour:
    """A colour from its six hexadecimal digits."""
    red, green, blue = bytes.fromhex(code)
    return red / 255, green / 255, blue / 255


def smoothstep(low: float, high: float, value: Plane) -> Plane:
    """0 below `low`, 1 above `high`, a soft S between; the other way round where high < low."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), dtype=np.float32)


def clouds(
    rng: np.random.Generator,
    shape: tuple[int, int],
    cells: tuple[float, float],
    octaves: int,
    roughness: float,
    *,
    ridged: bool = False,
) -> Plane:
    """Noise with mean 0 and spread 1 in ever finer and fainter layers; ridged ones have crests, as mountains do."""
    total = np.zeros(shape, dtype=np.float32)
    weight = 1.0
    for octave in range(octaves):
        rows, columns = (
            min(side, max(2, round(count * 2**octave))) + 3 for side, count in zip(shape, cells, strict=True)
        )
        grid = Image.fromarray(rng.standard_normal((rows, columns)).astype(np.float32))
        layer = np.asarray(grid.resize(shape[::-1], Image.Resampling.BICUBIC), dtype=np.float32)
        total += weight * ((1 - np.minimum(np.abs(layer) * 1.1, 1.6)) if ridged else layer)
        weight *= roughness
    return (total - total.mean()) / total.std()


class Canvas:
    """A picture under way: light in three planes, and where each pixel lies (x and y from 0 to 1)."""

    def __init__(self, width: int, height: int, seed: int) -> None:
        self.width, self.height = width * OVERSAMPLING, height * OVERSAMPLING
        self.rng = np.random.default_rng(seed)
        self.aspect = width / height
        self.y, self.x = np.mgrid[0 : self.height, 0 : self.width].astype(np.float32)
        self.y /= self.height
        self.x /= self.width
        self.light: Plane = np.zeros((self.height, self.width, 3), dtype=np.float32)

    def gradient(self, stops: list[tuple[float, str]], along: Plane | None = None) -> Plane:
        """Colours along `along` (from top to bottom unless told), one at each stop."""
        at = self.y if along is None else along
        places = [place for place, _ in stops]
        channels = [np.interp(at, places, [rgb(code)[channel] for _, code in stops]) for channel in range(3)]
        return np.stack(channels, axis=-1).astype(np.float32)

    def paint(self, colour: Plane | str, mask: Plane | float = 1.0) -> None:
        """Lays a colour over what is there, as far as the mask says."""
        over = np.asarray(rgb(colour), dtype=np.float32) if isinstance(colour, str) else colour
        cover = np.asarray(mask, dtype=np.float32)
        cover = cover[..., None] if cover.ndim == 2 else cover
        self.light += (over - self.light) * cover

    def shine(self, colour: str, strength: Plane) -> None:
        """Adds light, as a lamp does: never beyond white."""
        self.light = 1 - (1 - self.light) * (1 - np.asarray(rgb(colour), dtype=np.float32) * strength[..., None])

    def noise(self, cells_x: float, cells_y: float, octaves: int = 6, roughness: float = 0.5) -> Plane:
        """Cloudy noise with mean 0 and spread 1, the coarsest cells so many across and down."""
        return clouds(self.rng, (self.height, self.width), (cells_y, cells_x), octaves, roughness)

    def ridge(self, base: float, relief: float, cells: float, roughness: float = 0.5) -> Plane:
        """The height of a skyline for every column: `base` from the top, give or take `relief`."""
        total = np.zeros(self.width, dtype=np.float32)
        weight = 1.0
        for octave in range(9):
            count = max(4, round(cells * 2**octave)) + 3
            points = self.rng.standard_normal(count).astype(np.float32)
            if count < self.width:
                row = Image.fromarray(points[None, :]).resize((self.width, 1), Image.Resampling.BICUBIC)
                total += weight * np.asarray(row, dtype=np.float32)[0]
            weight *= roughness
        return base - relief * (total - total.mean()) / total.std()

    def below(self, skyline: Plane) -> Plane:
        """1 under the skyline, 0 above it."""
        return np.clip((self.y - skyline[None, :]) * self.height + 0.5, 0, 1)

    def near(self, x: float, y: float, radius: float) -> Plane:
        """Distance from a point, in radii; a radius is a part of the height."""
        return np.hypot((self.x - x) * self.aspect, self.y - y) / radius

    def drawn(self) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        """An empty mask to draw on; `mask_of` reads it."""
        image = Image.new("L", (self.width, self.height))
        return image, ImageDraw.Draw(image)

    def mask_of(self, image: Image.Image, blur: float = 0.0) -> Plane:
        """What was drawn as 0 to 1, blurred by a part of the height."""
        if blur:
            image = image.filter(ImageFilter.GaussianBlur(blur * self.height))
        return np.asarray(image, dtype=np.float32) / 255

    def finished(self, grain: float = 0.012, vignette: float = 0.22) -> Image.Image:
        """The picture at its size, darker towards the corners, with a trace of film grain."""
        corner = np.hypot(self.x - 0.5, self.y - 0.5) / 0.7071
        light = self.light * (1 - vignette * smoothstep(0.45, 1.05, corner))[..., None]
        pixels = np.clip(light * 255, 0, 255).astype(np.uint8)
        size = (self.width // OVERSAMPLING, self.height // OVERSAMPLING)
        small = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS), dtype=np.float32)
        small = small + self.rng.normal(0, grain * 255, (*small.shape[:2], 1))
        return Image.fromarray(np.clip(small, 0, 255).astype(np.uint8))
