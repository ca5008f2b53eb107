"""What the picture is about, and what in it is near: simple measures of pixels, no learned model. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from demo.film.views import Point

Plane = npt.NDArray[np.float32]

_LONG_SIDE_PX = 128
"""Enough to find a face or a flower, and small enough to take a few milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the camera wants to know about a picture."""

    subject: Point
    nearness: Plane
    """0 far to 1 near over the whole picture, very smooth, and 0 along its edges so that nothing is torn from them."""


def look_at(picture: Image.Image) -> Scene:
    """Finds the likely subject: where there is detail, colour that differs from the rest, skin, and not at the rim."""
    scale = _LONG_SIDE_PX / max(picture.size)
    size = (max(16, round(picture.width * scale)), max(16, round(picture.height * scale)))
    rgb = np.asarray(picture.resize(size, Image.Resampling.BOX), dtype=np.float32) / np.float32(255)
    interest = _interest(rgb)
    height, width = interest.shape
    peak_y, peak_x = np.unravel_index(int(np.argmax(interest)), interest.shape)
    across, down = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    # The centre of what is around the peak, or one bright pixel would decide.
    reach = 0.18 * max(width, height)
    around = np.exp(-((across[None, :] - peak_x) ** 2 + (down[:, None] - peak_y) ** 2) / (2 * reach**2)) * interest**2
    weight = float(around.sum()) or 1.0
    subject = Point(
        x=float(np.clip((float((around * across[None, :]).sum()) / weight + 0.5) / width, 0.18, 0.82)),
        y=float(np.clip((float((around * down[:, None]).sum()) / weight + 0.5) / height, 0.18, 0.82)),
    )
    return Scene(subject=subject, nearness=_nearness(interest, subject))


def _interest(rgb: npt.NDArray[Any]) -> Plane:
    height, width, _ = rgb.shape
    small = max(1, round(min(width, height) * 0.03))
    large = max(2, round(min(width, height) * 0.09))
    luma = rgb @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
    slope_y, slope_x = np.gradient(luma)
    detail = _share(_blurred(np.hypot(slope_x, slope_y), small))
    colour = rgb - luma[..., None]
    odd_colour = _share(np.linalg.norm(colour - colour.mean(axis=(0, 1)), axis=2))
    contrast = _share(np.abs(_blurred(luma, small) - _blurred(luma, large * 3)))
    # The well-known box of skin tones in Cb and Cr; broad enough for most people, and for some wood too, so it counts
    # only where it fills a patch of its own and not most of the picture.
    blue, red = (rgb[..., 2] - luma) * 0.5389 * 255, (rgb[..., 0] - luma) * 0.6350 * 255
    skin = ((blue > -48) & (blue < -3) & (red > 8) & (red < 40) & (luma > 0.25)).astype(np.float32)
    skin = _blurred(skin, large) * max(0.0, 1 - 2.2 * float(skin.mean()))
    across = (np.arange(width, dtype=np.float32) + 0.5) / width - 0.5
    down = (np.arange(height, dtype=np.float32) + 0.5) / height - 0.5
    # Faces, and most of what is photographed, stand a little above the middle.
    middle = np.exp(-(across[None, :] ** 2 + (down[:, None] + 0.06) ** 2) / (2 * 0.27**2))
    wanted = 0.45 * detail + 0.25 * odd_colour + 0.2 * contrast + 0.9 * skin
    interest = _blurred(wanted, large) * (0.25 + middle) + 1e-4 * middle
    return np.asarray(_share(interest), dtype=np.float32)


def _nearness(interest: Plane, subject: Point) -> Plane:
    height, width = interest.shape
    across = (np.arange(width, dtype=np.float32) + 0.5) / width
    down = (np.arange(height, dtype=np.float32) + 0.5) / height
    aspect = width / height
    wide, tall = (0.24 / max(1.0, aspect) ** 0.5, 0.24 * min(1.0, aspect) ** 0.5)
    off_x, off_y = (across[None, :] - subject.x) / wide, (down[:, None] - subject.y) / tall
    blob = np.exp(-(off_x**2 + off_y**2) / 2)
    # Most pictures have their ground below and their sky or wall above.
    ground = np.broadcast_to(down[:, None], interest.shape)
    near = 0.5 * blob + 0.25 * interest + 0.25 * ground
    near = _blurred(near, max(2, round(0.09 * max(width, height))))
    return np.asarray(_share(near) * _rim(across)[None, :] * _rim(down)[:, None], dtype=np.float32)


def _rim(position: Plane) -> Plane:
    """1 inside, falling smoothly to 0 at both ends over a quarter of the way."""
    x = np.clip(np.minimum(position, 1 - position) / 0.25, 0, 1)
    return np.asarray(x * x * (3 - 2 * x), dtype=np.float32)


def _share(plane: npt.NDArray[Any]) -> Plane:
    """Stretched to 0 ... 1; a plane without any difference becomes 0."""
    low, high = float(plane.min()), float(plane.max())
    return np.asarray((plane - low) / (high - low) if high - low > 1e-7 else plane * 0, dtype=np.float32)


def _blurred(plane: npt.NDArray[Any], radius: int) -> Plane:
    """Three box blurs, which come close to a bell."""
    for _ in range(3):
        for axis in (0, 1):
            pad = [(radius + 1, radius) if axis == side else (0, 0) for side in (0, 1)]
            summed = np.cumsum(np.pad(plane, pad, mode="edge"), axis=axis, dtype=np.float64)
            length = plane.shape[axis]
            ahead = np.take(summed, range(2 * radius + 1, 2 * radius + 1 + length), axis=axis)
            behind = np.take(summed, range(length), axis=axis)
            plane = np.asarray((ahead - behind) / (2 * radius + 1), dtype=np.float32)
    return plane
