"""How a picture is framed: which shape a person wants, what of the picture is in it, and what comes of that in pixels.

Geometry only: `studio.pictures.framing` draws what is decided here. Sizes are (width, height) in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

Size = tuple[int, int]

MIN_SENT_SIDE, MAX_SENT_SIDE = 360, 2000
"""Sides that every published limit for Wan 2.6 agrees on (older reference of Model Studio: [360, 2000]). For every
model: the picture is prepared before one is chosen, and no other model's limits are known to be narrower."""
ZOOM_MAX = 5.0
"""A fifth of each side: of the largest prepared picture, 2000 pixels, the 400 that are left the model still takes."""
_VIDEO_ASPECT_MAX = 4
"""Longer pictures are not prepared; a kept one whose sides were rounded may be longer by a pixel."""


class Shape(StrEnum):
    """What shape the video gets: width to height."""

    AS_THE_PICTURE = "as_the_picture"
    WIDE = "16:9"
    TALL = "9:16"
    SQUARE = "1:1"
    LANDSCAPE = "4:3"
    PORTRAIT = "3:4"

    @property
    def ratio(self) -> tuple[int, int] | None:
        """Width and height in lowest terms; None for the picture's own."""
        if self is Shape.AS_THE_PICTURE:
            return None
        width, _, height = self.value.partition(":")
        return int(width), int(height)


class Aspect(StrEnum):
    """What a picture looks like at a glance."""

    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"
    SQUARE = "square"


_NEARLY_SQUARE = 1.1
"""Long side to short: a picture of 4:5 is still seen to be upright, and one of 5:5.4 is not."""


def aspect_of(picture: Size) -> Aspect:
    """Upright, wide, or neither, for a picture of that size."""
    width, height = picture
    if max(width, height) <= _NEARLY_SQUARE * min(width, height):
        return Aspect.SQUARE
    return Aspect.LANDSCAPE if width > height else Aspect.PORTRAIT


class Fit(StrEnum):
    """How the picture gets into a shape that is not its own."""

    CROP = "crop"
    """A part of it fills the frame."""
    WHOLE_BLURRED = "whole_blurred"
    """All of it is seen; beside it, a blurred, enlarged copy of itself."""
    WHOLE_PLAIN = "whole_plain"
    """All of it is seen; beside it, a plain colour, that of its edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """Which part of a picture fills the frame. Raises ValueError for what is no part of a picture."""

    x: float = 0.5
    """Where the part's middle is: 0 at the picture's left edge, 1 at its right; near an edge, as near as there is room.
    """
    y: float = 0.5
    """The same from top to bottom."""
    zoom: float = 1.0
    """1 takes the largest part of the shape that there is, 2 one half as wide and high; up to ZOOM_MAX."""

    def __post_init__(self) -> None:
        # Written so that what is not a number is outside, too.
        if not (0 <= self.x <= 1 and 0 <= self.y <= 1 and 1 <= self.zoom <= ZOOM_MAX):
            raise ValueError(f"no part of a picture: {self.x}, {self.y}, zoom {self.zoom}")


MIDDLE = Crop()
"""The largest part, about the middle."""


class ShapedCrop(NamedTuple):
    """The part that was chosen for one shape."""

    shape: Shape
    crop: Crop


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """What a person has chosen about the frame. As it begins, the picture is sent as it is."""

    shape: Shape = Shape.AS_THE_PICTURE
    fit: Fit = Fit.CROP
    crops: tuple[ShapedCrop, ...] = ()
    """What was chosen for each shape so far, the present one or not: who comes back to a shape finds their crop."""

    @property
    def crop(self) -> Crop:
        """The part that was chosen for the present shape; the largest one about the middle until then."""
        return dict(self.crops).get(self.shape, MIDDLE)

    def with_shape(self, shape: Shape) -> Framing:
        """Another shape, with the part that was chosen for it before."""
        return replace(self, shape=shape)

    def with_fit(self, fit: Fit) -> Framing:
        """The same shape, filled in another way."""
        return replace(self, fit=fit)

    def with_crop(self, crop: Crop, shape: Shape | None = None) -> Framing:
        """Another part for the present shape, or for the one that is named; those of the other shapes stay."""
        crops = dict(self.crops) | {shape or self.shape: crop}
        return replace(self, crops=tuple(ShapedCrop(shape, crops[shape]) for shape in Shape if shape in crops))

    def for_another_picture(self) -> Framing:
        """The same shape and fit; what was chosen on the picture before says nothing about this one."""
        return replace(self, crops=())


AS_IT_IS = Framing()
"""As every form begins."""


class Box(NamedTuple):
    """A part of a picture, as Pillow has it: right and bottom are one pixel beyond."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> Size:
        """Width and height."""
        return self.right - self.left, self.bottom - self.top


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a framing comes to for a picture of one size. The same frame of the same picture is the same pixels."""

    box: Box
    """What of the picture is seen."""
    size: Size
    """The picture that is sent."""
    fit: Fit

    @property
    def inner_size(self) -> Size:
        """What is seen of the picture, as large as it is in the frame: all of the frame, or all in one direction."""
        if self.fit is Fit.CROP:
            return self.size
        width, height = self.box.size
        scale = min(self.size[0] / width, self.size[1] / height)
        return (
            min(self.size[0], max(1, round(width * scale))),
            min(self.size[1], max(1, round(height * scale))),
        )

    @property
    def name(self) -> str:
        """Tells frames apart, for good: keys of kept pictures come from it."""
        return f"{self.fit} {','.join(map(str, self.box))} {self.size[0]}x{self.size[1]}"

    def shows_just(self, picture: Size) -> bool:
        """True where the picture of that size is what comes of it: there is nothing to draw."""
        return self.box == (0, 0, *picture) and self.size == picture


def frame_of(picture: Size, framing: Framing) -> Frame:
    """What the framing comes to for a picture of that size. Its sides are within what the model takes, as far as the
    picture's were."""
    picture = max(1, picture[0]), max(1, picture[1])
    box, ratio = crop_box(picture, framing), framing.shape.ratio
    if ratio is None and box.size == picture:
        size = picture  # Nothing is chosen: it is sent as it was prepared.
    elif framing.fit is Fit.CROP:
        size = box.size if min(box.size) >= MIN_SENT_SIDE else _enlarged(box.size, ratio)
    else:
        size = _surrounded_size(picture, ratio or picture)
    return Frame(box=box, size=size, fit=framing.fit)


