"""Any upload becomes a picture fit to send, or is refused for a reason that the screen has a sentence for.

What is sent is a JPEG that stands upright, in sRGB, with nothing in it but the pixels: no place, no camera, no
thumbnail. Uploads of strangers go through `prepare_in_sandbox.PictureProcesses`, which runs this in a process of
its own.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pillow_heif
from PIL import Image, ImageFile

from studio.orders.framing import MAX_SENT_SIDE, MIN_SENT_SIDE
from studio.pictures.file_types import ends_early, has_zeroed_tail, jpeg_bytes_held, kind_of
from studio.pictures.metadata import holds_pixels_only, said_by, turned
from studio.pictures.srgb import Size, to_srgb
from studio.pictures.thumbnails import thumbnail_of

MAX_UPLOAD_BYTES = 20 * 1024 * 1024
"""As much as a phone's largest photo takes. The server's own upload limit is the same number of MiB."""
MAX_PIXELS = {
    "JPEG": 120_000_000,
    "PNG": 51_000_000,
    "BMP": 51_000_000,
    "HEIC": 51_000_000,
    "WebP": 40_000_000,
}
"""By kind, what fits the memory that a preparing process is allowed. A phone's 108 megapixels come as JPEG, and are
decoded at a quarter of the size or less: some 30 MB. The others are decoded whole (of a HEIC, pillow-heif 1.8 gives no
single tiles, and the thumbnails that phones put in are smaller than what is sent): a phone's 48 to 50 megapixels are
200 MB, as HEIC nearly twice that, as WebP four times."""
MAX_HELD_BYTES = 330_000_000
"""A progressive JPEG is held whole before it is made smaller, as coefficients: 108 megapixels with colours at half the
resolution, 55 with all of them."""
MIN_SIDE = 240
"""The least the model takes (Model Studio, image-to-video API reference: [240, 8000])."""
MIN_ENLARGED_SIDE = 60
"""The least that is enlarged for who wants it: to six times as much. Of less, a video shows blots."""
MAX_ASPECT = 4
"""Longer pictures than 1:4 leave a strip of video that nobody wants to pay for."""
MAX_SENT_BYTES = 5_000_000
"""Sent as base64 in JSON, a third longer: stays well under the 10 MB of the older reference."""

# 92 keeps what the eye sees. The steps below are reached only by noise at full size.
_QUALITIES = (92, 88, 84, 78, 70, 60, 45)

# The keys are those of MAX_PIXELS.
_FORMATS = {"JPEG": "JPEG", "PNG": "PNG", "WebP": "WEBP", "BMP": "BMP", "HEIC": "HEIF"}

# The whole process's settings, made once, before any thread can be decoding. Embedded thumbnails, depth maps and the
# like are never wanted: less of a stranger's file is parsed without them. `Image.open` measures a picture before
# decoding it and raises or warns above this limit; our own check follows either way.
pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=2)
Image.MAX_IMAGE_PIXELS = max(MAX_PIXELS.values())
ImageFile.LOAD_TRUNCATED_IMAGES = False


class Refusal(StrEnum):
    """Why an upload cannot be used. The member says which sentence is shown; `PictureRefused.facts` fills it in."""

    EMPTY = "empty"
    """No bytes at all."""
    NOT_A_PICTURE = "not_a_picture"
    """Begins like no picture, whatever it is called."""
    UNSUPPORTED_KIND = "unsupported_kind"
    """A picture or a drawing of a kind we do not take. Facts: kind."""
    CUT_OFF = "cut_off"
    """The end is missing. Facts: kind."""
    TOO_MANY_BYTES = "too_many_bytes"
    """Facts: megabytes, limit (both in MiB)."""
    TOO_MANY_PIXELS = "too_many_pixels"
    """Facts: limit (megapixels); width and height unless it is several times that."""
    TOO_SMALL = "too_small"
    """Facts: width, height, limit (pixels, of the shorter side). See `PictureRefused.can_be_enlarged`."""
    TOO_LONG = "too_long"
    """Facts: width, height, limit (how many times the shorter side)."""
    TOOK_TOO_LONG = "took_too_long"
    """Decoding did not end in time. Facts: limit (seconds)."""
    UNREADABLE = "unreadable"
    """The decoder gave up or died. Facts: kind."""
    NO_ROOM = "no_room"
    """Nothing is wrong with it: the owner's ceiling for what is kept is reached."""
    FILM_OF_OTHERS = "film_of_others"
    """A video that carries no settings of ours, or carries them no longer."""
    LET_GO = "let_go"
    """Nothing is wrong with it: it was given too long ago to be enlarged now."""


