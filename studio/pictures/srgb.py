"""Pixels of any mode and colour space become plain sRGB of the size that is wanted, a band at a time.

A picture of 40 megapixels takes 160 MB once decoded; converting and scaling it whole would take that two or three times
over. In bands it takes it once.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageCms

_BAND_PIXELS = 4_000_000
"""Source pixels converted at a time: 16 MB, and every ordinary picture of a web page is one band."""

_WHITE = (255, 255, 255)

Size = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pixels:
    """A picture of mode RGB in sRGB that carries nothing else, and what had to be done to its colours."""

    image: Image.Image
    was_transparent: bool
    """At least one pixel let the white behind it through."""
    colours_converted: bool
    """The picture named a colour space other than sRGB, or was not RGB or grey."""


def to_srgb(image: Image.Image, size: Size) -> Pixels:
    """The loaded picture as sRGB pixels of `size`, what is transparent laid on white.

    A colour profile that cannot be read is left aside, as browsers do: the numbers are then taken for sRGB.
    """
    profile = _profile_other_than_srgb(image)
    result = Image.new("RGB", size)
    was_transparent = False
    colours = _Colours(profile)
    scale = image.height / size[1]
    for top, bottom, first, last in _bands(image, size):
        band = image.crop((0, first, image.width, last))
        band, let_through = _without_alpha(band)
        was_transparent = was_transparent or let_through
        band = colours.to_rgb(band)
        if image.size != size:
            # The box may have fractions of a row; the rows around it are there for the filter to look at.
            box = (0, top * scale - first, image.width, min(bottom * scale - first, band.height))
            band = band.resize((size[0], bottom - top), Image.Resampling.LANCZOS, box=box)
        result.paste(band, (0, top))
    return Pixels(
        image=result,
        was_transparent=was_transparent,
        colours_converted=colours.converted or image.mode == "CMYK",
    )


def _bands(image: Image.Image, size: Size) -> Iterator[tuple[int, int, int, int]]:
    """Rows of the result (top, bottom) and the source rows needed for them (first, last)."""
    scale = image.height / size[1]
    resized = image.size != size
    # Lanczos looks at three pixels of the coarser grid to each side.
    margin = math.ceil(3 * max(1.0, scale)) + 1 if resized else 0
    rows = max(16, int(_BAND_PIXELS / image.width / scale))
    for top in range(0, size[1], rows):
        bottom = min(top + rows, size[1])
        first = max(0, math.floor(top * scale) - margin)
        last = min(image.height, math.ceil(bottom * scale) + margin)
        yield top, bottom, first, last


def _without_alpha(band: Image.Image) -> tuple[Image.Image, bool]:
    """The band on white where it is transparent, and whether it is anywhere."""
    if not band.has_transparency_data or band.mode.startswith("I"):
        return band, False
    with_alpha = band if band.mode == "RGBA" else band.convert("RGBA")
    alpha = with_alpha.getchannel("A")
    lowest, _ = alpha.getextrema()
    if lowest == 255:
        return with_alpha.convert("RGB"), False
    on_white = Image.new("RGB", band.size, _WHITE)
    on_white.paste(with_alpha, mask=alpha)
    return on_white, True


class _Colours:
    """Turns bands of one picture into sRGB, with one transform built for all of them."""

    def __init__(self, profile: ImageCms.ImageCmsProfile | None) -> None:
        self._profile = profile
        self._transforms: dict[str, ImageCms.ImageCmsTransform | None] = {}

    @property
    def converted(self) -> bool:
        return any(transform is not None for transform in self._transforms.values())

    def to_rgb(self, band: Image.Image) -> Image.Image:
        if band.mode.startswith("I"):
            # 16 bits a pixel. Pillow's own conversion clips everything above 255 to white.
            band = band.point(lambda value: value * (1 / 257)).convert("L")
        elif band.mode in ("1", "P", "PA", "LA", "YCbCr"):
            band = band.convert("RGB")
        transform = self._transform(band.mode)
        if transform is not None:
            converted = ImageCms.applyTransform(band, transform)
            if converted is not None:
                return converted
        return band if band.mode == "RGB" else band.convert("RGB")

    def _transform(self, mode: str) -> ImageCms.ImageCmsTransform | None:
        if self._profile is None:
            return None
        if mode not in self._transforms:
            try:
                self._transforms[mode] = ImageCms.buildTransform(
                    self._profile, ImageCms.createProfile("sRGB"), mode, "RGB", ImageCms.Intent.PERCEPTUAL
                )
            except ImageCms.PyCMSError:  # A profile for another kind of pixels than the file holds.
                self._transforms[mode] = None
        return self._transforms[mode]


def _profile_other_than_srgb(image: Image.Image) -> ImageCms.ImageCmsProfile | None:
    raw = image.info.get("icc_profile")
    if not isinstance(raw, bytes) or not raw:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(raw))
        description = ImageCms.getProfileDescription(profile)
    except (ImageCms.PyCMSError, OSError):
        return None
    return None if "sRGB" in description else profile
