"""Where the camera looks: words and a seed become one view per frame. Pure, and smooth to a fraction of a pixel.

Lengths are fractions of the picture's width or height, so a path fits every size of the same picture.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from demo.film.moves import Move, moves_in, pace_in, turn_in

FRAMES_PER_SECOND = 30
"""What the model's maker documents for its videos."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one frame shows."""

    x: float = 0.5
    y: float = 0.5
    """The picture's point in the middle of the frame; 0, 0 is the upper left corner."""
    zoom: float = 1.0
    """1 shows the whole picture, 2 half of its width."""
    roll: float = 0.0
    """Radians; positive turns the camera clockwise."""
    near_x: float = 0.0
    near_y: float = 0.0
    """How far what is near has moved against what is far."""
    near_zoom: float = 0.0
    """How much more what is near has grown."""
    light: float = 1.0
    """Brightness, 1 as in the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place in the picture."""

    x: float
    y: float


def plan(prompt: str, *, seed: int, frames: int, aspect: float, subject: Point, multi: bool) -> list[list[View]]:
    """The shots of a video, each with a view for every frame; together exactly `frames`.

    `aspect` is width by height. The same arguments give the same views, and no view shows anything outside the picture.
    """
    chance = random.Random(f"camera {seed}")
    count = _shot_count(frames) if multi else 1
    edges = [round(frames * number / count) for number in range(count + 1)]
    shots = []
    for number in range(count):
        length = edges[number + 1] - edges[number]
        if number == 0:
            paint = _first_shot(prompt, chance, subject, frames / FRAMES_PER_SECOND)
        else:
            paint = _further_shot(number, chance, subject)
        views = [paint(index / max(1, length - 1), index / FRAMES_PER_SECOND) for index in range(length)]
        shots.append(fitted(views, aspect))
    return shots


def fitted(views: Sequence[View], aspect: float) -> list[View]:
    """The same path, drawn closer by one constant factor so that no view leaves the picture.

    One factor for all keeps the path as smooth as it was; pushing single views back inside would not.
    """

    def inside(factor: float) -> bool:
        return all(_is_inside(replace(view, zoom=view.zoom * factor), aspect) for view in views)

    if inside(1.0):
        return list(views)
    low, high = 1.0, 1.1
    while not inside(high):
        low, high = high, high * 1.3
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if inside(middle) else (middle, high)
    return [replace(view, zoom=view.zoom * high) for view in views]


def eased(t: float) -> float:
    """0 to 1 with a soft start and a soft end: speed grows and falls over a quarter each, and is even between."""
    ramp = 0.28
    if t > 0.5:
        return 1.0 - eased(1.0 - t)
    x = t / ramp
    travelled = ramp * (x**3 - x**4 / 2) if x < 1 else ramp / 2 + (t - ramp)
    return travelled / (1.0 - ramp)


def _is_inside(view: View, aspect: float) -> bool:
    # A hair's breadth of tolerance: a whole-picture view must count as inside in spite of rounding.
    slack = 1e-9
    cos, sin = abs(math.cos(view.roll)), abs(math.sin(view.roll))
    reach_x = 0.5 / view.zoom * (cos + sin / aspect)
    reach_y = 0.5 / view.zoom * (cos + sin * aspect)
    return abs(view.x - 0.5) + reach_x <= 0.5 + slack and abs(view.y - 0.5) + reach_y <= 0.5 + slack


def _shot_count(frames: int) -> int:
    """Two shots in 5 seconds, three in 10, four in 15."""
    return 1 + max(1, min(3, round(frames / FRAMES_PER_SECOND / 5)))


