"""Pictures and sounds that come along with an order, inside of its data URLs."""

from __future__ import annotations

import base64
import binascii
import io
import warnings

from PIL import Image, UnidentifiedImageError

PICTURE_FORMATS = ("JPEG", "PNG", "WEBP", "BMP")
"""The formats the model's maker lists. Nothing else is given to a decoder."""

AUDIO_LIMIT_BYTES = 15 * 1024 * 1024

PICTURE_SIDES_PX = (240, 8000)
"""The model's maker: each side from 240 to 8000 pixels."""


class PictureUnreadable(Exception):
    """The bytes are no picture of an accepted format, or a broken one."""


class AudioUnusable(Exception):
    """What came along as a sound is none that is taken."""


def is_inline(address: str | None) -> bool:
    """True for a picture or a sound that came along with the order."""
    return address is not None and address[:5].lower() == "data:"


def picture_in(data_url: str) -> bytes:
    """The picture's bytes inside a data URL, decoded once to be sure. Raises PictureUnreadable."""
    head, _, payload = data_url.partition(",")
    if not head.lower().endswith(";base64"):
        raise PictureUnreadable("the data URL is not Base64")
    try:
        data = base64.b64decode(payload, validate=True)
    except binascii.Error as broken:
        raise PictureUnreadable("the Base64 text is broken") from broken
    load_picture(data)
    return data


def audio_in(data_url: str) -> bytes:
    """The sound's bytes inside a data URL; whether it can be played is found out when it is. Raises AudioUnusable."""
    try:
        data = base64.b64decode(data_url.partition(",")[2], validate=True)
    except binascii.Error as broken:
        raise AudioUnusable("Failed to decode the audio (the Base64 text is broken)") from broken
    if len(data) > AUDIO_LIMIT_BYTES:
        raise AudioUnusable("File size is larger than 15MB.")
    return data


def load_picture(data: bytes) -> Image.Image:
    """The picture as RGB pixels; EXIF is ignored, transparency lies on white. Raises PictureUnreadable."""
    try:
        with warnings.catch_warnings():
            # The size limit below is ours and stricter than Pillow's warning.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture: Image.Image = Image.open(io.BytesIO(data), formats=PICTURE_FORMATS)
            if max(picture.size) > PICTURE_SIDES_PX[1]:
                raise PictureUnreadable(f"{picture.width}x{picture.height} pixels are too many")
            picture.load()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as broken:
        raise PictureUnreadable(str(broken)) from broken
    if picture.has_transparency_data:
        layered = picture.convert("RGBA")
        ground = Image.new("RGBA", layered.size, "white")
        picture = Image.alpha_composite(ground, layered)
    return picture.convert("RGB")
