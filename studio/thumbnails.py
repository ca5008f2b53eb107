"""Small versions of prepared pictures, for lists."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

WIDTH_PX = 400
"""Twice the width at which lists show it, for sharp screens."""


def thumbnail(jpeg: bytes) -> bytes:
    """A small JPEG of a prepared picture (some 30 KB)."""
    with Image.open(BytesIO(jpeg), formats=("JPEG",)) as image:
        image.draft("RGB", (WIDTH_PX, WIDTH_PX * 4))
        image.thumbnail((WIDTH_PX, WIDTH_PX * 4), Image.Resampling.LANCZOS)
        small = BytesIO()
        image.save(small, "JPEG", quality=82, progressive=True)
    return small.getvalue()


def dimensions(jpeg: bytes) -> tuple[int, int]:
    """Width and height of a prepared picture."""
    with Image.open(BytesIO(jpeg), formats=("JPEG",)) as image:
        return image.size


def thumbnail_key(picture_key: str) -> str:
    """Where the small version of a kept picture is kept."""
    return picture_key.replace("pictures/", "thumbnails/", 1)