def _first_shot(prompt: str, chance: random.Random, subject: Point, seconds: float) -> Callable[[float, float], View]:
    """The shot the words ask for, as a function of the share of the shot and of the seconds passed."""
    moves = moves_in(prompt)
    strength = chance.uniform(0.92, 1.08) * pace_in(prompt)
    # A longer video travels further, but slower: three times the length makes 1.7 times the way.
    strength *= min(1.7, max(0.6, math.sqrt(seconds / 5)))
    ordered: list[Move | None] = [*sorted(moves)] or [None]
    side = chance.choice((-1.0, 1.0))
    turn = turn_in(prompt) or side
    drift = Point(x=side * chance.uniform(0.006, 0.011), y=chance.uniform(-0.005, 0.005))
    shake = _shake(chance)
    light = 0.022 * chance.choice((-1.0, 1.0))

    def view(t: float, second: float) -> View:
        way = eased(t)
        from_middle = 2 * way - 1
        x = y = 0.5
        zoom, roll, near_x, near_y, near_zoom = 1.0, 0.0, 0.0, 0.0, 0.0

        def closer(factor: float) -> None:
            # Growing about the subject keeps it where it is on screen, and the frame inside the picture.
            nonlocal x, y, zoom
            zoom *= factor
            x += (subject.x - 0.5) * (1 - 1 / factor)
            y += (subject.y - 0.5) * (1 - 1 / factor)

        for move in ordered:
            match move:
                case None:
                    # Nothing named: a slow push-in with a slight drift looks filmed, never wrong.
                    closer(1 + 0.13 * strength * way)
                    x, y = x + drift.x * strength * way, y + drift.y * strength * way
                    near_x += side * 0.008 * strength * way
                    near_zoom += 0.03 * strength * way
                case Move.STATIC:
                    pass
                case Move.ZOOM_IN:
                    closer((1 + 0.34 * strength) ** way)
                    near_zoom += 0.02 * strength * way
                case Move.ZOOM_OUT:
                    closer((1 + 0.36 * strength) ** (1 - way))
                    near_zoom += 0.02 * strength * (1 - way)
                case Move.PUSH_IN:
                    closer((1 + 0.26 * strength) ** way)
                    near_zoom += 0.07 * strength * way
                case Move.PULL_BACK:
                    closer((1 + 0.28 * strength) ** (1 - way))
                    near_zoom += 0.07 * strength * (1 - way)
                case Move.PAN_LEFT | Move.PAN_RIGHT:
                    direction = 1.0 if move is Move.PAN_RIGHT else -1.0
                    x += direction * 0.1 * strength * from_middle
                    near_x -= direction * 0.009 * strength * from_middle
                case Move.TILT_UP | Move.TILT_DOWN:
                    direction = 1.0 if move is Move.TILT_DOWN else -1.0
                    y += direction * 0.1 * strength * from_middle
                    near_y -= direction * 0.007 * strength * from_middle
                case Move.ORBIT:
                    x += side * 0.035 * strength * from_middle
                    near_x -= side * 0.026 * strength * from_middle
                    roll += side * math.radians(0.8) * strength * from_middle
                    closer(1 + 0.05 * strength * way)
                case Move.ROLL:
                    roll += turn * math.radians(5.5) * strength * from_middle
                case Move.HANDHELD:
                    sway_x, sway_y, sway_roll = shake(second)
                    x, y, roll = x + sway_x, y + sway_y, roll + sway_roll
                    near_x, near_y = near_x - sway_x * 0.4, near_y - sway_y * 0.4
                case Move.PARALLAX:
                    near_x += side * 0.022 * strength * from_middle
                    x -= side * 0.012 * strength * from_middle
                case never:
                    assert_never(never)
        return View(
            x=x,
            y=y,
            zoom=zoom,
            roll=roll,
            near_x=near_x,
            near_y=near_y,
            near_zoom=near_zoom,
            # Half a breath: the light leaves as it is in the picture, swells or sinks a little, and comes back.
            light=1 + light * math.sin(math.pi * way) ** 2,
        )

    return view


def _further_shot(number: int, chance: random.Random, subject: Point) -> Callable[[float, float], View]:
    """A shot after a cut: close on the subject, then along it, then the whole picture again."""
    side = chance.choice((-1.0, 1.0))
    close = chance.uniform(1.7, 1.85)

    def on_subject(zoom: float) -> View:
        room = 0.5 - 0.5 / zoom
        return View(
            x=min(0.5 + room, max(0.5 - room, subject.x)),
            y=min(0.5 + room, max(0.5 - room, subject.y)),
            zoom=zoom,
        )

    def view(t: float, _second: float) -> View:
        # No soft start here: after a cut the camera is already under way.
        match number % 3:
            case 1:
                # The close-up's frame is placed once, or the subject would slide while its room changes.
                placed = on_subject(close)
                grown = 1 + 0.07 * t
                return replace(placed, zoom=close * grown, near_zoom=0.03 * t)
            case 2:
                placed = on_subject(1.42)
                return replace(placed, x=placed.x + side * 0.05 * (t - 0.5), near_x=-side * 0.008 * (t - 0.5))
            case _:
                factor = 1 + 0.16 * (1 - eased(0.5 + t / 2)) * 2
                return View(
                    x=0.5 + (subject.x - 0.5) * (1 - 1 / factor),
                    y=0.5 + (subject.y - 0.5) * (1 - 1 / factor),
                    zoom=factor,
                )

    return view


def _shake(chance: random.Random) -> Callable[[float], tuple[float, float, float]]:
    """A hand that holds a camera: slow waves of unrelated lengths for x, y and roll, at their middle at second 0."""
    # Hertz and share of the sway. A breath, a step, and the tremor of a hand; faster ones look like a fault.
    waves = ((0.31, 0.55), (0.73, 0.3), (1.37, 0.15))

    def wave() -> Iterator[tuple[float, float, float]]:
        for hertz, share in waves:
            yield hertz * chance.uniform(0.85, 1.15), share, chance.uniform(0, 2 * math.pi)

    tracks = [(0.011, tuple(wave())), (0.009, tuple(wave())), (math.radians(0.55), tuple(wave()))]

    def at(second: float) -> tuple[float, float, float]:
        # The hand takes hold in the first second, so that the video begins with the picture at rest.
        hold = eased(min(1.0, second / 1.2))
        x, y, roll = (
            hold * size * sum(share * math.sin(2 * math.pi * hertz * second + phase) for hertz, share, phase in track)
            for size, track in tracks
        )
        return x, y, roll

    return at