def crop_box(picture: Size, framing: Framing) -> Box:
    """The part of a picture of that size that fills the frame; all of it where the whole picture is to be seen.

    The largest part of just that shape (16:9 is so many times 16 by 9 pixels, so that the video has no odd pixel) that
    the zoom leaves, about the chosen middle, moved inside.
    """
    width, height = picture
    if framing.fit is not Fit.CROP:
        return Box(0, 0, width, height)
    crop = framing.crop
    box_width, box_height = _part(picture, framing.shape.ratio, crop.zoom)
    left = min(max(0, round(crop.x * width - box_width / 2)), width - box_width)
    top = min(max(0, round(crop.y * height - box_height / 2)), height - box_height)
    return Box(left, top, left + box_width, top + box_height)


def _part(picture: Size, ratio: tuple[int, int] | None, zoom: float) -> Size:
    width, height = picture
    if ratio is None:
        return max(1, int(width / zoom)), max(1, int(height / zoom))
    across, down = ratio
    if times := int(min(width // across, height // down) / zoom):
        return across * times, down * times
    # Smaller than one pixel of each of its parts: as near as whole pixels come.
    scale = min(width / across, height / down) / zoom
    return max(1, int(across * scale)), max(1, int(down * scale))


def _enlarged(size: Size, ratio: tuple[int, int] | None) -> Size:
    """The smallest of that shape that the model takes."""
    least = MIN_SENT_SIDE
    if ratio is None:
        scale = least / min(size)
        return max(least, round(size[0] * scale)), max(least, round(size[1] * scale))
    times = -(-least // min(ratio))
    return ratio[0] * times, ratio[1] * times


def _surrounded_size(picture: Size, ratio: tuple[int, int]) -> Size:
    """The smallest of just that shape that the whole picture fits in, as far as the model takes one so large."""
    across, down = ratio
    times = max(-(-picture[0] // across), -(-picture[1] // down), -(-MIN_SENT_SIDE // min(ratio)))
    times = min(times, MAX_SENT_SIDE // max(ratio))
    return across * times, down * times


def video_size(picture: Size, short_side_px: int) -> Size:
    """Width and height of the video that is made from a picture of that size, in a quality of so many pixels
    (videoapi.models.Quality.short_side_px).

    The picture's own shape, the shorter side as the quality says, both sides even. The provider says no more than that
    (its page for this model: "short side of the video frame determines the resolution") and may round differently by
    some pixels.
    """
    aspect = min(_VIDEO_ASPECT_MAX, max(1 / _VIDEO_ASPECT_MAX, picture[0] / picture[1]))
    if aspect >= 1:
        return 2 * round(short_side_px * aspect / 2), short_side_px
    return short_side_px, 2 * round(short_side_px / aspect / 2)


def is_too_small(picture: Size, framing: Framing) -> bool:
    """True where what is taken of the picture is smaller than the model takes: it is enlarged, which adds no detail."""
    return min(frame_of(picture, framing).box.size) < MIN_SENT_SIDE
