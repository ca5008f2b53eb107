"""What a picture's file says besides its pixels: how they are turned, where they were taken, by what."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import ExifTags, Image, ImageFile

from studio.pictures.file_types import jpeg_segments


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a file says besides its pixels."""

    orientation: int
    """1 to 8 as in Exif; 1 where it stands upright, or nothing sensible is said."""
    place: bool
    details: bool
    """Anything else."""


# What to do to stored pixels so that they stand upright (Exif 2.32, 4.6.4, tag 274).
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """The picture as it is looked at."""
    return image.transpose(_TURNS[orientation]) if orientation in _TURNS else image


def said_by(image: ImageFile.ImageFile) -> Said:
    """Reads only as much as is needed to say what was removed; what cannot be read is removed all the same."""
    orientation, place, details = 1, False, False
    try:
        exif = image.getexif()
        named = exif.get(ExifTags.Base.Orientation, 1)
        orientation = named if named in _TURNS else 1
        place = bool(exif.get_ifd(ExifTags.IFD.GPSInfo))
        details = any(tag not in (ExifTags.Base.Orientation, ExifTags.IFD.GPSInfo) for tag in exif)
    except Exception:  # noqa: BLE001 - a broken EXIF block raises anything, and is no reason to refuse the pixels
        details = True
    xmp = image.info.get("xmp") or b""
    place = place or (isinstance(xmp, bytes) and b"GPSLatitude" in xmp)
    details = details or bool(xmp or image.info.get("comment") or image.info.get("photoshop"))
    details = details or bool(getattr(image, "text", None))
    return Said(orientation=orientation, place=place, details=details)


# JFIF, tables, frames and scans of an ordinary baseline or progressive JPEG. Anything else may carry something.
_PIXEL_MARKERS = frozenset({0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDD, 0xDA})


def holds_pixels_only(data: bytes, image: Image.Image) -> bool:
    """True for a JPEG in colour that has not a byte beyond its pixels: it can be sent as it is."""
    if image.mode != "RGB":
        return False
    segments, scan = jpeg_segments(data)
    if scan is None or data.find(b"\xff\xd9", scan) != len(data) - 2:
        return False
    # 14 bytes are a JFIF header without a thumbnail.
    return all(marker in _PIXEL_MARKERS and (marker != 0xE0 or len(payload) == 14) for marker, payload in segments)
