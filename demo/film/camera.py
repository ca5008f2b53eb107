"""Where the camera looks: words and a seed become one view per frame. Pure, and smooth to a fraction of a pixel.

Lengths are fractions of the picture's width or height, so a path fits every size of the same picture.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from demo.film.first_shot import first_shot
from demo.film.views import Point, View, eased

FRAMES_PER_SECOND = 30
"""What the model's maker documents for its videos."""


def plan(prompt: str, *, seed: int, frames: int, aspect: float, subject: Point, multi: bool) -> list[list[View]]:
    """The shots of a video, each with a view for every frame; together exactly `frames`.

    `aspect` is width by height. The same arguments give the same views, and no view shows anything outside the picture.
    """
    rng = random.Random(f"camera {seed}")
    count = _shot_count(frames) if multi else 1
    edges = [round(frames * number / count) for number in range(count + 1)]
    shots = []
    for number in range(count):
        length = edges[number + 1] - edges[number]
        if number == 0:
            paint = first_shot(prompt, rng, subject, frames / FRAMES_PER_SECOND)
        else:
            paint = _further_shot(number, rng, subject)
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


def at_rest_at_both_ends(views: Sequence[View], aspect: float) -> list[View]:
    """The same path, left for the whole picture at both ends: there the frame is the picture itself, as it is.

    Most of the way has the path as it was; a quarter at either end leads from rest and back to it.
    """

    def drawn(index: int, view: View) -> View:
        t = index / max(1, len(views) - 1)
        far = eased(min(1.0, 4 * min(t, 1 - t)))
        rest = View()
        mixed = View(
            **{
                name: (1 - far) * getattr(rest, name) + far * getattr(view, name)
                for name in ("x", "y", "zoom", "roll", "near_x", "near_y", "near_zoom", "light")
            }
        )
        return fitted([mixed], aspect)[0]

    return [drawn(index, view) for index, view in enumerate(views)]


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


def _further_shot(number: int, rng: random.Random, subject: Point) -> Callable[[float, float], View]:
    """A shot after a cut: close on the subject, then along it, then the whole picture again."""
    side = rng.choice((-1.0, 1.0))
    close = rng.uniform(1.7, 1.85)

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
