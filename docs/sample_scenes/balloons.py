"""Hot-air balloons over hills at sunrise."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw
from sample_scenes.canvas import OVERSAMPLING, Canvas, Plane, clouds, rgb, smoothstep


def balloons() -> Image.Image:
    """Hot-air balloons over misty hills, the sun just up."""
    canvas = Canvas(1600, 1200, seed=7)
    rng = canvas.rng
    sun_x, sun_y = 0.66, 0.535
    canvas.paint(
        canvas.gradient(
            [(0, "4f86c0"), (0.18, "86b3d6"), (0.34, "cfd3d4"), (0.45, "f6d3a4"), (0.54, "ffc27a"), (0.62, "ffb36b")]
        )
    )
    puffs = canvas.noise(3.2, 9, 7, 0.54) + 0.5 * canvas.noise(1.4, 3, 4, 0.5)
    cloud = smoothstep(0.55, 2.3, puffs) * smoothstep(0.58, 0.30, canvas.y) * smoothstep(-0.05, 0.14, canvas.y)
    canvas.paint(canvas.gradient([(0, "f4eef0"), (0.3, "ffe6cf"), (0.5, "ffd09a")]), cloud * 0.85)
    shade = smoothstep(0.9, 2.6, puffs) * smoothstep(0.5, 0.2, canvas.y)
    canvas.paint("a9b6d2", shade * 0.28)
    away = canvas.near(sun_x, sun_y, 1.0)
    canvas.shine("ffcf8a", np.exp(-((away / 0.42) ** 2)) * 0.62)
    canvas.shine("ffe9b8", np.exp(-((away / 0.13) ** 2)) * 0.75)
    canvas.shine("fffbe8", smoothstep(0.047, 0.040, away))

    layers = [
        # How far down, how hilly, cells; colours of light and shade; how high the trees stand.
        (0.545, 0.014, 4.0, "d9b9a8", "c3a7a6", 0.0000),
        (0.575, 0.020, 3.2, "c2a98e", "9c948f", 0.0035),
        (0.625, 0.024, 2.8, "aaa372", "77856f", 0.0070),
        (0.695, 0.030, 2.3, "93a052", "53704f", 0.0120),
        (0.790, 0.034, 2.0, "7d9440", "36583c", 0.0210),
        (0.915, 0.034, 1.6, "5f7d34", "22432c", 0.0380),
    ]
    flown = [
        [],
        [(0.475, 0.462, 0.024, 3)],
        [(0.845, 0.395, 0.040, 1), (0.135, 0.440, 0.034, 4)],
        [(0.560, 0.235, 0.066, 2)],
        [(0.255, 0.270, 0.118, 0)],
        [(0.885, 0.165, 0.074, 3)],
    ]
    for number, ((base, relief, cells, lit, shaded, trees), group) in enumerate(zip(layers, flown, strict=True)):
        for x, y, size, paint in group:
            balloon(canvas, x, y, size, paint, sun_x, haze=0.42 - 0.09 * number)
        hill(canvas, base, relief, cells, lit, shaded, trees, sun_x)
        drift = canvas.noise(2.4, 14, 6, 0.5)
        sink = smoothstep(base + 0.035, base + 0.10, canvas.y) * smoothstep(base + 0.19, base + 0.10, canvas.y)
        canvas.paint("ffe1bd", np.clip(sink * (0.62 + 0.30 * drift), 0, 1) * max(0.0, 0.72 - 0.13 * number))
    rays = np.arctan2((canvas.y - sun_y), (canvas.x - sun_x) * canvas.aspect)
    beams = clouds(rng, (1, 4096), (1, 40), 4, 0.6)[0]
    beam = beams[((rays + np.pi) / (2 * np.pi) * 4095).astype(np.int32)]
    canvas.shine(
        "ffcf8c",
        smoothstep(0.2, 2.0, beam)
        * np.exp(-((away / 0.55) ** 2))
        * smoothstep(0.03, 0.2, away)
        * np.where(canvas.y > sun_y, 0.05, 0.16),
    )
    glow = (
        np.exp(-(((canvas.x - sun_x) / 0.30) ** 2))
        * smoothstep(0.50, 0.58, canvas.y)
        * smoothstep(0.95, 0.62, canvas.y)
    )
    canvas.shine("ffad5c", glow * 0.20)
    birds(canvas, 0.40, 0.40)
    return canvas.finished(grain=0.010, vignette=0.16)


def hill(
    canvas: Canvas, base: float, relief: float, cells: float, lit: str, shaded: str, trees: float, sun_x: float
) -> None:
    """One rolling hill across the picture, with meadows, hedges and trees; brighter towards the sun."""
    skyline = canvas.ridge(base, relief, cells, 0.34)
    slope = -np.gradient(skyline) * canvas.width / canvas.aspect
    shape = canvas.below(skyline)
    depth = (canvas.y - skyline[None, :]) / 0.30
    meadow = canvas.noise(4, 22, 5, 0.5)
    furrows = np.sin((canvas.x * 130 + depth * 260 + 5 * meadow) * 1.4) * 0.5
    bright = (
        0.52 + 0.30 * np.tanh(-slope * 2.2 * np.tanh((canvas.x[0] - sun_x) * 9))[None, :] - 0.55 * np.clip(depth, 0, 1)
    )
    bright = (
        bright + 0.11 * meadow + 0.028 * furrows * (trees > 0.006) + 0.22 * np.exp(-(((canvas.x - sun_x) / 0.28) ** 2))
    )
    low, high = np.asarray(rgb(shaded), dtype=np.float32), np.asarray(rgb(lit), dtype=np.float32)
    canvas.paint(low + (high - low) * np.clip(bright, 0, 1.25)[..., None].astype(np.float32), shape)
    rim = shape * np.exp(-(((canvas.y - skyline[None, :]) / 0.0035) ** 2))
    canvas.shine("ffe0a0", rim * np.exp(-(((canvas.x - sun_x) / 0.30) ** 2)) * 0.6)
    if not trees:
        return
    grass = canvas.noise(260, 190, 3, 0.7)
    canvas.paint(low * 0.8, shape * smoothstep(0.2, 2.2, grass) * min(0.34, 9 * trees))
    canvas.paint(high * 1.12, shape * smoothstep(0.4, 2.4, -grass) * min(0.26, 7 * trees))
    plant(canvas, skyline, trees, low, high, sun_x)


def plant(canvas: Canvas, skyline: Plane, trees: float, low: Plane, high: Plane, sun_x: float) -> None:
    """Broad-leaved trees in groves on a hill, the far ones first; each is lit from the side where the sun is."""
    rng = canvas.rng
    groves = clouds(rng, (1, 600), (1, 10), 5, 0.6)[0]
    places = []
    for _ in range(round(30 / trees**0.85)):
        x = rng.uniform(-0.02, 1.02)
        down = rng.uniform(0, 1) ** 2.5 * 2.6 * trees
        if groves[int(np.clip(x, 0, 0.999) * 600)] - 12 * down / (trees * 26) + rng.normal(0, 0.25) > 0.62:
            places.append((skyline[int(np.clip(x, 0, 1) * (canvas.width - 1))] + down + 0.08 * trees, x))
    leaves = Image.new("RGBA", (canvas.width, canvas.height))
    draw = ImageDraw.Draw(leaves)

    def tone(share: float) -> tuple[int, int, int, int]:
        red, green, blue = (low * 0.55 + (high * 1.02 - low * 0.55) * share) * 255
        return round(min(255, red)), round(min(255, green)), round(min(255, blue)), 255

    for foot, x in sorted(places):
        tall = trees * rng.uniform(0.62, 1.25) * canvas.height
        px, py = x * canvas.width, foot * canvas.height
        towards = float(np.tanh((sun_x - x) * 4))
        own = rng.uniform(-0.07, 0.07)
        # Its shadow lies on the meadow, away from the sun.
        draw.ellipse(
            (
                px - tall * (0.42 + 0.5 * max(0, towards)),
                py - tall * 0.05,
                px + tall * (0.42 - 0.5 * min(0, towards)),
                py + tall * 0.08,
            ),
            fill=(*tone(0.06)[:3], 120),
        )
        draw.line([(px, py), (px, py - tall * 0.4)], fill=tone(0.0), width=max(2, round(tall * 0.05)))
        tufts = 16 if trees < 0.01 else 46
        for number in range(tufts):
            up = number / tufts
            angle, reach = rng.uniform(0, 2 * np.pi), np.sqrt(rng.uniform(0, 1))
            cx = np.cos(angle) * reach * 0.36 * np.sin(np.pi * (0.16 + 0.78 * up)) ** 0.7
            cy = 0.26 + 0.66 * up
            share = 0.10 + 0.46 * up + 0.62 * cx * towards + rng.normal(0, 0.07) + own
            radius = tall * rng.uniform(0.075, 0.13)
            ox, oy = px + cx * tall, py - cy * tall
            draw.ellipse(
                (ox - radius, oy - radius * 0.85, ox + radius, oy + radius * 0.85),
                fill=tone(float(np.clip(share, 0, 1))),
            )
    over = np.asarray(leaves, dtype=np.float32) / 255
    canvas.paint(over[..., :3], over[..., 3])


BALLOON_PAINTS = (
    # The stripes around, a band, the basket's skirt.
    (("d8342f", "f6ead2", "d8342f", "f2a33a"), "1f4e79"),
    (("2a6f97", "f4f1e4", "2a6f97", "89c2d9"), "d8342f"),
    (("f2b134", "e8562a", "f2b134", "fbe3a0"), "7b2d26"),
    (("5b3c88", "f3d9e6", "c8508b", "f3d9e6"), "f2b134"),
    (("2f8f6b", "f5efd6", "2f8f6b", "f2b134"), "1d3b53"),
)


def balloon(canvas: Canvas, x: float, y: float, size: float, paint: int, sun_x: float, haze: float) -> None:
    """A hot-air balloon: x and y are the middle of its envelope, size its radius as a part of the height."""
    stripes, band = BALLOON_PAINTS[paint]
    across = (canvas.x - x) * canvas.aspect / size
    along = (canvas.y - y) / size
    # The outline: a half sphere above, below it drawn in to the mouth at 1.42 radii.
    t = np.clip(along / 1.42, 0, 1)
    radius = np.where(along < 0, np.sqrt(np.clip(1 - along**2, 0, 1)), 0.13 + 0.87 * (1 - t**1.9) ** 0.92)
    inside = (along > -1) & (along < 1.42)
    edge = size * canvas.height
    shape = np.where(inside, np.clip((radius - np.abs(across)) * edge + 0.5, 0, 1), 0).astype(np.float32)
    u = np.clip(across / np.maximum(radius, 1e-3), -1, 1)
    around = np.arcsin(u)
    gores = 28
    gore = (around / np.pi + 0.5) * gores / 2 + 0.25 * paint
    which = np.floor(gore).astype(np.int32)
    colours = np.asarray([rgb(stripe) for stripe in stripes], dtype=np.float32)
    cloth = colours[which % len(stripes)]
    zigzag = 0.14 + 0.06 * np.abs((gore * 2) % 2 - 1)
    cloth = np.where((np.abs(along - zigzag) < 0.085)[..., None], np.asarray(rgb(band), dtype=np.float32), cloth)
    cloth = np.where((along > 1.20)[..., None], np.asarray(rgb(band), dtype=np.float32), cloth)
    cloth = np.where((along < -0.93)[..., None], np.asarray(rgb(band), dtype=np.float32), cloth)
    seam = np.abs(gore - np.round(gore))
    bulge = 0.90 + 0.10 * np.sqrt(np.clip(seam * 2, 0, 1))
    # Lit from the sun's side and from the sky; cloth lets some of the light through.
    towards = np.clip((sun_x - x) * 2.2, -1, 1) * 0.75
    normal_z = np.sqrt(np.clip(1 - u**2, 0, 1))
    lambert = 0.60 + 0.44 * (u * towards + 0.35 * normal_z) - 0.16 * np.clip(along, -1, 1.4)
    lambert = np.clip(lambert, 0.22, 1.22) * bulge * (0.80 + 0.20 * normal_z)
    canvas.paint((cloth * lambert[..., None]).astype(np.float32), shape)
    gleam = np.exp(-(((u - 0.55 * np.sign(towards)) / 0.28) ** 2 + ((along + 0.35) / 0.45) ** 2))
    canvas.shine("fff0cf", shape * gleam.astype(np.float32) * 0.30)
    burner = np.exp(-((across / 0.35) ** 2 + ((along - 1.25) / 0.35) ** 2)).astype(np.float32)
    canvas.shine("ffb04a", shape * burner * 0.75)

    image, draw = canvas.drawn()

    def at(px: float, py: float) -> tuple[float, float]:
        return (x + px * size / canvas.aspect) * canvas.width, (y + py * size) * canvas.height

    line = max(1, round(size * canvas.height * 0.010))
    for px in (-0.125, -0.05, 0.05, 0.125):
        draw.line([at(px, 1.41), at(px * 0.85, 1.72)], fill=210, width=line)
    basket, draw_basket = canvas.drawn()
    draw_basket.polygon([at(-0.125, 1.70), at(0.125, 1.70), at(0.105, 1.90), at(-0.105, 1.90)], fill=255)
    people, draw_people = canvas.drawn()
    for px in (-0.055, 0.045):
        draw_people.ellipse([*at(px - 0.030, 1.575), *at(px + 0.030, 1.635)], fill=255)
        draw_people.polygon(
            [at(px - 0.045, 1.72), at(px - 0.032, 1.635), at(px + 0.032, 1.635), at(px + 0.045, 1.72)], fill=255
        )
    canvas.paint("3a2a22", canvas.mask_of(image))
    canvas.paint("33262b", canvas.mask_of(people))
    wicker = 0.75 + 0.25 * np.sin(canvas.y * canvas.height / (size * 26)) * np.sin(
        canvas.x * canvas.width / (size * 26)
    )
    weave = np.asarray(rgb("8a5a32"), dtype=np.float32) * wicker[..., None]
    canvas.paint(weave.astype(np.float32), canvas.mask_of(basket))
    rim, draw_rim = canvas.drawn()
    draw_rim.line([at(-0.13, 1.70), at(0.13, 1.70)], fill=255, width=line * 2)
    canvas.paint("4a2f1c", canvas.mask_of(rim))
    everything = np.maximum.reduce([shape, canvas.mask_of(image), canvas.mask_of(basket), canvas.mask_of(people)])
    canvas.paint("f3cfa6", everything * max(0.0, haze))


def birds(canvas: Canvas, x: float, y: float) -> None:
    """A few far birds."""
    image, draw = canvas.drawn()
    for _ in range(9):
        px, py = (x + canvas.rng.normal(0, 0.035)) * canvas.width, (y + canvas.rng.normal(0, 0.022)) * canvas.height
        wing = canvas.rng.uniform(0.004, 0.007) * canvas.width
        lift = wing * canvas.rng.uniform(0.25, 0.6)
        draw.line(
            [(px - wing, py - lift), (px - wing * 0.4, py - lift * 0.9), (px, py)], fill=220, width=OVERSAMPLING + 1
        )
        draw.line(
            [(px + wing, py - lift), (px + wing * 0.4, py - lift * 0.9), (px, py)], fill=220, width=OVERSAMPLING + 1
        )
    canvas.paint("4a4a5c", canvas.mask_of(image))
