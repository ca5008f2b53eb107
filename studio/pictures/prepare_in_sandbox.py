"""Preparing and framing a stranger's picture in a process of its own: `studio.sandbox` says what that keeps away from
the app.

Framing, too: a prepared picture may be a stranger's file byte for byte, as what is fit already is sent as it came. One
kind of child does both, so that the one that waits ready serves whatever comes next.
"""

from __future__ import annotations

import json
import logging
import struct
import warnings
from typing import Any

from PIL import Image

from studio.orders.framing import Box, Fit, Frame
from studio.pictures.framing import FramedPicture, framed
from studio.pictures.prepare import Change, Picture, PictureRefused, Refusal, prepare
from studio.sandbox import ChildDied, NoSlot, Sandbox, TookTooLong, serve

MODULE = "studio.pictures.prepare_in_sandbox"
MEMORY_LIMIT_BYTES = 1024 * 1024 * 1024
"""Address space of a child. What needs most of it, 40 megapixels of WebP, takes about 700 MB; a phone's 48 megapixels
of HEIC take 470, its 108 of JPEG 140 (and 400 where they are progressive)."""
CONCURRENT = 2
"""Pictures prepared at the same time in this process; more would only share the same cores and hold more memory."""
_TURN_WAIT_S = 30.0
"""How long an upload waits for its turn behind others before it is told to come back."""
_JPEG_LENGTH = struct.Struct(">I")
_PREPARE, _ENLARGE, _FRAME = b"P", b"E", b"F"
"""What is wanted of the bytes that follow. Said first and by us: no upload can say it."""

_log = logging.getLogger(__name__)


class PictureProcesses:
    """Prepares and frames pictures in children, at most `concurrent` at once, with one kept ready. Safe for threads."""

    def __init__(self, *, concurrent: int = CONCURRENT, memory_limit_bytes: int = MEMORY_LIMIT_BYTES) -> None:
        self._sandbox = Sandbox(
            MODULE,
            concurrent=concurrent,
            slot_wait_s=_TURN_WAIT_S,
            memory_limit_bytes=memory_limit_bytes,
            keeps_one_ready=True,
        )

    def warm_up(self) -> None:
        """Starts the child that waits ready. Returns at once; without it the first picture waits for the imports."""
        self._sandbox.warm_up()

    def prepare(self, data: bytes, *, enlarge: bool = False, timeout_s: float = 10.0) -> Picture:
        """As `pictures.prepare`, and whatever the bytes do to the decoder, this process lives on.

        Raises PictureRefused: besides its reasons there, TOOK_TOO_LONG after `timeout_s` seconds of wall or processor
        time (or half a minute of waiting behind others), and UNREADABLE where the decoder crashed or wanted too much
        memory. No child outlives the call. Raises RuntimeError after `close()`.
        """
        head, images = self._answer_to(preparing(data, enlarge=enlarge), timeout_s)
        return _picture(head, images)

    def frame(self, jpeg: bytes, frame: Frame, *, timeout_s: float = 10.0) -> FramedPicture:
        """As `pictures.framing.framed`, of a prepared picture; a tenth of a second. Raises as `prepare`."""
        _, images = self._answer_to(framing(jpeg, frame), timeout_s)
        first, second = _apart(images)
        return FramedPicture(jpeg=first, thumbnail=second)

    def _answer_to(self, work: bytes, timeout_s: float) -> tuple[dict[str, Any], bytes]:
        """What the child says, as what it is, the word of a process that read a stranger's bytes: JSON, then JPEGs."""
        try:
            answer = self._sandbox.run(work, timeout_s=timeout_s)
        except NoSlot:
            raise PictureRefused(Refusal.TOOK_TOO_LONG, limit=round(_TURN_WAIT_S)) from None
        except TookTooLong:
            raise PictureRefused(Refusal.TOOK_TOO_LONG, limit=round(timeout_s)) from None
        except ChildDied as died:
            _log.warning("decoding a picture broke off", extra={"code": str(died)})
            raise PictureRefused(Refusal.UNREADABLE) from None
        head, _, images = answer.partition(b"\n")
        said: dict[str, Any] = json.loads(head)
        if "refusal" in said:
            raise PictureRefused(Refusal(said["refusal"]), **said["facts"])
        return said, images

    def close(self) -> None:
        """Ends the child that waits, and takes no more pictures. Pictures under way come to their end."""
        self._sandbox.close()


def preparing(upload: bytes, *, enlarge: bool = False) -> bytes:
    """The child's work: prepare this upload."""
    return (_ENLARGE if enlarge else _PREPARE) + upload


def framing(jpeg: bytes, frame: Frame) -> bytes:
    """The child's work: frame this prepared picture."""
    wanted = {"box": frame.box, "size": frame.size, "fit": frame.fit}
    return _FRAME + json.dumps(wanted).encode() + b"\n" + jpeg


def _picture(said: dict[str, Any], images: bytes) -> Picture:
    jpeg, thumbnail = _apart(images)
    return Picture(
        jpeg=jpeg,
        thumbnail=thumbnail,
        width=int(said["width"]),
        height=int(said["height"]),
        original_width=int(said["original_width"]),
        original_height=int(said["original_height"]),
        kind=str(said["kind"]),
        changes=tuple(Change(change) for change in said["changes"]),
    )


def _together(first: bytes, second: bytes) -> bytes:
    return _JPEG_LENGTH.pack(len(first)) + first + second


def _apart(images: bytes) -> tuple[bytes, bytes]:
    (length,) = _JPEG_LENGTH.unpack_from(images)
    return images[_JPEG_LENGTH.size : _JPEG_LENGTH.size + length], images[_JPEG_LENGTH.size + length :]


def _answer(work: bytes) -> bytes:
    # Too many pixels are an error; all other warnings are about details of broken files.
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    wanted, data = work[:1], work[1:]
    try:
        return _framed(data) if wanted == _FRAME else _prepared(data, enlarge=wanted == _ENLARGE)
    except PictureRefused as refused:
        return json.dumps({"refusal": refused.refusal, "facts": dict(refused.facts)}).encode() + b"\n"


def _prepared(data: bytes, *, enlarge: bool) -> bytes:
    picture = prepare(data, enlarge=enlarge)
    said = {
        "width": picture.width,
        "height": picture.height,
        "original_width": picture.original_width,
        "original_height": picture.original_height,
        "kind": picture.kind,
        "changes": picture.changes,
    }
    return json.dumps(said).encode() + b"\n" + _together(picture.jpeg, picture.thumbnail)


def _framed(data: bytes) -> bytes:
    head, _, jpeg = data.partition(b"\n")
    wanted = json.loads(head)
    frame = Frame(box=Box(*wanted["box"]), size=tuple(wanted["size"]), fit=Fit(wanted["fit"]))
    picture = framed(jpeg, frame)
    return b"{}\n" + _together(picture.jpeg, picture.thumbnail)


if __name__ == "__main__":
    serve(_answer)