class PictureRefused(Exception):
    """The upload cannot be used. Says why as a `Refusal` and with what numbers; the sentence is the screen's."""

    def __init__(self, refusal: Refusal, **facts: int | str) -> None:
        super().__init__(f"{refusal.value} {facts}" if facts else refusal.value)
        self.refusal = refusal
        self.facts: Mapping[str, int | str] = facts

    @property
    def can_be_enlarged(self) -> bool:
        """True where the same upload is taken from who says that it may be enlarged."""
        sides = (self.facts.get("width", 0), self.facts.get("height", 0))
        return self.refusal is Refusal.TOO_SMALL and all(
            isinstance(side, int) and side >= MIN_ENLARGED_SIDE for side in sides
        )


class Change(StrEnum):
    """What was done to a picture on its way, in the order in which a person would be told."""

    TURNED_UPRIGHT = "turned_upright"
    """It was stored turned or mirrored."""
    LOCATION_REMOVED = "location_removed"
    """It said where it was taken."""
    DETAILS_REMOVED = "details_removed"
    """It said other things besides its pixels: the camera, the time, a comment."""
    RESIZED_DOWN = "resized_down"
    RESIZED_UP = "resized_up"
    CONVERTED = "converted"
    """It was not a JPEG."""
    FLATTENED = "flattened"
    """What was transparent is now white."""
    FIRST_FRAME = "first_frame"
    """It was animated."""
    COLOURS_CONVERTED = "colours_converted"
    """Its colours were meant for print or for another screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture fit to send."""

    jpeg: bytes = field(repr=False)
    """Upright sRGB, no metadata, sides of 360 to 2000 pixels, at most 5 MB."""
    thumbnail: bytes = field(repr=False)
    """The same, small, for lists: made where the picture is decoded, so that nothing else has to decode it."""
    width: int
    height: int
    original_width: int
    """As the upload is looked at, that is after turning it upright."""
    original_height: int
    kind: str
    """What the upload was: JPEG, PNG, WebP, BMP or HEIC."""
    changes: tuple[Change, ...]


