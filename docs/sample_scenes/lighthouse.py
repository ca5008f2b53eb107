"""A lighthouse in a storm."""

from __future__ import annotations

import numpy as np
from PIL import Image
from sample_scenes.canvas import OVERSAMPLING, Canvas, Plane, clouds, rgb, smoothstep


def lighthouse() -> Image.Image:
    """A lighthouse on its rock in a storm at night; upright."""
    canvas = Canvas(1200, 1600, seed=19)
    horizon, lamp_x, lamp_y = 0.655, 0.640, 0.2935
    canvas.paint(
        canvas.gradient([(0, "0a1020"), (0.20, "14233b"), (0.40, "254460"), (0.56, "4d7484"), (0.66, "8fa9a4")])
    )
    moon = canvas.near(0.235, 0.175, 1.0)
    canvas.shine("cfe0ea", np.exp(-((moon / 0.24) ** 2)) * 0.42)
    storm = 0.9 * canvas.noise(1.7, 5.0, 9, 0.55) + 0.5 * canvas.noise(1.1, 2.2, 4, 0.5)
    storm = storm + 0.9 * smoothstep(0.30, 0.0, canvas.y) + 0.5 * np.sin(canvas.x * 4.2 + 0.6)
    bank = smoothstep(-0.75, 1.25, storm)
    # Clouds are lit where their thickness grows towards the moon.
    lean_y, lean_x = np.gradient(storm)
    to_x, to_y = (0.235 - canvas.x) * canvas.aspect, 0.175 - canvas.y
    towards = (lean_x * to_x + lean_y * to_y) / (np.hypot(to_x, to_y) + 0.05) * canvas.height / 420
    edge = smoothstep(-0.05, 0.55, -towards)
    thick = canvas.gradient([(0, "0a111e"), (0.25, "152338"), (0.48, "2c4658"), (0.66, "587179")])
    canvas.paint(thick, bank * 0.90 * smoothstep(0.74, 0.55, canvas.y))
    by_moon = np.exp(-((moon / 0.40) ** 2))
    canvas.shine(
        "b9cfd8", smoothstep(-0.5, 0.6, storm) * edge * (0.09 + 0.62 * by_moon) * smoothstep(0.66, 0.42, canvas.y)
    )
    canvas.shine("f3f6ee", smoothstep(0.0345, 0.0315, moon) * (1 - 0.45 * bank))

    beam(canvas, lamp_x, lamp_y, -0.16, 0.050, bank, 0.95)
    beam(canvas, lamp_x, lamp_y, -0.16 + np.pi, 0.050, bank, 0.55)
    sea(canvas, horizon, lamp_x)
    water = canvas.light.copy()
    rock(canvas, lamp_x)
    tower(canvas, lamp_x, lamp_y, 0.612)
    surf(canvas, water)
    spray(canvas, 0.385, 0.785, 0.150)
    spray(canvas, 0.930, 0.800, 0.085)
    rain(canvas, lamp_x, lamp_y)
    return canvas.finished(grain=0.012, vignette=0.34)


def beam(canvas: Canvas, x: float, y: float, angle: float, spread: float, bank: Plane, strength: float) -> None:
    """A cone of light from the lamp, seen in the cloud and rain it passes; the angle in radians from the left."""
    right, down = (canvas.x - x) * canvas.aspect, canvas.y - y
    along = -right * np.cos(angle) - down * np.sin(angle) * -1
    aside = right * np.sin(angle) * -1 - down * np.cos(angle)
    far = np.clip(along, 1e-4, None)
    off = aside / (0.006 + far * np.tan(spread))
    inside = np.exp(-((off / 0.80) ** 4)) * (along > 0)
    faded = 1 / (1 + (far / 0.42) ** 1.5)
    canvas.shine("ffe7ae", (inside * faded * strength * (0.50 + 0.42 * bank)).astype(np.float32))
    core = np.exp(-((off / 0.32) ** 2)) * (along > 0) / (1 + (far / 0.22) ** 1.6)
    canvas.shine("fff6dc", (core * strength * 0.55).astype(np.float32))


