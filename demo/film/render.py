"""Views of a picture as video frames: sub-pixel exact, filtered so that nothing flickers, in the picture's own colours.

The picture is turned into Y, Cb and Cr once; frames are then sampled plane by plane, half the work of doing it in RGB.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from demo.film.subject import Plane
from demo.film.views import View, eased
from demo.film.watermark import Mark

Bytes = npt.NDArray[np.uint8]

WIDEST = 4.0
"""Longer pictures than 4:1 are cropped to it in the middle; encoders and players end somewhere beyond."""

_OVERSAMPLING = 1.5
"""Work pixels per frame pixel. At 1 the sharpness of a slow move pulses each time it passes a whole pixel."""

_ONE_LEVEL_UP_TO = 1.12
"""A zoom range this small looks the same from one level; beyond it, two are blended."""

_CELL_PX = 16
"""The shift of near against far is so smooth that every sixteenth pixel says all about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame, 4:2:0, BT.709 limited range."""

    y: Bytes
    cb: Bytes
    cr: Bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    """The picture prepared for one zoom: no finer than that frame can show, on a grid finer than its pixels."""

    zoom: float
    y: Bytes
    cb: Bytes
    cr: Bytes


def frame_size(picture: tuple[int, int], short_side: int) -> tuple[int, int]:
    """Width and height of the video: the picture's own aspect (up to 4:1), even sides, the shorter as asked."""
    width, height = picture
    aspect = min(WIDEST, max(1 / WIDEST, width / height))
    if aspect >= 1:
        return 2 * round(short_side * aspect / 2), short_side
    return short_side, 2 * round(short_side / aspect / 2)


def cropped(picture: Image.Image) -> Image.Image:
    """The picture, with the ends cut off if it is longer than 4:1."""
    width, height = picture.size
    across, down = min(width, round(height * WIDEST)), min(height, round(width * WIDEST))
    if (across, down) == picture.size:
        return picture
    left, top = (width - across) // 2, (height - down) // 2
    return picture.crop((left, top, left + across, top + down))


def frames(
    picture: Image.Image, shots: Sequence[Sequence[View]], nearness: Plane, size: tuple[int, int], mark: Mark | None
) -> Iterator[Frame]:
    """The frames of all shots, one after the other."""
    for views in shots:
        levels = _levels(picture, views, size)
        for view in views:
            frame = _frame(levels, view, nearness, size)
            yield frame if mark is None else _marked(frame, mark)


def cut_to(picture: Image.Image, aspect: float) -> Image.Image:
    """The middle of the picture in another shape, width by height: as much of it as that can hold."""
    width, height = picture.size
    across, down = min(width, round(height * aspect)), min(height, round(width / aspect))
    left, top = (width - across) // 2, (height - down) // 2
    return picture.crop((left, top, left + across, top + down))


def passage(
    pictures: Sequence[tuple[Image.Image, Plane]], views: Sequence[View], size: tuple[int, int], mark: Mark | None
) -> Iterator[Frame]:
    """One camera over two pictures, each with its nearness: it begins over the first, the second shows through more and
    more in the middle of the way, and it ends over that alone. Of the same picture twice it is one shot.
    """
    first, last = ((_levels(picture, views, size), nearness) for picture, nearness in pictures)
    for index, view in enumerate(views):
        # A third of the way over one alone, a third over both, a third over the other.
        t = index / max(1, len(views) - 1)
        share = eased(min(1.0, max(0.0, 3 * t - 1)))
        shown = [(over, part) for over, part in ((first, 1 - share), (last, share)) if part > 0]
        drawn = [_frame(levels, view, nearness, size) for (levels, nearness), _ in shown]
        parts = [part for _, part in shown]
        frame = Frame(
            y=_blend([each.y for each in drawn], parts),
            cb=_blend([each.cb for each in drawn], parts),
            cr=_blend([each.cr for each in drawn], parts),
        )
        yield frame if mark is None else _marked(frame, mark)