def prepare(data: bytes, *, enlarge: bool = False) -> Picture:
    """The upload as a picture fit to send.

    What is a little smaller than is sent is enlarged, by Lanczos' filter, and says so (Change.RESIZED_UP); what is much
    smaller only with `enlarge`, down to MIN_ENLARGED_SIDE, and is refused as TOO_SMALL otherwise.

    A JPEG that is fit already comes back byte for byte, so preparing twice is preparing once. Raises PictureRefused,
    and nothing else on any bytes; a decoder's crash or a hostile file's hunger is not survived here but in
    `prepare_in_sandbox.PictureProcesses`. Safe to call from several threads.
    """
    if not data:
        raise PictureRefused(Refusal.EMPTY)
    if len(data) > MAX_UPLOAD_BYTES:
        raise PictureRefused(
            Refusal.TOO_MANY_BYTES,
            megabytes=-(-len(data) // (1024 * 1024)),
            limit=MAX_UPLOAD_BYTES // (1024 * 1024),
        )
    kind = kind_of(data)
    if kind is None:
        raise PictureRefused(Refusal.NOT_A_PICTURE)
    if kind not in _FORMATS:
        raise PictureRefused(Refusal.UNSUPPORTED_KIND, kind=kind)
    if has_zeroed_tail(kind, data):
        raise PictureRefused(Refusal.CUT_OFF, kind=kind)
    try:
        limits = _Limits(_most_pixels(kind, data), MIN_ENLARGED_SIDE if enlarge else MIN_SIDE)
        with Image.open(io.BytesIO(data), formats=[_FORMATS[kind]]) as image:
            return _prepare(data, kind, image, limits)
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefused(Refusal.TOO_MANY_PIXELS, limit=MAX_PIXELS[kind] // 1_000_000) from None
    except Exception as error:  # On hostile bytes a decoder raises whatever it happens to stumble over.
        cut_off = isinstance(error, EOFError) or "truncated" in str(error) or ends_early(kind, data)
        raise PictureRefused(Refusal.CUT_OFF if cut_off else Refusal.UNREADABLE, kind=kind) from error


@dataclass(frozen=True, slots=True)
class _Limits:
    """What size an upload may have."""

    most_pixels: int
    min_side: int


def _prepare(data: bytes, kind: str, image: ImageFile.ImageFile, limits: _Limits) -> Picture:
    _refuse_unfit(image.size, limits)
    stored_size = image.size
    sent_size = _sent_size(stored_size)
    if kind == "JPEG":
        # Lets the decoder work at a half, a quarter or an eighth of the size, never below what is sent: a quarter of
        # the time, and of 108 megapixels no more than seven are ever in memory.
        image.draft(image.mode, sent_size)
    image.load()
    if kind != "JPEG" and image.size != stored_size:  # A HEIC learns its true size only while decoding.
        _refuse_unfit(image.size, limits)
        stored_size, sent_size = image.size, _sent_size(image.size)
    said = said_by(image)
    if (
        kind == "JPEG"
        and sent_size == stored_size
        and said.orientation == 1
        and len(data) <= MAX_SENT_BYTES
        and holds_pixels_only(data, image)
    ):
        return _picture(data, image, stored_size, kind, ())
    pixels = to_srgb(image, sent_size)
    upright = turned(pixels.image, said.orientation)
    happened = {
        Change.TURNED_UPRIGHT: said.orientation != 1 or image.info.get("original_orientation", 1) not in (1, None),
        Change.LOCATION_REMOVED: said.place,
        Change.DETAILS_REMOVED: said.details,
        Change.RESIZED_DOWN: max(sent_size) < max(stored_size),
        Change.RESIZED_UP: max(sent_size) > max(stored_size),
        Change.CONVERTED: kind != "JPEG",
        Change.FLATTENED: pixels.was_transparent,
        # A JPEG of a phone often hides a second picture, such as a depth map; nobody thinks of it as frames.
        Change.FIRST_FRAME: kind != "JPEG" and getattr(image, "n_frames", 1) > 1,
        Change.COLOURS_CONVERTED: pixels.colours_converted,
    }
    original_size = stored_size if said.orientation <= 4 else (stored_size[1], stored_size[0])
    changes = tuple(change for change, did in happened.items() if did)
    return _picture(encoded(upright), upright, original_size, kind, changes)


def _picture(jpeg: bytes, pixels: Image.Image, original_size: Size, kind: str, changes: tuple[Change, ...]) -> Picture:
    return Picture(
        jpeg=jpeg,
        thumbnail=thumbnail_of(pixels),
        width=pixels.width,
        height=pixels.height,
        original_width=original_size[0],
        original_height=original_size[1],
        kind=kind,
        changes=changes,
    )


def _most_pixels(kind: str, data: bytes) -> int:
    held = jpeg_bytes_held(data) if kind == "JPEG" else 0.0
    return min(MAX_PIXELS[kind], int(MAX_HELD_BYTES / held)) if held else MAX_PIXELS[kind]


def _refuse_unfit(size: Size, limits: _Limits) -> None:
    width, height = size
    if width * height > limits.most_pixels:
        raise PictureRefused(
            Refusal.TOO_MANY_PIXELS,
            limit=limits.most_pixels // 1_000_000,
            width=width,
            height=height,
        )
    if min(size) < limits.min_side:
        raise PictureRefused(Refusal.TOO_SMALL, width=width, height=height, limit=limits.min_side)
    if max(size) > MAX_ASPECT * min(size):
        raise PictureRefused(Refusal.TOO_LONG, width=width, height=height, limit=MAX_ASPECT)


def _sent_size(size: Size) -> Size:
    """The size to send: within 360 to 2000 pixels a side, the shape kept.

    Up to 1:4 both limits can be met at once, and no picture needs both.
    """
    if max(size) > MAX_SENT_SIDE:
        scale = MAX_SENT_SIDE / max(size)
    elif min(size) < MIN_SENT_SIDE:
        scale = MIN_SENT_SIDE / min(size)
    else:
        return size
    return round(size[0] * scale), round(size[1] * scale)


def encoded(image: Image.Image) -> bytes:
    """The picture as a JPEG of at most MAX_SENT_BYTES, at the best quality that fits.

    Full colour resolution (4:4:4): red edges and text stay sharp, for about a tenth more bytes.
    """
    jpeg = b""
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        # Not optimize=True: with it Pillow 13 wants the whole result in a buffer that noise does not fit.
        image.save(buffer, "JPEG", quality=quality, subsampling=0)
        jpeg = buffer.getvalue()
        if len(jpeg) <= MAX_SENT_BYTES:
            break
    return jpeg
