"""The shot that the words ask for: one move after another, put into one framing. Pure."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from demo.film.moves import Move, moves_in, pace_in, turn_in
from demo.film.views import Point, View, eased


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manner:
    """How the moves of one shot are made, by its words and its seed."""

    strength: float
    side: float
    """-1 or 1: where it goes by itself."""
    turn: float
    """-1 or 1: which way it rolls."""
    drift: Point
    shake: Callable[[float], tuple[float, float, float]]


class _Framing:
    """A view to which one move after another is added."""

    def __init__(self, subject: Point) -> None:
        self._subject = subject
        self.view = View()

    def move(
        self,
        x: float = 0.0,
        y: float = 0.0,
        roll: float = 0.0,
        near_x: float = 0.0,
        near_y: float = 0.0,
        near_zoom: float = 0.0,
    ) -> None:
        """Go on by so much."""
        view = self.view
        self.view = replace(
            view,
            x=view.x + x,
            y=view.y + y,
            roll=view.roll + roll,
            near_x=view.near_x + near_x,
            near_y=view.near_y + near_y,
            near_zoom=view.near_zoom + near_zoom,
        )

    def closer(self, factor: float) -> None:
        """Grow about the subject: it stays where it is on screen, and the frame inside the picture."""
        self.view = replace(self.view, zoom=self.view.zoom * factor)
        stays = 1 - 1 / factor
        self.move(x=(self._subject.x - 0.5) * stays, y=(self._subject.y - 0.5) * stays)


_TRAVEL = {
    Move.ZOOM_IN: (0.34, 0.02),
    Move.ZOOM_OUT: (0.36, 0.02),
    Move.PUSH_IN: (0.26, 0.07),
    Move.PULL_BACK: (0.28, 0.07),
}
"""How much larger the picture gets, and how much more than that what is near: a lens alone moves nothing against it."""


def first_shot(prompt: str, rng: random.Random, subject: Point, seconds: float) -> Callable[[float, float], View]:
    """The shot the words ask for, as a function of the share of the shot and of the seconds passed."""
    moves = moves_in(prompt)
    strength = rng.uniform(0.92, 1.08) * pace_in(prompt)
    # A longer video travels further, but slower: three times the length makes 1.7 times the way.
    strength *= min(1.7, max(0.6, math.sqrt(seconds / 5)))
    ordered: list[Move | None] = [*sorted(moves)] or [None]
    side = rng.choice((-1.0, 1.0))
    manner = _Manner(
        strength=strength,
        side=side,
        turn=turn_in(prompt) or side,
        drift=Point(x=side * rng.uniform(0.006, 0.011), y=rng.uniform(-0.005, 0.005)),
        shake=_shake(rng),
    )
    light = 0.022 * rng.choice((-1.0, 1.0))

    def view(t: float, second: float) -> View:
        way = eased(t)
        framing = _Framing(subject)
        for move in ordered:
            _add(framing, move, manner, way, second)
        # Half a breath: the light leaves as it is in the picture, swells or sinks a little, and comes back.
        return replace(framing.view, light=1 + light * math.sin(math.pi * way) ** 2)

    return view


def _add(framing: _Framing, move: Move | None, manner: _Manner, way: float, second: float) -> None:
    """Put one move into a framing, at this share of its way and so many seconds into the shot."""
    from_middle = 2 * way - 1
    match move:
        case None:
            _drift_in(framing, manner, way)
        case Move.STATIC:
            pass
        case Move.ZOOM_IN | Move.PUSH_IN:
            _travel(framing, move, manner, way)
        case Move.ZOOM_OUT | Move.PULL_BACK:
            _travel(framing, move, manner, 1 - way)
        case Move.PAN_LEFT | Move.PAN_RIGHT | Move.TILT_UP | Move.TILT_DOWN:
            _look_aside(framing, move, manner, from_middle)
        case Move.ORBIT:
            aside = manner.side * manner.strength * from_middle
            framing.move(x=aside * 0.035, near_x=aside * -0.026, roll=aside * math.radians(0.8))
            framing.closer(1 + 0.05 * manner.strength * way)
        case Move.ROLL:
            framing.move(roll=manner.turn * math.radians(5.5) * manner.strength * from_middle)
        case Move.HANDHELD:
            x, y, roll = manner.shake(second)
            framing.move(x=x, y=y, roll=roll, near_x=x * -0.4, near_y=y * -0.4)
        case Move.PARALLAX:
            aside = manner.side * manner.strength * from_middle
            framing.move(x=aside * -0.012, near_x=aside * 0.022)
        case never:
            assert_never(never)


def _drift_in(framing: _Framing, manner: _Manner, way: float) -> None:
    """Nothing named: a slow push-in with a slight drift looks filmed, never wrong."""
    framing.closer(1 + 0.13 * manner.strength * way)
    far = manner.strength * way
    framing.move(x=manner.drift.x * far, y=manner.drift.y * far, near_x=manner.side * 0.008 * far, near_zoom=0.03 * far)


def _travel(framing: _Framing, move: Move, manner: _Manner, share: float) -> None:
    """Towards the subject, so far as `share` says; back from it, as `share` falls."""
    growth, near_growth = _TRAVEL[move]
    framing.closer((1 + growth * manner.strength) ** share)
    framing.move(near_zoom=near_growth * manner.strength * share)


def _look_aside(framing: _Framing, move: Move, manner: _Manner, from_middle: float) -> None:
    direction = 1.0 if move in (Move.PAN_RIGHT, Move.TILT_DOWN) else -1.0
    far = direction * manner.strength * from_middle
    if move in (Move.PAN_LEFT, Move.PAN_RIGHT):
        framing.move(x=far * 0.1, near_x=far * -0.009)
    else:
        framing.move(y=far * 0.1, near_y=far * -0.007)


def _shake(rng: random.Random) -> Callable[[float], tuple[float, float, float]]:
    """A hand that holds a camera: slow waves of unrelated lengths for x, y and roll, at their middle at second 0."""
    # Hertz and share of the sway. A breath, a step, and the tremor of a hand; faster ones look like a fault.
    waves = ((0.31, 0.55), (0.73, 0.3), (1.37, 0.15))

    def wave() -> Iterator[tuple[float, float, float]]:
        for hertz, share in waves:
            yield hertz * rng.uniform(0.85, 1.15), share, rng.uniform(0, 2 * math.pi)

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
