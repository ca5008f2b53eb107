"""What a frame shows of the picture, and the ease with which a camera moves.

Lengths are fractions of the picture's width or height, so a path fits every size of the same picture.
"""

from __future__ import annotations

from dataclasses import dataclass


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


def eased(t: float) -> float:
    """0 to 1 with a soft start and a soft end: speed grows and falls over a quarter each, and is even between."""
    ramp = 0.28
    if t > 0.5:
        return 1.0 - eased(1.0 - t)
    x = t / ramp
    travelled = ramp * (x**3 - x**4 / 2) if x < 1 else ramp / 2 + (t - ramp)
    return travelled / (1.0 - ramp)
