"""Preparing a stranger's picture in a process of its own: `studio.sandbox` says what that keeps away from the app."""

from __future__ import annotations

import json
import logging
import struct
import warnings
from typing import Any

from PIL import Image

from studio.pictures.prepare import Change, Picture, PictureRefused, Refusal, prepare
from studio.sandbox import ChildDied, NoTurn, Sandbox, TookTooLong, serve

MODULE = "studio.pictures.prepare_in_sandbox"
MEMORY_LIMIT_BYTES = 1024 * 1024 * 1024
"""Address space of a child. The largest picture we take, 40 megapixels of WebP, needs about 700 MB of it."""
CONCURRENT = 2
"""Pictures prepared at the same time in this process; more would only share the same cores and hold more memory."""
_TURN_WAIT_S = 30.0
"""How long an upload waits for its turn behind others before it is told to come back."""
_JPEG_LENGTH = struct.Struct(">I")

_log = logging.getLogger(__name__)


class PictureProcesses:
    """Prepares pictures in children, at most `concurrent` at once, with one child kept ready. Safe for threads."""

    def __init__(self, *, concurrent: int = CONCURRENT, memory_limit_bytes: int = MEMORY_LIMIT_BYTES) -> None:
        self._sandbox = Sandbox(
            MODULE,
            concurrent=concurrent,
            turn_wait_s=_TURN_WAIT_S,
            memory_limit_bytes=memory_limit_bytes,
            keeps_one_ready=True,
        )

    def warm_up(self) -> None:
        """Starts the child that waits ready. Returns at once; without it the first picture waits for the imports."""
        self._sandbox.warm_up()

    def prepare(self, data: bytes, *, timeout_s: float = 10.0) -> Picture:
        """As `pictures.prepare`, and whatever the bytes do to the decoder, this process lives on.

        Raises PictureRefused: besides its reasons there, TOOK_TOO_LONG after `timeout_s` seconds of wall or processor
        time (or half a minute of waiting behind others), and UNREADABLE where the decoder crashed or wanted too much
        memory. No child outlives the call. Raises RuntimeError after `close()`.
        """
        if len(data) == 0:
            raise PictureRefused(Refusal.EMPTY)  # For a child, no input means that nobody wants anything.
        try:
            answer = self._sandbox.run(data, timeout_s=timeout_s)
        except NoTurn:
            raise PictureRefused(Refusal.TOOK_TOO_LONG, limit=round(_TURN_WAIT_S)) from None
        except TookTooLong:
            raise PictureRefused(Refusal.TOOK_TOO_LONG, limit=round(timeout_s)) from None
        except ChildDied as died:
            _log.warning("decoding a picture broke off", extra={"code": str(died)})
            raise PictureRefused(Refusal.UNREADABLE) from None
        return _read_answer(answer)

    def close(self) -> None:
        """Ends the child that waits, and takes no more pictures. Pictures under way come to their end."""
        self._sandbox.close()


def _read_answer(answer: bytes) -> Picture:
    """The picture the child made. Raises PictureRefused as the child did.

    The answer is checked as what it is, the word of a process that read a stranger's bytes: JSON, then the two JPEGs.
    """
    head, _, images = answer.partition(b"\n")
    said: dict[str, Any] = json.loads(head)
    if "refusal" in said:
        raise PictureRefused(Refusal(said["refusal"]), **said["facts"])
    (length,) = _JPEG_LENGTH.unpack_from(images)
    return Picture(
        jpeg=images[_JPEG_LENGTH.size : _JPEG_LENGTH.size + length],
        thumbnail=images[_JPEG_LENGTH.size + length :],
        width=int(said["width"]),
        height=int(said["height"]),
        original_width=int(said["original_width"]),
        original_height=int(said["original_height"]),
        kind=str(said["kind"]),
        changes=tuple(Change(change) for change in said["changes"]),
    )


def _answer(data: bytes) -> bytes:
    # Too many pixels are an error; all other warnings are about details of broken files.
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        picture = prepare(data)
    except PictureRefused as refused:
        return json.dumps({"refusal": refused.refusal, "facts": dict(refused.facts)}).encode() + b"\n"
    said = {
        "width": picture.width,
        "height": picture.height,
        "original_width": picture.original_width,
        "original_height": picture.original_height,
        "kind": picture.kind,
        "changes": picture.changes,
    }
    return json.dumps(said).encode() + b"\n" + _JPEG_LENGTH.pack(len(picture.jpeg)) + picture.jpeg + picture.thumbnail


if __name__ == "__main__":
    serve(_answer)