class Tile:
    """A square of crested waves that fits to itself on every side, to be looked up at any place."""

    def __init__(self, rng: np.random.Generator, side: int = 1024) -> None:
        pitch = np.hypot(np.fft.fftfreq(side)[:, None] * side, np.fft.rfftfreq(side)[None, :] * side)
        pitch[0, 0] = 1
        spectrum = (
            np.fft.rfft2(rng.standard_normal((side, side))) * pitch**-1.9 * (pitch > 5) * np.exp(-((pitch / 60) ** 2))
        )
        smooth = np.fft.irfft2(spectrum, (side, side))
        smooth /= smooth.std()
        self.height = np.asarray(np.clip(1 - np.abs(smooth) * 0.85, 0, 1) ** 1.4, dtype=np.float32)
        self.side = side

    def at(self, x: Plane, z: Plane) -> Plane:
        """Heights between 0 and 1 at places counted in tiles."""
        x, z = x * self.side, z * self.side
        left, near = np.floor(x).astype(np.int64), np.floor(z).astype(np.int64)
        fx, fz = (x - left).astype(np.float32), (z - near).astype(np.float32)
        columns, rows = (left % self.side, (left + 1) % self.side), (near % self.side, (near + 1) % self.side)
        here = self.height[rows[0], columns[0]] * (1 - fx) + self.height[rows[0], columns[1]] * fx
        there = self.height[rows[1], columns[0]] * (1 - fx) + self.height[rows[1], columns[1]] * fx
        return np.asarray(here * (1 - fz) + there * fz, dtype=np.float32)


def sea(canvas: Canvas, horizon: float, lamp_x: float) -> None:
    """A rough sea up to the horizon, looked at from a little above it."""
    tile = Tile(canvas.rng)
    top = int(horizon * canvas.height) + 1
    right = (canvas.x[top:] - 0.5) * canvas.aspect
    down = canvas.y[top:] - horizon
    eye = 0.5

    def height(x: Plane, z: Plane) -> Plane:
        long = tile.at(x * 0.085 + 0.13, z * 0.150 + 0.07 + 0.010 * np.sin(x * 1.3))
        short = tile.at(x * 0.26 - z * 0.05, z * 0.40 + 0.4)
        ripples = tile.at(x * 0.95 + z * 0.19, z * 1.30 - x * 0.12)
        # Far away a pixel holds many waves, and they cancel out.
        return np.asarray((0.150 * long + 0.040 * short + 0.008 * ripples) * calm, dtype=np.float32)

    flat = eye / down
    calm = (1 / (1 + (flat / 3.4) ** 2)).astype(np.float32)
    far = flat
    for _ in range(26):
        far = 0.66 * far + 0.34 * (eye - height(right * far, far)) / down
    x, z = right * far, far
    here = height(x, z)
    step = 0.0012 * far + 0.002
    slope_x = (height(x + step, z) - here) / step
    slope_z = (height(x, z + step) - here) / step
    length = np.sqrt(1 + slope_x**2 + slope_z**2)
    view_length = np.sqrt(right**2 + down**2 + 1)
    facing = np.clip((slope_x * right + down + slope_z * 1.0) / (length * view_length), 0.0, 1)
    mirror = 0.03 + 0.97 * (1 - facing) ** 4.2
    up = np.clip((1 - 0.6 * slope_z) / length, 0, 1)
    sky = canvas.gradient([(0, "8aa5a5"), (0.4, "486a7c"), (0.8, "223c54"), (1, "1a3048")], along=up * 0.9)
    deep = canvas.gradient(
        [(0, "0a1c2a"), (0.30, "10323f"), (0.55, "1b5f6c"), (0.78, "38929a"), (1, "74bdb8")], along=here / 0.175
    )
    colour = deep + (sky - deep) * (mirror * 0.86)[..., None]
    moonlit = np.exp(-(((canvas.x[top:] - 0.235) / (0.055 + 0.35 * down)) ** 2))
    gleam = smoothstep(0.10, 0.75, mirror) * smoothstep(-0.1, 0.5, -slope_z) ** 1.0
    colour += np.asarray(rgb("e4eef0"), dtype=np.float32) * (gleam * moonlit * 1.15)[..., None]
    lamplit = np.exp(-(((canvas.x[top:] - lamp_x) / 0.32) ** 2)) * np.exp(-(((down - 0.05) / 0.16) ** 2))
    colour += np.asarray(rgb("ffc878"), dtype=np.float32) * (gleam * lamplit * 0.50)[..., None]
    lace = tile.at(x * 1.5 + 0.3, z * 1.5) * 0.6 + tile.at(x * 3.9, z * 3.6 + 0.2) * 0.4
    crest = smoothstep(0.122, 0.168, here + 0.030 * (lace - 0.5))
    trail = smoothstep(0.66, 0.90, lace) * smoothstep(0.070, 0.135, here)
    foam = np.clip(crest * (0.45 + 0.75 * lace) + 0.55 * trail, 0, 1) * (0.45 + 0.55 * calm)
    white = np.asarray(rgb("dbe7e6"), dtype=np.float32) * (0.62 + 0.38 * moonlit + 0.16 * lamplit)[..., None]
    colour += (np.clip(white, 0, 1) - colour) * (foam * 0.88)[..., None]
    haze = np.exp(-down / 0.022)[..., None] * 0.75
    colour += (np.asarray(rgb("86a09e"), dtype=np.float32) - colour) * haze
    canvas.light[top:] = np.clip(colour, 0, 1)


