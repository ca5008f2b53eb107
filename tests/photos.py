"""Photos as phones and cameras make them, made by the tests themselves."""

from __future__ import annotations

import io

import numpy as np
import pillow_heif
from PIL import ExifTags, Image


def scene(width: int = 960, height: int = 640) -> Image.Image:
    """Soft shapes in colour with a bright corner at the top left: it is seen when a picture lies on its side."""
    across, down = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    waves = np.stack([np.sin(7 * across + 3 * down), np.cos(5 * down - 2 * across), np.sin(9 * across * down)], axis=2)
    pixels = np.clip(110 + 60 * waves, 0, 255)
    pixels[: height // 4, : width // 4] = 250
    return Image.fromarray(pixels.astype(np.uint8))


def jpeg(width: int = 960, height: int = 640) -> bytes:
    """A plain photo."""
    return _saved(scene(width, height), "JPEG", quality=90)


def heic_from_a_phone() -> bytes:
    """A photo of 640 × 960 as it is looked at, stored on its side, that says where it was taken."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "A phone"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (48.0, 51.0, 29.0), 3: "E", 4: (2.0, 17.0, 40.0)})
    pillow_heif.register_heif_opener()
    return _saved(scene(), "HEIF", exif=exif.tobytes(), quality=80)


def jpeg_of_bytes(size: int) -> bytes:
    """A readable photo that is as large as wanted: behind its end there is nothing but filling."""
    photo = jpeg()
    return photo + bytes(size - len(photo))


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
