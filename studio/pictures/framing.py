"""A prepared picture, framed: the very picture that is shown beforehand and sent.

`studio.orders.framing` has decided where everything goes; here it is drawn.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from PIL import Image, ImageFilter

from studio.orders.framing import Fit, Frame, Size
from studio.pictures.prepare import encoded
from studio.pictures.thumbnails import thumbnail_of

_BLURRED_SIDE = 96
"""Pixels of the longer side at which the background is blurred: a twentieth of the largest frame's, so that a blur over
a few of them is one over a tenth of the frame, at no cost."""
_BLUR = 3.5
"""Radius, in those pixels: no face and no letter can be made out any more, and where is sky stays light."""
_EDGE = 0.02
"""Of the side, at least a pixel: how much of the edge says which colour goes beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FramedPicture:
    """A framed picture, fit to send."""

    jpeg: bytes = field(repr=False)
    """As large as its frame says; like a prepared one otherwise."""
    thumbnail: bytes = field(repr=False)


def framed(jpeg: bytes, frame: Frame) -> FramedPicture:
    """A prepared picture, framed; what has to be made larger or smaller is, by Lanczos' filter.

    The same bytes in the same frame give the same bytes. Decodes what may be a stranger's file as it came (prepare
    sends on what is fit already): the app calls `prepare_in_sandbox.PictureProcesses.frame`.
    """
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as image:
        picture = image if image.mode == "RGB" else image.convert("RGB")
        picture.load()
    if picture.size[0] < frame.box.right or picture.size[1] < frame.box.bottom:
        raise ValueError(f"a frame for another picture: {frame.box} of {picture.size}")
    inner = picture.resize(frame.inner_size, Image.Resampling.LANCZOS, box=frame.box)
    drawn = inner if inner.size == frame.size else _surrounded(inner, frame)
    return FramedPicture(jpeg=encoded(drawn), thumbnail=thumbnail_of(drawn))


def _surrounded(inner: Image.Image, frame: Frame) -> Image.Image:
    drawn = _blurred(inner, frame.size) if frame.fit is Fit.WHOLE_BLURRED else _plain(inner, frame.size)
    drawn.paste(inner, ((frame.size[0] - inner.width) // 2, (frame.size[1] - inner.height) // 2))
    return drawn


def _blurred(inner: Image.Image, size: Size) -> Image.Image:
    """The picture, so large that it fills the size, out of focus."""
    scale = max(size[0] / inner.width, size[1] / inner.height)
    width, height = size[0] / scale, size[1] / scale
    left, top = (inner.width - width) / 2, (inner.height - height) / 2
    small = _BLURRED_SIDE / max(size)
    small_size = max(1, round(size[0] * small)), max(1, round(size[1] * small))
    coarse = inner.resize(
        small_size, Image.Resampling.BOX, box=(left, top, left + width, top + height), reducing_gap=2.0
    )
    return coarse.filter(ImageFilter.GaussianBlur(_BLUR)).resize(size, Image.Resampling.BICUBIC)


def _plain(inner: Image.Image, size: Size) -> Image.Image:
    """One colour: the mean of the picture's two edges that it goes beside."""
    width, height = inner.size
    if width < size[0]:
        depth = max(1, round(width * _EDGE))
        edges = (0, 0, depth, height), (width - depth, 0, width, height)
    else:
        depth = max(1, round(height * _EDGE))
        edges = (0, 0, width, depth), (0, height - depth, width, height)
    both = Image.new("RGB", (2, 1))
    for at, edge in enumerate(edges):
        both.paste(inner.resize((1, 1), Image.Resampling.BOX, box=edge), (at, 0))
    colour = both.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return Image.new("RGB", size, colour)
