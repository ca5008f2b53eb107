"""Small versions of prepared pictures, for lists."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from studio.pictures.file_types import jpeg_size

WIDTH_PX = 400
"""Twice the width at which lists show it, for sharp screens."""


def thumbnail_of(picture: Image.Image) -> bytes:
    """A small JPEG of a decoded picture (some 30 KB). The picture itself stays as it is."""
    image = picture.copy()
    image.thumbnail((WIDTH_PX, WIDTH_PX * 4), Image.Resampling.LANCZOS, reducing_gap=2.0)
    small = BytesIO()
    image.save(small, "JPEG", quality=82, progressive=True)
    return small.getvalue()


def thumbnail(jpeg: bytes) -> bytes:
    """The same of a JPEG of our own. A stranger's comes with its thumbnail from `picture_process`."""
    with Image.open(BytesIO(jpeg), formats=("JPEG",)) as image:
        return thumbnail_of(image)


def small_poster(jpeg: bytes) -> bytes:
    """The same of a video's poster, of a few kB: a gallery shows dozens."""
    with Image.open(BytesIO(jpeg), formats=("JPEG",)) as image:
        image.draft("RGB", (WIDTH_PX, WIDTH_PX))
        image.thumbnail((WIDTH_PX, WIDTH_PX * 4), Image.Resampling.BILINEAR)
        small = BytesIO()
        image.save(small, "JPEG", quality=70, optimize=True, progressive=True)
        return small.getvalue()


def dimensions(jpeg: bytes) -> tuple[int, int]:
    """Width and height of a prepared picture, read off its header: nothing is decoded."""
    return jpeg_size(jpeg)
