"""What an order may say: the provider's published schema of POST /v2/video/generations, read field by field."""

from __future__ import annotations

import base64
import binascii
import io
import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from PIL import Image, UnidentifiedImageError

MODEL = "alibaba/wan-2-6-i2v"
RESOLUTIONS = ("720p", "1080p")
DURATIONS_S = (5, 10, 15)
SHOT_TYPES = ("single", "multi")

PROMPT_LIMIT = 1500
NEGATIVE_PROMPT_LIMIT = 500
"""Characters; the excess is cut off without a word, as upstream documents it."""

PICTURE_FORMATS = ("JPEG", "PNG", "WEBP", "BMP")
"""The formats the model's maker lists. Nothing else is given to a decoder."""

PICTURE_SIDES_PX = (240, 8000)
"""The model's maker: each side from 240 to 8000 pixels."""


class Invalid(Exception):
    """The order breaks the schema; `messages` says where, one sentence a fault."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


class PictureUnreadable(Exception):
    """The bytes are no picture of an accepted format, or a broken one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order that keeps the schema, defaults filled in."""

    prompt: str
    image_url: str
    audio_url: str | None
    resolution: str
    duration: int
    negative_prompt: str
    shot_type: str
    generate_audio: bool
    seed: int | None
    enhance_prompt: bool

    def without_picture(self) -> dict[str, Any]:
        """The order's settings alone; the picture is kept as a file of its own."""
        settings = asdict(self)
        del settings["image_url"]
        return settings


def read_order(body: bytes) -> Order:
    """The order in a request's body. Raises Invalid with every fault found, not only the first.

    The picture inside a data URL is not looked at here: see picture_in.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as broken:
        raise Invalid(["Body is not valid JSON"]) from broken
    if not isinstance(document, dict):
        raise Invalid(["Expected object, received something else"])
    faults: list[str] = []

    def take(name: str, read: Callable[[str, Any], Any], default: Any = ..., *, nullable: bool = False) -> Any:
        value = document.get(name, ...)
        if value is ... or (value is None and nullable):
            if default is ...:
                faults.append(f"{name}: Required")
            return default
        try:
            return read(name, value)
        except _Fault as fault:
            faults.append(f"{name}: {fault}")
            return default

    take("model", _one_of(MODEL))
    order = {
        "prompt": take("prompt", _text),
        "image_url": take("image_url", _picture_address),
        "audio_url": take("audio_url", _web_address, None),
        "resolution": take("resolution", _one_of(*RESOLUTIONS), "1080p"),
        "duration": take("duration", _duration, 10),
        "negative_prompt": take("negative_prompt", _any_text, ""),
        "shot_type": take("shot_type", _one_of(*SHOT_TYPES), "single"),
        "generate_audio": take("generate_audio", _flag, True),
        "seed": take("seed", _integer, None),
        "enhance_prompt": take("enhance_prompt", _flag, True),
    }
    if faults:
        raise Invalid(faults)
    order["prompt"] = order["prompt"][:PROMPT_LIMIT]
    order["negative_prompt"] = order["negative_prompt"][:NEGATIVE_PROMPT_LIMIT]
    return Order(**order)


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


class _Fault(Exception):
    """A field's value is refused; the message ends the sentence that the field's name begins."""


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case Mapping():
            return "object"
        case _:
            return "array"


def _any_text(_name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _Fault(f"Expected string, received {_kind(value)}")
    return value


def _text(name: str, value: Any) -> str:
    if not _any_text(name, value).strip():
        raise _Fault("String must contain at least 1 character(s)")
    return str(value)


def _one_of(*allowed: str) -> Callable[[str, Any], str]:
    def read(_name: str, value: Any) -> str:
        if value not in allowed or not isinstance(value, str):
            expected = " | ".join(f"'{word}'" for word in allowed)
            raise _Fault(f"Invalid enum value. Expected {expected}, received {json.dumps(value)}")
        return value

    return read


def _duration(_name: str, value: Any) -> int:
    """An integer, or its string form: the schema's own default is "10" and its samples send "5"."""
    if isinstance(value, bool) or not isinstance(value, int | str) or str(value) not in map(str, DURATIONS_S):
        expected = " | ".join(map(str, DURATIONS_S))
        raise _Fault(f"Invalid literal value. Expected {expected}, received {json.dumps(value)}")
    return int(value)


def _flag(_name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Fault(f"Expected boolean, received {_kind(value)}")
    return value


def _integer(_name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Fault(f"Expected integer, received {_kind(value)}")
    return value


def _web_address(name: str, value: Any) -> str:
    text = _any_text(name, value)
    try:
        parts = urlsplit(text)
    except ValueError as broken:
        raise _Fault("Invalid url") from broken
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _Fault("Invalid url")
    return text


def _picture_address(name: str, value: Any) -> str:
    text = _any_text(name, value)
    return text if text[:11].lower() == "data:image/" else _web_address(name, text)
