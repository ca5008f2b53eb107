"""A still lake between mountains at dusk."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw
from sample_scenes.canvas import OVERSAMPLING, Canvas, Plane, clouds, rgb, smoothstep


def lake() -> Image.Image:
    """A still lake between mountains at dusk, a cabin with lit windows on its shore."""
    canvas = Canvas(1600, 1200, seed=26)
    rng = canvas.rng
    shore = 0.60
    canvas.paint(
        canvas.gradient(
            [(0, "0b1233"), (0.16, "1b2358"), (0.30, "46377f"), (0.42, "9a4f86"), (0.50, "e07f77"), (0.57, "ffb985")]
        )
    )
    haze = canvas.noise(2.2, 5, 7, 0.55) + 1.6 * np.exp(-(((canvas.y - 0.10 - 0.36 * canvas.x) / 0.07) ** 2))
    canvas.shine("8fa0ff", smoothstep(0.6, 3.2, haze) * smoothstep(0.36, 0.05, canvas.y) * 0.34)
    stars(canvas, 1500, 0.40, band=0.45)
    streaks = canvas.noise(1.6, 17, 7, 0.52)
    lit = smoothstep(0.25, 1.9, streaks) * smoothstep(0.20, 0.36, canvas.y) * smoothstep(0.60, 0.47, canvas.y)
    canvas.paint(canvas.gradient([(0.2, "7d5a9c"), (0.38, "e98aa0"), (0.5, "ffd3a3")]), lit * 0.72)
    canvas.shine("ffb070", np.exp(-(canvas.near(0.60, 0.59, 0.30) ** 2)) * 0.5)

    far = canvas.ridge(0.505, 0.020, 5, 0.5)
    canvas.paint(canvas.gradient([(0.44, "8f659a"), (0.60, "e59b8f")]), canvas.below(far))
    mountains(canvas, shore)
    mist = smoothstep(0.49, shore, canvas.y) * (0.62 + 0.22 * canvas.noise(3, 9, 5))
    canvas.paint("f0a596", np.clip(mist, 0, 1) * 0.55)

    hills = canvas.ridge(0.572, 0.013, 6, 0.6)
    image, draw = canvas.drawn()
    for _ in range(950):
        x = rng.uniform(-0.01, 1.01) * canvas.width
        foot = (hills[int(np.clip(x, 0, canvas.width - 1))] + 0.012) * canvas.height
        pine(draw, x, foot, rng.uniform(0.014, 0.034) * canvas.height, rng)
    woods = np.maximum(canvas.below(hills + 0.004), canvas.mask_of(image))
    canvas.paint(canvas.gradient([(0.53, "3b2f5c"), (0.60, "241f45")]), woods)
    canvas.paint("d08a92", woods * smoothstep(0.575, 0.606, canvas.y) * 0.45)

    cabin(canvas, 0.735, 0.603)
    water(canvas, shore + 0.006)

    image, draw = canvas.drawn()
    for x, foot, tall in [
        (0.015, 1.03, 0.80), (0.075, 1.05, 0.60), (0.125, 1.04, 0.42), (0.175, 1.05, 0.29), (0.985, 1.03, 0.66),
        (0.925, 1.04, 0.47), (0.875, 1.05, 0.30), (0.045, 1.05, 0.50), (0.955, 1.05, 0.36),
    ]:  # fmt: skip
        pine(draw, x * canvas.width, foot * canvas.height, tall * canvas.height, rng)
    column = np.linspace(0, 1, canvas.width, dtype=np.float32)
    bank = canvas.ridge(0.985, 0.010, 5, 0.6) - 0.09 * (np.abs(column - 0.5) * 2) ** 5
    for _ in range(1500):
        x = rng.uniform()
        reach = 0.012 + 0.035 * abs(x - 0.5) * rng.uniform(0.4, 1.6)
        foot = bank[int(x * (canvas.width - 1))] + 0.01
        lean = rng.normal(0, 0.006)
        points = [(x, foot), (x + lean * 0.4, foot - reach * 0.6), (x + lean, foot - reach)]
        draw.line([(px * canvas.width, py * canvas.height) for px, py in points], fill=255, width=OVERSAMPLING)
    front = np.maximum(canvas.below(bank), canvas.mask_of(image))
    canvas.paint(canvas.gradient([(0.2, "171634"), (1, "080916")]), front)
    return canvas.finished()


PEAKS = (
    # Where: across, into the depth; how high; how wide its foot is.
    (0.330, 0.55, 0.330, 0.32),
    (0.165, 0.70, 0.250, 0.24),
    (0.520, 0.72, 0.235, 0.26),
    (0.035, 0.45, 0.165, 0.22),
    (0.660, 0.50, 0.135, 0.22),
    (0.850, 0.75, 0.205, 0.26),
    (0.985, 0.55, 0.175, 0.22),
)


def mountains(canvas: Canvas, shore: float) -> None:
    """Snowy mountains, as a landscape of heights looked at from the front, lit from the low sun on the right."""
    deep, wide = 520, canvas.width // 2
    z, x = np.mgrid[0:deep, 0:wide].astype(np.float32)
    z, x = z / deep, x / wide
    bend = clouds(canvas.rng, (deep, wide), (2.5, 5), 4, 0.5) * 0.022
    crests = clouds(canvas.rng, (deep, wide), (4, 8), 8, 0.54, ridged=True)
    land = np.zeros_like(x)
    for across, into, high, foot in PEAKS:
        away = np.hypot((x - across + bend) * 1.0, (z - into + bend) * 0.55) / foot
        land = np.maximum(land, high * np.clip(1 - away, 0, 1) ** 1.18)
    land = land * (1 + 0.115 * crests) + 0.010 * np.clip(crests, -1, 3) * np.sqrt(np.clip(land, 0, 1))
    shown_at = shore - np.clip(land, 0, None) * 1.02 - 0.012 * z
    rows = np.arange(int(0.15 * canvas.height), int(shore * canvas.height) + 2)
    seen = np.minimum.accumulate(shown_at, axis=0)
    hit = np.stack([np.searchsorted(-seen[:, column], -rows / canvas.height) for column in range(wide)], axis=1)
    hit = np.asarray(
        Image.fromarray(hit.astype(np.float32)).resize((canvas.width, len(rows)), Image.Resampling.BILINEAR)
    )
    is_land = np.clip((deep - 0.5 - hit) * 0.5, 0, 1)
    index = np.clip(hit, 0, deep - 1).astype(np.int32)
    columns = np.broadcast_to((np.arange(canvas.width) // 2)[None, :], index.shape)
    down_z, down_x = np.gradient(land, 1 / deep, 1 / wide)
    facing = (0.80 * -down_x + 0.42 * down_z + 0.30) / np.sqrt(1 + 1.6 * (down_x**2 + down_z**2))
    light = smoothstep(-0.55, 1.05, facing)[index, columns]
    height = land[index, columns]
    steep = np.hypot(down_x, down_z)[index, columns]
    patches = clouds(canvas.rng, (deep, wide), (20, 40), 5, 0.6)[index, columns]
    snow = smoothstep(0.075, 0.165, height + 0.022 * patches) * smoothstep(3.6, 1.9, steep + 0.35 * patches)
    dark, bright = np.asarray(rgb("292654")), np.asarray(rgb("ab6882"))
    colour = dark + (bright - dark) * light[..., None] ** 1.3
    white = np.asarray(rgb("6f72b4")) + (np.asarray(rgb("ffdccd")) - np.asarray(rgb("6f72b4"))) * light[..., None]
    colour += (white - colour) * (snow * 0.95)[..., None]
    far = np.clip(0.10 + 0.42 * hit / deep, 0, 1)[..., None] * 0.55
    colour += (np.asarray(rgb("9a6a9c")) - colour) * far
    part = canvas.light[rows[0] : rows[-1] + 1]
    part += (colour.astype(np.float32) - part) * is_land[..., None]


def cabin(canvas: Canvas, x: float, foot: float) -> None:
    """A small log cabin with lit windows, about a twelfth of the picture wide; x and foot are its lower left corner."""
    wide, high = 0.052, 0.030

    def shape(*points: tuple[float, float]) -> Plane:
        image, draw = canvas.drawn()
        draw.polygon(
            [((x + px * wide) * canvas.width, (foot - py * high) * canvas.height) for px, py in points], fill=255
        )
        return canvas.mask_of(image)

    canvas.paint("2a1c33", shape((0, 0), (1, 0), (1, 1), (0, 1)))
    canvas.paint("1a1328", shape((-0.12, 0.92), (1.12, 0.92), (0.9, 1.95), (0.10, 1.95)))
    canvas.paint("1a1328", shape((0.70, 1.6), (0.80, 1.6), (0.80, 2.4), (0.70, 2.4)))
    windows = np.maximum(
        shape((0.14, 0.3), (0.34, 0.3), (0.34, 0.75), (0.14, 0.75)),
        shape((0.64, 0.3), (0.84, 0.3), (0.84, 0.75), (0.64, 0.75)),
    )
    door = shape((0.42, 0.0), (0.56, 0.0), (0.56, 0.72), (0.42, 0.72))
    canvas.paint("ffce6a", np.maximum(windows, door * 0.75))
    for part in (0.24, 0.74):
        canvas.shine("ffb44a", np.exp(-(canvas.near(x + part * wide, foot - 0.5 * high, 0.020) ** 2)) * 0.75)
    canvas.shine("ff9a3c", np.exp(-(canvas.near(x + 0.5 * wide, foot - 0.3 * high, 0.075) ** 2)) * 0.35)
    smoke_x = x + 0.75 * wide + 0.012 * np.sin((foot - canvas.y) * 55) * (foot - canvas.y) * 6
    rise = np.clip((foot - 2.4 * high - canvas.y) / 0.16, 0, 1)
    plume = np.exp(-(((canvas.x - smoke_x) / (0.0022 + 0.011 * rise)) ** 2)) * (canvas.y < foot - 2.35 * high)
    canvas.paint("d9b9c8", plume * (1 - rise) * 0.5)


def water(canvas: Canvas, shore: float) -> None:
    """Everything below `shore` mirrors what is above it, broken by ripples that grow towards the viewer."""
    start = int(shore * canvas.height)
    rows = np.arange(start, canvas.height)
    depth = (rows - start) / canvas.height
    ripple = canvas.noise(5, 90, 5, 0.6)[start:]
    fine = canvas.noise(14, 260, 3, 0.6)[start:]
    push = (ripple * 0.5 + fine * 0.35) * (0.0006 + 0.034 * depth[:, None]) * canvas.height
    # The mirror is compressed a little, as from a standpoint above the water.
    source = np.clip(start - 2 - (rows[:, None] - start) * 1.32 + push, 0, start - 2).astype(np.int32)
    sway = (np.arange(canvas.width)[None, :] + push * 0.25).astype(np.int32) % canvas.width
    mirrored = canvas.light[source, sway]
    dim = 0.86 - 0.42 * np.clip(depth / 0.4, 0, 1)
    tint = np.asarray(rgb("1a1c46"), dtype=np.float32)
    surface = mirrored * dim[:, None, None] + tint * (1 - dim)[:, None, None] * 0.75
    glint = smoothstep(1.25, 2.9, fine + 0.6 * ripple) * np.clip(0.9 - depth * 2.0, 0, 1)[:, None]
    warm = np.exp(-(((canvas.x[start:] - 0.60) / 0.22) ** 2))
    surface += np.asarray(rgb("ffb48c"), dtype=np.float32) * (glint * (0.06 + 0.22 * warm))[..., None]
    canvas.light[start:] = surface
    line = np.exp(-(((canvas.y - shore) / 0.0022) ** 2))
    canvas.paint("ffc9a8", line * 0.35)


def pine(draw: ImageDraw.ImageDraw, x: float, foot: float, tall: float, rng: np.random.Generator) -> None:
    """A conifer's silhouette in pixels: boughs that droop and differ, narrower towards the top."""
    draw.polygon([(x - tall * 0.012, foot), (x + tall * 0.012, foot), (x, foot - tall)], fill=255)
    boughs = 26
    for number in range(boughs):
        up = number / boughs
        y = foot - tall * (0.06 + 0.93 * up)
        reach = tall * 0.19 * (1 - up) ** 0.85 + tall * 0.006
        for side in (-1, 1):
            out = reach * rng.uniform(0.62, 1.12)
            droop = tall * 0.035 * rng.uniform(0.5, 1.3)
            tip = (x + side * out, y + droop)
            draw.polygon(
                [(x, y - tall * 0.03), tip, (x + side * out * 0.55, y + droop * 0.75), (x, y + tall * 0.012)], fill=255
            )


def stars(canvas: Canvas, count: int, lowest: float, band: float = 0.0) -> None:
    """Stars above `lowest`, most of them faint; with `band` some gather along a slanted Milky Way."""
    rng = canvas.rng
    image, draw = canvas.drawn()
    for number in range(count):
        x, y = rng.uniform(), rng.uniform(0, lowest)
        if number < count * band:
            y = 0.08 + 0.36 * x + rng.normal(0, 0.035)
            if y > lowest or y < 0:
                continue
        bright = rng.pareto(2.2) * 0.16 * (1 - (y / lowest) ** 2)
        radius = OVERSAMPLING * (0.45 + 0.75 * min(bright, 1.0))
        px, py = x * canvas.width, y * canvas.height
        draw.ellipse((px - radius, py - radius, px + radius, py + radius), fill=round(255 * min(1.0, 0.18 + bright)))
    canvas.shine("fff4e0", canvas.mask_of(image) * 0.95)
    canvas.shine("bcd0ff", canvas.mask_of(image, 0.0022) * 0.8)