def surf(canvas: Canvas, water: Plane) -> None:
    """The water in front of the rock, and the white edge where they meet."""
    line = 0.815 - 0.012 * clouds(canvas.rng, (1, canvas.width), (1, 9), 5, 0.55)[0]
    canvas.paint(water, smoothstep(-0.004, 0.010, canvas.y - line[None, :]))
    bubbles = canvas.noise(42, 60, 5, 0.62)
    around = np.exp(-(((canvas.x - 0.635) / 0.36) ** 4))
    edge = np.exp(-(((canvas.y - line[None, :] - 0.004) / 0.013) ** 2)) + 0.5 * np.exp(
        -(((canvas.y - line[None, :] - 0.024) / 0.030) ** 2)
    )
    canvas.paint("dfe9e8", np.clip(edge * around * smoothstep(-0.9, 1.1, bubbles) * 1.05, 0, 0.92))


def rock(canvas: Canvas, x: float) -> None:
    """The crag under the lighthouse, wet and jagged."""
    across = np.linspace(0, 1, canvas.width, dtype=np.float32)
    off = across - x
    dome = 0.603 + 0.17 * np.clip(np.abs(off) - 0.085, 0, None) ** 0.82 * np.where(off < 0, 2.35, 2.0)
    jagged = clouds(canvas.rng, (1, canvas.width), (1, 26), 7, 0.62, ridged=True)[0]
    top = dome - 0.008 * jagged * smoothstep(0.07, 0.13, np.abs(off))
    shape = canvas.below(top.astype(np.float32)) * smoothstep(0.86, 0.84, canvas.y)
    face = clouds(canvas.rng, (canvas.height // 2, canvas.width // 2), (26, 17), 7, 0.60, ridged=True)
    face = np.asarray(
        Image.fromarray(face).resize((canvas.width, canvas.height), Image.Resampling.BICUBIC), dtype=np.float32
    )
    lean_y, lean_x = np.gradient(face)
    lit = smoothstep(-0.05, 0.11, -lean_x * 0.8 - lean_y * 0.9 + 0.010)
    canvas.paint(canvas.gradient([(0.58, "1d2a33"), (0.72, "131d27"), (0.85, "0b131c")]), shape)
    canvas.paint("6f8790", shape * lit * 0.55 * smoothstep(0.86, 0.60, canvas.y))
    canvas.shine("ffcf8a", shape * lit * np.exp(-(canvas.near(x, 0.58, 0.16) ** 2)) * 0.35)
    grass = shape * np.exp(-(((canvas.y - top[None, :]) / 0.010) ** 2)) * smoothstep(0.16, 0.10, np.abs(off))[None, :]
    canvas.paint("3f5546", grass * 0.75)
    wet = smoothstep(0.695, 0.735, canvas.y + 0.010 * face)
    canvas.paint("070d14", shape * wet * 0.55)
    trickle = smoothstep(0.9, 2.2, face) * smoothstep(0.66, 0.74, canvas.y)
    canvas.paint("cfdcdc", shape * trickle * 0.30)


def tower(canvas: Canvas, x: float, lamp: float, foot: float) -> None:
    """The lighthouse: a tapered tower with red bands, its gallery, the lantern and the roof."""
    head = lamp + 0.028
    down = np.clip((canvas.y - head) / (foot - head), 0, 1)
    half = 0.0230 + 0.0175 * down**1.25
    off = (canvas.x - x) * canvas.aspect
    u = np.clip(off / half, -1, 1)
    edge = canvas.height
    body = np.clip((half - np.abs(off)) * edge + 0.5, 0, 1) * smoothstep(head - 0.0005, head + 0.0005, canvas.y)
    body = body * smoothstep(foot + 0.0045, foot + 0.0035, canvas.y - 0.004 * (1 - u**2))
    curved = canvas.y - 0.004 * (1 - u**2) * (0.3 + down)
    band = np.floor((curved - head) / (foot - head) * 5).astype(np.int32) % 2
    white, red = np.asarray(rgb("e9e6dc"), dtype=np.float32), np.asarray(rgb("b3322c"), dtype=np.float32)
    cloth = np.where((band == 1)[..., None], red, white)
    stains = canvas.noise(60, 9, 4, 0.6)
    light = (
        0.16 + 0.62 * np.clip(-0.60 * u + 0.42 * np.sqrt(np.clip(1 - u**2, 0, 1)), 0, 1) + 0.10 * np.clip(u, 0, 1) ** 2
    )
    light = light * (1 - 0.10 * smoothstep(0.4, 2.0, stains)) * (1.0 - 0.25 * down)
    cool = np.asarray(rgb("b5cbd8"), dtype=np.float32)
    canvas.paint((cloth * light[..., None] * (0.55 + 0.55 * cool)).astype(np.float32), body.astype(np.float32))
    canvas.shine("ffd089", body.astype(np.float32) * np.exp(-(((canvas.y - head) / 0.030) ** 2)) * 0.30)

    def shape(*points: tuple[float, float]) -> Plane:
        image, draw = canvas.drawn()
        draw.polygon(
            [((x + px / canvas.aspect) * canvas.width, (lamp + py) * canvas.height) for px, py in points], fill=255
        )
        return canvas.mask_of(image)

    for part, side in ((0.22, -0.004), (0.50, 0.003), (0.76, -0.002)):
        py = head - lamp + part * (foot - head)
        window = shape(
            (side - 0.0042, py + 0.004),
            (side, py),
            (side + 0.0042, py + 0.004),
            (side + 0.0042, py + 0.018),
            (side - 0.0042, py + 0.018),
        )
        canvas.paint("ffc766", window)
        canvas.shine("ffae4a", np.exp(-(canvas.near(x + side / canvas.aspect, lamp + py + 0.01, 0.014) ** 2)) * 0.45)
    base = foot - lamp
    canvas.paint(
        "3a2018",
        shape(
            (-0.0075, base + 0.006),
            (-0.0075, base - 0.020),
            (0, base - 0.027),
            (0.0075, base - 0.020),
            (0.0075, base + 0.006),
        ),
    )
    iron = "141b22"
    canvas.paint(iron, shape((-0.0355, 0.0275), (0.0355, 0.0275), (0.0270, 0.0370), (-0.0270, 0.0370)))
    canvas.paint("2a343c", shape((-0.0370, 0.0245), (0.0370, 0.0245), (0.0370, 0.0285), (-0.0370, 0.0285)))
    rail, draw = canvas.drawn()
    for step in range(-6, 7):
        px = (x + step * 0.0060 / canvas.aspect) * canvas.width
        draw.line([(px, (lamp + 0.0255) * canvas.height), (px, (lamp + 0.0125) * canvas.height)], fill=255, width=3)
    for py in (0.0125, 0.0190):
        draw.line(
            [
                ((x - 0.036 / canvas.aspect) * canvas.width, (lamp + py) * canvas.height),
                ((x + 0.036 / canvas.aspect) * canvas.width, (lamp + py) * canvas.height),
            ],
            fill=255,
            width=3,
        )
    canvas.paint("fff0c4", shape((-0.0165, -0.0175), (0.0165, -0.0175), (0.0165, 0.0245), (-0.0165, 0.0245)))
    for px in (-0.0165, -0.0085, 0.0, 0.0085, 0.0165):
        canvas.paint(
            iron, shape((px - 0.0007, -0.0175), (px + 0.0007, -0.0175), (px + 0.0007, 0.0245), (px - 0.0007, 0.0245))
        )
    canvas.paint(iron, canvas.mask_of(rail) * 0.9)
    roof = [(-0.0215, -0.0165), (0.0215, -0.0165)] + [
        (0.0195 * np.cos(a), -0.0165 - 0.0215 * np.sin(a)) for a in np.linspace(0, np.pi, 24)
    ]
    canvas.paint("7d211d", shape(*roof[:2][::-1], *roof[2:][::-1]))
    canvas.paint(
        "c9453b",
        shape(
            *[
                (0.0195 * np.cos(a) * k - 0.004, -0.0165 - 0.0205 * np.sin(a))
                for k, a in [(1.0, b) for b in np.linspace(1.75, 2.75, 12)]
                + [(0.55, b) for b in np.linspace(2.75, 1.75, 12)]
            ]
        )
        * 0.7,
    )
    canvas.paint(iron, shape((-0.0008, -0.037), (0.0008, -0.037), (0.0008, -0.055), (-0.0008, -0.055)))
    canvas.shine("ffe9b0", np.exp(-((canvas.near(x, lamp, 0.030)) ** 2)) * 0.85)
    canvas.shine("ffd58a", np.exp(-(canvas.near(x, lamp, 0.085) ** 2)) * 0.50)
    canvas.shine("ffc56e", np.exp(-(canvas.near(x, lamp, 0.22) ** 2)) * 0.22)


def spray(canvas: Canvas, x: float, y: float, size: float) -> None:
    """A wave that bursts on the rock: a plume of mist, and drops thrown out of it."""
    rng = canvas.rng
    mist = canvas.noise(20, 26, 6, 0.62)
    plume = np.exp(
        -(((canvas.x - x) * canvas.aspect / (0.62 * size)) ** 2 + ((canvas.y - y + 0.25 * size) / (0.62 * size)) ** 2)
    )
    canvas.paint(
        "dfeaea",
        np.clip(smoothstep(0.10, 1.55, plume * 1.5 + 0.42 * mist - 0.15) * plume**0.7 * 1.25, 0, 0.80).astype(
            np.float32
        ),
    )
    image, draw = canvas.drawn()
    for _ in range(round(9000 * size)):
        angle = rng.normal(-np.pi / 2, 0.62)
        reach = size * rng.gamma(3.0, 0.26)
        px = (x + np.cos(angle) * reach * 0.85 / canvas.aspect + rng.normal(0, 0.1) * size) * canvas.width
        py = (y + np.sin(angle) * reach + 0.25 * reach**2 / size) * canvas.height
        radius = min(OVERSAMPLING * rng.pareto(3.0) * 0.8 + 0.8, 4.5)
        draw.ellipse((px - radius, py - radius, px + radius, py + radius), fill=int(rng.integers(70, 230)))
    canvas.paint("eef5f4", canvas.mask_of(image) * 0.85)
    canvas.paint("eef5f4", canvas.mask_of(image, 0.0016) * 0.5)


def rain(canvas: Canvas, lamp_x: float, lamp_y: float) -> None:
    """Slanting rain, brighter where the lamp is near."""
    rng = canvas.rng
    image, draw = canvas.drawn()
    for _ in range(1500):
        px, py = rng.uniform(-0.1, 1.1) * canvas.width, rng.uniform(-0.05, 1) * canvas.height
        length = rng.uniform(0.010, 0.034) * canvas.height
        draw.line([(px, py), (px - length * 0.42, py + length)], fill=int(rng.integers(25, 110)), width=2)
    canvas.shine("c9dbe4", canvas.mask_of(image) * (0.28 + 0.55 * np.exp(-(canvas.near(lamp_x, lamp_y, 0.26) ** 2))))