def _marked(frame: Frame, mark: Mark) -> Frame:
    return Frame(y=mark.on_luma(frame.y), cb=mark.on_chroma(frame.cb), cr=mark.on_chroma(frame.cr))


def _levels(picture: Image.Image, views: Sequence[View], size: tuple[int, int]) -> list[_Level]:
    """One or two prepared pictures: for the widest view of the shot, and for the closest."""
    low = min(view.zoom for view in views)
    high = max(view.zoom for view in views)
    zooms = [math.sqrt(low * high)] if high / low <= _ONE_LEVEL_UP_TO else [low, high]
    return [_level(picture, zoom, size) for zoom in zooms]


def _level(picture: Image.Image, zoom: float, size: tuple[int, int]) -> _Level:
    shown = (round(size[0] * zoom), round(size[1] * zoom))
    if shown[0] < picture.width and shown[1] < picture.height:
        # Finer than a frame can show is what shimmers: it goes here, once, with a good filter.
        picture = picture.resize(shown, Image.Resampling.LANCZOS)
    # Sides are even, so that a chroma sample stands for exactly two by two luma samples.
    grid = (2 * round(size[0] * zoom * _OVERSAMPLING / 2), 2 * round(size[1] * zoom * _OVERSAMPLING / 2))
    rgb = np.asarray(picture.resize(grid, Image.Resampling.BICUBIC), dtype=np.uint8)
    y, cb, cr = _bt709(rgb)
    half = (grid[0] // 2, grid[1] // 2)
    return _Level(
        zoom=zoom,
        y=_rounded(y),
        cb=_rounded(cv2.resize(cb, half, interpolation=cv2.INTER_AREA)),
        cr=_rounded(cv2.resize(cr, half, interpolation=cv2.INTER_AREA)),
    )


def _bt709(rgb: Bytes) -> tuple[Plane, Plane, Plane]:
    """Y, Cb and Cr of BT.709 in limited range (16-235 and 16-240), as video players expect them."""
    red, green, blue = (rgb[..., channel].astype(np.float32) for channel in range(3))
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return (
        16 + luma * (219 / 255),
        128 + (blue - luma) * (224 / 255 / 1.8556),
        128 + (red - luma) * (224 / 255 / 1.5748),
    )


def _rounded(plane: npt.NDArray[Any]) -> Bytes:
    return np.asarray(np.clip(np.rint(plane), 0, 255), dtype=np.uint8)


def _frame(levels: list[_Level], view: View, nearness: Plane, size: tuple[int, int]) -> Frame:
    across, down = _places(view, nearness, size)
    # Chroma of 4:2:0 in MPEG's usual place: level with the left luma sample, midway between two lines.
    chroma_across = (across[0::2, 0::2] + across[1::2, 0::2]) * np.float32(0.5)
    chroma_down = (down[0::2, 0::2] + down[1::2, 0::2]) * np.float32(0.5)
    if len(levels) == 1:
        weights = [1.0]
    else:
        near = math.log(view.zoom / levels[0].zoom) / math.log(levels[1].zoom / levels[0].zoom)
        weights = [1 - near, near]
    used = [(level, weight) for level, weight in zip(levels, weights, strict=True) if weight > 0]
    # Colour is half as fine as brightness anyway: the level for the widest view serves every zoom, at half the work.
    colour = levels[0]
    frame = Frame(
        y=_blend([_sampled(level.y, across, down) for level, _ in used], [weight for _, weight in used]),
        cb=_sampled(colour.cb, chroma_across, chroma_down),
        cr=_sampled(colour.cr, chroma_across, chroma_down),
    )
    return _lit(frame, view.light)


def _places(view: View, nearness: Plane, size: tuple[int, int]) -> tuple[Plane, Plane]:
    """For every pixel of the frame, the place in the picture it shows, as fractions of width and height."""
    width, height = size
    across, down = _straight(view, size, np.arange(width) + 0.5, np.arange(height) + 0.5)
    if view.near_x == 0 and view.near_y == 0 and view.near_zoom == 0:
        return across, down
    cells_x, cells_y = -(-width // _CELL_PX), -(-height // _CELL_PX)
    cell_across, cell_down = _straight(
        view, size, (np.arange(cells_x) + 0.5) * width / cells_x, (np.arange(cells_y) + 0.5) * height / cells_y
    )
    near = _bilinear(nearness, cell_across, cell_down)
    # What is near moves one way, so the frame looks up its colour the other way.
    shift_across = -near * (view.near_x + view.near_zoom * (cell_across - view.x))
    shift_down = -near * (view.near_y + view.near_zoom * (cell_down - view.y))
    across += cv2.resize(shift_across, size, interpolation=cv2.INTER_CUBIC)
    down += cv2.resize(shift_down, size, interpolation=cv2.INTER_CUBIC)
    return across, down


def _straight(
    view: View, size: tuple[int, int], right: npt.NDArray[Any], below: npt.NDArray[Any]
) -> tuple[Plane, Plane]:
    """Places for a flat picture: `right` and `below` are pixels from the frame's upper left corner."""
    width, height = size
    cos, sin = math.cos(view.roll) / view.zoom, math.sin(view.roll) / view.zoom
    right, below = right - width / 2, below - height / 2

    def plane(along_row: npt.NDArray[Any], along_column: npt.NDArray[Any]) -> Plane:
        # Single precision is exact to a thousandth of a pixel here, and half the memory to move.
        return np.asarray(np.add.outer(along_column.astype(np.float32), along_row.astype(np.float32)), dtype=np.float32)

    across = plane(view.x + right * cos / width, -below * sin / width)
    down = plane(right * sin / height, view.y + below * cos / height)
    return across, down


def _bilinear(plane: Plane, across: Plane, down: Plane) -> Plane:
    height, width = plane.shape
    x = np.clip(across * width - 0.5, 0, width - 1.001)
    y = np.clip(down * height - 0.5, 0, height - 1.001)
    left, top = x.astype(np.int32), y.astype(np.int32)
    part_x, part_y = x - left, y - top
    upper = plane[top, left] * (1 - part_x) + plane[top, left + 1] * part_x
    lower = plane[top + 1, left] * (1 - part_x) + plane[top + 1, left + 1] * part_x
    return np.asarray(upper * (1 - part_y) + lower * part_y, dtype=np.float32)


def _sampled(plane: Bytes, across: Plane, down: Plane) -> Bytes:
    height, width = plane.shape
    return np.asarray(
        cv2.remap(
            plane,
            across * np.float32(width) - np.float32(0.5),
            down * np.float32(height) - np.float32(0.5),
            interpolation=cv2.INTER_CUBIC,
            # The filter reaches one sample past the rim: the rim's own colour stands there.
            borderMode=cv2.BORDER_REPLICATE,
        ),
        dtype=np.uint8,
    )


def _blend(planes: list[Bytes], weights: list[float]) -> Bytes:
    if len(planes) == 1:
        return planes[0]
    return np.asarray(cv2.addWeighted(planes[0], weights[0], planes[1], weights[1], 0), dtype=np.uint8)


def _lit(frame: Frame, light: float) -> Frame:
    if light == 1:
        return frame
    levels = np.arange(256, dtype=np.float32)
    luma = _rounded(16 + (levels - 16) * light)
    chroma = _rounded(128 + (levels - 128) * light)

    def looked_up(plane: Bytes, table: Bytes) -> Bytes:
        return np.asarray(cv2.LUT(plane, table), dtype=np.uint8)

    return Frame(y=looked_up(frame.y, luma), cb=looked_up(frame.cb, chroma), cr=looked_up(frame.cr, chroma))
